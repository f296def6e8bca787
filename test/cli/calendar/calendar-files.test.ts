/** Calendars as programs write them, each beside its shifts and what lint says of it. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { readCalendar } from '../../../cli/calendar/calendar.ts';
import { finder } from '../../../cli/catalogue/calendars.ts';
import type { Person } from '../../../shared/catalogue/catalogue.ts';
import { zoneNamed } from '../../../shared/rota/zone.ts';

const folder = new URL('calendars/', import.meta.url);
const london = zoneNamed('Europe/London')!;
const person = (id: string, name: string) => ({ id, name, contact: { email: `${id}@example.gov.uk` } }) as Person;
const people = [
  person('amira', 'Amira Khan'),
  person('ben', 'Ben Okoro'),
  person('cleo', 'Cléo Nash'),
  person('may', 'May Smith'),
];
const personOf = finder(people);
const year = { from: Date.parse('2026-04-01T00:00Z'), to: Date.parse('2027-01-01T00:00Z') };

function readFixture(text: string): string {
  const { shifts, mistakes } = readCalendar(text, london, year, personOf);
  return [
    ...shifts.map(({ start, end, person: who }) => `${start.slice(0, 16)} ${end.slice(0, 16)} ${who}`),
    ...mistakes.map(({ level, line, code }) => `${level} line ${line}: ${code}`),
    '',
  ].join('\n');
}

describe('a calendar file', () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.ics'));
  it.each(names)('%s gives the shifts beside it', async (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    await expect(readFixture(text)).toMatchFileSnapshot(new URL(name.replace('.ics', '.txt'), folder).pathname);
    expect(readFixture(`\uFEFF${text.replace(/\r?\n/g, '\r\n')}`)).toBe(readFixture(text));
  });
});

describe('a title', () => {
  it.each([
    ['Amira Khan', 'amira'],
    ['AMIRA KHAN', 'amira'],
    ['Khan, Amira', 'amira'],
    ['On call: Amira Khan', 'amira'],
    ['On-call - Amira Khan - Payments', 'amira'],
    ['Amira - primary', 'amira'],
    ['Amira (primary)', 'amira'],
    ['L1 Ben', 'ben'],
    ['Ben (L2)', 'ben'],
    ['Primary on-call: Ben', 'ben'],
    ['Rotation L1: amira@example.gov.uk', 'amira'],
    ['Amira Khan <amira@example.gov.uk>', 'amira'],
    ["Amira's on call week", 'amira'],
    ['Cleo Nash on call', 'cleo'],
    ['[OOH] Ben Okoro', 'ben'],
    ['Ben covering for Amira', 'ben'],
    ['Ben Okoro covering Amira Khan', 'ben'],
    ['Amira -> Ben', 'ben'],
    ['📟 Ben Okoro', 'ben'],
    ['Christmas Day: Amira Khan', 'amira'],
    ['Bank holiday cover - Ben', 'ben'],
    ['Early May bank holiday', undefined],
    ['Ben holiday', undefined],
    ['Amira Khan OOO', undefined],
    ['Benefits review', undefined],
  ])('%s names %s', (title, expected) => {
    const event = `BEGIN:VEVENT\nUID:1\nDTSTART:20260601T090000Z\nDTEND:20260602T090000Z\nSUMMARY:${title}\nEND:VEVENT`;
    const { shifts } = readCalendar(`BEGIN:VCALENDAR\n${event}\nEND:VCALENDAR`, london, year, personOf);
    expect(shifts[0]?.person).toBe(expected);
  });
});

describe('an invitation', () => {
  const ben = 'ATTENDEE;CN=Ben Okoro;PARTSTAT=ACCEPTED:mailto:ben@example.gov.uk';
  const amira = 'ATTENDEE;CN=Amira Khan;PARTSTAT=TENTATIVE:mailto:amira@example.gov.uk';
  it.each([
    ['by a name alone', ['ATTENDEE;CN="Okoro, Ben":invalid:nomail'], 'ben'],
    ['of a room and a person', ['ATTENDEE;CUTYPE=ROOM;CN=May Smith:mailto:room@example.gov.uk', ben], 'ben'],
    ['of two, of whom one has accepted', [amira, ben], 'ben'],
    ['of two, of whom one wrote it', [ben, 'ORGANIZER:mailto:ben@example.gov.uk', amira], 'amira'],
    ['by the one who is on call', ['ORGANIZER;CN=Amira Khan:mailto:amira@example.gov.uk'], 'amira'],
  ])('%s', (_what, lines, expected) => {
    const event = ['BEGIN:VEVENT', 'UID:1', 'DTSTART:20260601T090000Z', 'DURATION:P1D', 'SUMMARY:OOH', ...lines];
    const text = ['BEGIN:VCALENDAR', ...event, 'END:VEVENT', 'END:VCALENDAR'].join('\n');
    expect(readCalendar(text, london, year, personOf).shifts[0]?.person).toBe(expected);
  });
});

// ---- beside another library ---------------------------------------------------------------------------------------------

/** The starts of an event by ical.js, within the range. */
function theirs(text: string): string[] {
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  const events = calendar.getAllSubcomponents('vevent');
  const main = new ICAL.Event(events[0]!);
  for (const one of events.slice(1)) main.relateException(new ICAL.Event(one));
  const times: string[] = [];
  const steps = main.iterator();
  for (let next = steps.next(), n = 0; next && n < 2000; next = steps.next(), n += 1) {
    if (next.toJSDate().getTime() > year.to) break;
    const { startDate, item } = main.getOccurrenceDetails(next);
    if (item.component.getFirstPropertyValue('status') !== 'CANCELLED') {
      const { year: y, month: m, day: d } = startDate;
      // A date is midnight of the process's zone for ical.js; here it is the day.
      times.push((startDate.isDate ? new Date(Date.UTC(y, m - 1, d)) : startDate.toJSDate()).toISOString());
    }
  }
  return [...new Set(times)].sort();
}

