/** A report of toil as text: the figures beside those of the time before, then what would pay off first. Pure. */
import { oneLine } from '../../shared/message/gsm.ts';
import { duration } from '../../shared/time/time.ts';
import type { Advice } from '../../shared/toil/advice.ts';
import type { Share, Spread } from '../../shared/toil/figures.ts';
import type { Figures, Precision, Toil } from '../../shared/toil/toil.ts';

const MOST_ROWS = 20;
const MOST_ALARMS = 10;

/** @param instant how an instant is said to people */
export function sayToil(toil: Toil, instant: (at: string) => string): string {
  const { all, before, rows, by, alarms, advice, leftOut } = toil;
  return [
    `From ${instant(toil.from)} to ${instant(toil.to)}, beside the time before that is as long`,
    '',
    ...figureLines(all, before),
    '',
    `By ${by}: incidents, interruptions (business / off hours / sleep), time from answer to end; then the time before`,
    ...rows.slice(0, MOST_ROWS).map(({ name, title, now, before: then }) => {
      const called = title === undefined ? name : `${name}  ${title}`;
      return `  ${oneLine(`${called}: ${short(now)}; before: ${short(then)}`)}`;
    }),
    ...more(rows.length, MOST_ROWS),
    '',
    'Alarms: on how many incidents somebody had to act, of those that could be judged',
    ...alarms.slice(0, MOST_ALARMS).map(alarmLine),
    ...more(alarms.length, MOST_ALARMS),
    '',
    'What would pay off first',
    ...(advice.length === 0 ? ['  Nothing that five incidents or more show.'] : advice.flatMap(adviceLines)),
    ...(leftOut.length === 0 ? [] : ['', 'Left out']),
    ...leftOut.map(({ what, count }) => `  ${count} ${what}`),
    '',
  ].join('\n');
}

function figureLines(now: Figures, then: Figures): string[] {
  const line = (what: string, say: (figures: Figures) => string | number) =>
    `  ${what.padEnd(44)}${String(say(now)).padEnd(34)}before: ${say(then)}`;
  return [
    line('Incidents (signals)', ({ incidents, signals }) => `${incidents} (${signals})`),
    line('Pages to people', ({ pages }) => pages),
    line('Interruptions, business / off hours / sleep', threeOf),
    line(
      'Answered in time, of those that were due',
      ({ acknowledged: { inTime, late } }) => `${inTime} of ${inTime + late}`,
    ),
    line('Never answered, and went on', ({ acknowledged: { unanswered } }) => unanswered),
    line('Until an answer', ({ acknowledged: { seconds } }) => spread(seconds)),
    line('From the answer to the end', ({ effort }) => spread(effort)),
    line("People's time in all", ({ effort: { total } }) => duration(total)),
    line('Ended before anybody acted', ({ endedByItself }) => endedByItself),
    line('Said: acted on / noise / by itself / poor', ({ verdicts }) =>
      [verdicts.acted, verdicts.noise, verdicts['ended-by-itself'], verdicts['poor-details']].join(' / '),
    ),
    line('Nobody said', ({ verdicts }) => verdicts.none),
    line(
      'Without a runbook / with a wrong one',
      ({ withoutRunbook, wrongRunbook }) => `${withoutRunbook} / ${wrongRunbook}`,
    ),
    line('Flapped', ({ flapped }) => flapped),
  ];
}

const threeOf = ({ interruptions: { business, off, sleep } }: Figures) => `${business} / ${off} / ${sleep}`;
const short = (figures: Figures) => `${figures.incidents}, ${threeOf(figures)}, ${duration(figures.effort.total)}`;

/** Never a mean: `median 4m, p90 31m of 12`. */
function spread({ count, median, p90 }: Spread): string {
  return median === undefined || p90 === undefined
    ? 'none'
    : `median ${duration(median)}, p90 ${duration(p90)} of ${count}`;
}

function alarmLine({ alarm, service, incidents, acted }: Precision): string {
  return `  ${oneLine(`${alarm}${service === undefined ? '' : ` of ${service}`}: ${share(acted)}; ${incidents} incidents`)}`;
}

function share({ yes, of, from, to }: Share): string {
  if (from === undefined || to === undefined) return 'none could be judged';
  return `${yes} of ${of}, 95 % between ${Math.round(from * 100)} % and ${Math.round(to * 100)} %`;
}

function adviceLines(one: Advice, position: number): string[] {
  const alarm = `${one.title}${one.service === undefined ? '' : ` of ${one.service}`}`;
  const { spares, effort } = one;
  const cost = `${spares.interruptions} interruptions, ${spares.sleep} in sleep, ${duration(effort)} of people's time`;
  return [
    `${String(position + 1).padStart(3)}. ${oneLine(`${alarm}: ${changeOf(one)}`)}`,
    `     ${one.why} ${one.effect}`,
    `     ${cost}. For example ${one.examples.join(', ')}`,
  ];
}

function changeOf({ change }: Advice): string {
  switch (change.kind) {
    case 'hold':
      return `hold: ${change.holdSeconds / 60}m${inRunbook(change.runbook)}`;
    case 'severity':
      return `severity: ${change.severity}${inRunbook(change.runbook)}`;
    case 'runbook':
      return 'write a runbook';
    case 'delete':
      return 'delete the alarm';
  }
}

const inRunbook = (runbook: string | undefined) => (runbook === undefined ? '' : ` in runbooks/${runbook}.md`);

function more(count: number, shown: number): string[] {
  return count > shown ? [`  and ${count - shown} more (--json has them)`] : [];
}
