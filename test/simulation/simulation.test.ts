/** The promises over nights that seeds decide. Each seed is a night of about fifty minutes with its own faults. */
import { describe, expect, it } from 'vitest';
import { planOf } from './plan.ts';
import { simulate, simulateSeed } from './simulation.ts';
import { simulateSeeds } from './workers.ts';

/** `.ci/run` simulates 2,000 more. */
const NIGHTS = 50;
const FEWEST_EVENTS = 200;

describe('the ten promises', () => {
  it(`hold in ${NIGHTS} nights`, { timeout: 240_000 }, async () => {
    const nights = await simulateSeeds(1, NIGHTS, 2);
    expect(nights).toHaveLength(NIGHTS);
    expect(nights.filter(({ broken }) => broken.length > 0)).toEqual([]);
    expect(nights.reduce((sum, { events }) => sum + events, 0) / NIGHTS).toBeGreaterThan(FEWEST_EVENTS);
  });
});

it('one seed is one night, to the same event', async () => {
  const [once, again] = [await simulateSeed(7, { story: true }), await simulateSeed(7, { story: true })];
  expect(again).toEqual(once);
  expect(once.story.length).toBeGreaterThan(10);
});

it('a night without faults and without notices is silent', async () => {
  const { story, broken } = await simulate({ ...planOf(7), planned: [] }, { story: true });
  expect(broken).toEqual([]);
  expect(story.filter((line) => line.includes('page:'))).toEqual([]);
});
