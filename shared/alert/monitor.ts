/**
 * Monitors that post a JSON body by their own webhook: one entry a sender in `monitors.ts`, `monitor-platforms.ts` and
 * `azure-services.ts`, each saying how its body is known and which of its fields are the identity, the end, the thing,
 * the fact and the link. Here is what they share.
 *
 * Promises: an entry that finds no identity gives nothing, and the general rule reads the body instead, so that two
 * different things never share a key. Pure; called by `normalise.ts`.
 */
import type { Severity, SourceKind } from './alert.ts';
import { type Draft, digest } from './draft.ts';
import { words } from './html.ts';
import { instant } from './instant.ts';
import { environmentOf, runbookOf, serviceOf } from './labels.ts';
import { type Fields, fields, link, pairs, prose, text } from './read.ts';

/** What one notice of a monitor says. Values are as the sender wrote them; what is not text is left out. */
export type Reading = {
  /** What makes the signal itself: the same when it begins and when it ends. The first must be there. */
  identity: readonly unknown[];
  isOver: boolean;
  title: string | undefined;
  /** The host, address or pipeline that it is about, where the title does not name it. */
  thing?: unknown;
  /** What is wrong with it, in the sender's words. */
  fact?: unknown;
  severity?: Severity | undefined;
  url?: unknown;
  runbook?: unknown;
  graph?: unknown;
  at?: unknown;
  /** When it began, where an end says that too. */
  since?: unknown;
  labels?: unknown;
  service?: unknown;
  isTest?: boolean;
};

export type Monitor = {
  /** Becomes the variant of the alert's source. */
  name: string;
  kind?: SourceKind;
  is: (body: Fields) => boolean;
  /** Undefined where the body is of this sender and says nothing that is an alert to be read here. */
  read: (body: Fields) => Reading | undefined;
};

/** Undefined where there is no identity: the general rule then keeps different things apart. */
export function draftOf({ name, kind = 'unknown' }: Monitor, reading: Reading): Draft | undefined {
  const identity = reading.identity.map((part) => text(part) ?? '');
  if (identity[0] === '' || identity[0] === undefined) return undefined;
  const status = reading.isOver ? 'resolved' : 'firing';
  const labels = pairs(reading.labels);
  const title = text(reading.title, 256) ?? identity[0];
  const fact = words(reading.fact);
  const thing = text(reading.thing, 512);
  const at = instant(reading.at);
  return {
    source: { kind, variant: name },
    key: identity.length === 1 && identity[0].length > 20 ? identity[0] : digest(name, ...identity),
    status,
    severity: reading.severity,
    title,
    description: fact === undefined || title.includes(fact) ? undefined : fact,
    service: text(reading.service) ?? serviceOf(labels),
    environment: environmentOf(labels),
    resources: thing === undefined ? [] : [{ id: thing, ...(title.includes(thing) ? {} : { name: thing }) }],
    labels,
    links: {
      source: link(reading.url),
      runbook: link(reading.runbook) ?? runbookOf(labels, prose(reading.fact)),
      graph: link(reading.graph),
    },
    startsAt: reading.isOver ? instant(reading.since) : at,
    endsAt: reading.isOver ? at : undefined,
    at,
    test: reading.isTest ?? false,
  };
}

/** The value at a dotted path, like `check.metadata.name`. */
export function at(body: unknown, path: string): unknown {
  let value = body;
  for (const name of path.split('.')) value = fields(value)[name];
  return value;
}

/** The text at the first path that has one. */
export function say(body: unknown, ...paths: string[]): string | undefined {
  for (const path of paths) {
    const found = at(body, path);
    const said = text(Array.isArray(found) ? found.filter((one) => typeof one === 'string').join(', ') : found);
    if (said !== undefined) return said;
  }
  return undefined;
}

/** True where the body has all of these names. */
export const has =
  (...names: string[]) =>
  (body: Fields): boolean =>
    names.every((name) => name in body);

/** A body whose names may be written in any case and with any separators, as templates of people have them. */
export function plainNames(body: Fields, prefixes: RegExp = /^$/): Fields {
  const plain: Record<string, unknown> = Object.create(null);
  for (const name of Object.keys(body).slice(0, 128)) {
    plain[
      name
        .toLowerCase()
        .replaceAll(/[-_ .$%{}]/g, '')
        .replace(prefixes, '')
    ] = body[name];
  }
  return plain;
}

/** `orders is down`: the thing, what became of it, and never the thing twice. */
export function sentence(thing: string | undefined, state: string | undefined): string | undefined {
  if (thing === undefined || state === undefined) return thing ?? state;
  return thing.toLowerCase().includes(state.toLowerCase()) ? thing : `${thing} is ${state.toLowerCase()}`;
}
