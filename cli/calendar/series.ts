/**
 * The events of a calendar as series: an event with its recurrence, its exceptions, and the later versions of both.
 *
 * Promises: of two versions of one event (the same UID) the one with the higher SEQUENCE counts; an occurrence that was
 * moved, changed or cancelled is so, for itself or for all that follow; a shift of a week ends at the same hour of the
 * wall clock when the clocks have changed. Called by `calendar.ts` only. Pure.
 *
 * Source: RFC 5545 (3.2.13 RANGE, 3.8.4.4 RECURRENCE-ID, 3.8.5 EXDATE, RDATE, RRULE, 3.8.7.4 SEQUENCE). Exchange names
 * occurrences of whole days by a time and of timed events by a date; both are understood here.
 */

import { DAY, instantOf, wallAt, type Zone, zoneNamed } from '../../shared/rota/zone.ts';
import { type Component, durationOf, type Line, lineOf, stampOf } from './icalendar.ts';
import { partsOf, wallsOf } from './recurrence.ts';

/** What is known beside the events: the zone of the rota, zones by TZID, and what is read. */
export type Reading = {
  zone: Zone;
  zones: (tzid: string) => Zone | undefined;
  range: { from: number; to: number };
};

/** A stretch of time in epoch milliseconds, and the event that says whose it is. */
export type Found = { start: number; end: number; event: Component };

/** `main` is absent where the file has only exceptions of a series. */
export type Series = { main?: Component; exceptions: Component[] };

/** An event that cannot be a shift, and why. */
export class Refusal extends Error {
  readonly level: 'error' | 'warning';
  readonly line: number;
  readonly code: string;
  readonly mend: string;

  constructor(at: { level?: 'error' | 'warning'; line: number; code: string; mend: string }, message: string) {
    super(message);
    this.level = at.level ?? 'error';
    this.line = at.line;
    this.code = at.code;
    this.mend = at.mend;
  }
}

type Time = { wall: number; zone: Zone; isDate: boolean };
/** Days go by the wall clock, the rest by the time that passes; milliseconds both. */
type Length = { days: number; exact: number };

const instant = ({ wall, zone }: Time) => instantOf(zone, wall);
const dayOf = (wall: number) => Math.floor(wall / DAY);
const isCancelled = (event: Component) => lineOf(event, 'STATUS')?.value.trim().toUpperCase() === 'CANCELLED';

/** Each event with its exceptions, older versions left out. Events without a UID are each a series. */
export function seriesIn(events: Component[], reading: Reading): Series[] {
  const byUid = new Map<string, Component[]>();
  for (const [n, event] of events.entries()) {
    const uid = lineOf(event, 'UID')?.value.trim() || `event ${n}`;
    byUid.set(uid, [...(byUid.get(uid) ?? []), event]);
  }
  return [...byUid.values()].flatMap((versions) => {
    const mains = newest(versions.filter((event) => lineOf(event, 'RECURRENCE-ID') === undefined));
    const changed = new Map<string, Component[]>();
    for (const event of versions) {
      const id = lineOf(event, 'RECURRENCE-ID');
      if (id === undefined) continue;
      const time = timeOf(id, id.value, reading);
      const key = `${id.parameters['RANGE'] ?? ''} ${time === undefined ? id.value : instant(time)}`;
      changed.set(key, [...(changed.get(key) ?? []), event]);
    }
    const exceptions = [...changed.values()].flatMap(newest);
    const [first, ...others] = mains;
    return [
      { ...(first === undefined ? {} : { main: first }), exceptions },
      // Two events with one UID and nothing that tells which is newer: some exporters give all events the same.
      ...others.map((main) => ({ main, exceptions: [] })),
    ];
  });
}

