/**
 * The question: with 100,000 deployments of 1,000 services on record, how long does an alert wait for its suspects and what
 * does it read; how many alerts a second does the ranking alone do, and what would looking through everything cost instead?
 */
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Deployment } from '../../shared/deployment/deployment.ts';
import { type Candidate, rankCandidates } from '../../shared/deployment/suspects.ts';
import { openLedger } from '../../shared/flow/ledger.ts';
import { suspectsFor } from '../../shared/flow/suspects.ts';
import type { Loaded } from '../../shared/routing/loaded.ts';
import { keyDigest } from '../../shared/store/store.ts';
import type { World } from '../../shared/world/world.ts';
import { engines, type Opened } from '../store/engines.ts';

export const title =
  'Suspects of an alert among 100,000 deployments of 1,000 services: on the local store, and the ranking alone beside a scan';

type Row = {
  name: string;
  value: number;
  unit: string;
  rival?: { name: string; value: number };
  ratio?: number;
  aim?: string;
};

const SERVICES = 1000;
const ONSET = Date.parse('2026-11-23T03:12:04.000Z');
const DAY = 86_400_000;
/** A service and what it depends on, in three steps. */
const NEAR = 12;

function records(): Deployment[] {
  return Array.from({ length: 100_000 }, (_, index) => ({
    id: `generic:${index}`,
    sender: 'generic',
    ref: `group/service-${index % SERVICES}`,
    service: `service-${index % SERVICES}`,
    environment: index % 3 === 0 ? 'staging' : 'production',
    status: index % 29 === 0 ? 'failed' : 'succeeded',
    title: index % 7 === 0 ? 'Migration of a table' : 'Change',
    // Spread over ninety days, in no order.
    at: new Date(ONSET - ((index * 7919) % (90 * 1440)) * 60_000).toISOString(),
    links: {},
  }));
}

const isNear = (index: number, service: string) =>
  Number(service.slice(8)) >= index && Number(service.slice(8)) < index + NEAR;

function perSecond(step: (index: number) => unknown, times: number): number {
  for (let index = 0; index < Math.min(50, times); index++) step(index);
  const from = process.hrtime.bigint();
  for (let index = 0; index < times; index++) step(index % (SERVICES - NEAR));
  return Math.round((times * 1e9) / Number(process.hrtime.bigint() - from));
}

/** Each service depends on the next three: with three steps, ten services are asked about. */
const LOADED = {
  catalogue: {
    people: {},
    runbooks: {},
    services: Object.fromEntries(
      Array.from({ length: SERVICES }, (_, index) => [
        `service-${index}`,
        { dependsOn: [1, 2, 3].map((step) => `service-${(index + step) % SERVICES}`) },
      ]),
    ),
  },
  environmentNamed: (name: string | undefined) => name,
} as unknown as Loaded;

async function fill({ table }: Opened, all: Deployment[]): Promise<void> {
  const batches = Array.from({ length: Math.ceil(all.length / 25) }, (_, index) =>
    all.slice(index * 25, index * 25 + 25),
  );
  const puts = (batch: Deployment[]) =>
    batch.map((one) => ({
      PutRequest: {
        Item: { pk: `D#${one.service}`, sk: `${one.at}#${keyDigest(one.id)}`, body: JSON.stringify(one) },
      },
    }));
  for (let index = 0; index < batches.length; index += 8) {
    await Promise.all(
      batches
        .slice(index, index + 8)
        .map((batch) => table.client.send(new BatchWriteCommand({ RequestItems: { [table.name]: puts(batch) } }))),
    );
  }
}

/** One alert after the other, as a quiet night has them. */
async function onTheStore(all: Deployment[]): Promise<Row[]> {
  const opened = await engines()[0]!.open();
  try {
    await fill(opened, all);
    const { table } = opened;
    let reads = 0;
    const client = {
      send: (command: never) => {
        reads++;
        return table.client.send(command);
      },
    };
    const world = { table: { ...table, client } } as unknown as World;
    const onset = new Date(ONSET).toISOString();
    const took: number[] = [];
    for (let alert = 0; alert < 320; alert++) {
      const from = performance.now();
      const service = `service-${(alert * 37) % SERVICES}`;
      await suspectsFor(
        LOADED,
        { service, environment: 'production', onset, resources: [] },
        openLedger(world).deployments,
      );
      took.push(performance.now() - from);
    }
    // The first twenty warm up.
    const sorted = took.slice(20).sort((a, b) => a - b);
    return [
      { name: 'suspects of one alert, p50', value: Math.round(sorted[150]! * 10) / 10, unit: 'ms' },
      { name: 'suspects of one alert, p99', value: Math.round(sorted[296]! * 10) / 10, unit: 'ms' },
      { name: 'reads an alert (ten services)', value: reads / took.length, unit: 'queries' },
    ];
  } finally {
    await opened.stop();
  }
}

export async function run(): Promise<Row[]> {
  const all = records();
  const stored = await onTheStore(all);
  const byService = Map.groupBy(all, ({ service }) => service ?? '');
  const since = new Date(ONSET - DAY).toISOString();
  const question = { onset: new Date(ONSET).toISOString(), environment: 'production' };
  const candidate = (deployment: Deployment, distance: number): Candidate => ({
    deployment,
    distance,
    environment: deployment.environment,
  });
  const indexed = (index: number) => {
    const near = Array.from({ length: NEAR }, (_, step) => byService.get(`service-${index + step}`) ?? []);
    const recent = near.flatMap((list, step) =>
      list.filter(({ at }) => at >= since).map((one) => candidate(one, Math.min(step, 3))),
    );
    return rankCandidates(recent, question);
  };
  const scan = (index: number) =>
    rankCandidates(
      all.filter(({ at, service }) => at >= since && isNear(index, service ?? '')).map((one) => candidate(one, 1)),
      question,
    );
  const busy = all.slice(0, 200).map((one) => candidate(one, 1));
  const [fast, slow] = [perSecond(indexed, 5000), perSecond(scan, 100)];
  return [
    ...stored,
    {
      name: 'alerts a second, by service',
      value: fast,
      unit: '/s',
      rival: { name: 'looking through all records', value: slow },
      ratio: Math.round(fast / slow),
    },
    {
      name: 'rankings a second of 200 candidates',
      value: perSecond(() => rankCandidates(busy, question), 2000),
      unit: '/s',
    },
  ];
}

if (import.meta.main) console.table(await run());
