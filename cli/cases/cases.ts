/**
 * Cases: the tests of a catalogue. Each says, for an alert at an instant, which service, runbook and policy it must have, who must
 * be told when, and with what words.
 *
 * Promises: a case decides nothing. Its answer is `explain`'s, which is the night's own code. What a case leaves out is not
 * judged. Pure: payloads are read by the caller. Called by `pageturner test`.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Alert } from '../../shared/alert/alert.ts';
import type { Silence } from '../../shared/exception/exception.ts';
import { normaliseTaught } from '../../shared/intake/taught.ts';
import { readInstant } from '../../shared/rota/wall.ts';
import type { Loaded } from '../../shared/routing/loaded.ts';
import { teacherOf } from '../../shared/sender/mapping.ts';
import { readDuration } from '../../shared/written/shapes.ts';
import { type Explained, explain } from '../explain/explain.ts';
import type { Expected, WrittenCase } from './schema.ts';

/** One thing that is not as the case says. */
export type Difference = { field: string; wanted: string; found: string };

/** What became of a case: what is so, and what differs from what it expects. `problem`: it could not be asked. */
export type Judged = { now?: Expected; differences: Difference[]; problem?: string };

const FOREVER = '9999-12-31T00:00:00.000Z';

/** Judges a case. `payload`: the bytes of the file that it names, where it names one. */
export async function judge(written: WrittenCase, loaded: Loaded, payload?: Buffer): Promise<Judged> {
  const now = new Date(readInstant(written.at)!).toISOString();
  const found = await alertOf(written, loaded, now, payload);
  if (typeof found === 'string') return { differences: [], problem: found };
  const silences: Silence[] = (written.silences ?? []).map((match, n) => ({
    id: `silence-${n + 1}`,
    match,
    from: now,
    until: FOREVER,
    by: 'the test',
    why: 'the test says so',
  }));
  const explained = explain(found, { loaded, silences, now, suspectsOf: () => [] });
  return { now: expectationOf(explained, now), differences: differencesOf(written.expect ?? {}, explained, now) };
}

/** The alert that a case asks about, or why there is none. */
async function alertOf(
  { payload: body, alert, number = 1 }: WrittenCase,
  loaded: Loaded,
  now: string,
  payload: Buffer | undefined,
): Promise<Alert | string> {
  if (alert !== undefined) return completed(alert, now);
  const bytes = payload ?? JSON.stringify(body);
  const { alerts } = await normaliseTaught(bytes, undefined, { receivedAt: now }, teacherOf(loaded.catalogue));
  const found = alerts[number - 1];
  if (found !== undefined) return found;
  return alerts.length === 0
    ? 'The payload is no alert: it holds none.'
    : `The payload has ${alerts.length} ${alerts.length === 1 ? 'alert' : 'alerts'}, and number is ${number}.`;
}

/** A whole alert of the fields that somebody wrote. */
function completed(written: Record<string, unknown>, now: string): Alert {
  const title = typeof written['title'] === 'string' ? written['title'] : 'a test';
  return {
    id: 'test',
    key: `test:${title}`,
    status: 'firing',
    source: { kind: 'unknown' },
    title,
    resources: [],
    labels: {},
    links: {},
    startsAt: now,
    at: now,
    test: false,
    raw: {},
    ...written,
  } as Alert;
}

/** All that a case may expect, as it is. */
function expectationOf(explained: Explained, now: string): Expected {
  const inOrder = [...explained.pages, ...explained.later].sort((a, b) => (a.due < b.due ? -1 : a.due > b.due ? 1 : 0));
  const pages = inOrder.map(({ to, channel, due }) => ({
    to,
    by: channel,
    after: written(seconds(now, due)),
  }));
  return {
    service: explained.service ?? 'none',
    environment: explained.environment ?? 'none',
    runbook: runbookOf(explained),
    by: explained.runbook.by,
    severity: explained.severity,
    urgency: explained.urgency,
    policy: explained.policy,
    ...(explained.nobody === null ? {} : { nobody: explained.nobody.because }),
    pages,
  } as Expected;
}

function runbookOf({ runbook: { runbook, url } }: Explained): string {
  return runbook ?? url ?? 'none';
}

const PLAIN = ['service', 'environment', 'runbook', 'by', 'severity', 'urgency', 'policy'] as const;

function differencesOf(expected: Expected, explained: Explained, now: string): Difference[] {
  const is = expectationOf(explained, now);
  const plain = PLAIN.flatMap((field) =>
    expected[field] === undefined || expected[field] === is[field]
      ? []
      : [{ field, wanted: String(expected[field]), found: `${is[field]}${reasonOf(field, explained)}` }],
  );
  const nobody =
    expected.nobody === undefined || expected.nobody === is.nobody
      ? []
      : [{ field: 'nobody', wanted: expected.nobody, found: is.nobody ?? 'somebody is told' }];
  return [
    ...alertDifferences(expected, explained),
    ...plain,
    ...nobody,
    ...pageDifferences(expected, is.pages ?? []),
    ...wordDifferences(expected, explained),
  ];
}

/** Why it is so, for the two that people ask about first. */
function reasonOf(field: (typeof PLAIN)[number], explained: Explained): string {
  if (field === 'service') return ` (${explained.why})`;
  return field === 'runbook' ? ` (by ${explained.runbook.by})` : '';
}

function alertDifferences({ alert = {} }: Expected, explained: Explained): Difference[] {
  const found = explained.alert as unknown as Record<string, unknown>;
  return Object.entries(alert).flatMap(([field, wanted]) =>
    isDeepStrictEqual(wanted, found[field])
      ? []
      : [{ field: `alert.${field}`, wanted: JSON.stringify(wanted), found: JSON.stringify(found[field]) ?? 'absent' }],
  );
}

type Pages = NonNullable<Expected['pages']>;

function pageDifferences({ pages }: Expected, found: Pages): Difference[] {
  if (pages === undefined) return [];
  if (pages.length === 0)
    return found.length === 0 ? [] : [{ field: 'pages', wanted: 'nobody', found: found.map(saidPage).join(', ') }];
  return pages.flatMap((wanted, n) => {
    const is = found[n];
    const same =
      is !== undefined &&
      wanted.to === is.to &&
      (wanted.by === undefined || wanted.by === is.by) &&
      (wanted.after === undefined || readDuration(wanted.after) === readDuration(is.after!));
    return same
      ? []
      : [{ field: `pages[${n}]`, wanted: saidPage(wanted), found: is === undefined ? 'nobody' : saidPage(is) }];
  });
}

function saidPage({ to, by, after }: Pages[number]): string {
  return `${to}${by === undefined ? '' : ` by ${by}`}${after === undefined ? '' : ` after ${after}`}`;
}

function wordDifferences({ words = [] }: Expected, { words: found }: Explained): Difference[] {
  return words.flatMap((wanted) =>
    found?.includes(wanted) ? [] : [{ field: 'words', wanted, found: found ?? 'nothing is said to anybody' }],
  );
}

function seconds(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 1000);
}

/** `90s`, `5m`, `2h`, `1d`: the largest unit that is exact. */
function written(count: number): string {
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
  ] as const)
    if (count > 0 && count % size === 0) return `${count / size}${unit}`;
  return `${count}s`;
}
