/**
 * Triage: from bodies on the queue to incidents that owe their pages.
 *
 *   read → normalise → keep → service → silence? → runbook → group → suspects → commit, one write an incident
 *
 * Promises: a message that cannot be handled fails alone; alerts of one batch for one incident are one write; done twice
 * it is done once.
 */
import type { Alert } from '../alert/alert.ts';
import type { Policy, Service } from '../catalogue/catalogue.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { attributed, ownerResolver } from '../deployment/owner.ts';
import { groupOf } from '../incident/grouping.ts';
import { groupDigest, type Suspect } from '../incident/incident.ts';
import type { Notice } from '../incident/notices.ts';
import type { Origin } from '../intake/allowed.ts';
import { normaliseBody } from '../intake/intake.ts';
import { compile, matches } from '../pattern/pattern.ts';
import { type Accepted, unwrapBody } from '../queue/queue.ts';
import type { Choice } from '../runbook/runbook.ts';
import { keepDeployment } from '../store/deployments.ts';
import { exceptionsOf, type Silence } from '../store/exceptions.ts';
import { currentIncident } from '../store/incidents.ts';
import { hearFiring, hearResolve, keepAlert, recallSignal } from '../store/signals.ts';
import type { Loaded, World } from '../world/world.ts';
import { isCanary, routeCanary } from './canary.ts';
import { change } from './change.ts';
import { hear, heartbeatOf } from './heartbeats.ts';
import { namesOf, suspectsFor } from './suspects.ts';

/** One message of the alerts queue. */
export type QueueMessage = { id: string; body: string; sentAt: string };

type Understood = { message: string; alert: Alert };
type Routed = { messages: string[]; notice: Notice };

/** Handles a batch. Out: the ids of the messages that must come again. */
export async function triage(world: World, batch: QueueMessage[]): Promise<{ failed: string[] }> {
  const loaded = await world.catalogue();
  const failed = new Set<string>();
  const silences = exceptionsOf(world.table, 'SILENCES', world.now());
  // A failure is met where the silences are asked for; nothing may be thrown before.
  silences.catch(() => {});

  const read = batch.map((message) => ({ message: message.id, ...readMessage(world, message) }));
  await settleEach(
    world,
    failed,
    read,
    (item) => item.message,
    (item) => keepDeployments(world, loaded, item.deployments),
  );
  world.measure?.(
    'Alerts',
    read.reduce((sum, { alerts }) => sum + alerts.length, 0),
  );
  const understood = read.flatMap(({ message, alerts }) => alerts.map((alert) => ({ message, alert })));
  // Beside the way to the page, which does not wait for it; the message is done only when this is done too.
  const kept = settleEach(
    world,
    failed,
    understood,
    (item) => item.message,
    (item) => keepAlert(world.table, item.alert, world.now()),
  );

  const acknowledged = understood.filter((item) => !failed.has(item.message) && isAcknowledgement(item.alert));
  const signs = understood.flatMap((item) => {
    const heartbeat = failed.has(item.message) ? undefined : heartbeatOf(loaded, item.alert);
    return heartbeat ? [{ ...item, heartbeat }] : [];
  });
  const heard = settleEach(
    world,
    failed,
    signs,
    (item) => item.message,
    (item) => hear(world, item.heartbeat, item.alert),
  );
  const isSign = new Set(signs.map(({ alert }) => alert));
  const paging = understood.filter(
    (item) =>
      !failed.has(item.message) && !isMuted(item.alert) && !isAcknowledgement(item.alert) && !isSign.has(item.alert),
  );
  const routed: Routed[] = [];
  await settleEach(
    world,
    failed,
    distinct(paging),
    (item) => item.message,
    async (item) => {
      const notice = await route(world, loaded, silences, item.alert);
      if (notice) routed.push({ messages: [item.message], notice });
    },
  );

  await settleEach(
    world,
    failed,
    byGroup(routed),
    (group) => group.messages,
    (group) => commit(world, loaded, group.notices),
  );
  // After the batch's own alerts: a trigger and its acknowledgement may come together.
  await settleEach(
    world,
    failed,
    acknowledged,
    (item) => item.message,
    (item) => acknowledgeSignal(world, loaded, item.alert),
  );
  await Promise.all([kept, heard]);
  return { failed: [...failed] };
}

