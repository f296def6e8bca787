/**
 * Delivering: what one message of the pages queue asks for.
 *
 *   look → not due? delay again → timer? decide → page: pace → claim → pace → address → link → words → send → record
 *
 * Promises: a page is sent while its claim is held and recorded after it; a crash in between sends it again, never zero
 * times. Nothing goes out for an incident that was acknowledged before the claim.
 */
import type { Channel, Person } from '../catalogue/catalogue.ts';
import { chatContact, isInShadow } from '../catalogue/resolve.ts';
import type { Sent } from '../channel/channel.ts';
import { claim } from '../incident/delivery.ts';
import type { Event } from '../incident/event.ts';
import { type Incident, isSamePlace, messageKey, type Page, parseIncidentId } from '../incident/incident.ts';
import { isHeld } from '../incident/standby.ts';
import type { Message } from '../message/message.ts';
import { linkToken } from '../message/token.ts';
import { alertMessage, chatDigestMessage, digestMessage, reliefMessage, updateMessage } from '../message/words.ts';
import { lastTimeFacts, lastTimeOf } from '../problem/last-time.ts';
import {
  type AnswerLook,
  type HandOverLook,
  type Look,
  queueOwed,
  type ReminderLook,
  type StoppedLook,
} from '../queue/queue.ts';
import type { Loaded } from '../routing/loaded.ts';
import { commitIncident, incidentById } from '../store/incidents.ts';
import { keepLink } from '../store/links.ts';
import { markSign } from '../store/peer.ts';
import { problemOf } from '../store/problems.ts';
import { keepShadow } from '../store/shadows.ts';
import type { World } from '../world/world.ts';
import { continueAnswer } from './answer-all.ts';
import { canarySentAt } from './canary.ts';
import { change, standingOf, TooManyConflicts } from './change.ts';
import { noteStopped, tellStopped } from './contacts.ts';
import { tellOfHandOver } from './handover.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { noteOwner } from './numbers.ts';
import { atItsPace, type Gathered, noteTold } from './pace.ts';
import { tellReminder } from './reminder.ts';
import { catchUp } from './standby.ts';

/** Longer than any channel's own timeout; after it, the next function that looks may send the page again. */
const LEASE_SECONDS = 20;
const MAX_ATTEMPTS = 12;
/** The first step of a policy, fired for the first time. */
const FIRST = { round: 0, step: 0 };

/** Handles one message. Throws where it must come again. */
export async function deliver(
  world: World,
  look: Look | HandOverLook | AnswerLook | StoppedLook | ReminderLook,
): Promise<void> {
  if (look.kind === 'answer') return continueAnswer(world, look);
  if (look.kind === 'stopped') return tellStopped(world, look);
  if (look.kind === 'hand-over') return tellOfHandOver(world, look);
  if (look.kind === 'reminder') return tellReminder(world, look);
  const now = world.now();
  if (look.due > now) {
    await queueOwed(world.queues, look.incident, [look], now);
    return;
  }
  await catchUp(world, look.incident);
  const loaded = await world.catalogue();
  if (look.kind === 'timer') {
    await change(world, loaded, { id: look.incident }, { type: 'timer', id: look.id });
    return;
  }
  const ledger = openLedger(world);
  // Beside the incident: where it is wanted, the window is asked for next.
  if (look.for !== undefined) ledger.paceOf(look.for).catch(() => {});
  const due = await wanted(world, look);
  if (!due || (await standsBy(world, loaded, due))) return;
  const canary = canarySentAt(due.incident);
  // Most looks of a storm find that the page waits or was told: those need not take it into their hands.
  if (canary === undefined && !(await isToBeSent(world, loaded, due, { mayOpen: false, ledger }))) return;
  const held = await take(world, look, due.incident);
  if (!held) return;
  const paced = canary === undefined ? await isToBeSent(world, loaded, held, { mayOpen: true, ledger }) : {};
  if (!paced) return;
  // A test page is meant to be told, in shadow too.
  const isShadow = !held.incident.test && isInShadow(loaded.catalogue, held.incident.service);
  if (canary !== undefined || isShadow) {
    if (canary === undefined) await keepInShadow(world, held, paced.digest);
    else if (isFirstPage(held)) {
      world.measure?.('CanaryTimeToPage', Date.parse(now) - Date.parse(canary));
      if (world.peer) await markSign(world.table, 'canary', now);
    }
    await change(
      world,
      loaded,
      { id: look.incident, known: held.incident },
      { type: 'sent', page: look.id, how: 'shadow' },
    );
    return;
  }
  const sent = await send(world, loaded, held.incident, held.page, paced.digest);
  measure(world, held, sent);
  if (sent.optedOut && held.page.person) await noteStopped(world, held.page.to);
  if (sent.ok && paced.digest) await noteTold(world, loaded, held.page, paced.digest, sent.detail);
  const event = outcomeOf(look.id, sent, paced.digest?.isDigest === true);
  await change(world, loaded, { id: look.incident, known: held.incident }, event);
  world.log(sent.ok ? 'info' : 'warn', sent.ok ? 'Page sent' : `Page failed: ${sent.reason}`, {
    incident: look.incident,
    page: look.id,
    channel: held.page.channel,
    to: held.page.to,
  });
}

