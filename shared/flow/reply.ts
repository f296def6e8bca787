/**
 * Replies: what people answer by text message, and whom the link of a page stands for.
 *
 * Promises: nobody acts without being known. A link stands for one person and one incident; a reply counts only from a
 * number of the catalogue, for an incident that this person was paged for. Every act is recorded with who and by what way.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Incident } from '../incident/incident.ts';
import { isToken } from '../message/token.ts';
import { isFirstToday } from '../store/contacts.ts';
import { paceOf, waitingIn } from '../store/digests.ts';
import { incidentById } from '../store/incidents.ts';
import { findLink, pagedIncidents } from '../store/links.ts';
import type { World } from '../world/world.ts';
import { type Action, act } from './act.ts';
import { noteProved, noteStopped } from './contacts.ts';

/** "ACK ALL" answers so many of the last digests. */
const LAST_DIGESTS = 3;

/** Whom a link's token stands for, and about which incident. */
export async function openLink(
  world: World,
  token: string,
): Promise<{ person: string; incident: Incident } | undefined> {
  if (!isToken(token)) return undefined;
  const link = await findLink(world.table, token, world.now());
  const incident = link ? await incidentById(world.table, link.incident) : undefined;
  return link && incident ? { person: link.person, incident } : undefined;
}

export const HELP =
  'Reply ACK, RESOLVE or NO (pass it on) with the two characters of the page, like ACK 7Y. Or open its link.';

export const STARTED = 'Texts of Pageturner reach you again.';

export const STRANGER = 'Pageturner does not know this number. Nothing was changed.';

/**
 * What carriers take for themselves, where a text begins with it: from STOP on, texts to the phone vanish; HELP they answer.
 * Sources: AWS End User Messaging SMS user guide, "Keywords" and "Required opt-out keywords"; Twilio, "Support for opt-out
 * keywords" (STOPALL, UNSTOP, INFO).
 */
const KEYWORDS: Record<string, 'stop' | 'start' | 'help'> = {
  ...Object.fromEntries(
    ['arret', 'cancel', 'end', 'opt-out', 'optout', 'quit', 'remove', 'stop', 'stopall', 'td', 'unsubscribe'].map(
      (word) => [word, 'stop' as const],
    ),
  ),
  start: 'start',
  unstop: 'start',
  help: 'help',
  info: 'help',
};

/** The keyword that a text begins with. */
function keywordOf(text: string): 'stop' | 'start' | 'help' | undefined {
  const [first = ''] = /^[a-z-]{1,20}/.exec(text.trim().toLowerCase()) ?? [];
  return Object.hasOwn(KEYWORDS, first) ? KEYWORDS[first] : undefined;
}

/** A reply as the carrier hands it over. */
export type Reply = { from: string; text: string };

/** What a reply leads to. `starts`: its sender wants texts again, and the answer shows whether the carrier lets them through. */
export type Answered = { person?: string; answer?: string; starts?: true };

/** What a reply leads to, and the answer to it. A number that nobody in the catalogue has is told so once a day. */
export async function answerReply(world: World, reply: Reply): Promise<Answered> {
  const person = await personOf(world, reply.from);
  if (person === undefined) {
    world.log('warn', 'A reply from a number that nobody in the catalogue has');
    const mark = createHmac('sha256', await world.linkSecret())
      .update(reply.from)
      .digest('hex')
      .slice(0, 32);
    // Once a day: two machines that answer every text would answer each other without end.
    return (await isFirstToday(world.table, mark, world.now())) ? { answer: STRANGER } : {};
  }
  const kept = keywordOf(reply.text);
  if (kept === 'stop') {
    await noteStopped(world, person);
    return { person };
  }
  await noteProved(world, person, 'sms');
  // A block that is lifted lets the answer through; one that is not refuses it, and nothing is noted.
  if (kept === 'start') return { person, answer: STARTED, starts: true };
  // The carrier has answered it.
  if (kept === 'help') return { person };
  const asked = parseReply(reply.text);
  if (!asked) return { person, answer: HELP };
  const open = await openIncidents(world, person);
  if (asked.code === 'ALL') return { person, answer: await answerAll(world, asked.action, person) };
  const meant = asked.code === undefined ? open : open.filter((incident) => incident.code === asked.code);
  if (meant.length !== 1) return { person, answer: whichOne(open, asked.code) };
  const done = await act(world, meant[0]!.id, { type: asked.action, by: person, via: 'reply' });
  return { person, answer: said(asked.action, done?.incident ?? meant[0]!, done?.changed ?? false) };
}

