/**
 * A standby: a second Pageturner in another region that receives every alert too, and pages only while the first is not heard.
 *
 * Promises: while the first is heard the standby asks nobody, but for what the first lives and lacks; once it has not been
 * heard for so long, every incident that is still unanswered is paged here. An answer given in one region counts in the other,
 * unless what it answered has asked again since: a lost answer means a page too many, never one too few.
 *
 * The two share nothing but what each tells the other of its incidents, once a minute. Pure; called by `shared/flow/`.
 */
import { isWorse, type Severity } from '../alert/alert.ts';
import type { Override, Silence } from '../exception/exception.ts';
import type { Event } from '../incident/event.ts';
import { asksSince, type Incident, parseIncidentId, type State } from '../incident/incident.ts';
import { after } from '../time/time.ts';

/** The other region is missing once it was not heard for so long: two questions in a row went unanswered. */
export const MISSING_SECONDS = 150;
/** Three canaries in a row did not come through. */
const CANARY_SECONDS = 900;
/** How long a standby that knows nothing yet (or was gone itself) waits for its first question to be answered. */
const ASKING_SECONDS = 1;
/** How people read where an answer came from. */
export const VIA = 'the other region';

/** The roles of two regions: the first pages, the standby pages in its place. */
export type Role = 'first' | 'standby';

/** What a region tells of one of its incidents: all that the other decides by. */
export type PeerIncident = {
  id: string;
  state: State;
  severity: Severity;
  /** When its signal began to be wrong, by the sender: the same in both for the same firing. */
  firingSince?: string;
  acknowledgedAt?: string;
  acknowledgedBy?: string;
  resolvedAt?: string;
  resolvedBy?: string;
};

/** What a region tells of itself. All times are by its own clock, `at` too: when it said so. */
export type Report = {
  at: string;
  role?: Role;
  /** The end of its last sweep, and of the last way of a canary; absent where there was none yet. */
  sweptAt?: string;
  canaryAt?: string;
  /** The digest of its catalogue in force. */
  catalogue?: string;
  /** What people decided in the first region for a time: the standby goes by it too. */
  silences?: Silence[];
  overrides?: Override[];
  /** The latest incident of each group it was asked about; a group it never had an incident of is left out. */
  incidents: PeerIncident[];
};

/** What was last heard of the other region. */
export type Heard = {
  /** When it was last asked, and since when it has been asked without a gap: since when this region lives. */
  askedAt: string;
  askedSince: string;
  /** When it last answered that it is well; absent where it never did. */
  heardAt?: string;
  /** What was wrong when it was last asked. */
  why?: string;
  catalogue?: string;
};

/** What is told of an incident. */
export function told(incident: Incident): PeerIncident {
  const { id, state, severity, firingSince, acknowledgedAt, acknowledgedBy, resolvedAt, resolvedBy } = incident;
  return {
    id,
    state,
    severity,
    ...(firingSince === undefined ? {} : { firingSince }),
    ...(acknowledgedAt === undefined ? {} : { acknowledgedAt }),
    ...(acknowledgedBy === undefined ? {} : { acknowledgedBy }),
    ...(resolvedAt === undefined ? {} : { resolvedAt }),
    ...(resolvedBy === undefined ? {} : { resolvedBy }),
  };
}

/** What a region is to the other, and after how long of silence that one counts as missing. */
export type Ours = { role: Role; missingSeconds: number };

/** Why a region that answered counts as missing all the same; undefined where it is well. Its ages are by its own clock. */
export function whatAils({ at, role, sweptAt, canaryAt }: Report, ours: Ours): string | undefined {
  // Two that both stand by would page nobody.
  if (ours.role === 'standby' && role !== 'first')
    return `it is no first region: set peerUrl there, and standby to 'no'`;
  if (sweptAt === undefined) return 'it has not swept yet';
  if (after(sweptAt, ours.missingSeconds) < at) return `its last sweep was at ${sweptAt}`;
  // A canary that was never heard of proves nothing: it may be a new stack.
  if (canaryAt !== undefined && after(canaryAt, CANARY_SECONDS) < at)
    return `its last canary came through at ${canaryAt}`;
  return undefined;
}

