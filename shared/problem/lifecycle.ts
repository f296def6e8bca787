/**
 * What becomes of a problem: a try to make its ticket begins, ends, fails; its tracker tells what became of the ticket.
 *
 * Promises: of one problem one try is under way at a time, by a lease that outlives the function that has it; that a ticket was asked
 * for is on record before it is asked for. Every function returns a new value, or the one it was given where nothing changes. Pure.
 */
import { type GroupDigest, type Incident, parseIncidentId } from '../incident/incident.ts';
import { after, millis } from '../time/time.ts';
import { proposed, readBoxes } from './follow-ups.ts';
import type { Problem } from './problem.ts';

/** Longer than the function may run, and than a tracker may take with a request that the function no longer waits for. */
const LEASE_SECONDS = 180;
/** A cause that comes back sooner reopens its ticket; later it gets another, linked to it. */
export const REOPEN_DAYS = 30;
/** After a close the cause is watched for so long. */
const WATCH_DAYS = 30;
const MAX_INCIDENTS = 100;
const MARK = 'pageturner-';

/** The label that is one ticket's alone: `pageturner-k3v9qd7m2xab`, and `-2` for the second ticket of the cause. */
export function markOf({ cause, round }: Pick<Problem, 'cause' | 'round'>): string {
  return `${MARK}${cause}${round === 1 ? '' : `-${round}`}`;
}

/** The cause and the round behind a mark; undefined for any other label. */
export function parseMark(label: string): { cause: GroupDigest; round: number } | undefined {
  const found = /^pageturner-([0-9a-hjkmnp-tv-z]{12})(?:-([1-9][0-9]{0,4}))?$/.exec(label);
  return found ? { cause: found[1] as GroupDigest, round: Number(found[2] ?? 1) } : undefined;
}

/** Where a ticket is to be made, and of whom. */
type About = { title: string; owner?: string | undefined; tracker: string; project: string };

/** The problem of a cause that had none. */
export function newProblem(incident: Incident, about: About, now: string): Problem {
  const { service, environment } = incident;
  return {
    cause: parseIncidentId(incident.id)!.group,
    version: 0,
    title: about.title,
    ...(service === undefined ? {} : { service }),
    ...(environment === undefined ? {} : { environment }),
    ...(about.owner === undefined ? {} : { owner: about.owner }),
    tracker: about.tracker,
    project: about.project,
    round: 1,
    state: 'asked',
    openedAt: now,
    incidents: [],
    whys: [],
    followUps: proposed(incident, about.owner, now),
    updatedAt: now,
  };
}

/** Begins a try; undefined while somebody else's is under way. */
export function tried(problem: Problem, by: string, now: string): Problem | undefined {
  if (problem.trying !== undefined && problem.trying.by !== by && problem.trying.until > now) return undefined;
  return { ...problem, trying: { by, until: after(now, LEASE_SECONDS) }, updatedAt: now };
}

/** The tracker is about to be asked to make the ticket. */
export function askedNow(problem: Problem, now: string): Problem {
  return { ...problem, state: 'asked', askedAt: now, updatedAt: now };
}

/** Until when a ticket that was asked for may be there unseen; undefined where a look-up sees it. */
export function unseenUntil({ askedAt, ticket }: Problem, findsAfterSeconds: number, now: string): string | undefined {
  if (askedAt === undefined || ticket !== undefined || findsAfterSeconds === 0) return undefined;
  const until = after(askedAt, findsAfterSeconds);
  return until > now ? until : undefined;
}

/** The ticket of the cause was closed long ago, or is gone: the next one. */
export function nextRound(problem: Problem, incident: Incident, about: About, now: string): Problem {
  const { ticket, closedAt, watchedUntil: _w, due: _d, labels: _l, askedAt: _a, ...rest } = problem;
  return {
    ...rest,
    ...(ticket === undefined
      ? {}
      : { before: { key: ticket.key, name: ticket.name, ...(closedAt === undefined ? {} : { closedAt }) } }),
    title: about.title,
    tracker: about.tracker,
    project: about.project,
    round: problem.round + 1,
    state: 'asked',
    openedAt: now,
    whys: [],
    followUps: proposed(incident, about.owner, now),
    updatedAt: now,
  };
}

type Ticket = { key: string; name: string; url: string };

/** The ticket is there and open, and tells of the incident: the try is over. */
export function told(problem: Problem, { key, name, url }: Ticket, incident: string, now: string): Problem {
  const { trying: _t, askedAt: _a, closedAt: _c, watchedUntil: _w, ...rest } = problem;
  const incidents = [...problem.incidents.filter((id) => id !== incident), incident].slice(-MAX_INCIDENTS);
  return { ...rest, ticket: { key, name, url }, state: 'open', incidents, updatedAt: now };
}

/** The try is over without a ticket. `refused`: the tracker said no, so none is there that was not there before. */
export function released(problem: Problem, by: string, refused: boolean, now: string): Problem {
  if (problem.trying?.by !== by) return problem;
  const { trying: _t, ...rest } = problem;
  if (refused) delete rest.askedAt;
  return { ...rest, updatedAt: now };
}

/** What its tracker says of a ticket. */
export type Said = {
  state: 'open' | 'closed';
  closedAt?: string | undefined;
  labels?: string[] | undefined;
  due?: string | undefined;
  boxes?: { text: string; isDone: boolean }[] | undefined;
};

/** The problem as its tracker has it. The same value where nothing is new. */
export function heard(problem: Problem, { state, closedAt, labels, due, boxes }: Said, now: string): Problem {
  const next: Problem = { ...problem };
  if (labels !== undefined) next.labels = labels.slice(0, 50).map((label) => label.slice(0, 100));
  if (due === undefined) delete next.due;
  else next.due = due;
  // A box that the ticket does not have yet must not undo what people said here.
  if (boxes !== undefined && !problem.stale?.includes('follow_ups'))
    next.followUps = readBoxes(problem.followUps, boxes, now);
  if (state === 'closed' && problem.state !== 'closed') {
    next.state = 'closed';
    next.closedAt = closedAt ?? now;
    next.watchedUntil = after(next.closedAt, WATCH_DAYS * 86_400);
  }
  if (state === 'open' && problem.state === 'closed') {
    next.state = 'open';
    delete next.closedAt;
    delete next.watchedUntil;
  }
  return JSON.stringify(sorted(next)) === JSON.stringify(sorted(problem)) ? problem : { ...next, updatedAt: now };
}

function sorted(problem: Problem): [string, unknown][] {
  return Object.entries(problem).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Whole days from a close until now. */
export function daysSince(closedAt: string, now: string): number {
  return Math.max(0, Math.floor((millis(now) - millis(closedAt)) / 86_400_000));
}
