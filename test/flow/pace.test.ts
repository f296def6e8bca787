/** Pace: a person who is being woken already hears of more in a digest; worse news comes at once. */
import { beforeEach, describe, expect, it } from 'vitest';
import { compileCatalogue } from '../../cli/catalogue/compile.ts';
import { change } from '../../shared/flow/change.ts';
import { load } from '../../shared/routing/loaded.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import { NIGHT, openTestWorld, sampleCatalogue, type TestWorld } from '../world.ts';

const loaded = await sampleCatalogue();
const first = loaded.onCall('payments-primary', NIGHT)!;
let world: TestWorld;
const event = (key: string, severity = 'critical') => ({
  routing_key: 'local',
  event_action: 'trigger',
  dedup_key: key,
  payload: { summary: `${key} is down`, source: key, severity, custom_details: { service: 'payments-api' } },
});

beforeEach(async () => {
  world = await openTestWorld({ loaded });
});

describe('ten incidents at once', () => {
  it('are one text, and one digest within a minute and a half that counts the others', async () => {
    for (let n = 0; n < 10; n++) await world.send(event(`db-${n}`), 'events');
    expect(world.phone(first).texts()).toHaveLength(1);
    await world.advance('90s');
    expect(world.phone(first).texts()).toHaveLength(2);
    world.phone(first).expectSms(/\b(9|10)\b/);
  });

  it('are all answered by ACK ALL', async () => {
    for (let n = 0; n < 10; n++) await world.send(event(`db-${n}`), 'events');
    await world.advance('90s');
    await world.reply(first, 'ACK ALL');
    expect((await world.open()).map(({ state }) => state)).toEqual(Array(10).fill('acknowledged'));
  });
});

it('a person who is not in the storm is paged as if there were none', async () => {
  const other = loaded.onCall('payments-secondary', NIGHT)!;
  for (let n = 0; n < 10; n++) await world.send(event(`db-${n}`), 'events');
  await world.send(
    {
      routing_key: 'local',
      event_action: 'trigger',
      dedup_key: 'x',
      payload: { summary: 'Nobody knows this', source: 'x', severity: 'critical' },
    },
    'events',
  );
  world.phone(other).expectSms(/Nobody knows this/);
});

