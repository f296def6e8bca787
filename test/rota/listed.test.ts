/** A layer that was read from a calendar: listed shifts instead of turns; and how a rota that is refused says so. */
import { describe, expect, it } from 'vitest';
import { asWritten, compileRota } from '../../shared/rota/compile.ts';
import { onCallAt } from '../../shared/rota/oncall.ts';
import type { Rota, Shift } from '../../shared/rota/rota.ts';
import { shifts } from '../../shared/rota/shifts.ts';

const day = (date: number, hour = 0) => `2026-11-${String(date).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00`;
const shift = (person: string, from: string, to: string): Shift => ({
  person,
  start: `${from}:00.000Z`,
  end: `${to}:00.000Z`,
});
const turns = { people: ['amira'], starts: '2026-01-05T09:00', every: '1 week' };
const rota = (listed: Shift[], more: Partial<Rota> = {}): Rota => ({
  name: 'r',
  time_zone: 'UTC',
  layers: [{ ...turns, shifts: listed }],
  ...more,
});
/** Ben on the 2nd, nobody on the 3rd, Chidi on the 4th and Dee right after him. */
const listed = [shift('ben', day(2), day(3)), shift('chidi', day(4), day(5)), shift('dee', day(5), day(6))];
const onCall = (of: Rota, at: string) => onCallAt(compileRota(of), Date.parse(`${at}:00.000Z`));

describe('a layer of listed shifts', () => {
  it.each<[string, string, string | undefined]>([
    ['before the first: nobody', day(1, 23), undefined],
    ['from the very start of one', day(2), 'ben'],
    ['until its very end', day(3), undefined],
    ['between two: nobody', day(3, 12), undefined],
    ['where one follows the other at once: the next', day(5), 'dee'],
    ['in the middle of the last', day(5, 12), 'dee'],
    ['after the last: nobody', day(6), undefined],
  ])('%s', (_, at, person) => {
    expect(onCall(rota(listed), at)).toEqual(person === undefined ? {} : { person, layer: 'layer 1' });
  });

  it('gives its shifts within a range, cut to it, and the gaps between', () => {
    const compiled = compileRota(rota(listed));
    const between = (from: string, to: string) =>
      shifts(compiled, Date.parse(`${from}:00.000Z`), Date.parse(`${to}:00.000Z`));
    expect(between(day(2, 12), day(4, 12))).toEqual({
      shifts: [shift('ben', day(2, 12), day(3)), shift('chidi', day(4), day(4, 12))],
      gaps: [{ start: `${day(3)}:00.000Z`, end: `${day(4)}:00.000Z` }],
    });
    // What only touches the range is not in it.
    expect(between(day(3), day(4)).shifts).toEqual([]);
    expect(between(day(1), day(9)).shifts).toEqual(listed);
  });

  it('without any shift has nobody, ever', () => {
    expect(onCall(rota([]), day(2))).toEqual({});
    expect(shifts(compileRota(rota([])), 0, 86_400_000).shifts).toEqual([]);
  });

  it('is named as written, else by its place', () => {
    const named = { ...turns, name: 'calendar', shifts: listed };
    expect(onCall(rota([], { layers: [named] }), day(2)).layer).toBe('calendar');
    expect(
      onCall(
        rota([], {
          layers: [
            { ...turns, until: '2026-01-06T00:00' },
            { ...turns, shifts: listed },
          ],
        }),
        day(2),
      ).layer,
    ).toBe('layer 2');
  });

  it('lies over the layers before it, and they go on where it has nobody', () => {
    const both = rota([], { layers: [turns, { ...turns, shifts: listed }] });
    expect([onCall(both, day(2)), onCall(both, day(3))].map(({ person }) => person)).toEqual(['ben', 'amira']);
  });

  it('is found by halving: every shift of a thousand is', () => {
    const many = Array.from({ length: 1000 }, (_, n): Shift => {
      const instant = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
      return { person: `p${n}`, start: instant(2 * n), end: instant(2 * n + 1) };
    });
    const compiled = compileRota(rota(many));
    for (const [n, { start, end }] of many.entries()) {
      expect(onCallAt(compiled, Date.parse(start)).person).toBe(`p${n}`);
      expect(onCallAt(compiled, Date.parse(end) - 1).person).toBe(`p${n}`);
      expect(onCallAt(compiled, Date.parse(end)).person).toBeUndefined();
    }
  });
});

describe('a rota as written', () => {
  it('is without what was read from calendars, and else the very same', () => {
    const written = rota([], { layers: [turns] });
    expect(asWritten(written)).toBe(written);
    expect(asWritten(rota(listed, { hand_over_notice: true }))).toEqual({ ...written, hand_over_notice: true });
    expect(asWritten({ name: 'r', time_zone: 'UTC' })).toEqual({ name: 'r', time_zone: 'UTC' });
    expect(asWritten(undefined as never)).toBeUndefined();
    expect(asWritten({ layers: [null] } as never)).toEqual({ layers: [null] });
  });

  it.each<[string, unknown, RegExp]>([
    [
      'that is refused says which rota, where, what, and the mend',
      { ...rota([]), time_zone: 'Europe/Lodnon' },
      /^rota r: time_zone: There is no time zone .Europe\/Lodnon.\. \w/,
    ],
    ['without a name is refused all the same', { time_zone: 'UTC' }, /^rota : /],
    ['that is nothing at all is refused', undefined, /^rota : /],
  ])('%s', (_, written, message) => {
    expect(() => compileRota(written as Rota)).toThrow(message);
    expect(() => compileRota(written as Rota)).toThrow(RangeError);
  });

  it('of overrides alone has those, and nobody otherwise', () => {
    const only = { name: 'r', time_zone: 'UTC', overrides: [{ person: 'ben', from: day(2), to: day(3) }] };
    expect(onCall(only, day(2))).toEqual({ person: 'ben', layer: 'override' });
    expect([onCall(only, day(1, 23)), onCall(only, day(3))]).toEqual([{}, {}]);
  });
});
