/** Values in lists of objects: which element each was met in, however deep the lists lie in one another. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile, matches } from '../../shared/pattern/pattern.ts';
import { someChoiceHolds } from './choices.ts';

const holds = (pattern: unknown, event: unknown) => {
  const compiled = compile(pattern);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return matches(compiled.pattern, event);
};

describe('two fields of a list', () => {
  test.each<[string, boolean, unknown, unknown]>([
    [
      'met in a later element than the first that has one of them',
      true,
      { l: { x: [1], y: [2] } },
      { l: [{ x: 1 }, { x: 1, y: 2 }] },
    ],
    ['met in two elements only', false, { l: { x: [1], y: [2] } }, { l: [{ x: 1 }, { y: 2 }] }],
    ['met in two elements of one inner list', false, { l: { x: [1], y: [2] } }, { l: [[{ x: 1 }, { y: 2 }]] }],
    ['met in one element of an inner list', true, { l: { x: [1], y: [2] } }, { l: [[{ x: 1 }, { x: 1, y: 2 }]] }],
    [
      'met in inner lists of one element',
      true,
      { l: { m: { x: [1] }, n: { y: [2] } } },
      { l: [{ m: [{ x: 1 }], n: [{ y: 2 }] }] },
    ],
    [
      'met in inner lists of two elements',
      false,
      { l: { m: { x: [1] }, n: { y: [2] } } },
      { l: [{ m: [{ x: 1 }] }, { n: [{ y: 2 }] }] },
    ],
    [
      'one beside the inner list that the others lie in',
      true,
      { l: { m: { x: [1], z: [3] }, 'm.y': [2] } },
      { l: [{ m: [{ x: 1, z: 3 }, { x: 1 }], 'm.y': 2 }] },
    ],
    ['one a plain value of the list itself', true, { l: ['x'], 'l.m': [1] }, { l: ['x', ['y'], { m: 1 }] }],
    [
      'in two lists that have nothing to do with each other',
      true,
      { k: { x: [1] }, l: { y: [2] } },
      { k: [{}, { x: 1 }], l: [{ y: 2 }] },
    ],
  ])('%s: %s', (_, expected, pattern, event) => {
    expect(holds(pattern, event)).toBe(expected);
  });

  test('one of them absent: from the element that the other was met in', () => {
    const absent = { l: { x: [1], y: [{ exists: false }] } };
    expect(holds(absent, { l: [{ x: 1, y: 2 }, { x: 2 }] })).toBe(false);
    expect(holds(absent, { l: [{ x: 1, y: 2 }, { x: 1 }] })).toBe(true);
    expect(holds({ l: { x: [1], y: [{ exists: false }, 3] } }, { l: [{ x: 1, y: 3 }] })).toBe(true);
    expect(holds({ l: { x: [1], y: [{ exists: false }, 3] } }, { l: [{ x: 1, y: 2 }] })).toBe(false);
  });

  test('agree with every way to choose, in lists that lie in lists', () => {
    const value = fc.constantFrom(1, 2);
    const leaf = fc.oneof(value, fc.array(value, { maxLength: 2 }));
    const flat = fc.record({ x: leaf, y: leaf, z: leaf }, { requiredKeys: [] });
    const list = <T>(of: fc.Arbitrary<T>) => fc.array(of, { minLength: 1, maxLength: 3 });
    const element = fc
      .tuple(
        flat,
        fc.record(
          { m: list(fc.oneof(flat, list(flat))), n: list(flat), 'm.y': value, 'm.n': value },
          { requiredKeys: [] },
        ),
      )
      .map(([own, inner]) => ({ ...own, ...inner }));
    const event = fc.record({ l: list(fc.oneof(element, list(element))), k: list(flat) });
    const path = fc.constantFrom('l.x', 'l.y', 'l.m.x', 'l.m.y', 'l.m.z', 'l.m.n', 'l.n.x', 'l.n.y', 'k.x', 'k.y');
    const asked = fc.constantFrom<unknown[]>([1], [2], [1, 2]);
    const pattern = fc.dictionary(path, asked, { minKeys: 2, maxKeys: 5 });
    fc.assert(
      fc.property(pattern, event, (written, happened) => {
        expect(holds(written, happened)).toBe(someChoiceHolds(written, happened));
      }),
      { numRuns: 1000 },
    );
  });

  test('are looked for in lists up to 64 deep', () => {
    const nested = (depth: number): unknown => (depth === 0 ? { x: 1, y: 2 } : [nested(depth - 1)]);
    const pattern = { l: { x: [1], y: [2] } };
    expect([holds(pattern, { l: nested(64) }), holds(pattern, { l: nested(65) })]).toEqual([true, false]);
  });
});
