/**
 * A calendar (iCalendar) as who is on call when: each event is a shift of the person that its title or attendee names.
 *
 * Promises: what is no calendar, an event without a person, and a recurrence that is none for shifts are said with their
 * line; recurrences without an end are followed as far as is asked and no further; of two events at once the later to
 * begin counts, and it is said. Done when a catalogue is compiled, never when somebody is paged. Pure.
 *
 * Source: RFC 5545 (3.1 folding, 3.2.19 TZID, 3.3.5 date-time, 3.3.6 duration, 3.6.1 events, 3.8.4.4 RECURRENCE-ID, 3.8.5
 * recurrence). The rules themselves are rrule's, asked on the wall clock.
 */
import rrule from 'rrule';
import type { Shift } from './rota.ts';
import { DAY, HOUR, instantOf, MINUTE, type Zone, zoneNamed } from './zone.ts';

const { RRule } = rrule;

/** What is wrong with a calendar, with the line of its file. */
export type CalendarMistake = { level: 'error' | 'warning'; line: number; code: string; message: string; mend: string };

export const CALENDAR_LIMITS = { events: 20_000, occurrences: 5000 };
/** A shift comes no more often than daily; rules by the hour and below are followed for nobody. */
const RARE = /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/;

type Line = { line: number; name: string; parameters: Record<string, string>; value: string };
type Time = { wall: number; zone: Zone; isDate: boolean };
type Event = { line: number; lines: Line[] };

/**
 * @param zone of the rota: where a time names none, it is there
 * @param range epoch milliseconds: what is read of it
 * @param personOf the id of a person by what a calendar calls them: id, name or address; undefined for nobody
 */
export function readCalendar(
  text: string,
  zone: Zone,
  range: { from: number; to: number },
  personOf: (called: string) => string | undefined,
): { shifts: Shift[]; mistakes: CalendarMistake[] } {
  const lines = unfold(text);
  if (lines[0]?.name !== 'BEGIN' || lines[0].value.toUpperCase() !== 'VCALENDAR') {
    const message = 'This is no calendar: it does not begin with BEGIN:VCALENDAR.';
    const mend = 'Save the calendar as iCalendar (.ics); an address that wants a sign-in gives a page instead.';
    return { shifts: [], mistakes: [{ level: 'error', line: 1, code: 'no-calendar', message, mend }] };
  }
  const mistakes: CalendarMistake[] = [];
  const events = eventsIn(lines);
  if (events.length > CALENDAR_LIMITS.events) {
    const message = `The calendar has ${events.length} events; the limit is ${CALENDAR_LIMITS.events}.`;
    mistakes.push({ level: 'error', line: 1, code: 'calendar-too-large', message, mend: 'Keep old events elsewhere.' });
    return { shifts: [], mistakes };
  }
  const moved = movedIn(events, zone);
  const found = events.flatMap((event) => shiftsOf(event, zone, range, moved, personOf, mistakes));
  found.sort((a, b) => a.start - b.start || a.line - b.line);
  return { shifts: apart(found, mistakes), mistakes };
}

// ---- lines --------------------------------------------------------------------------------------------------------------

