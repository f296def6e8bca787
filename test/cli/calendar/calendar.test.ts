/** Calendars as layers: fixtures in the shapes that Google, Outlook and we ourselves write, made for this test. */
import fc from 'fast-check';
import rrule from 'rrule';
import { describe, expect, it } from 'vitest';
import { readCalendar } from '../../../cli/calendar/calendar.ts';
import { calendarOf } from '../../../shared/rota/ical.ts';
import { zoneNamed } from '../../../shared/rota/zone.ts';

const london = zoneNamed('Europe/London')!;
const range = { from: Date.parse('2026-03-01T00:00Z'), to: Date.parse('2026-06-01T00:00Z') };
const people: Record<string, string> = {
  amira: 'amira',
  'amira khan': 'amira',
  ben: 'ben',
  'ben@example.gov.uk': 'ben',
};
const personOf = (called: string) => people[called.toLowerCase()];
const calendar = (...events: string[][]) =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    ...events.flatMap((lines) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT']),
    'END:VCALENDAR',
    '',
  ].join('\r\n');
const read = (text: string, within = range) => readCalendar(text, london, within, personOf);
const said = (text: string, within = range) =>
  read(text, within).shifts.map(({ start, end, person }) => `${person} ${start.slice(0, 16)} ${end.slice(0, 16)}`);
const at = (from: string, to: string) => [`DTSTART;TZID=Europe/London:${from}`, `DTEND;TZID=Europe/London:${to}`];

describe('an event', () => {
  it('is a shift of the person in its title', () => {
    expect(said(calendar([...at('20260302T090000', '20260309T090000'), 'SUMMARY:Amira Khan']))).toEqual([
      'amira 2026-03-02T09:00 2026-03-09T09:00',
    ]);
  });

  it.each([
    ['their id', 'SUMMARY:amira'],
    ['a title that says more', 'SUMMARY:Amira Khan on call: payments-primary'],
    ['a title before a colon', 'SUMMARY:Amira: primary'],
    ['a line that is folded', 'SUMMARY:Amira\r\n  Khan'],
  ])('finds the person by %s', (_what, summary) => {
    expect(said(calendar([...at('20260302T090000', '20260309T090000'), summary]))[0]).toMatch(/^amira/);
  });

  it('finds the person by the address of the invited person, before the title', () => {
    const invited = 'ATTENDEE;CN="Ben: the second";PARTSTAT=ACCEPTED:mailto:Ben@example.gov.uk';
    expect(said(calendar([...at('20260302T090000', '20260309T090000'), invited, 'SUMMARY:amira']))[0]).toMatch(/^ben/);
  });

  it.each([
    ['in UTC', ['DTSTART:20260302T090000Z', 'DTEND:20260302T170000Z'], '2026-03-02T09:00 2026-03-02T17:00'],
    [
      'without a zone, on the clock of the rota',
      ['DTSTART:20260402T090000', 'DTEND:20260402T170000'],
      '2026-04-02T08:00 2026-04-02T16:00',
    ],
    [
      'in another zone',
      ['DTSTART;TZID=Asia/Tokyo:20260402T090000', 'DTEND;TZID=Asia/Tokyo:20260402T170000'],
      '2026-04-02T00:00 2026-04-02T08:00',
    ],
    [
      'of whole days',
      ['DTSTART;VALUE=DATE:20260328', 'DTEND;VALUE=DATE:20260330'],
      '2026-03-28T00:00 2026-03-29T23:00',
    ],
    ['of one day without an end', ['DTSTART;VALUE=DATE:20260402'], '2026-04-01T23:00 2026-04-02T23:00'],
    ['with a length', ['DTSTART:20260402T090000Z', 'DURATION:PT12H30M'], '2026-04-02T09:00 2026-04-02T21:30'],
  ])('has its time %s', (_what, lines, expected) => {
    expect(said(calendar([...lines, 'SUMMARY:amira']))).toEqual([`amira ${expected}`]);
  });

  it('that is cancelled, or only an alarm, is no shift', () => {
    const cancelled = [...at('20260302T090000', '20260309T090000'), 'SUMMARY:amira', 'STATUS:CANCELLED'];
    expect(said(calendar(cancelled))).toEqual([]);
    const alarm = ['BEGIN:VALARM', 'TRIGGER:-PT15M', 'SUMMARY:somebody', 'END:VALARM'];
    expect(read(calendar([...at('20260302T090000', '20260309T090000'), ...alarm, 'SUMMARY:amira'])).mistakes).toEqual(
      [],
    );
  });
});

