import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../shared/deployment/deployment.ts';
import { inSequence } from '../../shared/deployment/sequence.ts';

const commit = (letter: string) => letter.repeat(40);
let minute = 0;
function deployed(letter: string, changes: Partial<Deployment> = {}): Deployment {
  minute += 1;
  return {
    id: `gitlab:payments/api:${minute}`,
    sender: 'gitlab',
    ref: 'payments/api',
    environment: 'production',
    version: 'main',
    commit: commit(letter),
    status: 'succeeded',
    at: new Date(Date.parse('2026-11-23T00:00:00.000Z') + minute * 60_000).toISOString(),
    links: { change: `https://gitlab.example.gov.uk/payments/api/-/commit/${commit(letter)}` },
    ...changes,
  };
}
const last = (...deployments: Deployment[]) => inSequence(deployments).at(-1);

describe('what a deployment is beside those before it', () => {
  test.each([
    ['the first', [deployed('a')], { isRetry: false, isRollback: false }],
    ['a new version', [deployed('a'), deployed('b')], { isRetry: false, isRollback: false }],
    [
      'the same again',
      [deployed('a'), deployed('b', { status: 'failed' }), deployed('b')],
      { isRetry: true, isRollback: false },
    ],
    [
      'the one before the last, again',
      [deployed('a'), deployed('b'), deployed('a')],
      { isRetry: false, isRollback: true },
    ],
    [
      'one that its sender rolled back',
      [deployed('a'), deployed('b', { status: 'rolled-back' })],
      { isRollback: true },
    ],
    ['a commit cut short', [deployed('a'), deployed('b'), deployed('a', { commit: 'aaaaaaaa' })], { isRollback: true }],
    [
      'another commit of the same branch',
      [deployed('a'), deployed('b'), deployed('c')],
      { isRetry: false, isRollback: false },
    ],
    [
      'a version without commits',
      [
        deployed('a', { version: 'v1', commit: undefined } as never),
        deployed('b', { version: 'v2' }),
        deployed('a', { version: 'v1' }),
      ],
      { isRollback: true },
    ],
    [
      'the same version in another environment',
      [deployed('a', { environment: 'staging' }), deployed('a')],
      { isRetry: false, isRollback: false },
    ],
  ])('%s', (_, deployments, expected) => expect(last(...deployments)).toMatchObject(expected));
});

describe('the last good one', () => {
  const [a, b, c] = [deployed('a'), deployed('b', { status: 'failed' }), deployed('c')];
  test('is the last that succeeded, and the compare link begins there', () => {
    const found = last(a, b, c);
    expect(found?.lastGood?.id).toBe(a.id);
    expect(found?.compare).toBe(`https://gitlab.example.gov.uk/payments/api/-/compare/${commit('a')}...${commit('c')}`);
  });

  test('is found for any order of the records', () => {
    expect(inSequence([c, a, b]).map(({ deployment }) => deployment.id)).toEqual([a.id, b.id, c.id]);
    expect(inSequence([c, a, b]).at(-1)?.lastGood?.id).toBe(a.id);
  });

  test('is never one that was cancelled or still runs', () => {
    const found = last(a, deployed('d', { status: 'cancelled' }), deployed('e', { status: 'started' }), deployed('f'));
    expect(found?.lastGood?.id).toBe(a.id);
  });
});

describe('the compare link', () => {
  test.each([
    [
      'of GitHub',
      { sender: 'github' as const, links: { change: `https://github.com/payments/api/commit/${commit('b')}` } },
      `https://github.com/payments/api/compare/${commit('a')}...${commit('b')}`,
    ],
    ['that the sender gave', { links: { compare: 'https://example.gov.uk/diff' } }, 'https://example.gov.uk/diff'],
    ['of a sender whose compare pages are not known', { sender: 'generic' as const }, undefined],
  ])('%s', (_, changes, compare) => expect(last(deployed('a'), deployed('b', changes))?.compare).toBe(compare));

  test('is none where nothing changed', () => expect(last(deployed('a'), deployed('a'))?.compare).toBeUndefined());
});
