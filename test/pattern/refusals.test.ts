/** What a refused pattern says: the sentence that a person reads who made the mistake, and only where it is one. */
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../shared/pattern/compile.ts';
import { parseJson } from '../../shared/pattern/json.ts';
import { compile } from '../../shared/pattern/pattern.ts';

const refused = (pattern: unknown) => {
  const result = compile(pattern);
  return result.ok ? undefined : `${result.error.path}: ${result.error.message}; ${result.error.mend}`;
};
const RANGE = 'a range is a lower bound (> or >=) and then an upper bound (< or <=)';

describe('a refused pattern says', () => {
  test.each<[string, unknown, string]>([
    ['that it must be an object', [], ': a pattern must be an object'],
    ['that nothing is no pattern', null, ': a pattern must be an object'],
    ['that a text is none', 'x', ': a pattern must be an object'],
    [
      'how to write a single value',
      { a: 'x' },
      'a: "a" must be an object or a list; write ["x"] with brackets around it',
    ],
    ['the beginning of a long one', { a: 'x'.repeat(80) }, `write ["${'x'.repeat(55)}… with brackets`],
    ['all of one that just fits', { a: 'x'.repeat(56) }, `write ["${'x'.repeat(56)}"] with brackets`],
    ['that $or is a list', { $or: { a: ['x'] } }, '$or: $or must be a list'],
    ['what numeric takes', { a: [{ numeric: 5 }] }, 'a[0].numeric: numeric takes a list'],
    ['which signs there are', { a: [{ numeric: [5, 5] }] }, 'a[0].numeric[0]: numeric knows =, <, <=, > and >=, not 5'],
    [
      'that a sign is missing',
      { a: [{ numeric: [] }] },
      'a[0].numeric[0]: numeric knows =, <, <=, > and >=, not nothing',
    ],
    ['that a text is no number', { a: [{ numeric: ['>', '5'] }] }, 'a[0].numeric[1]: "5" is not a number'],
    ['that what is endless is none', { a: [{ numeric: ['>', Number.POSITIVE_INFINITY] }] }, 'is not a number'],
    ['how a range is written, of two lower bounds', { a: [{ numeric: ['>', 1, '>', 2] }] }, RANGE],
    ['how a range is written, of two upper bounds', { a: [{ numeric: ['<', 5, '<', 9] }] }, RANGE],
    ['how a range is written, of one and a number', { a: [{ numeric: ['=', 1, '<', 9] }] }, RANGE],
    ['how a range is written, of three parts', { a: [{ numeric: ['>', 1, '<'] }] }, RANGE],
    ['how a range is written, of five parts', { a: [{ numeric: ['>', 1, '<', 5, 6] }] }, RANGE],
    [
      'that a range is not empty',
      { a: [{ numeric: ['>=', 5, '<=', 5] }] },
      'a[0].numeric: the lower bound must be less than the upper',
    ],
    [
      'that a text is too long, in an operator too',
      { a: [{ prefix: 'x'.repeat(LIMITS.text + 1) }] },
      'a text may be 4096 characters long, and this has 4097',
    ],
    [
      'that texts and numbers do not mix',
      { a: [{ 'anything-but': ['x', 1] }] },
      'anything-but takes texts or numbers, not both',
    ],
    [
      'the same the other way round',
      { a: [{ 'anything-but': [1, 'x'] }] },
      'anything-but takes texts or numbers, not both',
    ],
    ['that true is neither', { a: [{ 'anything-but': [true] }] }, 'anything-but takes texts or numbers'],
    [
      'that what is endless is not excluded',
      { a: [{ 'anything-but': [Number.POSITIVE_INFINITY] }] },
      'anything-but takes texts or numbers',
    ],
  ])('%s', (_, pattern, message) => {
    expect(refused(pattern)).toContain(message);
  });

  test('that a number has too many digits to be compared', () => {
    expect(refused(parseJson('{"a":[{"numeric":[">",12345678901234567890]}]}'))).toContain(
      'a[0].numeric[1]: 12345678901234567890 has more digits than can be compared; use at most 15 digits',
    );
  });
});

describe('a pattern is not refused', () => {
  test.each<[string, unknown]>([
    ['for a field that is called like an operator, outside of $or', { prefix: ['x'] }],
    ['for a field that is, in a field of $or’s neighbour', { a: { prefix: ['x'] }, $or: [{ b: ['x'] }, { c: ['x'] }] }],
    ['for an $or that is all there is', { $or: [{ a: ['x'] }, { b: ['x'] }] }],
  ])('%s', (_, pattern) => {
    expect(refused(pattern)).toBeUndefined();
  });

  test('for objects in $or as deep as elsewhere, and is where they are deeper', () => {
    const deep = (levels: number): unknown => (levels === 1 ? { a: ['x'] } : { a: deep(levels - 1) });
    // $or is a level of its own.
    const or = (levels: number) => ({ $or: [deep(levels), { b: ['x'] }] });
    expect(refused(or(LIMITS.depth - 1))).toBeUndefined();
    expect(refused(or(LIMITS.depth))).toContain(`objects are nested more than ${LIMITS.depth} deep`);
  });
});

test('what is no refusal is not taken for one', () => {
  const broken = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new TypeError('broken');
      },
    },
  );
  expect(() => compile(broken)).toThrow(new TypeError('broken'));
});
