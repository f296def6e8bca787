/** What people type at night against a running Pageturner: its answers, over the real API and a modelled store. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runDeployments } from '../../../cli/commands/deployments.ts';
import { runExplain } from '../../../cli/commands/explain.ts';
import { runFairness } from '../../../cli/commands/fairness.ts';
import { runOff } from '../../../cli/commands/off.ts';
import { runOncall } from '../../../cli/commands/oncall.ts';
import { runAct, runIncidents } from '../../../cli/commands/operate.ts';
import { runOverride } from '../../../cli/commands/override.ts';
import { runShifts } from '../../../cli/commands/shifts.ts';
import { runSilence } from '../../../cli/commands/silence.ts';
import { api } from '../../../shared/console/api/api.ts';
import { keepException } from '../../../shared/store/exceptions.ts';
import { openTestWorld } from '../../world.ts';
import { putCatalogue } from './catalogue.ts';

const world = await openTestWorld({ at: new Date().toISOString() });
const folder = mkdtempSync(join(tmpdir(), 'pageturner-operate-'));
let server: Server;
let to: string;

beforeAll(async () => {
  await putCatalogue(world);
  const app = new Hono().route(
    '/api',
    api(world.world, async () => 'amira'),
  );
  server = createServer(getRequestListener(app.fetch)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  to = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  process.exitCode = 0;
});

/** What a command wrote, and how it ended. */
async function said(run: () => Promise<void>): Promise<{ out: string; errors: string; code: number }> {
  let [out, errors] = ['', ''];
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += text;
      return true;
    }),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      errors += text;
      return true;
    }),
  ];
  process.exitCode = 0;
  try {
    await run();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return { out, errors, code: Number(process.exitCode) };
}

const trigger = async (name: string, component = 'payments-api') => {
  await world.send(
    {
      routing_key: 'local',
      event_action: 'trigger',
      dedup_key: name,
      payload: { summary: name, source: 'host', severity: 'critical', component },
    },
    'events',
  );
  return (await world.open()).find(({ title }) => title === name)!;
};

/** On the wall of London, with UTC beside it. */
const TIME = /[A-Z][a-z]+day \d{1,2} [A-Z][a-z]+ \d{4} \d\d:\d\d \(.*\d\d:\d\d UTC\)/;

describe('silences', () => {
  const silence = (options: object) => said(() => runSilence({ to, ...options }));
  const lone = '{"service":["payments-api"]}';

  it('are made, listed with who made them and why, and ended', async () => {
    expect((await silence({})).out).toBe('No silence is in force.\n');
    const made = await silence({ pattern: lone, minutes: '60', why: 'failover test' });
    expect(made).toMatchObject({ errors: '', code: 0 });
    expect(made.out).toMatch(new RegExp(`^Silent until ${TIME.source}; what still fires then pages\\.\n`));
    const id = /silence --end (\S+)/.exec(made.out)![1]!;
    const listed = (await silence({})).out;
    expect(listed).toContain(`${lone} from `);
    expect(listed).toContain(`by amira: failover test (${id})`);
    expect((await silence({ end: id })).out).toMatch(/^Ended: \{"service":\["payments-api"\]\}\./);
    expect((await silence({})).out).toBe('No silence is in force.\n');
  });

  it('that are not there cannot be ended', async () => {
    expect(await silence({ end: 'x' })).toMatchObject({
      code: 2,
      errors: expect.stringMatching(/^There is no silence x\./),
    });
  });

  it.each([
    ['a field that no alert has', '{"svc":["payments-api"]}', /silences nothing: no alert has a field svc\. .*service/],
    ['a misspelt field', '{"enviroment":["production"]}', /Did you mean environment\?/],
    ['a value that a field never has', '{"severity":["high"]}', /severity is never high\. Write one of critical/],
    ['another spelling of an environment', '{"environment":["prod"]}', /Write environment: \[production\]/],
    [
      'an alias of a service',
      '{"service":["payments"]}',
      /another name of the service payments-api\. Write payments-api\./,
    ],
  ])('with %s are refused', async (_, pattern, sentence) => {
    expect(await silence({ pattern, minutes: '5' })).toMatchObject({
      code: 2,
      errors: expect.stringMatching(sentence),
    });
    expect((await silence({})).out).toBe('No silence is in force.\n');
  });

  it('of a service that the catalogue lacks are made with a warning', async () => {
    const made = await silence({ pattern: '{"service":["payment-api"]}', minutes: '5' });
    expect(made).toMatchObject({
      code: 0,
      errors: 'The catalogue has no service payment-api. Did you mean payments-api?\n',
    });
    await silence({ end: /--end (\S+)/.exec(made.out)![1] });
  });

  it('of a file begin at wall times of the catalogue, and none is made where one is wrong', async () => {
    const file = join(folder, 'maintenance.yaml');
    const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const entry = (service: string) => `- { match: { ${service} }, from: ${day}T22:00, for: 4h, why: new disks }\n`;
    writeFileSync(file, entry('service: [ledger]') + entry('svc: [x]') + entry('severity: [high]'));
    const refused = await silence({ file });
    expect(refused.code).toBe(2);
    expect(refused.errors).toMatch(/:2: .*no alert has a field svc.*\n.*:3: .*severity is never high/);
    expect((await silence({})).out).toBe('No silence is in force.\n');
    writeFileSync(file, entry('service: [ledger]'));
    expect((await silence({ file })).out).toMatch(/^From [A-Z][a-z]+day .* 22:00 \(2[12]:00 UTC\) for 4h/);
  });
});

