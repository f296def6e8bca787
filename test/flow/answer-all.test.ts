/** `ACK ALL` in a storm: as many as the time allows, the others by the queue, and none twice. */
import { expect, it } from 'vitest';
import { deliver } from '../../shared/flow/deliver.ts';
import { answerReply } from '../../shared/flow/reply.ts';
import { triage } from '../../shared/flow/triage.ts';
import { wrapBody } from '../../shared/queue/queue.ts';
import { incidentsByIds, listIncidents } from '../../shared/store/incidents.ts';
import { keepLink } from '../../shared/store/links.ts';
import { after } from '../../shared/time/time.ts';
import { NIGHT, openStillWorld, type StillWorld, sampleCatalogue } from '../world.ts';
import { alarm } from './alarm.ts';

const loaded = await sampleCatalogue();
const person = loaded.onCall('payments-primary', NIGHT)!;
const from = loaded.catalogue.people[person]!.contact.phone!;

/** So many open incidents that this person was told of. */
async function storm(count: number): Promise<StillWorld> {
  const still = openStillWorld({ loaded, at: NIGHT });
  const { world } = still;
  const messages = Array.from({ length: count }, (_, n) => {
    const body = Buffer.from(JSON.stringify(numbered(n)));
    return { id: String(n), sentAt: NIGHT, body: wrapBody({ hook: 'alert', receivedAt: NIGHT, body }) };
  });
  expect((await triage(world, messages)).failed).toEqual([]);
  for (const { id, code } of await listIncidents(world.table, 'open', count))
    await keepLink(world.table, `token of ${id}`, { incident: id, person }, code, NIGHT);
  still.queued.pages.length = 0;
  return still;
}

/** An alarm of no service: each is an incident. */
function numbered(n: number): unknown {
  const text = JSON.stringify(alarm('ALARM', NIGHT, `zebra-${n}`));
  return JSON.parse(
    text.replaceAll('app/payments/', `app/zebra-${n}/`).replaceAll('HTTPCode_Target_5XX_Count', 'Zebras'),
  );
}

const states = async ({ world }: StillWorld, count: number) => {
  const all = await listIncidents(world.table, 'open', count + 10);
  return all.map(({ state }) => state).filter((state) => state !== 'acknowledged').length;
};
/** The answers among what is queued, which other messages are beside. */
const answers = ({ queued }: StillWorld) =>
  queued.pages.map((text) => JSON.parse(text)).filter(({ kind }) => kind === 'answer');

it('acknowledges all that time allows at once', async () => {
  const still = await storm(60);
  const { answer } = await answerReply(still.world, { from, text: 'ACK ALL' });
  expect(answer).toBe('Acknowledged 60 of 60. They are yours.');
  expect(await states(still, 60)).toBe(0);
});

it('queues what it has no time for, says so, and the page function does the rest', async () => {
  const still = await storm(170);
  const { world, clock } = still;
  // Each look at the clock is a tenth of a second: about fifty are.
  const slow = { ...world, now: () => (clock.now = after(clock.now, 0.1)) };
  const { answer } = await answerReply(slow, { from, text: 'ACK ALL' });
  const [, done] = /^Acknowledged (\d+) of 170\. The others follow within a minute\.$/.exec(answer!)!;
  expect(Number(done)).toBeGreaterThan(0);
  expect(Number(done)).toBeLessThan(170);
  expect(await states(still, 170)).toBe(170 - Number(done));
  for (const look of answers(still)) await deliver(world, look);
  expect(await states(still, 170)).toBe(0);
});

it('is done again without harm, and an incident that cannot be changed holds up no other', async () => {
  const still = await storm(30);
  const [stuck] = await listIncidents(still.world.table, 'open', 1);
  let isStuck = true;
  const { send } = still.world.table.client as unknown as { send: (command: never) => Promise<unknown> };
  const refusing = async (command: { constructor: { name: string }; input: object }) => {
    const [group] = stuck!.id.split('-');
    if (isStuck && command.constructor.name === 'PutCommand' && JSON.stringify(command.input).includes(`G#${group}`))
      throw new Error('The table does not answer.');
    return send(command as never);
  };
  const world = { ...still.world, table: { name: 't', client: { send: refusing } as never } };
  const { answer } = await answerReply(world, { from, text: 'ACK ALL' });
  expect(answer).toBe('Acknowledged 29 of 30. The others follow within a minute.');
  const [rest] = answers(still);
  await expect(deliver(world, rest)).rejects.toThrow();
  isStuck = false;
  await deliver(world, rest);
  await deliver(world, rest);
  const [incident] = await incidentsByIds(world.table, [stuck!.id]);
  expect(incident).toMatchObject({ state: 'acknowledged', acknowledgedBy: person });
});
