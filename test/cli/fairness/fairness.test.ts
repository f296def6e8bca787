import { describe, expect, it } from 'vitest';
import { fairnessOf, pagesOf } from '../../../cli/fairness/fairness.ts';
import { compileRota } from '../../../shared/rota/compile.ts';
import { calendarOf } from '../../../shared/rota/ical.ts';
import { shifts } from '../../../shared/rota/shifts.ts';

const rota = compileRota({
  name: 'primary',
  time_zone: 'Europe/London',
  holidays: 'england-and-wales',
  layers: [{ name: 'week', people: ['amira', 'ben'], starts: '2026-12-21T09:00', every: '1 week' }],
} as never);
const at = (date: string) => Date.parse(`${date}T09:00:00Z`);

describe('what each person carries', () => {
  it('is counted in hours, nights, weekend days and bank holidays, beside the mean', () => {
    const { people, mean } = fairnessOf(rota, at('2026-12-21'), at('2027-01-04'), rota.holidays);
    expect(people).toEqual([
      // Christmas Day; Boxing Day is kept on Monday the 28th, which has nine hours of amira's week.
      { person: 'amira', hours: 168, nights: 7, weekendDays: 2, holidays: 2 },
      { person: 'ben', hours: 168, nights: 7, weekendDays: 2, holidays: 2 },
    ]);
    expect(mean).toEqual({ hours: 168, nights: 7, weekendDays: 2, holidays: 2 });
  });

  it('names people who have nothing at all', () => {
    const { people } = fairnessOf(rota, at('2026-12-21'), at('2026-12-28'), rota.holidays);
    expect(people.find(({ person }) => person === 'ben')).toMatchObject({ hours: 0, nights: 0 });
  });
});

describe('pages', () => {
  const pages = (...times: [to: string, at: string][]) =>
    pagesOf(
      rota,
      ['amira', 'ben'],
      times.map(([to, when]) => ({ to, at: when })),
      at('2026-12-21'),
      at('2027-01-04'),
    );

  it('count for the person who was on call, at night by the clock of the rota, beside the mean', () => {
    const { people, mean } = pages(
      ['amira', '2026-12-22T03:12:00.000Z'],
      ['amira', '2026-12-22T06:59:59.999Z'],
      ['amira', '2026-12-22T07:00:00.000Z'],
      ['amira', '2026-12-22T21:59:00.000Z'],
      ['amira', '2026-12-22T22:00:00.000Z'],
    );
    expect(people.get('amira')).toEqual({ pages: 5, pagesAtNight: 3 });
    expect(people.get('ben')).toEqual({ pages: 0, pagesAtNight: 0 });
    expect(mean).toEqual({ pages: 2.5, pagesAtNight: 1.5 });
  });

  it('of another rota, or outside the time, are counted elsewhere', () => {
    const { people } = pages(
      ['ben', '2026-12-22T03:12:00.000Z'],
      ['zed', '2026-12-22T03:12:00.000Z'],
      ['amira', '2026-12-21T08:59:59.999Z'],
      ['ben', '2027-01-04T09:00:00.000Z'],
    );
    expect([...people.values()]).toEqual([
      { pages: 0, pagesAtNight: 0 },
      { pages: 0, pagesAtNight: 0 },
    ]);
  });
});

describe('a rota as a calendar', () => {
  const feed = (from: string) => ({
    name: 'primary',
    zone: 'Europe/London',
    shifts: shifts(rota, at(from), at('2027-01-04')).shifts.map((shift) => ({ ...shift, rota: 'primary' })),
  });
  const written = calendarOf(feed('2026-12-21'), (person) => person.toUpperCase(), '2026-12-01T00:00:00.000Z');

  it('has one event a shift, in UTC, with the name of who has it', () => {
    expect(written.match(/BEGIN:VEVENT/g)).toHaveLength(2);
    expect(written).toContain('DTSTART:20261221T090000Z');
    expect(written).toContain('DTEND:20261228T090000Z');
    expect(written).toContain('SUMMARY:AMIRA on call: primary');
    expect(written).toContain('X-WR-TIMEZONE:Europe/London');
    expect(written.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
  });

  it('folds long lines at 75 octets, never within a character, and escapes what would end a value', () => {
    const shift = { start: '2026-12-21T09:00:00.000Z', end: '2026-12-28T09:00:00.000Z', person: 'x', rota: 'primary' };
    const long = `${'Zoë ✓ '.repeat(30)}; DROP, all\nDTEND:1`;
    const calendar = calendarOf({ name: 'a', zone: 'UTC', shifts: [shift] }, () => long, '2026-12-01T00:00:00.000Z');
    expect(calendar.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
    expect(calendar.replaceAll('\r\n ', '')).toContain(`${'Zoë ✓ '.repeat(30)}\\; DROP\\, all\\nDTEND:1 on call`);
    expect(calendar.match(/^DTEND:/gm)).toHaveLength(1);
  });

  it('gives a shift the same UID when it is read again, and when somebody else takes it', () => {
    const uids = (text: string) => [...text.matchAll(/UID:(\S+)/g)].map(([, uid]) => uid);
    const taken = {
      ...feed('2026-12-21'),
      shifts: feed('2026-12-21').shifts.map((shift) => ({ ...shift, person: 'chidi' })),
    };
    expect(uids(calendarOf(taken, (person) => person, '2026-12-02T00:00:00.000Z'))).toEqual(uids(written));
  });
});