describe('a recurrence', () => {
  const weekly = (...more: string[]) =>
    calendar([...at('20260302T090000', '20260309T090000'), 'UID:1', 'SUMMARY:amira', ...more]);

  it('keeps its wall clock when the clocks change', () => {
    expect(said(weekly('RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3'))).toEqual([
      'amira 2026-03-02T09:00 2026-03-09T09:00',
      'amira 2026-03-16T09:00 2026-03-23T09:00',
      'amira 2026-03-30T08:00 2026-04-06T08:00',
    ]);
  });

  it('without an end is followed as far as is asked, also from twenty years ago', () => {
    const old = calendar([...at('20060306T090000', '20060307T090000'), 'SUMMARY:amira', 'RRULE:FREQ=WEEKLY']);
    expect(said(old)).toHaveLength(13);
  });

  it.each([
    ['in UTC', 'UNTIL=20260330T080000Z', 5],
    ['in UTC, a second too early', 'UNTIL=20260330T075959Z', 4],
    ['as a date', 'UNTIL=20260330', 5],
  ])('ends with UNTIL %s', (_what, until, count) => {
    expect(said(weekly(`RRULE:FREQ=WEEKLY;${until}`))).toHaveLength(count);
  });

  it('leaves out its exceptions, and a separate event replaces a date', () => {
    const series = [
      ...at('20260302T090000', '20260303T090000'),
      'UID:1',
      'SUMMARY:amira',
      'RRULE:FREQ=WEEKLY;COUNT=4',
      'EXDATE;TZID=Europe/London:20260309T090000',
    ];
    const moved = [
      ...at('20260317T090000', '20260318T090000'),
      'UID:1',
      'RECURRENCE-ID;TZID=Europe/London:20260316T090000',
      'SUMMARY:ben',
    ];
    expect(said(calendar(series, moved))).toEqual([
      'amira 2026-03-02T09:00 2026-03-03T09:00',
      'ben 2026-03-17T09:00 2026-03-18T09:00',
      'amira 2026-03-23T09:00 2026-03-24T09:00',
    ]);
  });

  it.each(['SECONDLY', 'MINUTELY', 'HOURLY', 'NEVERLY'])('of every %s is refused with its line', (frequency) => {
    expect(read(weekly(`RRULE:FREQ=${frequency}`)).mistakes[0]).toMatchObject({
      level: 'error',
      line: 8,
      code: 'calendar-recurrence',
    });
  });

  it.each([
    'FREQ=WEEKLY;BYMONTH=13',
    'FREQ=WEEKLY;BYDAY=MO;BYSETPOS=99',
    'FREQ=YEARLY;BYWEEKNO=60',
    'FREQ=DAILY;BYEASTER=1',
  ])('that no year has is refused: %s', (rule) => {
    expect(read(weekly(`RRULE:${rule}`)).mistakes[0]?.code).toBe('calendar-recurrence');
  });

  it('that gives more shifts than anybody has is refused', () => {
    const often =
      'RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=0,10,20,30,40,50';
    expect(read(weekly(often)).mistakes[0]?.code).toBe('calendar-recurrence');
  });

  it.each(['DAILY', 'MONTHLY', 'YEARLY'])('of every %s for a day that never comes ends all the same', (frequency) => {
    expect(said(weekly(`RRULE:FREQ=${frequency};BYMONTH=2;BYMONTHDAY=31`))).toEqual([]);
  });

  it('of every day is followed as by the library, where that has an end', () => {
    const { RRule } = rrule;
    const days = fc.subarray(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'], { minLength: 1 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        days,
        fc.subarray([1, 3, 4, 5], { minLength: 1 }),
        (interval, by, months) => {
          const rule = `FREQ=DAILY;INTERVAL=${interval};BYDAY=${by.join()};BYMONTH=${months.join()};UNTIL=20260520T000000Z`;
          const one = calendar([
            'DTSTART:20260302T090000Z',
            'DTEND:20260302T100000Z',
            'SUMMARY:amira',
            `RRULE:${rule}`,
          ]);
          const theirs = new RRule({ ...RRule.parseString(rule), dtstart: new Date('2026-03-02T09:00:00Z') }).all();
          expect(read(one).shifts.map(({ start }) => start)).toEqual(theirs.map((date) => date.toISOString()));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('what is refused or said', () => {
  it('a page of a sign-in, which is no calendar', () => {
    expect(read('<!doctype html>\n<title>Sign in</title>').mistakes[0]).toMatchObject({
      level: 'error',
      line: 1,
      code: 'no-calendar',
    });
  });

  it.each([
    ['somebody unknown', [...at('20260302T090000', '20260303T090000'), 'SUMMARY:Zed'], 'calendar-person', 6],
    ['a zone that is none', ['DTSTART;TZID=Mars/Olympus:20260302T090000', 'SUMMARY:amira'], 'calendar-time', 4],
    ['an end before its beginning', [...at('20260303T090000', '20260302T090000'), 'SUMMARY:amira'], 'calendar-time', 4],
  ])('%s, with the line', (_what, lines, code, line) => {
    expect(read(calendar(lines)).mistakes[0]).toMatchObject({ level: 'error', code, line });
  });

  it('somebody unknown in a year that nobody asks about is not worth a word', () => {
    expect(read(calendar([...at('20200302T090000', '20200303T090000'), 'SUMMARY:Zed'])).mistakes).toEqual([]);
  });

  it('two events at once: the later to begin has it, then the other again', () => {
    const { shifts, mistakes } = read(
      calendar(
        ['DTSTART:20260302T090000Z', 'DTEND:20260309T090000Z', 'SUMMARY:amira'],
        ['DTSTART:20260304T090000Z', 'DTEND:20260305T090000Z', 'SUMMARY:ben'],
      ),
    );
    expect(shifts.map(({ person, start }) => `${person} ${start.slice(8, 10)}`)).toEqual([
      'amira 02',
      'ben 04',
      'amira 05',
    ]);
    expect(mistakes[0]).toMatchObject({ level: 'warning', code: 'calendar-overlap' });
  });
});

it('reads back what we write for the calendars of others', () => {
  const shift = fc.record({ days: fc.integer({ min: 1, max: 9 }), person: fc.constantFrom('amira', 'ben') });
  fc.assert(
    fc.property(fc.array(shift, { minLength: 1, maxLength: 8 }), (list) => {
      let from = Date.parse('2026-03-02T09:00Z');
      const shifts = list.map(({ days, person }) => {
        const start = new Date(from).toISOString();
        from += days * 86_400_000;
        return { start, end: new Date(from).toISOString(), person };
      });
      const feed = {
        name: 'On call',
        zone: 'Europe/London',
        shifts: shifts.map((one) => ({ ...one, rota: 'primary' })),
      };
      const text = calendarOf(
        feed,
        (person) => (person === 'amira' ? 'Amira Khan' : person),
        '2026-03-01T00:00:00.000Z',
      );
      expect(read(text)).toEqual({ shifts, mistakes: [] });
    }),
  );
});

it('with endless series by the thousand is an error and takes no more than its share', () => {
  const year = { from: Date.parse('2026-01-01'), to: Date.parse('2027-01-01') };
  const series = Array.from({ length: 2000 }, (_, n) => [
    'DTSTART:20260101T090000Z',
    'DURATION:PT1H',
    `UID:${n}`,
    'SUMMARY:amira',
    'RRULE:FREQ=DAILY',
  ]);
  const { mistakes } = read(calendar(...series), year);
  expect(mistakes.map(({ code }) => code)).toContain('calendar-too-large');
});

it('never throws, for any text', () => {
  const piece = fc.constantFrom(
    'BEGIN:VEVENT',
    'END:VEVENT',
    'DTSTART:',
    'DTSTART:20260302',
    'RRULE:FREQ=DAILY;BYDAY=XX',
    'RRULE:',
    ';',
    ':',
    '"',
    ' ',
    'SUMMARY:amira',
    'DURATION:P',
    '\u0000',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), (lines) => {
      expect(Array.isArray(read(['BEGIN:VCALENDAR', ...lines].join('\n')).shifts)).toBe(true);
    }),
  );
});
