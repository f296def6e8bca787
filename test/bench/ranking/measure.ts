/** How often the choice by words is right: top-1 and top-3, by alert (micro) and by page (macro), and how many calls are. */
import { choose, openRunbooks, prepareRunbooks } from '../../../shared/runbook/choose.ts';
import type { Choice } from '../../../shared/runbook/runbook.ts';
import type { Library } from './libraries.ts';

export type Figures = {
  micro: [top1: number, top3: number];
  macro: [top1: number, top3: number];
  count: number;
  called: number;
  right: number;
};

/** Every pair with what is chosen for it. */
export function chooseAll({ runbooks, pairs }: Library): { truth: string; title: string; choice: Choice }[] {
  const opened = openRunbooks(prepareRunbooks(runbooks, []));
  return pairs.map(({ alert, truth }) => ({ truth, title: alert.title, choice: choose(opened, alert) }));
}

export function figuresOf(chosen: { truth: string; choice: Choice }[]): Figures {
  const byPage = Map.groupBy(chosen, ({ truth }) => truth);
  const share = (list: typeof chosen, first: number) =>
    list.filter(({ truth, choice }) => choice.candidates.slice(0, first).some(({ runbook }) => runbook === truth))
      .length / list.length;
  const macro = (first: number) =>
    [...byPage.values()].reduce((sum, list) => sum + share(list, first), 0) / byPage.size;
  const called = chosen.filter(({ choice }) => choice.runbook !== null);
  return {
    micro: [share(chosen, 1), share(chosen, 3)],
    macro: [macro(1), macro(3)],
    count: chosen.length,
    called: called.length,
    right: called.filter(({ truth, choice }) => choice.runbook === truth).length,
  };
}

/** Of the first candidates by tenths of how sure the choice is of them: how many there are, and the share that is right. */
export function reliabilityOf(
  chosen: { truth: string; choice: Choice }[],
): { from: number; count: number; right: number }[] {
  return Array.from({ length: 10 }, (_, tenth) => {
    const bin = chosen.filter(
      ({ choice }) => Math.min(9, Math.floor((choice.candidates[0]?.score ?? 0) * 10)) === tenth,
    );
    const right = bin.filter(({ truth, choice }) => choice.candidates[0]?.runbook === truth).length;
    return {
      from: tenth / 10,
      count: bin.length,
      right: bin.length === 0 ? 0 : Math.round((100 * right) / bin.length) / 100,
    };
  });
}
