/**
 * Fairness: what each person of a rota carries over a time: hours, nights, weekends, bank holidays and pages, beside the mean.
 *
 * A night is a stretch of at least two hours between 22:00 and 07:00 on the rota's clock, counted once a date; a weekend
 * day or a bank holiday counts when somebody is on call for at least two of its hours. Pure.
 */
import type { CompiledRota } from '../../shared/rota/compile.ts';
import { onCallAt } from '../../shared/rota/oncall.ts';
import { mergeStints, type Stint, stintsBetween } from '../../shared/rota/shifts.ts';
import { weekdayOf } from '../../shared/rota/wall.ts';
import { DAY, HOUR, instantOf, wallAt } from '../../shared/rota/zone.ts';

export type Load = { hours: number; nights: number; weekendDays: number; holidays: number };
export type Fairness = { people: (Load & { person: string })[]; mean: Load };

const NIGHT_FROM = 22;
const NIGHT_TO = 7;
/** Less than this is a handover, not a night. */
const COUNTS_FROM = 2 * HOUR;
const NOTHING: Load = { hours: 0, nights: 0, weekendDays: 0, holidays: 0 };

/**
 * @param from epoch milliseconds, to likewise
 * @param holidays days since 1970-01-01 that are holidays in the rota's calendar
 */
export function fairnessOf(rota: CompiledRota, from: number, to: number, holidays: ReadonlySet<number>): Fairness {
  const stints = mergeStints(stintsBetween(rota, from, to));
  const loads = new Map<string, Load>();
  for (const person of new Set([...peopleOf(rota), ...stints.map((stint) => stint.person)]))
    loads.set(person, { ...NOTHING });
  for (const { person, start, end } of stints) loads.get(person)!.hours += (end - start) / HOUR;
  const first = Math.floor(from / DAY) - 1;
  for (let day = first; day <= Math.floor(to / DAY) + 1; day++) {
    const at = (hour: number, later = 0) => instantOf(rota.zone, (day + later) * DAY + hour * HOUR);
    count(stints, loads, at(NIGHT_FROM), at(NIGHT_TO, 1), 'nights');
    const weekday = weekdayOf(day);
    if (weekday >= 5) count(stints, loads, at(0), at(0, 1), 'weekendDays');
    if (holidays.has(day)) count(stints, loads, at(0), at(0, 1), 'holidays');
  }
  const people = [...loads].map(([person, load]) => ({ person, ...load, hours: Math.round(load.hours * 10) / 10 }));
  people.sort((a, b) => b.hours - a.hours || (a.person < b.person ? -1 : 1));
  return { people, mean: meanOf(people) };
}

function peopleOf(rota: CompiledRota): string[] {
  return rota.layers.flatMap((layer) => layer.people);
}

function count(
  stints: Stint[],
  loads: Map<string, Load>,
  from: number,
  to: number,
  what: 'nights' | 'weekendDays' | 'holidays',
): void {
  const mine = new Map<string, number>();
  for (const { person, start, end } of stints) {
    const common = Math.min(end, to) - Math.max(start, from);
    if (common > 0) mine.set(person, (mine.get(person) ?? 0) + common);
  }
  for (const [person, common] of mine) if (common >= COUNTS_FROM) loads.get(person)![what]++;
}

function meanOf(people: Load[]): Load {
  const mean = (field: keyof Load) =>
    Math.round((people.reduce((sum, load) => sum + load[field], 0) / Math.max(1, people.length)) * 10) / 10;
  return { hours: mean('hours'), nights: mean('nights'), weekendDays: mean('weekendDays'), holidays: mean('holidays') };
}

/** A page that went out: to whom, and when, UTC ISO. */
export type Paged = { to: string; at: string };
export type PageLoad = { pages: number; pagesAtNight: number };

/**
 * Pages and pages at night (22:00 to 07:00 on the rota's clock) of each person, for those that reached them while they were
 * on call in this rota: a page to somebody on call elsewhere is counted there.
 *
 * @param pages of the running system, in any order
 * @param from epoch milliseconds, to likewise
 */
export function pagesOf(
  rota: CompiledRota,
  people: string[],
  pages: Paged[],
  from: number,
  to: number,
): { people: Map<string, PageLoad>; mean: PageLoad } {
  const loads = new Map(people.map((person) => [person, { pages: 0, pagesAtNight: 0 }]));
  for (const page of pages) {
    const at = Date.parse(page.at);
    const load = loads.get(page.to);
    if (!(at >= from && at < to) || load === undefined || onCallAt(rota, at).person !== page.to) continue;
    load.pages++;
    const hour = new Date(wallAt(rota.zone, at)).getUTCHours();
    if (hour >= NIGHT_FROM || hour < NIGHT_TO) load.pagesAtNight++;
  }
  const mean = (field: keyof PageLoad) =>
    Math.round(([...loads.values()].reduce((sum, load) => sum + load[field], 0) / Math.max(1, loads.size)) * 10) / 10;
  return { people: loads, mean: { pages: mean('pages'), pagesAtNight: mean('pagesAtNight') } };
}
