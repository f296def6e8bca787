/** One thread of `workers.ts`: simulates its share of the seeds, and says what each came to. */
import { parentPort, workerData } from 'node:worker_threads';
import { simulateSeed } from './simulation.ts';

const { from, count } = workerData as { from: number; count: number };
for (let seed = from; seed < from + count; seed++) {
  const { events, broken } = await simulateSeed(seed);
  parentPort!.postMessage({ seed, events, broken });
}
