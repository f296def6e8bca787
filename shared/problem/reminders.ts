/**
 * Reminders: who is told of which follow-ups that are still to be done, as one digest for each chat channel or person.
 *
 *   its owner's channel  →  from the third time on also the channel of the service's owner  →  from the fifth also the person
 *                                                                                            that the catalogue names
 *
 * Promises: nobody is told more often than every so many working days, and only on a working day between 09:00 and 17:00; a person
 * who is off is told when they are back; a follow-up that nobody has decided on, that is due soon or overdue, or has no date is
 * told of, an agreed one with time left is not; nobody stops being told because the ticket was closed. Pure.
 */
import type { Catalogue, Problems, Target } from '../catalogue/catalogue.ts';
import { policyFor, problemsOf } from '../catalogue/resolve.ts';
import type { Override } from '../exception/exception.ts';
import { compileOverride } from '../rota/compile.ts';
import { zoneNamed } from '../rota/zone.ts';
import type { FollowUp, Problem } from './problem.ts';
import { type Calendar, calendarOf, isAtWork, workingDaysBetween, workingDaysOverdue } from './working-days.ts';

/** One line of a digest. `times`: how often it was told of before. `overdue`: working days, where it has a date. */
export type Item = { problem: Problem; followUp: FollowUp; times: number; overdue?: number };
/** One digest. */
export type Reminder = { to: Target; items: Item[] };
export type Now = { catalogue: Catalogue; overrides: readonly Override[]; now: string };

/** The week of an office. */
const DEFAULT_EVERY_DAYS = 5;
/** Told so often without a change, and the next one is told too. */
const THEN_SERVICE = 2;
const THEN_PERSON = 4;

/** Everything that is to be told now. A follow-up may be in several digests; what was told lately is in none. */
export function remindersDue(problems: readonly Problem[], at: Now): Reminder[] {
  const told = toldLast(problems);
  const digests = new Map<string, Reminder>();
  for (const problem of problems) {
    const remind = remindOf(problem, at.catalogue);
    if (remind === undefined) continue;
    const calendar = calendarOf(at.catalogue, problem.service);
    if (!isAtWork(calendar, at.now)) continue;
    for (const followUp of problem.followUps) {
      if (!isToBeTold(followUp, { calendar, every: remind.everyDays, now: at.now })) continue;
      for (const to of targetsOf(problem, followUp, remind, at.catalogue)) {
        const last = told.get(nameOf(to));
        if (last !== undefined && workingDaysBetween(calendar, last, at.now) < remind.everyDays) continue;
        if (to.kind === 'person' && isOff(to.name, at)) continue;
        const digest = digests.get(nameOf(to)) ?? { to, items: [] };
        digest.items.push(itemOf(problem, followUp, calendar, at.now));
        digests.set(nameOf(to), digest);
      }
    }
  }
  return [...digests.values()].map(({ to, items }) => ({ to, items: items.sort(mostUrgent) }));
}

/** `slack:#payments`, as policies write it. */
export function nameOf({ kind, name }: Target): string {
  return `${kind}:${name}`;
}

/** The problem after these follow-ups of it were told to somebody. The same value where none is its own. */
export function withTold(problem: Problem, ids: ReadonlySet<string>, to: Target, now: string): Problem {
  if (!problem.followUps.some(({ id }) => ids.has(id))) return problem;
  const followUps = problem.followUps.map((one) => {
    if (!ids.has(one.id)) return one;
    const before = one.told ?? { times: 0, to: {} };
    // Two digests of one day are one time.
    const times = Object.values(before.to).includes(now) ? before.times : before.times + 1;
    return { ...one, told: { times, to: { ...before.to, [nameOf(to)]: now } } };
  });
  return { ...problem, followUps, updatedAt: now };
}

function remindOf({ service }: Problem, catalogue: Catalogue): NonNullable<Problems['remind']> | undefined {
  const own = service === undefined ? undefined : catalogue.services[service]?.problems;
  if (own === 'none') return undefined;
  const settings = problemsOf(catalogue, service) ?? catalogue.defaults.problems;
  return settings === undefined ? undefined : (settings.remind ?? { everyDays: DEFAULT_EVERY_DAYS, to: 'owner' });
}