function readMessage(world: World, message: QueueMessage): { alerts: Alert[]; deployments: Deployment[] } {
  const accepted = unwrapBody(message.body);
  const receivedAt = accepted?.receivedAt ?? message.sentAt;
  const { alerts, deployments, degraded, warnings } = normaliseBody(
    accepted?.body ?? message.body,
    accepted?.contentType,
    { receivedAt, ...(accepted === undefined ? {} : { origin: originOf(accepted) }) },
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

/** A sender's own test, and a composite alarm whose actions are held back, are on record and page nobody. */
function isMuted(alert: Alert): boolean {
  return alert.test || (alert.status === 'firing' && alert.labels['suppressed'] !== undefined);
}

/** An Events v2 client that says "somebody has it": never a new alert. [PagerDuty, Events API v2, `event_action`] */
function isAcknowledgement(alert: Alert): boolean {
  return alert.source.kind === 'events' && alert.labels['action'] === 'acknowledge';
}

/** Acknowledges the open incident of a signal; without one it is accepted and does nothing, as at PagerDuty. */
async function acknowledgeSignal(world: World, loaded: Loaded, alert: Alert): Promise<void> {
  const { group } = await recallSignal(world.table, alert.key);
  if (group === undefined) return;
  await change(world, loaded, { group: groupDigest(group) }, { type: 'acknowledge', by: 'the sender', via: 'events' });
}

/** One notice of each id in a batch: repeats change nothing. Their messages succeed or fail with the first. */
function distinct(items: Understood[]): Understood[] {
  return [...new Map(items.map((item) => [`${item.alert.key}\n${item.alert.id}`, item])).values()];
}

/** From an alert to what the incident is told of it; undefined for the end of a signal that never fired here. */
async function route(
  world: World,
  loaded: Loaded,
  silences: Promise<Silence[]>,
  alert: Alert,
): Promise<Notice | undefined> {
  if (alert.status === 'resolved') return routeResolve(world, alert);
  if (isCanary(alert)) return routeCanary(world, loaded, alert);
  const { service } = loaded.serviceOf(alert);
  const environment = loaded.environmentOf(alert);
  // The catalogue's names, which people write patterns against.
  const resolved = {
    ...alert,
    ...(service === undefined ? {} : { service: service.name }),
    ...(environment === undefined ? {} : { environment }),
  };
  const choice = loaded.runbookFor(resolved, service);
  const suspects = suspectsOf(world, loaded, alert, service, environment, choice.runbook ?? undefined);
  const runbook = choice.runbook === null ? undefined : loaded.catalogue.runbooks[choice.runbook];
  const known = await recallSignal(world.table, alert.key);
  const stillFires = known.group !== undefined && known.firingAt! > (known.resolvedAt ?? '');
  const group = stillFires
    ? known.group!
    : groupOf(alert, {
        ...(runbook === undefined ? {} : { runbook }),
        ...(service === undefined ? {} : { service: service.name }),
        ...(environment === undefined ? {} : { environment }),
      });
  const heard = await hearFiring(world.table, alert.key, alert.at, group);
  const severity = runbook?.severity ?? alert.severity ?? loaded.catalogue.defaults.severity;
  const silencedUntil = silenceOf(await silences, alert, world.now());
  return {
    alert: withoutBody(alert),
    group,
    severity,
    urgency: (service ?? loaded.catalogue.defaults).urgency[severity],
    policy: policyFor(loaded, service).name,
    ...(service === undefined ? {} : { service: service.name }),
    ...(environment === undefined ? {} : { environment }),
    runbook: short(choice),
    holdSeconds: runbook?.holdSeconds ?? 0,
    ...(silencedUntil === undefined ? {} : { silencedUntil }),
    ...(heard.resolvedAt === undefined ? {} : { overAt: heard.resolvedAt }),
    suspects: await suspects,
  };
}

async function routeResolve(world: World, alert: Alert): Promise<Notice | undefined> {
  const heard = await hearResolve(world.table, alert.key, alert.at);
  if (heard.group === undefined) return undefined;
  const incident = await currentIncident(world.table, groupDigest(heard.group));
  if (!incident) {
    // Its firing is between two writes in another instance, or came to grief there: it must come first.
    throw new Error('The incident of this signal is not written yet; the end of the signal comes again.');
  }
  return {
    alert: withoutBody(alert),
    group: heard.group,
    severity: incident.severity,
    urgency: incident.urgency,
    policy: incident.policy,
    runbook: incident.runbook,
    holdSeconds: 0,
    suspects: [],
  };
}

function withoutBody(alert: Alert): Notice['alert'] {
  const { raw: _raw, ...rest } = alert;
  return rest;
}

function policyFor(loaded: Loaded, service: Service | undefined): Policy {
  const { policies, defaults } = loaded.catalogue;
  return policies[service?.policy ?? defaults.policy] ?? policies[defaults.policy]!;
}

/** The choice as an incident keeps it: the first three candidates. */
function short(choice: Choice): Choice {
  return { ...choice, candidates: choice.candidates.slice(0, 3) };
}

function silenceOf(silences: Silence[], alert: Alert, now: string): string | undefined {
  const ends = silences
    .filter((silence) => silence.from <= now && silence.until > now)
    .filter((silence) => {
      const compiled = compile(silence.match);
      return compiled.ok && matches(compiled.pattern, alert);
    })
    .map((silence) => silence.until);
  return ends.length === 0 ? undefined : ends.reduce((a, b) => (a > b ? a : b));
}

function began({ startsAt, at }: Alert): string {
  return startsAt ?? at;
}

/** Knowing what changed must never keep a page from going out. */
async function suspectsOf(
  world: World,
  loaded: Loaded,
  alert: Alert,
  service: Service | undefined,
  environment: string | undefined,
  runbook: string | undefined,
): Promise<Suspect[]> {
  try {
    if (!service) return [];
    const now = world.now();
    const onset = began(alert) < now ? began(alert) : now;
    return await suspectsFor(world, loaded, {
      service: service.name,
      runbook,
      environment,
      onset,
      resources: namesOf(alert.resources),
    });
  } catch (error) {
    world.log('error', 'Suspects could not be looked up; the page goes without', { error: String(error) });
    return [];
  }
}

function byGroup(routed: Routed[]): { messages: string[]; notices: Notice[] }[] {
  const groups = new Map<string, { messages: string[]; notices: Notice[] }>();
  for (const { messages, notice } of routed) {
    const group = groups.get(notice.group) ?? { messages: [], notices: [] };
    group.messages.push(...messages);
    group.notices.push(notice);
    groups.set(notice.group, group);
  }
  return [...groups.values()];
}

async function commit(world: World, loaded: Loaded, notices: Notice[]): Promise<void> {
  const result = await change(world, loaded, { group: groupDigest(notices[0]!.group) }, { type: 'notices', notices });
  if (!result) return;
  const { incident, changed } = result;
  if (!changed)
    world.log('info', 'Nothing new', { incident: incident.id, state: incident.state, alerts: notices.length });
}

/** Does a thing for each item, all at once; where it throws, the item's messages fail and no others. */
async function settleEach<Item>(
  world: World,
  failed: Set<string>,
  items: Item[],
  messagesOf: (item: Item) => string | string[],
  act: (item: Item) => Promise<void>,
): Promise<void> {
  await Promise.all(
    items.map(async (item) => {
      try {
        await act(item);
      } catch (error) {
        for (const message of [messagesOf(item)].flat()) failed.add(message);
        world.log('error', 'A message could not be handled and comes again', { error: String(error) });
      }
    }),
  );
}
