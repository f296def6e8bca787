/** The promises over nights that seeds decide. Each seed is a night of about fifty minutes with its own faults. */
import { describe, expect, it } from 'vitest';
import { normaliseBody } from '../../shared/intake/intake.ts';
import { route } from '../../shared/routing/routing.ts';
import { catalogues } from './catalogue.ts';
import { planOf } from './plan.ts';
import { bodyOf } from './senders.ts';
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

it('the catalogue has a runbook with a hold that words alone find: it holds nothing back and groups nothing', () => {
  const body = bodyOf({ signal: 'ledger-1', severity: 'critical', status: 'firing', said: 0 });
  const now = '2026-10-25T00:00:00.000Z';
  const [alert] = normaliseBody(Buffer.from(body), undefined, { receivedAt: now }).alerts;
  const routed = route(alert!, { loaded: catalogues.first, silences: [], now });
  expect(routed.choice).toMatchObject({ runbook: 'ledger/ledger', by: 'words' });
  expect(catalogues.first.catalogue.runbooks['ledger/ledger']!.holdSeconds).toBe(600);
  expect([routed.holdSeconds, routed.group]).toEqual([0, `key:${routed.alert.key}`]);
});
