/**
 * When each sender that has a heartbeat was last heard.
 *
 *   HEARTBEATS  <name>
 */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { itemsOf, type Table } from './store.ts';

/** `quietSince`: when it was found to be quiet, and somebody was paged. */
export type Heard = { heardAt: string; quietSince?: string };

const PK = 'HEARTBEATS';

export async function keepHeartbeat(table: Table, name: string, heard: Heard): Promise<void> {
  await table.client.send(new PutCommand({ TableName: table.name, Item: { pk: PK, sk: name, ...heard } }));
}

export async function heardFrom(table: Table, name: string): Promise<Heard | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { pk: PK, sk: name }, ConsistentRead: true }),
  );
  return Item ? heardIn(Item) : undefined;
}

/** All that were ever heard. */
export async function heartbeatsHeard(table: Table): Promise<Map<string, Heard>> {
  const items = await itemsOf(table, {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': PK },
    ConsistentRead: true,
  });
  return new Map(items.map((item) => [item['sk'] as string, heardIn(item)]));
}

function heardIn(item: Record<string, unknown>): Heard {
  const quietSince = item['quietSince'] as string | undefined;
  return { heardAt: item['heardAt'] as string, ...(quietSince === undefined ? {} : { quietSince }) };
}
