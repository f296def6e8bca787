import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRota } from '../../shared/rota/compile.ts';
import { onCallAt } from '../../shared/rota/oncall.ts';
import type { Rota } from '../../shared/rota/rota.ts';
import { onCallUntil, shifts } from '../../shared/rota/shifts.ts';
import { slowRota } from './twin.ts';

const QUARTER = 15 * 60_000;
const HOUR = 4 * QUARTER;
const DAY = 24 * HOUR;

/** A zone and a date near which its clocks do something. */
const CHANGES: [string, string][] = [
  ['Europe/London', '2026-03-29'],
  ['Europe/London', '2026-10-25'],
  ['Europe/Dublin', '2027-03-28'],
  ['Pacific/Apia', '2011-12-30'],
  ['Pacific/Kiritimati', '1995-01-01'],
  ['Pacific/Kwajalein', '1993-08-21'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['Antarctica/Troll', '2026-03-29'],
  ['Antarctica/Troll', '2026-10-25'],
  ['Pacific/Chatham', '2026-04-05'],
  ['Pacific/Chatham', '2026-09-27'],
  ['Africa/Casablanca', '2026-02-15'],
  ['Africa/Casablanca', '2026-03-22'],
  ['America/St_Johns', '2026-11-01'],
  ['America/St_Johns', '2010-03-14'],
  ['America/Santiago', '2026-09-06'],
  ['Asia/Kathmandu', '2026-02-28'],
  ['Asia/Gaza', '2011-08-30'],
  ['America/Caracas', '2007-12-09'],
  ['Asia/Pyongyang', '2018-05-05'],
  ['UTC', '2028-02-29'],
];

const person = fc.constantFrom('amira', 'ben', 'chidi', 'dee', 'eve');
const time = fc.integer({ min: 0, max: 95 }).map((quarter) => wall(quarter * QUARTER).slice(11));
const days = fc.uniqueArray(fc.constantFrom('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday'), {
  minLength: 1,
});
const activeWindow = fc
  .tuple(fc.option(days, { nil: undefined }), time, fc.oneof(time, fc.constant('24:00')))
  .map(([kinds, from, to]) => ({ ...(kinds && { days: kinds }), from, to }));

function wall(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 16);
}

function layerAround(middle: number) {
  const quarters = (days: number) => fc.integer({ min: -days * 96, max: days * 96 }).map((n) => middle + n * QUARTER);
  return fc
    .record({
      people: fc.array(person, { minLength: 1, maxLength: 4 }),
      starts: fc.oneof(
        quarters(3),
        quarters(60),
        fc.integer({ min: 0, max: 40 }).map((n) => middle - n * DAY),
      ),
      every: fc.constantFrom(
        ...['1 hour', '2 hours', '7 hours', '12 hours', '36 hours', '1 day', '3 days', '1 week', '1 month', '2 months'],
        ...['500 years'].map(() => '6000 months'),
        ...['1 shift', '2 shifts', '5 shifts'],
      ),
      until: fc.option(quarters(4), { nil: undefined }),
      active: fc.option(fc.array(activeWindow, { minLength: 1, maxLength: 3 }), { nil: undefined }),
    })
    .map(({ people, starts, every, until, active }) => ({
      people,
      starts: wall(starts),
      every: every.includes('shift') && active === undefined ? '9 hours' : every,
      ...(until !== undefined && until > starts && { until: wall(until) }),
      ...(active && { active }),
    }));
}

function overrideAround(middle: number) {
  return fc
    .tuple(
      person,
      fc.option(person, { nil: undefined }),
      fc.integer({ min: -300, max: 300 }),
      fc.integer({ min: 1, max: 200 }),
    )
    .map(([by, insteadOf, from, length]) => ({
      person: by,
      ...(insteadOf && { instead_of: insteadOf }),
      from: wall(middle + from * QUARTER),
      to: wall(middle + (from + length) * QUARTER),
    }));
}

const rotaAndMiddle = fc.constantFrom(...CHANGES).chain(([zone, date]) => {
  const middle = Date.parse(`${date}T00:00:00.000Z`);
  const someDay = fc.integer({ min: -20, max: 20 }).map((n) => wall(middle + n * DAY).slice(0, 10));
  return fc
    .record({
      layers: fc.array(layerAround(middle), { minLength: 1, maxLength: 3 }),
      overrides: fc.array(overrideAround(middle), { maxLength: 3 }),
      holidays: fc.array(someDay, { maxLength: 4 }),
    })
    .map((parts): { rota: Rota; middle: number } => ({ rota: { name: 'r', time_zone: zone, ...parts }, middle }));
});

const RUNS = { numRuns: 300 };

describe('the fast rota agrees with one that walks, where clocks change', () => {
  test('at every quarter of an hour, and its shifts and gaps cover the range without overlap', () => {
    fc.assert(
      fc.property(rotaAndMiddle, ({ rota, middle }) => {
        const from = middle - 3 * DAY;
        const to = middle + 3 * DAY;
        const slow = slowRota(rota, from, to);
        const compiled = compileRota(rota);
        const { shifts: found, gaps } = shifts(compiled, from, to);
        const pieces = [...found, ...gaps.map((gap) => ({ ...gap, person: undefined }))].sort((a, b) =>
          a.start < b.start ? -1 : 1,
        );
        expect(pieces[0]?.start).toBe(new Date(from).toISOString());
        expect(pieces.at(-1)?.end).toBe(new Date(to).toISOString());
        for (const [i, piece] of pieces.entries()) {
          if (i > 0) expect([piece.start, piece.person === pieces[i - 1]?.person]).toEqual([pieces[i - 1]?.end, false]);
        }
        let i = 0;
        for (let at = from; at < to; at += QUARTER) {
          const expected = slow(at);
          while (Date.parse(pieces[i]!.end) <= at) i++;
          const answer = [onCallAt(compiled, at).person, pieces[i]!.person];
          if (answer[0] !== expected || answer[1] !== expected) {
            throw new Error(
              `${new Date(at).toISOString()}: expected ${expected}, onCallAt ${answer[0]}, shifts ${answer[1]}`,
            );
          }
        }
      }),
      RUNS,
    );
  });

  test('an answer stands until onCallUntil says, and then changes', () => {
    fc.assert(
      fc.property(rotaAndMiddle, fc.integer({ min: -100, max: 100 }), ({ rota, middle }, quarters) => {
        const compiled = compileRota(rota);
        const at = middle + quarters * QUARTER;
        const until = onCallUntil(compiled, at);
        if (until === undefined) return;
        const { person } = onCallAt(compiled, at);
        expect(onCallAt(compiled, until - 1).person).toBe(person);
        expect(onCallAt(compiled, until).person).not.toBe(person);
      }),
      RUNS,
    );
  });
});
