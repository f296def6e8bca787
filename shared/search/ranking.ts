/**
 * From what speaks for each candidate to the probability that it is the right one: a softmax over the candidates with
 * "none of them" as one more. Pure.
 */
import type { Evidence } from './search.ts';

export const FEATURES = [
  /** The score of the whole page: its logarithm, and beside the best candidate's. */
  'logPage',
  'besidePage',
  /** The same, less for a page whose name the alert accounts for only in part. */
  'besideNamed',
  /** The score of the page's best section beside the best section of all. */
  'besideSection',
  /** How much of the page's name the alert accounts for. */
  'covered',
  /** What of the name nothing in the alert accounts for: a thing of another kind, and any word. */
  'otherThing',
  'stray',
  /** A page for trouble, or for work that can wait: by name and folder, and by headings. */
  'kindPath',
  'kindHeadings',
  /** A label or the service of the alert names the folder whose page this is; and how far the name is said elsewhere, too. */
  'homeFolder',
  'homeCovered',
] as const;
export type Feature = (typeof FEATURES)[number];
export type Weights = Record<Feature | 'none', number>;

/** Fitted by `test/bench/ranking/fit.ts` on 2026-11-25; that script says how good they are on libraries left out. */
export const WEIGHTS: Weights = {
  logPage: 0.796,
  besidePage: 2.538,
  besideNamed: 2.655,
  besideSection: 3.583,
  covered: 2.099,
  otherThing: -0.43,
  stray: -0.899,
  kindPath: 0.559,
  kindHeadings: 0.244,
  homeFolder: 1.97,
  homeCovered: 4.448,
  none: 9.566,
};
const WHOLE_NAME = 0.9;
/** From how much on a page is said to be of a kind: both signs together, of 2. */
const CLEAR_KIND = 0.6;
/** What the alert's service owns ranks first: given, not fitted. */
const OWNED = 3;

export type Weighed = { evidence: Evidence; probability: number; owned: boolean };

/** By candidate: the values that the weights are for, in the order of `FEATURES`. */
export function featuresOf(all: Evidence[]): number[][] {
  const bestPage = Math.max(1e-9, ...all.map(({ page }) => page));
  const named = ({ page, covered }: Evidence) => page * (0.5 + 0.5 * covered * covered);
  const bestNamed = Math.max(1e-9, ...all.map(named));
  const bestSection = Math.max(1e-9, ...all.map(({ inSection }) => inSection));
  return all.map((one) => {
    const values: Record<Feature, number> = {
      logPage: Math.log(one.page / 6 + 0.05),
      besidePage: one.page / bestPage,
      besideNamed: named(one) / bestNamed,
      besideSection: one.inSection / bestSection,
      covered: one.covered,
      otherThing: one.otherThing ? 1 : 0,
      stray: one.stray / 10,
      kindPath: one.kind.path,
      kindHeadings: one.kind.headings,
      homeFolder: one.isFolder ? one.home : 0,
      homeCovered: one.isFolder ? one.home * one.covered : 0,
    };
    return FEATURES.map((name) => values[name]);
  });
}

/** @returns the candidates with the probability that each is the right runbook, most probable first */
export function probabilities(all: Evidence[], owned: (runbook: number) => boolean, weights = WEIGHTS): Weighed[] {
  const features = featuresOf(all);
  const scored = all.map((evidence, at) => {
    const own = owned(evidence.runbook);
    const sum = FEATURES.reduce((total, name, place) => total + weights[name] * features[at]![place]!, 0);
    return { evidence, owned: own, odds: Math.exp(sum - weights.none + (own ? OWNED : 0)) };
  });
  const total = scored.reduce((sum, { odds }) => sum + odds, 1);
  return scored
    .map(({ evidence, owned: own, odds }) => ({ evidence, owned: own, probability: odds / total }))
    .sort((a, b) => b.probability - a.probability || a.evidence.runbook - b.evidence.runbook);
}

/** What speaks for a candidate and against it beside its words, each as the end of a sentence about the page. */
export function reasonsFor({ covered, otherThing, kind, home, isFolder }: Evidence): string[] {
  return [
    ...(home > 0 && isFolder ? ['is the page of a folder that the alert names'] : []),
    ...(covered >= WHOLE_NAME ? ['the alert says its whole name'] : []),
    ...(otherThing ? ['its name has a thing that the alert does not say'] : []),
    ...(kind.path + kind.headings <= -CLEAR_KIND ? ['reads like a guide, not like a page for trouble'] : []),
  ];
}
