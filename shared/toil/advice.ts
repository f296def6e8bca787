/**
 * What would pay off first: changes of the catalogue or of an alarm, each with its evidence and what it would have changed.
 *
 * Promises: no advice on fewer than `FEWEST` incidents, and none against an alarm that people may act on more often than not:
 * the upper end of the interval decides, so that a few cases prove nothing. Each says what it would have cost: how many
 * incidents on which somebody acted would have been told later, or not. Pure.
 */
import type { Case } from './case.ts';
import { type Share, shareOf, spreadOf } from './figures.ts';

/** What to change. `hold` and `severity` are front matter of the runbook; `delete` is done where the alarm is. */
export type Change =
  | { kind: 'hold'; runbook?: string; holdSeconds: number }
  | { kind: 'severity'; runbook?: string; severity: 'warning' }
  | { kind: 'runbook'; match: Record<string, unknown> }
  | { kind: 'delete' };

export type Advice = {
  change: Change;
  alarm: string;
  title: string;
  service?: string;
  /** One sentence: what was seen. */
  why: string;
  /** One sentence: what would have been different in this time. */
  effect: string;
  incidents: number;
  /** Interruptions that would not have been, and how many of them in sleep. For a runbook: those that had none. */
  spares: { interruptions: number; sleep: number };
  /** Seconds from answers to ends. */
  effort: number;
  acted: Share;
  /** Incidents that show it, newest first, at most five. */
  examples: string[];
};

/** "Three alerts decide nothing." */
export const FEWEST = 5;
/** Nobody acted on so many in a row: it need not exist. */
const FEWEST_TO_DELETE = 10;
/** Longer than this a page must not wait for the chance that it ends by itself. */
const LONGEST_HOLD_SECONDS = 30 * 60;
const MOST_ADVICE = 20;
const MOST_EXAMPLES = 5;

/** The best first: what spares most sleep, then most interruptions, then what took people longest. */
export function adviceOf(cases: readonly Case[]): Advice[] {
  const groups = Map.groupBy(cases, ({ service, alarm }) => `${service ?? ''}\n${alarm}`);
  const found = [...groups.values()].flatMap((mine) => {
    if (mine.length < FEWEST) return [];
    const noise = noiseAdvice(mine);
    const runbook = runbookAdvice(mine);
    return [...(noise === undefined ? [] : [noise]), ...(runbook === undefined ? [] : [runbook])];
  });
  const told = found.map((one) => withOthers(one, cases));
  const sorted = told.sort(
    (a, b) =>
      b.spares.sleep - a.spares.sleep ||
      b.spares.interruptions - a.spares.interruptions ||
      b.effort - a.effort ||
      (a.title < b.title ? -1 : 1),
  );
  return sorted.slice(0, MOST_ADVICE);
}

/** A hold and a severity are the runbook's, and so those of all its alarms. */
function withOthers(one: Advice, cases: readonly Case[]): Advice {
  const runbook = 'runbook' in one.change ? one.change.runbook : undefined;
  if (runbook === undefined) return one;
  const others = cases.filter((it) => it.runbook === runbook && (it.alarm !== one.alarm || it.service !== one.service));
  if (others.length === 0) return one;
  const acted = others.filter((it) => it.acted === true).length;
  const effect = `${one.effect} Other alarms with this runbook change too: ${others.length} incidents, ${acted} acted on.`;
  return { ...one, effect };
}

