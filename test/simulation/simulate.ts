/**
 * `npm run simulate -- --seeds N --from S`: nights from seeds, on all cores. For each that breaks a promise, the shortest
 * plan that still does and its story. Ends with 1 where there was one.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { planOf } from './plan.ts';
import { shrink, simulate } from './simulation.ts';
import { type Result, simulateSeeds } from './workers.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
});
const [seeds, from, threads] = [values.seeds, values.from, values.threads].map(Number) as [number, number, number];
if (![seeds, from, threads].every((value) => Number.isInteger(value) && value > 0)) {
  console.error('--seeds, --from and --threads are whole numbers above 0.');
  process.exit(2);
}
const TOLD = 5;

const began = performance.now();
const failed: Result[] = [];
let events = 0;
let done = 0;
await simulateSeeds(from, seeds, threads, (result) => {
  events += result.events;
  done++;
  if (result.broken.length > 0) failed.push(result);
  if (done % 1000 === 0) console.error(`${done} nights, ${failed.length} break a promise`);
});
const seconds = (performance.now() - began) / 1000;
for (const { seed, broken } of failed.slice(0, TOLD)) await tell(seed, broken[0]!.promise);
console.log(
  `${seeds} nights from seed ${from}, ${events} events (${Math.round(events / seeds)} a night), ` +
    `${seconds.toFixed(1)} s on ${threads} threads: ${Math.round((seeds / seconds) * 60)} nights a minute. ` +
    `${failed.length} break a promise${failed.length > 0 ? `: ${failed.map(({ seed }) => seed).join(', ')}` : ''}.`,
);
process.exitCode = failed.length > 0 ? 1 : 0;

async function tell(seed: number, promise: number): Promise<void> {
  const shortest = await shrink(planOf(seed), promise);
  const { broken, story } = await simulate(shortest, { story: true });
  console.log(`\nSeed ${seed}, ${shortest.planned.length} things planned:\n${JSON.stringify(shortest)}\n`);
  console.log(story.join('\n'));
  for (const one of broken) console.log(`Promise ${one.promise} is broken at ${one.at}: ${one.why}`);
}
