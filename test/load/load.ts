/**
 * Load: many alerts in a short time over the local stack and the handlers as they go to Lambda. Nothing may be lost, each
 * person is woken once and then by digest; and from what each function took follows, as arithmetic, what Lambda would need.
 *
 *   npm run load -- --alerts 10000 --seconds 60          # a storm
 *   npm run load -- --alerts 10000 --seconds 600         # a bad evening
 *   npm run load -- --probe                              # and how long people wait who are not in the storm
 *   npm run load -- --alerts 1000 --seconds 6 --digests no --own 1   # a page for each alert: what it would be otherwise
 *
 * `--own` is the share of alerts that are an incident each; the others belong to five incidents, thousands of signals in
 * each. Everything stays on loopback and ends by itself. Writes `bench/load-ALERTS-in-SECONDS.json`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DynamoDBDocumentClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/lib-dynamodb';
import type { Report } from '../../infra/local/lambda.ts';
import { readTemplate } from '../../infra/local/template.ts';
import type { Alert } from '../../shared/alert/alert.ts';
import type { Incident } from '../../shared/incident/incident.ts';
import { run, withoutDigests } from '../local/running.ts';
import { probe, type Waited, withBystanders } from './bystander.ts';
import { type Needed, neededOf, sayNeeded } from './needed.ts';

const PORT = 4990;
const IN_FLIGHT = 48;
/** One every few seconds of a minute. */
const BYSTANDERS = 10;
const ENVIRONMENTS = ['prod', 'staging', 'test', 'dev', 'training'];
/** How long after the last alert everybody must have been told. */
const PATIENCE_MILLISECONDS = 900_000;

export type Load = { alerts: number; seconds: number; own: number; digests: boolean; bystanders: number };
export type Loaded = {
  accepted: number;
  /** Accepted, and neither on record nor in an incident whose people were told or wait for their digest. */
  lost: number;
  incidents: number;
  firstPageMilliseconds: number;
  /** From the moment an alert was posted until the first person of its incident was tried, or put to wait. */
  toPage: { p50Milliseconds: number; p99Milliseconds: number };
  /** From the first alert until all was told or waiting. */
  tookSeconds: number;
  /** Texts and calls, and messages of chat, by the end. */
  wakings: number;
  chat: number;
  /** The most texts and calls to one person. */
  mostToOne: number;
  bystanders: Waited[];
  needed: Needed[];
};

/** The n-th alert: some of every ten are an incident of their own, the others are disks that fill up in five environments. */
function alertOf(n: number, own: number): { path: string; body: string } {
  if (n % 10 < own * 10) {
    const payload = { summary: `Job ${n} failed`, source: `batch-${n}`, severity: 'error' };
    return {
      path: '/v2/enqueue',
      body: JSON.stringify({ routing_key: 'local', event_action: 'trigger', dedup_key: `load-${n}`, payload }),
    };
  }
  const env = ENVIRONMENTS[n % ENVIRONMENTS.length]!;
  const labels = { alertname: 'NodeFilesystemAlmostOutOfSpace', job: 'node', instance: `node-${n}`, env };
  const at = new Date().toISOString();
  const alert = { status: 'firing', labels: { ...labels, severity: 'critical' }, annotations: {}, startsAt: at };
  return {
    path: '/hooks/alertmanager/local',
    body: JSON.stringify({
      version: '4',
      status: 'firing',
      receiver: 'pageturner',
      groupKey: '{}',
      alerts: [{ ...alert, endsAt: '0001-01-01T00:00:00Z', fingerprint: n.toString(16).padStart(16, '0') }],
    }),
  };
}

