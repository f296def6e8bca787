/** What of an alert is looked up by words, and how much each part counts. Pure. */
import type { Alert } from '../alert/alert.ts';
import type { QueryPart } from './search.ts';

/** Labels that say how bad or where from, or repeat the title: they fit every runbook alike. */
const EMPTY_LABELS = new Set([
  'alertname',
  'severity',
  'priority',
  'instance',
  'pod',
  'endpoint',
  'cluster',
  'region',
  'account',
  'state',
  'prometheus',
  'replica',
]);
/** Long descriptions repeat themselves; what is wrong is said at their beginning. */
const MAX_PART_CHARACTERS = 2_000;
const MAX_LABELS = 30;

export function alertWords(alert: Alert): QueryPart[] {
  const parts: QueryPart[] = [];
  const add = (text: string | undefined, weight: number) => {
    if (text !== undefined && text !== '') parts.push({ text: text.slice(0, MAX_PART_CHARACTERS), weight });
  };
  add(alert.title, 1);
  const [first, rest] = firstSentence(alert.description ?? '');
  add(first, 0.6);
  add(rest, 0.8);
  add(alert.service, 0.5);
  add(alert.signal?.name, 0.7);
  add(alert.signal?.namespace, 0.5);
  for (const resource of (alert.resources ?? []).slice(0, 3)) add(resource.type, 0.3);
  for (const [name, value] of Object.entries(alert.labels ?? {}).slice(0, MAX_LABELS)) {
    if (!EMPTY_LABELS.has(name.toLowerCase())) add(withoutKeys(value), 0.25);
  }
  return parts;
}

/** A summary often stands first and says it in general; what follows names the thing. */
function firstSentence(description: string): [first: string, rest: string] {
  const text = description.slice(0, MAX_PART_CHARACTERS);
  const end = /\n|[.!?]\s/.exec(text);
  return end === null ? [text, ''] : [text.slice(0, end.index), text.slice(end.index + 1)];
}

/** Identifiers in a label (`i-0abc…`, digests, addresses) are no words. */
function withoutKeys(value: string): string {
  return value.replace(/\b[\w-]*\d[\w-]*\d[\w-]*\b/g, ' ');
}
