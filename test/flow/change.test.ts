/** Changing an incident: decided on what was read, written on condition, and decided again where another wrote first. */
import { beforeEach, expect, it } from 'vitest';
import { change, TooManyConflicts } from '../../shared/flow/change.ts';
import { openTestWorld, sampleCatalogue, type TestWorld } from '../world.ts';
import { alarm } from './alarm.ts';

const loaded = await sampleCatalogue();
let world: TestWorld;
const acknowledge = { type: 'acknowledge', by: 'amira', via: 'link' } as const;

beforeEach(async () => {
  world = await openTestWorld({ loaded });
  await world.send(alarm());
});

/** The world with a table that answers so many conditional writes with a conflict. */
function conflicting(times: number): TestWorld['world'] {
  let left = times;
  const { client } = world.world.table;
  const send = async (command: { constructor: { name: string }; input: { ConditionExpression?: string } }) => {
    if (command.constructor.name === 'PutCommand' && command.input.ConditionExpression !== undefined && left-- > 0)
      throw Object.assign(new Error('The conditional request failed'), { name: 'ConditionalCheckFailedException' });
    return client.send(command as never);
  };
  return { ...world.world, table: { name: 't', client: { send } as never } };
}

it('reads again and decides again where another wrote first', async () => {
  const [incident] = await world.open();
  const done = await change(conflicting(3), loaded, { id: incident!.id }, acknowledge);
  expect(done).toMatchObject({ changed: true, incident: { state: 'acknowledged' } });
});

it('gives up after a number of conflicts, so that the message goes back to its queue', async () => {
  const [incident] = await world.open();
  await expect(change(conflicting(1000), loaded, { id: incident!.id }, acknowledge)).rejects.toThrow(TooManyConflicts);
  expect((await world.open())[0]!.state).toBe('triggered');
});

it('writes nothing where nothing changes', async () => {
  const [incident] = await world.open();
  await change(world.world, loaded, { id: incident!.id }, acknowledge);
  const again = await change(conflicting(1000), loaded, { id: incident!.id }, acknowledge);
  expect(again?.changed).toBe(false);
});

it('knows no incident of an id that nobody made', async () => {
  expect(await change(world.world, loaded, { id: 'k3v9qd7m2xab-1' }, acknowledge)).toBeUndefined();
});