describe('with the plainest rules (a text at once, a call after a minute)', () => {
  const plain = (policy: string) => ({
    'catalogue.yaml': 'policy: everybody\n',
    'people/dee.yaml': person('dee', '+447700900101'),
    'people/eve.yaml': person('eve', '+447700900102'),
    'policies/everybody.yaml': `name: everybody\nsteps:\n${policy}`,
    'services/payments-api.yaml': 'name: payments-api\npolicy: everybody\n',
  });
  const person = (id: string, phone: string) =>
    `id: ${id}\nname: ${id}\ncontact: { phone: "${phone}" }\nrules: { high: [{ sms: 0m }, { voice: 1m }] }\n`;
  const openPlain = async (policy = '  - notify: [person:dee]\n') => {
    const files = Object.entries(plain(policy)).map(([path, text]) => ({ path, text }));
    const { catalogue, findings } = compileCatalogue(files, Date.parse(NIGHT));
    if (!catalogue) throw new Error(JSON.stringify(findings));
    return openTestWorld({ loaded: load(catalogue, prepareRunbooks([], [])) });
  };
  const storm = async (count: number, severity = 'critical', from = 0) => {
    for (let n = from; n < from + count; n++) await world.send(event(`db-${n}`, severity), 'events');
  };
  const rang = () => [world.phone('dee').texts().length, world.phone('dee').calls().length];

  it('five incidents in a second are a text, then a digest and the first one’s call, then one call of the digest', async () => {
    world = await openPlain();
    await storm(5);
    expect(rang()).toEqual([1, 0]);
    await world.advance('65s');
    expect(rang()).toEqual([2, 1]);
    world.phone('dee').expectSms(/\b4\b/);
    world.phone('dee').expectCall(/d b 0 is down/);
    await world.advance('65s');
    expect(rang()).toEqual([2, 2]);
    await world.advance('2m');
    expect(rang()).toEqual([2, 2]);
  });

  it('the first one’s call opens no window: what comes after it pages at once', async () => {
    world = await openPlain();
    await storm(1);
    await world.advance('70s');
    expect(rang()).toEqual([1, 1]);
    await storm(1, 'critical', 1);
    expect(rang()).toEqual([2, 1]);
    await storm(3, 'critical', 2);
    await world.advance('60s');
    world.phone('dee').expectSms(/\b3\b/);
  });

  it('what is worse than all that they were told of pages at once, also inside a digest’s window', async () => {
    world = await openPlain();
    await storm(4, 'error');
    await world.advance('65s');
    world.phone('dee').forget();
    await storm(1, 'error', 4);
    expect(rang()).toEqual([0, 0]);
    await storm(1, 'critical', 5);
    world.phone('dee').expectSms(/db-5 is down/);
  });

  it('a window ends when all that they were told of is acknowledged', async () => {
    world = await openPlain();
    await storm(4);
    await world.advance('65s');
    await world.reply('dee', 'ACK ALL');
    world.phone('dee').forget();
    await storm(1, 'critical', 4);
    world.phone('dee').expectSms(/db-4 is down/);
  });

  it('a window ends when what they were told of is handed over; one of several that is not keeps it', async () => {
    world = await openPlain();
    await storm(1);
    await world.advance('1s');
    const [first] = await world.open();
    await change(
      world.world,
      world.loaded,
      { id: first!.id },
      { type: 'hand-over', to: 'eve', by: 'dee', via: 'link' },
    );
    await world.advance('1s');
    world.phone('dee').forget();
    await storm(1, 'critical', 1);
    world.phone('dee').expectSms(/db-1 is down/);
    world.phone('dee').forget();
    await storm(1, 'critical', 2);
    world.phone('dee').expectSilence();
  });

  it('an escalation is no digest for a person whose own incidents are answered', async () => {
    world = await openPlain('  - notify: [person:dee]\n  - after: 2m\n    notify: [person:eve]\n');
    await storm(3);
    await world.advance('125s');
    await world.reply('eve', 'ACK ALL');
    await world.reply('dee', 'ACK ALL');
    world.phone('eve').forget();
    await storm(1, 'critical', 3);
    await world.advance('121s');
    world.phone('eve').expectSms(/db-3 is down/);
  });

  it('a call follows the digest though its first incident is over, while another of it is open', async () => {
    world = await openPlain();
    await storm(3);
    await world.advance('65s');
    await world.send({ routing_key: 'local', event_action: 'resolve', dedup_key: 'db-1' }, 'events');
    world.phone('dee').forget();
    await world.advance('70s');
    expect(world.phone('dee').calls()).toHaveLength(1);
    world.phone('dee').expectCall(/d b 2 is down/);
  });

  it('a text and a call at once are a text and a call of the digest too', async () => {
    const both = { ...plain('  - notify: [person:dee]\n') };
    both['people/dee.yaml'] = both['people/dee.yaml'].replace(
      '{ sms: 0m }, { voice: 1m }',
      '{ voice: 0m }, { sms: 0m }',
    );
    const { catalogue } = compileCatalogue(
      Object.entries(both).map(([path, text]) => ({ path, text })),
      Date.parse(NIGHT),
    );
    world = await openTestWorld({ loaded: load(catalogue!, prepareRunbooks([], [])) });
    await storm(3);
    expect(rang()).toEqual([1, 1]);
    await world.advance('80s');
    expect(rang()).toEqual([2, 2]);
  });

  it('two calls after a text are two calls after a digest', async () => {
    const twice = { ...plain('  - notify: [person:dee]\n') };
    twice['people/dee.yaml'] = twice['people/dee.yaml'].replace('{ voice: 1m }', '{ voice: 1m }, { voice: 3m }');
    const { catalogue } = compileCatalogue(
      Object.entries(twice).map(([path, text]) => ({ path, text })),
      Date.parse(NIGHT),
    );
    world = await openTestWorld({ loaded: load(catalogue!, prepareRunbooks([], [])) });
    await storm(3);
    await world.advance('290s');
    // The first incident's two calls, and two for the digest of the others.
    expect(rang()).toEqual([2, 4]);
  });
});
