/**
 * The question: how long does a person wait for the page behind the link, at 03:12 on a phone? From the request until the last
 * byte, over the local stack; beside the smallest answer that the same function gives.
 */
import { expectMessage, run as start } from '../local/running.ts';

export const title = 'The page behind the link';

const PORT = 4995;
const TIMES = 200;

export async function run() {
  const stack = await start(PORT);
  try {
    const payload = { summary: 'Disk of ledger-01 is full', source: 'ledger-01', severity: 'critical' };
    const body = JSON.stringify({ routing_key: 'local', event_action: 'trigger', dedup_key: 'bench', payload });
    await fetch(`${stack.baseUrl}/v2/enqueue`, { method: 'POST', body });
    const { text } = await expectMessage(stack, ({ channel }) => channel === 'sms', 10_000);
    const link = /http:\S+\/p\/\S+/.exec(text)![0];
    const page = await timesOf(link);
    const least = await timesOf(`${stack.baseUrl}/health`);
    const row = (name: string, share: number) => ({
      name,
      value: at(page, share),
      unit: 'ms',
      rival: { name: '/health', value: at(least, share) },
      ratio: Number((at(page, share) / at(least, share)).toFixed(2)),
      aim: '200 ms',
    });
    return [row('p50', 0.5), row('p99', 0.99)];
  } finally {
    await stack.end();
  }
}

/** Milliseconds of each of many requests, shortest first. */
async function timesOf(address: string): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < TIMES; n++) {
    const began = performance.now();
    const answer = await fetch(address);
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`It answered ${answer.status}.`);
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b);
}

const at = (sorted: number[], share: number) => Number(sorted[Math.floor(sorted.length * share)]!.toFixed(1));

if (import.meta.main) console.log(await run());
