/**
 * Names of alerts in the library: a page or a section that has the alert's own name is for that alert, and so is the only
 * page that holds the name, however few words it has.
 *
 * Promises: a name that two pages bear leads to neither, and so does one that two pages hold. Names that are only held are
 * those that people do not write by accident: two humps (`FirewallDown`) or three parts (`payments-api-5xx`). Made when the
 * catalogue is published. Pure.
 */
import type { Alert } from '../alert/alert.ts';
import { sectionsOf } from '../search/document.ts';
import { bare } from '../search/query.ts';
import type { Runbook } from './runbook.ts';

export type Names = {
  /** Letters and digits of a page's name, and of a section's, to the place of the only runbook that bears it. */
  pages: Record<string, number>;
  sections: Record<string, number>;
  /** A name as written, to the place of the only runbook that holds it. */
  held: Record<string, number>;
};

export type Named = { name: string; at: number; by: 'page' | 'section' | 'held' };

const HUMPS = /[A-Z][a-z0-9]+(?:[A-Z]+[a-z0-9]*)+/g;
const PARTS = /[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+){2,}/g;
const ONE_NAME = /^`?[A-Za-z0-9][A-Za-z0-9_-]*`?$/;
const SHORTEST = 6;
const LONGEST = 80;
/** A page with more names than that is a list of alerts, and not the page for one of them. */
const MOST_NAMES = 12;
const MANY = -1;

/** `runbooks` in the order of the index. */
export function buildNames(runbooks: Pick<Runbook, 'id' | 'title' | 'body'>[]): Names {
  const pages = new Map<string, number>();
  const sections = new Map<string, number>();
  for (const [at, { id, title, body }] of runbooks.entries()) {
    for (const name of [id.split('/').at(-1)!, title]) note(pages, bare(name), at);
    // A heading of one word is the name of something only where it is written as one: "Symptoms" is not.
    for (const { heading } of sectionsOf(body)) {
      const isName = ONE_NAME.test(heading) && (heading.match(HUMPS) ?? heading.match(PARTS)) !== null;
      if (isName) note(sections, bare(heading), at);
    }
  }
  return { pages: onlyOnes(pages), sections: onlyOnes(sections), held: heldBy(runbooks) };
}

/** The only runbook that bears the alert's own name, whole or in a section, or else the only one that holds it. */
export function namedIn({ pages, sections, held }: Names, alert: Pick<Alert, 'title' | 'labels'>): Named | undefined {
  const own = [alert.labels?.['alertname'], alert.title.trim()].filter((name) => name !== undefined && name !== '');
  const tables = [
    ['page', pages, bare],
    ['section', sections, bare],
    ['held', held, (name: string) => name],
  ] as const;
  for (const [by, table, keyOf] of tables) {
    for (const name of own as string[]) {
      const key = keyOf(name);
      if (Object.hasOwn(table, key)) return { name, at: table[key]!, by };
    }
  }
  return undefined;
}

function onlyOnes(places: Map<string, number>): Record<string, number> {
  return Object.fromEntries([...places].filter(([name, at]) => at !== MANY && isNameLong(name)));
}

function heldBy(runbooks: Pick<Runbook, 'id' | 'title' | 'body'>[]): Record<string, number> {
  const found = new Map<string, number>();
  for (const [at, { id, title, body }] of runbooks.entries()) {
    const text = `${id.split('/').at(-1)!} ${title} ${body}`;
    for (const name of [...(text.match(HUMPS) ?? []), ...(text.match(PARTS) ?? [])])
      if (isNameLong(name)) note(found, name, at);
  }
  const count = new Map<number, number>();
  for (const at of found.values()) count.set(at, (count.get(at) ?? 0) + 1);
  return Object.fromEntries([...found].filter(([, at]) => at !== MANY && count.get(at)! <= MOST_NAMES));
}

function note(places: Map<string, number>, name: string, at: number): void {
  const before = places.get(name);
  places.set(name, before === undefined || before === at ? at : MANY);
}

const isNameLong = (name: string) => name.length >= SHORTEST && name.length <= LONGEST;
