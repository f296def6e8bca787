import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../shared/deployment/deployment.ts';
import { inSequence } from '../../shared/deployment/sequence.ts';
import { type About, rankSuspects } from '../../shared/flow/suspects.ts';
import { at } from '../incident/world.ts';

const about: About = { service: 'payments-api', environment: 'production', onset: at(0), resources: [] };
const minutes = (n: number) => at(n * 60);
const deployment = (version: string, when: string, more: Partial<Deployment> = {}): Deployment => ({
  id: `gitlab:${version}:${when}`,
  sender: 'gitlab',
  ref: 'payments/api',
  service: 'payments-api',
  environment: 'production',
  version,
  status: 'succeeded',
  at: when,
  links: {},
  ...more,
});
const rank = (own: Deployment[], dependency: Deployment[] = []) =>
  rankSuspects(
    [
      ...inSequence(own).map((sequenced) => ({ sequenced, distance: 0 })),
      ...inSequence(dependency).map((sequenced) => ({ sequenced, distance: 1 })),
    ],
    about,
    (name) => name,
  );

describe('suspects of an incident', () => {
  it('a lone deployment minutes before is called a suspect, and says where a rollback leads', () => {
    const [first] = rank([deployment('v1.41.3', minutes(-3 * 1440)), deployment('v1.42.0', minutes(-14))]);
    expect(first).toMatchObject({ version: 'v1.42.0', likely: true, lastGood: 'v1.41.3' });
    expect(first!.why).toBe('14m before it began, to the service itself');
  });

  it('what was deployed more than a day before is none, and still says what ran well', () => {
    expect(rank([deployment('v1.41.3', minutes(-1441))])).toEqual([]);
  });

  it('two that look alike share the suspicion: neither is called a suspect', () => {
    const list = rank([deployment('v1', minutes(-10)), deployment('v2', minutes(-9))]);
    expect(list.map(({ likely }) => likely)).toEqual([false, false]);
  });

  it('its own service comes before what it depends on', () => {
    const list = rank(
      [deployment('own', minutes(-20))],
      [deployment('of the ledger', minutes(-20), { ref: 'ledger' })],
    );
    expect(list.map(({ version }) => version)).toEqual(['own', 'of the ledger']);
    expect(list[1]!.why).toContain('to what it depends on');
  });

  it('what a skewed clock puts after the onset is kept, marked and last, however lonely', () => {
    const list = rank([
      deployment('later', minutes(10)),
      deployment('old', minutes(-1200), { environment: 'staging' }),
    ]);
    expect(list.map(({ version }) => version)).toEqual(['old', 'later']);
    expect(list[1]).toMatchObject({ likely: false, why: '10m after it began, to the service itself' });
  });

  it('a rollback is called one', () => {
    const list = rank([
      deployment('v1', minutes(-600)),
      deployment('v2', minutes(-60)),
      deployment('v1', minutes(-5), { id: 'again' }),
    ]);
    expect(list[0]).toMatchObject({ deployment: 'again', lastGood: 'v2' });
    expect(list[0]!.why).toContain('a rollback');
  });

  it('says by which factors, so that it can be explained', () => {
    const [first] = rank([deployment('v1', minutes(-14), { status: 'failed' })]);
    expect(first!.parts).toMatchObject({ outcome: 2, environment: 1, distance: 1 });
  });
});
