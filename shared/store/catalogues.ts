/**
 * The published catalogue in the table: every version by its digest, and which one is in force.
 *
 * Promises: publishing is atomic: the parts are written first and the pointer last, so a reader sees the old version or
 * the new one, never half of one. A version that cannot be read never comes into force in a running function. The pointer
 * says the format, so that an older reader refuses a newer one unread, and an older `publish` does not overwrite it.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { PreparedRunbooks } from '../runbook/choose.ts';
import { isConditionFailed, itemsOf, type Table } from './store.ts';

/** An item may be 400 KB; parts stay well below. */
const PART_BYTES = 300_000;
/** A compiled catalogue larger than this (compressed) would slow every cold start: refused. */
export const MAX_CATALOGUE_BYTES = 6_000_000;

/** The compiled form that this version writes, and the newest that it reads. */
export const CATALOGUE_FORMAT = 1;

export type InForce = { digest: string; at: string; by: string; parts: number; format: number };

/** A catalogue that cannot be put into force or read, in a sentence that says how to fix it. */
export class CatalogueRefused extends Error {}

/** Which catalogue is in force; undefined before the first is published. */
export async function catalogueInForce(table: Table): Promise<InForce | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { pk: 'CATALOGUE', sk: 'current' }, ConsistentRead: true }),
  );
  return Item && inForceIn(Item);
}

/** Before the pointer said the format there was one. */
function inForceIn(item: Record<string, unknown>): InForce {
  const { digest, at, by, parts, format = 1 } = item as InForce;
  return { digest, at, by, parts, format };
}

/**
 * Publishes a compiled catalogue. The bodies of runbooks are kept one by one, so that functions that only decide do not
 * load them. Throws `CatalogueRefused` for one that is too large, and where what is in force is of a newer format.
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
    throw new CatalogueRefused(
      `The compiled catalogue is ${packed.length} bytes compressed and the limit is ${MAX_CATALOGUE_BYTES}: split it, or take generated runbooks out.`,
    );
  }
  refuseOverNewer(await catalogueInForce(table), catalogue.format);
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
  const inForce = { digest: catalogue.digest, at, by, parts, format: catalogue.format };
  await table.client.send(
    new PutCommand({ TableName: table.name, Item: { pk: 'CATALOGUE', sk: `v#${at}`, ...inForce } }),
  );
  await pointAt(table, inForce);
  return inForce;
}

async function pointAt(table: Table, inForce: InForce): Promise<void> {
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { pk: 'CATALOGUE', sk: 'current', ...inForce },
        // Somebody with a newer Pageturner may have published since it was looked at.
        ConditionExpression: 'attribute_not_exists(#format) OR #format <= :format',
        ExpressionAttributeNames: { '#format': 'format' },
        ExpressionAttributeValues: { ':format': inForce.format },
      }),
    );
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    refuseOverNewer(await catalogueInForce(table), inForce.format);
    throw error;
  }
}

/** Throws where what is in force was written by a newer Pageturner than the one that is about to write `format`. */
export function refuseOverNewer(inForce: InForce | undefined, format = CATALOGUE_FORMAT): void {
  if (inForce === undefined || inForce.format <= format) return;
  throw new CatalogueRefused(
    `The catalogue in force is of format ${inForce.format}, by a newer Pageturner, and this one writes ${format}: publish with that version, or go back to an earlier catalogue first ('pageturner rollback').`,
  );
}

function withoutBodies(runbooks: Catalogue['runbooks']): Catalogue['runbooks'] {
  return Object.fromEntries(Object.entries(runbooks).map(([id, runbook]) => [id, { ...runbook, body: '' }]));
}

/** Loads one version. Throws where parts are missing or it is of a format that this code does not know. */
export async function loadCatalogue(
  table: Table,
  { digest, parts, format }: InForce,
): Promise<{ catalogue: Catalogue; prepared: PreparedRunbooks }> {
  if (format > CATALOGUE_FORMAT) {
    throw new CatalogueRefused(
      `Catalogue ${digest} is of format ${format} and this version reads ${CATALOGUE_FORMAT}: deploy the newer Pageturner first.`,
    );
  }
  const bytes = await Promise.all(
    Array.from({ length: parts }, async (_, part) => {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: { pk: `CATALOGUE#${digest}`, sk: `part#${part}` } }),
      );
      if (!Item) throw new CatalogueRefused(`Part ${part} of catalogue ${digest} is missing: publish it again.`);
      return Buffer.from(Item['bytes'] as Uint8Array);
    }),
  );
  const { prepared, ...catalogue } = JSON.parse(gunzipSync(Buffer.concat(bytes)).toString('utf8')) as Catalogue & {
    prepared: PreparedRunbooks;
  };
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
  const items = await itemsOf(
    table,
    {
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :v)',
      ExpressionAttributeValues: { ':pk': 'CATALOGUE', ':v': 'v#' },
      ScanIndexForward: false,
    },
    limit,
  );
  return items.map(inForceIn);
}

/** Puts an earlier version into force again. */
export async function rollbackTo(table: Table, version: InForce, at: string, by: string): Promise<void> {
  await table.client.send(
    new PutCommand({ TableName: table.name, Item: { pk: 'CATALOGUE', sk: 'current', ...version, at, by } }),
  );
}
