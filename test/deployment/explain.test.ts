import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const AT = '2026-11-23T03:15:04.000Z';
const folder = mkdtempSync(join(tmpdir(), 'pageturner-explain-'));
const ALERT = join(folder, 'alert.json');
writeFileSync(
  ALERT,
  JSON.stringify({
    version: '4',
    groupKey: '{}',
    status: 'firing',
    receiver: 'pageturner',
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'Errors', service: 'payments-api', env: 'prod', severity: 'critical' },
        annotations: {},
        startsAt: '2026-11-23T03:12:04Z',
        endsAt: '0001-01-01T00:00:00Z',
        fingerprint: 'a1b2c3d4',
      },
    ],
  }),
);

function file(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
}

const deployment = (changes: object) => ({
  id: 'generic:payments-api:1',
  sender: 'generic',
  ref: 'payments-api',
  environment: 'production',
  version: 'v1.42.0',
  by: 'chidi',
  status: 'succeeded',
  at: '2026-11-23T02:58:04.000Z',
  links: {},
  ...changes,
});
const command = (...more: string[]) => ['cli/pageturner.ts', 'explain', ALERT, '--at', AT, ...more];

describe('explain with deployments', () => {
  const written = file('deployments.json', {
    deployments: [
      deployment({}),
      deployment({ id: 'generic:payments-api:0', version: 'v1.41.0', at: '2026-11-22T11:00:00.000Z' }),
      deployment({ id: 'generic:other:1', ref: 'of-nobody', version: 'v9' }),
    ],
  });

  test('ranks those of the service, the likeliest first, and names the last good version', () => {
    const said = execFileSync(process.execPath, command('--deployments', written, '--json'), { cwd: ROOT });
    const [{ suspects, words }] = JSON.parse(String(said)).alerts;
    expect(suspects.map(({ version, likely }: { version: string; likely: boolean }) => [version, likely])).toEqual([
      ['v1.42.0', true],
      ['v1.41.0', false],
    ]);
    expect(suspects[0]).toMatchObject({ lastGood: 'v1.41.0', parts: { distance: 1, environment: 1 } });
    expect(words).toContain('Deployed 17m ago: v1.42.0');
  });

  test('says the parts of each score to people', () => {
    const said = String(execFileSync(process.execPath, command('--deployments', written), { cwd: ROOT }));
    expect(said).toMatch(/suspect {3}0\.\d\d v1\.42\.0 of payments-api: 14m before it began.*\(time [\d.]+/);
  });

  test.each([
    ['a file that is not there', join(folder, 'none.json'), 'cannot be read'],
    ['a record without a status', file('broken.json', { deployments: [{ id: 'x' }] }), 'deployments.0'],
  ])('%s is misuse, and says where', (_, path, where) => {
    const { status, stderr } = spawnSync(process.execPath, command('--deployments', path), { cwd: ROOT });
    expect(status).toBe(2);
    expect(String(stderr)).toContain(where);
  });
});
