/**
 * From the sender's POST to the message on the phone, on the whole local stack, beside the same hops (front door, queue,
 * queue, carrier) with handlers that do nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildFunctions, FUNCTIONS } from '../../infra/build/build.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { run as runStack, withoutDigests } from '../local/running.ts';

/**
 * The first seconds are cold starts: three instances of each function compile their code on the same cores, a line forms,
 * and it takes its time to clear. They are the question of `cold.bench.ts`; here they are let pass.
 */
const WARM_UP_SECONDS = 12;
const PATIENCE_MILLISECONDS = 90_000;
/** Twenty a second: hops are measured and not a line. Sixty: whether a line forms. */
const RATES = [
  { aSecond: 20, alerts: 500 },
  { aSecond: 60, alerts: 900 },
];
type Rate = (typeof RATES)[number];

export const title = 'From the POST to the phone';

export async function run() {
  await buildFunctions({ zip: false });
  const rows = [];
  for (const [n, rate] of RATES.entries()) {
    const ours = await latencies(4840 + 20 * n, (port) => runStack(port, { catalogue: withoutDigests }), rate);
    const empty = await latencies(4850 + 20 * n, startEmpty, rate);
    for (const percent of [50, 99] as const) {
      const [value, rival] = [percentile(ours, percent), percentile(empty, percent)];
      rows.push({
        name: `p${percent} over ${rate.alerts} alerts, ${rate.aSecond} a second`,
        value,
        unit: 'ms',
        rival: { name: 'empty handlers', value: rival },
        ratio: Math.round((100 * value) / rival) / 100,
        aim: percent === 50 ? 'at most 4' : 'value at most 5 times p50',
      });
    }
  }
  return rows;
}

type Ending = Stack & { end: () => Promise<void> };

async function latencies(
  port: number,
  start: (port: number) => Promise<Ending>,
  { aSecond, alerts }: Rate,
): Promise<number[]> {
  const everyMilliseconds = 1000 / aSecond;
  const warmUp = WARM_UP_SECONDS * aSecond;
  const stack = await start(port);
  try {
    const taken: number[] = [];
    const waiting = new Map<string, (now: number) => void>();
    stack.phone.watch(({ channel, text }) => {
      const name = /bench-\d+/.exec(text)?.[0];
      if (channel === 'sms' && name !== undefined) waiting.get(name)?.(performance.now());
    });
    const from = performance.now();
    for (let n = 0; n < warmUp + alerts; n++) {
      const name = `bench-${n}`;
      const arrived = new Promise<number>((resolve) => waiting.set(name, resolve));
      const began = performance.now();
      void arrived.then((now) => n >= warmUp && taken.push(now - began));
      void post(stack.baseUrl, name).catch(() => {});
      const next = from + (n + 1) * everyMilliseconds;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
    }
    const patience = performance.now() + PATIENCE_MILLISECONDS;
    while (taken.length < alerts && performance.now() < patience)
      await new Promise((resolve) => setTimeout(resolve, 50));
    if (taken.length < alerts) throw new Error(`${alerts - taken.length} of ${alerts} alerts never reached the phone.`);
    return taken.sort((a, b) => a - b);
  } finally {
    await stack.end();
  }
}

async function post(baseUrl: string, name: string): Promise<void> {
  const payload = { summary: name, source: 'bench', severity: 'critical' };
  const body = JSON.stringify({ routing_key: 'local', event_action: 'trigger', dedup_key: name, payload });
  const answer = await fetch(`${baseUrl}/v2/enqueue`, { method: 'POST', body });
  if (answer.status !== 202) throw new Error(`The stack answered ${answer.status}.`);
  await answer.arrayBuffer();
}

/** The stack with handlers that only pass on what they get. */
async function startEmpty(port: number): Promise<Ending> {
  const folder = mkdtempSync(join(tmpdir(), 'pageturner-empty-'));
  const bundles = join(folder, 'bundles');
  const passing = ['receive', 'triage', 'page'];
  await build({
    entryPoints: Object.fromEntries(
      FUNCTIONS.map((name) => [
        `${name}/handler`,
        join(import.meta.dirname, 'empty', `${passing.includes(name) ? name : 'idle'}.ts`),
      ]),
    ),
    outdir: bundles,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
  });
  const stack = await startStack({ port, folder: join(folder, 'state'), bundles });
  return {
    ...stack,
    end: async () => {
      await stack.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function percentile(sorted: number[], percent: number): number {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))]! * 10) / 10;
}

if (import.meta.main) console.table(await run());
