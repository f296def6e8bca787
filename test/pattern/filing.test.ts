/**
 * Where branches are filed: what an alert is checked against is what it nearly matches, not what is in the catalogue.
 * Where a branch lies changes no answer (`index.test.ts`), only what it costs to find.
 */
import { describe, expect, test } from 'vitest';
import type { CompiledPattern } from '../../shared/pattern/compiled.ts';
import { readFields } from '../../shared/pattern/fields.ts';
import type { Group } from '../../shared/pattern/filing.ts';
import { compile } from '../../shared/pattern/pattern.ts';
import { buildIndex, findMatches, type PatternIndex } from '../../shared/pattern/pattern-index.ts';

function compiled(pattern: unknown): CompiledPattern {
  const result = compile(pattern);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.pattern;
}
const times = <T>(n: number, of: (n: number) => T): T[] => Array.from({ length: n }, (_, at) => of(at));
const indexOf = (patterns: unknown[]) => buildIndex(patterns.map(compiled));

/** The checks that an event meets on its way: those of every place that one of its values leads to. */
function metBy(index: PatternIndex, event: unknown): number[] {
  const { values } = readFields(index.root, index.slots, event);
  const met: number[] = [];
  const walk = (group: Group) => {
    met.push(...group.checks);
    for (const { slot, exact, starts, ends, present } of group.drawers) {
      if (values[slot] !== undefined && present) walk(present);
      for (const value of values[slot] ?? []) {
        const found = exact.get(value);
        if (found) walk(found);
        if (typeof value !== 'string') continue;
        for (const { length, texts } of starts)
          if (texts.has(value.slice(0, length))) walk(texts.get(value.slice(0, length))!);
        for (const { length, texts } of ends)
          if (texts.has(value.slice(-length))) walk(texts.get(value.slice(-length))!);
      }
    }
  };
  walk(index.top);
  return met;
}
/** The patterns that an event is checked against. */
const asked = (patterns: unknown[], event: unknown) => {
  const index = indexOf(patterns);
  return metBy(index, event).map((check) => index.branches[index.branchOf[check]!]!.pattern);
};
/** How many questions are still open where an event finds each branch. */
const open = (patterns: unknown[], event: unknown) => {
  const index = indexOf(patterns);
  return metBy(index, event).map((check) => index.end[check]! - index.begin[check]!);
};

