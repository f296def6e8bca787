/**
 * Signals and alerts in the table: what was last heard of each signal, to which group it belongs, and every alert.
 *
 * Promises: a firing and a resolve of one signal each see the other, whichever is written first, because each updates the
 * same item and reads the answer; so a resolve that arrives before its firing is remembered. An older notice never
 * undoes a newer one.
 */
import { GetCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Alert } from '../alert/alert.ts';
import { INCIDENT_DAYS } from './incidents.ts';
import { ALERT_DAYS, expiry, isConditionFailed, itemsOf, keyDigest, type Table, writeItems } from './store.ts';

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

/**
 * Remembers that a signal fires, and for which group: the one that it is routed to, or where it still fires, the one that
 * its last firing went to. Out: what is then known of it, and that group.
 */
export async function hearFiring(
  table: Table,
  key: string,
  heard: HeardAt,
  routed: string,
): Promise<{ memory: SignalMemory; group: string }> {
  // One write where the signal is new, over, or of this group already.
  const first = await tryToHear(table, key, 'firingAt', heard, { group: routed, condition: IS_FREE_FOR_GROUP });
  if (first !== undefined) return { memory: first, group: routed };
  const known = await recallSignal(table, key);
  const stillFires = known.group !== undefined && known.firingAt! > (known.resolvedAt ?? '');
  const group = stillFires ? known.group! : routed;
  return { memory: await hear(table, key, 'firingAt', heard, { group }), group };
}

const IS_FREE_FOR_GROUP = '(attribute_not_exists(#group) OR #group = :group OR firingAt <= resolvedAt)';

/** Remembers that a signal is over. Out: what is then known of it; without a group nothing of it has fired yet. */
export async function hearResolve(table: Table, key: string, heard: HeardAt): Promise<SignalMemory> {
  return hear(table, key, 'resolvedAt', heard, {});
}

type Field = 'firingAt' | 'resolvedAt';

async function hear(
  table: Table,
  key: string,
  field: Field,
  heard: HeardAt,
  into: { group?: string },
): Promise<SignalMemory> {
  return (await tryToHear(table, key, field, heard, into)) ?? recallSignal(table, key);
}

/** Undefined where a newer notice was heard, or the condition does not hold. */
async function tryToHear(
  table: Table,
  key: string,
  field: Field,
  { at, now }: HeardAt,
  { group, condition }: { group?: string; condition?: string },
): Promise<SignalMemory | undefined> {
  const isNewer = '(attribute_not_exists(#at) OR #at <= :at)';
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: memoryKey(key),
        UpdateExpression: `SET #at = :at, expires = :expires${group === undefined ? '' : ', #group = :group'}`,
        ConditionExpression: condition === undefined ? isNewer : `${isNewer} AND ${condition}`,
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
    return undefined;
  }
}

/** An item may be 400 KB; an alert whose body is larger is kept without it. */
const MAX_ALERT_BYTES = 300_000;

/** Keeps alerts for 90 days. Written twice it is one. Out: those that could not be kept. */
export async function keepAlerts(table: Table, alerts: Alert[], now: string): Promise<Alert[]> {
  const items = new Map(alerts.map((alert) => [alertKey(alert), { alert, item: alertItem(alert, now) }]));
  const left = await writeItems(
    table,
    [...items.values()].map(({ item }) => item),
  );
  if (left.length === 0) return [];
  const leftKeys = new Set(left.map((item) => `${item['pk']}\n${item['sk']}`));
  return alerts.filter((alert) => leftKeys.has(alertKey(alert)));
}

const alertAt = ({ key, at, id }: Alert) => ({ pk: `K#${keyDigest(key)}`, sk: `A#${at}#${keyDigest(id)}` });
const alertKey = (alert: Alert) => Object.values(alertAt(alert)).join('\n');

function alertItem(alert: Alert, now: string): Record<string, unknown> {
  let body = JSON.stringify(alert);
  if (Buffer.byteLength(body) > MAX_ALERT_BYTES) {
    const { raw: _raw, ...rest } = alert;
    body = JSON.stringify(rest);
  }
  return { ...alertAt(alert), body, expires: expiry(now, ALERT_DAYS) };
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

/**
 * Every alert that is kept of a time, in no order, some hundred at once. It reads the whole table: an index by time would cost
 * a write for each alert, and a history is read a few times a month. [DynamoDB developer guide, "Scanning tables"]
 */
export async function* alertsBetween(table: Table, from: string, to: string): AsyncGenerator<Alert[]> {
  let start: Record<string, unknown> | undefined;
  do {
    const { Items, LastEvaluatedKey } = await table.client.send(
      new ScanCommand({
        TableName: table.name,
        FilterExpression: 'begins_with(pk, :k) AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':k': 'K#', ':from': `A#${from}`, ':to': `A#${to}~` },
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    yield (Items ?? []).map((item) => JSON.parse(item['body'] as string) as Alert);
    start = LastEvaluatedKey;
  } while (start);
}
