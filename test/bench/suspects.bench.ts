/**
 * The question: with 100,000 deployments of 1,000 services on record, how many alerts a second can be told their suspects,
 * and what would looking through everything cost instead? The ranking alone; what the store costs is the store's bench.
 */
import type { Deployment } from '../../shared/deployment/deployment.ts';
import { type Candidate, rankCandidates } from '../../shared/deployment/suspects.ts';

export const title =
  'Suspects of an alert among 100,000 deployments of 1,000 services: the ranking alone, beside a scan';

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

export async function run(): Promise<Row[]> {
  const all = records();
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
