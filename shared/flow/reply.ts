/**
 * Replies: what people answer by text message, and whom the link of a page stands for.
 *
 * Promises: nobody acts without being known. A link stands for one person and one incident; a reply counts only from a
 * number of the catalogue, for an incident that this person was paged for. Every act is recorded with who and by what way.
 */
import type { Incident } from '../incident/incident.ts';
import { isToken } from '../message/token.ts';
import { isFirstToday } from '../store/contacts.ts';
import { incidentById } from '../store/incidents.ts';
import { findLink } from '../store/links.ts';
import type { World } from '../world/world.ts';
import { type Action, act } from './act.ts';
import { answerAll, openFor } from './answer-all.ts';
import { noteProved, noteStopped } from './contacts.ts';
import { markOf, personOf } from './numbers.ts';

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
    const mark = await markOf(world, reply.from);
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
  if (asked.code === 'ALL') return { person, answer: await answerAll(world, asked.action, person) };
  const open = await openFor(world, person);
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
