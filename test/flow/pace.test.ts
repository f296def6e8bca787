/** Pace: a person who is being woken already hears of more in a digest; worse news comes at once. */
import { beforeEach, describe, expect, it } from 'vitest';
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
