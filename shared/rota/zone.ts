/**
 * A time zone as a rota needs it: which instant a wall time means, and what the wall says at an instant.
 *
 * Wall times are numbers here: the milliseconds that the same date and time would have in UTC. That makes calendar
 * arithmetic plain arithmetic, and a rota may ask a hundred thousand times a second. Offsets come from Temporal, once
 * per stretch of days, and are kept for the life of the process: they depend on nothing but the zone's name.
 *
 * Promises: agrees with Temporal's `compatible` (a wall time that happens twice is the earlier one; one that never
 * happens is moved later by the length of the jump). Called by the rest of this folder only. A calendar may bring a zone
 * that it defines itself.
 */
import { Temporal } from 'temporal-polyfill';

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** Long enough that most rotas ask one or two, short enough that the first answer takes under a millisecond. */
const STRETCH = 128 * DAY;
/** No jump is longer than a day (Apia, 2011); two days either side keep both sides of one in the same stretch. */
const MARGIN = 3 * DAY;

/** A stretch of days: `offsets[i]` holds from `starts[i]`; the walls before `wallEnds[i]` are read by `offsets[i]`. */
type Stretch = { starts: number[]; offsets: number[]; wallEnds: number[] };

/** `offsetAt`: the offset in milliseconds at an instant; absent for the zones that Temporal knows. */
export type Zone = { name: string; stretches: Map<number, Stretch>; offsetAt?: (instant: number) => number };

const zones = new Map<string, Zone>();

/**
 * The zone of an IANA name, or undefined where there is none. Bare offsets (`+01:00`) are no names: they would be wrong
 * for half of the year in most places.
 */
export function zoneNamed(name: string): Zone | undefined {
  const known = zones.get(name);
  if (known !== undefined) return known;
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
  } catch {
    return undefined;
  }
  const zone = { name, stretches: new Map<number, Stretch>() };
  zones.set(name, zone);
  return zone;
}

/**
 * A zone that a calendar defines itself (`VTIMEZONE`).
 *
 * @param offsetAt the offset in milliseconds at an instant; it changes at most once within a day
 */
export function zoneDefined(name: string, offsetAt: (instant: number) => number): Zone {
  return { name, stretches: new Map(), offsetAt };
}

function askOffset({ name, offsetAt }: Zone, instant: number): number {
  if (offsetAt !== undefined) return offsetAt(instant);
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(name).offsetNanoseconds / 1_000_000;
}

/** The first millisecond in (low, high] with another offset than at `low`. */
function transitionIn(zone: Zone, low: number, high: number): number {
  const before = askOffset(zone, low);
  let early = low;
  let late = high;
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (askOffset(zone, middle) === before) early = middle;
    else late = middle;
  }
  return late;
}

/**
 * Sampled day by day: Morocco's pause for Ramadan lasts a month and Gaza has had transitions four weeks apart, but no
 * zone has two within a day.
 */
function buildStretch(zone: Zone, index: number): Stretch {
  const from = index * STRETCH - MARGIN;
  const to = (index + 1) * STRETCH + MARGIN;
  const starts = [from];
  const offsets = [askOffset(zone, from)];
  for (let day = from + DAY; day <= to; day += DAY) {
    const offset = askOffset(zone, day);
    if (offset === offsets.at(-1)) continue;
    starts.push(transitionIn(zone, day - DAY, day));
    offsets.push(offset);
  }
  const wallEnds = offsets.map((offset, i) => {
    const next = starts[i + 1];
    return next === undefined ? Number.POSITIVE_INFINITY : next + Math.max(offset, offsets[i + 1] as number);
  });
  return { starts, offsets, wallEnds };
}

function stretchAround(zone: Zone, milliseconds: number): Stretch {
  const index = Math.floor(milliseconds / STRETCH);
  let stretch = zone.stretches.get(index);
  if (stretch === undefined) {
    stretch = buildStretch(zone, index);
    zone.stretches.set(index, stretch);
  }
  return stretch;
}

/** The place in the stretch of the offset that holds at an instant. */
function periodAt(stretch: Stretch, instant: number): number {
  let i = stretch.starts.length - 1;
  while (i > 0 && (stretch.starts[i] as number) > instant) i -= 1;
  return i;
}

/** What the wall says at an instant, both in milliseconds. */
export function wallAt(zone: Zone, instant: number): number {
  const stretch = stretchAround(zone, instant);
  return instant + (stretch.offsets[periodAt(stretch, instant)] as number);
}

/** The instant that a wall time means, both in milliseconds; `compatible`. */
export function instantOf(zone: Zone, wall: number): number {
  const stretch = stretchAround(zone, wall);
  // Both in a gap and in a fold the offset before the change is the right one: it moves later what never happens, and
  // takes the earlier of what happens twice.
  let i = 0;
  while ((stretch.wallEnds[i] as number) <= wall) i += 1;
  return wall - (stretch.offsets[i] as number);
}

/**
 * The last of some rising wall times whose instant is not after `instant`. Where clocks change, instants do not rise
 * with wall times (a boundary inside a gap falls after its successor), so two stretches of wall are looked at.
 *
 * @param lastUpTo the number of the last wall time not after the one given; below 0 for none
 * @param wallOf the wall time with that number
 */
export function lastNotAfter(
  zone: Zone,
  instant: number,
  lastUpTo: (wall: number) => number,
  wallOf: (number: number) => number,
): number {
  const stretch = stretchAround(zone, instant);
  const i = periodAt(stretch, instant);
  const found = lastUpTo(instant + (stretch.offsets[i] as number));
  if (i === 0 || instant - (stretch.starts[i] as number) >= MARGIN) return found;
  const wallStart = stretch.wallEnds[i - 1] as number;
  if (found >= 0 && wallOf(found) >= wallStart) return found;
  return lastUpTo(Math.min(instant + (stretch.offsets[i - 1] as number), wallStart - 1));
}
