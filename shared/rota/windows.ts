/**
 * When a layer is active: windows that open and close on the wall clock, by the kind of their date.
 *
 * A window belongs to the date on which it opens, also past midnight, and both ends become instants on their own: one
 * whose end is then not after its start is empty.
 */

import type { Layer } from './rota.ts';
import { DAY_KINDS } from './schema.ts';
import { readTime, weekdayOf } from './wall.ts';
import { DAY, instantOf, wallAt, type Zone } from './zone.ts';

const HOLIDAY = 7;

/** `from` and `to` in milliseconds after the start of the date; `to` is beyond a day where it is on the next date. */
export type Window = { kinds: boolean[]; from: number; to: number };

/** Half-open, in epoch milliseconds. */
export type Interval = { start: number; end: number };

export function compileWindows(active: NonNullable<Layer['active']>): Window[] {
  return active.map(({ days, from, to }) => {
    const kinds = DAY_KINDS.map((kind) => days === undefined || days.includes(kind));
    const [opens, closes] = [readTime(from), readTime(to)];
    return { kinds, from: opens, to: closes > opens ? closes : closes + DAY };
  });
}

/** For Monday to Sunday and holiday, the rising times of day at which any window opens, each counted once. */
export function openingsOf(windows: Window[]): number[][] {
  return DAY_KINDS.map((_, kind) => {
    const times = windows.filter((window) => window.kinds[kind]).map((window) => window.from);
    return [...new Set(times)].sort((a, b) => a - b);
  });
}

function kindOf(day: number, holidays: ReadonlySet<number>): number {
  return holidays.has(day) ? HOLIDAY : weekdayOf(day);
}

/** Whether any window is open at an instant. */
export function isOpen(windows: Window[], holidays: ReadonlySet<number>, zone: Zone, instant: number): boolean {
  const today = Math.floor(wallAt(zone, instant) / DAY);
  // A window is at most a day long and begins on one date and ends by the next; a jump of the clocks moves either end
  // by a day at most.
  for (let day = today - 2; day <= today + 1; day++) {
    const start = day * DAY;
    const kind = kindOf(day, holidays);
    for (const window of windows) {
      if (!window.kinds[kind]) continue;
      if (instantOf(zone, start + window.from) <= instant && instant < instantOf(zone, start + window.to)) return true;
    }
  }
  return false;
}

/** The stretches between two instants in which any window is open, in order and apart from each other. */
export function openIntervals(
  windows: Window[],
  holidays: ReadonlySet<number>,
  zone: Zone,
  from: number,
  to: number,
): Interval[] {
  const found: Interval[] = [];
  const last = Math.floor(wallAt(zone, to) / DAY) + 1;
  for (let day = Math.floor(wallAt(zone, from) / DAY) - 3; day <= last; day++) {
    const kind = kindOf(day, holidays);
    for (const window of windows) {
      if (!window.kinds[kind]) continue;
      const start = Math.max(from, instantOf(zone, day * DAY + window.from));
      const end = Math.min(to, instantOf(zone, day * DAY + window.to));
      if (end > start) found.push({ start, end });
    }
  }
  found.sort((a, b) => a.start - b.start);
  const apart: Interval[] = [];
  for (const interval of found) {
    const before = apart.at(-1);
    if (before !== undefined && interval.start <= before.end) before.end = Math.max(before.end, interval.end);
    else apart.push(interval);
  }
  return apart;
}