describe('an alert is checked against', () => {
  const services = times(100, (n) => ({ environment: ['production'], service: [`service-${n}`] }));

  test('the one pattern that names its service, of a hundred that share an environment', () => {
    expect(asked(services, { environment: 'production', service: 'service-7' })).toEqual([7]);
    expect(asked(services, { environment: 'production', service: 'other' })).toEqual([]);
    expect(asked(services, { environment: 'production' })).toEqual([]);
  });

  test('the same, in whichever order the fields stand', () => {
    const swapped = times(100, (n) => ({ a: [`service-${n}`], z: ['production'] }));
    expect(asked(swapped, { a: 'service-7', z: 'production' })).toEqual([7]);
  });

  test.each<[string, (n: number) => unknown, string]>([
    ['beginning', (n) => ({ prefix: `name ${n} ` }), 'name 7 of many'],
    ['beginning before a star', (n) => ({ wildcard: `name ${n} *x` }), 'name 7 x'],
    ['end', (n) => ({ suffix: ` ${n} name` }), 'one 7 name'],
    ['end after a star', (n) => ({ wildcard: `x* ${n} name` }), 'x 7 name'],
    ['text with a star that is none', (n) => ({ wildcard: `name\\*${n}` }), 'name*7'],
    ['text in any case only by being there', (n) => ({ 'equals-ignore-case': `name ${n}` }), ''],
  ])('what shares its %s', (kind, of, value) => {
    const patterns = times(20, (n) => ({ name: [of(n)] }));
    expect(asked(patterns, { name: value })).toEqual(kind.includes('any case') ? times(20, (n) => n) : [7]);
    expect(asked(patterns, { other: value })).toEqual([]);
  });

  test('beginnings and ends by at most sixteen characters, and by the nearest shorter length', () => {
    const lengths = (patterns: unknown[], of: 'starts' | 'ends') =>
      indexOf(patterns)
        .top.drawers.flatMap((drawer) => drawer[of].map(({ length }) => length))
        .sort((a, b) => a - b);
    const written = times(20, (n) => 'x'.repeat(n + 1));
    expect(
      lengths(
        written.map((prefix) => ({ name: [{ prefix }] })),
        'starts',
      ),
    ).toEqual([1, 2, 3, 4, 6, 8, 12, 16]);
    expect(
      lengths(
        written.map((suffix) => ({ name: [{ suffix }] })),
        'ends',
      ),
    ).toEqual([1, 2, 3, 4, 6, 8, 12, 16]);
  });

  test('by their whole length where that is one of them, and one place for all of a length', () => {
    const [drawer] = indexOf([
      { x: [{ prefix: 'ab' }] },
      { x: [{ prefix: 'cd' }] },
      { x: [{ suffix: 'ab' }, { suffix: 'cd' }] },
    ]).top.drawers;
    const filed = (of: 'starts' | 'ends') => drawer![of].map(({ length, texts }) => [length, ...texts.keys()]);
    expect([filed('starts'), filed('ends')]).toEqual([[[2, 'ab', 'cd']], [[2, 'ab', 'cd']]]);
  });

  test('a text with an escaped star by the text alone, and a long list by each of its values', () => {
    expect(asked([{ x: [{ wildcard: 'a\\*b' }] }], { x: 'a*bc' })).toEqual([]);
    const list = [{ x: ['a', 'b', 'c', 'd', 'e', 'f'] }];
    expect([asked(list, { x: 'e' }), asked(list, { x: 'z' })]).toEqual([[0], []]);
  });

  test('numbers, true and nothing at all by themselves, each apart from its text', () => {
    const patterns = [{ x: [1] }, { x: ['1'] }, { x: [true] }, { x: ['true'] }, { x: [null] }, { x: ['null'] }];
    expect(asked(patterns, { x: 1 })).toEqual([0]);
    expect(asked(patterns, { x: '1' })).toEqual([1]);
    expect(asked(patterns, { x: true })).toEqual([2]);
    expect(asked(patterns, { x: 'true' })).toEqual([3]);
    expect(asked(patterns, { x: null })).toEqual([4]);
    expect(asked(patterns, { x: 'null' })).toEqual([5]);
  });

  test('each pattern once for each value, however often its list repeats it', () => {
    expect(asked([{ x: ['a', 'a', 'b'] }], { x: 'a' })).toEqual([0]);
    expect(asked([{ x: ['a', 'b'] }], { x: ['a', 'b'] })).toEqual([0, 0]);
    // Where anything would do, the rest of the list files it nowhere else.
    expect(asked([{ x: ['a', { exists: true }] }], { x: 'a' })).toEqual([0]);
  });

  test('what asks that a field is absent by its other fields, and always where it asks nothing else', () => {
    const absent = { x: [{ exists: false }] };
    expect(asked([{ ...absent, y: ['b'] }], { y: 'c' })).toEqual([]);
    expect(asked([{ ...absent, y: ['b'] }], { y: 'b' })).toEqual([0]);
    expect(asked([absent], {})).toEqual([0]);
    expect(asked([absent], { x: 'a' })).toEqual([0]);
  });

  test('a text with a quotation mark by its being there: a beginning may run over the mark that closes a value', () => {
    expect(asked([{ x: [{ prefix: 'ab"' }] }, { x: [{ suffix: '"ab' }] }], { x: 'ab' })).toEqual([0, 1]);
    expect(asked([{ x: [{ prefix: '' }] }, { x: [{ suffix: '' }] }], { x: 'zz' })).toEqual([0, 1]);
  });

  test('the exact value sooner than a long beginning, and a long beginning sooner than a short one', () => {
    const mixed = times(20, (n) => ({ a: [{ prefix: 'x' }], b: [{ prefix: `name ${n} of` }], c: [`exact ${n}`] }));
    const lies = (index: PatternIndex) => index.top.drawers.map(({ exact, starts }) => [exact.size, starts.length]);
    expect(lies(indexOf(mixed))).toEqual([[20, 0]]);
    const texts = mixed.map(({ a, b }) => ({ a, b }));
    expect(asked(texts, { a: 'xy', b: 'name 7 of' })).toEqual([7]);
    expect(asked(texts, { a: 'xy', b: 'other' })).toEqual([]);
  });

  test('a beginning rather than that a field is there, and the rarer of two fields that need only be there', () => {
    const patterns = times(20, (n) => ({ a: [{ exists: true }], b: [{ prefix: `name ${n} of` }] }));
    expect(asked(patterns, { a: 1, b: 'name 7 of' })).toEqual([7]);
    const rare = [...times(20, () => ({ a: [{ exists: true }] })), { a: [{ exists: true }], b: [{ exists: true }] }];
    expect(asked(rare, { a: 1 })).toEqual(times(20, (n) => n));
  });
});

