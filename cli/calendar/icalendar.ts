/**
 * The text of a calendar file as components and content lines, each with the line of the file on which it begins.
 *
 * Promises: never throws; reads files with a byte order mark, with LF, CRLF or CR, with empty lines between, and with
 * several calendars one after the other. Every line is scanned once. Pure.
 *
 * Source: RFC 5545 (3.1 content lines, 3.3.5 date-time, 3.3.6 duration, 3.3.11 text), RFC 6868 (`^` in parameters).
 */
import { DAY, HOUR, MINUTE } from '../../shared/rota/zone.ts';

export type Line = { line: number; name: string; parameters: Record<string, string>; value: string };
/** `VEVENT`, `VTIMEZONE`, …: its own lines, and the components in it. */
export type Component = { name: string; line: number; lines: Line[]; parts: Component[] };

/** The components of the calendars of a file; undefined where it is no calendar. */
export function componentsIn(text: string): Component[] | undefined {
  const lines = contentLines(text);
  if (lines[0]?.name !== 'BEGIN' || lines[0].value.trim().toUpperCase() !== 'VCALENDAR') return undefined;
  const all: Component[] = [];
  const open: Component[] = [];
  for (const line of lines) {
    if (line.name === 'BEGIN') {
      const component = { name: line.value.trim().toUpperCase(), line: line.line, lines: [], parts: [] };
      open.at(-1)?.parts.push(component);
      open.push(component);
      all.push(component);
    } else if (line.name === 'END') open.pop();
    else open.at(-1)?.lines.push(line);
  }
  return all;
}

/** The first line of that name. */
export function lineOf({ lines }: Component, name: string): Line | undefined {
  return lines.find((line) => line.name === name);
}

/** Unfolded: a line that begins with a space or a tab goes on with the one before. */
function contentLines(text: string): Line[] {
  const whole: { line: number; text: string }[] = [];
  for (const [n, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const last = whole.at(-1);
    if ((line.startsWith(' ') || line.startsWith('\t')) && last !== undefined) last.text += line.slice(1);
    else if (line.trim() !== '') whole.push({ line: n + 1, text: line });
  }
  return whole.map(({ line, text: content }) => ({ line, ...split(content) }));
}

/** Name, parameters and value; colons and semicolons in quotes part nothing. */
function split(content: string): Omit<Line, 'line'> {
  const pieces: string[] = [];
  let begun = 0;
  let quoted = false;
  let end = content.length;
  // Exchange writes `TZID=tzone://Microsoft/Utc` and `(UTC+01:00) Paris` without quotes; a time holds no colon.
  const last = /^(DTSTART|DTEND|RECURRENCE-ID|EXDATE|RDATE);/i.test(content) ? content.lastIndexOf(':') : 0;
  for (let i = 0; i < content.length; i += 1) {
    const character = content[i];
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === ';' || (character === ':' && i >= last))) {
      pieces.push(content.slice(begun, i));
      begun = i + 1;
      if (character === ':') {
        end = i;
        break;
      }
    }
  }
  if (end === content.length) pieces.push(content.slice(begun));
  const [name = '', ...given] = pieces;
  const parameters: Record<string, string> = {};
  for (const one of given) {
    const equals = one.indexOf('=');
    if (equals > 0) parameters[one.slice(0, equals).trim().toUpperCase()] = unquoted(one.slice(equals + 1));
  }
  return { name: name.trim().toUpperCase(), parameters, value: content.slice(end + 1) };
}

function unquoted(value: string): string {
  const marks: Record<string, string> = { n: ' ', "'": '"', '^': '^' };
  return value
    .trim()
    .replace(/^"|"$/g, '')
    .replace(/\^([n'^])/g, (_, mark: string) => marks[mark] ?? mark);
}

/** A text value without its escapes: `a\, b` is `a, b`. */
export function plain(value: string | undefined): string {
  return (value ?? '').replace(/\\n/gi, ' ').replace(/\\(.)/g, '$1').trim();
}

/** A date or date-time before its zone is known. `isUtc` where it ends with Z. */
export type Stamp = { wall: number; isDate: boolean; isUtc: boolean };

/** `20261224`, `20261224T090000`, `20261224T090000Z`; undefined where the text is not one or its date does not exist. */
export function stampOf(value: string): Stamp | undefined {
  const found = /^(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2}):?(\d{2})?(Z)?)?$/i.exec(value.trim());
  if (!found) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0)) as number[];
  const wall = Date.UTC(year!, month! - 1, day!, hour!, minute!, Math.min(second!, 59));
  if (new Date(wall).getUTCDate() !== day || hour! > 23 || minute! > 59) return undefined;
  return { wall, isDate: found[4] === undefined, isUtc: found[7] !== undefined };
}

/** `P1W`, `P1DT12H`: days and weeks go by the wall clock, hours by the time that passes; milliseconds both. */
export function durationOf(value: string): { days: number; exact: number } | undefined {
  const found = /^\+?P(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?$/i.exec(
    value.trim(),
  );
  if (!found) return undefined;
  const [weeks, days, hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0)) as number[];
  return { days: (weeks! * 7 + days!) * DAY, exact: hours! * HOUR + minutes! * MINUTE + seconds! * 1000 };
}
