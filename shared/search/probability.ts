/**
 * From the scores of a word search to probabilities: a softmax over the candidates with "none of them" as one more. The four
 * weights were fitted by maximum likelihood on alerts whose runbook is known, a fifth of them with that runbook taken out
 * of the catalogue, so that the absent right answer is part of what was learned.
 */
import type { WordHit } from './search.ts';

const WEIGHTS = {
  /** Logarithm of the score. */
  evidence: 1.818,
  /** How much of the runbook's name the alert accounts for. */
  covered: 1.978,
  /** The score beside the best candidate's. */
  beside: 7.009,
  bias: -9.014,
  /** What the alert's service owns ranks first: given, not fitted. */
  owned: 3,
} as const;

export type Weighed = { hit: WordHit; probability: number; owned: boolean };

/** @returns the hits with the probability that each is the right runbook, most probable first */
export function probabilities(hits: WordHit[], owned: boolean[]): Weighed[] {
  const best = hits[0]?.score ?? 1;
  const weighed = hits.map((hit, at) => ({
    hit,
    owned: owned[at]!,
    odds: Math.exp(
      WEIGHTS.bias +
        WEIGHTS.evidence * Math.log(hit.score / 6 + 0.05) +
        WEIGHTS.covered * hit.covered +
        (WEIGHTS.beside * hit.score) / best +
        (owned[at] ? WEIGHTS.owned : 0),
    ),
  }));
  const total = weighed.reduce((sum, { odds }) => sum + odds, 1);
  return weighed
    .map(({ hit, owned: own, odds }) => ({ hit, owned: own, probability: odds / total }))
    .sort((a, b) => b.probability - a.probability);
}
