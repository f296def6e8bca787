/**
 * Suspects: which of the deployments before an alert is likely to be its cause. Pure ranking.
 *
 * Every deployment gets a weight, the product of the parts below; beside them stands the weight of "no deployment did it".
 * A deployment's score is its share of all these weights: the probability that it is the cause, given that the parts are
 * right. So two deployments that look alike share the suspicion, and a lone one just before the onset has nearly all.
 *
 * | part | factor |
 * |---|---|
 * | time before onset | how much likelier a harmful deployment shows after just this long than at any time of the day: about 70 at once, 25 after a quarter of an hour, 3 after an hour, 0.4 after six |
 * | distance | 1 for the service itself, 0.35 for what it depends on, a third for each step further |
 * | environment | 1 the same, 0.5 where one is not said, 0.05 another |
 * | outcome | 2 failed, 1.5 rolled back, 0.2 cancelled |
 * | kind of change | 1.4 for words like migration, config, flag, upgrade; 0.3 for docs, typo, test |
 * | resource | 3 where the alert names what was deployed |
 *
 * Promises: what happened after the onset (beyond the skew of clocks) is kept, marked and never ranked before anything
 * else, and never likely. The weights were set by hand and held against a simulated history (test/deployment/history.ts).
 * Called by triage, `explain` and the console.
 */
import type { Deployment } from './deployment.ts';

/** A deployment in question, and what is known of it beside the record. */
export type Candidate = {
  deployment: Deployment;
  /** Steps in the dependency graph: 0 is the alert's own service, 1 what it depends on. */
  distance: number;
  /** The deployment's environment by the catalogue's name for it. */
  environment?: string | undefined;
};

export type Question = {
  /** When the alert began, UTC ISO. */
  onset: string;
  environment?: string | undefined;
  /** What the alert is about: names and ids of its resources. */
  resources?: readonly string[];
};

type Part = 'time' | 'distance' | 'environment' | 'outcome' | 'kind' | 'resource';

export type Ranked = {
  deployment: Deployment;
  distance: number;
  /** Probability of being the cause, 0 to 1. */
  score: number;
  /** Only these are called a suspect on the page; the others were "deployed lately". */
  isLikely: boolean;
  /** Seconds before the onset; negative after it. */
  beforeSeconds: number;
  /** It happened after the alert began: kept for people to see. */
  isLater: boolean;
  parts: Record<Part, number>;
};

/** Above it, at least 80 in 100 of the simulated history's suspects were the cause. */
export const LIKELY_FROM = 0.6;
/** Clocks of senders differ: so much after the onset still counts as before it. */
const SKEW_SECONDS = 120;
/** The weight of "no deployment did it", on the scale on which an average hour of the day weighs 1. */
const NONE = 6;

/** All candidates, likeliest first; those after the onset last, latest first. */
export function rankCandidates(candidates: readonly Candidate[], question: Question): Ranked[] {
  const weighed = candidates.map((candidate) => weigh(candidate, question));
  const sum = weighed.reduce((total, { weight }) => total + weight, NONE);
  const ranked = weighed.map(({ weight, ...rest }): Ranked => {
    const score = weight / sum;
    return { ...rest, score, isLikely: score >= LIKELY_FROM };
  });
  return ranked.sort(
    (a, b) =>
      Number(a.isLater) - Number(b.isLater) ||
      b.score - a.score ||
      a.distance - b.distance ||
      (a.deployment.at < b.deployment.at ? 1 : -1),
  );
}

function weigh(candidate: Candidate, question: Question): Omit<Ranked, 'score' | 'isLikely'> & { weight: number } {
  const { deployment, distance } = candidate;
  const beforeSeconds = (Date.parse(question.onset) - Date.parse(deployment.at)) / 1000;
  const isLater = !(beforeSeconds >= -SKEW_SECONDS);
  const parts: Record<Part, number> = {
    time: timeFactor(Math.max(0, beforeSeconds) / 60),
    distance: 0.35 ** Math.max(0, distance),
    environment: environmentFactor(candidate.environment, question.environment),
    outcome: OUTCOMES[deployment.status] ?? 1,
    kind: kindFactor(deployment.title),
    resource: namesIt(question.resources ?? [], deployment) ? 3 : 1,
  };
  const weight = isLater ? 0 : Object.values(parts).reduce((product, factor) => product * factor, 1);
  return { deployment, distance, beforeSeconds, isLater, parts, weight };
}

const DAY_MINUTES = 1440;

/** Most harm shows within minutes, some with the next batch or the morning's load: two exponentials beside a flat day. */
function timeFactor(minutes: number): number {
  const density = (0.7 / 15) * Math.exp(-minutes / 15) + (0.3 / 240) * Math.exp(-minutes / 240);
  return density * DAY_MINUTES;
}

function environmentFactor(there: string | undefined, here: string | undefined): number {
  if (there === undefined || here === undefined) return 0.5;
  return there === here ? 1 : 0.05;
}

const OUTCOMES: Partial<Record<Deployment['status'], number>> = { failed: 2, 'rolled-back': 1.5, cancelled: 0.2 };

const RISKY = /\b(migrat\w*|schema|config\w*|flags?|upgrade|bump|rollback|revert|database|timeout|pool|cache)\b/i;
const HARMLESS = /\b(docs?|readme|typo|comments?|tests?|lint|changelog)\b/i;

function kindFactor(title: string | undefined): number {
  if (title === undefined) return 1;
  const said = title.slice(0, 300);
  return RISKY.test(said) ? 1.4 : HARMLESS.test(said) ? 0.3 : 1;
}

/** The alert's resource carries the name of what was deployed: the function, the stack, the service. */
function namesIt(resources: readonly string[], { ref, service }: Deployment): boolean {
  const names = [service, ref.split('/').at(-1)].filter((name) => name !== undefined && name.length >= 4);
  return resources.some((resource) =>
    names.some((name) => resource.toLowerCase().includes((name ?? '').toLowerCase())),
  );
}
