/** How long an answer stands, what a range may ask for, and what never comes. */
import { describe, expect, it } from 'vitest';
import { compileRota } from '../../shared/rota/compile.ts';
import { onCallAt, turnAt } from '../../shared/rota/oncall.ts';
import type { Layer, Rota } from '../../shared/rota/rota.ts';
import {
  gapsBetween,
  LONGEST_RANGE_DAYS,
  mergeStints,
  onCallUntil,
  shifts,
  stintsBetween,
} from '../../shared/rota/shifts.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 5);
const layer = (every: string, more: Partial<Layer> = {}): Layer => ({
  people: ['amira', 'ben'],
  starts: '2026-01-05T00:00',
  every,
  ...more,
});
const compiled = (layers: Layer[], more: Partial<Rota> = {}) =>
  compileRota({ name: 'r', time_zone: 'UTC', layers, ...more });
const days = (instant: number | undefined) => (instant === undefined ? undefined : (instant - START) / DAY);

describe('an answer stands', () => {
  it.each([1, 2, 3, 8, 9, 32, 33, 128, 129, 365])('until the next turn, in %i days', (n) => {
    expect(days(onCallUntil(compiled([layer(`${n} days`)]), START))).toBe(n);
    expect(days(onCallUntil(compiled([layer(`${n} days`)]), START + DAY / 2))).toBe(n);
  });

  it('for as long as anybody asks, where nothing changes within a year', () => {
    expect(onCallUntil(compiled([layer('366 days')]), START)).toBeUndefined();
    expect(onCallUntil(compiled([layer('1 day', { people: ['amira'] })]), START)).toBeUndefined();
    expect(onCallUntil(compiled([layer('1 day', { until: '2026-01-06T00:00' })]), START + 2 * DAY)).toBeUndefined();
  });

  it('until somebody is on call, where nobody is', () => {
    expect(days(onCallUntil(compiled([layer('1 week')]), START - 5 * DAY))).toBe(0);
    expect(days(onCallUntil(compiled([layer('1 week')]), START - 366 * DAY))).toBeUndefined();
  });

  it('until nobody is, where the layer ends', () => {
    expect(days(onCallUntil(compiled([layer('1 week', { until: '2026-01-08T00:00' })]), START))).toBe(3);
  });

  it('across the turns of one person who follows herself', () => {
    expect(days(onCallUntil(compiled([layer('1 day', { people: ['amira', 'amira', 'ben'] })]), START))).toBe(2);
  });
});

describe('a range', () => {
  const weekly = compiled([layer('1 week')]);

  it('may be ten years, and no longer', () => {
    expect(shifts(weekly, START, START + LONGEST_RANGE_DAYS * DAY).gaps).toEqual([]);
    expect(() => shifts(weekly, START, START + LONGEST_RANGE_DAYS * DAY + 1)).toThrow(
      new RangeError('The range is longer than 3660 days. Ask for it in pieces.'),
    );
  });

  it('that ends where it begins, or before, has neither shifts nor gaps', () => {
    for (const to of [START, START - DAY]) expect(shifts(weekly, START, to)).toEqual({ shifts: [], gaps: [] });
  });

  it('begins with what is under way and is cut at its end', () => {
    const [first, second] = shifts(weekly, START + DAY, START + 8 * DAY).shifts;
    expect([first!.start, first!.end]).toEqual(['2026-01-06T00:00:00.000Z', '2026-01-12T00:00:00.000Z']);
    expect([second!.start, second!.end]).toEqual(['2026-01-12T00:00:00.000Z', '2026-01-13T00:00:00.000Z']);
  });

  it('before the first turn and after the last is a gap', () => {
    const week = compiled([layer('1 week', { until: '2026-01-07T00:00' })]);
    expect(gapsBetween(stintsBetween(week, START - DAY, START + 3 * DAY), START - DAY, START + 3 * DAY)).toEqual([
      { start: START - DAY, end: START },
      { start: START + 2 * DAY, end: START + 3 * DAY },
    ]);
  });

  it('names by which layer or override each stretch is held, until the stretches of one person are made one', () => {
    const stints = stintsBetween(
      compiled([layer('1 week', { name: 'base' })], {
        overrides: [{ person: 'amira', from: '2026-01-06T00:00', to: '2026-01-07T00:00' }],
      }),
      START,
      START + 3 * DAY,
    );
    expect(stints.map(({ person, layer: by }) => `${person} by ${by}`)).toEqual([
      'amira by base',
      'amira by override',
      'amira by base',
    ]);
    const before = structuredClone(stints);
    expect(mergeStints(stints)).toMatchObject([{ start: START, end: START + 3 * DAY, person: 'amira' }]);
    expect(stints).toEqual(before);
  });
});

describe('the turn of a layer', () => {
  const weekly = compiled([layer('1 week', { until: '2026-01-20T00:00' })]);
  const [only] = weekly.layers;
  it.each([
    ['nobody’s before it starts', -1, undefined],
    ['the first person’s from its very start', 0, 'amira'],
    ['the next one’s from the very start of their turn', 7 * DAY, 'ben'],
    ['the first one’s again', 14 * DAY, 'amira'],
    ['nobody’s from its very end', 15 * DAY, undefined],
  ])('is %s', (_, after, person) => {
    expect(turnAt(only!, weekly.zone, START + after)).toBe(person);
  });
});

describe('what never comes', () => {
  it('is a boundary beyond the year 9998: who is on call then stays', () => {
    const slow = compiled([layer('6000 months'), layer('1 day', { people: ['eve'], until: '2026-01-05T01:00' })]);
    const late = Date.UTC(9998, 11, 30);
    // 2026 and sixteen times five hundred years less: the turn that begins in 9526 is the last.
    expect(onCallAt(slow, late).person).toBe('ben');
    expect(onCallAt(slow, Date.UTC(9526, 0, 5)).person).toBe('ben');
    expect(onCallAt(slow, Date.UTC(9526, 0, 5) - 1).person).toBe('amira');
    expect(shifts(slow, late, late + DAY).shifts).toMatchObject([{ person: 'ben' }]);
  });

  it('is a shift that opens on no day: nobody is ever on call', () => {
    const active = [{ days: ['holiday'], from: '09:00', to: '17:00' }];
    const never = compiled([layer('1 shift', { active })]);
    expect(onCallAt(never, START + 10 * 3_600_000)).toEqual({});
    expect(shifts(never, START, START + 30 * DAY).shifts).toEqual([]);
  });

  it('is an opening after the last holiday of the list', () => {
    const active = [{ days: ['holiday'], from: '09:00', to: '17:00' }];
    const once = compiled([layer('1 shift', { active })], { holidays: ['2026-01-06', '2026-03-02'] });
    expect(shifts(once, START, START + 366 * DAY).shifts.map(({ start, person }) => `${start} ${person}`)).toEqual([
      '2026-01-06T09:00:00.000Z amira',
      '2026-03-02T09:00:00.000Z ben',
    ]);
  });
});