/** Those of the highest SEQUENCE, then of the latest LAST-MODIFIED or DTSTAMP. */
function newest(versions: Component[]): Component[] {
  if (versions.length < 2) return versions;
  const stamp = (event: Component, name: string) => lineOf(event, name)?.value.trim() ?? '';
  const order = (a: Component, b: Component) =>
    (Number(stamp(a, 'SEQUENCE')) || 0) - (Number(stamp(b, 'SEQUENCE')) || 0) ||
    stamp(a, 'LAST-MODIFIED').localeCompare(stamp(b, 'LAST-MODIFIED')) ||
    stamp(a, 'DTSTAMP').localeCompare(stamp(b, 'DTSTAMP'));
  const best = versions.reduce((a, b) => (order(b, a) > 0 ? b : a));
  return versions.filter((event) => order(event, best) === 0);
}

/** The stretches of a series within the range. Throws a Refusal. */
export function stretchesOf({ main, exceptions }: Series, reading: Reading): Found[] {
  if (main !== undefined && isCancelled(main)) return [];
  if (main === undefined) return exceptions.flatMap((event) => alone(event, reading));
  const start = startOf(main, reading);
  const length = lengthOf(main, start, reading);
  const changes = exceptions.map((event) => changeOf(event, start, reading));
  const single = new Set(changes.filter(({ onwards }) => !onwards).map(({ key }) => key));
  const later = changes.filter(({ onwards }) => onwards).sort((a, b) => b.from - a.from);
  const met = new Set<Component>();
  const found = occurrencesOf(main, start, length, reading).flatMap(({ wall, own }): Found[] => {
    if (keysOf(wall, start).some((key) => single.has(key))) return [];
    const change = later.find(({ from }) => from <= wall);
    if (change === undefined) return within(stretch({ ...start, wall }, own ?? length, main), reading);
    if (keysOf(wall, start).includes(change.key)) met.add(change.event);
    // A change with a rule is a series from there on.
    if (isCancelled(change.event) || lineOf(change.event, 'RRULE') !== undefined) return [];
    const begins = startOf(change.event, reading);
    const moved = { ...begins, wall: wall + begins.wall - change.from };
    return within(stretch(moved, lengthOf(change.event, begins, reading), change.event), reading);
  });
  const others = changes.filter(({ event, onwards }) => !onwards || !met.has(event) || lineOf(event, 'RRULE'));
  return [...found, ...others.flatMap(({ event }) => alone(event, reading))];
}

/** An exception by itself: where it was moved to. */
function alone(event: Component, reading: Reading): Found[] {
  if (isCancelled(event)) return [];
  const start = startOf(event, reading);
  const length = lengthOf(event, start, reading);
  return occurrencesOf(event, start, length, reading).flatMap(({ wall, own }) =>
    within(stretch({ ...start, wall }, own ?? length, event), reading),
  );
}

function stretch(start: Time, { days, exact }: Length, event: Component): Found {
  const begins = instant(start);
  const ends = (days === 0 ? begins : instantOf(start.zone, start.wall + days)) + exact;
  return { start: begins, end: ends, event };
}

function within(found: Found, { range }: Reading): Found[] {
  return found.end > range.from && found.start < range.to && found.end > found.start ? [found] : [];
}

// ---- exceptions ---------------------------------------------------------------------------------------------------------

/** `from`: the wall time, on the clock of the series, of the occurrence that is changed. */
type Change = { event: Component; key: string; from: number; onwards: boolean };

function changeOf(event: Component, start: Time, reading: Reading): Change {
  const line = lineOf(event, 'RECURRENCE-ID')!;
  const id = timeOf(line, line.value, reading);
  if (id === undefined) throw unreadable(line);
  const onwards = line.parameters['RANGE']?.toUpperCase() === 'THISANDFUTURE';
  return { event, key: keyOf(id, start, reading), from: wallIn(id, start, reading), onwards };
}

/** What an occurrence may be called: by its instant, or by its day. */
function keysOf(wall: number, start: Time): string[] {
  const day = `day ${dayOf(wall)}`;
  return start.isDate ? [day] : [day, `at ${instantOf(start.zone, wall)}`];
}

