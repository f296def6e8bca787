/** The arithmetic of a load, on numbers that can be checked by hand. */
import { expect, it } from 'vitest';
import { neededOf, sayNeeded } from './needed.ts';

const one = (name: string, durationMilliseconds: number, processorMilliseconds: number, memoryMegabytes: number) => ({
  name,
  durationMilliseconds,
  processorMilliseconds,
  memoryMegabytes,
});

it('concurrency is seconds of work a second of load, and a GB-second is a second of one GB', () => {
  const reports = [
    ...Array.from({ length: 600 }, () => one('triage', 100, 20, 150)),
    one('triage', 500, 20, 180.2),
    ...Array.from({ length: 60 }, () => one('page', 200, 10, 120)),
  ];
  const [page, triage] = neededOf(reports, { page: 512, triage: 1024 }, 60);
  expect(triage).toMatchObject({
    function: 'triage',
    invocations: 601,
    meanMilliseconds: 100.7,
    p99Milliseconds: 100,
    // 20 ms of a whole core are 34.6 ms at 1,024 of 1,769 MB.
    computesMilliseconds: 34.6,
    peakMegabytes: 181,
    concurrency: 1.01,
    concurrencyComputing: 0.35,
    gigabyteSeconds: 60.5,
  });
  expect(page).toMatchObject({ invocations: 60, concurrency: 0.2, gigabyteSeconds: 6 });
  // 60.5 GB-s at 0.0000133334 and 601 requests at 0.2 a million.
  expect(triage!.usd).toBeCloseTo(0.00093, 5);
  expect(sayNeeded([page!])).toContain('| page | 60 | 200 | 200 | 34.6 | 120 | 512 | 0.03 to 0.2 | 6 |');
});
