/**
 * Toil: what alerts cost people over a time: pages, evenings and nights, the hours from an answer to the end; beside the same
 * time before it.
 *
 * Promises: counts, medians and ninetieth percentiles, never a mean alone; what is left out of a figure is said with it; no
 * figure is about a person. Incidents count where they were opened. The catalogue in hand says which rota a step names and
 * which clock a person has. Called by the API and the tests. Pure.
 */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { isInShadow } from '../catalogue/resolve.ts';
import { type Incident, MAX_FINISHED_PAGES } from '../incident/incident.ts';
import { type Advice, adviceOf } from './advice.ts';
import { type Case, caseOf, counts } from './case.ts';
import { type Share, type Spread, shareOf, spreadOf } from './figures.ts';
import { HOUR_CLASSES, type HourClass, type Interruption, interruptionsOf } from './interruption.ts';

export const GROUPINGS = ['service', 'runbook', 'cause', 'rota'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export type Figures = {
  incidents: number;
  signals: number;
  pages: number;
  interruptions: Record<HourClass, number>;
  /** `late`: answered after the target or not at all; `seconds` of those that were answered. */
  acknowledged: { inTime: number; late: number; unanswered: number; seconds: Spread };
  /** From the answer to the end. `total` in seconds. */
  effort: Spread & { total: number };
  endedByItself: number;
  verdicts: Record<NonNullable<Case['verdict']> | 'none', number>;
  withoutRunbook: number;
  wrongRunbook: number;
  flapped: number;
};

/** One alarm: of how many incidents that could be judged somebody had to act. */
export type Precision = { alarm: string; title: string; service?: string; incidents: number; acted: Share };

/** What some figure does not tell of. */
export type LeftOut = { what: string; count: number };

export type Toil = {
  from: string;
  to: string;
  all: Figures;
  /** Of the time before `from` that is as long. */
  before: Figures;
  by: Grouping;
  /** Those with most interruptions in sleep first, then most interruptions. */
  rows: { name: string; title?: string; now: Figures; before: Figures }[];
  alarms: Precision[];
  advice: Advice[];
  leftOut: LeftOut[];
};

export type Asked = { from: string; to: string; by: Grouping; now: string };

/**
 * @param incidents that were opened from as long before `from` as `to` is after it, in any order
 * @param asked the time, UTC ISO, half-open; and what to group by
 */
export function toilOf(incidents: readonly Incident[], catalogue: Catalogue, asked: Asked): Toil {
  const counted = incidents.filter((incident) => counts(incident) && !isInShadow(catalogue, incident.service));
  const { now, before } = casesOf(counted, catalogue, asked);
  return {
    from: asked.from,
    to: asked.to,
    all: figuresOf(now),
    before: figuresOf(before),
    by: asked.by,
    rows: rowsOf(now, before, asked.by),
    alarms: alarmsOf(now),
    advice: adviceOf(now),
    leftOut: leftOutOf(incidents, now, asked, catalogue),
  };
}

/** When the time before begins that is as long. */
export function beforeOf({ from, to }: Pick<Asked, 'from' | 'to'>): string {
  return new Date(2 * Date.parse(from) - Date.parse(to)).toISOString();
}

function casesOf(incidents: Incident[], catalogue: Catalogue, asked: Asked): { now: Case[]; before: Case[] } {
  const interruptions = Map.groupBy(interruptionsOf(incidents, catalogue), ({ incident }) => incident);
  const cases = incidents.map((incident) => caseOf(incident, interruptions.get(incident.id) ?? [], asked.now));
  const between = (from: string, to: string) => cases.filter(({ openedAt }) => openedAt >= from && openedAt < to);
  return { now: between(asked.from, asked.to), before: between(beforeOf(asked), asked.from) };
}

/** The figures of some cases, with only the interruptions that `mine` takes. */
export function figuresOf(cases: readonly Case[], mine: (one: Interruption) => boolean = () => true): Figures {
  const answered = cases.flatMap(({ answeredAfter }) => answeredAfter ?? []);
  const inTime = cases.filter(({ answeredAfter, target }) => (answeredAfter ?? Infinity) <= target).length;
  const unanswered = count(cases, ({ unanswered: one }) => one);
  const efforts = cases.flatMap(({ effort }) => effort ?? []);
  const woken = cases.flatMap(({ interruptions }) => interruptions.filter(mine));
  const said = (verdict: Case['verdict']) => count(cases, (one) => one.verdict === verdict);
  return {
    incidents: cases.length,
    signals: sum(cases.map(({ signals }) => signals)),
    pages: sum(cases.map(({ pages }) => pages)),
    interruptions: Object.fromEntries(
      HOUR_CLASSES.map((name) => [name, count(woken, (one) => one.class === name)]),
    ) as Figures['interruptions'],
    acknowledged: { inTime, late: answered.length - inTime + unanswered, unanswered, seconds: spreadOf(answered) },
    effort: { ...spreadOf(efforts), total: sum(efforts) },
    endedByItself: count(cases, ({ endedByItself }) => endedByItself),
    verdicts: {
      acted: said('acted'),
      noise: said('noise'),
      'ended-by-itself': said('ended-by-itself'),
      'poor-details': said('poor-details'),
      none: said(undefined),
    },
    withoutRunbook: count(cases, ({ runbook }) => runbook === undefined),
    wrongRunbook: count(cases, ({ wrongRunbook }) => wrongRunbook),
    flapped: count(cases, ({ flapped }) => flapped),
  };
}

function rowsOf(now: Case[], before: Case[], by: Grouping): Toil['rows'] {
  const [mine, theirs] = [groupsOf(now, by), groupsOf(before, by)];
  const rows = [...mine].map(([name, cases]) => {
    const inRow = (one: Interruption) => by !== 'rota' || (one.rota ?? NO_ROTA) === name;
    return {
      name,
      ...(by === 'cause' ? { title: cases[0]!.title } : {}),
      now: figuresOf(cases, inRow),
      before: figuresOf(theirs.get(name) ?? [], inRow),
    };
  });
  return rows.sort((a, b) => heavier(a.now, b.now) || (a.name < b.name ? -1 : 1));
}

const NO_ROTA = 'no rota';

/** An incident that paged two rotas is in the row of each, with the interruptions of that rota alone. */
function groupsOf(cases: Case[], by: Grouping): Map<string, Case[]> {
  const groups = new Map<string, Case[]>();
  for (const one of cases) {
    const names =
      by === 'rota' ? new Set(one.interruptions.map(({ rota }) => rota ?? NO_ROTA)) : [one[by] ?? `no ${by}`];
    for (const name of names) {
      const mine = groups.get(name);
      if (mine === undefined) groups.set(name, [one]);
      else mine.push(one);
    }
  }
  return groups;
}

/** For sorting: what woke more people first, then what interrupted more, then what took longer. */
function heavier(a: Figures, b: Figures): number {
  const all = ({ interruptions }: Figures) => sum(Object.values(interruptions));
  return b.interruptions.sleep - a.interruptions.sleep || all(b) - all(a) || b.effort.total - a.effort.total;
}

function alarmsOf(cases: Case[]): Precision[] {
  const groups = [...Map.groupBy(cases, ({ service, alarm }) => `${service ?? ''}\n${alarm}`).values()];
  const found = groups.map((mine) => {
    const judged = mine.filter(({ acted }) => acted !== undefined);
    const { alarm, title, service } = mine[0]!;
    const acted = shareOf(
      count(judged, (one) => one.acted === true),
      judged.length,
    );
    return { alarm, title, ...(service === undefined ? {} : { service }), incidents: mine.length, acted };
  });
  return found.sort((a, b) => b.incidents - a.incidents || (a.alarm < b.alarm ? -1 : 1));
}

function leftOutOf(incidents: readonly Incident[], now: Case[], asked: Asked, catalogue: Catalogue): LeftOut[] {
  const here = incidents.filter(({ openedAt = '' }) => openedAt >= asked.from && openedAt < asked.to);
  const list = [
    { what: 'test pages and canaries: not counted', count: count(here, (one) => !counts(one)) },
    {
      what: `incidents with more pages than the ${MAX_FINISHED_PAGES} that each keeps: the older ones are not counted`,
      count: count(here, ({ pages }) => pages.length >= MAX_FINISHED_PAGES),
    },
    {
      what: 'incidents of services in shadow, of which nobody was told: not counted',
      count: count(here, (one) => counts(one) && isInShadow(catalogue, one.service)),
    },
    {
      what: 'incidents that paged nobody, or were over within the target before anybody answered: in no share of answers in time',
      count: count(now, ({ answeredAfter, unanswered }) => answeredAfter === undefined && !unanswered),
    },
    {
      what: 'incidents that nobody acknowledged, or that are open: in no time from the answer to the end',
      count: count(now, ({ effort }) => effort === undefined),
    },
    {
      what: 'incidents of which it is not known whether somebody had to act: in no precision',
      count: count(now, ({ acted }) => acted === undefined),
    },
  ];
  return list.filter(({ count: some }) => some > 0);
}

function count<T>(list: readonly T[], is: (one: T) => boolean): number {
  return list.reduce((total, one) => total + (is(one) ? 1 : 0), 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