/** `ack 7y`, `ACK`, `no 7Y`, `pass on 7Y`, `resolve`: undefined for anything else. */
export function parseReply(text: string): { action: Action; code?: string } | undefined {
  const found =
    /^\s*(ack|acknowledge|ok|yes|no|pass(?: ?on)?|resolve|resolved)\b[\s:.,-]*(all|[a-z0-9]{2})?\s*[.!]?\s*$/i.exec(
      text,
    );
  if (!found) return undefined;
  const word = found[1]!.toLowerCase();
  const action: Action =
    word === 'no' || word.startsWith('pass') ? 'escalate' : word.startsWith('resolve') ? 'resolve' : 'acknowledge';
  return { action, ...(found[2] === undefined ? {} : { code: found[2].toUpperCase() }) };
}

/** One answer for everything that is open for a person: what a digest asks for. */
export async function answerAll(world: World, action: Action, person: string, via = 'reply'): Promise<string> {
  const open = await openIncidents(world, person, await toldIncidents(world, person));
  if (open.length === 0) return 'Nothing is open for you. Nothing was changed.';
  let changed = 0;
  for (const incident of open)
    if ((await act(world, incident.id, { type: action, by: person, via }))?.changed) changed++;
  const done = { acknowledge: 'Acknowledged', resolve: 'Resolved', escalate: 'Passed on' }[action];
  return `${done} ${changed} of ${open.length}.${action === 'acknowledge' ? ' They are yours.' : ''}`;
}

/** How many incidents of the last digests are open for a person. */
export async function countTold(world: World, person: string): Promise<number> {
  return (await openIncidents(world, person, await toldIncidents(world, person))).length;
}

/** What the last digests told a person of: their own pages may not have heard of it yet. */
async function toldIncidents(world: World, person: string): Promise<string[]> {
  const record = await paceOf(world.table, person);
  if (!record || record.told === 0) return [];
  const { waiting } = await waitingIn(world.table, person, Math.max(1, record.told - LAST_DIGESTS), record.told);
  return waiting.map(({ incident }) => incident);
}

async function openIncidents(world: World, person: string, more: string[] = []): Promise<Incident[]> {
  const paged = await pagedIncidents(world.table, person, world.now());
  const ids = new Set([...paged.map(({ incident }) => incident), ...more]);
  const incidents = await Promise.all([...ids].map((id) => incidentById(world.table, id)));
  return incidents.filter((incident): incident is Incident => incident !== undefined && incident.state !== 'resolved');
}

function whichOne(open: Incident[], code: string | undefined): string {
  if (open.length === 0) return 'Nothing is open for you. Nothing was changed.';
  const codes = open
    .map((incident) => `${incident.code} ${incident.service ?? incident.title.slice(0, 20)}`)
    .join(', ');
  return code === undefined
    ? `Which one, or ALL? Open for you: ${codes}`.slice(0, 160)
    : `No ${code} is open for you. Open: ${codes}`.slice(0, 160);
}

function said(action: Action, incident: Incident, changed: boolean): string {
  if (action === 'acknowledge') {
    return changed
      ? `Acknowledged ${incident.code}. It is yours.`
      : `${incident.code} is with ${incident.acknowledgedBy ?? 'somebody'} already.`;
  }
  if (action === 'resolve') return changed ? `Resolved ${incident.code}.` : `${incident.code} was resolved already.`;
  return `Passed on: the next person is being paged for ${incident.code}.`;
}

async function personOf(world: World, number: string): Promise<string | undefined> {
  const { catalogue } = await world.catalogue();
  for (const person of Object.values(catalogue.people)) {
    for (const phone of [person.contact.phone, person.contact.phone2])
      if (phone !== undefined && sameText(await world.address(phone), number)) return person.id;
  }
  return undefined;
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
