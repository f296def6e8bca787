/**
 * What people type into a search box: the pages that answer, each with the section that does. The index is that of the
 * choice by words; a word that the library does not have is taken for the nearest that it has.
 *
 * Pure. Called by `pageturner search`.
 */

import type { Query } from '../../shared/search/query.ts';
import { gatherEvidence, isKnownWord, type WordIndex } from '../../shared/search/search.ts';
import { words } from '../../shared/search/split.ts';
import { distance } from '../../shared/written/written.ts';

export type Answer = {
  id: string;
  /** 0 to 1, beside the best answer there could be. */
  score: number;
  /** The place of the best section among those that `sectionsOf` gives. */
  section: number;
};

export type LookedUp = {
  answers: Answer[];
  /** Words that were taken for another. */
  corrected: { said: string; meant: string }[];
};

const MOST_ANSWERS = 10;
const MOST_WORDS = 20;
/** Words of so many letters may have one wrong, and longer ones two. */
const ONE_WRONG_FROM = 4;
const TWO_WRONG_FROM = 8;

/** @param vocabulary the words of the library as they are written there, from which a mistyped one is corrected */
export function lookUp(index: WordIndex, text: string, vocabulary: ReadonlyMap<string, number>): LookedUp {
  const corrected: LookedUp['corrected'] = [];
  const meant = words(text)
    .slice(0, MOST_WORDS)
    .map((said) => {
      const known = isKnownWord(index, said) ? undefined : nearestWord(said, vocabulary);
      if (known !== undefined) corrected.push({ said, meant: known });
      return known ?? said;
    });
  const query: Query = { parts: [{ text: meant.join(' '), weight: 1, inTitle: true }], things: [] };
  const evidence = gatherEvidence(index, query);
  const bestPage = Math.max(1e-9, ...evidence.map(({ page }) => page));
  const bestSection = Math.max(1e-9, ...evidence.map(({ inSection }) => inSection));
  const answers = evidence.map((one) => ({
    id: index.ids[one.runbook]!,
    score: Math.round((100 * (one.page / bestPage + one.inSection / bestSection + one.covered)) / 3) / 100,
    section: one.section,
  }));
  answers.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  return { answers: answers.slice(0, MOST_ANSWERS), corrected };
}

/** Each word of the library with how often it occurs. */
export function vocabularyOf(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) for (const word of words(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Of the nearest words the one that the library uses most. */
function nearestWord(said: string, vocabulary: ReadonlyMap<string, number>): string | undefined {
  if (said.length < ONE_WRONG_FROM) return undefined;
  const allowed = said.length < TWO_WRONG_FROM ? 1 : 2;
  let best: { word: string; apart: number; count: number } | undefined;
  for (const [word, count] of vocabulary) {
    if (Math.abs(word.length - said.length) > allowed) continue;
    const apart = distance(said, word);
    if (apart > allowed) continue;
    if (best === undefined || apart < best.apart || (apart === best.apart && count > best.count))
      best = { word, apart, count };
  }
  return best?.word;
}
