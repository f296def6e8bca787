/** `pageturner publish`, as typed: what it says, and what it leaves alone. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { catalogueInForce, type InForce } from '../../shared/store/catalogues.ts';
import { engines, type Opened } from '../store/engines.ts';

const root = join(import.meta.dirname, '../..');
let engine: Opened;
let endpoint: string;
beforeAll(async () => {
  engine = await engines()[0]!.open();
  const at = await engine.table.client.config.endpoint!();
  endpoint = `${at.protocol}//${at.hostname}:${at.port}`;
});
afterAll(() => engine?.stop());

async function publish(...options: string[]): Promise<{ code: number; out: string; errors: string }> {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  const words = ['cli/pageturner.ts', 'publish', 'catalogue', '--by', 'amira', ...options];
  const done = await promisify(execFile)(process.execPath, words, { cwd: root, env }).catch(
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  return { code: 'code' in done ? done.code : 0, out: done.stdout, errors: done.stderr };
}
const putPointer = (inForce: Partial<InForce>) =>
  engine.table.client.send(
    new PutCommand({ TableName: engine.table.name, Item: { pk: 'CATALOGUE', sk: 'current', ...inForce } }),
  );

it('puts a folder into force, and the same folder again changes nothing', async () => {
  const first = await publish();
  expect([first.code, first.errors]).toEqual([0, '']);
  expect(first.out).toMatch(/^everything: nothing that can be read was published before\nPublished [0-9a-f]{12}\./);
  const inForce = await catalogueInForce(engine.table);
  expect(await publish()).toEqual({ code: 0, out: 'Nothing changes.\n', errors: '' });
  expect(await catalogueInForce(engine.table)).toEqual(inForce);
});

it('one that is damaged is written anew, also where it is the same', async () => {
  const inForce = (await catalogueInForce(engine.table))!;
  await putPointer({ ...inForce, parts: inForce.parts + 1 });
  const { code, out, errors } = await publish();
  expect([code, errors]).toEqual([0, expect.stringContaining('is written anew')]);
  expect(out).toContain('Published');
  expect((await catalogueInForce(engine.table))!.parts).toBe(inForce.parts);
});

it('one of a newer Pageturner stays, and what to do is said in a sentence, tried or done', async () => {
  await putPointer({ ...(await catalogueInForce(engine.table))!, format: 2 });
  for (const options of [[], ['--dry-run']]) {
    const { code, errors } = await publish(...options);
    expect([code, errors.trim().split('\n')]).toEqual([
      2,
      [expect.stringMatching(/^The catalogue in force is of format 2, by a newer Pageturner, and this one writes 1/)],
    ]);
  }
  expect((await catalogueInForce(engine.table))!.format).toBe(2);
});
