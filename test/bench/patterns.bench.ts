/**
 * The question: what does one alert cost against 10, 1,000 and 10,000 runbook patterns, what does it cost to compile them
 * and to keep them, and what would asking one by one cost instead: with our own matcher in a loop, with sift (MongoDB
 * queries over objects) and with json-logic-js? Patterns are drawn like real ones: service, namespace, metric, labels,
 * severities; a tenth with wildcards. All answers are compared before anything is timed.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import type { CompiledPattern } from '../../shared/pattern/compiled.ts';
import { compile, matches } from '../../shared/pattern/pattern.ts';
import { buildIndex, findMatches } from '../../shared/pattern/pattern-index.ts';

/** Both are CommonJS; the one has no types and the other's do not fit Node's way of importing it. */
const require = createRequire(import.meta.url);
const sift = require('sift') as (query: object) => (alert: unknown) => boolean;
const jsonLogic = require('json-logic-js') as {
  add_operation(name: string, operation: (...operands: never[]) => unknown): void;
  apply(logic: object, data: unknown): unknown;
};

export const title = 'An alert against 10, 1,000 and 10,000 runbook patterns, beside asking one by one';

type Row = {
  name: string;
  value: number;
  unit: string;
  rival?: { name: string; value: number };
  ratio?: number;
  aim?: string;
};

const SIZES = [10, 1000, 10_000];
const ALERTS = 2000;

const TEAMS = 'payments ledger search accounts notify orders billing claims identity media'.split(' ');
const PARTS = 'api web worker gateway batch sync admin events reports cache'.split(' ');
const METRICS: [namespace: string, names: string[]][] = [
  [
    'AWS/ApplicationELB',
    ['HTTPCode_Target_5XX_Count', 'HTTPCode_ELB_5XX_Count', 'TargetResponseTime', 'UnHealthyHostCount'],
  ],
  ['AWS/EC2', ['CPUUtilization', 'StatusCheckFailed', 'NetworkIn', 'CPUCreditBalance']],
  ['AWS/RDS', ['CPUUtilization', 'FreeStorageSpace', 'DatabaseConnections', 'ReplicaLag', 'ReadLatency']],
  ['AWS/Lambda', ['Errors', 'Throttles', 'Duration', 'ConcurrentExecutions']],
  ['AWS/SQS', ['ApproximateAgeOfOldestMessage', 'ApproximateNumberOfMessagesVisible']],
  ['AWS/DynamoDB', ['SystemErrors', 'ThrottledRequests', 'ConsumedReadCapacityUnits']],
  ['Microsoft.Compute/virtualMachines', ['Percentage CPU', 'Available Memory Bytes', 'OS Disk Queue Depth']],
  ['CWAgent', ['mem_used_percent', 'disk_used_percent', 'swap_used_percent']],
];
const SEVERITIES = ['critical', 'error', 'warning', 'info'];

/** A generator of the same numbers in every run (mulberry32). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

/** What one rule asks, in no language yet. */
type Ask = { path: string; values: string[] } | { path: string; prefix: string } | { path: string; wildcard: string };

const serviceOf = (number: number) =>
  `${TEAMS[number % 10]}-${PARTS[Math.floor(number / 10) % 10]}-${Math.floor(number / 100)}`;

/** @param services in how many services the rules are spread: sixty rules a service, so that five or six match an alert */
function rules(count: number): Ask[][] {
  const roll = dice(count);
  const services = Math.max(1, Math.round(count / 60));
  return Array.from({ length: count }, () => {
    const service = serviceOf(roll(services));
    const [namespace, names] = METRICS[roll(METRICS.length)]!;
    const name = names[roll(names.length)]!;
    const asks: Ask[] = [{ path: 'service', values: [service] }];
    const kind = roll(10);
    if (kind === 0) asks.push({ path: 'signal.name', wildcard: `${name.slice(0, 4)}*${name.slice(-3)}` });
    else if (kind < 4) asks.push({ path: 'signal.name', values: [name] });
    else if (kind < 6)
      asks.push({ path: 'signal.namespace', values: [namespace] }, { path: 'signal.name', values: [name] });
    else if (kind < 8)
      asks.push(
        { path: 'signal.namespace', values: [namespace] },
        { path: 'severity', values: SEVERITIES.slice(0, 1 + roll(3)) },
      );
    else asks.push({ path: 'labels.LoadBalancer', prefix: `app/${service}/` }, { path: 'signal.name', values: names });
    return asks;
  });
}

