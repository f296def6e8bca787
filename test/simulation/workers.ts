/** Many seeds at once, on several cores. Called by the test and by `npm run simulate`. */
import { Worker } from 'node:worker_threads';
import type { Broken } from './promises.ts';

export type Result = { seed: number; events: number; broken: Broken[] };
type Share = { from: number; count: number };

/** Simulates seeds `from` to `from + count - 1` on so many threads. Out: what each came to, in order. */
export async function simulateSeeds(
  from: number,
  count: number,
  threads: number,
  seen: (result: Result) => void = () => {},
): Promise<Result[]> {
  const each = Math.ceil(count / threads);
  const shares = Array.from({ length: threads }, (_, n) => ({
    from: from + n * each,
    count: Math.min(each, count - n * each),
  }));
  const results = await Promise.all(shares.filter((share) => share.count > 0).map((share) => work(share, seen)));
  return results.flat();
}

function work(share: Share, seen: (result: Result) => void): Promise<Result[]> {
  return new Promise((resolve, reject) => {
    const results: Result[] = [];
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: share });
    worker.on('message', (result: Result) => {
      results.push(result);
      seen(result);
    });
    worker.once('error', reject);
    worker.once('exit', (code) => (code === 0 ? resolve(results) : reject(new Error(`A worker ended with ${code}.`))));
  });
}