function keyOf(id: Time, start: Time, reading: Reading): string {
  return id.isDate || start.isDate ? `day ${dayOf(wallIn(id, start, reading))}` : `at ${instant(id)}`;
}

/** The time of an occurrence on the clock of its series; a day of a series of whole days. */
function wallIn(id: Time, start: Time, { zone }: Reading): number {
  if (id.isDate) return id.wall;
  if (!start.isDate) return wallAt(start.zone, instant(id));
  // Midnight in UTC may be another day where people are.
  const wall = id.zone.name === 'UTC' ? wallAt(zone, instant(id)) : id.wall;
  return dayOf(wall) * DAY;
}

// ---- occurrences --------------------------------------------------------------------------------------------------------

/** `own`: the length of a period that RDATE gives. */
type Occurrence = { wall: number; own?: Length };

function occurrencesOf(event: Component, start: Time, length: Length, reading: Reading): Occurrence[] {
  const exception = lineOf(event, 'RECURRENCE-ID');
  const isSingle = exception !== undefined && exception.parameters['RANGE']?.toUpperCase() !== 'THISANDFUTURE';
  const rule = isSingle ? undefined : lineOf(event, 'RRULE');
  const ruled = rule === undefined ? [start.wall] : followed(rule, start, length, reading);
  const not = event.lines
    .filter(({ name }) => name === 'EXRULE')
    .flatMap((line) => followed(line, start, length, reading));
  const out = new Set(not.map((wall) => `at ${instantOf(start.zone, wall)}`));
  for (const { line, value } of listed(event, 'EXDATE')) {
    const time = timeOf(line, value, reading);
    if (time !== undefined) out.add(keyOf(time, start, reading));
  }
  const extra = listed(event, 'RDATE').flatMap(({ line, value }) => addedBy(line, value, start, reading));
  const all = new Map<number, Occurrence>([...ruled.map((wall) => ({ wall })), ...extra].map((one) => [one.wall, one]));
  return [...all.values()].filter(({ wall }) => !keysOf(wall, start).some((key) => out.has(key)));
}

function listed(event: Component, name: string): { line: Line; value: string }[] {
  return event.lines
    .filter((line) => line.name === name)
    .flatMap((line) => line.value.split(',').map((value) => ({ line, value })));
}

/** A date that RDATE adds: a time, a day at the hour of the series, or a period. */
function addedBy(line: Line, value: string, start: Time, reading: Reading): Occurrence[] {
  const [begins = '', ends] = value.split('/');
  const time = timeOf(line, begins, reading);
  if (time === undefined) return [];
  const wall =
    time.isDate && !start.isDate ? time.wall + (start.wall - dayOf(start.wall) * DAY) : wallIn(time, start, reading);
  if (ends === undefined) return [{ wall }];
  const until = timeOf(line, ends, reading);
  const own = until === undefined ? durationOf(ends) : { days: 0, exact: instant(until) - instant(time) };
  return own === undefined ? [] : [{ wall, own }];
}

/** The wall times of a rule as far as the range. */
function followed(rule: Line, start: Time, length: Length, reading: Reading): number[] {
  const frequency = /(?:^|;)FREQ=([A-Z]+)/i.exec(rule.value)?.[1]?.toUpperCase() ?? '';
  if (!/^(DAILY|WEEKLY|MONTHLY|YEARLY)$/.test(frequency))
    throw new Refusal(
      { line: rule.line, code: 'calendar-recurrence', mend: 'Let it recur DAILY, WEEKLY, MONTHLY or YEARLY.' },
      `An event that recurs ${frequency || 'by no FREQ'} is no shift.`,
    );
  const bound = untilOf(rule, start);
  const { range } = reading;
  const walls = wallsOf(rule.value, start.wall, {
    from: range.from - 2 * DAY - length.days - length.exact,
    to: range.to + 2 * DAY,
    last: Number.POSITIVE_INFINITY,
  });
  if (walls === undefined)
    throw new Refusal(
      {
        line: rule.line,
        code: 'calendar-recurrence',
        mend: 'Write it as a calendar does, like RRULE:FREQ=WEEKLY;INTERVAL=2.',
      },
      'The rule of recurrence cannot be read, or gives more shifts than anybody has.',
    );
  return walls.filter((wall) => instantOf(start.zone, wall) <= bound);
}

