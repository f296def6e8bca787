/**
 * Fits the weights of `shared/search/ranking.ts` on the open libraries by maximum likelihood, and says how good they are on
 * each organisation's libraries when fitted without them.
 *
 *   node test/bench/ranking/fit.ts
 *
 * In a fifth of the examples the right runbook is taken out of the candidates: "none of them" is part of what is learned.
 */
import { FLOOR } from '../../../shared/runbook/choose.ts';
import { alertQuery } from '../../../shared/search/query.ts';
import { FEATURES, featuresOf, type Weights } from '../../../shared/search/ranking.ts';
import { buildWordIndex, type Evidence, gatherEvidence, openWordIndex } from '../../../shared/search/search.ts';
import { type Library, openLibraries } from './libraries.ts';

/** One alert: the features of its candidates, and which of them is right; -1 for none. */
type Example = { features: number[][]; right: number; weight: number };
type Prepared = { library: Library; cases: { evidence: Evidence[]; truth: number }[] };

const ABSENT_EVERY = 5;
/** Keeps weights that the examples say little about near 0. */
const RIDGE = 0.002;
const STEPS = 400;
/** What the weights are drawn towards, the rest towards 0: a label that names a folder leads to the folder's page. */
const PRIOR: Partial<Weights> = { homeFolder: 1, homeCovered: 4 };

function prepare(library: Library): Prepared {
  const index = openWordIndex(buildWordIndex(library.runbooks));
  const place = new Map(index.ids.map((id, at) => [id, at]));
  const cases = library.pairs.map(({ alert, truth }) => ({
    evidence: gatherEvidence(index, alertQuery(alert)),
    truth: place.get(truth) ?? -1,
  }));
  return { library, cases };
}

function examplesOf({ library, cases }: Prepared): Example[] {
  const count = new Map<string, number>();
  for (const { truth } of library.pairs) count.set(truth, (count.get(truth) ?? 0) + 1);
  const list = cases.map(({ evidence, truth }, at) => {
    const kept = at % ABSENT_EVERY === 0 ? evidence.filter(({ runbook }) => runbook !== truth) : evidence;
    // Between every alert alike and every page alike.
    const weight = 1 / count.get(library.pairs[at]!.truth)! ** 0.75;
    return { features: featuresOf(kept), right: kept.findIndex(({ runbook }) => runbook === truth), weight };
  });
  const total = list.reduce((sum, { weight }) => sum + weight, 0);
  return list.map((one) => ({ ...one, weight: one.weight / total }));
}

/** Adam over the log-likelihood of a softmax with "none" at the odds `exp(none)`. The last value is `none`. */
function fitWeights(examples: Example[]): number[] {
  const size = FEATURES.length + 1;
  const theta = new Array<number>(size).fill(0);
  const m = new Array<number>(size).fill(0);
  const v = new Array<number>(size).fill(0);
  const total = examples.reduce((sum, { weight }) => sum + weight, 0);
  for (let step = 1; step <= STEPS; step++) {
    const gradient = theta.map((value, at) => (at === size - 1 ? 0 : RIDGE * (value - (PRIOR[FEATURES[at]!] ?? 0))));
    for (const example of examples) addGradient(gradient, theta, example, total);
    for (let at = 0; at < size; at++) {
      m[at] = 0.9 * m[at]! + 0.1 * gradient[at]!;
      v[at] = 0.999 * v[at]! + 0.001 * gradient[at]! ** 2;
      theta[at]! -= (0.1 * m[at]!) / (1 - 0.9 ** step) / (Math.sqrt(v[at]! / (1 - 0.999 ** step)) + 1e-9);
    }
  }
  return theta;
}

function addGradient(gradient: number[], theta: number[], { features, right, weight }: Example, total: number): void {
  const none = theta.at(-1)!;
  const logits = features.map((values) => values.reduce((sum, value, at) => sum + value * theta[at]!, 0));
  const top = Math.max(none, ...logits);
  const odds = logits.map((logit) => Math.exp(logit - top));
  const noneOdds = Math.exp(none - top);
  const sum = odds.reduce((all, one) => all + one, noneOdds);
  const scale = weight / total;
  for (const [place, values] of features.entries()) {
    const miss = (odds[place]! / sum - (place === right ? 1 : 0)) * scale;
    for (const [at, value] of values.entries()) gradient[at]! += miss * value;
  }
  gradient[theta.length - 1]! += (noneOdds / sum - (right === -1 ? 1 : 0)) * scale;
}

