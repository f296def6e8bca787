/**
 * Nothing is sent twice in the ordinary way, nothing zero times ever: one night with a page, an acknowledgement and an end
 * is lived once for every pair of steps, and between these two the function that takes them dies.
 */
import { expect, it } from 'vitest';
import { FAULTS_END, MINUTE, type Plan, SECOND, START } from './plan.ts';
import { simulate } from './simulation.ts';

const notice = (at: number, status: 'firing' | 'resolved') => ({
  what: 'notice' as const,
  at,
  signal: 'pay-error-1',
  severity: 'critical',
  status,
  said: START + at,
});
const NIGHT: Plan = {
  seed: 11,
  maxReceives: 100,
  planned: [
    // A death is a fault: what it touches has a minute more. By itself this one never strikes.
    { what: 'fault', at: 0, until: FAULTS_END, fault: 'kill', rate: 0 },
    notice(MINUTE, 'firing'),
    { what: 'answer', at: 2 * MINUTE + 10 * SECOND, person: 'amira', answer: 'acknowledge by link' },
    notice(4 * MINUTE, 'resolved'),
  ],
};

it('cut between every pair of steps, no promise breaks', { timeout: 120_000 }, async () => {
  const calm = await simulate(NIGHT);
  expect(calm.broken).toEqual([]);
  expect(calm.effects).toBeGreaterThan(50);
  const broken: unknown[] = [];
  for (let effect = 1; effect <= calm.effects; effect++) {
    for (const when of ['before', 'after'] as const) {
      const outcome = await simulate({ ...NIGHT, cut: { effect, when } });
      if (outcome.broken.length > 0) broken.push({ effect, when, broken: outcome.broken });
    }
  }
  expect(broken).toEqual([]);
});
