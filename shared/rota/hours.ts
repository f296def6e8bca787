/**
 * Hours of the day in which people may be asked, or must not be: a policy's working hours, a person's quiet hours.
 * On the wall clock of a time zone, like a rota's windows. Pure.
 */
import { holidayDays } from './holidays.ts';
import type { DAY_KINDS } from './schema.ts';
import { compileWindows, isOpen, openIntervals } from './windows.ts';
import { DAY, zoneNamed } from './zone.ts';

/** As the catalogue has them; without `days` every day. `to` before `from` runs past midnight. */
export type Hours = { timeZone: string; days?: string[]; from: string; to: string; holidays?: string | string[] };

/** Far enough for any week with its bank holidays. */
const LOOK_AHEAD_DAYS = 30;

type Days = (typeof DAY_KINDS)[number][];

function read({ timeZone, days, from, to, holidays }: Hours) {
  return {
    // The catalogue was checked; a zone that this Node does not know is taken for UTC, so that somebody is asked.
    zone: zoneNamed(timeZone) ?? zoneNamed('UTC')!,
    windows: compileWindows([{ from, to, ...(days === undefined ? {} : { days: days as Days }) }]),
    holidays: new Set(holidayDays(holidays)),
  };
}

/** Whether an instant (UTC ISO) lies within the hours. */
export function isWithinHours(hours: Hours, at: string): boolean {
  const { windows, holidays, zone } = read(hours);
  return isOpen(windows, holidays, zone, Date.parse(at));
}

/** When the hours next begin, at or after an instant; that instant itself inside them; undefined where they never do. */
export function nextWithinHours(hours: Hours, at: string): string | undefined {
  const { windows, holidays, zone } = read(hours);
  const from = Date.parse(at);
  const [first] = openIntervals(windows, holidays, zone, from, from + LOOK_AHEAD_DAYS * DAY);
  return first === undefined ? undefined : new Date(first.start).toISOString();
}

/** When the hours that an instant lies in are over; the instant itself outside them. */
export function endOfHours(hours: Hours, at: string): string {
  const { windows, holidays, zone } = read(hours);
  const from = Date.parse(at);
  const [first] = openIntervals(windows, holidays, zone, from, from + LOOK_AHEAD_DAYS * DAY);
  return first === undefined || first.start > from ? at : new Date(first.end).toISOString();
}

/** The stretches between two instants (epoch milliseconds) that lie within the hours, in order. */
export function openHours(hours: Hours, range: { from: number; to: number }): { from: number; to: number }[] {
  const { windows, holidays, zone } = read(hours);
  return openIntervals(windows, holidays, zone, range.from, range.to).map(({ start, end }) => ({
    from: start,
    to: end,
  }));
}
