/**
 * Incidents in the table: read consistently, written on condition.
 *
 * Promises: `commitIncident` writes what spills out of an incident before the incident itself, so that a crash between the
 * two loses nothing and a repeat changes nothing; it never overwrites a version it has not read.
 */
import { BatchWriteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import {
  type Entry,
  type GroupDigest,
  type Incident,
  isCanary,
  type KnownAlert,
  MAX_ALERTS,
  MAX_TIMELINE,
  nextDue,
  parseIncidentId,
} from '../incident/incident.ts';
import {
  countOf,
  DUE_INDEX,
  expiry,
  type Item,
  isConditionFailed,
  itemsByKey,
  itemsOf,
  keyDigest,
  LISTED_INDEX,
  pauseAfter,
  shardOf,
  shardsOf,
  type Table,
  WRITE_BATCH,
} from './store.ts';

/** So long an incident that is over is kept: a year and a month, to compare a season with the one before. */
export const INCIDENT_DAYS = 396;
/** There are 288 canaries a day, and nobody reads them. */
const CANARY_DAYS = 7;
/** What the index of what is due is read by: what pages need, and what only a ticket needs, which no page waits behind. */
const OWES = 'yes';
const OWES_TICKET = 'ticket';
const pad = (n: number, width: number) => String(n).padStart(width, '0');
const sortKey = (sequence: number) => `I#${pad(sequence, 8)}`;
const beside = (incidentId: string) => `I#${incidentId}`;

/** The latest incident of a group (its digest), or undefined where there never was one. */
export async function currentIncident(table: Table, group: GroupDigest): Promise<Incident | undefined> {
  const items = await itemsOf(
    table,
    {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': `G#${group}` },
      ConsistentRead: true,
      ScanIndexForward: false,
    },
    1,
  );
  return items[0] ? parse(items[0]) : undefined;
}

/** One incident by its id; undefined for a text that is not an id. */
export async function incidentById(table: Table, id: string): Promise<Incident | undefined> {
  const parsed = parseIncidentId(id);
  if (!parsed) return undefined;
  const { Item } = await table.client.send(
    new GetCommand({
      TableName: table.name,
      Key: { pk: `G#${parsed.group}`, sk: sortKey(parsed.sequence) },
      ConsistentRead: true,
    }),
  );
  return Item ? parse(Item) : undefined;
}

/** The incidents with these ids, read consistently, in no order; what is no id, or was never opened, is left out. */
export async function incidentsByIds(table: Table, ids: readonly string[]): Promise<Incident[]> {
  const keys = ids.flatMap((id) => {
    const parsed = parseIncidentId(id);
    return parsed ? [{ pk: `G#${parsed.group}`, sk: sortKey(parsed.sequence) }] : [];
  });
  return (await itemsByKey(table, keys)).map(parse);
}

function parse(item: Record<string, unknown>): Incident {
  return JSON.parse(item['body'] as string) as Incident;
}

/**
 * Writes a decision: `next` was decided on an incident whose version it still carries (0: there was none).
 * Out: what was written, its version one higher; or `conflict` where somebody else wrote first.
 */
export async function commitIncident(table: Table, next: Incident): Promise<Incident | 'conflict'> {
  const { incident, alerts, entries } = split({ ...next, version: next.version + 1 });
  await writeBeside(table, incident, alerts, entries);
  const parsed = parseIncidentId(incident.id)!;
  const owes = owesOf(incident);
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: {
          pk: `G#${parsed.group}`,
          sk: sortKey(parsed.sequence),
          version: incident.version,
          body: JSON.stringify(incident),
          // Canaries are in no list: there are twelve an hour.
          ...(incident.openedAt === undefined || isCanary(incident)
            ? {}
            : { shown: shardOf(shownAs(incident), incident.id), shownAt: incident.openedAt }),
          ...expiryOf(incident),
          ...owes,
        },
        ...(next.version === 0
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': next.version } }),
      }),
    );
    return incident;
  } catch (error) {
    if (isConditionFailed(error)) return 'conflict';
    throw error;
  }
}

/** An open incident is kept as long as it is open; a canary goes even where its end was never heard. */
function expiryOf(incident: Incident): { expires?: number } {
  if (isCanary(incident)) return { expires: expiry(incident.updatedAt, CANARY_DAYS) };
  return incident.state === 'resolved' ? { expires: expiry(incident.updatedAt, INCIDENT_DAYS) } : {};
}

