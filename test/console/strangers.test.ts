/** What somebody who is not known can make the console do: no secret is read, and nothing of the table, for who brings no proof. */
import { expect, it } from 'vitest';
import { consoleApp } from '../../shared/console/console.ts';
import { openTestWorld } from '../world.ts';

async function asked(path: string, headers: Record<string, string> = {}) {
  const { world } = await openTestWorld();
  let secrets = 0;
  let calls = 0;
  const { client } = world.table as unknown as { client: { send: (command: unknown) => Promise<unknown> } };
  const send = (command: unknown) => {
    calls++;
    return client.send(command);
  };
  const linkSecret = async () => {
    secrets++;
    return 'a secret of this test';
  };
  const counted = { ...world, table: { name: 't', client: { send } as never }, linkSecret };
  const keys = async () => {
    secrets++;
    return {};
  };
  const { status } = await consoleApp(counted, keys).request(path, { headers });
  return { status, secrets, calls };
}

it.each([
  ['/', 303],
  ['/health', 200],
  ['/style.css', 200],
  ['/sign-in', 200],
  ['/k/k3v9qd7m2xab-1', 303],
  ['/api/incidents', 401],
  ['/api/openapi.json', 200],
  ['/p/too-short', 404],
])('%s is answered %i without any secret and without the table', async (path, status) => {
  expect(await asked(path)).toEqual({ status, secrets: 0, calls: 0 });
});

it('a link that has the form of one costs a single read', async () => {
  expect(await asked(`/p/${'A'.repeat(22)}`)).toEqual({ status: 404, secrets: 0, calls: 1 });
});

it('a token that nobody has costs the secrets, which are kept, and not the table', async () => {
  expect(await asked('/api/incidents', { authorization: 'Bearer nobody' })).toEqual({
    status: 401,
    secrets: 2,
    calls: 0,
  });
});
