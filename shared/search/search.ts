/**
 * Words: which runbooks an alert sounds like. A ranked search over names, folders, headings and bodies, whole pages and
 * their sections, which gives for each candidate what speaks for it; `ranking.ts` weighs that.
 *
 * Promises: the index is plain JSON, built when the catalogue is published; opening it costs milliseconds; a search costs
 * what the alert's words occur in. Pure.
 */
import {
  documentOf,
  EMPTY_NAMES,
  nameTerms,
  placeOf,
  sectionsOf,
  termsOf,
  type WordSource,
  weighPages,
  weighSections,
} from './document.ts';
import { KIND_WORDS, type Kind, kindsOf } from './kind.ts';
import {
  type Asked,
  buildPostings,
  openPostings,
  type Postings,
  type PostingsData,
  rarity,
  scoreDocuments,
  scoreOf,
} from './postings.ts';
import { bare, type Query, type QueryPart } from './query.ts';
import { words } from './split.ts';
import { stem } from './stem.ts';
import { LITTLE_WORDS, spellingOf, synonymsOf, THINGS } from './synonyms.ts';

/** The form of the published index; one of another form is made anew. */
export const WORD_INDEX_FORMAT = 2;

/** As published. Terms are named by their places in `terms`. */
export type WordIndexData = {
  format: typeof WORD_INDEX_FORMAT;
  ids: string[];
  /** All terms in order, one a line. */
  terms: string;
  pages: PostingsData;
  sections: PostingsData;
  /** By runbook: where its sections end in the list of all. */
  sectionEnds: number[];
  /** By runbook: the terms of its name, and of its folders. */
  names: number[][];
  folders: number[][];
  kinds: Kind[];
  /** By runbook: 1 where it is the page of its folder (`README`, or of the same name). */
  isFolders: number[];
};

export type WordIndex = {
  ids: string[];
  terms: string[];
  pages: Postings;
  sections: Postings;
  sectionEnds: number[];
  names: number[][];
  folders: number[][];
  kinds: Kind[];
  /** By term: how much a name gains from holding it; 0 for terms that no name holds. */
  nameWorth: Float64Array;
  /** By runbook: the worth of its whole name. */
  nameTotal: Float64Array;
  /** By runbook: its name and its folders, letters and digits only. */
  homes: string[][];
  /** By the name of a folder, letters and digits only: its own pages. */
  folderPages: Map<string, number[]>;
  /** By term: 1 where it is a thing: of a kind that is known, or the name of a folder. */
  isThing: Uint8Array;
  /** By runbook: whether it is the page of its folder (`README`, or of the same name). */
  isFolders: boolean[];
};

/** What speaks for one runbook. */
export type Evidence = {
  runbook: number;
  /** By the whole page, and by its best section; `section` is that section's place among the page's. */
  page: number;
  inSection: number;
  section: number;
  /** 0 to 1: how much of the page's name the alert accounts for. */
  covered: number;
  /** The page's name holds a thing that the alert does not say. */
  otherThing: boolean;
  /** How much of the name nothing in the alert accounts for, as a worth. */
  stray: number;
  kind: Kind;
  /** 0 to 1: a label or the service of the alert is the page's name or folder. */
  home: number;
  isFolder: boolean;
};

/** The query taken apart: single words and pairs, with what they mean in the index. */
export type Terms = (Asked & { word: string | undefined; inTitle: boolean })[];

/** More runbooks than any team reads. */
export const MAX_RUNBOOKS = 65_535;

/** Two words side by side count besides each of them; so do `crash looping` and `crashlooping` meet. */
const PAIR_WEIGHT = 0.3;
const SYNONYM_WEIGHT = 0.6;
const LITTLE_WEIGHT = 0.8;
/** For a word that no runbook holds: another that begins with it, or that it begins with. */
const BEGINNING_WEIGHT = 0.7;
/** Times the weight of its part: words outside of the title may be stray, and account for a name only in part. */
const SAID_OUTSIDE_TITLE = 1.05;
/** Of what another word of a name is worth. */
const EMPTY_NAME_WORTH = 0.2;
/** Candidates that are looked at closely: the best by whole pages, and by sections. */
const BY_PAGE = 40;
const BY_SECTION = 20;

/** @throws RangeError past `MAX_RUNBOOKS` */
export function buildWordIndex(sources: WordSource[]): WordIndexData {
  if (sources.length > MAX_RUNBOOKS) throw new RangeError(`more than ${MAX_RUNBOOKS} runbooks`);
  const documents = sources.map(documentOf);
  const sections = sources.map(({ body }) => sectionsOf(body));
  const pageWeights = weighPages(documents);
  const sectionWeights = weighSections(sections.flat());
  const terms = [...new Set([...pageWeights, ...sectionWeights].flatMap((weights) => [...weights.keys()]))].sort();
  const place = new Map(terms.map((term, at) => [term, at]));
  let end = 0;
  return {
    format: WORD_INDEX_FORMAT,
    ids: sources.map(({ id }) => id),
    terms: terms.join('\n'),
    pages: buildPostings(pageWeights, terms),
    sections: buildPostings(sectionWeights, terms),
    sectionEnds: sections.map((list) => (end += list.length)),
    names: documents.map((document) => nameTerms(document).map((term) => place.get(term)!)),
    folders: documents.map(({ folder }) => [...new Set(folder)].map((term) => place.get(term)!)),
    kinds: kindsOf(sources),
    isFolders: sources.map(({ id }, at) => (isFolderPage(id, documents[at]!.name) ? 1 : 0)),
  };
}

