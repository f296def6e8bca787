/**
 * How good the ranking of suspects is on a simulated history, beside the two rules of thumb that people use.
 *   node_modules/.bin/node test/deployment/evaluation.ts [histories, 20]
 */
import type { Deployment } from '../../shared/deployment/deployment.ts';
import { rankCandidates } from '../../shared/deployment/suspects.ts';
import { type Case, history } from './history.ts';

export type Figures = {
  incidents: number;
  caused: number;
  /** Of the deployments called "suspect", the share that was the cause. */
  precision: number;
  /** Of the incidents that a deployment caused, the share in which one was called suspect. */
  named: number;
  top1: number;
  top3: number;
  latestOfService: number;
  latestAnywhere: number;
};

export function evaluate(cases: Case[]): Figures {
  const caused = cases.filter(({ cause }) => cause !== undefined);
  let suspects = 0;
  let right = 0;
  let top1 = 0;
  let top3 = 0;
  let ofService = 0;
  let anywhere = 0;
  for (const { question, candidates, anywhere: all, cause } of cases) {
    const ranked = rankCandidates(candidates, question);
    for (const { deployment, isLikely } of ranked) {
      if (!isLikely) continue;
      suspects++;
      if (deployment.id === cause) right++;
    }
    if (cause === undefined) continue;
    const position = ranked.findIndex(({ deployment }) => deployment.id === cause);
    if (position === 0) top1++;
    if (position >= 0 && position < 3) top3++;
    if (latest(candidates.filter(({ distance }) => distance === 0).map(({ deployment }) => deployment)) === cause)
      ofService++;
    if (latest(all) === cause) anywhere++;
  }
  const share = (count: number, of: number) => Math.round((count / Math.max(1, of)) * 1000) / 1000;
  return {
    incidents: cases.length,
    caused: caused.length,
    precision: share(right, suspects),
    named: share(right, caused.length),
    top1: share(top1, caused.length),
    top3: share(top3, caused.length),
    latestOfService: share(ofService, caused.length),
    latestAnywhere: share(anywhere, caused.length),
  };
}

function latest(deployments: Deployment[]): string | undefined {
  return deployments.reduce<Deployment | undefined>((a, b) => (a !== undefined && a.at > b.at ? a : b), undefined)?.id;
}

export function histories(count: number, pace = 1): Case[] {
  return Array.from({ length: count }, (_, seed) => history(seed + 1, pace)).flat();
}

if (import.meta.main) {
  const count = Number(process.argv[2] ?? 20);
  console.table({ usual: evaluate(histories(count)), busy: evaluate(histories(count, 5)) });
}
