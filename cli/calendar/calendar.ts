/**
 * A calendar (iCalendar) as who is on call when: each event is a shift of the person that its title or invitation names.
 *
 * Promises: what is no calendar, a shift of somebody unknown, and a recurrence that cannot make shifts are errors with
 * their line; what is only in the same calendar (bank holidays, leave, meetings) is a warning; recurrences without an end
 * are followed to the end of the range and no further; of two events at once the later to begin counts, and a warning
 * says so. Called when a catalogue is compiled, never when somebody is paged. Pure.
 *
 * Lines are read by `icalendar.ts`, zones by `calendar-zone.ts`, rules by `recurrence.ts`, people by `calendar-person.ts`;
 * `calendar-series.ts` puts an event, its recurrence and its exceptions together.
 */

import type { Shift } from '../../shared/rota/rota.ts';
import { DAY, type Zone } from '../../shared/rota/zone.ts';
import { type Component, componentsIn, lineOf } from './icalendar.ts';
import { type Meant, meantBy, type PersonOf } from './person.ts';
import { type Found, Refusal, seriesIn, stretchesOf } from './series.ts';
import { zonesIn } from './zone.ts';

/** What is wrong with a calendar, with the line of its file. */
export type CalendarMistake = { level: 'error' | 'warning'; line: number; code: string; message: string; mend: string };

/** `shifts` in all of what is read of a calendar: a change of hands every few minutes. */
export const CALENDAR_LIMITS = { events: 20_000, shifts: 100_000 };

type Range = { from: number; to: number };

/**
 * @param zone of the rota: where a time names none, it is there
 * @param range epoch milliseconds: what is read of it
 * @param personOf the id of a person by what a calendar calls them: id, name or address; undefined for nobody
 */
export function readCalendar(
  text: string,
  zone: Zone,
  range: Range,
  personOf: PersonOf,
): { shifts: Shift[]; mistakes: CalendarMistake[] } {
  const components = componentsIn(text);
  if (components === undefined) {
    const message = 'This is no calendar: it does not begin with BEGIN:VCALENDAR.';
    const mend = 'Save the calendar as iCalendar (.ics); an address that wants a sign-in gives a page instead.';
    return { shifts: [], mistakes: [{ level: 'error', line: 1, code: 'no-calendar', message, mend }] };
  }
  const events = eventsIn(components);
  if (events.length > CALENDAR_LIMITS.events) {
    const message = `The calendar has ${events.length} events; the limit is ${CALENDAR_LIMITS.events}.`;
    const mend = 'Keep old events elsewhere.';
    return { shifts: [], mistakes: [{ level: 'error', line: 1, code: 'calendar-too-large', message, mend }] };
  }
  const zones = zonesIn(
    components.filter(({ name }) => name === 'VTIMEZONE'),
    range.to + DAY,
  );
  const mistakes: CalendarMistake[] = [];
  const reading = { zone, zones, range };
  let count = 0;
  const found = seriesIn(events, reading).flatMap((series) => {
    if (count > CALENDAR_LIMITS.shifts) return [];
    try {
      const stretches = stretchesOf(series, reading);
      count += stretches.length;
      return shiftsOf(stretches, personOf, mistakes);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { level, line, code, message, mend } = error;
      mistakes.push({ level, line, code, message, mend });
      return [];
    }
  });
  if (count > CALENDAR_LIMITS.shifts) {
    const message = `The calendar gives more than ${CALENDAR_LIMITS.shifts} shifts; what comes after is not read.`;
    mistakes.push({ level: 'error', line: 1, code: 'calendar-too-large', message, mend: 'Take series out of it.' });
  }
  found.sort((a, b) => a.start - b.start || a.line - b.line);
  return { shifts: apart(found, mistakes), mistakes };
}

/** Events that are not cancelled as a whole by the calendar that holds them. */
function eventsIn(components: Component[]): Component[] {
  const calendars = components.filter(({ name }) => name === 'VCALENDAR');
  const kept = calendars.filter((one) => lineOf(one, 'METHOD')?.value.trim().toUpperCase() !== 'CANCEL');
  return kept.flatMap(({ parts }) => parts.filter(({ name }) => name === 'VEVENT'));
}

type Turn = { start: number; end: number; person: string; line: number };

/** Stretches of one series as shifts; each event in it is judged once. */
function shiftsOf(stretches: Found[], personOf: PersonOf, mistakes: CalendarMistake[]): Turn[] {
  const meant = new Map<Component, Meant>();
  return stretches.flatMap(({ start, end, event }): Turn[] => {
    let who = meant.get(event);
    if (who === undefined) {
      who = meantBy(event, personOf);
      meant.set(event, who);
      const mistake = mistakeOf(event, who);
      if (mistake !== undefined) mistakes.push(mistake);
    }
    return 'person' in who ? [{ start, end, person: who.person, line: event.line }] : [];
  });
}

/** What is worth a word about whom an event names. */
function mistakeOf(event: Component, who: Meant): CalendarMistake | undefined {
  const line = lineOf(event, 'SUMMARY')?.line ?? event.line;
  if ('person' in who)
    return who.others.length === 0
      ? undefined
      : {
          level: 'warning',
          line,
          code: 'calendar-several',
          message: `The event names ${[who.person, ...who.others].join(' and ')}: ${who.person} is on call then.`,
          mend: 'Name one person in the title, or give the other a calendar and a rota as well.',
        };
  const title = `The event "${who.title.slice(0, 60)}"`;
  const isFree =
    lineOf(event, 'TRANSP')?.value.trim().toUpperCase() === 'TRANSPARENT' ||
    lineOf(event, 'X-MICROSOFT-CDO-BUSYSTATUS')?.value.trim().toUpperCase() === 'FREE';
  const mend = "Let its title be a person's id or name, or invite them by the address in their file.";
  if (who.nobody === 'unknown' && !isFree) {
    const message = `${title} names nobody of the catalogue.`;
    return { level: 'error', line, code: 'calendar-person', message, mend };
  }
  const why = {
    declined: 'is declined by the person invited: nobody has this shift',
    absence: "reads as somebody's absence and is no shift",
    unknown: 'names nobody of the catalogue and is no shift',
    other: 'names nobody of the catalogue and is no shift',
  }[who.nobody];
  return {
    level: 'warning',
    line,
    code: `calendar-${who.nobody === 'unknown' ? 'other' : who.nobody}`,
    message: `${title} ${why}.`,
    mend,
  };
}

/** Shifts apart from each other: where two events meet, the one that begins later. */
function apart(found: Turn[], mistakes: CalendarMistake[]): Shift[] {
  const shifts: Turn[] = [];
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
