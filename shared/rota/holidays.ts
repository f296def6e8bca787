/**
 * Bank holidays: a calendar by name, or a list of dates that a rota writes itself.
 *
 * The calendars of the United Kingdom are GOV.UK's `bank-holidays.json` (Open Government Licence v3.0), kept in
 * `holidays.json` beside this file.
 */
import data from './holidays.json' with { type: 'json' };
import { readDate } from './wall.ts';
import { DAY } from './zone.ts';

const calendars: Record<string, Record<string, string>> = data.calendars;

export const CALENDAR_NAMES = Object.keys(calendars);

/** The holidays of a calendar or a list as rising numbers of days since 1970-01-01. Unknown names and dates give none. */
export function holidayDays(holidays: string | string[] | undefined): number[] {
  if (holidays === undefined) return [];
  const dates = typeof holidays === 'string' ? Object.keys(calendars[holidays] ?? {}) : holidays;
  const days = dates.map(readDate).filter((day) => day !== undefined);
  return [...new Set(days)].sort((a, b) => a - b);
}

/**
 * The first instant (as a wall time in milliseconds) that a named calendar says nothing about: the start of the year
 * after its last date. A list of dates is taken to be complete.
 */
export function calendarEnd(holidays: string | string[] | undefined): number | undefined {
  if (typeof holidays !== 'string') return undefined;
  const last = holidayDays(holidays).at(-1);
  return last === undefined ? undefined : Date.UTC(new Date(last * DAY).getUTCFullYear() + 1, 0, 1);
}
