/**
 * The store: one DynamoDB table, and the only code that knows its keys.
 *
 * Promises: an incident changes only by a conditional write on its version, so one write commits a decision together with
 * all that must follow from it; a read that decides anything is consistent, by key, never from an index; writing the same
 * thing twice changes nothing.
 *
 *   G#<group>      I#<nnnnnnnn>           an incident, the n-th of its group
 *   I#<incident>   K#<key>                a signal of that incident that no longer fits into it
 *   I#<incident>   T#<nnnnnn>             a timeline entry that has left its tail
 *   K#<key>        signal                 what was last heard of a signal, and which group it belongs to
 *   K#<key>        A#<at>#<id>            one alert, kept for 90 days
 *   D#<service>    <at>#<id>              one notice of a deployment, kept for 90 days
 *   T#<hash>       link                   whom a link was sent to, about which incident
 *   P#<person>     I#<incident>           which incidents a person was paged for
 *   P#<person>     C#<channel>#proved     when one of their ways was last proved; `#stopped` when they sent STOP
 *   P#<person>     PACE                   the windows of a person's or a chat channel's digests
 *   P#<person>     <nnnnnn>#<incident>    an incident that waits for the digest of that window
 *   HANDOVER#<rota> <at>                  who was told that the rota changed hands
 *   LEARNED        <rule>#<signal>        what somebody said about the runbook of a signal; its rule is its name
 *   HEARTBEATS     <name>                 when a sender was last heard
 *   SILENCES, OVERRIDES  <id>            what people decided for a time; `#peer:<id>` in a standby, a copy of the first region's
 *   PEER           heard, swept, canary   what was heard of the other region, and what it is told
 *   PHONE#<mark>   person                 whose number that is; the mark does not tell the number
 *   STRANGER#<mark> <day>                 a number that nobody has was answered that day
 *   SHADOW#<day>   <at>#<incident>#<page> what somebody would have been told
 *   CATALOGUE      current                which catalogue is in force
 *   CATALOGUE#<digest> <nnn>, runbook#<id> that catalogue
 *
 * Functions and the command line call it; the pure core never does.
 */
import { createHash } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';

/** What every store function is handed. */
export type Table = { client: DynamoDBDocumentClient; name: string };

/** Incidents by when they next need looking at: for the sweep, which only finds candidates here. */
export const DUE_INDEX = 'due';
/** Incidents by state and time: which of them lists show. */
export const LISTED_INDEX = 'listed';
/**
 * Each value that an index is read by is spread over so many partitions: one takes 1,000 write units a second, and where an index is
 * full the table refuses the write. [DynamoDB developer guide, "Understanding DynamoDB GSI write throttling"] May grow, must never
 * shrink: readers ask each of them.
 */
export const SHARDS = 10;

export const ALERT_DAYS = 90;

/**
 * The table of this environment. The region, credentials and a local endpoint come from the SDK's own environment
 * variables. Short timeouts: a call that hangs must not eat the function's time.
 */
export function openTable(name: string, client?: DynamoDBClient): Table {
  const low =
    client ?? new DynamoDBClient({ maxAttempts: 4, requestHandler: { connectionTimeout: 1000, requestTimeout: 3000 } });
  return { name, client: DynamoDBDocumentClient.from(low, { marshallOptions: { removeUndefinedValues: true } }) };
}

/** An item as the table holds it. */
export type Item = Record<string, unknown>;
type Query = Omit<QueryCommandInput, 'TableName' | 'ExclusiveStartKey'>;

/**
 * The items of a query, all pages of at most 1 MB, up to `limit`. [DynamoDB developer guide, "Paginating table query results"]
 * `paginateQuery` of the SDK takes no client but the SDK's class, and the simulator's table is a different class.
 */
export async function itemsOf(table: Table, query: Query, limit = Number.POSITIVE_INFINITY): Promise<Item[]> {
  const found: Item[] = [];
  let start: Item | undefined;
  do {
    const { Items, LastEvaluatedKey } = await queryPage(table, query, start, limit - found.length);
    found.push(...(Items ?? []));
    start = LastEvaluatedKey;
  } while (start && found.length < limit);
  return found;
}

/** The partition of an index that an item belongs to. The first has the bare name, which is all that earlier versions wrote. */
export function shardOf(name: string, id: string): string {
  return shardsOf(name)[Number.parseInt(keyDigest(id).slice(0, 8), 16) % SHARDS]!;
}

