/**
 * What an ended incident owes its cause: whether a problem ticket is due, and why.
 *
 * Promises: the answer needs nothing but the incident and the catalogue: an incident carries the openings of its cause within
 * 90 days, and the ticket of its cause, and hands both on to the next incident of its group. Only incidents that people were
 * sent a page for count as repeated. Tests, canaries and services in shadow never owe a ticket.
 * Called by the other files of this folder, on their draft, and by lint for its limits. Pure.
 */
import { isWorse } from '../alert/alert.ts';
import type { ProblemRule } from '../catalogue/catalogue.ts';
import { isInShadow, problemsOf } from '../catalogue/resolve.ts';
import { isWithinHours } from '../rota/hours.ts';
import { after, duration, millis } from '../time/time.ts';
import { type Context, note } from './escalation.ts';
import { type Incident, isCanary } from './incident.ts';

/** For so long an incident remembers when its cause opened incidents before, and at most so many of them. */
export const OPENINGS_DAYS = 90;
export const OPENINGS_MOST = 50;
/** The hours that count as night, on the wall clock of the catalogue. [PagerDuty, "Operational reviews": sleep hours, 22 to 8] */
export const NIGHT = { from: '22:00', to: '08:00' };
/** After so long a ticket that could not be made is given up: somebody opens it by hand. */
const GIVE_UP_DAYS = 30;
const MAX_REASON = 300;

/** What the next incident of a group takes over from the one before it. */
export function handedOn(before: Incident | undefined, now: string): Pick<Incident, 'openings' | 'problem'> {
  if (before === undefined || before.test) return {};
  const paged = before.pagedAt === undefined || before.openedAt === undefined ? [] : [before.openedAt];
  const since = after(now, -OPENINGS_DAYS * 86_400);
  const openings = [...(before.openings ?? []), ...paged].filter((at) => at > since).slice(-OPENINGS_MOST);
  return {
    ...(openings.length === 0 ? {} : { openings }),
    ...(before.problem === undefined ? {} : { problem: before.problem }),
  };
}

/** The incident is over: it owes a ticket where a rule says so, or where its cause has one that must hear of it. */
export function oweTicket(draft: Incident, context: Context): void {
  const why = whyTicket(draft, context);
  // One that somebody asked for while it was open is made anyway, and tells of the end too.
  if (why === undefined || draft.ticket !== undefined) return;
  draft.ticket = { id: `k${draft.nextOwed++}`, due: context.now, why, tries: 0 };
}

/** It fires again before its ticket was made: the ticket waits for its end, unless a person asked for it. */
export function takeBackTicket(draft: Incident): void {
  if (draft.ticket !== undefined && draft.ticket.by === undefined) delete draft.ticket;
}

/** Somebody asks for a ticket. False where there can be none, or where it is under way. */
export function askForTicket(draft: Incident, by: string, via: string, context: Context): boolean {
  if (draft.ticket !== undefined || isExercise(draft) || problemsOf(context.catalogue, draft.service) === undefined)
    return false;
  draft.ticket = { id: `k${draft.nextOwed++}`, due: context.now, why: 'somebody asked for it', by, tries: 0 };
  note(draft, context.now, 'Problem ticket asked for', `${by} (${via})`);
  return true;
}

/** What became of a ticket that was owed; false where it is not owed any more. */
export function ticketMade(
  draft: Incident,
  id: string,
  made: { problem?: { name: string; url: string }; said?: string },
  context: Context,
): boolean {
  if (draft.ticket?.id !== id) return false;
  delete draft.ticket;
  if (made.problem !== undefined) draft.problem = made.problem;
  if (made.said !== undefined) note(draft, context.now, made.said.slice(0, MAX_REASON));
  return true;
}

