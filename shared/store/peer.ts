/**
 * What this region heard of the other, and the signs of life that it sends. Nothing of it is written without a peer.
 *
 *   PEER  heard      when the other was last asked and last heard
 *   PEER  swept      when our last sweep ended
 *   PEER  canary     when our last canary came through
 */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Heard } from '../standby/standby.ts';
import { itemsOf, type Table } from './store.ts';

const PK = 'PEER';

export async function keepHeard(table: Table, heard: Heard): Promise<void> {
  await put(table, 'heard', { body: JSON.stringify(heard) });
}

/** What was last heard, read consistently: it decides who pages. */
export async function lastHeard(table: Table): Promise<Heard | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { pk: PK, sk: 'heard' }, ConsistentRead: true }),
  );
  return Item ? (JSON.parse(Item['body'] as string) as Heard) : undefined;
}

/** The sweep has ended, or a canary come through. */
export async function markSign(table: Table, sign: 'swept' | 'canary', at: string): Promise<void> {
  await put(table, sign, { body: at });
}

/** All that is known here of either region. */
export async function signsOf(table: Table): Promise<{ heard?: Heard; sweptAt?: string; canaryAt?: string }> {
  const items = await itemsOf(table, {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': PK },
    ConsistentRead: true,
  });
  const body = (sk: string) => items?.find((item) => item['sk'] === sk)?.['body'] as string | undefined;
  const [heard, sweptAt, canaryAt] = [body('heard'), body('swept'), body('canary')];
  return {
    ...(heard === undefined ? {} : { heard: JSON.parse(heard) as Heard }),
    ...(sweptAt === undefined ? {} : { sweptAt }),
    ...(canaryAt === undefined ? {} : { canaryAt }),
  };
}

async function put(table: Table, sk: string, fields: { body: string }): Promise<void> {
  await table.client.send(new PutCommand({ TableName: table.name, Item: { pk: PK, sk, ...fields } }));
}