describe('a crowd in one place', () => {
  /** Twice so many patterns: half of them share `a`, and each half is halved again by `b`. */
  const halves = (n: number, b: (half: number) => string[]) =>
    times(2 * n, (at) => ({ a: [`a${at % 2}`], b: b(Math.floor(at / 2) % 2) }));
  const alone = (half: number) => [`b${half}`];
  /** Ten places of twenty patterns; ten ways to go on in each, and each a list of so many values. */
  const tenths = (labels: number) =>
    times(200, (at) => ({
      a: [`a${at % 10}`],
      b: times(labels, (label) => `b${Math.floor(at / 10) % 10}${label > 0 ? ` ${label}` : ''}`),
    }));
  const met = (patterns: unknown[]) => asked(patterns, { a: 'a0', b: 'b0' }).length;

  test('of more than eight is filed again by another field; fewer are checked sooner than looked up', () => {
    expect(met(halves(8, alone))).toBe(8);
    expect(met(halves(9, alone))).toBe(5);
    expect(met(halves(20, alone))).toBe(10);
  });

  test('is filed again by a list of four values, and not by a longer one', () => {
    expect(met(tenths(4))).toBe(2);
    expect(met(tenths(5))).toBe(20);
  });

  test('is not filed again by what all of it shares, nor by that a field is absent', () => {
    expect(met(halves(10, () => ['b0']))).toBe(10);
    expect(indexOf(halves(10, () => ['b0'])).top.drawers[0]!.exact.get('a0')!.drawers).toEqual([]);
    const absent = times(20, (at) => ({ a: [`a${at % 2}`], c: [{ exists: false }, `c${at}`] }));
    expect(asked(absent, { a: 'a0', c: 'c0' })).toHaveLength(10);
  });

  test('is filed by at most three fields, one after the other', () => {
    const deep = times(81, (n) => ({
      a: [`a${n % 3}`],
      b: [`b${Math.floor(n / 3) % 3}`],
      c: [`c${Math.floor(n / 9) % 3}`],
      d: [`d${Math.floor(n / 27) % 3}`],
    }));
    const many = [...deep, ...deep, ...deep];
    const met = asked(many, { a: 'a0', b: 'b0', c: 'c0', d: 'd0' });
    // Three fields divide 243 by 27: nine are left, and of these three match.
    expect(met).toHaveLength(9);
    expect(findMatches(indexOf(many), { a: 'a0', b: 'b0', c: 'c0', d: 'd0' }).map(({ pattern }) => pattern)).toEqual([
      0, 81, 162,
    ]);
  });

  test('that nothing tells apart stays together', () => {
    const alike = (more: object) => times(20, () => ({ service: ['payments'], ...more }));
    expect(asked(alike({}), { service: 'payments' })).toEqual(times(20, (n) => n));
    expect(asked(alike({ name: ['x'] }), { service: 'payments', name: 'x' })).toEqual(times(20, (n) => n));
  });
});

