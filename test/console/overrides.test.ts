/** Overrides and swaps through the API, over a store in process. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compileCatalogue } from '../../cli/catalogue/compile.ts';
import { api } from '../../shared/console/api/api.ts';
import { contextAt } from '../../shared/flow/change.ts';
import type { Loaded } from '../../shared/routing/loaded.ts';
import { load } from '../../shared/routing/loaded.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import { endException, exceptionsOf } from '../../shared/store/exceptions.ts';
import type { Table } from '../../shared/store/store.ts';
import type { World } from '../../shared/world/world.ts';
import { engines, type Opened } from '../store/engines.ts';

const NOW = '2026-11-23T10:00:00.000Z';
const rota = (name: string, people: string) =>
  `name: ${name}\ntime_zone: Europe/London\nlayers:\n  - people: [${people}]\n    starts: 2026-11-02T09:00\n    every: 1 week\n`;
const person = (id: string) => ({
  path: `people/${id}.yaml`,
  text: `id: ${id}\nname: ${id}\ncontact: { phone: "+447700900001" }\n`,
});
const files = [
  { path: 'catalogue.yaml', text: 'policy: payments\n' },
  { path: 'policies/payments.yaml', text: 'name: payments\nsteps: [{ notify: [rota:primary] }]\n' },
  { path: 'rotas/primary.yaml', text: rota('primary', 'amira, ben, chidi') },
  { path: 'rotas/secondary.yaml', text: rota('secondary', 'ben, chidi, amira') },
  ...['amira', 'ben', 'chidi'].map(person),
];

let opened: Opened;
let table: Table;
let loaded: Loaded;
beforeAll(async () => {
  opened = await engines()[0]!.open();
  table = opened.table;
  const { catalogue, findings } = compileCatalogue(files);
  if (!catalogue) throw new Error(JSON.stringify(findings));
  loaded = load(catalogue, prepareRunbooks(Object.values(catalogue.runbooks), []));
});
afterAll(async () => {
  await opened?.stop();
});
beforeEach(async () => {
  for (const { id } of await exceptionsOf(table, 'OVERRIDES', NOW)) await endException(table, 'OVERRIDES', id);
});

const world = (now = NOW) => ({ now: () => now, table, catalogue: async () => loaded }) as unknown as World;
const ask = async (method: string, path: string, body?: object, now = NOW) => {
  const app = api(world(now), async () => 'eve');
  const answer = await app.request(path, {
    method,
    headers: { 'content-type': 'application/json', authorization: 'Bearer local' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const onCall = async (rotaName: string, at: string) => (await contextAt(world(at), loaded)).onCall(rotaName);

describe('a swap', () => {
  const swap = { rota: 'primary', person: 'amira', with: 'ben', give: '2026-11-24T12:00', take: '2026-12-01T12:00' };

  it('puts each on call in the shift of the other, recorded with who did it', async () => {
    const { status, body } = await ask('POST', '/swaps', swap);
    expect(status).toBe(201);
    expect(body['overrides']).toMatchObject([
      { person: 'ben', insteadOf: 'amira', from: '2026-11-23T09:00:00.000Z', by: 'eve', swap: true },
      { person: 'amira', insteadOf: 'ben', from: '2026-11-30T09:00:00.000Z', by: 'eve', swap: true },
    ]);
    expect(await onCall('primary', '2026-11-24T03:12:00.000Z')).toBe('ben');
    expect(await onCall('primary', '2026-12-02T03:12:00.000Z')).toBe('amira');
    expect(await onCall('primary', '2026-12-09T03:12:00.000Z')).toBe('chidi');
  });

  it('is undone as one', async () => {
    const { body } = await ask('POST', '/swaps', swap);
    await ask('DELETE', `/overrides/${encodeURIComponent(String(body['id']))}`);
    expect(await onCall('primary', '2026-11-24T03:12:00.000Z')).toBe('amira');
    expect(await onCall('primary', '2026-12-02T03:12:00.000Z')).toBe('ben');
  });

  it('says whom it leaves on call in two rotas at once, and is made all the same', async () => {
    const { body } = await ask('POST', '/swaps', swap);
    expect(body['warnings']).toEqual([
      'ben is on call in secondary too from 2026-11-23T09:00:00.000Z: one person for both.',
    ]);
  });

  it('of a shift that was overridden goes by the override', async () => {
    await ask('POST', '/overrides', { rota: 'primary', person: 'chidi', minutes: 60 });
    const { status, body } = await ask('POST', '/swaps', { ...swap, give: '2026-11-23T10:30' });
    expect(status).toBe(400);
    expect(body['error']).toContain('amira is not on call in primary');
  });

  it.each([
    ['an unknown rota', { rota: 'primari' }, 'There is no rota'],
    ['an unknown person', { with: 'bem' }, "There is nobody 'bem'"],
    ['no time', { give: undefined }, '`give` must be'],
    ['a time that is none', { take: 'tomorrow' }, '`take` must be'],
    ['three times', { take: '2026-12-01T12:00/2026-12-01T13:00/2026-12-01T14:00' }, '`take` must be'],
    ['a time that is over', { give: '2026-11-03T12:00', take: '2026-11-10T12:00' }, 'over already'],
  ])('with %s is refused and nothing changes', async (_what, change, sentence) => {
    const { status, body } = await ask('POST', '/swaps', { ...swap, ...change });
    expect(status).toBe(400);
    expect(body['error']).toContain(sentence);
    expect((await ask('GET', '/overrides')).body).toEqual({ overrides: [] });
  });
});

describe('an override', () => {
  it('may begin later, on the clock of the rota', async () => {
    const ahead = { rota: 'primary', person: 'chidi', from: '2026-12-24T09:00', until: '2026-12-27T09:00' };
    expect((await ask('POST', '/overrides', ahead)).status).toBe(201);
    expect(await onCall('primary', '2026-12-24T08:59:00.000Z')).not.toBe('chidi');
    expect(await onCall('primary', '2026-12-24T09:00:00.000Z')).toBe('chidi');
    expect(await onCall('primary', '2026-12-27T09:00:00.000Z')).not.toBe('chidi');
  });

  it.each([
    ['neither minutes nor an end', {}, '`minutes`'],
    ['an end before its beginning', { from: '2026-12-24T09:00', until: '2026-12-24T08:00' }, 'not after it begins'],
    ['an end years ahead', { until: '2029-12-24T08:00' }, 'at most 366 days ahead'],
    ['instead of nobody known', { minutes: 5, insteadOf: 'zed' }, "There is nobody 'zed'"],
  ])('with %s is refused', async (_what, change, sentence) => {
    const { status, body } = await ask('POST', '/overrides', { rota: 'primary', person: 'chidi', ...change });
    expect(status).toBe(400);
    expect(body['error']).toContain(sentence);
  });
});