/** All partitions of an index that hold a name. */
export function shardsOf(name: string): string[] {
  return Array.from({ length: SHARDS }, (_, n) => (n === 0 ? name : `${name}#${n}`));
}

/** A batch of reads holds at most so many keys. [DynamoDB API reference, "BatchGetItem"] */
const READ_BATCH = 100;
/** Over a second and a half, pauses included. */
const MAX_TRIES = 6;
const LONGEST_PAUSE_MILLISECONDS = 1000;

/** The items with these keys, read consistently, in no order; a key without an item is left out, and so is a repeated one. */
export async function itemsByKey(table: Table, keys: readonly { pk: string; sk: string }[]): Promise<Item[]> {
  const wanted = [...new Map(keys.map(({ pk, sk }) => [`${pk}\n${sk}`, { pk, sk }])).values()];
  const found: Item[] = [];
  for (let from = 0; from < wanted.length; from += READ_BATCH) {
    let left: Record<string, unknown>[] = wanted.slice(from, from + READ_BATCH);
    for (let tries = 0; left.length > 0; tries++) {
      // One partition that is hot must not hold up all that reads others beside it.
      if (tries === MAX_TRIES) throw new Error(`${left.length} items could not be read in ${MAX_TRIES} tries.`);
      await pauseAfter(tries);
      const request = { [table.name]: { Keys: left, ConsistentRead: true } };
      const answer = await table.client.send(new BatchGetCommand({ RequestItems: request }));
      found.push(...(answer.Responses?.[table.name] ?? []));
      left = answer.UnprocessedKeys?.[table.name]?.Keys ?? [];
    }
  }
  return found;
}

/**
 * Waits before what DynamoDB left over is asked for again, twice as long each time: "we strongly recommend that you use an exponential
 * backoff algorithm" [DynamoDB API reference, "BatchGetItem"]. The function's own timeout bounds it.
 */
export async function pauseAfter(tries: number): Promise<void> {
  if (tries === 0) return;
  const milliseconds = Math.min(25 * 2 ** tries, LONGEST_PAUSE_MILLISECONDS);
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** How many items a query finds, in all pages. */
export async function countOf(table: Table, query: Query): Promise<number> {
  let count = 0;
  let start: Item | undefined;
  do {
    const { Count, LastEvaluatedKey } = await queryPage(table, { ...query, Select: 'COUNT' }, start);
    count += Count ?? 0;
    start = LastEvaluatedKey;
  } while (start);
  return count;
}

function queryPage(table: Table, query: Query, start: Item | undefined, limit = Number.POSITIVE_INFINITY) {
  return table.client.send(
    new QueryCommand({
      TableName: table.name,
      ...query,
      ...(Number.isFinite(limit) ? { Limit: limit } : {}),
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    }),
  );
}

/** Keys of hostile length or alphabet become 32 hex digits. */
export function keyDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Seconds since 1970 at which DynamoDB may forget an item; readers filter too, because it forgets late. */
export function expiry(now: string, days: number): number {
  return Math.floor(Date.parse(now) / 1000) + days * 86_400;
}

/** True for the error that DynamoDB answers when a condition does not hold. */
export function isConditionFailed(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}

/** DynamoDB takes so many items in one write. [BatchWriteItem] */
export const WRITE_BATCH = 25;

/**
 * Writes items, many in a call. Out: those that could not be written. Where a call fails, its items are written one by one:
 * one bad item holds up no other.
 */
export async function writeItems(table: Table, items: Record<string, unknown>[]): Promise<Record<string, unknown>[]> {
  const failed: Record<string, unknown>[] = [];
  for (let from = 0; from < items.length; from += WRITE_BATCH) {
    const batch = items.slice(from, from + WRITE_BATCH);
    const left = await writeBatch(table, batch).catch(() => batch);
    await Promise.all(
      left.map((item) =>
        table.client.send(new PutCommand({ TableName: table.name, Item: item })).catch(() => failed.push(item)),
      ),
    );
  }
  return failed;
}

/** What DynamoDB leaves over under load comes back to the caller. */
async function writeBatch(table: Table, items: Record<string, unknown>[]): Promise<Record<string, unknown>[]> {
  const requests = items.map((Item) => ({ PutRequest: { Item } }));
  const { UnprocessedItems } = await table.client.send(
    new BatchWriteCommand({ RequestItems: { [table.name]: requests } }),
  );
  return (UnprocessedItems?.[table.name] ?? []).flatMap(({ PutRequest }) => PutRequest?.Item ?? []);
}