describe('what is found under an exact value', () => {
  test('is not asked for it again; what is found by a part of a text is', () => {
    expect(open([{ x: ['a'] }], { x: 'a' })).toEqual([0]);
    expect(open([{ x: ['a'], y: [{ exists: true }] }], { x: 'a', y: 1 })).toEqual([1]);
    expect(open([{ x: [{ prefix: 'a' }] }], { x: 'a' })).toEqual([1]);
    expect(open([{ x: [{ suffix: 'a' }] }], { x: 'a' })).toEqual([1]);
    expect(open([{ x: [{ exists: true }] }], { x: 'a' })).toEqual([1]);
    expect(open([{ x: [{ exists: false }] }], {})).toEqual([1]);
  });

  test('is asked all the rest, however many fields a pattern has', () => {
    const fields = (n: number) => Object.fromEntries(times(n, (at) => [`f${String(at).padStart(2, '0')}`, ['same']]));
    const wide = (n: number, last: string) => ({ ...fields(n), z: [last] });
    // The first of 41 fields is settled: the 33rd, whose number has the same bit, must be asked all the same.
    const early = times(20, (at) => ({ a: [`first ${at}`], ...fields(40) }));
    const all = { a: 'first 7', ...Object.fromEntries(Object.keys(fields(40)).map((name) => [name, 'same'])) };
    expect(open(early, all)).toEqual([40]);
    expect(findMatches(indexOf(early), { ...all, f31: 'else' })).toEqual([]);
    for (const n of [1, 29, 30, 31, 33]) {
      const patterns = times(20, (at) => wide(n, `last ${at}`));
      const event = { ...Object.fromEntries(Object.keys(fields(n)).map((name) => [name, 'same'])), z: 'last 7' };
      expect(open(patterns, event)).toEqual([n < 30 ? n : n + 1]);
      const index = buildIndex(patterns.map(compiled));
      expect(findMatches(index, event).map(({ pattern }) => pattern)).toEqual([7]);
      for (const name of Object.keys(event)) {
        expect(findMatches(index, { ...event, [name]: 'else' })).toEqual([]);
      }
    }
  });
});

describe('questions', () => {
  test('that several branches ask alike are one', () => {
    const asks = (...patterns: unknown[]) => indexOf(patterns).questions.length;
    expect(asks({ x: ['a'] }, { x: ['a'], y: ['a'] }, { y: ['a'] })).toBe(2);
    expect(asks({ x: ['a', 'b'] }, { x: ['a', 'b'] }, { x: ['b'] })).toBe(2);
    expect(asks({ x: [{ prefix: 'a' }] }, { x: ['a'] }, { x: [{ suffix: 'a' }] }, { x: [1] }, { x: ['1'] })).toBe(5);
  });

  test('are answered anew for every event, also after half a thousand million of them', () => {
    const index = indexOf([{ x: [{ prefix: 'a' }] }, { y: [{ exists: false }] }]);
    const ask = (event: unknown) => findMatches(index, event).map(({ pattern }) => pattern);
    expect(ask({ x: 'ab' })).toEqual([0, 1]);
    // As if that many events had been asked in between.
    index.round = 2 ** 29 - 2;
    expect([ask({ x: 'ab', y: 1 }), ask({ x: 'ba' }), ask({ x: 'ac', y: 1 }), ask({ x: 'ba' })]).toEqual([
      [0],
      [1],
      [0],
      [1],
    ]);
    expect(index.round).toBe(3);
  });

  test('of more patterns than are sorted one by one come in their order', () => {
    for (const n of [2, 31, 32, 33, 100]) {
      const patterns = times(n, (at) => (at % 2 === 0 ? { x: ['a'] } : { y: ['b'], x: [{ prefix: 'a' }] }));
      expect(findMatches(indexOf(patterns), { x: 'a', y: 'b' }).map(({ pattern }) => pattern)).toEqual(
        times(n, (at) => at),
      );
    }
  });
});