/** Under what the sweep finds it, and by when. */
function owesOf(incident: Incident): { owes?: string; due?: string } {
  const due = nextDue(incident);
  if (due !== undefined) return { owes: shardOf(OWES, incident.id), due };
  if (incident.ticket === undefined) return {};
  return { owes: shardOf(OWES_TICKET, incident.id), due: incident.ticket.due };
}

function shownAs(incident: Incident): 'open' | 'over' {
  return incident.state === 'resolved' ? 'over' : 'open';
}

/** What stays in the item, and what moves beside it: signals past the limit, and the older part of the timeline. */
export function split(incident: Incident): {
  incident: Incident;
  alerts: [string, KnownAlert][];
  entries: Entry[];
} {
  const all = Object.entries(incident.alerts);
  const alerts = all.slice(MAX_ALERTS);
  const keepFrom = incident.timeline.length > MAX_TIMELINE ? incident.timeline.length - MAX_TIMELINE / 2 : 0;
  const entries = incident.timeline.slice(0, keepFrom);
  const timeline = incident.timeline.slice(keepFrom);
  return {
    alerts,
    entries,
    incident: {
      ...incident,
      alerts: alerts.length === 0 ? incident.alerts : Object.fromEntries(all.slice(0, MAX_ALERTS)),
      spilledAlerts: incident.spilledAlerts || alerts.length > 0,
      timeline,
      timelineFrom: timeline[0]?.n ?? incident.nextEntry,
    },
  };
}

/** What lies beside an incident is written while it is open, and must outlive it by far. */
const BESIDE_DAYS = 2 * INCIDENT_DAYS;

async function writeBeside(
  table: Table,
  { id, updatedAt }: Incident,
  alerts: [string, KnownAlert][],
  entries: Entry[],
): Promise<void> {
  const expires = expiry(updatedAt, BESIDE_DAYS);
  for (let from = 0; from < alerts.length; from += WRITE_BATCH) {
    await Promise.all(
      alerts.slice(from, from + WRITE_BATCH).map(([key, known]) => writeSignal(table, id, key, { ...known, expires })),
    );
  }
  const items = entries.map((entry) => ({ pk: beside(id), sk: `T#${pad(entry.n, 6)}`, expires, ...entry }));
  for (let from = 0; from < items.length; from += WRITE_BATCH) {
    let requests = items.slice(from, from + WRITE_BATCH).map((Item) => ({ PutRequest: { Item } }));
    for (let tries = 0; requests.length > 0; tries++) {
      await pauseAfter(tries);
      const answer = await table.client.send(new BatchWriteCommand({ RequestItems: { [table.name]: requests } }));
      requests = (answer.UnprocessedItems?.[table.name] ?? []) as typeof requests;
    }
  }
}

/**
 * One signal beside its incident. A function that decided on an older state of it, and will lose the write of the incident, must
 * not undo the newer one that another instance has just put here.
 */
async function writeSignal(
  table: Table,
  id: string,
  key: string,
  known: KnownAlert & { expires: number },
): Promise<void> {
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { pk: beside(id), sk: `K#${keyDigest(key)}`, key, ...known },
        ConditionExpression: 'attribute_not_exists(#at) OR #at < :at OR (#at = :at AND attribute_not_exists(closed))',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: { ':at': known.at },
      }),
    );
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
}

/**
 * The incident with those of the given signals that live beside it brought back in, and how many others beside it fire:
 * counted only where it matters, which is where no other signal of the item itself fires. In a storm of ten thousand each
 * batch would read all that came before it. What is decided on the incident is split again when it is written.
 */
export async function withSpilled(
  table: Table,
  incident: Incident,
  keys: string[],
): Promise<{ incident: Incident; spilledFiring: number }> {
  if (!incident.spilledAlerts) return { incident, spilledFiring: 0 };
  const wanted = [...new Set(keys)].filter((key) => !Object.hasOwn(incident.alerts, key));
  const alerts = { ...incident.alerts };
  const items = await itemsByKey(
    table,
    wanted.map((key) => ({ pk: beside(incident.id), sk: `K#${keyDigest(key)}` })),
  );
  for (const { pk: _pk, sk: _sk, expires: _expires, key, ...known } of items)
    alerts[key as string] = known as KnownAlert;
  const goesOn = Object.entries(incident.alerts).some(
    ([key, { status, closed }]) => status === 'firing' && !closed && !keys.includes(key),
  );
  if (goesOn) return { incident: { ...incident, alerts }, spilledFiring: 0 };
  const others = await countFiringBeside(table, incident.id);
  const broughtBack = wanted.filter((key) => alerts[key]?.status === 'firing' && !alerts[key]?.closed).length;
  return { incident: { ...incident, alerts }, spilledFiring: others - broughtBack };
}

