/**
 * Alerts a second through triage, in one process, with a thousand incidents open, over the local table; beside how many
 * times a second that table takes one item: the limit of whatever keeps one.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { readCatalogueFolder } from '../../cli/catalogue/read.ts';
import { lintFiles } from '../../cli/lint/lint.ts';
import { createTable } from '../../infra/local/stack.ts';
import { readTemplate } from '../../infra/local/template.ts';
import { triage } from '../../shared/flow/triage.ts';
import { load } from '../../shared/routing/loaded.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import { openTable, type Table } from '../../shared/store/store.ts';
import type { World } from '../../shared/world/world.ts';

const OPEN = 1000;
const ALERTS = 1000;
const BATCH = 10;
const PORT = 4883;
const root = join(import.meta.dirname, '../..');

export const title = 'Alerts through triage';

export async function run() {
  const folder = mkdtempSync(join(tmpdir(), 'pageturner-triage-'));
  const engine = fork(join(root, 'infra/local/engine.ts'), ['table', String(PORT), folder], { execArgv: [] });
  try {
    await new Promise((resolve) => engine.once('message', resolve));
    const client = new DynamoDBClient({
      endpoint: `http://127.0.0.1:${PORT}`,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    await createTable(client, readTemplate().resources['Table']!);
    const table = openTable('pageturner', client);
    const world = await worldOver(table);
    await sendAll(world, OPEN, (n) => trigger(`open ${n}`, n));
    const value = await sendAll(world, ALERTS, (n) => trigger(`open ${n % OPEN}`, OPEN + n));
    const fresh = await sendAll(world, ALERTS, (n) => trigger(`new ${n}`, n));
    const rival = { name: 'items a second', value: await putAll(table, ALERTS) };
    return [
      { name: `of ${OPEN} open incidents`, value, unit: 'alerts/s', rival, ratio: ratio(rival.value, value) },
      { name: 'that open an incident each', value: fresh, unit: 'alerts/s', rival, ratio: ratio(rival.value, fresh) },
    ];
  } finally {
    await stop(engine);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** How many single writes one alert is worth. */
function ratio(rival: number, value: number): number {
  return Math.round((10 * rival) / value) / 10;
}

/** A real table and the sample catalogue; what is queued goes nowhere. */
async function worldOver(table: Table): Promise<World> {
  const { files } = await readCatalogueFolder(join(root, 'catalogue'));
  const { catalogue } = lintFiles(files, Date.now());
  const loaded = load(catalogue!, prepareRunbooks(Object.values(catalogue!.runbooks), []));
  const sqs = new SQSClient({ region: 'eu-west-1' });
  sqs.send = (async () => ({})) as never;
  return {
    now: () => new Date().toISOString(),
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    random: Math.random,
    table,
    queues: { client: sqs, pages: 'nowhere' },
    catalogue: async () => loaded,
    channels: {},
    address: async (contact) => contact,
    linkSecret: async () => 'secret',
    baseUrl: 'http://127.0.0.1',
    log: () => {},
  };
}

function trigger(key: string, second: number): string {
  const payload = {
    summary: key,
    source: 'host',
    severity: 'critical',
    timestamp: new Date(Date.UTC(2026, 10, 23) + second * 1000).toISOString(),
  };
  return JSON.stringify({ routing_key: 'local', event_action: 'trigger', dedup_key: key, payload });
}

/** Out: alerts a second, in batches as the queue hands them over. */
async function sendAll(world: World, count: number, body: (n: number) => string): Promise<number> {
  const began = performance.now();
  for (let from = 0; from < count; from += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, n) => ({
      id: String(from + n),
      body: body(from + n),
      sentAt: new Date().toISOString(),
    }));
    const { failed } = await triage(world, batch);
    if (failed.length > 0) throw new Error(`${failed.length} of ${BATCH} failed.`);
  }
  return Math.round((count * 1000) / (performance.now() - began));
}

async function putAll(table: Table, count: number): Promise<number> {
  const body = 'x'.repeat(2000);
  const began = performance.now();
  for (let from = 0; from < count; from += BATCH) {
    await Promise.all(
      Array.from({ length: BATCH }, (_, n) =>
        table.client.send(
          new PutCommand({ TableName: table.name, Item: { pk: `bench ${from + n}`, sk: 'one', body } }),
        ),
      ),
    );
  }
  return Math.round((count * 1000) / (performance.now() - began));
}

function stop(engine: ChildProcess): Promise<unknown> {
  const gone = new Promise((resolve) => engine.once('exit', resolve));
  engine.kill('SIGKILL');
  return gone;
}

if (import.meta.main) console.table(await run());