export function openWordIndex(data: WordIndexData): WordIndex {
  const terms = data.terms === '' ? [] : data.terms.split('\n');
  const holders = new Uint32Array(terms.length);
  for (const name of data.names) for (const term of name) holders[term]! += 1;
  const nameWorth = Float64Array.from(holders, (count, term) => {
    if (count === 0) return 0;
    return rarity(count, data.ids.length) * (EMPTY_NAMES.has(terms[term]!) ? EMPTY_NAME_WORTH : 1);
  });
  const homes = data.ids.map((id) => id.split('/').map(bare));
  const isFolders = data.isFolders.map((is) => is === 1);
  return {
    ids: data.ids,
    terms,
    pages: openPostings(data.pages),
    sections: openPostings(data.sections),
    sectionEnds: data.sectionEnds,
    names: data.names,
    folders: data.folders,
    kinds: data.kinds,
    nameWorth,
    nameTotal: Float64Array.from(data.names, (name) => name.reduce((sum, term) => sum + nameWorth[term]!, 0)),
    homes,
    folderPages: folderPages(homes, isFolders),
    isThing: thingsOf(terms, data),
    isFolders,
  };
}

function thingsOf(terms: string[], { folders }: WordIndexData): Uint8Array {
  const isThing = Uint8Array.from(terms, (term) => (THINGS.has(term) ? 1 : 0));
  for (const folder of folders)
    for (const term of folder) if (!LITTLE_WORDS.has(terms[term]!) && !KIND_WORDS.has(terms[term]!)) isThing[term] = 1;
  return isThing;
}

function folderPages(homes: string[][], isFolders: boolean[]): Map<string, number[]> {
  const pages = new Map<string, number[]>();
  for (const [at, names] of homes.entries())
    if (isFolders[at]!) for (const name of names) pages.set(name, [...(pages.get(name) ?? []), at]);
  return pages;
}

/** A `README`, or a page whose name says no more than its folder: `kube/kubernetes`. */
function isFolderPage(id: string, name: string[]): boolean {
  if (placeOf(id).isFolders) return true;
  const folder = termsOf(id.split('/').at(-2) ?? '');
  return folder.length > 0 && name.every((term) => term === '' || folder.includes(term));
}

/** @returns what speaks for each of the runbooks that may be meant, in no order */
export function gatherEvidence(index: WordIndex, query: Query, terms = queryTerms(index, query.parts)): Evidence[] {
  const pages = scoreDocuments(index.pages, terms);
  const sections = bestSections(index, scoreDocuments(index.sections, terms));
  const folders = query.things.flatMap(({ name }) => index.folderPages.get(name) ?? []).filter((at) => pages[at]! > 0);
  const candidates = new Set([...largest(pages, BY_PAGE), ...largest(sections.scores, BY_SECTION), ...folders]);
  const met = metTerms(terms, (term) => (term.inTitle ? 1 : Math.min(1, term.weight * SAID_OUTSIDE_TITLE)));
  return [...candidates].map((runbook): Evidence => {
    const covered = coverage(index, runbook, met);
    return {
      runbook,
      page: pages[runbook]!,
      inSection: sections.scores[runbook]!,
      section: sections.places[runbook]!,
      covered,
      otherThing: index.names[runbook]!.some((term) => index.isThing[term] === 1 && (met.get(term) ?? 0) < 0.3),
      stray: (1 - covered) * index.nameTotal[runbook]!,
      kind: index.kinds[runbook]!,
      home: homeOf(index, runbook, query.things),
      isFolder: index.isFolders[runbook]!,
    };
  });
}

/** Whether the library has the word, in any of its forms. */
export function isKnownWord({ terms }: WordIndex, word: string): boolean {
  const term = stem(spellingOf(word));
  return terms[placeIn(terms, term)] === term;
}

/** The words of the alert that speak loudest for a runbook. */
export function loudestWords(index: WordIndex, terms: Terms, runbook: number): string[] {
  const worth = new Map<string, number>();
  for (const term of terms) {
    const score = term.word === undefined ? 0 : scoreOf(index.pages, term, runbook);
    if (score > 0) worth.set(term.word!, Math.max(score, worth.get(term.word!) ?? 0));
  }
  return [...worth]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 5)
    .map(([word]) => word);
}

