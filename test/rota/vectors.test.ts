import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkRota } from '../../shared/rota/check.ts';
import { compileRota } from '../../shared/rota/compile.ts';
import { onCallAt } from '../../shared/rota/oncall.ts';
import { shifts } from '../../shared/rota/shifts.ts';
import { instantOf, zoneNamed } from '../../shared/rota/zone.ts';

const sources = {
  own: join(import.meta.dirname, 'vectors.jsonl'),
  shared: join(import.meta.dirname, '../../../shared/rota/vectors.jsonl'),
};

/**
 * Morocco went from UTC+1 to UTC on 2026-09-20 for good (tz database 2026c, which Node 24.21 has); the vectors were
 * made with earlier rules. Where this Node knows the new ones, the vectors after that date are answered by them, and
 * the answers differ; on a Node with the earlier rules they must agree.
 */
const MOROCCO_CHANGES = '2026-09-20T01:00:00.000Z';
const knowsMorocco = instantOf(zoneNamed('Africa/Casablanca')!, Date.UTC(2026, 10, 1)) === Date.UTC(2026, 10, 1);

function isOutdated(vector: { rota: { time_zone?: string }; at?: string; to?: string }): boolean {
  const reaches = vector.to ?? vector.at ?? '';
  return knowsMorocco && vector.rota?.time_zone === 'Africa/Casablanca' && reaches > MOROCCO_CHANGES;
}

for (const [name, path] of Object.entries(sources)) {
  describe(`every ${name} vector is answered to the second`, () => {
    if (!existsSync(path)) {
      console.warn(`SKIPPED: ../shared/rota/vectors.jsonl is absent, so the shared rota vectors were not run`);
      test('there are no vectors here', () => {});
      return;
    }
    const all = readFileSync(path, 'utf8').split('\n').filter(Boolean);
    const lines = all.map((line, i) => [i + 1, line] as const);
    const current = lines.filter(([, line]) => JSON.parse(line).error || !isOutdated(JSON.parse(line)));
    if (current.length < all.length) {
      const outdated = lines.filter((line) => !current.includes(line)).map(([number]) => number);
      console.warn(`SKIPPED: lines ${outdated} of the ${name} vectors know Morocco's clocks as before September 2026`);
    }
    test.each(current)('line %i', (_, line) => {
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
