import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../shared/pattern/json.ts';
import { compile, matches } from '../../shared/pattern/pattern.ts';

type Case = { pattern: unknown; event: unknown; match?: boolean; error?: true };

const FILE = join(import.meta.dirname, '../../../shared/pattern/vectors.jsonl');

describe("agrees with AWS's own matcher, Event Ruler", () => {
  test('on every vector that it answered', () => {
    if (!existsSync(FILE)) {
      console.warn(
        'SKIPPED: ../shared/pattern/vectors.jsonl is not here, so Event Ruler’s 1,500 answers are not compared.',
      );
      return;
    }
    const lines = readFileSync(FILE, 'utf8').trim().split('\n');
    const wrong = lines.filter((line) => {
      const { pattern, event, match, error } = parseJson(line) as Case;
      const compiled = compile(pattern);
      return compiled.ok ? error === true || matches(compiled.pattern, event) !== match : error !== true;
    });
    expect(wrong).toEqual([]);
    expect(lines.length).toBeGreaterThanOrEqual(1500);
  });
});
