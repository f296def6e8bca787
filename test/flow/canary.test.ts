/** The canary goes the whole way of an alert, is measured, wakes nobody and is in no list. */
import { createServer } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import { sendCanary } from '../../shared/flow/canary.ts';
import { deliver } from '../../shared/flow/deliver.ts';
import { triage } from '../../shared/flow/triage.ts';
import { type Loaded, load } from '../../shared/routing/loaded.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import { listIncidents } from '../../shared/store/incidents.ts';
import type { World } from '../../shared/world/world.ts';
import { catalogue, T0 } from '../incident/world.ts';
import { openStillWorld, type StillWorld, sampleCatalogue } from '../world.ts';

let still: StillWorld;
let world: World;
let sent: () => string[];

beforeEach(() => {
  const loaded = {
    ...load(catalogue, prepareRunbooks([], [])),
    onCall: () => 'amira',
    onCallUntil: () => undefined,
  };
  still = openStillWorld({ loaded, at: T0 });
  ({ world } = still);
  sent = () => still.told.map(({ channel }) => channel);
});

/** What the hook was posted, with what it answers. */
async function posted(status: number): Promise<{ bodies: string[]; error?: unknown }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      bodies.push(text);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await sendCanary(`http://127.0.0.1:${(server.address() as { port: number }).port}`, 'local', T0);
    return { bodies };
  } catch (error) {
    return { bodies, error };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const message = (body: string) => ({ id: body.slice(0, 80), body, sentAt: still.clock.now });
const deliverAll = async () => {
  for (const look of still.queued.pages.splice(0)) await deliver(world, JSON.parse(look));
};

describe('the canary', () => {
  it('ends the one before it, and fires; a hook that does not take it is an error', async () => {
    const { bodies } = await posted(202);
    const read = bodies.map((body) => JSON.parse(body));
    expect(read.map(({ event_action }) => event_action)).toEqual(['resolve', 'trigger']);
    const [before, after] = read.map(({ dedup_key }) => Number(dedup_key.split('-').at(-1)));
    expect(after! - before!).toBe(1);
    expect((await posted(503)).error).toEqual(new Error('The hook answered the canary 503.'));
  });

  it('becomes an incident for the person on call, measured, and nobody is told', async () => {
    const [, trigger] = (await posted(202)).bodies;
    still.clock.now = '2026-11-23T03:12:05.250Z';
    expect(await triage(world, [message(trigger!)])).toEqual({ failed: [] });
    await deliverAll();
    expect(sent()).toEqual([]);
    expect(still.measured.filter((line) => line.startsWith('Canary'))).toEqual(['CanaryTimeToPage 1250']);
    expect(still.measured.filter((line) => line.startsWith('Pages') || line.startsWith('Time'))).toEqual([]);
  });

  it.each([
    ['begins with chat alone', ['slack:#payments'], ['person:dee']],
    ['begins with a rota that nobody is on call in', ['rota:nobody'], ['person:dee']],
    ['has chat alone', ['slack:#payments'], ['slack:#payments']],
  ])('is measured once where the policy %s', async (_what, first, second) => {
    const target = (text: string) => ({ kind: text.split(':')[0]!, name: text.split(':')[1]! });
    const steps = [first, second].map((notify) => ({ afterSeconds: 300, notify: notify.map(target) }));
    const whole = await sampleCatalogue();
    const name = whole.catalogue.defaults.policy;
    const policies = { ...whole.catalogue.policies, [name]: { ...whole.catalogue.policies[name]!, steps } };
    const loaded = load({ ...whole.catalogue, policies } as never, prepareRunbooks([], []));
    const other = openStillWorld({ loaded, at: T0 });
    const [, trigger] = (await posted(202)).bodies;
    expect(await triage(other.world, [message(trigger!)])).toEqual({ failed: [] });
    for (const look of other.queued.pages.splice(0)) await deliver(other.world, JSON.parse(look));
    expect(other.measured.filter((line) => line.startsWith('Canary'))).toHaveLength(1);
    expect(other.told).toEqual([]);
  });

  it('is in no list, and its end tells nobody either', async () => {
    const [, trigger] = (await posted(202)).bodies;
    await triage(world, [message(trigger!)]);
    await deliverAll();
    expect(await listIncidents(world.table, 'open', 10)).toEqual([]);
    still.clock.now = '2026-11-23T03:17:04.000Z';
    await triage(world, [message(trigger!.replace('"trigger"', '"resolve"'))]);
    await deliverAll();
    expect(await listIncidents(world.table, 'over', 10)).toEqual([]);
    expect(sent()).toEqual([]);
  });

  it('is only what an Events client says: a label of any other sender makes none', async () => {
    const alertmanager = {
      version: '4',
      status: 'firing',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'Down', 'pageturner-canary': T0 },
          annotations: {},
          startsAt: T0,
          fingerprint: 'f1',
        },
      ],
    };
    const loaded = {
      ...(await world.catalogue()),
      serviceOf: () => ({ why: '' }),
      environmentOf: () => undefined,
      runbookFor: () => ({ runbook: null, by: 'none', candidates: [] }),
    } as unknown as Loaded;
    world.catalogue = async () => loaded;
    await triage(world, [message(JSON.stringify(alertmanager))]);
    await deliverAll();
    expect(sent()).toContain('sms');
  });
});