describe('incidents', () => {
  const list = async () => (await said(() => runIncidents(undefined, { to }))).out;

  it('are acknowledged and resolved by the code that people are sent', async () => {
    const incident = await trigger('Disk alpha is full');
    const act = (action: 'acknowledge' | 'resolve', id: string) => said(() => runAct(action, id, { to }));
    expect((await act('acknowledge', incident.code.toLowerCase())).out).toMatch(/^Done: .* acknowledged by amira /);
    expect((await said(() => runIncidents(incident.code, { to }))).out).toContain(incident.id);
    expect((await act('resolve', incident.code)).out).toMatch(/^Done: .* resolved/);
    expect(await act('resolve', incident.code)).toMatchObject({
      code: 2,
      errors: `No open incident has the code ${incident.code}. \`pageturner incidents\` lists the open ones.\n`,
    });
  });

  it('say their times on the clock of the catalogue, with UTC', async () => {
    const incident = await trigger('Disk beta is full');
    const { out } = await said(() => runIncidents(incident.id, { to }));
    const [, ...timeline] = out.trimEnd().split('\n');
    expect(timeline.length).toBeGreaterThan(0);
    for (const entry of timeline) expect(entry).toMatch(new RegExp(`^ {2}${TIME.source} `));
  });

  it('that a silence keeps quiet, and test pages, do not look as if they rang', async () => {
    const [from, until] = [world.now(), new Date(Date.now() + 3_600_000).toISOString()];
    const match = { title: ['Disk gamma is full'] };
    await keepException(world.world.table, 'SILENCES', { id: 'g', match, from, until, by: 'dee', why: '' });
    const incident = await trigger('Disk gamma is full');
    expect(await list()).toMatch(new RegExp(`^${incident.id} .* triggered, pages nobody yet `, 'm'));
    expect((await said(() => runIncidents(incident.id, { to }))).out).toMatch(/^ {2}pages nobody before .* UTC\)$/m);
    await fetch(`${to}/api/test-pages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"person":"dee","by":"sms"}',
    });
    expect(await list()).toMatch(/ test page, not answered /);
  });
});

describe('times of other commands', () => {
  it('oncall, override and deployments say them on the clock of the rota or the catalogue, with UTC', async () => {
    const rota = 'payments-primary';
    expect((await said(() => runOncall({ to, rota }))).out).toMatch(TIME);
    const made = await said(() => runOverride({ to, rota, person: 'ben', minutes: '60' }));
    expect(made.out).toMatch(new RegExp(`ben is on call in ${rota} until ${TIME.source}\\.`));
    expect((await said(() => runOverride({ to }))).out).toMatch(TIME);
    expect((await said(() => runDeployments({ to, since: '1h' }))).out).toMatch(TIME);
  });
});

describe('commands that read a folder', () => {
  const catalogue = join(import.meta.dirname, '../../../catalogue');

  it('say which, where it does not have what is asked for', async () => {
    const rota = 'network-sun';
    const { code, errors } = await said(() => runShifts({ catalogue, rota }));
    expect(code).toBe(2);
    expect(errors).toContain(
      `There is no rota ${rota}. By the catalogue in the folder ${catalogue}, which need not be`,
    );
    const off = await said(() => runOff('nobody-known', { catalogue, from: '2026-12-01', to: '2026-12-02' }));
    expect(off.errors).toContain(`By the catalogue in the folder ${catalogue}`);
  });

  it('explain and fairness say times on the wall, with UTC', async () => {
    const file = join(import.meta.dirname, '../../../samples/cloudwatch-alarm.json');
    const explained = (await said(() => runExplain([file], { catalogue }))).out;
    const pages = explained.split('\n').filter((line) => /^ {2}(page|then) /.test(line));
    expect(pages.length).toBeGreaterThan(1);
    for (const page of pages) expect(page).toMatch(new RegExp(`^ {2}(page|then) {6}${TIME.source} `));
    expect((await said(() => runFairness({ catalogue, rota: 'payments-primary' }))).out).toMatch(
      new RegExp(`^payments-primary, ${TIME.source} to ${TIME.source}\n`),
    );
  });
});
