/**
 * A draft: what a normaliser has read, with gaps. `finish` closes them by the rules that hold for every source (identity,
 * limits, absent is absent) and gives the alert.
 *
 * Promises: the alert satisfies `alertSchema` for any values of its types in the draft; two drafts of the same notice
 * give the same id. Called by `normalise.ts` alone; the normalisers make drafts. Pure.
 */
import { hash } from 'node:crypto';
import type { Alert, Resource, Severity, Signal, SourceKind } from './alert.ts';
import { LABEL_LIMIT, TEXT_LIMIT } from './read.ts';

type Gaps<T> = { [K in keyof T]?: T[K] | undefined };

/** What a normaliser fills in, left ours, right what it read. Everything but the source may be missing. */
export type Draft = {
  source: { kind: SourceKind; variant?: string | undefined; account?: string | undefined; region?: string | undefined };
  /** The signal's identity as the sender gives it. Left out: `identity.ts` makes one of all that the body says. */
  key?: string | undefined;
  /** What tells this notice from the others of its signal, beside its time. Left out: the status. */
  notice?: string | undefined;
  status?: 'firing' | 'resolved' | undefined;
  severity?: Severity | undefined;
  title?: string | undefined;
  description?: string | undefined;
  service?: string | undefined;
  environment?: string | undefined;
  resources?: Resource[];
  signal?: Gaps<Signal> | undefined;
  labels?: [string, string][];
  links?: Gaps<Alert['links']>;
  startsAt?: string | undefined;
  endsAt?: string | undefined;
  at?: string | undefined;
  test?: boolean;
  raw?: unknown;
};

/** Longest key kept as it is: DynamoDB's sort key holds 1,024 bytes. Longer ones become their digest. */
const KEY_LIMIT = 512;
/** Resources kept of one alert; an Azure alert has a handful, a Health event may name thousands. */
const RESOURCE_LIMIT = 50;

/** First 32 hex digits of SHA-256 over the parts: the short form of an identity. */
export function digest(...parts: (string | undefined)[]): string {
  return hash('sha256', parts.map((part) => part ?? '').join('\n'), 'hex').slice(0, 32);
}

/** Without the names whose values are undefined, or undefined when none is left. */
function present<T extends object>(gaps: T): { [K in keyof T]: Exclude<T[K], undefined> } | undefined {
  const kept: Record<string, unknown> = {};
  let any = false;
  for (const name in gaps) {
    if (gaps[name] === undefined) continue;
    kept[name] = gaps[name];
    any = true;
  }
  return any ? (kept as { [K in keyof T]: Exclude<T[K], undefined> }) : undefined;
}

/** How far ahead of ours a sender's clock may be. */
const AHEAD_MILLISECONDS = 5 * 60_000;

/** The time itself, unless it lies further ahead than clocks differ: a notice from the future would silence its signal. */
function notAhead(time: string | undefined, receivedAt: string): string | undefined {
  // Both are ISO in UTC, so nearly always the comparison of the texts is enough.
  if (time === undefined || time <= receivedAt) return time;
  return Date.parse(time) - Date.parse(receivedAt) > AHEAD_MILLISECONDS ? receivedAt : time;
}

/** True where a time of the draft is not taken because it lies in the future. */
export function isAhead({ at, startsAt, endsAt }: Draft, receivedAt: string): boolean {
  return [at, startsAt, endsAt].some((time) => notAhead(time, receivedAt) !== time);
}

/** `receivedAt` stands in for the sender's clock where it did not write a time. */
export function finish(draft: Draft & { key: string }, receivedAt: string, raw: unknown): Alert {
  const { kind } = draft.source;
  const title = draft.title ?? `Empty notice (${kind})`;
  const status = draft.status ?? 'firing';
  const at = notAhead(draft.at, receivedAt) ?? receivedAt;
  const resources = draft.resources === undefined ? [] : draft.resources.slice(0, RESOURCE_LIMIT);
  const key = draft.key.length > KEY_LIMIT ? digest(draft.key) : draft.key;
  const alert: Alert = {
    // By the sender's own time, so that a notice that comes twice is one, also where its time is not taken.
    id: digest(kind, key, draft.notice ?? status, draft.at ?? receivedAt),
    key,
    status,
    source: present(draft.source) as Alert['source'],
    title: title.length > TEXT_LIMIT ? `${title.slice(0, TEXT_LIMIT - 1)}…` : title,
    resources,
    labels: labelsOf(draft.labels),
    links: (draft.links === undefined ? undefined : present(draft.links)) ?? {},
    at,
    test: draft.test ?? false,
  };
  if (draft.severity !== undefined) alert.severity = draft.severity;
  if (draft.description !== undefined) alert.description = draft.description;
  if (draft.service !== undefined) alert.service = draft.service;
  if (draft.environment !== undefined) alert.environment = draft.environment;
  const signal = draft.signal === undefined ? undefined : present(draft.signal);
  if (signal !== undefined) alert.signal = signal as Signal;
  if (draft.startsAt !== undefined) alert.startsAt = notAhead(draft.startsAt, receivedAt)!;
  // Null says "still firing" to the readers of the alert; a resolve without a time has none.
  if (status === 'firing') alert.endsAt = null;
  else if (draft.endsAt !== undefined) alert.endsAt = notAhead(draft.endsAt, receivedAt)!;
  if (raw !== undefined) alert.raw = raw;
  return alert;
}

function labelsOf(labels: [string, string][] | undefined): Record<string, string> {
  const kept: Record<string, string> = {};
  if (labels === undefined) return kept;
  for (const [name, value] of labels.length > LABEL_LIMIT ? labels.slice(0, LABEL_LIMIT) : labels) {
    // Assigning to __proto__ would change the object instead of labelling the alert.
    if (name !== '__proto__') kept[name] = value;
  }
  return kept;
}
