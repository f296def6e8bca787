/**
 * Comparing two replays of one history: what a change of the catalogue would have meant for people.
 *
 * Pure; called by `pageturner backtest`.
 */
import { NIGHT } from '../../shared/incident/ticket.ts';
import { isWithinHours } from '../../shared/rota/hours.ts';
import type { Line } from './history.ts';
import type { Outcome, Replayed } from './replay.ts';

/** Two messages to a person within so long are one interruption. [PagerDuty, "Responder insights"] */
const ONE_INTERRUPTION_SECONDS = 60;
/** Channels that interrupt; chat and email do not. */
const INTERRUPTS = new Set(['sms', 'voice']);

/** How often one person was interrupted, and how often of that at night. */
export type Load = { pages: number; nights: number };

export type Change = {
  line: number;
  at: string;
  title: string;
  /** What differs, as `runbook none → payments/5xx`. */
  what: string[];
  isNight: boolean;
  /** It was told to somebody, and would be told to nobody. */
  isLost: boolean;
};

export type Comparison = {
  alerts: number;
  notReplayed: Record<string, number>;
  fromAlert: number;
  people: Record<string, { before: Load; after: Load }>;
  total: { before: Load; after: Load };
  runbooks: number;
  withoutRunbook: { before: number; after: number };
  changes: Change[];
  /** Alerts that would reach nobody: they fail the backtest. */
  lost: Change[];
};

/** `zone`: the zone in which nights are judged, where a person has none. */
export function compare(
  lines: Line[],
  before: Replayed,
  after: Replayed,
  zoneOf: (person: string) => string,
): Comparison {
  const changes: Change[] = [];
  let runbooks = 0;
  for (const [n, line] of lines.entries()) {
    const [was, is] = [before.outcomes[n], after.outcomes[n]];
    if (was === undefined || is === undefined) continue;
    const what = differences(was, is);
    if (what.length === 0) continue;
    if (was.runbook !== is.runbook) runbooks++;
    const isLost = is.reachesNobody && !was.reachesNobody;
    changes.push({ line: n + 1, at: line.at, title: is.title, what, isNight: isNight(line.at, zoneOf('')), isLost });
  }
  const [loadBefore, loadAfter] = [loadsOf(before, zoneOf), loadsOf(after, zoneOf)];
  const names = [...new Set([...Object.keys(loadBefore), ...Object.keys(loadAfter)])].sort();
  const none = { pages: 0, nights: 0 };
  const people = Object.fromEntries(
    names.map((name) => [name, { before: loadBefore[name] ?? none, after: loadAfter[name] ?? none }]),
  );
  return {
    alerts: lines.length,
    notReplayed: after.reasons,
    fromAlert: after.fromAlert,
    people,
    total: { before: sum(loadBefore), after: sum(loadAfter) },
    runbooks,
    withoutRunbook: { before: without(before), after: without(after) },
    changes,
    lost: changes.filter(({ isLost }) => isLost),
  };
}

function differences(was: Outcome, is: Outcome): string[] {
  const plain = (['service', 'runbook', 'severity', 'urgency', 'policy'] as const).flatMap((field) =>
    was[field] === is[field] ? [] : [`${field} ${was[field]} → ${is[field]}`],
  );
  const [toldBefore, toldAfter] = [saidOf(was), saidOf(is)];
  return toldBefore === toldAfter ? plain : [...plain, `told ${toldBefore} → ${toldAfter}`];
}

/** Who is told first, by what, and how long after the alert. */
function saidOf({ told, nobody, reachesNobody, at }: Outcome): string {
  if (told.length === 0)
    return reachesNobody ? 'nobody can be reached' : nobody === undefined ? 'nobody anew' : `nobody (${nobody})`;
  const first = told.filter((one) => told.findIndex(({ to }) => to === one.to) === told.indexOf(one));
  return first
    .map(({ to, channel, at: when }) => {
      const seconds = Math.round((Date.parse(when) - Date.parse(at)) / 1000);
      return `${to} by ${channel}${seconds > 0 ? ` after ${seconds} s` : ''}`;
    })
    .join(', ');
}

function loadsOf({ outcomes }: Replayed, zoneOf: (person: string) => string): Record<string, Load> {
  const byPerson = new Map<string, number[]>();
  for (const outcome of outcomes)
    for (const { to, person, channel, at } of outcome?.told ?? []) {
      if (!person || !INTERRUPTS.has(channel)) continue;
      // What comes after the first way is only sent where nobody has answered: unknown, and not counted.
      if (outcome!.told.find((one) => one.to === to && INTERRUPTS.has(one.channel))!.at !== at) continue;
      byPerson.set(to, [...(byPerson.get(to) ?? []), Date.parse(at)]);
    }
  return Object.fromEntries(
    [...byPerson].map(([person, instants]) => {
      const apart = interruptions(instants);
      const nights = apart.filter((instant) => isNight(new Date(instant).toISOString(), zoneOf(person))).length;
      return [person, { pages: apart.length, nights }];
    }),
  );
}

function interruptions(instants: number[]): number[] {
  const apart: number[] = [];
  for (const instant of instants.sort((a, b) => a - b))
    if (apart.length === 0 || instant - apart.at(-1)! > ONE_INTERRUPTION_SECONDS * 1000) apart.push(instant);
  return apart;
}

/** The night of problem tickets, by the clock of a zone. */
function isNight(at: string, timeZone: string): boolean {
  return isWithinHours({ timeZone, ...NIGHT }, at);
}

function sum(loads: Record<string, Load>): Load {
  const all = Object.values(loads);
  return {
    pages: all.reduce((total, { pages }) => total + pages, 0),
    nights: all.reduce((total, { nights }) => total + nights, 0),
  };
}

function without({ outcomes }: Replayed): number {
  return outcomes.filter((one) => one?.runbook === 'none').length;
}
