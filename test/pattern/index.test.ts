import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CompiledPattern } from '../../shared/pattern/compiled.ts';
import { parseJson } from '../../shared/pattern/json.ts';
import { compile, matches } from '../../shared/pattern/pattern.ts';
import { buildIndex, findMatches } from '../../shared/pattern/pattern-index.ts';

function compiled(pattern: unknown): CompiledPattern {
  const result = compile(pattern);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.pattern;
}

const oneByOne = (patterns: CompiledPattern[], event: unknown) =>
  patterns.flatMap((pattern, at) => (matches(pattern, event) ? [at] : []));
const byIndex = (patterns: CompiledPattern[], event: unknown) =>
  findMatches(buildIndex(patterns), event).map(({ pattern }) => pattern);

const word = fc.constantFrom('a', 'ab', 'abc', 'b', 'ba', '', 'a"', '10.0.0.1', '::1');
const scalar = fc.oneof(word, fc.constantFrom(1, 2, -0, 1.5, true, null));
const condition = fc.oneof(
  { weight: 4, arbitrary: scalar },
  word.map((prefix) => ({ prefix })),
  word.map((suffix) => ({ suffix })),
  word.map((text) => ({ 'equals-ignore-case': text })),
  fc.constantFrom('a*', '*a', 'a*b', '*', 'a', '*b*').map((wildcard) => ({ wildcard })),
  word.map((text) => ({ 'anything-but': [text] })),
  fc.constantFrom({ exists: true }, { exists: false }, { cidr: '10.0.0.0/8' }, { numeric: ['>', 1] }),
);
const field = fc.constantFrom('x', 'y', 'l.x', 'l.y', 'l.m.x');
const fields = fc.dictionary(field, fc.array(condition, { minLength: 1, maxLength: 3 }), { minKeys: 1, maxKeys: 3 });
const pattern = fc.oneof(
  fields,
  fc.tuple(fields, fields, fields).map(([base, one, other]) => ({ ...base, $or: [one, other] })),
);
const leaf = fc.oneof(scalar, fc.array(scalar, { maxLength: 2 }));
const flat = fc.dictionary(fc.constantFrom('x', 'y'), leaf, { maxKeys: 2 });
const inner = fc.tuple(flat, fc.oneof(flat, fc.array(flat, { maxLength: 3 }))).map(([own, m]) => ({ ...own, m }));
const event = fc.tuple(flat, fc.oneof(inner, fc.array(inner, { maxLength: 3 }))).map(([own, l]) => ({ ...own, l }));

describe('many patterns at once', () => {
  test('match as they do one by one', () => {
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 12 }), event, (written, happened) => {
        const patterns = written.map(compiled);
        expect(byIndex(patterns, happened)).toEqual(oneByOne(patterns, happened));
      }),
      { numRuns: 2000 },
    );
  });

  test('an index that was asked before answers the same again', () => {
    const index = buildIndex([
      compiled({ x: ['a'] }),
      compiled({ x: [{ prefix: 'a' }] }),
      compiled({ y: [{ exists: false }] }),
    ]);
    const ask = () => findMatches(index, { x: 'a' }).map((hit) => hit.pattern);
    expect([ask(), ask()]).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });

  test('of several ways to match the most specific that did is told', () => {
    const [hit] = findMatches(buildIndex([compiled({ $or: [{ x: ['a'] }, { x: ['a'], y: ['b'] }, { x: ['c'] }] })]), {
      x: 'a',
      y: 'b',
    });
    expect(hit?.branch.fields.map(({ path }) => path)).toEqual(['x', 'y']);
  });

  test('the vectors of Event Ruler, each event asked of all patterns', () => {
    const file = join(import.meta.dirname, '../../../shared/pattern/vectors.jsonl');
    if (!existsSync(file)) {
      console.warn(
        'SKIPPED: ../shared/pattern/vectors.jsonl is not here; the index is tested on made-up patterns alone.',
      );
      return;
    }
    const cases = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .slice(0, 300)
      .map((line) => parseJson(line) as { pattern: unknown; event: unknown });
    const patterns = cases.flatMap(({ pattern: written }) => {
      const result = compile(written);
      return result.ok ? [result.pattern] : [];
    });
    const index = buildIndex(patterns);
    for (const { event: happened } of cases) {
      expect(findMatches(index, happened).map((hit) => hit.pattern)).toEqual(oneByOne(patterns, happened));
    }
  });
});
