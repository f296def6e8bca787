/**
 * Signals and alerts in the table: what was last heard of each signal, to which group it belongs, and every alert.
 *
 * Promises: a firing and a resolve of one signal each see the other, whichever is written first, because each updates the
 * same item and reads the answer; so a resolve that arrives before its firing is remembered. An older notice never
 * undoes a newer one.
 */
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Alert } from '../alert/alert.ts';
import { INCIDENT_DAYS } from './incidents.ts';
import { ALERT_DAYS, expiry, isConditionFailed, itemsOf, keyDigest, type Table } from './store.ts';

export type SignalMemory = {
  /** The group that its last firing went to. */
  group?: string;
  firingAt?: string;
  resolvedAt?: string;
};

/** What was last heard of a signal outlives the incident that it led to. */
const SIGNAL_DAYS = 2 * INCIDENT_DAYS;

const memoryKey = (key: string) => ({ pk: `K#${keyDigest(key)}`, sk: 'signal' });

/** What is known of a signal, read consistently. */
export async function recallSignal(table: Table, key: string): Promise<SignalMemory> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: memoryKey(key), ConsistentRead: true }),
  );
  return memory(Item);
}

function memory(item: Record<string, unknown> | undefined): SignalMemory {
  const { group, firingAt, resolvedAt } = (item ?? {}) as SignalMemory;
  return {
    ...(group === undefined ? {} : { group }),
    ...(firingAt === undefined ? {} : { firingAt }),
    ...(resolvedAt === undefined ? {} : { resolvedAt }),
  };
}

/** One notice of a signal: when its state began, by the sender's clock, and when we heard. */
export type HeardAt = { at: string; now: string };

/** Remembers that a signal fires, and for which group. Out: what is then known of it. */
export async function hearFiring(table: Table, key: string, heard: HeardAt, group: string): Promise<SignalMemory> {
  return hear(table, key, 'firingAt', heard, group);
}

/** Remembers that a signal is over. Out: what is then known of it; without a group nothing of it has fired yet. */
export async function hearResolve(table: Table, key: string, heard: HeardAt): Promise<SignalMemory> {
  return hear(table, key, 'resolvedAt', heard, undefined);
}

async function hear(
  table: Table,
  key: string,
  field: 'firingAt' | 'resolvedAt',
  { at, now }: HeardAt,
  group: string | undefined,
): Promise<SignalMemory> {
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: memoryKey(key),
        UpdateExpression: `SET #at = :at, expires = :expires${group === undefined ? '' : ', #group = :group'}`,
        ConditionExpression: 'attribute_not_exists(#at) OR #at <= :at',
        ExpressionAttributeNames: { '#at': field, ...(group === undefined ? {} : { '#group': 'group' }) },
        ExpressionAttributeValues: {
          ':at': at,
          ':expires': expiry(now, SIGNAL_DAYS),
          ...(group === undefined ? {} : { ':group': group }),
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return memory(Attributes);
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return recallSignal(table, key);
  }
}

/** An item may be 400 KB; an alert whose body is larger is kept without it. */
const MAX_ALERT_BYTES = 300_000;

/** Keeps one alert for 90 days. Written twice it is one. */
export async function keepAlert(table: Table, alert: Alert, now: string): Promise<void> {
  let body = JSON.stringify(alert);
  if (Buffer.byteLength(body) > MAX_ALERT_BYTES) {
    const { raw: _raw, ...rest } = alert;
    body = JSON.stringify(rest);
  }
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: {
        pk: `K#${keyDigest(alert.key)}`,
        sk: `A#${alert.at}#${keyDigest(alert.id)}`,
        body,
        expires: expiry(now, ALERT_DAYS),
      },
    }),
  );
}

/** The alerts of one signal, newest first. */
export async function alertsOf(table: Table, key: string, limit: number, now: string): Promise<Alert[]> {
  const items = await itemsOf(
    table,
    {
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :a)',
      FilterExpression: 'expires > :now',
      ExpressionAttributeValues: { ':pk': `K#${keyDigest(key)}`, ':a': 'A#', ':now': expiry(now, 0) },
      ScanIndexForward: false,
    },
    limit,
  );
  return items.map((item) => JSON.parse(item['body'] as string) as Alert);
}
