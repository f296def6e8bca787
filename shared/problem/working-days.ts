/**
 * Working days of those who look after a service: Monday to Friday but for the bank holidays of their rota, on its clock.
 *
 * Promises: the calendar is the one of the first rota that the policy of the service asks, and without one the catalogue's clock
 * and no holidays. Pure.
 */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { policyFor } from '../catalogue/resolve.ts';
import { holidayDays } from '../rota/holidays.ts';
import { readDate, weekdayOf } from '../rota/wall.ts';
import { DAY, HOUR, wallAt, type Zone, zoneNamed } from '../rota/zone.ts';

/** `days`: holidays, as days since 1970. */
export type Calendar = { zone: Zone; days: ReadonlySet<number> };

const WORKDAYS = 5;
const [OPENS, CLOSES] = [9 * HOUR, 17 * HOUR];

export function calendarOf(catalogue: Catalogue, service: string | undefined): Calendar {
  const policy = policyFor(catalogue, service === undefined ? undefined : catalogue.services[service]);
  const rotas = (policy?.steps ?? []).flatMap(({ notify }) =>
    notify.flatMap(({ kind, name }) => (kind === 'rota' ? (catalogue.rotas[name] ?? []) : [])),
  );
  const zone = zoneNamed(rotas[0]?.time_zone ?? catalogue.defaults.timeZone) ?? zoneNamed('UTC')!;
  return { zone, days: new Set(holidayDays(rotas[0]?.holidays)) };
}

/** Whether an instant is on a working day between 09:00 and 17:00. */
export function isAtWork(calendar: Calendar, at: string): boolean {
  const wall = wallAt(calendar.zone, Date.parse(at));
  const day = Math.floor(wall / DAY);
  return isWorkingDay(calendar, day) && wall - day * DAY >= OPENS && wall - day * DAY < CLOSES;
}

/** How many working days begin after one instant and not after another: from Friday to Monday it is one. */
export function workingDaysBetween(calendar: Calendar, from: string, to: string): number {
  return count(calendar, dayOf(calendar, from), dayOf(calendar, to));
}

/** Working days from the date that a follow-up is due until an instant; negative while it is not due yet. */
export function workingDaysOverdue(calendar: Calendar, due: string, now: string): number {
  const [day, today] = [readDate(due) ?? 0, dayOf(calendar, now)];
  return day <= today ? count(calendar, day, today) : -count(calendar, today, day);
}

function dayOf({ zone }: Calendar, at: string): number {
  return Math.floor(wallAt(zone, Date.parse(at)) / DAY);
}

/** A date far away is far away: nobody waits for an exact count. */
const MOST_DAYS = 3660;

function count(calendar: Calendar, from: number, to: number): number {
  let days = 0;
  for (let day = Math.max(from, to - MOST_DAYS) + 1; day <= to; day++) if (isWorkingDay(calendar, day)) days++;
  return days;
}

function isWorkingDay({ days }: Calendar, day: number): boolean {
  return weekdayOf(day) < WORKDAYS && !days.has(day);
}
