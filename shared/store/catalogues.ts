/**
 * The published catalogue in the table: every version by its digest, and which one is in force.
 *
 * Promises: publishing is atomic: the parts are written first and the pointer last, so a reader sees the old version or
 * the new one, never half of one. A version that cannot be read never comes into force in a running function.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { PreparedRunbooks } from '../runbook/choose.ts';
import type { Table } from './store.ts';

/** An item may be 400 KB; parts stay well below. */
const PART_BYTES = 300_000;
/** A compiled catalogue larger than this (compressed) would slow every cold start: refused. */
export const MAX_CATALOGUE_BYTES = 6_000_000;

export type InForce = { digest: string; at: string; by: string; parts: number };

/** Which catalogue is in force; undefined before the first is published. */
export async function catalogueInForce(table: Table): Promise<InForce | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { pk: 'CATALOGUE', sk: 'current' }, ConsistentRead: true }),
  );
  return Item ? { digest: Item['digest'], at: Item['at'], by: Item['by'], parts: Item['parts'] } : undefined;
}

/**
 * Publishes a compiled catalogue. The bodies of runbooks are kept one by one, so that functions that only decide do not
 * load them.
 */
export async function publishCatalogue(
  table: Table,
  catalogue: Catalogue,
  prepared: PreparedRunbooks,
  at: string,
  by: string,
): Promise<InForce> {
  const slim = JSON.stringify({ ...catalogue, runbooks: withoutBodies(catalogue.runbooks), prepared });
  const packed = gzipSync(slim);
  if (packed.length > MAX_CATALOGUE_BYTES) {
    throw new Error(
      `The compiled catalogue is ${packed.length} bytes compressed and the limit is ${MAX_CATALOGUE_BYTES}: split it, or take generated runbooks out.`,
    );
  }
  const pk = `CATALOGUE#${catalogue.digest}`;
  const items: Record<string, unknown>[] = [];
  for (let part = 0; part * PART_BYTES < packed.length; part++) {
    items.push({ pk, sk: `part#${part}`, bytes: packed.subarray(part * PART_BYTES, (part + 1) * PART_BYTES) });
  }
  const parts = items.length;
  for (const runbook of Object.values(catalogue.runbooks)) {
    items.push({ pk, sk: `runbook#${runbook.id}`, bytes: gzipSync(runbook.body) });
  }
  for (const item of items) await table.client.send(new PutCommand({ TableName: table.name, Item: item }));
  const inForce = { digest: catalogue.digest, at, by, parts };
  await table.client.send(
    new PutCommand({ TableName: table.name, Item: { pk: 'CATALOGUE', sk: `v#${at}`, ...inForce } }),
  );
  await table.client.send(
    new PutCommand({ TableName: table.name, Item: { pk: 'CATALOGUE', sk: 'current', ...inForce } }),
  );
  return inForce;
}

function withoutBodies(runbooks: Catalogue['runbooks']): Catalogue['runbooks'] {
  return Object.fromEntries(Object.entries(runbooks).map(([id, runbook]) => [id, { ...runbook, body: '' }]));
}

/** Loads one version. Throws where parts are missing or it is of a format that this code does not know. */
export async function loadCatalogue(
  table: Table,
  { digest, parts }: InForce,
): Promise<{ catalogue: Catalogue; prepared: PreparedRunbooks }> {
  const bytes = await Promise.all(
    Array.from({ length: parts }, async (_, part) => {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: { pk: `CATALOGUE#${digest}`, sk: `part#${part}` } }),
      );
      if (!Item) throw new Error(`Part ${part} of catalogue ${digest} is missing: publish it again.`);
      return Buffer.from(Item['bytes'] as Uint8Array);
    }),
  );
  const { prepared, ...catalogue } = JSON.parse(gunzipSync(Buffer.concat(bytes)).toString('utf8')) as Catalogue & {
    prepared: PreparedRunbooks;
  };
  if (catalogue.format !== 1) {
    throw new Error(
      `Catalogue ${digest} is of format ${catalogue.format} and this version reads 1: deploy the newer Pageturner first.`,
    );
  }
  return { catalogue, prepared };
}

/** The Markdown of one runbook of one version. */
export async function runbookBody(table: Table, digest: string, id: string): Promise<string | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { pk: `CATALOGUE#${digest}`, sk: `runbook#${id}` } }),
  );
  return Item ? gunzipSync(Buffer.from(Item['bytes'] as Uint8Array)).toString('utf8') : undefined;
}

/** The versions that were published, newest first. */
export async function publishedVersions(table: Table, limit: number): Promise<InForce[]> {
  const { Items } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :v)',
      ExpressionAttributeValues: { ':pk': 'CATALOGUE', ':v': 'v#' },
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  return (Items ?? []).map((item) => ({
    digest: item['digest'],
    at: item['at'],
    by: item['by'],
    parts: item['parts'],
  }));
}

/** Puts an earlier version into force again. */
export async function rollbackTo(table: Table, version: InForce, at: string, by: string): Promise<void> {
  await table.client.send(
    new PutCommand({ TableName: table.name, Item: { pk: 'CATALOGUE', sk: 'current', ...version, at, by } }),
  );
}