function bestSections({ sectionEnds }: WordIndex, all: Float64Array): { scores: Float64Array; places: Int32Array } {
  const scores = new Float64Array(sectionEnds.length);
  const places = new Int32Array(sectionEnds.length);
  let start = 0;
  for (const [runbook, end] of sectionEnds.entries()) {
    for (let section = start; section < end; section++) {
      if (all[section]! <= scores[runbook]!) continue;
      scores[runbook] = all[section]!;
      places[runbook] = section - start;
    }
    start = end;
  }
  return { scores, places };
}

/** The places of the largest values above 0; of equal ones the first. One pass, for most values are small. */
function largest(values: Float64Array, count: number): number[] {
  const found: number[] = [];
  let least = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (value <= least) continue;
    let place = Math.min(found.length, count - 1);
    while (place > 0 && values[found[place - 1]!]! < value) {
      found[place] = found[place - 1]!;
      place--;
    }
    found[place] = at;
    if (found.length === count) least = values[found[count - 1]!]!;
  }
  return found;
}

/** By term of the index: how much of it the alert says. */
function metTerms(terms: Terms, share: (term: Terms[number]) => number): Map<number, number> {
  const met = new Map<number, number>();
  for (const term of terms) {
    for (const { place, likeness } of term.variants) {
      const value = likeness * share(term);
      if (value > (met.get(place) ?? 0)) met.set(place, value);
    }
  }
  return met;
}

function coverage(index: WordIndex, runbook: number, met: Map<number, number>): number {
  const total = index.nameTotal[runbook]!;
  if (total === 0) return 0;
  const name = index.names[runbook]!;
  return name.reduce((sum, term) => sum + (met.get(term) ?? 0) * index.nameWorth[term]!, 0) / total;
}

function homeOf({ homes }: WordIndex, runbook: number, things: Query['things']): number {
  const own = homes[runbook]!;
  return Math.max(0, ...things.map(({ name, weight }) => (own.includes(name) ? weight : 0)));
}

/** The words of the alert and their pairs, each at the highest weight it is said with. A pair has no `word`. */
export function queryTerms(index: WordIndex, parts: QueryPart[]): Terms {
  const asked = new Map<string, { word: string | undefined; weight: number; inTitle: boolean }>();
  const ask = (term: string, word: string | undefined, weight: number, inTitle: boolean) => {
    const before = asked.get(term);
    if (before === undefined || before.weight < weight) asked.set(term, { word, weight, inTitle });
  };
  for (const { text, weight, inTitle } of parts) {
    const said = words(text);
    const stems = said.map((word) => stem(spellingOf(word)));
    for (const [at, term] of stems.entries()) {
      ask(term, said[at]!, LITTLE_WORDS.has(term) ? weight * LITTLE_WEIGHT : weight, inTitle === true);
      if (at + 1 < stems.length) ask(term + stems[at + 1]!, undefined, weight * PAIR_WEIGHT, inTitle === true);
    }
  }
  return [...asked].map(([term, { word, weight, inTitle }]) => ({
    word,
    weight,
    inTitle,
    variants: variantsOf(index, term, word === undefined),
  }));
}

/** The terms of the index that mean a term of the alert, with how nearly they do; the term itself first. */
function variantsOf(index: WordIndex, term: string, isPair: boolean): { place: number; likeness: number }[] {
  const found: { place: number; likeness: number }[] = [];
  const put = (other: string, likeness: number) => {
    const place = placeIn(index.terms, other);
    if (index.terms[place] === other) found.push({ place, likeness });
  };
  const withSynonyms = (other: string, likeness: number) => {
    put(other, likeness);
    for (const synonym of synonymsOf(other)) put(synonym, likeness * SYNONYM_WEIGHT);
  };
  withSynonyms(term, 1);
  const known = index.terms[placeIn(index.terms, term)] === term;
  if (!known && !isPair && term.length >= 4) addByBeginning(index, term, put, withSynonyms);
  return found;
}

function addByBeginning(
  index: WordIndex,
  term: string,
  put: (other: string, likeness: number) => void,
  withSynonyms: (other: string, likeness: number) => void,
): void {
  for (let length = term.length - 1; length >= 3 && length * 2 >= term.length; length--) {
    const beginning = term.slice(0, length);
    if (index.terms[placeIn(index.terms, beginning)] !== beginning) continue;
    withSynonyms(beginning, (BEGINNING_WEIGHT * length) / term.length);
    break;
  }
  if (term.length < 5) return;
  const first = placeIn(index.terms, term);
  for (let place = first; place < first + 5 && index.terms[place]?.startsWith(term); place++) {
    put(index.terms[place]!, (BEGINNING_WEIGHT * term.length) / index.terms[place]!.length);
  }
}

/** Where a term is in the list, or would be. */
function placeIn(sorted: string[], term: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < term) low = middle + 1;
    else high = middle;
  }
  return low;
}
