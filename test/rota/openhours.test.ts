/** Hours at their edges: how far is looked, what a zone that nobody knows is taken for, and the stretches of a range. */
import { describe, expect, it } from 'vitest';
import { endOfHours, type Hours, isWithinHours, nextWithinHours, openHours } from '../../shared/rota/hours.ts';

const UTC = { timeZone: 'UTC', from: '09:00', to: '17:00' };
const at = (day: number, hour = 0) => new Date(Date.UTC(2026, 10, day, hour)).toISOString();
const holiday = (date: string): Hours => ({ ...UTC, days: ['holiday'], holidays: [date] });

describe('hours', () => {
  it('next begin within thirty days; what is further counts as never', () => {
    expect(nextWithinHours(holiday('2026-11-30'), at(1))).toBe(at(30, 9));
    expect(nextWithinHours(holiday('2026-12-01'), at(1))).toBeUndefined();
    expect(nextWithinHours({ ...UTC, days: ['holiday'] }, at(1))).toBeUndefined();
  });

  it('that have no end are over in thirty days', () => {
    const always: Hours = { timeZone: 'UTC', from: '00:00', to: '00:00' };
    expect(endOfHours(always, at(1, 3))).toBe(at(31, 3));
  });

  it('of a zone that this Node does not know are those of UTC, so that somebody is asked', () => {
    const unknown = { ...UTC, timeZone: 'Mars/Olympus' };
    expect([isWithinHours(unknown, at(2, 9)), isWithinHours(unknown, at(2, 17))]).toEqual([true, false]);
  });

  it('end now where they have not begun, however soon they do', () => {
    expect(endOfHours(UTC, at(2, 8))).toBe(at(2, 8));
    expect(endOfHours({ ...UTC, days: ['holiday'] }, at(2, 8))).toBe(at(2, 8));
    expect(endOfHours(UTC, at(2, 17))).toBe(at(2, 17));
    expect(endOfHours(UTC, at(2, 9))).toBe(at(2, 17));
  });

  it('are, of a range, the stretches within it, cut to it', () => {
    const range = { from: Date.parse(at(6, 12)), to: Date.parse(at(9, 12)) };
    const weekdays = { ...UTC, days: ['mon', 'tue', 'wed', 'thu', 'fri'] };
    const stretches = openHours(weekdays, range).map(({ from, to }) =>
      [from, to].map((one) => new Date(one).toISOString()),
    );
    expect(stretches).toEqual([
      [at(6, 12), at(6, 17)],
      [at(9, 9), at(9, 12)],
    ]);
    expect(openHours(weekdays, { from: range.to, to: range.from })).toEqual([]);
  });
});