export async function measureLoad(load: Load, log: (line: string) => void): Promise<Loaded> {
  const reports: (Report & { name: string })[] = [];
  const stack = await run(PORT, {
    catalogue: (sample) => withBystanders(load.digests ? sample : withoutDigests(sample), load.bystanders),
    // As in an account: what the tests ask of the log would cost as much as the work.
    environment: { POWERTOOLS_LOG_LEVEL: 'INFO' },
    onReport: (name, report) => reports.push({ name, ...report }),
  });
  const client = DynamoDBDocumentClient.from(stack.table.client);
  try {
    const began = Date.now();
    let firstPage = 0;
    stack.phone.watch(({ channel }) => {
      if (channel === 'sms') firstPage ||= Date.now() - began;
    });
    const bystanders = await probe(stack, { count: load.bystanders, seconds: load.seconds });
    const postedAt = await postAll(stack.baseUrl, load, began, log);
    log(`${postedAt.size} of ${load.alerts} accepted after ${Math.round((Date.now() - began) / 1000)} s`);
    let found = await whatCame(client, stack.table.name, postedAt);
    while (found.lost > 0 && Date.now() - began < load.seconds * 1000 + PATIENCE_MILLISECONDS) {
      log(`${found.lost} of ${postedAt.size} not told yet`);
      await new Promise((resolve) => setTimeout(resolve, 5000));
      found = await whatCame(client, stack.table.name, postedAt);
    }
    const tookSeconds = (found.toldAt - began) / 1000;
    const messages = stack.phone.messages();
    const wakings = messages.filter(({ channel }) => channel === 'sms' || channel === 'voice');
    const byPerson = new Map<string, number>();
    for (const { to } of wakings) byPerson.set(to, (byPerson.get(to) ?? 0) + 1);
    return {
      accepted: postedAt.size,
      lost: found.lost,
      incidents: found.incidents,
      firstPageMilliseconds: firstPage,
      toPage: { p50Milliseconds: percentile(found.waits, 0.5), p99Milliseconds: percentile(found.waits, 0.99) },
      tookSeconds: Math.round(tookSeconds),
      wakings: wakings.length,
      chat: messages.filter(({ channel }) => channel === 'slack').length,
      mostToOne: Math.max(0, ...byPerson.values()),
      bystanders: bystanders(),
      needed: neededOf(reports, memoryOf(), load.seconds),
    };
  } finally {
    await stack.end();
  }
}