/** The tracker did not take it: it is tried again then. Given up after a month. */
export function ticketWaits(
  draft: Incident,
  { id, until, reason }: { id: string; until: string; reason: string },
  context: Context,
): boolean {
  const { ticket } = draft;
  if (ticket?.id !== id) return false;
  const since = ticket.since ?? ticket.due;
  if (after(since, GIVE_UP_DAYS * 86_400) < context.now) {
    delete draft.ticket;
    note(
      draft,
      context.now,
      `The problem ticket was given up after ${GIVE_UP_DAYS} days: ${reason}`.slice(0, MAX_REASON),
    );
    return true;
  }
  if (ticket.tries === 0) note(draft, context.now, `The problem ticket waits: ${reason}`.slice(0, MAX_REASON));
  draft.ticket = { ...ticket, due: until, since, tries: ticket.tries + 1 };
  return true;
}

/** Nothing is wrong: a test page, or an alert of our own. */
export function isExercise(incident: Pick<Incident, 'test' | 'lead'>): boolean {
  return incident.test !== undefined || isCanary(incident);
}

/** Why this incident owes a ticket now that it is over, as a sentence for people; undefined where it owes none. */
export function whyTicket(incident: Incident, { catalogue }: Pick<Context, 'catalogue'>): string | undefined {
  if (isExercise(incident) || isInShadow(catalogue, incident.service) || !wasTold(incident)) return undefined;
  const settings = problemsOf(catalogue, incident.service);
  if (settings === undefined) return undefined;
  for (const rule of settings.open) {
    const why = holds(rule, incident, catalogue.defaults.timeZone);
    if (why !== undefined) return why;
  }
  const isRepeated = incident.problem !== undefined && incident.pagedAt !== undefined;
  return isRepeated ? `its cause has ${incident.problem!.name}` : undefined;
}

/** Somebody was told of it: a person, or a chat channel. */
function wasTold({ pagedAt, pages }: Incident): boolean {
  return pagedAt !== undefined || pages.some(({ kind, state }) => kind === 'alert' && state === 'sent');
}

function holds(rule: ProblemRule, incident: Incident, timeZone: string): string | undefined {
  const reasons: string[] = [];
  if (rule.repeats !== undefined) {
    const count = repeatsWithin(incident, rule.withinSeconds ?? OPENINGS_DAYS * 86_400);
    if (count < rule.repeats) return undefined;
    reasons.push(`${count} incidents of one cause paged people within ${duration(rule.withinSeconds ?? 0)}`);
  }
  if (rule.severity !== undefined) {
    const worst = worstOf(incident);
    if (isWorse(rule.severity, worst)) return undefined;
    reasons.push(`it was ${worst}`);
  }
  if (rule.night !== undefined) {
    if (pagedAtNight(incident, timeZone) !== rule.night) return undefined;
    reasons.push(rule.night ? 'somebody was paged at night' : 'nobody was paged at night');
  }
  if (rule.lastedSeconds !== undefined) {
    const lasted = lastedSeconds(incident);
    if (lasted < rule.lastedSeconds) return undefined;
    reasons.push(`it lasted ${duration(lasted)}`);
  }
  return reasons.join(', and ');
}

/** How many incidents of its cause people were paged for within so long before its opening, this one included. */
export function repeatsWithin({ openings, openedAt, pagedAt }: Incident, seconds: number): number {
  if (openedAt === undefined || pagedAt === undefined) return 0;
  const since = after(openedAt, -seconds);
  return 1 + (openings ?? []).filter((at) => at >= since).length;
}

/** The worst severity of which people were told. */
function worstOf({ severity, pagedSeverity }: Incident): Incident['severity'] {
  return pagedSeverity !== undefined && isWorse(pagedSeverity, severity) ? pagedSeverity : severity;
}

/** Whether a person was sent a page in the night. */
export function pagedAtNight({ pagedAt, pages }: Incident, timeZone: string): boolean {
  const isNight = (at: string) => isWithinHours({ timeZone, ...NIGHT }, at);
  if (pagedAt === undefined) return false;
  const sent = pages.filter(({ kind, person, state }) => kind === 'alert' && person && state === 'sent');
  return isNight(pagedAt) || sent.some(({ at }) => at !== undefined && isNight(at));
}

/** From opening to end, or to its last change. */
export function lastedSeconds({ openedAt, resolvedAt, updatedAt }: Incident): number {
  return openedAt === undefined ? 0 : Math.max(0, (millis(resolvedAt ?? updatedAt) - millis(openedAt)) / 1000);
}
