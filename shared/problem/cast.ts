/**
 * Who is who in a ticket: people by the part they played, unless the catalogue says that tickets name them.
 *
 * Promises: without `names`, no id, name, handle or login of a person of the catalogue is in a text that went through `said`.
 * Pure.
 */
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Incident } from '../incident/incident.ts';
import { inline } from './markdown.ts';

export type Cast = {
  /** What a person is called in the ticket. */
  called: (person: string) => string;
  /** Somebody else's text as Markdown, with people by their part. */
  said: (text: string, limit?: number) => string;
};

const COLLEAGUE = 'a colleague';

/** `names`: whether people are named. */
export function castOf({ pages }: Pick<Incident, 'pages'>, catalogue: Catalogue, names: boolean): Cast {
  if (names) {
    return { called: (id) => catalogue.people[id]?.name ?? id, said: inline };
  }
  const parts = new Map<string, string>();
  for (const { kind, person, to, place } of pages) {
    if (kind !== 'alert' || !person || parts.has(to)) continue;
    parts.set(to, `on call, step ${(place?.step ?? 0) + 1}`);
  }
  const called = (id: string) => (catalogue.people[id] === undefined ? id : (parts.get(id) ?? COLLEAGUE));
  const known = wordsOf(catalogue);
  const pattern = patternOf([...known.keys()]);
  const hide = (text: string) =>
    pattern === undefined ? text : text.replace(pattern, (found) => called(known.get(found.toLowerCase())!));
  return { called, said: (text, limit) => inline(hide(text.slice(0, 4000)), limit) };
}

/** Every word that means a person, in lower case. */
function wordsOf({ people }: Catalogue): Map<string, string> {
  const words = new Map<string, string>();
  for (const { id, name, handle, logins = [], contact } of Object.values(people)) {
    const email = contact.email?.startsWith('ssm:') ? undefined : contact.email;
    for (const word of [id, name, handle, email, ...logins]) if (word !== undefined) words.set(word.toLowerCase(), id);
  }
  return words;
}

/** Whole words, the longest first; an alternation of fixed texts cannot backtrack. */
function patternOf(words: string[]): RegExp | undefined {
  if (words.length === 0) return undefined;
  const escaped = words
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'));
  return new RegExp(`(?<![\\w-])(?:${escaped.join('|')})(?![\\w-])`, 'gi');
}
