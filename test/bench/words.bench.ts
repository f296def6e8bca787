/**
 * The question: how long does it take to find a runbook by its words among 1,000, and how long to open the index in a cold
 * start? Beside minisearch, a full-text search that people reach for, over the same texts.
 */
import MiniSearch from 'minisearch';
import type { Alert } from '../../shared/alert/alert.ts';
import { choose, openRunbooks, prepareRunbooks } from '../../shared/runbook/choose.ts';
import type { Runbook } from '../../shared/runbook/runbook.ts';

export const title = 'A runbook by its words among 1,000, beside minisearch';

const RUNBOOKS = 1000;
const THINGS = [
  'disk',
  'memory',
  'cpu',
  'latency',
  'queue',
  'certificate',
  'replica',
  'connection',
  'pod',
  'node',
  'backup',
  'cache',
];
const WRONGS = [
  'full',
  'high',
  'slow',
  'failing',
  'expiring',
  'lagging',
  'down',
  'restarting',
  'throttled',
  'missing',
  'stuck',
];
const SERVICES = Array.from({ length: 40 }, (_, n) => `service-${n}`);
const FILLER =
  'check the dashboard then look at the log of the last deployment and ask whoever is on call for what it depends on'.split(
    ' ',
  );

const pick = <T>(list: T[], n: number) => list[n % list.length]!;

function runbooks(): Runbook[] {
  return Array.from({ length: RUNBOOKS }, (_, n) => {
    const [thing, wrong, service] = [pick(THINGS, n * 7), pick(WRONGS, n * 5 + Math.floor(n / 11)), pick(SERVICES, n)];
    const filler = Array.from({ length: 200 }, (_, at) => pick(FILLER, n * 13 + at * at)).join(' ');
    return {
      id: `${service}/${thing}-${wrong}-${n}`,
      title: `${thing} of ${service} is ${wrong}`,
      body: `# ${thing} of ${service} is ${wrong}\n\n## Meaning\nThe ${thing} is ${wrong}.\n\n## Diagnosis\n${filler}\n`,
      aliases: [],
    };
  });
}

function alert(n: number): Alert {
  const [thing, wrong, service] = [pick(THINGS, n * 3), pick(WRONGS, n * 2), pick(SERVICES, n * 17)];
  return {
    id: `a-${n}`,
    key: 'a',
    status: 'firing',
    source: { kind: 'alertmanager' },
    title: `${service} ${thing} ${wrong}`,
    description: `The ${thing} of ${service} has been ${wrong} for 5 minutes.`,
    resources: [],
    labels: { service },
    links: {},
    at: '2026-11-23T03:12:04.000Z',
    test: false,
  } as Alert;
}

function times(step: (n: number) => unknown, count: number): { p50: number; p99: number } {
  for (let n = 0; n < 100; n++) step(n);
  const taken = Array.from({ length: count }, (_, n) => {
    const from = process.hrtime.bigint();
    step(n);
    return Number(process.hrtime.bigint() - from) / 1e6;
  }).sort((a, b) => a - b);
  const at = (share: number) => Math.round(taken[Math.floor(share * (count - 1))]! * 1000) / 1000;
  return { p50: at(0.5), p99: at(0.99) };
}

export async function run() {
  const all = runbooks();
  const published = JSON.stringify(prepareRunbooks(all, []));
  const opened = openRunbooks(JSON.parse(published));
  const rival = new MiniSearch({ fields: ['title', 'body'], idField: 'id', searchOptions: { boost: { title: 3 } } });
  rival.addAll(all);
  const kept = JSON.stringify(rival);
  const ours = times((n) => choose(opened, alert(n)), 2000);
  const theirs = times((n) => rival.search(`${alert(n).title} ${alert(n).description}`), 500);
  const open = times(() => openRunbooks(JSON.parse(published)), 20);
  const openTheirs = times(() => MiniSearch.loadJSON(kept, { fields: ['title', 'body'], idField: 'id' }), 20);
  const row = (name: string, value: number, other: number, aim: string) => ({
    name,
    value,
    unit: 'ms',
    rival: { name: 'minisearch', value: other },
    ratio: Math.round((value / other) * 100) / 100,
    aim,
  });
  return [
    row('by words, p50', ours.p50, theirs.p50, 'beside it'),
    row('by words, p99', ours.p99, theirs.p99, 'under 2 ms'),
    row('opening the published index', open.p50, openTheirs.p50, 'under 30 ms'),
  ];
}

if (import.meta.main) console.table(await run());
