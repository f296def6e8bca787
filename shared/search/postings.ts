/**
 * Postings: for each term the documents that hold it and how strongly it speaks for each of them (after BM25F: Robertson,
 * Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009).
 *
 * Promises: plain JSON as published, typed columns once opened; a look-up costs what the terms occur in. Pure. Called by
 * `search.ts` alone.
 */

/** As published. Binary columns are base64, little-endian; places are those of terms in the index's own list. */
export type PostingsData = {
  /** Documents in all. */
  count: number;
  /** Uint32: where each term's postings end. */
  ends: string;
  /** Uint16, or Uint32 from 65,536 documents on: the document of each posting. */
  documents: string;
  /** Uint8: how strongly the term speaks for the document, 255 for `MAX_STRENGTH`. */
  strengths: string;
};

export type Postings = {
  count: number;
  ends: Uint32Array;
  documents: Uint16Array | Uint32Array;
  strengths: Uint8Array;
};

/** A term of the alert: the terms of the index that mean it, with how nearly, and how much it counts. */
export type Asked = { weight: number; variants: readonly { place: number; likeness: number }[] };

const SATURATION = 2;
const MAX_STRENGTH = SATURATION + 1;
const MAX_UINT16 = 65_535;

/** @param documents by document: its terms with their weights. @param place of each term in the index's list */
export function buildPostings(documents: Map<string, number>[], terms: readonly string[]): PostingsData {
  const byTerm = new Map<string, { documents: number[]; strengths: number[] }>(
    terms.map((term) => [term, { documents: [], strengths: [] }]),
  );
  for (const [document, weights] of documents.entries()) {
    for (const [term, weight] of weights) {
      const posting = byTerm.get(term)!;
      posting.documents.push(document);
      posting.strengths.push(Math.max(1, Math.round((255 * weight) / (weight + SATURATION))));
    }
  }
  let end = 0;
  const lists = [...byTerm.values()];
  const column = lists.flatMap((list) => list.documents);
  return {
    count: documents.length,
    ends: base64(Uint32Array.from(lists, (list) => (end += list.documents.length))),
    documents: base64(documents.length > MAX_UINT16 ? Uint32Array.from(column) : Uint16Array.from(column)),
    strengths: base64(Uint8Array.from(lists.flatMap((list) => list.strengths))),
  };
}

export function openPostings({ count, ends, documents, strengths }: PostingsData): Postings {
  return {
    count,
    ends: new Uint32Array(bytes(ends)),
    documents: count > MAX_UINT16 ? new Uint32Array(bytes(documents)) : new Uint16Array(bytes(documents)),
    strengths: new Uint8Array(bytes(strengths)),
  };
}

/** @returns by document: its score. Of the spellings and synonyms of one term the strongest counts, not their sum. */
export function scoreDocuments(postings: Postings, asked: readonly Asked[]): Float64Array {
  const { count, documents, strengths } = postings;
  const scores = new Float64Array(count);
  const best = new Float64Array(count);
  const touched: number[] = [];
  for (const { weight, variants } of asked) {
    for (const { place, likeness } of variants) {
      const [start, end] = rangeOf(postings, place);
      const unit = (likeness * rarity(end - start, count) * MAX_STRENGTH) / 255;
      for (let posting = start; posting < end; posting++) {
        const document = documents[posting]!;
        const score = unit * strengths[posting]!;
        if (best[document] === 0) touched.push(document);
        if (score > best[document]!) best[document] = score;
      }
    }
    for (const document of touched) {
      scores[document]! += weight * best[document]!;
      best[document] = 0;
    }
    touched.length = 0;
  }
  return scores;
}

/** What one term adds to the score of one document. */
export function scoreOf(postings: Postings, { weight, variants }: Asked, document: number): number {
  let best = 0;
  for (const { place, likeness } of variants) {
    const [start, end] = rangeOf(postings, place);
    const posting = firstAtLeast(postings.documents, document, start, end);
    if (posting === end || postings.documents[posting] !== document) continue;
    const score = (likeness * rarity(end - start, postings.count) * MAX_STRENGTH * postings.strengths[posting]!) / 255;
    if (score > best) best = score;
  }
  return weight * best;
}

/** How many documents hold the term. */
export function holdersOf(postings: Postings, place: number): number {
  const [start, end] = rangeOf(postings, place);
  return end - start;
}

/** A term that few documents hold says more (BM25's inverse document frequency). */
export function rarity(holders: number, documents: number): number {
  return Math.log(1 + (documents - holders + 0.5) / (holders + 0.5));
}

function rangeOf({ ends }: Postings, place: number): [start: number, end: number] {
  return [place === 0 ? 0 : ends[place - 1]!, ends[place]!];
}

function firstAtLeast(sorted: Uint16Array | Uint32Array, value: number, start: number, end: number): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function base64(column: Uint8Array | Uint16Array | Uint32Array): string {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('base64');
}

/** A copy, because a pooled buffer may begin at an address that no wider column can. */
function bytes(text: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(text, 'base64')).buffer as ArrayBuffer;
}