/** What is kept after a question: `answer` is what it told, or why there is none. */
export function hearing(before: Heard | undefined, answer: Report | { why: string }, ours: Ours, now: string): Heard {
  const why = 'why' in answer ? answer.why : whatAils(answer, ours);
  const heardAt = why === undefined ? now : before?.heardAt;
  const catalogue = 'why' in answer ? before?.catalogue : answer.catalogue;
  const isBack = before === undefined || mustAsk(before, now, ours.missingSeconds);
  return {
    askedAt: now,
    askedSince: isBack ? now : before.askedSince,
    ...(heardAt === undefined ? {} : { heardAt }),
    ...(why === undefined ? {} : { why }),
    ...(catalogue === undefined ? {} : { catalogue }),
  };
}

/** Nobody has asked for so long: this region was gone itself, and must ask before it concludes anything. */
export function mustAsk(heard: Heard | undefined, now: string, missingSeconds: number): boolean {
  return heard === undefined || after(heard.askedAt, missingSeconds) < now;
}

/** Until when a standby asks nobody; undefined once the first is missing. */
export function heldUntil(heard: Heard | undefined, now: string, missingSeconds: number): string | undefined {
  if (heard === undefined || mustAsk(heard, now, missingSeconds)) return after(now, ASKING_SECONDS);
  const until = heard.heardAt === undefined ? undefined : after(heard.heardAt, missingSeconds);
  return until !== undefined && until > now ? until : undefined;
}

/**
 * A question that was answered. `standsBy`: this region stands by the one that answered, and that one is well; `livesSince`:
 * what ended before may not have been told to it yet.
 */
export type Answered = { standsBy: boolean; livesSince: string; now: string; missingSeconds: number };

/**
 * What becomes of an open incident of ours, now that the other region has told what it has of the same group (`theirs`;
 * undefined where it never had one). Out: what to tell our incident; undefined for nothing.
 */
export function afterHearing(ours: Incident, theirs: PeerIncident | undefined, answered: Answered): Event | undefined {
  const since = asksSince(ours);
  if (since === undefined || ours.state === 'resolved' || ours.test !== undefined) return undefined;
  const said = theirs && answerIn(ours, theirs, since);
  if (said) return said;
  if (!answered.standsBy || ours.state !== 'triggered') return undefined;
  const { now, livesSince, missingSeconds } = answered;
  if (theirs && has(theirs, ours.severity)) return { type: 'stand-by', until: after(now, missingSeconds) };
  // Over there and not here: the end may still be on its way to us, or what fires reached us alone.
  const lackedSince = [theirs?.resolvedAt ?? since, livesSince].reduce((a, b) => (a > b ? a : b), since);
  return after(lackedSince, missingSeconds) < now ? { type: 'stand-in' } : undefined;
}

/** What a person said there, where it answers what our incident asks. */
function answerIn(ours: Incident, theirs: PeerIncident, since: string): Event | undefined {
  const { state, severity, acknowledgedAt, acknowledgedBy, resolvedAt, resolvedBy } = theirs;
  // A region that was gone may open it only now: it is the same firing where it began at the same instant.
  const isSameFiring = ours.triggeredAt === undefined && theirs.firingSince === ours.firingSince;
  const isAnswered = (at: string) => at > since || isSameFiring;
  if (state === 'resolved' && resolvedBy !== undefined && resolvedAt !== undefined && isAnswered(resolvedAt))
    return { type: 'resolve', by: resolvedBy, via: VIA, at: resolvedAt };
  // Taken there, be it over there since: its end may still be on its way to us.
  if (state === 'triggered' || acknowledgedBy === undefined || acknowledgedAt === undefined) return undefined;
  // The person who acknowledged it there does not know how bad it is now.
  if (ours.state !== 'triggered' || !isAnswered(acknowledgedAt) || isWorse(ours.severity, severity)) return undefined;
  return { type: 'acknowledge', by: acknowledgedBy, via: VIA, at: acknowledgedAt };
}

function has(theirs: PeerIncident, severity: Severity): boolean {
  return theirs.state !== 'resolved' && !isWorse(severity, theirs.severity);
}

/** Finds, among the incidents that were told, the one of the same group as ours: the counts of the two regions may differ. */
export function counterparts(told: PeerIncident[]): (ours: Pick<Incident, 'id'>) => PeerIncident | undefined {
  const byGroup = new Map(told.map((one) => [parseIncidentId(one.id)?.group, one]));
  return ({ id }) => byGroup.get(parseIncidentId(id)?.group);
}
