/**
 * What of a runbook is indexed: its name, folder, headings, opening and body as terms, whole and section by section.
 *
 * Pure. Called when the index is built, which is when a catalogue is published.
 */
import { words } from './split.ts';
import { stem } from './stem.ts';
import { spellingOf } from './synonyms.ts';

/** What is known of a runbook's text. */
export type WordSource = { id: string; title: string; body: string };

/** A heading and the text under it, up to the next heading. `line` counts from 1 in the body. */
export type Section = { heading: string; line: number; text: string };

/** How much a term counts by where it is, and how much a field's length dilutes it. */
const FIELDS = {
  name: { weight: 8, dilution: 0 },
  folder: { weight: 1.5, dilution: 0 },
  headings: { weight: 1, dilution: 0.5 },
  opening: { weight: 1, dilution: 0 },
  body: { weight: 0.6, dilution: 0.9 },
} as const;
/** In a section its heading is what its name is to a page. */
const SECTION_FIELDS = { heading: { weight: 3, dilution: 0.3 }, text: { weight: 1, dilution: 0.6 } } as const;

const OPENING_WORDS = 30;
/** What a section is about is said at its beginning; the rest would only make the index larger. */
const SECTION_TERMS = 150;
const MAX_SECTIONS = 200;
const BETWEEN = '';

/** Names that say only what kind of page it is: the folder is the name then. */
export const NAMELESS = /^(readme|index|runbooks?|_index|home|troubleshooting|alerts?|playbooks?|sops?)$/i;

export type Document = Record<keyof typeof FIELDS, string[]>;

export function documentOf({ id, title, body }: WordSource): Document {
  const { name, folder } = placeOf(id);
  const lines = body.split('\n');
  const headings = lines.filter((line) => /^#{1,6}\s/.test(line));
  const prose = lines.filter((line) => !/^\s*(#|```|\||<|\{)/.test(line)).join('\n');
  return {
    name: nameOf(termsOf(name), termsOf(title)),
    folder: termsOf(folder),
    headings: headings.slice(1).flatMap((heading) => [...termsOf(heading), BETWEEN]),
    opening: termsOf(prose.slice(0, 4_000)).slice(0, OPENING_WORDS),
    body: termsOf(lines.filter((line) => !line.startsWith('#')).join('\n')),
  };
}

/** The last step that says something, and the folders before it. */
export function placeOf(id: string): { name: string; folder: string; isFolders: boolean } {
  const steps = id.split('/');
  let isFolders = false;
  while (steps.length > 1 && NAMELESS.test(steps.at(-1)!)) {
    steps.pop();
    isFolders = true;
  }
  return { name: steps.pop()!, folder: steps.join(' '), isFolders };
}

/** The sections of a page by its headings of level 1 to 4; what is before the first heading has an empty one. */
export function sectionsOf(body: string): Section[] {
  const sections: Section[] = [];
  let heading = '';
  let line = 1;
  let text: string[] = [];
  let fenced = false;
  const close = () => {
    if (heading !== '' || text.some((one) => one.trim() !== ''))
      sections.push({ heading, line, text: text.join('\n') });
  };
  for (const [at, one] of body.split('\n').entries()) {
    if (/^\s*(```|~~~)/.test(one)) fenced = !fenced;
    const found = fenced ? null : /^#{1,4}\s+(.+)$/.exec(one);
    if (found === null) {
      text.push(one);
      continue;
    }
    close();
    heading = found[1]!.replace(/[\s#]+$/, '');
    line = at + 1;
    text = [];
  }
  close();
  return sections.slice(0, MAX_SECTIONS);
}

/** By page: its terms with their weights. */
export function weighPages(documents: Document[]): Map<string, number>[] {
  return weigh(documents, FIELDS, (field) => field !== 'body');
}

/** By section: its terms with their weights. */
export function weighSections(sections: Section[]): Map<string, number>[] {
  const documents = sections.map(({ heading, text }) => ({
    heading: termsOf(heading),
    text: termsOf(text).slice(0, SECTION_TERMS),
  }));
  return weigh(documents, SECTION_FIELDS, (field) => field === 'heading');
}

/** Words of names that say what a page is and not what it is about: an alert need not say them. Stemmed. */
export const EMPTY_NAMES: ReadonlySet<string> = new Set(
  'alert alerts alerting troubleshooting troubleshoot runbook runbooks playbook playbooks sop incident page'
    .split(' ')
    .map(stem),
);

/** The terms of a page's name, each once. */
export function nameTerms({ name }: Document): string[] {
  return [...new Set(name.filter((term) => term !== BETWEEN))];
}

export function termsOf(text: string): string[] {
  return words(text).map((word) => stem(spellingOf(word)));
}

/** File name and title often say the same: where one holds the other, the longer is the name. */
function nameOf(file: string[], title: string[]): string[] {
  const both = new Set([...file, ...title]);
  if (both.size === new Set(title).size) return title;
  if (both.size === new Set(file).size) return file;
  return [...title, BETWEEN, ...file];
}

/** @param paired whether two terms side by side count besides each: pairs of bodies would be most of the index */
function weigh<Name extends string>(
  documents: Record<Name, string[]>[],
  fields: Record<Name, { weight: number; dilution: number }>,
  paired: (field: Name) => boolean,
): Map<string, number>[] {
  const names = Object.keys(fields) as Name[];
  const average = (name: Name) =>
    documents.reduce((sum, document) => sum + document[name].length, 0) / documents.length || 1;
  const averages = new Map(names.map((name) => [name, average(name)]));
  return documents.map((document) => {
    const weights = new Map<string, number>();
    const add = (term: string, weight: number) => weights.set(term, (weights.get(term) ?? 0) + weight);
    for (const name of names) {
      const { weight, dilution } = fields[name];
      const list = document[name];
      const each = weight / (1 - dilution + (dilution * list.length) / averages.get(name)!);
      for (const [at, term] of list.entries()) {
        if (term === BETWEEN) continue;
        add(term, each);
        const next = list[at + 1];
        if (paired(name) && next !== undefined && next !== BETWEEN) add(term + next, each);
      }
    }
    return weights;
  });
}
