/**
 * A rota as a calendar: one event a shift, for Google Calendar, Outlook and Apple.
 *
 * Promises: the UID of a shift is made of the rota and its start, so that a shift that changes hands is the same event with
 * a new person, and a calendar that reads the feed again moves nothing that has not moved. Times are UTC, which every
 * client shows in its own zone; the rota's zone is named for those who read it.
 *
 * Written here and not by a library: it is four properties an event, and the one that fitted took 45 KB of a cold start.
 * Source: RFC 5545 (3.1 folding, 3.3.11 text, 3.6.1 events), RFC 7986 (REFRESH-INTERVAL). Pure.
 */
import { createHash } from 'node:crypto';
import type { Shift } from './rota.ts';

export type Feed = {
  /** What people see the calendar called. */
  name: string;
  zone: string;
  shifts: (Shift & { rota: string })[];
};

/** A line has at most so many octets; what is longer goes on after a line break and a space. */
const LINE_OCTETS = 75;

/** @param nameOf a person's name for their id; @param now when it is written, UTC ISO */
export function calendarOf(feed: Feed, nameOf: (person: string) => string, now: string): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//pageturner//rota//EN',
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${text(feed.name)}`,
    `X-WR-TIMEZONE:${text(feed.zone)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    'X-PUBLISHED-TTL:PT1H',
    ...feed.shifts.flatMap(({ rota, person, start, end }) => [
      'BEGIN:VEVENT',
      `UID:${createHash('sha256').update(`${rota}\n${start}`).digest('hex').slice(0, 32)}@pageturner`,
      `DTSTAMP:${instant(now)}`,
      `DTSTART:${instant(start)}`,
      `DTEND:${instant(end)}`,
      `SUMMARY:${text(`${nameOf(person)} on call: ${rota}`)}`,
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

/** `20261221T090000Z` */
function instant(at: string): string {
  return `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

function text(value: string): string {
  return value.replace(/[\\;,]/g, (mark) => `\\${mark}`).replace(/\r?\n/g, '\\n');
}

/** Never within a character of several octets. */
function folded(line: string): string {
  let out = '';
  let octets = 0;
  for (const character of line) {
    const more = Buffer.byteLength(character);
    if (octets + more > LINE_OCTETS) {
      out += '\r\n ';
      octets = 1;
    }
    out += character;
    octets += more;
  }
  return out;
}
