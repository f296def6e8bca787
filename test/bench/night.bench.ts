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

const ALERTS = 500;
const WARM_UP = 20;
/** Twenty a second: as many as two cores carry without a line forming, so that hops are measured and not the line. */
const EVERY_MILLISECONDS = 50;
const PATIENCE_MILLISECONDS = 30_000;

export const title = 'From the POST to the phone';

export async function run() {
  await buildFunctions({ zip: false });
  const ours = await latencies(4840, (port) => runStack(port, { catalogue: withoutDigests }));
  const empty = await latencies(4860, startEmpty);
  return ([50, 99] as const).map((percent) => {
    const [value, rival] = [percentile(ours, percent), percentile(empty, percent)];
    return {
      name: `p${percent} over ${ALERTS} alerts`,
      value,
      unit: 'ms',
      rival: { name: 'empty handlers', value: rival },
      ratio: Math.round((100 * value) / rival) / 100,
      aim: 'at most 1.5',
    };
  });
}

type Ending = Stack & { end: () => Promise<void> };

async function latencies(port: number, start: (port: number) => Promise<Ending>): Promise<number[]> {
  const stack = await start(port);
  try {
    const taken: number[] = [];
    const waiting = new Map<string, (now: number) => void>();
    stack.phone.watch(({ channel, text }) => {
      const name = /bench-\d+/.exec(text)?.[0];
      if (channel === 'sms' && name !== undefined) waiting.get(name)?.(performance.now());
    });
    for (let n = 0; n < WARM_UP + ALERTS; n++) {
      const name = `bench-${n}`;
      const arrived = new Promise<number>((resolve) => waiting.set(name, resolve));
      const began = performance.now();
      await post(stack.baseUrl, name);
      void arrived.then((now) => n >= WARM_UP && taken.push(now - began));
      await new Promise((resolve) =>
        setTimeout(resolve, Math.max(0, EVERY_MILLISECONDS - (performance.now() - began))),
      );
    }
    const patience = performance.now() + PATIENCE_MILLISECONDS;
    while (taken.length < ALERTS && performance.now() < patience)
      await new Promise((resolve) => setTimeout(resolve, 50));
    if (taken.length < ALERTS) throw new Error(`${ALERTS - taken.length} of ${ALERTS} alerts never reached the phone.`);
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
