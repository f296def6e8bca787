/** Delivering: who is told by which way, when, and until when. */
import { beforeEach, describe, expect, it } from 'vitest';
import { NIGHT, openTestWorld, sampleCatalogue, type TestWorld } from '../world.ts';
import { alarm } from './alarm.ts';

const loaded = await sampleCatalogue();
const first = loaded.onCall('payments-primary', NIGHT)!;
const second = loaded.onCall('payments-secondary', NIGHT)!;
let world: TestWorld;

beforeEach(async () => {
  world = await openTestWorld({ loaded });
});

describe('a critical alarm at night', () => {
  it('is a text at once, with the service, what is wrong and a way to answer', async () => {
    await world.send(alarm());
    world.phone(first).expectSms(/^CRIT payments-api prod: .*5xx.*12 > 5[\s\S]*reply ACK [0-9A-Z]{2}$/);
    world.phone(second).expectSilence();
  });

  it('tells the chat channel of the step too', async () => {
    await world.send(alarm());
    expect(world.chat('#payments')).toHaveLength(1);
  });

  it('rings after two minutes where nobody answers', async () => {
    await world.send(alarm());
    await world.advance('110s');
    expect(world.phone(first).calls()).toEqual([]);
    await world.advance('15s');
    world.phone(first).expectCall(/payments/);
  });

  it('goes to the next step after five minutes', async () => {
    await world.send(alarm());
    await world.advance('290s');
    world.phone(second).expectSilence();
    await world.advance('15s');
    world.phone(second).expectSms(/payments-api/);
  });

  it('pages nobody any more once somebody has acknowledged', async () => {
    await world.send(alarm());
    await world.reply(first, 'ACK');
    world.phone(first).forget();
    world.phone(second).forget();
    await world.advance('1h');
    expect(world.phone(first).calls()).toEqual([]);
    world.phone(second).expectSilence();
  });

  it('tells each person who was paged when it is over, and nobody else', async () => {
    await world.send(alarm());
    await world.advance('11m');
    world.phone(first).forget();
    await world.send(alarm('OK', '2026-11-23T03:23:04.000Z'));
    world.phone(first).expectSms(/Resolved after 1\dm/);
    expect(world.told.filter(({ message }) => message.kind === 'relief').map(({ address }) => address)).not.toContain(
      loaded.catalogue.people['femi']!.contact.phone,
    );
  });
});

describe('a Teams channel and a webhook of a policy', () => {
  const { catalogue } = loaded;
  const notify = [
    { kind: 'teams', name: 'payments' },
    { kind: 'webhook', name: 'ops' },
    { kind: 'rota', name: 'payments-primary' },
  ] as const;
  const policies = {
    ...catalogue.policies,
    payments: { ...catalogue.policies['payments']!, steps: [{ afterSeconds: 0, notify: [...notify] }] },
  };
  const webhooks = { payments: 'https://teams.example.gov.uk/flow', ops: 'ssm:/pageturner/webhooks/ops' };
  const withWebhooks = {
    ...loaded,
    catalogue: { ...catalogue, policies, defaults: { ...catalogue.defaults, webhooks } },
  };

  it('are told at the addresses that catalogue.yaml has for their names', async () => {
    const told = await openTestWorld({ loaded: withWebhooks });
    await told.send(alarm());
    expect(told.told.map(({ channel, address }) => `${channel} ${address}`)).toEqual(
      expect.arrayContaining([`teams ${webhooks.payments}`, `webhook ${webhooks.ops}`]),
    );
  });
});

describe('a way that does not work', () => {
  it('gives way at once to the next way of the person', async () => {
    const refused = { ok: false as const, reason: 'carrier answered ValidationException', again: false };
    const broken = await openTestWorld({ loaded, answers: { sms: refused } });
    await broken.send(alarm());
    broken.phone(first).expectCall(/payments/);
  });

  it('is tried again where the carrier is only busy, and the person is called meanwhile', async () => {
    const busy = { ok: false as const, reason: 'answered 503', again: true };
    const broken = await openTestWorld({ loaded, answers: { sms: busy } });
    await broken.send(alarm());
    await broken.advance('30s');
    expect(broken.phone(first).texts().length).toBeGreaterThan(1);
    broken.phone(first).expectCall(/payments/);
  });
});
