/**
 * Triage: from bodies on the queue to incidents that owe their pages.
 *
 *   read → keep → route → hear heartbeats → notice of each signal → commit, one write an incident → acknowledge
 *
 * Promises: a message that cannot be handled fails alone; alerts of one batch for one incident are one write; done twice
 * it is done once. What an alert leads to is decided by `shared/routing`.
 */
import type { Alert } from '../alert/alert.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { attributed, ownerResolver } from '../deployment/owner.ts';
import { groupDigest } from '../incident/incident.ts';
import { type Notice, noticeOf, resolveOf } from '../incident/notices.ts';
import type { Origin } from '../intake/allowed.ts';
import { normaliseTaught } from '../intake/taught.ts';
import { type Accepted, unwrapBody } from '../queue/queue.ts';
import type { Loaded } from '../routing/loaded.ts';
import { isAcknowledgement, opensNothing, type Routed, route } from '../routing/routing.ts';
import { type Teacher, teacherOf } from '../sender/mapping.ts';
import { keepDeployment } from '../store/deployments.ts';
import { exceptionsOf } from '../store/exceptions.ts';
import { currentIncident } from '../store/incidents.ts';
import { hearFiring, hearResolve, keepAlerts, recallSignal } from '../store/signals.ts';
import { aboutRouted, type Suspect } from '../suspect/suspect.ts';
import type { World } from '../world/world.ts';
import { change } from './change.ts';
import { hear } from './heartbeats.ts';
import { openMemory } from './learn.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { suspectsFor } from './suspects.ts';

/** One message of the alerts queue. */
export type QueueMessage = { id: string; body: string; sentAt: string };

/** What a message says. */
type Read = { alerts: Alert[]; deployments: Deployment[] };

/** Things of a batch, each with the messages that fail when it fails. */
type Of<Thing> = { messages: string[] } & Thing;

/** Handles a batch. Out: the ids of the messages that must come again. */
export async function triage(world: World, batch: QueueMessage[]): Promise<{ failed: string[] }> {
  const loaded = await world.catalogue();
  const failed = new Set<string>();
  const each = <Thing>(things: Of<Thing>[], act: (thing: Of<Thing>) => Promise<void>) =>
    settleEach(world, failed, things, act);
  const silences = exceptionsOf(world.table, 'SILENCES', world.now());
  // A failure is met where the silences are awaited, for each message; nothing may be thrown before.
  silences.catch(() => {});

  const teacher = teacherOf(loaded.catalogue);
  const read: Of<Read>[] = [];
  await each(
    batch.map((message) => ({ messages: [message.id], message })),
    async ({ messages, message }) => {
      read.push({ messages, ...(await readMessage(world, teacher, message)) });
    },
  );
  await each(read, ({ deployments }) => keepDeployments(world, loaded, deployments));
  const alerts = read.flatMap((one) => one.alerts.map((alert) => ({ messages: one.messages, alert })));
  world.measure?.('Alerts', alerts.length);
  // Beside the way to the page, which does not wait for it. The message is done only when this is done too.
  const kept = keepAll(world, failed, alerts);

  const lessonsFor = openMemory(world);
  const routed: Of<Routed>[] = [];
  await each(alerts, async ({ messages, alert }) => {
    const asked = { loaded, silences: await silences, now: world.now() };
    const first = route(alert, asked);
    const lessons = await lessonsFor(first);
    routed.push({ messages, ...(lessons.length === 0 ? first : route(alert, { ...asked, lessons })) });
  });
  const usable = routed.filter(({ messages }) => !messages.some((id) => failed.has(id)));
  const heard = each(usable, async ({ heartbeat, alert }) => {
    if (heartbeat) await hear(world, heartbeat, alert);
  });
  const ledger = openLedger(world);
  const notices: Of<{ notice: Notice }>[] = [];
  await each(distinct(usable.filter((one) => !opensNothing(one))), async (one) => {
    const notice = await noticeFor(world, loaded, one, ledger);
    if (notice) notices.push({ messages: one.messages, notice });
  });
  await each(byGroup(notices), (group) => commit(world, loaded, group.notices, ledger));
  // After the batch's own alerts: a trigger and its acknowledgement may come together.
  const acknowledged = usable.filter(({ alert }) => isAcknowledgement(alert));
  await each(acknowledged, ({ alert }) => acknowledgeSignal(world, loaded, alert));
  await Promise.all([kept, heard]);
  return { failed: [...failed] };
}

/** Keeps the alerts of a batch. The messages of those that could not be kept come again. */
async function keepAll(world: World, failed: Set<string>, alerts: Of<{ alert: Alert }>[]): Promise<void> {
  const lost = new Set(
    await keepAlerts(
      world.table,
      alerts.map(({ alert }) => alert),
      world.now(),
    ),
  );
  if (lost.size > 0) world.log('error', 'Alerts could not be kept and come again', { alerts: lost.size });
  for (const { alert, messages } of alerts) if (lost.has(alert)) for (const message of messages) failed.add(message);
}

