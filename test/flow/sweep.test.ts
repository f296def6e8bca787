/** The sweep, on a modelled table: all that is due is queued, and it ends within its minute however much that is. */
import { expect, it } from 'vitest';
import { sweep } from '../../shared/flow/sweep.ts';
import { decide } from '../../shared/incident/decide.ts';
import type { Incident } from '../../shared/incident/incident.ts';
import type { Loaded } from '../../shared/routing/loaded.ts';
import { commitIncident } from '../../shared/store/incidents.ts';
import type { World } from '../../shared/world/world.ts';
import { at, catalogue, context, notice, T0 } from '../incident/world.ts';
import { type Command, emptyTable } from '../simulation/table.ts';

/** Due incidents, and how long each look at the clock takes. Out: what the sweep said and did. */
async function sweepOf(incidents: number, secondsALook: number) {
  let seconds = 60;
  const logged: string[] = [];
  const queued = new Set<string>();
  const indexes = { due: { hash: 'owes', range: 'due' }, listed: { hash: 'shown', range: 'shownAt' } };
  const model = emptyTable(
    indexes,
    () => Date.parse(T0) + 3_600_000,
    () => 0,
  );
  const table = { name: 't', client: { send: async (command: Command) => model.call(command) } } as never;
  for (let n = 0; n < incidents; n++) {
    const notices = [notice(`signal ${n}`, 'firing', 0, { group: `key:signal ${n}` })];
    await commitIncident(table, decide(undefined, { type: 'notices', notices }, context(at(0))) as Incident);
  }
  const world = {
    now: () => {
      seconds += secondsALook;
      return at(seconds);
    },
    table,
    queues: {
      pages: 'pages',
      client: {
        send: async ({ input }: { input: { Entries: { MessageBody: string }[] } }) => {
          for (const { MessageBody } of input.Entries)
            queued.add((JSON.parse(MessageBody) as { incident: string }).incident);
          return {};
        },
      },
    },
    catalogue: async () => ({ catalogue: { ...catalogue, rotas: {} } }) as Loaded,
    log: (_: string, message: string) => logged.push(message),
  } as unknown as World;
  await sweep(world);
  return { queued: queued.size, logged };
}

it('queues what every incident owes', async () => {
  expect(await sweepOf(90, 0.01)).toEqual({ queued: 90, logged: [] });
});

it('queues what the three thousand incidents of a storm owe, in one run', async () => {
  expect(await sweepOf(3005, 0.01)).toEqual({ queued: 3005, logged: [] });
});

it('stops after half of its minute, says so, and leaves the rest to the next', async () => {
  const { queued, logged } = await sweepOf(3005, 3);
  expect(queued).toBeGreaterThan(0);
  expect(queued).toBeLessThan(3005);
  expect(logged).toEqual(['The sweep stopped at its limit; the next goes on']);
});