function asWeights(theta: number[]): Weights {
  const round = (value: number) => Math.round(value * 1000) / 1000;
  return Object.fromEntries([...FEATURES, 'none' as const].map((name, at) => [name, round(theta[at]!)])) as Weights;
}

/** What the weights make of one library: by alert, where the right page came, and how sure they were of the first. */
function judge({ library, cases }: Prepared, theta: number[]): Judged[] {
  const none = theta.at(-1)!;
  return cases.map(({ evidence, truth }, at) => {
    const logits = featuresOf(evidence).map((values) =>
      values.reduce((sum, value, f) => sum + value * theta[f]!, -none),
    );
    const odds = logits.map(Math.exp);
    const total = odds.reduce((sum, one) => sum + one, 1);
    const order = [...odds.keys()].sort((a, b) => odds[b]! - odds[a]!);
    const place = order.findIndex((one) => evidence[one]!.runbook === truth);
    const sure = order.length === 0 ? 0 : odds[order[0]!]! / total;
    return { place: place < 0 ? Number.POSITIVE_INFINITY : place, sure, page: library.pairs[at]!.truth };
  });
}

type Judged = { place: number; sure: number; page: string };

function textOf(name: string, judged: Judged[]): string {
  const pages = [...Map.groupBy(judged, ({ page }) => page).values()];
  const share = (list: Judged[], first: number) => list.filter(({ place }) => place < first).length / list.length;
  const macro = (first: number) => pages.reduce((sum, list) => sum + share(list, first), 0) / pages.length;
  const called = judged.filter(({ sure }) => sure >= FLOOR);
  const figures = [
    share(judged, 1),
    share(judged, 3),
    macro(1),
    macro(3),
    called.length / judged.length,
    share(called, 1),
  ];
  const [micro1, micro3, macro1, macro3, calls, right] = figures.map((value) => value.toFixed(3));
  return `${name.padEnd(48)} micro ${micro1}/${micro3} macro ${macro1}/${macro3} called ${calls} right ${right}`;
}

/** Of the first candidates by how sure the ranking is of them: how many there are, and how many are right. */
function reliability(judged: Judged[]): string[] {
  return Array.from({ length: 10 }, (_, tenth) => {
    const bin = judged.filter(({ sure }) => Math.min(9, Math.floor(sure * 10)) === tenth);
    const right = bin.filter(({ place }) => place === 0).length;
    const share = bin.length === 0 ? '-' : (right / bin.length).toFixed(2);
    return `  ${(tenth / 10).toFixed(1)} to ${((tenth + 1) / 10).toFixed(1)}: ${bin.length} alerts, right ${share}`;
  });
}

function run(): void {
  const prepared = openLibraries().map(prepare);
  const organisations = [...new Set(prepared.map(({ library }) => library.organisation))];
  const theta = fitWeights(prepared.flatMap(balanced(prepared)));
  console.log('Weights from all libraries:', asWeights(theta));
  for (const one of prepared) console.log(textOf(one.library.name, judge(one, theta)));
  console.log('\nEach library by weights that were fitted without its organisation:');
  const leftOut = organisations.flatMap((organisation) => {
    const others = prepared.filter(({ library }) => library.organisation !== organisation);
    const without = fitWeights(others.flatMap(balanced(others)));
    return prepared
      .filter(({ library }) => library.organisation === organisation)
      .map((one) => ({ name: one.library.name, judged: judge(one, without) }));
  });
  for (const { name, judged } of leftOut) console.log(textOf(name, judged));
  const all = leftOut.flatMap(({ judged }) => judged);
  console.log(`\nReliability on libraries left out:\n${reliability(all).join('\n')}`);
  for (const floor of [0.5, 0.6, FLOOR, 0.8, 0.9]) {
    const called = all.filter(({ sure }) => sure >= floor);
    const right = called.filter(({ place }) => place === 0).length / called.length;
    console.log(`  floor ${floor}: ${(called.length / all.length).toFixed(2)} called, right ${right.toFixed(3)}`);
  }
}

/** Every organisation counts alike, however many files it has. */
function balanced(list: Prepared[]): (one: Prepared) => Example[] {
  return (one) => {
    const files = list.filter(({ library }) => library.organisation === one.library.organisation).length;
    return examplesOf(one).map((example) => ({ ...example, weight: example.weight / Math.sqrt(files) }));
  };
}

if (import.meta.main) run();
