/**
 * Who is on call between two instants: the layers painted over one another, then the overrides over them.
 */
import { type CompiledLayer, type CompiledOverride, type CompiledRota, instantOrNever } from './compile.ts';
import { onCallAt } from './oncall.ts';
import type { Gap, Shift } from './rota.ts';
import { writeInstant } from './wall.ts';
import { type Interval, openIntervals } from './windows.ts';
import { DAY, lastNotAfter, type Zone } from './zone.ts';

/** What one call may ask for; a longer plan needs several calls. */
export const LONGEST_RANGE_DAYS = 3660;

/** A stretch with one person, put there by one layer or override. Half-open, epoch milliseconds. */
export type Stint = { start: number; end: number; person: string; layer: string };

/**
 * The turns of a layer between two instants, whether or not it is active. Where the clocks change a boundary may come
 * after its successor; the slot between them is empty, so a turn ends at the earliest of all later boundaries.
 */
function turns(layer: CompiledLayer, zone: Zone, from: number, to: number): Stint[] {
  const start = Math.max(from, layer.begins);
  const end = Math.min(to, layer.ends);
  if (end <= start) return [];
  if (layer.shifts !== undefined)
    return layer.shifts
      .filter((shift) => shift.start < end && shift.end > start)
      .map((shift) => ({
        start: Math.max(shift.start, start),
        end: Math.min(shift.end, end),
        person: shift.person,
        layer: layer.name,
      }));
  const { lastUpTo, wallOf } = layer.rotation;
  const first = lastNotAfter(zone, start, lastUpTo, wallOf);
  const found: Stint[] = [];
  let next = end;
  for (let slot = lastNotAfter(zone, end, lastUpTo, wallOf); slot >= first; slot--) {
    const begins = slot === first ? start : instantOrNever(zone, wallOf(slot));
    if (begins >= next) continue;
    const person = layer.people[slot % layer.people.length]!;
    found.push({ start: Math.max(begins, start), end: next, person, layer: layer.name });
    next = Math.max(begins, start);
  }
  return found.reverse();
}

/** The parts of rising stints that lie in rising intervals. */
function within(stints: Stint[], intervals: Interval[]): Stint[] {
  const found: Stint[] = [];
  let i = 0;
  for (const interval of intervals) {
    while (i < stints.length && stints[i]!.end <= interval.start) i++;
    for (let j = i; j < stints.length && stints[j]!.start < interval.end; j++) {
      const stint = stints[j]!;
      found.push({
        ...stint,
        start: Math.max(stint.start, interval.start),
        end: Math.min(stint.end, interval.end),
      });
    }
  }
  return found;
}

/** Rising stints with the later layer's stints painted over the earlier ones'. */
function paint(under: Stint[], over: Stint[]): Stint[] {
  if (under.length === 0 || over.length === 0) return under.length === 0 ? over : under;
  const found: Stint[] = [];
  let i = 0;
  let free = Number.NEGATIVE_INFINITY;
  const keepUntil = (limit: number) => {
    while (i < under.length && under[i]!.start < limit) {
      const stint = under[i]!;
      const start = Math.max(stint.start, free);
      const end = Math.min(stint.end, limit);
      if (end > start) found.push({ ...stint, start, end });
      if (stint.end > limit) return;
      i++;
    }
  };
  for (const stint of over) {
    keepUntil(stint.start);
    found.push(stint);
    free = stint.end;
  }
  keepUntil(Number.POSITIVE_INFINITY);
  return found;
}

function applyOverride(stints: Stint[], override: CompiledOverride, from: number, to: number): Stint[] {
  const start = Math.max(from, override.from);
  const end = Math.min(to, override.to);
  if (end <= start) return stints;
  const by = { person: override.person, layer: 'override' };
  if (override.insteadOf === undefined) return paint(stints, [{ start, end, ...by }]);
  const replaced = within(stints, [{ start, end }]).filter((stint) => stint.person === override.insteadOf);
  return paint(
    stints,
    replaced.map((stint) => ({ ...stint, ...by })),
  );
}

/**
 * The stints between two instants in order, neighbours of one layer and person not yet merged.
 *
 * @param from epoch milliseconds, belongs to the range
 * @param to epoch milliseconds, does not
 */
export function stintsBetween(rota: CompiledRota, from: number, to: number): Stint[] {
  if (to - from > LONGEST_RANGE_DAYS * DAY) {
    throw new RangeError(`The range is longer than ${LONGEST_RANGE_DAYS} days. Ask for it in pieces.`);
  }
  let stints: Stint[] = [];
  for (const layer of rota.layers) {
    const all = turns(layer, rota.zone, from, to);
    const active =
      layer.windows === undefined || all.length === 0
        ? all
        : within(all, openIntervals(layer.windows, rota.holidays, rota.zone, from, to));
    stints = paint(stints, active);
  }
  for (const override of rota.overrides) stints = applyOverride(stints, override, from, to);
  return stints;
}

/** The longest stretches with the same person, whichever layer or override they came from. */
export function mergeStints(stints: Stint[]): Stint[] {
  const merged: Stint[] = [];
  for (const stint of stints) {
    const before = merged.at(-1);
    if (before !== undefined && before.end === stint.start && before.person === stint.person) before.end = stint.end;
    else merged.push({ ...stint });
  }
  return merged;
}

/** The stretches between two instants that rising stints leave free. */
export function gapsBetween(stints: readonly Interval[], from: number, to: number): Interval[] {
  const gaps: Interval[] = [];
  let free = from;
  for (const stint of stints) {
    if (stint.start > free) gaps.push({ start: free, end: stint.start });
    free = Math.max(free, stint.end);
  }
  if (free < to) gaps.push({ start: free, end: to });
  return gaps;
}

/**
 * Who is on call between two instants, and when nobody is. A range whose end is not after its start has neither.
 * Throws a RangeError where the range is longer than LONGEST_RANGE_DAYS.
 *
 * @param from epoch milliseconds, belongs to the range
 * @param to epoch milliseconds, does not
 */
export function shifts(rota: CompiledRota, from: number, to: number): { shifts: Shift[]; gaps: Gap[] } {
  const merged = mergeStints(stintsBetween(rota, from, to));
  return {
    shifts: merged.map(({ start, end, person }) => ({ start: writeInstant(start), end: writeInstant(end), person })),
    gaps: gapsBetween(merged, from, to).map(({ start, end }) => ({
      start: writeInstant(start),
      end: writeInstant(end),
    })),
  };
}

const HORIZON_DAYS = 366;

/**
 * Until when the answer of `onCallAt` holds (the same person, or the same gap): epoch milliseconds; undefined where
 * nothing changes within a year. Looks ahead in growing steps, for most shifts end soon.
 */
export function onCallUntil(rota: CompiledRota, instant: number): number | undefined {
  const { person } = onCallAt(rota, instant);
  for (let days = 2; ; days = Math.min(days * 4, HORIZON_DAYS)) {
    const to = instant + days * DAY;
    const [first] = mergeStints(stintsBetween(rota, instant, to));
    const until = person === undefined ? (first?.start ?? to) : (first?.end ?? to);
    if (until < to) return until;
    if (days === HORIZON_DAYS) return undefined;
  }
}