function isToBeTold(
  { state, due, proposedAt, told }: FollowUp,
  { calendar, every, now }: { calendar: Calendar; every: number; now: string },
): boolean {
  if (state !== 'proposed' && state !== 'agreed') return false;
  const last = Object.values(told?.to ?? {})
    .sort()
    .at(-1);
  if (last !== undefined && workingDaysBetween(calendar, last, now) < every) return false;
  const age = workingDaysBetween(calendar, proposedAt, now);
  if (state === 'agreed' && due !== undefined) return workingDaysOverdue(calendar, due, now) >= -every;
  return age >= every;
}

function targetsOf(
  problem: Problem,
  { owner, told }: FollowUp,
  remind: NonNullable<Problems['remind']>,
  catalogue: Catalogue,
): Target[] {
  const times = told?.times ?? 0;
  const found = [
    channelOf(catalogue, owner ?? problem.owner, problem.service),
    ...(times >= THEN_SERVICE ? [channelOf(catalogue, problem.owner, problem.service)] : []),
    ...(times >= THEN_PERSON && remind.last !== undefined ? [{ kind: 'person' as const, name: remind.last }] : []),
  ].filter((one) => one !== undefined);
  return [...new Map(found.map((one) => [nameOf(one), one])).values()];
}

/**
 * Where an owner is told: a person themselves; a team in the first chat of the policy of its service, or of another service that it
 * owns. What nobody owns is told where the default policy is.
 */
function channelOf(catalogue: Catalogue, owner: string | undefined, service: string | undefined): Target | undefined {
  if (owner !== undefined && Object.hasOwn(catalogue.people, owner)) return { kind: 'person', name: owner };
  const own = service === undefined ? undefined : catalogue.services[service];
  const others = Object.values(catalogue.services).filter((one) => owner !== undefined && one.owner === owner);
  const asked = own !== undefined && (owner === undefined || own.owner === owner) ? [own, ...others] : others;
  const policies = [...asked, own].map((one) => policyFor(catalogue, one));
  const chats = [...policies, policyFor(catalogue, undefined)].flatMap((policy) =>
    (policy?.steps ?? []).flatMap(({ notify }) => notify.filter(({ kind }) => kind !== 'rota' && kind !== 'person')),
  );
  return chats[0];
}

/** Somebody else has their turns at this moment: they are on leave. */
function isOff(person: string, { catalogue, overrides, now }: Now): boolean {
  const instant = Date.parse(now);
  const written = Object.values(catalogue.rotas).flatMap((rota) => {
    const zone = zoneNamed(rota.time_zone);
    return zone === undefined ? [] : (rota.overrides ?? []).map((one) => compileOverride(zone, one));
  });
  return (
    overrides.some((one) => one.insteadOf === person && one.from <= now && now < one.until) ||
    written.some((one) => one.insteadOf === person && one.from <= instant && instant < one.to)
  );
}

/** When each was told last. */
function toldLast(problems: readonly Problem[]): Map<string, string> {
  const last = new Map<string, string>();
  for (const { followUps } of problems)
    for (const { told } of followUps)
      for (const [to, at] of Object.entries(told?.to ?? {})) if (at > (last.get(to) ?? '')) last.set(to, at);
  return last;
}

function itemOf(problem: Problem, followUp: FollowUp, calendar: Calendar, now: string): Item {
  const overdue = followUp.due === undefined ? undefined : workingDaysOverdue(calendar, followUp.due, now);
  return { problem, followUp, times: followUp.told?.times ?? 0, ...(overdue === undefined ? {} : { overdue }) };
}

function mostUrgent(a: Item, b: Item): number {
  return (b.overdue ?? 0) - (a.overdue ?? 0) || (a.followUp.proposedAt < b.followUp.proposedAt ? -1 : 1);
}
