/** What of an alert is looked up by words, and how much each part counts. Pure. */
import type { Alert } from '../alert/alert.ts';

/** Part of an alert, and how much its words count. */
export type QueryPart = { text: string; weight: number; inTitle?: boolean };

export type Query = {
  parts: QueryPart[];
  /** What the alert says it is about, letters and digits only: a page or folder of that name is its home. */
  things: { name: string; weight: number }[];
};

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
  'environment',
  'env',
  'stage',
]);
/** Labels that say what is watched. Others name where it runs, who owns it or how it is measured. */
const THING_LABELS = new Set([
  'service',
  'type',
  'app',
  'application',
  'component',
  'system',
  'product',
  'job',
  'name',
]);
const OTHER_LABEL_WEIGHT = 0.4;
/** Long descriptions repeat themselves; what is wrong is said at their beginning. */
const MAX_PART_CHARACTERS = 2_000;
const MAX_LABELS = 30;

export function alertQuery(alert: Alert): Query {
  const parts: QueryPart[] = [];
  const add = (text: string | undefined, weight: number, inTitle = false) => {
    if (text !== undefined && text !== '') parts.push({ text: text.slice(0, MAX_PART_CHARACTERS), weight, inTitle });
  };
  add(alert.title, 1, true);
  const [first, rest] = firstSentence(alert.description ?? '');
  add(first, 0.6);
  add(rest, 0.8);
  add(alert.service, 0.5);
  add(alert.signal?.name, 0.7);
  add(alert.signal?.namespace, 0.5);
  for (const resource of (alert.resources ?? []).slice(0, 3)) add(resource.type, 0.3);
  const labels = Object.entries(alert.labels ?? {})
    .filter(([name]) => !EMPTY_LABELS.has(name.toLowerCase()))
    .slice(0, MAX_LABELS);
  for (const [, value] of labels) add(withoutKeys(value), 0.25);
  const things = labels.map(([name, value]) => ({
    name: bare(value),
    weight: THING_LABELS.has(name.toLowerCase()) ? 1 : OTHER_LABEL_WEIGHT,
  }));
  if (alert.service !== undefined) things.push({ name: bare(alert.service), weight: 1 });
  return { parts, things: things.filter(({ name }) => name.length > 1) };
}

/** Letters and digits alone, in lower case: `redis-sessions` and `RedisSessions` are one name. */
export function bare(name: string): string {
  return name
    .slice(0, 200)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

/** A summary often is the first sentence and says it in general; what follows names the thing. */
function firstSentence(description: string): [first: string, rest: string] {
  const text = description.slice(0, MAX_PART_CHARACTERS);
  const end = /\n|[.!?]\s/.exec(text);
  return end === null ? [text, ''] : [text.slice(0, end.index), text.slice(end.index + 1)];
}

/** Identifiers in a label (`i-0abc…`, digests, addresses) are no words. */
function withoutKeys(value: string): string {
  return value.replace(/\b[\w-]*\d[\w-]*\d[\w-]*\b/g, ' ');
}
