import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../shared/deployment/deployment.ts';
import { type Candidate, LIKELY_FROM, type Question, rankCandidates } from '../../shared/deployment/suspects.ts';
import { evaluate, histories } from './evaluation.ts';

const onset = '2026-11-23T03:12:04.000Z';
const question: Question = {
  onset,
  environment: 'production',
  resources: ['arn:aws:lambda:eu-west-2:1:function:payments-api'],
};

function candidate(
  minutesBefore: number,
  changes: Partial<Deployment> = {},
  about: Partial<Candidate> = {},
): Candidate {
  const at = new Date(Date.parse(onset) - minutesBefore * 60_000).toISOString();
  const deployment: Deployment = {
    id: `d${minutesBefore}${JSON.stringify(changes)}`,
    sender: 'generic',
    ref: 'shop/basket',
    status: 'succeeded',
    at,
    links: {},
    ...changes,
  };
  return { deployment, distance: 0, environment: 'production', ...about };
}

const firstOf = (...candidates: Candidate[]) => rankCandidates(candidates, question)[0]?.deployment.id;

describe('of two deployments, the likelier cause is', () => {
  test.each([
    ['the later one', candidate(14), candidate(60)],
    ['the one of the service itself', candidate(14), candidate(14, { title: 'x' }, { distance: 1 })],
    ['the one of the same environment', candidate(60), candidate(14, {}, { environment: 'staging' })],
    ['the one that failed', candidate(14, { status: 'failed' }), candidate(14)],
    ['the one that was not cancelled', candidate(30), candidate(14, { status: 'cancelled' })],
    ['the migration', candidate(14, { title: 'Migration of the orders table' }), candidate(14)],
    ['not the change of a README', candidate(30), candidate(14, { title: 'Fix typo in README' })],
    ['the one that the alert names', candidate(30, { ref: 'payments/payments-api' }), candidate(14)],
    ["one 90 seconds ahead by its sender's clock, rather than one of an hour ago", candidate(-1.5), candidate(60)],
  ])('%s', (_, likelier, other) => {
    expect(firstOf(likelier, other)).toBe(likelier.deployment.id);
    expect(firstOf(other, likelier)).toBe(likelier.deployment.id);
  });
});

describe('what is said', () => {
  test('a lone deployment of a quarter of an hour ago is a suspect', () => {
    const [only] = rankCandidates([candidate(14)], question);
    expect(only).toMatchObject({ isLikely: true, beforeSeconds: 840, isLater: false });
    expect(only?.score).toBeGreaterThan(0.75);
  });

  test('of two that look alike, neither is: both were deployed lately', () => {
    expect(
      rankCandidates([candidate(14), candidate(14, { ref: 'other' })], question).map(({ isLikely }) => isLikely),
    ).toEqual([false, false]);
  });

  test('one of yesterday evening is not', () =>
    expect(rankCandidates([candidate(500)], question)[0]?.isLikely).toBe(false));

  test('one that came after the alert is kept, marked, and behind all others', () => {
    const ranked = rankCandidates(
      [candidate(-10), candidate(1400, {}, { distance: 3, environment: 'staging' })],
      question,
    );
    expect(ranked.map(({ isLater }) => isLater)).toEqual([false, true]);
    expect(ranked[1]).toMatchObject({ score: 0, isLikely: false });
  });

  test('every part of a score is there to be explained', () =>
    expect(Object.keys(rankCandidates([candidate(14)], question)[0]?.parts ?? {})).toEqual([
      'time',
      'distance',
      'environment',
      'outcome',
      'kind',
      'resource',
    ]));

  test('nothing deployed is nobody suspected', () => expect(rankCandidates([], question)).toEqual([]));
});

test('scores are probabilities: each from 0 to 1, together less than 1, at most one of them likely, in order', () => {
  const any = fc
    .record({
      minutes: fc.double({ min: -5000, max: 5000, noNaN: true }),
      status: fc.constantFrom<Deployment['status']>('started', 'succeeded', 'failed', 'cancelled', 'rolled-back'),
      distance: fc.nat(5),
      environment: fc.constantFrom('production', 'staging', undefined),
    })
    .map(({ minutes, status, distance, environment }) => candidate(minutes, { status }, { distance, environment }));
  fc.assert(
    fc.property(fc.array(any, { maxLength: 30 }), (candidates) => {
      const ranked = rankCandidates(candidates, question);
      expect(ranked).toHaveLength(candidates.length);
      const before = ranked.filter(({ isLater }) => !isLater).map(({ score }) => score);
      expect(before).toEqual([...before].sort((a, b) => b - a));
      const sum = ranked.reduce((total, { score }) => total + score, 0);
      expect(sum).toBeLessThan(1);
      expect(ranked.filter(({ isLikely }) => isLikely).length).toBeLessThanOrEqual(1);
      for (const { score, isLikely } of ranked) expect(isLikely).toBe(score >= LIKELY_FROM);
    }),
  );
});

describe('on simulated histories whose causes are known', () => {
  test.each([
    ['usual', 1],
    ['busy', 5],
  ])(
    '%s: of what is called suspect at least 80 in 100 was the cause, and the ranking beats the rules of thumb',
    (_, pace) => {
      const figures = evaluate(histories(5, pace));
      expect(figures.caused).toBeGreaterThan(100);
      expect(figures.precision).toBeGreaterThanOrEqual(0.8);
      expect(figures.top1).toBeGreaterThan(figures.latestOfService);
      expect(figures.top1).toBeGreaterThan(figures.latestAnywhere);
      expect(figures.top3).toBeGreaterThanOrEqual(0.9);
    },
  );
});
