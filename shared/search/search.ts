/**
 * Words: which runbooks an alert sounds like. A ranked search over names, folders, headings and bodies (after BM25F:
 * Robertson, Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), and from its scores the probability
 * that each candidate is the right one, with "none of them" as one of the answers.
 *
 * Promises: the index is plain JSON, built when the catalogue is published; opening it costs milliseconds; a search costs
 * what the alert's words occur in. Pure.
 */
import { words } from './split.ts';
import { stem } from './stem.ts';
import { LITTLE_WORDS, spellingOf, synonymsOf } from './synonyms.ts';

/** What is known of a runbook's text. */
export type WordSource = { id: string; title: string; body: string };

/** As published. Binary columns are base64, little-endian. */
export type WordIndexData = {
  ids: string[];
  /** All terms in order, one a line. */
  terms: string;
  /** Uint32: where each term's postings end. */
  ends: string;
  /** Uint16: the runbook of each posting. */
  runbooks: string;
  /** Uint8: how strongly the term speaks for the runbook, 255 for `MAX_STRENGTH`. */
  strengths: string;
  /** By runbook: the terms of its name, as places in `terms`. */
  names: number[][];
};

export type WordIndex = {
  ids: string[];
  terms: string[];
  ends: Uint32Array;
  runbooks: Uint16Array;
  strengths: Uint8Array;
  names: number[][];
  /** By term: how much a name gains from holding it; 0 for terms that no name holds. */
  nameWorth: Float64Array;
  /** By runbook: the worth of its whole name. */
  nameTotal: Float64Array;
  /** By posting: 1 where the term is part of that runbook's name. */
  inName: Uint8Array;
};

/** Part of an alert, and how much its words count. */
export type QueryPart = { text: string; weight: number };

export type WordHit = {
  runbook: number;
  score: number;
  /** 0 to 1: how much of the runbook's name the alert accounts for. */
  covered: number;
  /** The words of the alert that spoke loudest for it. */
  words: string[];
};

/** More runbooks than any team reads; the postings hold 16 bits. */
export const MAX_RUNBOOKS = 65_535;

const SATURATION = 2;
const MAX_STRENGTH = SATURATION + 1;
/** How much a term counts by where it stands, and how much a field's length dilutes it. */
const FIELDS = {
  name: { weight: 8, dilution: 0 },
  folder: { weight: 1.5, dilution: 0 },
  headings: { weight: 1, dilution: 0.5 },
  opening: { weight: 1, dilution: 0 },
  body: { weight: 0.6, dilution: 0.9 },
} as const;
type FieldName = keyof typeof FIELDS;
const FIELD_NAMES = Object.keys(FIELDS) as FieldName[];

const OPENING_WORDS = 30;
/** Two words side by side count besides each of them; so do `crash looping` and `crashlooping` meet. */
const PAIR_WEIGHT = 0.2;
const SYNONYM_WEIGHT = 0.65;
const LITTLE_WEIGHT = 0.5;
/** For a word that no runbook holds: another that begins with it, or that it begins with. */
const BEGINNING_WEIGHT = 0.7;
const BETWEEN = '';

/** @throws RangeError past `MAX_RUNBOOKS` */
export function buildWordIndex(sources: WordSource[]): WordIndexData {
  if (sources.length > MAX_RUNBOOKS) throw new RangeError(`more than ${MAX_RUNBOOKS} runbooks`);
  const documents = sources.map(fieldsOf);
  const averages = averageLengths(documents);
  const postings = new Map<string, { runbooks: number[]; strengths: number[] }>();
  for (const [runbook, document] of documents.entries()) {
    for (const [term, weight] of weighTerms(document, averages)) {
      let posting = postings.get(term);
      if (posting === undefined) {
        posting = { runbooks: [], strengths: [] };
        postings.set(term, posting);
      }
      posting.runbooks.push(runbook);
      posting.strengths.push(Math.max(1, Math.round((255 * weight) / (weight + SATURATION))));
    }
  }
  const sorted = [...postings.keys()].sort();
  const place = new Map(sorted.map((term, at) => [term, at]));
  let end = 0;
  return {
    ids: sources.map(({ id }) => id),
    terms: sorted.join('\n'),
    ends: base64(Uint32Array.from(sorted, (term) => (end += postings.get(term)!.runbooks.length))),
    runbooks: base64(Uint16Array.from(sorted.flatMap((term) => postings.get(term)!.runbooks))),
    strengths: base64(Uint8Array.from(sorted.flatMap((term) => postings.get(term)!.strengths))),
    names: documents.map(({ name }) =>
      [...new Set(name.filter((term) => term !== BETWEEN))].map((term) => place.get(term)!),
    ),
  };
}