async function countFiringBeside(table: Table, id: string): Promise<number> {
  return countOf(table, {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :k)',
    FilterExpression: '#status = :firing AND attribute_not_exists(closed)',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':pk': beside(id), ':k': 'K#', ':firing': 'firing' },
    ConsistentRead: true,
  });
}

/** The whole timeline: what has left the tail, then the tail. At most the newest 500 that left. */
export async function timelineOf(table: Table, incident: Incident): Promise<Entry[]> {
  if (incident.timelineFrom === 0) return incident.timeline;
  const items = await itemsOf(
    table,
    {
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :t)',
      ExpressionAttributeValues: { ':pk': beside(incident.id), ':t': 'T#' },
      ScanIndexForward: false,
    },
    500,
  );
  const older = items
    .map(({ n, at, what, by }) => ({ n, at, what, ...(by === undefined ? {} : { by }) }) as Entry)
    .filter((entry) => entry.n < incident.timelineFrom)
    .reverse();
  return [...older, ...incident.timeline];
}

/** Ids of incidents that owe something at or before an instant, earliest first. An index: candidates, not truth. */
export async function dueIncidents(table: Table, until: string, limit: number): Promise<string[]> {
  return dueBy(table, OWES, until, limit);
}

/** Likewise for incidents that owe a problem ticket and nothing else. */
export async function dueTickets(table: Table, until: string, limit: number): Promise<string[]> {
  return dueBy(table, OWES_TICKET, until, limit);
}

async function dueBy(table: Table, name: string, until: string, limit: number): Promise<string[]> {
  const items = await fromShards(name, (owes) =>
    itemsOf(
      table,
      {
        IndexName: DUE_INDEX,
        KeyConditionExpression: 'owes = :owes AND due <= :until',
        ExpressionAttributeValues: { ':owes': owes, ':until': until },
      },
      limit,
    ),
  );
  return inOrder(items, 'due')
    .slice(0, limit)
    .map((item) => `${(item['pk'] as string).slice(2)}-${Number((item['sk'] as string).slice(2))}`);
}

/**
 * Incidents, newest first, up to a limit. An index says which, so a new one may be missing for a moment; what each of them says is
 * read by its key, and one that has just changed its state is left out.
 */
export async function listIncidents(table: Table, shown: 'open' | 'over', limit: number): Promise<Incident[]> {
  const items = await fromShards(shown, (shard) =>
    itemsOf(
      table,
      {
        IndexName: LISTED_INDEX,
        KeyConditionExpression: 'shown = :shown',
        ExpressionAttributeValues: { ':shown': shard },
        ScanIndexForward: false,
      },
      limit,
    ),
  );
  const newest = inOrder(items, 'shownAt').reverse().slice(0, limit);
  const found = await itemsByKey(table, newest as { pk: string; sk: string }[]);
  return inOrder(found, 'shownAt')
    .reverse()
    .map(parse)
    .filter((incident) => shownAs(incident) === shown);
}

async function fromShards(name: string, ask: (shard: string) => Promise<Item[]>): Promise<Item[]> {
  return (await Promise.all(shardsOf(name).map(ask))).flat();
}

/** By a time that each item carries, the earliest first; those of one moment by their keys. */
function inOrder(items: Item[], time: 'due' | 'shownAt'): Item[] {
  const keyed = items.map((item) => [`${item[time]} ${item['pk']} ${item['sk']}`, item] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

/** The last incidents of a group before the given one, newest first: how this went before. */
export async function earlierIncidents(table: Table, incident: Incident, limit: number): Promise<Incident[]> {
  const parsed = parseIncidentId(incident.id)!;
  const items = await itemsOf(
    table,
    {
      KeyConditionExpression: 'pk = :pk AND sk < :sk',
      ExpressionAttributeValues: { ':pk': `G#${parsed.group}`, ':sk': sortKey(parsed.sequence) },
      ScanIndexForward: false,
    },
    limit,
  );
  return items.map(parse);
}
