import { expect, test } from 'vitest';
import { fuzz } from './normalise.ts';

test('10,000 mutated payloads: nothing thrown, nothing slow, nothing that breaks the schema, nothing lost', () => {
  const report = fuzz(10_000, 312);
  expect(report.failures).toEqual([]);
  expect(report.cases).toBe(10_000);
  expect(report.alerts).toBeGreaterThan(5_000);
});
