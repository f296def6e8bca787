import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOfHours, type Hours, isWithinHours, nextWithinHours } from '../../shared/rota/hours.ts';

const office: Hours = {
  timeZone: 'Europe/London',
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '17:30',
  holidays: 'england-and-wales',
};
const night: Hours = { timeZone: 'Europe/London', from: '22:00', to: '07:00' };

describe('hours', () => {
  it.each([
    ['a Monday morning', office, '2026-11-23T09:00:00.000Z', true],
    ['a minute before', office, '2026-11-23T08:59:59.999Z', false],
    ['the end', office, '2026-11-23T17:30:00.000Z', false],
    ['summer time', office, '2026-07-06T08:00:00.000Z', true],
    ['a Saturday', office, '2026-11-28T12:00:00.000Z', false],
    ['Boxing Day, kept on a Monday', office, '2026-12-28T12:00:00.000Z', false],
    ['past midnight', night, '2026-11-24T03:12:00.000Z', true],
    ['by day', night, '2026-11-24T12:00:00.000Z', false],
  ])('%s', (_, hours, at, within) => {
    expect(isWithinHours(hours, at)).toBe(within);
  });

  it('next begin after the weekend, after Christmas, and now where they have begun', () => {
    expect(nextWithinHours(office, '2026-11-27T18:00:00.000Z')).toBe('2026-11-30T09:00:00.000Z');
    expect(nextWithinHours(office, '2026-12-24T18:00:00.000Z')).toBe('2026-12-29T09:00:00.000Z');
    expect(nextWithinHours(office, '2026-11-23T10:00:00.000Z')).toBe('2026-11-23T10:00:00.000Z');
  });

  it('end where they end, on the clock of the day on which they end', () => {
    expect(endOfHours(night, '2026-11-24T03:12:00.000Z')).toBe('2026-11-24T07:00:00.000Z');
    expect(endOfHours(night, '2026-10-24T23:30:00.000Z')).toBe('2026-10-25T07:00:00.000Z');
    expect(endOfHours(night, '2026-11-24T12:00:00.000Z')).toBe('2026-11-24T12:00:00.000Z');
  });

  it('whatever the hours: the next beginning lies within them, and their end does not', () => {
    const time = fc
      .tuple(fc.nat(23), fc.nat(59))
      .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
    const zone = fc.constantFrom('Europe/London', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe');
    const instant = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(zone, time, time, instant, (timeZone, from, to, date) => {
        const hours = { timeZone, from, to };
        const at = date.toISOString();
        const next = nextWithinHours(hours, at);
        if (next !== undefined) expect(isWithinHours(hours, next)).toBe(true);
        if (isWithinHours(hours, at)) {
          expect(next).toBe(at);
          // From and to alike is a whole day, every day: such hours have no end.
          if (from !== to) expect(isWithinHours(hours, endOfHours(hours, at))).toBe(false);
        }
      }),
    );
  });
});
