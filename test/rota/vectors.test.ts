import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkRota } from '../../shared/rota/check.ts';
import { compileRota } from '../../shared/rota/compile.ts';
import { onCallAt } from '../../shared/rota/oncall.ts';
import { shifts } from '../../shared/rota/shifts.ts';

const sources = {
  own: join(import.meta.dirname, 'edges.jsonl'),
  shared: join(import.meta.dirname, '../../../shared/rota/vectors.jsonl'),
};

for (const [name, path] of Object.entries(sources)) {
  describe(`every ${name} vector is answered to the second`, () => {
    if (!existsSync(path)) {
      console.warn(`SKIPPED: ${path} is absent, so its rota vectors were not run`);
      test('there are no vectors here', () => {});
      return;
    }
    const vectors = readFileSync(path, 'utf8').split('\n').filter(Boolean);
    test.each(vectors.map((line, i) => [i + 1, line] as const))('line %i', (_, line) => {
      const vector = JSON.parse(line);
      const mistakes = checkRota(vector.rota);
      if (vector.error) {
        expect(mistakes).not.toEqual([]);
        return;
      }
      expect(mistakes).toEqual([]);
      const rota = compileRota(vector.rota);
      if (vector.at !== undefined) {
        const { person } = onCallAt(rota, Date.parse(vector.at));
        expect(person === undefined ? [] : [person]).toEqual(vector.oncall);
      } else {
        const answer = shifts(rota, Date.parse(vector.from), Date.parse(vector.to));
        expect(answer).toEqual({ shifts: vector.shifts, gaps: vector.gaps });
      }
    });
  });
}
