import { describe, expect, it } from 'vitest';
import { toilOf } from '../../shared/toil/toil.ts';
import { catalogue, incidentOf, type Night } from './night.ts';

/** The n-th night of November, 03:00. */
const times = (count: number, more: (n: number) => Partial<Night>): Night[] =>
  [...Array(count)].map((_, n) => ({
    opened: `2026-11-${String(n + 1).padStart(2, '0')}T03:00:00.000Z`,
    group: 'one',
    ...more(n),
  }));
const adviceOf = (nights: Night[]) =>
  toilOf(nights.map(incidentOf), catalogue, {
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-12-01T00:00:00.000Z',
    by: 'service',
    now: '2026-12-01T00:00:00.000Z',
  }).advice;
const changes = (nights: Night[]) => adviceOf(nights).map(({ change }) => change);

describe('an alarm that ends by itself', () => {
  const nights = times(10, (n) => (n === 9 ? { resolvedBy: 3000 } : { ends: 100 + n * 20 }));

  it('gets a hold that outlasts nine in ten of those ends', () => {
    expect(changes(nights)).toEqual([{ kind: 'hold', runbook: 'payments/5xx', holdSeconds: 300 }]);
  });

  it('says what it would have spared, and who would have waited', () => {
    const [advice] = adviceOf(nights);
    expect(advice).toMatchObject({
      incidents: 10,
      why: '9 of 10 were over within 5 minutes, before anybody acted; acted on: 95 % between 2 % and 40 %.',
      effect: '9 would have paged nobody; 1 on which somebody acted would have paged 5 minutes later, 0 not at all.',
      acted: { yes: 1, of: 10 },
    });
    expect(advice!.spares.sleep).toBeGreaterThanOrEqual(9);
    expect(advice!.examples).toHaveLength(5);
  });

  it('gets none where that would take longer than half an hour', () => {
    expect(changes(times(9, () => ({ ends: 2400 })))).toEqual([
      { kind: 'severity', runbook: 'payments/5xx', severity: 'warning' },
    ]);
  });
});

describe('an alarm that people call noise', () => {
  const noise = (count: number, acted = 0) =>
    times(count, (n) => ({ acknowledged: 60, ends: 4000, verdict: n < acted ? 'acted' : 'noise' }));

  it('becomes a warning', () => {
    expect(changes(noise(8))).toEqual([{ kind: 'severity', runbook: 'payments/5xx', severity: 'warning' }]);
    expect(changes(noise(20, 2))).toEqual([{ kind: 'severity', runbook: 'payments/5xx', severity: 'warning' }]);
  });

  it('is to be deleted where nobody acted on ten', () => {
    expect(changes(noise(10))).toEqual([{ kind: 'delete' }]);
  });

  it('stays where people may act on it more often than not', () => {
    expect(changes(noise(8, 3))).toEqual([]);
  });
});

it('fewer than five incidents prove nothing', () => {
  expect(changes(times(4, () => ({ ends: 60, runbook: null })))).toEqual([]);
});

it('incidents that nobody judged prove nothing', () => {
  expect(changes(times(9, () => ({ acknowledged: 60, ends: 4000 })))).toEqual([]);
});

it('incidents without a runbook ask for one', () => {
  expect(changes(times(5, () => ({ acknowledged: 60, resolvedBy: 4000, runbook: null })))).toEqual([
    { kind: 'runbook', match: { service: ['payments-api'], title: ['Queue is long'] } },
  ]);
});

it('what wakes most people comes first', () => {
  const day = times(9, () => ({ ends: 60, title: 'By day' })).map((night, n) => ({
    ...night,
    opened: night.opened.replace('T03', 'T11'),
    group: `day${n}`,
  }));
  const night = times(6, () => ({ ends: 60, title: 'By night', group: 'night' }));
  expect(adviceOf([...day, ...night]).map(({ title }) => title)).toEqual(['By night', 'By day']);
});