async function readMessage(world: World, teacher: Teacher, message: QueueMessage): Promise<Read> {
  const accepted = unwrapBody(message.body);
  const receivedAt = accepted?.receivedAt ?? message.sentAt;
  const { alerts, deployments, degraded, warnings } = await normaliseTaught(
    accepted?.body ?? message.body,
    accepted?.contentType,
    { receivedAt, ...(accepted === undefined ? {} : { origin: originOf(accepted) }) },
    teacher,
  );
  for (const what of warnings ?? []) world.log('warn', what, { hook: accepted?.hook });
  for (const why of degraded ?? []) world.log('warn', 'A notice was kept as unknown', { why });
  for (const alert of alerts) {
    const isUnknown = alert.source.kind === 'unknown' && alert.source.variant === undefined;
    if (isUnknown) world.measure?.('UnknownBodies', 1);
    if (isUnknown)
      world.log('warn', 'A body that no normaliser knows: it pages the default policy', { alert: alert.id });
    if (accepted?.cutFrom !== undefined) alert.labels['cut'] = `only the head of ${accepted.cutFrom} bytes was kept`;
  }
  return { alerts, deployments: deployments ?? [] };
}

function originOf({ hook, unproven }: Accepted): Origin {
  return { hook, ...(unproven === undefined ? {} : { unproven }) };
}

async function keepDeployments(world: World, loaded: Loaded, deployments: Deployment[]): Promise<void> {
  if (deployments.length === 0) return;
  const ownerOf = ownerResolver(loaded.catalogue);
  for (const deployment of deployments) {
    await keepDeployment(world.table, attributed(deployment, ownerOf(deployment)), world.now());
  }
}

/** Acknowledges the open incident of a signal; without one it is accepted and does nothing, as at PagerDuty. */
async function acknowledgeSignal(world: World, loaded: Loaded, alert: Alert): Promise<void> {
  const { group } = await recallSignal(world.table, alert.key);
  if (group === undefined) return;
  await change(world, loaded, { group: groupDigest(group) }, { type: 'acknowledge', by: 'the sender', via: 'events' });
}

/** One notice of each id in a batch: repeats change nothing. Their messages succeed or fail with the first. */
function distinct(routed: Of<Routed>[]): Of<Routed>[] {
  return [...new Map(routed.map((one) => [`${one.alert.key}\n${one.alert.id}`, one])).values()];
}

/** What the incident is told of an alert; undefined for the end of a signal that never fired here. */
async function noticeFor(world: World, loaded: Loaded, routed: Routed, ledger: Ledger): Promise<Notice | undefined> {
  if (routed.alert.status === 'resolved') return resolveNotice(world, routed.alert);
  return firingNotice(world, loaded, routed, ledger);
}

/** A signal that still fires stays with the incident that it opened, although routing might choose another by now. */
async function firingNotice(world: World, loaded: Loaded, routed: Routed, ledger: Ledger): Promise<Notice> {
  const suspects = suspectsOf(world, loaded, routed, ledger);
  const { key, at } = routed.alert;
  const heard = { at, now: world.now() };
  const { memory, group } = await hearFiring(world.table, key, heard, routed.group);
  return noticeOf(routed, { group, overAt: memory.resolvedAt, suspects: await suspects });
}

async function resolveNotice(world: World, alert: Alert): Promise<Notice | undefined> {
  const heard = await hearResolve(world.table, alert.key, { at: alert.at, now: world.now() });
  if (heard.group === undefined) return undefined;
  const incident = await currentIncident(world.table, groupDigest(heard.group));
  if (!incident) {
    // Its firing is between two writes in another instance, or failed there: the firing must come first.
    throw new Error('The incident of this signal is not written yet; the end of the signal comes again.');
  }
  return resolveOf(alert, incident);
}

/** Knowing what changed must never keep a page from going out. */
async function suspectsOf(world: World, loaded: Loaded, routed: Routed, ledger: Ledger): Promise<Suspect[]> {
  try {
    const about = aboutRouted(routed, world.now());
    return about ? await suspectsFor(loaded, about, ledger.deployments) : [];
  } catch (error) {
    world.log('error', 'Suspects could not be looked up; the page goes without', { error: String(error) });
    return [];
  }
}

function byGroup(routed: Of<{ notice: Notice }>[]): Of<{ notices: Notice[] }>[] {
  const groups = new Map<string, { messages: string[]; notices: Notice[] }>();
  for (const { messages, notice } of routed) {
    const group = groups.get(notice.group) ?? { messages: [], notices: [] };
    group.messages.push(...messages);
    group.notices.push(notice);
    groups.set(notice.group, group);
  }
  return [...groups.values()];
}

async function commit(world: World, loaded: Loaded, notices: Notice[], ledger: Ledger): Promise<void> {
  const which = { group: groupDigest(notices[0]!.group) };
  const result = await change(world, loaded, which, { type: 'notices', notices }, ledger);
  if (!result) return;
  const { incident, changed } = result;
  if (!changed)
    world.log('info', 'Nothing new', { incident: incident.id, state: incident.state, alerts: notices.length });
}

/** Does a thing for each, all at once. Where it throws, the messages of that thing fail and no others. */
async function settleEach<Thing>(
  world: World,
  failed: Set<string>,
  things: Of<Thing>[],
  act: (thing: Of<Thing>) => Promise<void>,
): Promise<void> {
  await Promise.all(
    things.map(async (thing) => {
      try {
        await act(thing);
      } catch (error) {
        for (const message of thing.messages) failed.add(message);
        world.log('error', 'A message could not be handled and comes again', { error: String(error) });
      }
    }),
  );
}