export function openWordIndex(data: WordIndexData): WordIndex {
  const sorted = data.terms === '' ? [] : data.terms.split('\n');
  const ends = new Uint32Array(bytes(data.ends));
  const runbooks = new Uint16Array(bytes(data.runbooks));
  const holders = new Uint32Array(sorted.length);
  for (const name of data.names) for (const term of name) holders[term]! += 1;
  const nameWorth = Float64Array.from(holders, (count) => (count === 0 ? 0 : rarity(count, data.ids.length)));
  const index: WordIndex = {
    ids: data.ids,
    terms: sorted,
    ends,
    runbooks,
    strengths: new Uint8Array(bytes(data.strengths)),
    names: data.names,
    nameWorth,
    nameTotal: Float64Array.from(data.names, (name) => name.reduce((sum, term) => sum + nameWorth[term]!, 0)),
    inName: new Uint8Array(runbooks.length),
  };
  for (const [runbook, name] of data.names.entries())
    for (const term of name) index.inName[postingOf(index, term, runbook)] = 1;
  return index;
}

/** @returns the runbooks that share words with the alert, best first */
export function searchWords(index: WordIndex, parts: QueryPart[]): WordHit[] {
  const count = index.ids.length;
  const scores = new Float64Array(count);
  const covered = new Float64Array(count);
  const loudest: [word: string, worth: number][][] = Array.from({ length: count }, () => []);
  // Of the spellings and synonyms of one word the strongest counts, not their sum.
  const best = new Float64Array(count);
  /** How much of each name's term was met, by posting: two words of the alert may meet the same one. */
  const met = new Map<number, number>();
  for (const { term, word, weight } of queryTerms(parts)) {
    const touched: number[] = [];
    for (const { place, likeness } of variantsOf(index, term, word === undefined)) {
      const start = place === 0 ? 0 : index.ends[place - 1]!;
      const end = index.ends[place]!;
      const unit = (likeness * rarity(end - start, count) * MAX_STRENGTH) / 255;
      for (let posting = start; posting < end; posting++) {
        const runbook = index.runbooks[posting]!;
        const score = unit * index.strengths[posting]!;
        if (best[runbook] === 0) touched.push(runbook);
        if (score > best[runbook]!) best[runbook] = score;
        if (index.inName[posting] === 1) {
          const share = likeness * Math.min(1, weight * 1.2);
          const before = met.get(posting) ?? 0;
          if (share > before) {
            met.set(posting, share);
            covered[runbook]! += (share - before) * index.nameWorth[place]!;
          }
        }
      }
    }
    for (const runbook of touched) {
      scores[runbook]! += weight * best[runbook]!;
      if (word !== undefined) loudest[runbook]!.push([word, weight * best[runbook]!]);
      best[runbook] = 0;
    }
  }
  return rank(index, scores, covered, loudest);
}

function rank(
  index: WordIndex,
  scores: Float64Array,
  covered: Float64Array,
  loudest: [word: string, worth: number][][],
): WordHit[] {
  const hits: WordHit[] = [];
  for (let runbook = 0; runbook < scores.length; runbook++) {
    if (scores[runbook] === 0) continue;
    const total = index.nameTotal[runbook]!;
    const share = total === 0 ? 0 : covered[runbook]! / total;
    hits.push({ runbook, score: scores[runbook]! * (0.5 + 0.5 * share * share), covered: share, words: [] });
  }
  hits.sort((a, b) => b.score - a.score || (index.ids[a.runbook]! < index.ids[b.runbook]! ? -1 : 1));
  for (const hit of hits.slice(0, 10)) {
    const sorted = loudest[hit.runbook]!.sort((a, b) => b[1] - a[1]);
    hit.words = [...new Set(sorted.map(([word]) => word))].slice(0, 5);
  }
  return hits;
}

/** The words of the alert and their pairs, each at the highest weight it is said with. A pair has no `word`. */
function queryTerms(parts: QueryPart[]): { term: string; word: string | undefined; weight: number }[] {
  const asked = new Map<string, { term: string; word: string | undefined; weight: number }>();
  const ask = (term: string, word: string | undefined, weight: number) => {
    const before = asked.get(term);
    if (before === undefined || before.weight < weight) asked.set(term, { term, word, weight });
  };
  for (const { text, weight } of parts) {
    const said = words(text);
    const stems = said.map((word) => stem(spellingOf(word)));
    for (const [at, term] of stems.entries()) {
      ask(term, said[at]!, LITTLE_WORDS.has(term) ? weight * LITTLE_WEIGHT : weight);
      if (at + 1 < stems.length) ask(term + stems[at + 1]!, undefined, weight * PAIR_WEIGHT);
    }
  }
  return [...asked.values()];
}

