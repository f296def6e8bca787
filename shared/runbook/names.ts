/**
 * Names that stand in exactly one runbook: the exact name of an alert in one page of the library is decisive, however few
 * words the page has.
 *
 * Promises: a name that two runbooks hold leads to neither. Names are those that people do not write by accident: two humps
 * (`FirewallDown`) or three parts (`payments-api-5xx`). Made when the catalogue is published. Pure.
 */
import type { Alert } from '../alert/alert.ts';
import type { Runbook } from './runbook.ts';

/** The place of the only runbook that holds a name. */
export type Names = Record<string, number>;

const HUMPS = /[A-Z][a-z0-9]+(?:[A-Z]+[a-z0-9]*)+/g;
const PARTS = /[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+){2,}/g;
const SHORTEST = 6;
const LONGEST = 80;
/** A page with more names than that is a list of alerts, and not the page for one of them. */
const MOST_NAMES = 12;
const MANY = -1;

/** `runbooks` in the order of the index. */
export function buildNames(runbooks: Pick<Runbook, 'id' | 'title' | 'body'>[]): Names {
  const found = new Map<string, number>();
  for (const [at, { id, title, body }] of runbooks.entries()) {
    const text = `${id.split('/').at(-1)!} ${title} ${body}`;
    const names = new Set([...(text.match(HUMPS) ?? []), ...(text.match(PARTS) ?? [])]);
    for (const name of names) {
      if (name.length < SHORTEST || name.length > LONGEST) continue;
      found.set(name, found.has(name) ? MANY : at);
    }
  }
  const count = new Map<number, number>();
  for (const at of found.values()) count.set(at, (count.get(at) ?? 0) + 1);
  return Object.fromEntries([...found].filter(([, at]) => at !== MANY && count.get(at)! <= MOST_NAMES));
}

/** The only runbook that holds the alert's own name, with that name; undefined where none or several do. */
export function namedIn(
  names: Names,
  alert: Pick<Alert, 'title' | 'labels'>,
): { name: string; at: number } | undefined {
  for (const name of [alert.labels?.['alertname'], alert.title.trim()]) {
    if (name !== undefined && Object.hasOwn(names, name)) return { name, at: names[name]! };
  }
  return undefined;
}