/** Posts every alert at its time, again where it was not taken. Out: when each was first posted. */
async function postAll(
  baseUrl: string,
  { alerts, seconds, own }: Load,
  began: number,
  log: (line: string) => void,
): Promise<Map<number, number>> {
  const postedAt = new Map<number, number>();
  let next = 0;
  const sender = async () => {
    for (;;) {
      const n = next++;
      if (n >= alerts) return;
      const due = began + (n * seconds * 1000) / alerts;
      const early = due - Date.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      if (n % 1000 === 0) log(`alert ${n}, ${Math.round((Date.now() - due) / 1000)} s late`);
      const { path, body } = alertOf(n, own);
      const at = Date.now();
      for (let tries = 0; tries < 20; tries++) {
        const status = await fetch(`${baseUrl}${path}`, { method: 'POST', body }).then(
          async (answer) => {
            await answer.arrayBuffer();
            return answer.status;
          },
          () => 0,
        );
        if (status === 202) {
          postedAt.set(n, at);
          break;
        }
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, sender));
  return postedAt;
}

/** What stands in the table: of each accepted alert, whether it is on record and its people were tried or wait. */
async function whatCame(client: DynamoDBDocumentClient, table: string, postedAt: Map<number, number>) {
  const alerts = new Set<number>();
  const signals = new Map<string, { told: number | undefined; opened: number }>();
  let incidents = 0;
  const beside = new Map<string, string[]>();
  const spilled = new Map<string, number>();
  const incidentTold = new Map<string, { told: number | undefined; opened: number }>();
  let start: Record<string, unknown> | undefined;
  do {
    const page: ScanCommandOutput = await client.send(
      new ScanCommand({ TableName: table, ...(start ? { ExclusiveStartKey: start } : {}) }),
    );
    for (const item of page.Items ?? []) {
      const [pk, sk] = [item['pk'] as string, item['sk'] as string];
      if (pk.startsWith('K#') && sk.startsWith('A#')) {
        const number = numberOf(JSON.parse(item['body'] as string) as Alert);
        if (number !== undefined) alerts.add(number);
      } else if (pk.startsWith('I#') && sk.startsWith('K#')) {
        const keys = beside.get(pk.slice(2)) ?? [];
        keys.push(item['key'] as string);
        beside.set(pk.slice(2), keys);
      } else if (pk.startsWith('I#') && sk.startsWith('T#') && TOLD.test(item['what'] as string)) {
        const at = Date.parse(item['at'] as string);
        spilled.set(pk.slice(2), Math.min(spilled.get(pk.slice(2)) ?? at, at));
      } else if (pk.startsWith('G#')) {
        const incident = JSON.parse(item['body'] as string) as Incident;
        if (incident.lead.labels?.['pageturner-canary'] !== undefined) continue;
        incidents++;
        const when = { told: toldAt(incident), opened: Date.parse(incident.openedAt ?? incident.updatedAt) };
        incidentTold.set(incident.id, when);
        for (const key of Object.keys(incident.alerts)) signals.set(key, when);
      }
    }
    start = page.LastEvaluatedKey;
  } while (start);
  // The beginning of a long timeline lies beside its incident.
  for (const [id, at] of spilled) {
    const when = incidentTold.get(id);
    if (when?.told !== undefined) when.told = Math.min(when.told, at);
  }
  for (const [id, keys] of beside)
    for (const key of keys) signals.set(key, incidentTold.get(id) ?? { told: undefined, opened: 0 });
  const byNumber = new Map([...signals].map(([key, when]) => [numberIn(key), when]));
  let lost = 0;
  let last = 0;
  const waits: number[] = [];
  for (const [n, at] of postedAt) {
    const when = byNumber.get(n);
    if (!alerts.has(n) || when?.told === undefined) {
      lost++;
      continue;
    }
    last = Math.max(last, when.told);
    // An alert that joins an incident whose people were told before it came waits for nobody.
    waits.push(Math.max(0, when.told - at));
  }
  waits.sort((a, b) => a - b);
  return { lost, incidents, waits, toldAt: last };
}

const TOLD = /^(sms|voice|email) to \S+: (sent|waits)/;

/** When the first person of an incident was tried, or put to wait for their digest. */
function toldAt({ pages, timeline, updatedAt }: Incident): number | undefined {
  const tried = pages.filter(
    ({ person, kind, state, waits }) => person && kind === 'alert' && (state === 'sent' || waits !== undefined),
  );
  if (tried.length === 0) return undefined;
  const said = timeline.find(({ what }) => TOLD.test(what));
  return Date.parse(said?.at ?? tried[0]!.at ?? updatedAt);
}

const numberOf = ({ key }: Alert) => numberIn(key);
function numberIn(key: string): number | undefined {
  const own = /load-(\d+)$/.exec(key);
  if (own) return Number(own[1]);
  const disk = /([0-9a-f]{16})$/.exec(key);
  return disk ? Number.parseInt(disk[1]!, 16) : undefined;
}

function percentile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function memoryOf(): Record<string, number> {
  return Object.fromEntries(readTemplate().functions.map(({ name, memoryMegabytes }) => [name, memoryMegabytes]));
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      alerts: { type: 'string', default: '10000' },
      seconds: { type: 'string', default: '60' },
      own: { type: 'string', default: '0.3' },
      digests: { type: 'string', default: 'yes' },
      probe: { type: 'boolean', default: false },
    },
  });
  const load = {
    alerts: Number(values.alerts),
    seconds: Number(values.seconds),
    own: Number(values.own),
    digests: values.digests !== 'no',
    bystanders: values.probe ? BYSTANDERS : 0,
  };
  const loaded = await measureLoad(load, (line) => console.error(line));
  const folder = join(import.meta.dirname, '../../bench');
  mkdirSync(folder, { recursive: true });
  const kind = load.digests ? '' : '-without-digests';
  writeFileSync(
    join(folder, `load-${load.alerts}-in-${load.seconds}${kind}.json`),
    `${JSON.stringify({ node: process.version, load, ...loaded }, null, 2)}\n`,
  );
  const { needed, ...seen } = loaded;
  console.log(JSON.stringify(seen, null, 2));
  console.log(sayNeeded(needed));
  process.exit(loaded.lost > 0 ? 1 : 0);
}
