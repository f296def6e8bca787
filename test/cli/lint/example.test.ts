/** An event that patterns match, made of the patterns: what lint shows people as the proof that two of them meet. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exampleOf, shownExample } from '../../../cli/lint/example.ts';
import type { Branch } from '../../../shared/pattern/compiled.ts';
import { parseJson } from '../../../shared/pattern/json.ts';
import { branchHolds, compile, matches } from '../../../shared/pattern/pattern.ts';

function branchesOf(pattern: unknown): Branch[] {
  const result = compile(pattern);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.pattern.branches;
}
/** Of the first way of each pattern. */
const example = (...patterns: unknown[]) => exampleOf(patterns.map((pattern) => branchesOf(pattern)[0]!));

describe('an example of one pattern', () => {
  test.each<[what: string, condition: unknown, value: unknown]>([
    ['a text is it', 'payments', 'payments'],
    ['the first of a list is enough', ['x', 'y'], 'x'],
    ['an operator that means a text is it', { exactly: 'x' }, 'x'],
    ['a number is it', 5, 5],
    ['true, false and nothing are themselves', false, false],
    ['a beginning alone', { prefix: 'app/' }, 'app/'],
    ['an end alone', { suffix: '-api' }, '-api'],
    ['a text in any case as written', { 'equals-ignore-case': 'Api' }, 'Api'],
    ['a beginning in any case as written', { prefix: { 'equals-ignore-case': 'Api' } }, 'Api'],
    ['an end in any case as written', { suffix: { 'equals-ignore-case': 'Api' } }, 'Api'],
    ['a star that is a star', { suffix: { 'equals-ignore-case': 'A*' } }, 'A*'],
    ['a star for nothing', { wildcard: 'a*b*' }, 'ab'],
    ['a lower bound that belongs to the range', { numeric: ['>=', 5] }, 5],
    ['an upper bound that belongs to the range', { numeric: ['<=', 5] }, 5],
    ['one above a lower bound that does not', { numeric: ['>', 5] }, 6],
    ['one below an upper bound that does not', { numeric: ['<', 5] }, 4],
    ['the middle between two that do not', { numeric: ['>', 5, '<', 6] }, 5.5],
    ['the upper of two where it belongs', { numeric: ['>', 5, '<=', 6] }, 6],
    ['anything where anything will do', { exists: true }, 'anything'],
    ['anything where it is not what is excluded', { 'anything-but': 'x' }, 'anything'],
  ])('%s', (_, condition, value) => {
    const pattern = { x: Array.isArray(condition) ? condition : [condition] };
    expect(example(pattern)).toEqual({ x: value });
    const compiled = compile(pattern);
    expect(compiled.ok && matches(compiled.pattern, { x: value })).toBe(true);
  });

  test('leaves out what must be absent', () => {
    expect(example({ x: ['a'], y: [{ exists: false }] })).toEqual({ x: 'a' });
    expect(example({ x: ['a', { exists: false }] })).toEqual({});
  });

  test('puts each field where it belongs; a name with dots is one name', () => {
    expect(example({ signal: { name: ['cpu'], threshold: [5] }, service: ['s'] })).toEqual({
      service: 's',
      signal: { name: 'cpu', threshold: 5 },
    });
    expect(example({ labels: { 'app.kubernetes.io/name': ['x'] } })).toEqual({
      labels: { 'app.kubernetes.io/name': 'x' },
    });
  });

  test.each<[string, unknown]>([
    ['excludes the only thing that is tried', { 'anything-but': 'anything' }],
    ['asks for an address in a block', { cidr: '10.0.0.0/8' }],
    ['asks for an address', '10.0.0.1'],
  ])('is none where the pattern %s', (_, condition) => {
    expect(example({ x: [condition] })).toBeUndefined();
  });

  test('is none where a number is one that no double holds', () => {
    expect(example(parseJson('{"x":[12345678901234567890]}'))).toBeUndefined();
  });
});

describe('an example of several', () => {
  test.each<[string, unknown, unknown, unknown]>([
    ['has what either asks', { x: ['a'] }, { y: ['b'] }, { x: 'a', y: 'b' }],
    ['has the one value that both take', { x: ['a', 'b'] }, { x: ['c', 'b'] }, { x: 'b' }],
    [
      'has the text of one where the other asks for its beginning',
      { x: [{ prefix: 'pay' }] },
      { x: ['payments'] },
      { x: 'payments' },
    ],
    [
      'has the longer of two beginnings',
      { x: [{ prefix: 'pay' }] },
      { x: [{ prefix: 'payments' }] },
      { x: 'payments' },
    ],
    ['is none where they ask for different things', { x: ['a'] }, { x: ['b'] }, undefined],
    ['is none where the simplest values will not do', { x: [{ prefix: 'a' }] }, { x: [{ suffix: 'b' }] }, undefined],
    ['leaves out what one of them wants absent', { x: ['a'], y: ['b'] }, { x: [{ exists: false }, 'a'] }, { y: 'b' }],
  ])('%s', (_, one, other, expected) => {
    expect(example(one, other)).toEqual(expected);
    expect(example(other, one)).toEqual(expected);
  });

  test('is matched by all of them, whatever they are, where there is one and nothing is to be absent', () => {
    const word = fc.constantFrom('a', 'ab', 'b', 'anything');
    const condition = fc.oneof(
      word,
      word.map((prefix) => ({ prefix })),
      word.map((suffix) => ({ suffix })),
      word.map((text) => ({ 'anything-but': text })),
      fc.constantFrom(
        { exists: true },
        { numeric: ['>', 1, '<', 2] },
        { numeric: ['>=', 1] },
        { wildcard: 'a*b' },
        1,
        true,
      ),
    );
    const pattern = fc.dictionary(
      fc.constantFrom('x', 'y', 'l.z'),
      fc.array(condition, { minLength: 1, maxLength: 3 }),
      {
        minKeys: 1,
      },
    );
    fc.assert(
      fc.property(pattern, pattern, (one, other) => {
        const event = example(one, other);
        for (const each of event === undefined ? [] : [one, other]) {
          const compiled = compile(each);
          expect(compiled.ok && matches(compiled.pattern, event)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('is shown in two hundred characters', () => {
    expect(shownExample({ x: 'a' })).toBe('{"x":"a"}');
    const of = (length: number) => ({ x: 'y'.repeat(length - '{"x":""}'.length) });
    expect(shownExample(of(200))).toHaveLength(200);
    expect(shownExample(of(201))).toBe(`{"x":"${'y'.repeat(193)}"…`);
  });
});

test('a way to match holds where nothing was read only if all of it may be absent', () => {
  const nothing = { values: [], elements: [], inLists: false };
  const [absent] = branchesOf({ x: [{ exists: false }], y: [{ exists: false }, 'a'] });
  const [present] = branchesOf({ x: [{ exists: true }] });
  expect([branchHolds(absent!.fields, nothing), branchHolds(present!.fields, nothing)]).toEqual([true, false]);
});
