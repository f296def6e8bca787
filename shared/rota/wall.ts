/**
 * The ways a rota writes time (`2026-01-05T09:00`, `2026-01-05`, `09:00`), read into numbers and written back.
 * Wall times are milliseconds as `zone.ts` has them.
 */
import { DAY, HOUR, MINUTE } from './zone.ts';

export const WALL_FORM = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;
export const DATE_FORM = /^\d{4}-\d{2}-\d{2}$/;
export const TIME_FORM = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** The last wall time there is; what would come later never comes. */
export const LAST_WALL = Date.UTC(9999, 11, 31);

/** Rotas begin with the telephone; what is written earlier is a slip of the keyboard. */
const FIRST_DAY = Date.UTC(1876, 0, 1) / DAY;

/** `2026-01-05T09:00` as a wall time; undefined before 1876 and where it is malformed or the date or time does not exist. */
export function readWall(text: string): number | undefined {
  if (!WALL_FORM.test(text) || !TIME_FORM.test(text.slice(11))) return undefined;
  const day = readDate(text.slice(0, 10));
  if (day === undefined || day < FIRST_DAY) return undefined;
  return day * DAY + readTime(text.slice(11));
}

/** `2026-01-05` as the number of days since 1970-01-01; undefined where there is no such date. */
export function readDate(text: string): number | undefined {
  if (!DATE_FORM.test(text)) return undefined;
  const milliseconds = Date.parse(`${text}T00:00:00.000Z`);
  // Some dates that do not exist are read as a day in the next month.
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString().slice(0, 10) !== text) return undefined;
  return milliseconds / DAY;
}

/** `09:00` or `24:00`, checked before, as milliseconds since the date's start. */
export function readTime(text: string): number {
  return Number(text.slice(0, 2)) * HOUR + Number(text.slice(3, 5)) * MINUTE;
}

const INSTANT_FORM = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** An instant with its offset or Z, as epoch milliseconds; undefined where the text is not one or its date does not exist. */
export function readInstant(text: unknown): number | undefined {
  if (typeof text !== 'string' || !INSTANT_FORM.test(text) || readDate(text.slice(0, 10)) === undefined)
    return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}

/** An instant in UTC with milliseconds. */
export function writeInstant(instant: number): string {
  return new Date(instant).toISOString();
}

/** A wall time as people write it: `2026-01-05T09:00`. */
export function writeWall(wall: number): string {
  return new Date(wall).toISOString().slice(0, 16);
}

/** Monday is 0, for a number of days since 1970-01-01 (a Thursday). */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}
