/** Triage: what a notice leads to, from the queue to the phone. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { explain } from '../../cli/explain/explain.ts';
import { triage } from '../../shared/flow/triage.ts';
import { normaliseBody } from '../../shared/intake/intake.ts';
import { keepException } from '../../shared/store/exceptions.ts';
import { NIGHT, openTestWorld, sampleCatalogue, type TestWorld } from '../world.ts';
import { alarm } from './alarm.ts';

const FIXTURES = join(import.meta.dirname, '../alert/fixtures');
const loaded = await sampleCatalogue();
let world: TestWorld;

const silence = (match: object) => ({
  id: 's-1',
  match,
  from: NIGHT,
  until: '2026-11-23T03:30:00.000Z',
  by: 'amira',
  why: 'maintenance',
});

beforeEach(async () => {
  world = await openTestWorld({ loaded });
});

describe('planned maintenance', () => {
  it('wakes nobody where the silence names a service that the catalogue found', async () => {
    await keepException(world.world.table, 'SILENCES', silence({ service: ['payments-api'] }));
    await world.send(alarm());
    await world.advance('10m');
    for (const person of Object.keys(loaded.catalogue.people)) world.phone(person).expectSilence();
  });

  it('pages when the silence ends and the signal still fires', async () => {
    await keepException(world.world.table, 'SILENCES', silence({ service: ['payments-api'] }));
    await world.send(alarm());
    await world.advance('20m');
    expect(world.told.map(({ message }) => message.text)).toContainEqual(expect.stringMatching(/payments-api/));
  });

  it('is no hindrance to another service', async () => {
    await keepException(world.world.table, 'SILENCES', silence({ service: ['ledger'] }));
    await world.send(alarm());
    expect(world.told.length).toBeGreaterThan(0);
  });
});

it('a message that cannot be unpacked fails alone, and the others of its batch page', async () => {
  const envelope = { pageturner: 1, hook: 'alert', receivedAt: NIGHT, encoding: 'br', body: 'bm90IGJyb3RsaQ==' };
  const batch = [JSON.stringify(envelope), JSON.stringify(alarm())];
  const messages = batch.map((body, n) => ({ id: `m-${n}`, body, sentAt: NIGHT }));
  expect(await triage(world.world, messages)).toEqual({ failed: ['m-0'] });
  expect(await world.open()).toHaveLength(1);
});

/** Every fixture of an alert, as its sender posts it. */
const BODIES = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json') && !name.endsWith('.alert.json') && !name.endsWith('.expected.json'))
  .sort();

describe('what explain says is what the flow does', () => {
  it.each(BODIES)('%s', async (name) => {
    const body = readFileSync(join(FIXTURES, name), 'utf8');
    const { alerts } = normaliseBody(body, 'application/json', { receivedAt: NIGHT });
    const told = new Map<string, string[]>();
    for (const alert of alerts) {
      const said = explain(alert, { loaded, silences: [], now: NIGHT, suspectsOf: () => [] });
      // Alerts of one body that meet in one incident page once: the first to page leads.
      if (!told.has(said.group) || told.get(said.group)!.length === 0)
        told.set(
          said.group,
          said.pages.map(({ to, channel }) => `${channel} ${to}`),
        );
      if (said.nobody) expect(said.pages).toEqual([]);
      expect(said.words === null).toBe(said.pages.length === 0);
    }
    await world.send(body);
    const open = await world.open();
    const owed = open.flatMap(({ pages }) =>
      pages.filter(({ kind }) => kind === 'alert').map(({ to, channel }) => `${channel} ${to}`),
    );
    const isHeld = open.some(({ timers }) => timers.some(({ kind }) => kind === 'hold'));
    if (!isHeld) expect(owed.sort()).toEqual([...told.values()].flat().sort());
    if (open.length === 0) expect([...told.values()].flat()).toEqual([]);
  });
});
