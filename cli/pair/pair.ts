/**
 * Pairing: which runbook each alarm of an estate has, what is proposed for those without, and the `match` that says for good
 * what a person confirmed.
 *
 * Promises: a `match` that is made covers every alarm that was confirmed for its runbook and no other alarm of the estate.
 * Pure. Called by `pageturner pair`.
 */
import type { Alert } from '../../shared/alert/alert.ts';
import { compile, matches } from '../../shared/pattern/pattern.ts';
import { type Asked, isCertain, route } from '../../shared/routing/routing.ts';
import type { Candidate } from '../../shared/runbook/runbook.ts';
import type { EstateAlarm } from './estate.ts';

export type Pairing = {
  where: string;
  name: string;
  /** With the catalogue's names for its service and environment. */
  alert: Alert;
  /** `certain`: a link, a pattern or a person's word leads to a runbook. `proposed`: words do. */
  state: 'certain' | 'proposed' | 'none';
  /** Its ID, or the address of one that is elsewhere. */
  runbook?: string;
  why: string;
  score?: number;
  second?: Candidate;
};

/** What a person said: this alarm has this runbook. */
export type Confirmed = { where: string; runbook: string };

export type Coverage = { alarms: number; certain: number; proposed: number; none: number; unreached: string[] };

/** A page that is less probable is not worth a question. */
const WORTH_ASKING = 0.05;
/** What tells alarms apart beside their title, in the order in which it is tried. */
const FIELDS: ((alert: Alert) => Record<string, unknown>)[] = [
  () => ({}),
  ({ service }) => (service === undefined ? {} : { service: [service] }),
  ({ environment }) => (environment === undefined ? {} : { environment: [environment] }),
  ({ severity }) => (severity === undefined ? {} : { severity: [severity] }),
  ({ signal }) => (signal?.name === undefined ? {} : { signal: { name: [signal.name] } }),
  ({ source }) => (source.account === undefined ? {} : { source: { account: [source.account] } }),
  ({ source }) => (source.region === undefined ? {} : { source: { region: [source.region] } }),
  ({ key }) => ({ key: [key] }),
];

export function pairAll(estate: EstateAlarm[], asked: Asked): Pairing[] {
  return estate.map(({ where, name, alert }): Pairing => {
    const { alert: named, choice } = route(alert, asked);
    const [first, second] = choice.candidates;
    const base = { where, name, alert: named };
    if (choice.url !== undefined)
      return { ...base, state: 'certain', runbook: choice.url, why: 'linked from the alarm' };
    if (isCertain(choice)) return { ...base, state: 'certain', runbook: choice.runbook!, why: first!.why };
    if (first === undefined || first.score < WORTH_ASKING)
      return { ...base, state: 'none', why: 'no runbook sounds like it' };
    return {
      ...base,
      state: 'proposed',
      runbook: first.runbook,
      why: first.why,
      score: first.score,
      ...(second === undefined ? {} : { second }),
    };
  });
}

/** @param runbooks IDs of the whole catalogue */
export function coverageOf(pairings: Pairing[], runbooks: string[]): Coverage {
  const count = (state: Pairing['state']) => pairings.filter((one) => one.state === state).length;
  const reached = new Set(pairings.filter(({ state }) => state !== 'none').map(({ runbook }) => runbook));
  return {
    alarms: pairings.length,
    certain: count('certain'),
    proposed: count('proposed'),
    none: count('none'),
    unreached: runbooks.filter((id) => !reached.has(id)),
  };
}

/**
 * By runbook: the pattern that covers what was confirmed for it and nothing else.
 *
 * @param existing by runbook: the pattern that its front matter has already; what it matches stays matched
 * @throws RangeError where two alarms cannot be told apart and were confirmed for different runbooks
 */
export function patternsFor(
  confirmed: Confirmed[],
  pairings: Pairing[],
  existing: ReadonlyMap<string, unknown>,
): Map<string, object> {
  const byWhere = new Map(pairings.map((one) => [one.where, one]));
  const runbookOf = new Map(confirmed.map(({ where, runbook }) => [where, runbook]));
  const byRunbook = Map.groupBy(
    confirmed.filter(({ where }) => byWhere.has(where)),
    ({ runbook }) => runbook,
  );
  return new Map(
    [...byRunbook].map(([runbook, list]) => {
      const others = pairings.filter(
        (one) => runbookOf.get(one.where) !== runbook && !(one.state === 'certain' && one.runbook === runbook),
      );
      const narrow = list.map(({ where }) => narrowest(byWhere.get(where)!, others));
      const own = existing.get(runbook);
      const ways = [...(own === undefined ? [] : waysOf(own as object)), ...joined(narrow)];
      return [runbook, ways.length === 1 ? ways[0]! : { $or: ways }] as const;
    }),
  );
}

/** The title alone where that is enough, and else with as few other fields as tell it apart from the others. */
function narrowest({ alert, where }: Pairing, others: Pairing[]): Record<string, unknown> {
  let pattern: Record<string, unknown> = { title: [alert.title] };
  for (const fieldsOf of FIELDS) {
    pattern = withFields(pattern, fieldsOf(alert));
    if (!others.some((other) => covers(pattern, other.alert))) return pattern;
  }
  const same = others.find((other) => covers(pattern, other.alert))!;
  throw new RangeError(`${where} and ${same.where} send the same alert: no pattern tells them apart.`);
}

function withFields(pattern: Record<string, unknown>, more: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...pattern };
  for (const [name, value] of Object.entries(more)) {
    const before = merged[name];
    merged[name] =
      Array.isArray(value) || before === undefined ? value : { ...(before as object), ...(value as object) };
  }
  return merged;
}

/** Patterns that differ only in their title are one with several titles. */
function joined(patterns: Record<string, unknown>[]): object[] {
  const byRest = Map.groupBy(patterns, ({ title: _, ...rest }) => JSON.stringify(rest));
  return [...byRest.values()].map((list) => ({
    ...list[0],
    title: [...new Set(list.flatMap(({ title }) => title as string[]))],
  }));
}

/** The ways of a pattern that is nothing but a choice of ways, and else the pattern. */
function waysOf(pattern: object): object[] {
  const { $or, ...rest } = pattern as { $or?: object[] };
  return Array.isArray($or) && Object.keys(rest).length === 0 ? $or : [pattern];
}

function covers(pattern: unknown, alert: Alert): boolean {
  const compiled = compile(pattern);
  return compiled.ok && matches(compiled.pattern, alert);
}