/** Content lines with the line of the file on which each begins. */
function unfold(text: string): Line[] {
  const whole: { line: number; text: string }[] = [];
  for (const [n, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const last = whole.at(-1);
    if (/^[ \t]/.test(line) && last !== undefined) last.text += line.slice(1);
    else if (line !== '') whole.push({ line: n + 1, text: line });
  }
  return whole.map(({ line, text: content }) => {
    // The first colon outside quotes ends name and parameters.
    const quoted = /^((?:"[^"]*"|[^":])*):(.*)$/s.exec(content);
    const [name = '', ...given] = (quoted?.[1] ?? content).split(/;(?=(?:[^"]*"[^"]*")*[^"]*$)/);
    const parameters = Object.fromEntries(
      given.map((one) => [one.split('=')[0]!.toUpperCase(), one.slice(one.indexOf('=') + 1).replace(/^"|"$/g, '')]),
    );
    return { line, name: name.toUpperCase(), parameters, value: quoted?.[2] ?? '' };
  });
}

/** The events, without the alarms in them. */
function eventsIn(lines: Line[]): Event[] {
  const events: Event[] = [];
  const open: string[] = [];
  for (const line of lines) {
    if (line.name === 'BEGIN') {
      open.push(line.value.toUpperCase());
      if (open.at(-1) === 'VEVENT') events.push({ line: line.line, lines: [] });
    } else if (line.name === 'END') open.pop();
    else if (open.at(-1) === 'VEVENT') events.at(-1)!.lines.push(line);
  }
  return events;
}

const one = ({ lines }: Event, name: string) => lines.find((line) => line.name === name);

/** `a\, b` → `a, b` */
function plain(value: string | undefined): string {
  return (value ?? '').replace(/\\n/gi, ' ').replace(/\\(.)/g, '$1').trim();
}

// ---- times --------------------------------------------------------------------------------------------------------------

/** `20261224`, `20261224T090000`, `20261224T090000Z`, on the clock that TZID names; undefined where it is none. */
function timeOf(value: string, tzid: string | undefined, zone: Zone): Time | undefined {
  const found = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?$/.exec(value.trim());
  if (!found) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0)) as number[];
  const wall = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
  const there =
    found[7] === 'Z' ? zoneNamed('UTC') : tzid === undefined ? zone : zoneNamed(tzid.replace(/^\/[^/]+\//, ''));
  return there === undefined ? undefined : { wall, zone: there, isDate: found[4] === undefined };
}

const instant = ({ wall, zone }: Time) => instantOf(zone, wall);

function durationOf(value: string): number | undefined {
  const found = /^\+?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(value.trim());
  if (!found) return undefined;
  const [weeks, days, hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0)) as number[];
  return weeks! * 7 * DAY + days! * DAY + hours! * HOUR + minutes! * MINUTE + seconds! * 1000;
}

// ---- events -------------------------------------------------------------------------------------------------------------

/** Single dates of a series that an event of their own has moved or taken: `UID` and instant. */
function movedIn(events: Event[], zone: Zone): ReadonlySet<string> {
  const moved = events.flatMap((event) => {
    const line = one(event, 'RECURRENCE-ID');
    const time = line && timeOf(line.value, line.parameters['TZID'], zone);
    return time ? [`${one(event, 'UID')?.value} ${instant(time)}`] : [];
  });
  return new Set(moved);
}

type Found = { start: number; end: number; person: string; line: number };

function shiftsOf(
  event: Event,
  zone: Zone,
  range: { from: number; to: number },
  moved: ReadonlySet<string>,
  personOf: (called: string) => string | undefined,
  mistakes: CalendarMistake[],
): Found[] {
  if (one(event, 'STATUS')?.value.toUpperCase() === 'CANCELLED') return [];
  const refuse = (line: number, code: string, message: string, mend: string): Found[] => {
    mistakes.push({ level: 'error', line, code, message, mend });
    return [];
  };
  const from = one(event, 'DTSTART');
  const start = from && timeOf(from.value, from.parameters['TZID'], zone);
  if (!from || !start) {
    const zoneSaid = from?.parameters['TZID'];
    return refuse(
      from?.line ?? event.line,
      'calendar-time',
      zoneSaid === undefined
        ? 'The event has no time that can be read.'
        : `The time or its zone ${zoneSaid} cannot be read.`,
      'Write DTSTART in UTC, or with an IANA zone like TZID=Europe/London.',
    );
  }
  const length = lengthOf(event, start, zone);
  if (length === undefined || length.milliseconds <= 0)
    return refuse(from.line, 'calendar-time', 'The event does not end after it begins.', 'Give it an end.');
  const rule = one(event, 'RRULE');
  const frequency = /(?:^|;)FREQ=([A-Z]+)/i.exec(rule?.value ?? '')?.[1]?.toUpperCase() ?? '';
  if (rule !== undefined && !RARE.test(frequency))
    return refuse(
      rule.line,
      'calendar-recurrence',
      `An event that recurs ${frequency || 'by no FREQ'} is no shift.`,
      'Let it recur DAILY, WEEKLY, MONTHLY or YEARLY.',
    );
  const walls = occurrences(event, start, rule, zone, range);
  if (walls === undefined)
    return refuse(
      rule!.line,
      'calendar-recurrence',
      `The rule of recurrence cannot be read, or gives more than ${CALENDAR_LIMITS.occurrences} shifts.`,
      'Write it as a calendar does, like RRULE:FREQ=WEEKLY;INTERVAL=2.',
    );
  const isException = one(event, 'RECURRENCE-ID') !== undefined;
  const uid = one(event, 'UID')?.value;
  const stretches = walls.flatMap((wall) => {
    const begins = instantOf(start.zone, wall);
    if (!isException && moved.has(`${uid} ${begins}`)) return [];
    const ends = length.onWall ? instantOf(start.zone, wall + length.milliseconds) : begins + length.milliseconds;
    return ends > range.from && begins < range.to ? [{ start: begins, end: ends }] : [];
  });
  if (stretches.length === 0) return [];
  const person = personIn(event, personOf);
  const summary = one(event, 'SUMMARY');
  if (person === undefined)
    return refuse(
      summary?.line ?? event.line,
      'calendar-person',
      `The event "${plain(summary?.value).slice(0, 60)}" names nobody of the catalogue.`,
      "Let its title be a person's id or name, or invite them by the address in their file.",
    );
  return stretches.map((stretch) => ({ ...stretch, person, line: event.line }));
}

/** From the end, on the wall clock: a shift of a week ends at the same hour when the clocks have changed. */
function lengthOf(event: Event, start: Time, zone: Zone): { milliseconds: number; onWall: boolean } | undefined {
  const until = one(event, 'DTEND');
  if (until) {
    const end = timeOf(until.value, until.parameters['TZID'], zone);
    if (!end) return undefined;
    return end.zone.name === start.zone.name
      ? { milliseconds: end.wall - start.wall, onWall: true }
      : { milliseconds: instant(end) - instant(start), onWall: false };
  }
  const written = one(event, 'DURATION');
  if (!written) return start.isDate ? { milliseconds: DAY, onWall: true } : undefined;
  const milliseconds = durationOf(written.value);
  return milliseconds === undefined ? undefined : { milliseconds, onWall: milliseconds % DAY === 0 };
}

/** The wall times at which it begins, as far as the range; undefined where the rule cannot be followed. */
function occurrences(
  event: Event,
  start: Time,
  rule: Line | undefined,
  zone: Zone,
  range: { from: number; to: number },
): number[] | undefined {
  const listed = (name: string) =>
    event.lines
      .filter((line) => line.name === name)
      .flatMap((line) => line.value.split(',').map((value) => timeOf(value, line.parameters['TZID'], zone)))
      .filter((time) => time !== undefined);
  const extra = listed('RDATE').map((time) => instant(time) + (start.wall - instant(start)));
  const out = new Set(listed('EXDATE').map(instant));
  const ruled = rule === undefined ? [start.wall] : follow(rule.value, start, range.to);
  return ruled && [...new Set([...ruled, ...extra])].filter((wall) => !out.has(instantOf(start.zone, wall)));
}

function follow(value: string, start: Time, to: number): number[] | undefined {
  try {
    const { tzid: _, until, ...options } = RRule.parseString(value);
    // UNTIL is in UTC where the start has a zone; the rule is asked on the wall.
    const written = /UNTIL=(\d{8}(?:T\d{6}Z?)?)/i.exec(value)?.[1];
    const last = written === undefined ? undefined : timeOf(written, undefined, start.zone);
    const offset = start.wall - instant(start);
    const ends =
      last === undefined
        ? Number.POSITIVE_INFINITY
        : last.zone === start.zone
          ? last.wall
          : instant(last) + offset + HOUR;
    const limit = Math.min(ends + (last?.isDate ? DAY - 1 : 0), to + 2 * DAY);
    const walls =
      options.freq === RRule.DAILY ? everyDay(options, start.wall, limit) : byRule(options, start.wall, limit);
    if (walls === undefined) return undefined;
    if (walls.length > CALENDAR_LIMITS.occurrences) return undefined;
    const bound = last === undefined ? Number.POSITIVE_INFINITY : instant(last) + (last.isDate ? DAY - 1 : 0);
    return walls.filter((wall) => instantOf(start.zone, wall) <= bound);
  } catch {
    return undefined;
  }
}

type Rules = ReturnType<typeof RRule.parseString>;

function byRule(options: Rules, start: number, limit: number): number[] | undefined {
  // A weekly rule by the day of the month is none (RFC 5545, 3.3.10).
  if (options.freq === RRule.WEEKLY && (options.bymonthday || options.byyearday || options.bysetpos)) return undefined;
  // Months and weeks that no year has would be looked for until the year 9999.
  const within = (value: unknown, last: number) => [value ?? []].flat().every((one) => Math.abs(Number(one)) <= last);
  if (!within(options.bymonth, 12) || !within(options.byweekno, 53) || !within(options.bymonthday, 31))
    return undefined;
  const walls: number[] = [];
  new RRule({ ...options, dtstart: new Date(start), until: new Date(limit) }).all((date) => {
    walls.push(date.getTime());
    return walls.length <= CALENDAR_LIMITS.occurrences;
  });
  return walls;
}

/**
 * Every so many days. Here and not by the library: where a rule leaves out every day it would look for one until the year
 * 9999, a day at a time.
 */
function everyDay(options: Rules, start: number, limit: number): number[] | undefined {
  const { freq: _, interval = 1, count, byweekday, bymonth, bymonthday, wkst: __, ...others } = options;
  if (Object.values(others).some((value) => value !== undefined && value !== null) || !(interval >= 1))
    return undefined;
  const days = [byweekday ?? []].flat().map((one) => (typeof one === 'object' ? one.weekday : Number(one)));
  const months = [bymonth ?? []].flat();
  const dates = [bymonthday ?? []].flat();
  const walls: number[] = [];
  for (let wall = start; wall <= limit && walls.length < (count ?? Number.POSITIVE_INFINITY); wall += interval * DAY) {
    const date = new Date(wall);
    const fromEnd =
      date.getUTCDate() - 1 - new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
    if (days.length > 0 && !days.includes((date.getUTCDay() + 6) % 7)) continue;
    if (months.length > 0 && !months.includes(date.getUTCMonth() + 1)) continue;
    if (dates.length > 0 && !dates.includes(date.getUTCDate()) && !dates.includes(fromEnd)) continue;
    walls.push(wall);
    if (walls.length > CALENDAR_LIMITS.occurrences) return undefined;
  }
  return walls;
}

/** By address of whoever is invited, else by title: `Amira Khan`, `amira`, `Amira Khan on call: payments`. */
function personIn(event: Event, personOf: (called: string) => string | undefined): string | undefined {
  for (const { value } of event.lines.filter(({ name }) => name === 'ATTENDEE')) {
    const person = personOf(value.replace(/^mailto:/i, ''));
    if (person !== undefined) return person;
  }
  const title = plain(one(event, 'SUMMARY')?.value);
  return personOf(title) ?? personOf(title.split(/ on call\b|[:(–—|]| - /i)[0]!.trim());
}

/** Shifts apart from each other: where two events meet, the one that begins later. */
function apart(found: Found[], mistakes: CalendarMistake[]): Shift[] {
  const shifts: Found[] = [];
  for (const next of found) {
    const before = shifts.at(-1);
    if (before !== undefined && next.start < before.end) {
      if (before.person !== next.person)
        mistakes.push({
          level: 'warning',
          line: next.line,
          code: 'calendar-overlap',
          message: `${before.person} and ${next.person} both have ${new Date(next.start).toISOString()}: ${next.person} is on call then.`,
          mend: 'Let one of the events end where the other begins.',
        });
      const rest = before.end;
      const { person, line } = before;
      before.end = next.start;
      if (before.end <= before.start) shifts.pop();
      shifts.push({ ...next });
      if (rest > next.end) shifts.push({ start: next.end, end: rest, person, line });
    } else shifts.push({ ...next });
  }
  return shifts.map(({ start, end, person }) => ({
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
    person,
  }));
}