function alerts(patterns: number): Record<string, unknown>[] {
  const roll = dice(7);
  const services = Math.max(1, Math.round(patterns / 60));
  return Array.from({ length: ALERTS }, (_, number) => {
    const service = serviceOf(roll(services));
    const [namespace, names] = METRICS[roll(METRICS.length)]!;
    return {
      id: `alert-${number}`,
      key: `arn:aws:cloudwatch:eu-west-2:111122223333:alarm:${service}-${number}`,
      status: 'firing',
      source: { kind: 'cloudwatch', variant: 'metric', account: '111122223333', region: 'eu-west-2' },
      severity: SEVERITIES[roll(3)],
      title: `${service} ${names[0]}`,
      description: `Threshold crossed: 3 datapoints were greater than the threshold for ${service}.`,
      service,
      environment: roll(4) === 0 ? 'staging' : 'production',
      resources: [{ id: `arn:aws:thing/${service}`, type: namespace, name: service }],
      signal: {
        namespace,
        name: names[roll(names.length)],
        statistic: 'Sum',
        comparison: '>',
        threshold: 5,
        value: 12,
      },
      labels: { LoadBalancer: `app/${service}/50dc6c495c0c9188`, team: service.split('-')[0] },
      links: { source: 'https://console.example/alarm' },
      at: '2026-11-23T03:12:04.000Z',
      test: false,
    };
  });
}

function asPattern(asks: Ask[]): unknown {
  const pattern: Record<string, unknown> = {};
  for (const ask of asks) {
    const condition =
      'values' in ask ? ask.values : 'prefix' in ask ? [{ prefix: ask.prefix }] : [{ wildcard: ask.wildcard }];
    const [outer, inner] = ask.path.split('.') as [string, string?];
    if (inner === undefined) pattern[outer] = condition;
    else pattern[outer] = { ...(pattern[outer] as object | undefined), [inner]: condition };
  }
  return pattern;
}

/** The rivals have neither prefix nor wildcard: the first is a regular expression to sift, and both are calls to json-logic. */
function asSift(asks: Ask[]): (alert: unknown) => boolean {
  const quote = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const query = asks.map((ask) => {
    if ('values' in ask) return [ask.path, { $in: ask.values }];
    const source = 'prefix' in ask ? `^${quote(ask.prefix)}` : `^${ask.wildcard.split('*').map(quote).join('[^]*')}$`;
    return [ask.path, { $regex: source }];
  });
  return sift(Object.fromEntries(query));
}

function asLogic(asks: Ask[]): object {
  jsonLogic.add_operation('begins', (text: string | null, start: string) => text?.startsWith(start) ?? false);
  const each = asks.map((ask) => {
    const value = { var: ask.path };
    if ('values' in ask) return { in: [value, ask.values] };
    if ('prefix' in ask) return { begins: [value, ask.prefix] };
    const [start, end] = ask.wildcard.split('*') as [string, string];
    return { and: [{ begins: [value, start] }, { '===': [{ substr: [value, -end.length] }, end] }] };
  });
  return { and: each };
}

function compileAll(written: unknown[]): CompiledPattern[] {
  return written.map((pattern) => {
    const compiled = compile(pattern);
    if (!compiled.ok) throw new Error(compiled.error.message);
    return compiled.pattern;
  });
}

const secondsOf = (step: () => void): number => {
  const from = process.hrtime.bigint();
  step();
  return Number(process.hrtime.bigint() - from) / 1e9;
};

/** Alerts a second: the best of three, after one round to warm up; slow ways are asked fewer alerts. */
function rate(all: unknown[], ask: (alert: unknown) => unknown): number {
  const once = secondsOf(() => ask(all[0]));
  const count = Math.max(3, Math.min(all.length, Math.floor(0.2 / once)));
  const some = all.slice(0, count);
  const rounds = Math.max(1, Math.min(20, Math.floor(0.15 / (once * count))));
  const round = () => {
    for (let each = 0; each < rounds; each++) for (const alert of some) ask(alert);
  };
  round();
  return Math.round((count * rounds) / Math.min(secondsOf(round), secondsOf(round), secondsOf(round)));
}

