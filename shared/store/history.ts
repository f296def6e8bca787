/**
 * Incidents of a time, for reports: the index says which, the items themselves are read by key.
 *
 * Promises: what it costs is bounded by `MAX_READ`; where there are more, the newest are read and the answer says so.
 */
import type { GroupDigest, Incident } from '../incident/incident.ts';
import { incidentsByIds } from './incidents.ts';
import { type Item, itemsOf, LISTED_INDEX, shardsOf, type Table } from './store.ts';

/** At two units each, and half a one in the index: 30,000 units at most. */
export const MAX_READ = 12_000;
/** So many are asked for at once. */
const AT_ONCE = 500;
const PARALLEL = 4;

/**
 * The incidents that were opened from `from` until before `to` (UTC ISO), newest first. `more`: there are others, older ones.
 * The index may lack one that was opened a moment ago.
 */
export async function incidentsBetween(
  table: Table,
  from: string,
  to: string,
  limit = MAX_READ,
): Promise<{ incidents: Incident[]; more: boolean }> {
  const shards = [...shardsOf('open'), ...shardsOf('over')];
  const listed = (await Promise.all(shards.map((shard) => keysOf(table, shard, { from, to }, limit + 1)))).flat();
  // One that has just ended may be listed as open and as over.
  const openedAt = new Map(listed.map((item) => [idOf(item), item['shownAt'] as string]));
  const ids = [...openedAt.keys()].sort((a, b) => (openedAt.get(a)! < openedAt.get(b)! ? 1 : -1));
  const wanted = ids.slice(0, limit);
  const incidents: Incident[] = [];
  for (let first = 0; first < wanted.length; first += AT_ONCE * PARALLEL) {
    const batches = Array.from({ length: PARALLEL }, (_, n) => first + n * AT_ONCE);
    const read = batches.map((start) => incidentsByIds(table, wanted.slice(start, start + AT_ONCE)));
    incidents.push(...(await Promise.all(read)).flat());
  }
  incidents.sort((a, b) => ((a.openedAt ?? '') < (b.openedAt ?? '') ? 1 : -1));
  return { incidents, more: ids.length > limit };
}

/** At most so many of a cause: more tell nothing new. */
const MOST_OF_CAUSE = 200;

/** The incidents of a cause that were ever opened, newest first, at most 200. */
export async function incidentsOfCause(table: Table, cause: GroupDigest): Promise<Incident[]> {
  const items = await itemsOf(
    table,
    {
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :i)',
      ExpressionAttributeValues: { ':pk': `G#${cause}`, ':i': 'I#' },
      ScanIndexForward: false,
    },
    MOST_OF_CAUSE,
  );
  return items.map((item) => JSON.parse(item['body'] as string) as Incident);
}

function keysOf(table: Table, shard: string, { from, to }: { from: string; to: string }, limit: number) {
  // BETWEEN takes both ends: an instant has three decimals, so nothing lies between the last one before `to` and `to`.
  const last = new Date(Date.parse(to) - 1).toISOString();
  if (last < from) return [];
  return itemsOf(
    table,
    {
      IndexName: LISTED_INDEX,
      KeyConditionExpression: 'shown = :shown AND shownAt BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':shown': shard, ':from': from, ':to': last },
      ScanIndexForward: false,
    },
    limit,
  );
}

function idOf(item: Item): string {
  return `${(item['pk'] as string).slice(2)}-${Number((item['sk'] as string).slice(2))}`;
}
