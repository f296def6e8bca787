/** The report as people read it: the page lies beside this file. `npx vitest run test/cli/toil -u`, and read what changed. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sayToil } from '../../../cli/toil/say.ts';
import { toilOf } from '../../../shared/toil/toil.ts';
import { catalogue, incidentOf, type Night } from '../../toil/night.ts';

const nights = (count: number, more: (n: number) => Partial<Night>): Night[] =>
  [...Array(count)].map((_, n) => ({
    opened: `2026-11-${String(n + 1).padStart(2, '0')}T03:00:00.000Z`,
    ...more(n),
  }));
const all: Night[] = [
  ...nights(10, (n) => ({ group: 'queue', ...(n === 9 ? { resolvedBy: 3000 } : { ends: 100 + n * 20 }) })),
  ...nights(6, () => ({
    group: 'disk',
    title: 'Disk of ledger\u001b[31m is\nfull',
    service: 'ledger',
    runbook: null,
    acknowledged: 400,
    resolvedBy: 2400,
    verdict: 'acted',
  })),
  { opened: '2026-10-20T12:00:00.000Z', group: 'queue', acknowledged: 60, ends: 900 },
];
const asked = {
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-12-01T00:00:00.000Z',
  by: 'service' as const,
  now: '2026-12-01T00:00:00.000Z',
};

it('says the figures beside those before, the rows, the alarms, what pays off first and what is left out', async () => {
  const said = sayToil(toilOf(all.map(incidentOf), catalogue, asked), (at) => at.slice(0, 10));
  await expect(said).toMatchFileSnapshot(join(import.meta.dirname, 'toil.txt'));
});

it('is a report also of a time in which nothing happened', () => {
  const said = sayToil(toilOf([], catalogue, asked), (at) => at.slice(0, 10));
  expect(said).toContain('Nothing that five incidents or more show.');
  expect(said).not.toMatch(/NaN|undefined|Infinity/);
});