/** Compile time and memory in a process of its own: no other's garbage, nothing warm. */
function coldCompile(size: number): { milliseconds: number; megabytes: number } {
  const child = spawnSync(process.execPath, ['--expose-gc', import.meta.filename, 'compile', String(size)], {
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout) as { milliseconds: number; megabytes: number };
}

function compileOnce(size: number): { milliseconds: number; megabytes: number } {
  const written = JSON.parse(JSON.stringify(rules(size).map(asPattern))) as unknown[];
  globalThis.gc!();
  const before = process.memoryUsage().heapUsed;
  let index: unknown;
  const seconds = secondsOf(() => {
    index = buildIndex(compileAll(written));
  });
  globalThis.gc!();
  const megabytes = (process.memoryUsage().heapUsed - before) / 1e6;
  return {
    milliseconds: Math.round(seconds * 1000),
    megabytes: index === undefined ? 0 : Math.round(megabytes * 10) / 10,
  };
}

function checkThatAllAgree(asked: Ask[][], patterns: CompiledPattern[], all: unknown[]): number {
  const index = buildIndex(patterns);
  const sifts = asked.map(asSift);
  const logics = asked.map(asLogic);
  let hits = 0;
  for (const alert of all.slice(0, 10)) {
    const found = findMatches(index, alert).map(({ pattern }) => pattern);
    hits += found.length;
    const said = JSON.stringify(found);
    const others = [
      patterns.flatMap((pattern, at) => (matches(pattern, alert) ? [at] : [])),
      sifts.flatMap((query, at) => (query(alert) ? [at] : [])),
      logics.flatMap((logic, at) => (jsonLogic.apply(logic, alert) ? [at] : [])),
    ];
    for (const other of others) if (JSON.stringify(other) !== said) throw new Error(`${said} is not ${other}`);
  }
  return hits / 10;
}

/** The sizes take turns, so that none is measured before the others have warmed the code; of each the best round. */
function indexedSpeeds(): Map<number, number> {
  const sizes = SIZES.map((size) => ({
    size,
    index: buildIndex(compileAll(rules(size).map(asPattern))),
    all: alerts(size),
  }));
  const best = new Map<number, number>();
  for (let turn = 0; turn < 4; turn++) {
    for (const { size, index, all } of sizes) {
      const speed = rate(all, (alert) => findMatches(index, alert));
      if (turn > 0) best.set(size, Math.max(best.get(size) ?? 0, speed));
    }
  }
  return best;
}

export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  const speeds = indexedSpeeds();
  for (const size of SIZES) {
    const asked = rules(size);
    const patterns = compileAll(asked.map(asPattern));
    const all = alerts(size);
    const matching = checkThatAllAgree(asked, patterns, all);
    const index = buildIndex(patterns);
    const fast = speeds.get(size)!;
    const sifts = asked.map(asSift);
    const logics = asked.map(asLogic);
    const rivals = {
      'ours, one by one': rate(all, (alert) => patterns.filter((pattern) => matches(pattern, alert))),
      'sift 17.1.4': rate(all, (alert) => sifts.filter((query) => query(alert))),
      'json-logic-js 2.0.5': rate(all, (alert) => logics.filter((logic) => jsonLogic.apply(logic, alert))),
    };
    for (const [name, value] of Object.entries(rivals)) {
      rows.push({
        name: `alerts a second, ${size} patterns (${matching} match)`,
        value: fast,
        unit: '/s',
        rival: { name, value },
        ratio: Math.round((fast / value) * 10) / 10,
        ...(size === 10_000 ? { aim: 'at least 200000' } : {}),
      });
    }
    const texts = all.map((alert) => JSON.stringify(alert));
    rows.push({
      name: `alerts a second with their JSON.parse, ${size} patterns`,
      value: rate(texts, (text) => findMatches(index, JSON.parse(text as string))),
      unit: '/s',
      rival: { name: 'JSON.parse alone', value: rate(texts, (text) => JSON.parse(text as string)) },
    });
    if (size === SIZES.at(-1))
      rows.push({
        name: `speed at ${size} patterns as a part of that at ${SIZES[0]}`,
        value: Math.round((fast / speeds.get(SIZES[0]!)!) * 100) / 100,
        unit: '',
        aim: 'more than 0.5',
      });
    const { milliseconds, megabytes } = coldCompile(size);
    rows.push(
      {
        name: `compiling ${size} patterns, cold`,
        value: milliseconds,
        unit: 'ms',
        ...(size === 10_000 ? { aim: 'under 300' } : {}),
      },
      {
        name: `memory of ${size} patterns`,
        value: megabytes,
        unit: 'MB',
        ...(size === 10_000 ? { aim: 'under 60' } : {}),
      },
    );
  }
  return rows;
}

if (import.meta.main) {
  if (process.argv[2] === 'compile') console.log(JSON.stringify(compileOnce(Number(process.argv[3]))));
  else console.table(await run());
}
