/**
 * Whose turn: the boundaries of a layer as numbered wall times, found by arithmetic in both directions.
 *
 * Boundary k is `starts` + k × `every` on the wall clock; for `N shifts` it is opening k × N of the layer's windows.
 * Nothing here walks from the beginning, and nothing knows of time zones.
 */
import { LAST_WALL, weekdayOf } from './wall.ts';
import { DAY, HOUR } from './zone.ts';

export type Rotation = {
  /** The number of the last boundary not after a wall time; negative before boundary 0. */
  lastUpTo: (wall: number) => number;
  /** The wall time of a boundary; infinite where it never comes. */
  wallOf: (number: number) => number;
};

const HOLIDAY = 7;

function steadyRotation(starts: number, length: number): Rotation {
  return {
    lastUpTo: (wall) => Math.floor((wall - starts) / length),
    wallOf: (number) => starts + number * length,
  };
}

/** Months are added to `starts` itself: from 31 January, boundary 1 is 28 February and boundary 2 is 31 March. */
function monthlyRotation(starts: number, months: number): Rotation {
  const first = new Date(starts);
  const firstMonth = first.getUTCFullYear() * 12 + first.getUTCMonth();
  const dayOfMonth = first.getUTCDate();
  const timeOfDay = ((starts % DAY) + DAY) % DAY;
  const wallOf = (number: number) => {
    const month = firstMonth + number * months;
    if (month >= 9999 * 12) return Number.POSITIVE_INFINITY;
    const lastDay = new Date(Date.UTC(Math.floor(month / 12), (month % 12) + 1, 0)).getUTCDate();
    return Date.UTC(Math.floor(month / 12), month % 12, Math.min(dayOfMonth, lastDay)) + timeOfDay;
  };
  const lastUpTo = (wall: number) => {
    const date = new Date(wall);
    const guess = Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth() - firstMonth) / months);
    return wallOf(guess) > wall ? guess - 1 : guess;
  };
  return { lastUpTo, wallOf };
}

/** How many of the rising numbers are below a number. */
function countBelow(rising: number[], limit: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Counts the openings of windows: whole weeks times openings a week, then what each holiday adds or takes away, then
 * the days left over.
 *
 * @param openings for Monday to Sunday and holiday, the rising times of day at which a window opens
 * @param holidays rising days since 1970-01-01
 */
function openingsBefore(openings: number[][], holidays: number[]): (wall: number) => number {
  const sums = [0];
  for (let weekday = 0; weekday < 7; weekday++) sums.push(sums[weekday]! + openings[weekday]!.length);
  const perWeek = sums[7]!;
  const differences = [0];
  for (const [i, day] of holidays.entries()) {
    differences.push(differences[i]! + openings[HOLIDAY]!.length - openings[weekdayOf(day)]!.length);
  }
  return (wall) => {
    const day = Math.floor(wall / DAY);
    const holidaysPassed = countBelow(holidays, day);
    const kind = holidays[holidaysPassed] === day ? HOLIDAY : weekdayOf(day);
    // Day 0 was a Thursday: three days make whole weeks of it.
    const weeks = (day + 3 - weekdayOf(day)) / 7;
    return (
      weeks * perWeek +
      sums[weekdayOf(day)]! +
      differences[holidaysPassed]! +
      countBelow(openings[kind]!, wall - day * DAY)
    );
  };
}

function openingRotation(starts: number, shifts: number, openings: number[][], holidays: number[]): Rotation {
  const before = openingsBefore(openings, holidays);
  const holidaySet = new Set(holidays);
  const first = before(starts);
  const lastUpTo = (wall: number) => Math.floor((before(wall + 1) - first - 1) / shifts);
  const wallOf = (number: number) => {
    const wanted = first + number * shifts;
    // The day is the last one before which there were not more openings than wanted; the stride grows until past it.
    let low = Math.floor(starts / DAY);
    let stride = 8;
    while (before((low + stride) * DAY) <= wanted) {
      low += stride;
      stride *= 2;
      if (low * DAY > LAST_WALL) return Number.POSITIVE_INFINITY;
    }
    let high = low + stride;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (before(middle * DAY) <= wanted) low = middle;
      else high = middle;
    }
    const times = openings[holidaySet.has(low) ? HOLIDAY : weekdayOf(low)]!;
    return low * DAY + times[wanted - before(low * DAY)]!;
  };
  return { lastUpTo, wallOf };
}

/**
 * The rotation of a layer.
 *
 * @param starts wall time
 * @param every as written and checked: `N hours | days | weeks | months | shifts`
 * @param openings for Monday to Sunday and holiday, the rising times of day at which a window opens
 * @param holidays rising days since 1970-01-01
 */
export function rotationOf(starts: number, every: string, openings: number[][], holidays: number[]): Rotation {
  const [count = '', unit = ''] = every.split(' ');
  const number = Number(count);
  if (unit.startsWith('month')) return monthlyRotation(starts, number);
  if (unit.startsWith('shift')) return openingRotation(starts, number, openings, holidays);
  const units: Record<string, number> = { h: HOUR, d: DAY, w: 7 * DAY };
  return steadyRotation(starts, number * (units[unit.slice(0, 1)] as number));
}