/** What a page that is to be sent tells beside itself; undefined where it waits or was told, which is written down. */
async function isToBeSent(
  world: World,
  loaded: Loaded,
  due: Held,
  how: { mayOpen: boolean; ledger: Ledger },
): Promise<{ digest?: Gathered } | undefined> {
  const { incident, page } = due;
  const paced = await atItsPace(world, loaded, due, how);
  if (paced.do === 'send') return paced;
  // Told of it is as good as sent it: they may answer for it.
  if (paced.do === 'told' && page.followsSeconds === undefined) await linkFor(world, incident, page);
  const event: Event =
    paced.do === 'told'
      ? { type: 'sent', page: page.id, how: 'digest' }
      : { type: 'waits', page: page.id, generation: paced.generation, until: paced.until };
  await change(world, loaded, { id: incident.id, known: incident }, event);
  return undefined;
}

/** The other region pages for it: the page that is owed here does not go out. */
async function standsBy(world: World, loaded: Loaded, { incident, page }: Held): Promise<boolean> {
  if (page.kind !== 'alert') return false;
  const standby = await standingOf(world);
  if (!isHeld(incident, { now: world.now(), ...(standby === undefined ? {} : { standby }) })) return false;
  await change(world, loaded, { id: incident.id }, { type: 'stand-by', until: standby!.heldUntil! });
  return true;
}

/** What a carrier's answer is to the incident. */
function outcomeOf(page: string, sent: Sent, isDigest: boolean): Event {
  if (!sent.ok) {
    const { reason, again, afterSeconds } = sent;
    return { type: 'failed', page, reason, again, ...(afterSeconds === undefined ? {} : { afterSeconds }) };
  }
  // A digest's message is of many: no incident of them may change it for itself.
  const reference = isDigest ? undefined : sent.detail;
  return { type: 'sent', page, ...(reference === undefined ? {} : { reference }) };
}

async function keepInShadow(world: World, { incident, page }: Held, digest: Gathered | undefined): Promise<void> {
  if (page.kind === 'update') return;
  const { text } = await write(world, incident, page, digest);
  const { id, title, service, openedAt } = incident;
  const { id: of, to, channel, kind } = page;
  const about = {
    incident: id,
    title,
    ...(service === undefined ? {} : { service }),
    openedAt: openedAt ?? world.now(),
  };
  await keepShadow(world.table, { at: world.now(), page: of, to, channel, kind, text, ...about });
}

function measure(world: World, held: Held, sent: Sent): void {
  if (held.page.kind !== 'alert') return;
  world.measure?.(sent.ok ? 'PagesSent' : 'PagesFailed', 1);
  if (sent.ok && isFirstOfIncident(held) && held.page.waits === undefined)
    world.measure?.('TimeToPage', Date.parse(world.now()) - Date.parse(held.page.due));
}

/** The first try of the first page that an incident owes: to a person or a chat channel, of the first step that reaches anybody. */
function isFirstPage({ incident, page }: Held): boolean {
  return page.attempts === 0 && incident.pages.find(({ kind }) => kind === 'alert')?.id === page.id;
}

/** A first try of what the first step owes at once. */
function isFirstOfIncident({ incident, page }: Held): boolean {
  const isFirst = page.kind === 'alert' && page.person && isSamePlace(page.place, FIRST) && page.attempts === 0;
  return isFirst && page.due === incident.openedAt;
}

type Held = { incident: Incident; page: Page };

/** The page as it is, where it is due, wanted, and in nobody's hands. */
async function wanted(world: World, look: Look): Promise<Held | undefined> {
  const incident = await incidentById(world.table, look.incident);
  const answer = claim(incident, look.id, world.now(), LEASE_SECONDS);
  if ('refused' in answer) return undefined;
  return { incident: incident!, page: incident!.pages.find(({ id }) => id === look.id)! };
}

/** Takes the page into our hands, `known` being the incident as read a moment ago; undefined where it is not wanted any more or is held. */
async function take(world: World, look: Look, known: Incident): Promise<Held | undefined> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const incident = attempt === 0 ? known : await incidentById(world.table, look.incident);
    const answer = claim(incident, look.id, world.now(), LEASE_SECONDS);
    // Not queued again: the change that moved the page's time has queued it, and the sweep finds a lease that has run out. A
    // message that queues another would multiply without end where the queue delivers some of them twice.
    if ('refused' in answer) return undefined;
    const committed = await commitIncident(world.table, answer.claimed);
    if (committed !== 'conflict') return { incident: committed, page: answer.page };
    await world.pause(15 * (attempt + 1) * (0.5 + world.random()));
  }
  throw new TooManyConflicts('The page could not be claimed; the message goes back to the queue.');
}

