/**
 * What a load needs on Lambda, from what each function took here: arithmetic that a reader can check.
 *
 *   concurrency = invocations a second × mean seconds
 *   GB-seconds  = invocations × mean seconds × memory
 *
 * Durations are those of this machine with its two cores and its local table, everything beside everything: in an account
 * each instance has its own share of a core and the table answers in milliseconds. What it computed beside, it also needs
 * there, at the share of a core that its memory gives (1,769 MB are one). [Lambda guide, "Configure Lambda function memory"]
 * The truth lies between the two. Pure.
 */

import { PRICES } from '../../cli/cost/cost.ts';
import type { Report } from '../../infra/local/lambda.ts';

/** So much memory gives one whole core. */
const ONE_CORE_MEGABYTES = 1769;

export type Needed = {
  function: string;
  invocations: number;
  meanMilliseconds: number;
  p99Milliseconds: number;
  /** What an invocation computes, at the share of a core that its memory gives. */
  computesMilliseconds: number;
  /** The most that a process of it held, Node included. */
  peakMegabytes: number;
  memoryMegabytes: number;
  /** Instances at once, were the load to be kept up with as it came: as long as it took here, and by computing alone. */
  concurrency: number;
  concurrencyComputing: number;
  gigabyteSeconds: number;
  usd: number;
};

/**
 * In: what each invocation took, the memory that each function has (MB), and for how many seconds the load came: with so
 * many instances each function would keep up with it.
 */
export function neededOf(
  reports: (Report & { name: string })[],
  memory: Record<string, number>,
  loadSeconds: number,
): Needed[] {
  const names = [...new Set(reports.map(({ name }) => name))].sort();
  return names.map((name) => {
    const own = reports.filter((report) => report.name === name);
    const durations = own.map(({ durationMilliseconds }) => durationMilliseconds).sort((a, b) => a - b);
    const total = durations.reduce((sum, one) => sum + one, 0);
    const share = Math.min(1, (memory[name] ?? 128) / ONE_CORE_MEGABYTES);
    const computes = own.reduce((sum, { processorMilliseconds }) => sum + processorMilliseconds, 0) / share;
    const gigabyteSeconds = (total / 1000) * ((memory[name] ?? 128) / 1024);
    return {
      function: name,
      invocations: own.length,
      meanMilliseconds: round(total / own.length, 1),
      p99Milliseconds: round(durations[Math.min(durations.length - 1, Math.floor(durations.length * 0.99))]!, 1),
      computesMilliseconds: round(computes / own.length, 1),
      peakMegabytes: Math.ceil(Math.max(...own.map(({ memoryMegabytes }) => memoryMegabytes))),
      memoryMegabytes: memory[name] ?? 128,
      concurrency: round(total / 1000 / loadSeconds, 2),
      concurrencyComputing: round(computes / 1000 / loadSeconds, 2),
      gigabyteSeconds: round(gigabyteSeconds, 1),
      usd: round(gigabyteSeconds * PRICES['Lambda GB-second, arm64'] + own.length * PRICES['Lambda request'], 5),
    };
  });
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** A table, as Markdown. */
export function sayNeeded(needed: Needed[]): string {
  const rows = needed.map(
    (one) =>
      `| ${one.function} | ${one.invocations} | ${one.meanMilliseconds} | ${one.p99Milliseconds} | ${one.computesMilliseconds} | ${one.peakMegabytes} | ${one.memoryMegabytes} | ${one.concurrencyComputing} to ${one.concurrency} | ${one.gigabyteSeconds} | ${one.usd} |`,
  );
  return [
    '| function | invocations | mean ms | p99 ms | computes ms | peak MB | has MB | concurrency | GB-s | USD |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
