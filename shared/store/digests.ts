/**
 * Who waits for which digest: a person's window (or a chat channel's), and the incidents that wait in it.
 *
 *   P#<person>   PACE                          the window: see shared/digest/digest.ts
 *   P#<person>   W#<generation>#<incident>     an incident that waits in a window, for a day
 *
 * Promises: a window is opened by one of many; what is put beside it is seen by the function that opens the next, because who waits
 * looks again after writing.
 */
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Grown, Pace } from '../digest/digest.ts';
import type { Waiting } from '../digest/gather.ts';
import { countOf, expiry, isConditionFailed, itemsOf, type Table } from './store.ts';

const KEPT_DAYS = 1;
/** A digest counts more than it reads. */
const MAX_LISTED = 500;

const paceKey = (person: string) => ({ pk: `P#${person}`, sk: 'PACE' });
const window = (generation: number) => `W#${String(generation).padStart(9, '0')}`;

type Window = Pick<Pace, 'generation' | 'lead' | 'severity' | 'until' | 'told'>;

/** The window of a person or a chat channel, read consistently; undefined for one who was never paged. */
export async function paceOf(table: Table, person: string): Promise<Pace | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: paceKey(person), ConsistentRead: true }),
  );
  if (!Item) return undefined;
  // A window that an earlier version opened has only those five.
  const { pk: _pk, sk: _sk, ...kept } = Item as Partial<Pace> & Window & { pk: string; sk: string };
  return { ...kept, sent: kept.sent ?? 1, woken: kept.woken ?? [] };
}

/** Writes a window in place of the one that was read. False where somebody else wrote first. */
export async function commitPace(table: Table, person: string, before: Pace | undefined, next: Pace): Promise<boolean> {
  const condition =
    before === undefined
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression:
            '#generation = :generation AND #lead = :lead AND (attribute_not_exists(#sent) OR #sent = :sent)' +
            // Somebody has begun to wait since it was read: then read again, or nobody would tell them.
            (before.waitedIn === undefined ? ' AND attribute_not_exists(waitedIn)' : ' AND waitedIn = :waitedIn'),
          ExpressionAttributeNames: { '#generation': 'generation', '#lead': 'lead', '#sent': 'sent' },
          ExpressionAttributeValues: {
            ':generation': before.generation,
            ':lead': before.lead,
            ':sent': before.sent,
            ...(before.waitedIn === undefined ? {} : { ':waitedIn': before.waitedIn }),
          },
        };
  try {
    await table.client.send(
      new PutCommand({ TableName: table.name, Item: { ...paceKey(person), ...next }, ...condition }),
    );
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}

/** What a digest leaves in the record: up to which window it told, when, and what its own window becomes. */
export type Told = {
  told: number;
  toldAt: string;
  grown?: Grown;
  window?: Pick<Pace, 'until' | 'severity' | 'sent'>;
};

/** Records what a digest told of. The window is changed only while it is still the digest's: the one after `told`. */
export async function markTold(table: Table, person: string, { told, toldAt, grown, window }: Told): Promise<void> {
  const values = { told, toldAt, ...(grown === undefined ? {} : { grown }) };
  const isOwn =
    window !== undefined && (await setPace(table, person, { ...values, ...window }, { told, own: told + 1 }));
  if (!isOwn) await setPace(table, person, values, { told });
}

/** Records that a further way has followed the digests up to a window. */
export async function markFollowed(table: Table, person: string, way: string, told: number): Promise<void> {
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: paceKey(person),
      UpdateExpression: 'SET followed.#way = :followed',
      ConditionExpression: 'attribute_exists(followed)',
      ExpressionAttributeNames: { '#way': way },
      ExpressionAttributeValues: { ':followed': { told } },
    }),
  );
}

/** False where more has been told already, or the window is another by now. */
async function setPace(
  table: Table,
  person: string,
  values: Partial<Pace>,
  { told, own }: { told: number; own?: number },
): Promise<boolean> {
  const names = Object.keys(values);
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: paceKey(person),
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        ConditionExpression: `#told < :told${own === undefined ? '' : ' AND generation = :own'}`,
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
          ':told': told,
          ...(own === undefined ? {} : { ':own': own }),
        },
      }),
    );
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}

/** Says that somebody waits in a window, for the function that opens the next. */
export async function markWaited(table: Table, person: string, generation: number): Promise<void> {
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: paceKey(person),
        UpdateExpression: 'SET waitedIn = :generation',
        ConditionExpression: 'attribute_exists(waitedIn) AND waitedIn < :generation',
        ExpressionAttributeValues: { ':generation': generation },
      }),
    );
  } catch (error) {
    // It says so already; or the record is an earlier version's, and then every window counts.
    if (!isConditionFailed(error)) throw error;
  }
}

/** Puts an incident among those that wait in a window. Twice is once. */
export async function keepWaiting(
  table: Table,
  person: string,
  generation: number,
  waiting: Waiting,
  now: string,
): Promise<void> {
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: {
        pk: `P#${person}`,
        sk: `${window(generation)}#${waiting.incident}`,
        body: JSON.stringify(waiting),
        expires: expiry(now, KEPT_DAYS),
      },
    }),
  );
}

/** Those who wait in some windows: the first few hundred, and how many more there are. */
export async function waitingIn(
  table: Table,
  person: string,
  from: number,
  to: number,
): Promise<{ waiting: Waiting[]; more: number }> {
  const query = {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': `P#${person}`, ':from': window(from), ':to': `${window(to)}~` },
    ConsistentRead: true,
  };
  const first = await itemsOf(table, query, MAX_LISTED);
  const waiting = first.map((item) => JSON.parse(item['body'] as string) as Waiting);
  const more = first.length < MAX_LISTED ? 0 : (await countOf(table, query)) - first.length;
  return { waiting, more };
}