/** An alarm that wakes people for nothing: a hold where most end by themselves, else less severity, else no alarm. */
function noiseAdvice(mine: Case[]): Advice | undefined {
  const judged = mine.filter(({ acted }) => acted !== undefined);
  const useless = judged.filter(({ acted }) => acted === false);
  const acted = shareOf(judged.length - useless.length, judged.length);
  if (judged.length < FEWEST || acted.to! >= 0.5) return undefined;
  const short = useless.filter(({ endedByItself, verdict }) => endedByItself || verdict === 'ended-by-itself');
  const hold = holdFor(short);
  const runbook = commonRunbook(mine);
  const named = runbook === undefined ? {} : { runbook };
  if (hold !== undefined && short.length * 2 >= useless.length)
    return holdAdvice(mine, { kind: 'hold', holdSeconds: hold, ...named }, acted);
  if (acted.yes === 0 && judged.length >= FEWEST_TO_DELETE)
    return advice(mine, { kind: 'delete' }, acted, {
      why: `Nobody had to act on any of ${judged.length} that could be judged.`,
      effect: `${mine.length} incidents would not have been.`,
      spared: mine,
    });
  const waits = acted.yes;
  return advice(mine, { kind: 'severity', severity: 'warning', ...named }, acted, {
    why: `Somebody had to act on ${acted.yes} of ${judged.length} that could be judged${interval(acted)}.`,
    effect: `As a warning it goes to chat and wakes nobody; ${waits} on which somebody acted would have waited.`,
    spared: mine,
  });
}

function holdAdvice(mine: Case[], change: Extract<Change, { kind: 'hold' }>, acted: Share): Advice {
  const spared = mine.filter(({ lasted, acted: did }) => did !== true && (lasted ?? Infinity) < change.holdSeconds);
  const lost = mine.filter(({ lasted, acted: did }) => did === true && (lasted ?? Infinity) < change.holdSeconds);
  const later = acted.yes - lost.length;
  const minutes = change.holdSeconds / 60;
  return advice(mine, change, acted, {
    why: `${spared.length} of ${mine.length} were over within ${minutes} minutes, before anybody acted${interval(acted)}.`,
    effect: `${spared.length} would have paged nobody; ${later} on which somebody acted would have paged ${minutes} minutes later, ${lost.length} not at all.`,
    spared,
  });
}

/** Nine in ten of those that ended by themselves did within so long: whole minutes. */
function holdFor(short: Case[]): number | undefined {
  const { p90 } = spreadOf(short.flatMap(({ lasted }) => lasted ?? []));
  if (p90 === undefined) return undefined;
  const seconds = (Math.floor(p90 / 60) + 1) * 60;
  return seconds > LONGEST_HOLD_SECONDS ? undefined : seconds;
}

function runbookAdvice(mine: Case[]): Advice | undefined {
  const without = mine.filter(({ runbook }) => runbook === undefined);
  if (without.length < FEWEST) return undefined;
  const { service, title } = without[0]!;
  const match = { ...(service === undefined ? {} : { service: [service] }), title: [title] };
  const judged = without.filter(({ acted }) => acted !== undefined);
  return advice(
    without,
    { kind: 'runbook', match },
    shareOf(judged.filter(({ acted }) => acted).length, judged.length),
    {
      why: `${without.length} incidents had no runbook.`,
      effect: 'The next one opens the runbook that is written now.',
      spared: without,
    },
  );
}

function commonRunbook(mine: Case[]): string | undefined {
  const [first, ...others] = new Set(mine.map(({ runbook }) => runbook));
  return others.length === 0 ? first : undefined;
}

function interval({ from, to }: Share): string {
  return from === undefined || to === undefined
    ? ''
    : `; acted on: 95 % between ${Math.round(from * 100)} % and ${Math.round(to * 100)} %`;
}

function advice(
  mine: Case[],
  change: Change,
  acted: Share,
  { why, effect, spared }: { why: string; effect: string; spared: Case[] },
): Advice {
  const { alarm, title, service } = mine[0]!;
  const interruptions = spared.flatMap((one) => one.interruptions);
  const newest = mine.toSorted((a, b) => (a.openedAt < b.openedAt ? 1 : -1));
  return {
    change,
    alarm,
    title,
    ...(service === undefined ? {} : { service }),
    why,
    effect,
    incidents: mine.length,
    spares: {
      interruptions: interruptions.length,
      sleep: interruptions.filter((one) => one.class === 'sleep').length,
    },
    effort: mine.reduce((total, { effort = 0 }) => total + effort, 0),
    acted,
    examples: newest.slice(0, MOST_EXAMPLES).map(({ incident }) => incident),
  };
}
