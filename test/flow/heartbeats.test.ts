/** A sender that says at intervals that it lives: heard it pages nobody, quiet it pages once, back it ends. */
import { beforeEach, describe, expect, it } from 'vitest';
import { compileCatalogue } from '../../cli/catalogue/compile.ts';
import { sweep } from '../../shared/flow/sweep.ts';
import { triage } from '../../shared/flow/triage.ts';
import { load } from '../../shared/routing/loaded.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import { listIncidents } from '../../shared/store/incidents.ts';
import type { World } from '../../shared/world/world.ts';
import { at, catalogue as small, T0 } from '../incident/world.ts';
import { openStillWorld, type StillWorld } from '../world.ts';

const catalogue = {
  ...small,
  defaults: {
    ...small.defaults,
    heartbeats: [
      { name: 'alertmanager-dc1', match: { title: ['Watchdog'], labels: { cluster: ['dc1'] } }, everySeconds: 600 },
    ],
  },
};
let still: StillWorld;
let world: World;
let bodies: string[];
let refuse = false;

beforeEach(() => {
  refuse = false;
  still = openStillWorld({
    loaded: load(catalogue, prepareRunbooks([], [])),
    at: T0,
    refuses: ({ input }) => refuse && JSON.stringify(input).includes('HEARTBEATS'),
  });
  ({ world } = still);
  bodies = still.queued.alerts;
});

const watchdog = (cluster: string, status: 'firing' | 'resolved' = 'firing') => ({
  id: 'm-1',
  sentAt: still.clock.now,
  body: JSON.stringify({
    version: '4',
    status,
    alerts: [
      {
        status,
        labels: { alertname: 'Watchdog', cluster, severity: 'critical' },
        annotations: {},
        startsAt: T0,
        fingerprint: `f-${cluster}`,
      },
    ],
  }),
});
const hear = async (cluster = 'dc1', status: 'firing' | 'resolved' = 'firing') =>
  expect(await triage(world, [watchdog(cluster, status)])).toEqual({ failed: [] });
const open = async () => (await listIncidents(world.table, 'open', 10)).map(({ title }) => title);
const handOn = async () =>
  triage(
    world,
    bodies.splice(0).map((body, n) => ({ id: `q-${n}`, body, sentAt: still.clock.now })),
  );

describe('a heartbeat', () => {
  it('pages nobody; the same alert of another sender does', async () => {
    await hear();
    expect(await open()).toEqual([]);
    await hear('dc2');
    expect(await open()).toEqual(['Watchdog']);
  });

  it('that stops pages once, by the ordinary way, and ends when it is back', async () => {
    await hear();
    still.clock.now = at(600);
    await sweep(world);
    expect(bodies).toEqual([]);
    still.clock.now = at(601);
    await sweep(world);
    await sweep(world);
    expect(bodies).toHaveLength(1);
    await handOn();
    expect(await open()).toEqual(['alertmanager-dc1 has been quiet for 10m']);
    still.clock.now = at(700);
    await hear();
    await handOn();
    expect(await open()).toEqual([]);
    still.clock.now = at(1200);
    await sweep(world);
    expect(bodies).toEqual([]);
  });

  it('that names a service pages as that service', async () => {
    const heartbeats = [{ ...catalogue.defaults.heartbeats[0]!, service: 'ledger' }];
    const ledger = {
      name: 'ledger',
      aliases: [],
      dependsOn: [],
      policy: 'payments',
      urgency: catalogue.defaults.urgency,
    };
    const loaded = load(
      { ...catalogue, services: { ledger }, defaults: { ...catalogue.defaults, heartbeats } },
      prepareRunbooks([], []),
    );
    world = { ...world, catalogue: async () => loaded };
    await hear();
    still.clock.now = at(601);
    await sweep(world);
    await handOn();
    expect((await listIncidents(world.table, 'open', 10)).map(({ service }) => service)).toEqual(['ledger']);
  });

  it('that was never heard is not missed', async () => {
    still.clock.now = at(86_400);
    await sweep(world);
    expect(bodies).toEqual([]);
  });

  it('is no sign of life where it is said to be over', async () => {
    await hear();
    still.clock.now = at(590);
    await hear('dc1', 'resolved');
    expect(await open()).toEqual([]);
    still.clock.now = at(601);
    await sweep(world);
    expect(bodies).toHaveLength(1);
  });

  it('that cannot be asked about fails the sweep at its end, after its own work', async () => {
    await hear('dc2');
    refuse = true;
    still.clock.now = at(1);
    await expect(sweep(world)).rejects.toThrow('1 of 3 parts of the sweep failed.');
  });
});

describe('a heartbeat in catalogue.yaml', () => {
  const policy = { path: 'policies/all.yaml', text: 'name: all\nsteps:\n  - notify: [person:amira]\n' };
  const amira = { path: 'people/amira.yaml', text: 'id: amira\nname: Amira\ncontact: { phone: "+447700900001" }\n' };
  const findings = (heartbeats: string) =>
    compileCatalogue([
      { path: 'catalogue.yaml', text: `policy: all\nheartbeats:\n${heartbeats}` },
      policy,
      amira,
    ]).findings.map(({ code }) => code);

  it.each<[string, string, string[]]>([
    ['that is well', '  - { name: a, match: { title: [Watchdog] }, every: 10m }\n', []],
    ['with a pattern that cannot be', '  - { name: a, match: { title: Watchdog }, every: 10m }\n', ['bad-pattern']],
    [
      'of a service that is not there',
      '  - { name: a, match: { title: [x] }, every: 10m, service: zzz }\n',
      ['unknown-service'],
    ],
    [
      'twice',
      '  - { name: a, match: { title: [x] }, every: 10m }\n  - { name: a, match: { title: [y] }, every: 10m }\n',
      ['duplicate-name'],
    ],
  ])('%s', (_, text, expected) => {
    expect(findings(text)).toEqual(expected);
  });
});