/** The terms of the index that mean a term of the alert, with how nearly they do. */
function variantsOf(index: WordIndex, term: string, isPair: boolean): { place: number; likeness: number }[] {
  const found: { place: number; likeness: number }[] = [];
  const put = (other: string, likeness: number) => {
    const place = placeOf(index.terms, other);
    if (index.terms[place] === other) found.push({ place, likeness });
  };
  const withSynonyms = (other: string, likeness: number) => {
    put(other, likeness);
    for (const synonym of synonymsOf(other)) put(synonym, likeness * SYNONYM_WEIGHT);
  };
  withSynonyms(term, 1);
  const known = index.terms[placeOf(index.terms, term)] === term;
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
    if (index.terms[placeOf(index.terms, beginning)] !== beginning) continue;
    withSynonyms(beginning, (BEGINNING_WEIGHT * length) / term.length);
    break;
  }
  if (term.length < 5) return;
  const first = placeOf(index.terms, term);
  for (let place = first; place < first + 5 && index.terms[place]?.startsWith(term); place++) {
    put(index.terms[place]!, (BEGINNING_WEIGHT * term.length) / index.terms[place]!.length);
  }
}

/** Where a term stands, or would stand. */
function placeOf(sorted: string[], term: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < term) low = middle + 1;
    else high = middle;
  }
  return low;
}

function postingOf(index: WordIndex, term: number, runbook: number): number {
  let low = term === 0 ? 0 : index.ends[term - 1]!;
  let high = index.ends[term]!;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (index.runbooks[middle]! < runbook) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A term that few runbooks hold says more (BM25's inverse document frequency). */
export function rarity(holders: number, runbooks: number): number {
  return Math.log(1 + (runbooks - holders + 0.5) / (holders + 0.5));
}

type Document = Record<FieldName, string[]>;

/** Names that say nothing: the folder is the name then. */
const NAMELESS = /^(readme|index|runbook|_index|home)$/i;

function fieldsOf({ id, title, body }: WordSource): Document {
  const steps = id.split('/');
  while (steps.length > 1 && NAMELESS.test(steps.at(-1)!)) steps.pop();
  const file = termsOf(steps.pop()!);
  const titled = termsOf(title);
  const lines = body.split('\n');
  const headings = lines.filter((line) => /^#{1,6}\s/.test(line));
  const prose = lines.filter((line) => !/^\s*(#|```|\||<|\{)/.test(line)).join('\n');
  return {
    name: nameOf(file, titled),
    folder: termsOf(steps.join(' ')),
    headings: headings.slice(1).flatMap((heading) => [...termsOf(heading), BETWEEN]),
    opening: words(prose)
      .slice(0, OPENING_WORDS)
      .map((word) => stem(spellingOf(word))),
    body: termsOf(lines.filter((line) => !line.startsWith('#')).join('\n')),
  };
}

/** File name and title often say the same: where one holds the other, the longer is the name. */
function nameOf(file: string[], title: string[]): string[] {
  const both = new Set([...file, ...title]);
  if (both.size === new Set(title).size) return title;
  if (both.size === new Set(file).size) return file;
  return [...title, BETWEEN, ...file];
}

function termsOf(text: string): string[] {
  return words(text).map((word) => stem(spellingOf(word)));
}

function averageLengths(documents: Document[]): Record<FieldName, number> {
  const average = (name: FieldName) =>
    documents.reduce((sum, document) => sum + document[name].length, 0) / documents.length || 1;
  return Object.fromEntries(FIELD_NAMES.map((name) => [name, average(name)])) as Record<FieldName, number>;
}

function weighTerms(document: Document, averages: Record<FieldName, number>): Map<string, number> {
  const weights = new Map<string, number>();
  for (const name of FIELD_NAMES) {
    const { weight, dilution } = FIELDS[name];
    const list = document[name];
    const each = weight / (1 - dilution + (dilution * list.length) / averages[name]);
    for (const [at, term] of list.entries()) {
      if (term === BETWEEN) continue;
      weights.set(term, (weights.get(term) ?? 0) + each);
      const next = list[at + 1];
      // Pairs of the body would be most of the index and say little.
      if (name !== 'body' && next !== undefined && next !== BETWEEN)
        weights.set(term + next, (weights.get(term + next) ?? 0) + each);
    }
  }
  return weights;
}

function base64(column: Uint8Array | Uint16Array | Uint32Array): string {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('base64');
}

/** A copy, because a pooled buffer may begin at an address that no wider column can. */
function bytes(text: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(text, 'base64')).buffer as ArrayBuffer;
}
