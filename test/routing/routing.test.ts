/** From an alert to whom it concerns, or to the reason why nobody is told. */
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../shared/alert/alert.ts';
import { type Loaded, load } from '../../shared/routing/loaded.ts';
import { route } from '../../shared/routing/routing.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import type { Choice, Runbook } from '../../shared/runbook/runbook.ts';
import { NIGHT, sampleCatalogue } from '../world.ts';

const sample = await sampleCatalogue();

/** An alarm of the load balancer of payments-api, which the catalogue finds by a pattern: the alert names no service. */
const alarm: Alert = {
  id: 'a-1',
  key: 'arn:aws:cloudwatch:eu-west-2:111122223333:alarm:payments-5xx',
  status: 'firing',
  source: { kind: 'cloudwatch', variant: 'metric', account: '111122223333', region: 'eu-west-2' },
  title: 'payments-5xx',
  resources: [],
  labels: { LoadBalancer: 'app/payments/50dc6c495c0c9188' },
  links: {},
  at: NIGHT,
  test: false,
  raw: {},
};
const asked = (loaded: Loaded = sample) => ({ loaded, silences: [], now: NIGHT });
const silence = (match: object, from = NIGHT, until = '2026-11-23T05:00:00.000Z') => ({
  id: 's-1',
  match,
  from,
  until,
  by: 'amira',
  why: 'planned maintenance',
});

function withRunbook(runbook: Partial<Runbook>): Loaded {
  const made: Runbook = {
    id: 'test/made',
    title: 'Zebra crossing is dark',
    body: 'Zebra crossing.',
    aliases: [],
    ...runbook,
  };
  const catalogue = { ...sample.catalogue, runbooks: { [made.id]: made } };
  return load(catalogue, prepareRunbooks([made], []));
}

describe('an alert whose service the catalogue finds', () => {
  it('carries the names of the catalogue from then on', () => {
    const { alert, service, environment, policy } = route(alarm, asked());
    expect(service?.name).toBe('payments-api');
    expect(alert).toMatchObject({ service: 'payments-api', environment: 'production' });
    expect([environment, policy]).toEqual(['production', 'payments']);
  });

  it('is silenced by the name of that service', () => {
    const silences = [silence({ service: ['payments-api'] })];
    expect(route(alarm, { ...asked(), silences })).toMatchObject({
      silencedUntil: '2026-11-23T05:00:00.000Z',
      nobody: { because: 'silenced' },
    });
  });

  it('is silenced by the name of its environment', () => {
    const silences = [silence({ environment: ['production'] })];
    expect(route(alarm, { ...asked(), silences }).nobody?.because).toBe('silenced');
  });

  it.each([
    ['of another service', silence({ service: ['ledger'] })],
    ['that has not begun', silence({ service: ['payments-api'] }, '2026-11-23T03:12:05.000Z')],
    ['that is over', silence({ service: ['payments-api'] }, '2026-11-22T00:00:00.000Z', NIGHT)],
  ])('is not silenced by a silence %s', (_, one) => {
    expect(route(alarm, { ...asked(), silences: [one] }).nobody).toBeUndefined();
  });
});

describe('nobody is told', () => {
  it.each<[string, Partial<Alert>]>([
    ['test', { test: true }],
    ['suppressed', { labels: { ...alarm.labels, suppressed: 'Alarm' } }],
    ['acknowledgement', { source: { kind: 'events' }, labels: { action: 'acknowledge' } }],
    ['canary', { source: { kind: 'events' }, labels: { 'pageturner-canary': NIGHT } }],
    ['resolved', { status: 'resolved' }],
    ['urgency', { severity: 'info' }],
  ])('because of %s, which is said in a sentence', (because, change) => {
    const { nobody } = route({ ...alarm, ...change }, asked());
    expect(nobody?.because).toBe(because);
    expect(nobody?.said).toMatch(/^[A-Z].*\.$/);
  });

  it('of a sign of life', () => {
    const heartbeats = [{ name: 'dc1', match: { title: ['payments-5xx'] }, everySeconds: 60 }];
    const catalogue = { ...sample.catalogue, defaults: { ...sample.catalogue.defaults, heartbeats } };
    const { nobody, heartbeat } = route(alarm, asked(load(catalogue, prepareRunbooks([], []))));
    expect([nobody?.because, heartbeat?.name]).toEqual(['heartbeat', 'dc1']);
  });
});

describe('a runbook', () => {
  const deciding = { severity: 'critical' as const, holdSeconds: 120, group: ['labels.cluster'] };

  it('that a pattern chose sets severity, hold and group', () => {
    const loaded = withRunbook({ ...deciding, match: { title: ['payments-5xx'] } });
    expect(route({ ...alarm, severity: 'warning' }, asked(loaded))).toMatchObject({
      choice: { runbook: 'test/made', by: 'pattern' },
      severity: 'critical',
      holdSeconds: 120,
      group: 'runbook:test/made|',
    });
  });

  it('that words chose is shown, and decides nothing', () => {
    const words = { runbook: 'test/made', score: 0.71, by: 'words' as const, why: 'words in common' };
    const choice: Choice = { runbook: 'test/made', by: 'words', candidates: [words] };
    const loaded = { ...withRunbook(deciding), runbookFor: () => choice };
    const guessed = { ...alarm, severity: 'warning' as const };
    expect(route(guessed, asked(loaded))).toMatchObject({
      choice: { runbook: 'test/made', by: 'words' },
      severity: 'warning',
      holdSeconds: 0,
      group: `key:${alarm.key}`,
    });
    expect(route(guessed, asked(loaded)).runbook).toBeUndefined();
  });
});
