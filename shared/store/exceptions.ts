/**
 * What people decide outside the catalogue for a time: silences and overrides. One item each, under one key a kind, so
 * that a function reads all that are in force with one consistent query.
 */
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Override, Silence } from '../exception/exception.ts';
import { latest } from '../time/time.ts';
import { expiry, itemsOf, type Table } from './store.ts';

export type Exceptions = { SILENCES: Silence; OVERRIDES: Override };

export async function keepException<Kind extends keyof Exceptions>(
  table: Table,
  kind: Kind,
  exception: Exceptions[Kind],
): Promise<void> {
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: {
        pk: kind,
        sk: exception.id,
        body: JSON.stringify(exception),
        until: exception.until,
        expires: expiry(exception.until, 90),
      },
    }),
  );
}

/** Overrides that are made and end together, as one item: all of them are in force or none is. At least one. */
export async function keepSwap(table: Table, overrides: Override[]): Promise<void> {
  const until = latest(overrides.map((override) => override.until))!;
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: {
        pk: 'OVERRIDES',
        sk: overrides[0]!.id,
        body: JSON.stringify(overrides),
        until,
        expires: expiry(until, 90),
      },
    }),
  );
}

/** Ends a silence or an override now. */
export async function endException(table: Table, kind: keyof Exceptions, id: string): Promise<void> {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: { pk: kind, sk: id } }));
}

/** Before all ids of our own, which begin with a time: of two that are in force the later one counts. */
const COPY = '#peer:';

/**
 * Keeps what is in force in the first region, and forgets what is not any more. What was made here stays as it is. Those of
 * one id (a swap) are one item, as where they were made.
 */
export async function copyExceptions<Kind extends keyof Exceptions>(
  table: Table,
  kind: Kind,
  theirs: Exceptions[Kind][],
): Promise<void> {
  const wanted = new Map<string, Exceptions[Kind][]>();
  for (const one of theirs) wanted.set(one.id, [...(wanted.get(one.id) ?? []), one]);
  const items = await itemsOf(table, {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :copy)',
    ExpressionAttributeValues: { ':pk': kind, ':copy': COPY },
    ConsistentRead: true,
  });
  const copies = new Map(items.map((item) => [(item['sk'] as string).slice(COPY.length), item['body']]));
  for (const [id, list] of wanted) {
    const body = JSON.stringify(list);
    if (copies.get(id) === body) continue;
    const until = latest(list.map((one) => one.until))!;
    const Item = { pk: kind, sk: `${COPY}${id}`, body, until, expires: expiry(until, 90) };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
  }
  for (const id of copies.keys()) if (!wanted.has(id)) await endException(table, kind, `${COPY}${id}`);
}

/** Those that have not ended at `now`; some may not have begun. */
export async function exceptionsOf<Kind extends keyof Exceptions>(
  table: Table,
  kind: Kind,
  now: string,
): Promise<Exceptions[Kind][]> {
  const items = await itemsOf(table, {
    KeyConditionExpression: 'pk = :pk',
    FilterExpression: '#until > :now',
    ExpressionAttributeNames: { '#until': 'until' },
    ExpressionAttributeValues: { ':pk': kind, ':now': now },
    ConsistentRead: true,
  });
  const kept = items.flatMap((item) => JSON.parse(item['body'] as string) as Exceptions[Kind] | Exceptions[Kind][]);
  return kept.filter(({ until }) => until > now);
}