async function send(
  world: World,
  loaded: Loaded,
  incident: Incident,
  page: Page,
  digest: Gathered | undefined,
): Promise<Sent> {
  const channel = world.channels[page.channel];
  if (!channel) return { ok: false, reason: `channel ${page.channel} is not set up`, again: false };
  const contact = contactOf(loaded, incident, page);
  if (contact === undefined) return { ok: false, reason: `no contact for ${page.channel}`, again: false };
  try {
    const address = await world.address(contact);
    const [message, known] = await Promise.all([
      write(world, incident, page, digest),
      digest?.isDigest ? [] : lastTime(world, incident, page),
    ]);
    message.facts.splice(-1, 0, ...known);
    const earlier = digest?.grows ?? (page.kind === 'update' ? page.changes : incident.messages?.[messageKey(page)]);
    const isPhone = page.person && (page.channel === 'sms' || page.channel === 'voice');
    const [sent] = await Promise.all([
      channel(address, message, `${incident.id}.${page.id}`, earlier),
      // So an answer from this number is understood even while contacts cannot be read.
      isPhone ? noteOwner(world, page.to, address) : undefined,
    ]);
    return sent;
  } catch (error) {
    // Only the error's name: its message may quote an address.
    return { ok: false, reason: error instanceof Error ? error.name : 'error', again: true };
  }
}

/** Ways that wake nobody; what came of it last time must not keep a text or a call. */
const READ_LATER: readonly Channel[] = ['slack', 'teams', 'email', 'webhook'];

/** What came of it last time, for chat and email. Without it where that cannot be read. */
async function lastTime(
  world: World,
  { id, sequence, problem, test }: Incident,
  page: Page,
): Promise<Message['facts']> {
  const isNew = sequence === 1 && problem === undefined;
  if (isNew || test !== undefined || page.kind === 'relief' || !READ_LATER.includes(page.channel)) return [];
  try {
    const last = lastTimeOf(await problemOf(world.table, parseIncidentId(id)!.group));
    return last === undefined ? [] : lastTimeFacts(last);
  } catch (error) {
    world.log('warn', 'What came of it last time could not be read; the message goes without', {
      incident: id,
      error: (error as Error).name,
    });
    return [];
  }
}

function contactOf({ catalogue }: Loaded, incident: Incident, page: Page): string | undefined {
  if (!page.person) return chatContact(catalogue, page.channel, page.to);
  const person = catalogue.people[page.to];
  if (page.channel === 'sms' || page.channel === 'voice') return phoneFor(person, incident, page);
  return person?.contact[page.channel];
}

/** The first phone first; a second call of the same step, or a second try, goes to the other phone where there is one. */
function phoneFor(person: Person | undefined, { pages }: Incident, page: Page): string | undefined {
  const phones = [person?.contact.phone, person?.contact.phone2].filter((phone) => phone !== undefined);
  const before = pages
    .slice(
      0,
      pages.findIndex(({ id }) => id === page.id),
    )
    .filter(
      ({ to, channel, place }) => to === page.to && channel === page.channel && isSamePlace(place, page.place),
    ).length;
  return phones[(before + page.attempts) % Math.max(1, phones.length)];
}

/** The message, with the link made for this person; a chat channel gets the address that needs a signed-in session. */
async function write(world: World, incident: Incident, page: Page, digest: Gathered | undefined): Promise<Message> {
  const now = world.now();
  if (page.kind === 'relief') return reliefMessage(incident, await linkFor(world, incident, page));
  if (page.kind === 'update') {
    return updateMessage(incident, now, await linkFor(world, incident, page));
  }
  if (!digest?.isDigest) return alertMessage(incident, now, await linkFor(world, incident, page));
  if (page.person) return digestMessage(digest.worst, digest.digest, now, await linkFor(world, digest.worst, page));
  return chatDigestMessage(digest.worst, digest.digest, now, world.baseUrl);
}

async function linkFor(world: World, incident: Incident, page: Page): Promise<string> {
  if (!page.person) return `${world.baseUrl}/k/${incident.id}`;
  const secret = await world.linkSecret().catch((error: Error) => {
    if (page.attempts === 0) throw error;
    // Tried before: a page whose link asks for a token is better than none.
    world.log('error', 'A page has no personal link', { incident: incident.id, error: error.message });
    return undefined;
  });
  if (secret === undefined) return `${world.baseUrl}/k/${incident.id}`;
  const token = linkToken(secret, incident.id, page.to);
  await keepLink(world.table, token, { incident: incident.id, person: page.to }, incident.code, world.now());
  return `${world.baseUrl}/p/${token}`;
}