/** The last instant of a rule: UNTIL is UTC, a wall time of the series, or a day that counts whole. */
function untilOf(rule: Line, start: Time): number {
  const written = partsOf(rule.value)?.get('UNTIL');
  const stamp = written === undefined ? undefined : stampOf(written);
  if (stamp === undefined) return Number.POSITIVE_INFINITY;
  if (stamp.isUtc && !start.isDate) return stamp.wall;
  const wall = stamp.isDate || start.isDate ? dayOf(stamp.wall) * DAY + DAY - 1 : stamp.wall;
  return instantOf(start.zone, wall);
}

// ---- times --------------------------------------------------------------------------------------------------------------

/** On the clock that TZID names, else on the rota's; undefined where the time or its zone cannot be read. */
function timeOf({ parameters }: Line, value: string, { zone, zones }: Reading): Time | undefined {
  const stamp = stampOf(value);
  if (stamp === undefined) return undefined;
  const { wall, isDate, isUtc } = stamp;
  if (isUtc) return { wall, isDate, zone: zoneNamed('UTC')! };
  const tzid = parameters['TZID'];
  const there = tzid === undefined || isDate ? zone : zones(tzid);
  return there === undefined ? undefined : { wall, isDate, zone: there };
}

function startOf(event: Component, reading: Reading): Time {
  const line = lineOf(event, 'DTSTART');
  const start = line && timeOf(line, line.value, reading);
  if (line === undefined || start === undefined) throw unreadable(line ?? event);
  return start;
}

function unreadable(at: Line | Component): Refusal {
  const tzid = 'parameters' in at ? at.parameters['TZID'] : undefined;
  return new Refusal(
    {
      line: at.line,
      code: 'calendar-time',
      mend: 'Write it in UTC, with an IANA zone like TZID=Europe/London, or with a VTIMEZONE for its zone.',
    },
    tzid === undefined ? 'The event has no time that can be read.' : `The time or its zone ${tzid} cannot be read.`,
  );
}

/** From the end, on the wall clock. An event of no length is no shift. */
function lengthOf(event: Component, start: Time, reading: Reading): Length {
  const length = writtenLength(event, start, reading);
  const at = { line: lineOf(event, 'DTSTART')?.line ?? event.line, code: 'calendar-time', mend: 'Give it an end.' };
  if (length !== undefined && length.days + length.exact > 0) return length;
  if (length !== undefined && length.days + length.exact === 0)
    throw new Refusal(
      { ...at, level: 'warning', code: 'calendar-no-length' },
      'The event has no length and is no shift.',
    );
  throw new Refusal(at, 'The event does not end after it begins.');
}

function writtenLength(event: Component, start: Time, reading: Reading): Length | undefined {
  const until = lineOf(event, 'DTEND');
  if (until) {
    const end = timeOf(until, until.value, reading);
    if (end === undefined) throw unreadable(until);
    // A day that ends on itself is that day: some programs write the last day and not the one after it.
    if (start.isDate && end.isDate && end.wall === start.wall) return { days: DAY, exact: 0 };
    return end.zone.name === start.zone.name
      ? { days: end.wall - start.wall, exact: 0 }
      : { days: 0, exact: instant(end) - instant(start) };
  }
  const written = lineOf(event, 'DURATION');
  if (written === undefined) return start.isDate ? { days: DAY, exact: 0 } : { days: 0, exact: 0 };
  return durationOf(written.value);
}
