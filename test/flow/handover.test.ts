/** Hand-over notices over a store in process: the sweep finds them, the page function tells them, once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileCatalogue } from '../../cli/catalogue/compile.ts';
import { deliver } from '../../shared/flow/deliver.ts';
import { queueHandOvers } from '../../shared/flow/handover.ts';
import { sweep } from '../../shared/flow/sweep.ts';
import type { HandOverLook } from '../../shared/queue/queue.ts';
import type { Loaded } from '../../shared/routing/loaded.ts';
import { load } from '../../shared/routing/loaded.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import { keepProved } from '../../shared/store/contacts.ts';
import { keepException } from '../../shared/store/exceptions.ts';
import { keepHeard } from '../../shared/store/peer.ts';
import type { World } from '../../shared/world/world.ts';
import { small, smallWith } from '../cli/catalogue/small.ts';
import { engines, type Opened } from '../store/engines.ts';

const loadedOf = (changes: Record<string, string>): Loaded => {
  const { catalogue, findings } = compileCatalogue(smallWith(changes));
  if (!catalogue) throw new Error(JSON.stringify(findings));
  return load(catalogue, prepareRunbooks([], []));
};
const wanted = loadedOf({ 'rotas/primary.yaml': `${small['rotas/primary.yaml']}hand_over_notice: true\n` });

let opened: Opened;
beforeAll(async () => {
  opened = await engines()[0]!.open();
  for (const person of ['amira', 'ben'])
    for (const way of ['sms', 'voice'] as const)
      await keepProved(opened.table, person, way, '2026-11-01T09:00:00.000Z');
});
afterAll(async () => {
  await opened?.stop();
});

const worldAt = (now: string, loaded = wanted, peer?: World['peer']) => {
  const queued: HandOverLook[] = [];
  const told: { way: string; address: string; text: string }[] = [];
  const way =
    (name: string) =>
    async (address: string, { text }: { text: string }) => {
      told.push({ way: name, address, text });
      return { ok: true };
    };
  const world = {
    now: () => now,
    table: opened.table,
    queues: {
      client: {
        send: async ({ input }: { input: { MessageBody: string } }) => queued.push(JSON.parse(input.MessageBody)),
      },
    },
    catalogue: async () => loaded,
    channels: { sms: way('sms'), slack: way('slack'), email: way('email') },
    address: async (contact: string) => contact,
    baseUrl: 'https://pages.example.gov.uk',
    ...(peer === undefined ? {} : { peer }),
    log: () => {},
  } as unknown as World;
  return { world, queued, told };
};
/** What a sweep finds at an instant, and what comes of it. */
const minute = async (now: string, loaded = wanted, peer?: World['peer']) => {
  const { world, queued, told } = worldAt(now, loaded, peer);
  await queueHandOvers(world);
  for (const look of queued) await deliver(world, look);
  return told;
};

describe('who takes over', () => {
  it('is told once, by a way that does not ring, however many sweeps look', async () => {
    expect(await minute('2026-11-30T08:59:30.000Z')).toEqual([]);
    expect(await minute('2026-11-30T09:00:30.000Z')).toEqual([
      {
        way: 'email',
        address: 'ben@example.gov.uk',
        text: 'You are on call for primary from 09:00; no open incidents.',
      },
    ]);
    expect(await minute('2026-11-30T09:01:30.000Z')).toEqual([]);
    expect(await minute('2026-11-30T09:04:30.000Z')).toEqual([]);
  });

  it('is told by the sweep after one that did not run', async () => {
    expect(await minute('2026-12-07T09:02:30.000Z')).toMatchObject([{ way: 'slack', address: 'U1' }]);
  });

  it('by an override is told, and so is the person who has it again when that ends', async () => {
    const override = { id: 'o1', rota: 'primary', person: 'ben', by: 'amira' };
    const times = { from: '2026-12-09T10:00:00.000Z', until: '2026-12-09T11:00:00.000Z' };
    await keepException(opened.table, 'OVERRIDES', { ...override, ...times });
    expect(await minute('2026-12-09T10:00:30.000Z')).toMatchObject([{ address: 'ben@example.gov.uk' }]);
    expect(await minute('2026-12-09T11:00:30.000Z')).toMatchObject([{ address: 'U1' }]);
  });

  it('is told by the first region, and by a standby only while it does not hear that', async () => {
    const peer = { role: 'standby', missingSeconds: 150, ask: () => Promise.reject(new Error('x')) } as const;
    const at = '2026-12-28T09:00:30.000Z';
    const heard = (heardAt: string) => keepHeard(opened.table, { askedAt: at, askedSince: at, heardAt });
    await heard(at);
    expect(await minute(at, wanted, peer)).toEqual([]);
    await heard('2026-12-28T08:58:00.000Z');
    expect(await minute(at, wanted, peer)).toHaveLength(1);
  });

  it('of a rota that does not want it is told nothing', async () => {
    expect(await minute('2026-12-14T09:00:30.000Z', loadedOf({}))).toEqual([]);
  });
});

describe('who takes over and was never shown to be reachable', () => {
  const withPerson = (id: string, changes: Record<string, string> = {}) =>
    loadedOf({
      [`people/${id}.yaml`]: `id: ${id}\nname: ${id}\ncontact: { phone: "+447700900007", email: ${id}@example.gov.uk }\n`,
      'rotas/primary.yaml': small['rotas/primary.yaml']!.replace('[amira, ben]', `[amira, ${id}]`),
      ...changes,
    });

  it('is told of to the chat of those who rely on the rota, once a week, and is called all the same', async () => {
    const told = {
      way: 'slack',
      address: '#ops',
      text: 'cleo is on call for primary; it was never shown that sms or voice reaches them',
    };
    expect(await minute('2026-12-28T09:00:30.000Z', withPerson('cleo'))).toEqual([told]);
    expect(await minute('2026-12-28T09:01:30.000Z', withPerson('cleo'))).toEqual([]);
    expect(await minute('2027-01-11T09:00:30.000Z', withPerson('cleo'))).toEqual([told]);
  });

  it('is told of by the ways alone that are still unproved, and not at all where none is', async () => {
    await keepProved(opened.table, 'cleo', 'sms', '2027-01-20T09:00:00.000Z');
    expect(await minute('2027-01-25T09:00:30.000Z', withPerson('cleo'))).toMatchObject([
      { text: 'cleo is on call for primary; it was never shown that voice reaches them' },
    ]);
    await keepProved(opened.table, 'cleo', 'voice', '2027-01-26T09:00:00.000Z');
    expect(await minute('2027-02-08T09:00:30.000Z', withPerson('cleo'))).toEqual([]);
  });

  it('hears of it by a way that does not ring where the rota has no chat', async () => {
    const policy = { 'policies/all.yaml': 'name: all\nsteps:\n  - notify: [rota:primary]\n' };
    expect(await minute('2027-02-22T09:00:30.000Z', withPerson('dora', policy))).toMatchObject([
      { way: 'email', address: 'dora@example.gov.uk' },
    ]);
  });
});

it('a hand-over that cannot be queued fails no sweep', async () => {
  const { world } = worldAt('2026-12-21T09:00:30.000Z');
  const down = { ...world, queues: { client: { send: () => Promise.reject(new Error('down')) } } } as unknown as World;
  await expect(queueHandOvers(down)).rejects.toThrow('down');
  expect(await sweep(down)).toEqual({ incidents: 0, queued: 0 });
});