const ZONE = `BEGIN:VTIMEZONE
TZID:Ours
BEGIN:STANDARD
DTSTART:19701025T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T010000
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE`;
const stamp = (wall: number) => new Date(wall).toISOString().slice(0, 19).replace(/[-:]/g, '');

it('random series with exceptions begin when ical.js says', () => {
  const series = fc.record({
    zone: fc.constantFrom(';TZID=Ours', 'Z', ';VALUE=DATE'),
    first: fc.integer({ min: 0, max: 200 }),
    rule: fc.constantFrom('DAILY', 'WEEKLY', 'WEEKLY;BYDAY=#', 'MONTHLY;BYDAY=1#', 'MONTHLY;BYDAY=-1#'),
    interval: fc.integer({ min: 1, max: 3 }),
    count: fc.integer({ min: 1, max: 30 }),
    // Each once: of an EXDATE that is written twice, ical.js forgets the next.
    out: fc.uniqueArray(fc.integer({ min: 1, max: 29 }), { maxLength: 3 }),
    moved: fc.option(fc.tuple(fc.integer({ min: 1, max: 29 }), fc.integer({ min: 1, max: 20 }), fc.boolean())),
  });
  fc.assert(
    fc.property(series, ({ zone, first, rule, interval, count, out, moved }) => {
      const isDate = zone === ';VALUE=DATE';
      const step = /^DAILY/.test(rule) ? interval : 7 * interval;
      // The first of a month by weekday: a Monday within the first seven days begins the rules by month too.
      const monthly = rule.startsWith('MONTHLY');
      const start = monthly
        ? Date.UTC(2026, 5, rule.includes('-1') ? 29 : 1, 9)
        : Date.UTC(2026, 3, 1, 9) + first * 86_400_000;
      const day = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'][new Date(start).getUTCDay()]!;
      const write = (name: string, wall: number) => {
        if (isDate) return `${name};VALUE=DATE:${stamp(wall).slice(0, 8)}`;
        return zone === 'Z' ? `${name}:${stamp(wall)}Z` : `${name}${zone}:${stamp(wall)}`;
      };
      const at = (n: number) => start + n * step * 86_400_000;
      const main = [
        write('DTSTART', start),
        `DURATION:${isDate ? 'P1D' : 'PT1H'}`,
        `RRULE:FREQ=${rule.replace('#', day)};INTERVAL=${interval};COUNT=${count}`,
        ...(monthly ? [] : out.map((n) => write('EXDATE', at(n)))),
      ];
      const isMoved = moved !== null && !monthly && moved[0] < count && !out.includes(moved[0]);
      const change = isMoved
        ? [
            write(`RECURRENCE-ID${moved[2] ? ';RANGE=THISANDFUTURE' : ''}`, at(moved[0])),
            write('DTSTART', at(moved[0]) + moved[1] * (isDate ? 86_400_000 : 60_000)),
            `DURATION:${isDate ? 'P1D' : 'PT1H'}`,
          ]
        : [];
      const event = (lines: string[]) => ['BEGIN:VEVENT', 'UID:1', 'SUMMARY:amira', ...lines, 'END:VEVENT'];
      const text = [
        'BEGIN:VCALENDAR',
        ...ZONE.split('\n'),
        ...event(main),
        ...(change.length > 0 ? event(change) : []),
        'END:VCALENDAR',
      ].join('\r\n');
      const inUtc = zoneNamed('UTC')!;
      const ours = readCalendar(text, inUtc, year, personOf).shifts.map(({ start: begins }) => begins);
      expect([...new Set(ours)]).toEqual(theirs(text).filter((time) => Date.parse(time) < year.to));
    }),
    { numRuns: 300 },
  );
});
