/** How a backtest is said: in a terminal, and as one note on a merge request. Counts and names of the catalogue; no body of a notice. */
import { oneLine } from '../../shared/message/gsm.ts';
import type { Change, Comparison, Load } from './compare.ts';

const MOST_CHANGES = 30;
const MOST_LETTERS = 160;

/** The hidden line by which a pipeline finds its note again. */
export const MARK = '<!-- pageturner-backtest -->';

/** As sentences; `file` is the history, for the line that explains a change. */
export function asText(found: Comparison, file: string): string {
  const changes = [...found.lost, ...found.changes.filter(({ isLost }) => !isLost)].slice(0, MOST_CHANGES);
  const more = found.changes.length - changes.length;
  return [
    `${headline(found)}:`,
    ...consequences(found).map((line) => `  ${line}`),
    ...Object.entries(found.people).flatMap(([person, { before, after }]) =>
      same(before, after) ? [] : [`  ${person.padEnd(12)}${moved(before, after)}`],
    ),
    ...(changes.length === 0 ? [] : ['', 'Alert by alert, what reaches nobody first:']),
    ...changes.map((change) => `  line ${change.line}  ${change.at}  ${saidChange(change)}`),
    ...(more > 0 ? [`  and ${more} more; --json has all.`] : []),
    '',
    ...LEFT_OUT,
    ...(changes.length === 0
      ? []
      : [`Why one is so: pageturner backtest --history ${file} --line ${changes[0]!.line}`]),
    '',
  ].join('\n');
}

/** One note: what it means for people first, then the alerts. */
export function asMarkdown(found: Comparison): string {
  const moves = Object.entries(found.people).filter(([, { before, after }]) => !same(before, after));
  const changes = [...found.lost, ...found.changes.filter(({ isLost }) => !isLost)].slice(0, MOST_CHANGES);
  return [
    MARK,
    `**Backtest.** ${headline(found)}:`,
    '',
    ...consequences(found).map((line) => `- ${line}`),
    ...(moves.length === 0
      ? []
      : [
          '',
          '| person | pages before | after | at night before | after |',
          '|---|---|---|---|---|',
          ...moves.map(
            ([person, { before, after }]) =>
              `| ${cell(person)} | ${before.pages} | ${after.pages} | ${before.nights} | ${after.nights} |`,
          ),
        ]),
    ...(changes.length === 0
      ? []
      : [
          '',
          '<details><summary>Alert by alert</summary>',
          '',
          '| line | at | alert | what |',
          '|---|---|---|---|',
          ...changes.map(
            ({ line, at, title, what }) => `| ${line} | ${at} | ${cell(title)} | ${cell(what.join('; '))} |`,
          ),
          '',
          '</details>',
        ]),
    '',
    ...LEFT_OUT,
    '',
  ].join('\n');
}

const LEFT_OUT = [
  'Replayed with the rotas and holidays of each alert’s instant. Left out: overrides and silences of then, digests, and what',
  'followed the first page, because nobody knows who would have answered.',
];

function headline({ alerts, notReplayed, fromAlert }: Comparison): string {
  const reasons = Object.entries(notReplayed);
  const missed = reasons.reduce((total, [, count]) => total + count, 0);
  const not =
    missed === 0 ? '' : `, ${missed} could not be replayed: ${reasons.map(([why, n]) => `${why} (${n})`).join(', ')}`;
  const kept = fromAlert === 0 ? '' : `, ${fromAlert} replayed without their notice`;
  return `Of ${alerts} alerts${not}${kept}`;
}

function consequences({ total, runbooks, withoutRunbook, changes, lost }: Comparison): string[] {
  const { before, after } = total;
  return [
    `${change(before.nights, after.nights, 'night page')} (${before.nights} → ${after.nights}), ${change(before.pages, after.pages, 'page')} in all (${before.pages} → ${after.pages})`,
    ...(runbooks === 0
      ? []
      : [
          `${count(runbooks, 'alert opens', 'alerts open')} another runbook; without a runbook ${withoutRunbook.before} → ${withoutRunbook.after}`,
        ]),
    ...(lost.length === 0 ? [] : [`${count(lost.length, 'alert', 'alerts')} would reach nobody: that fails`]),
    ...(changes.length === 0 ? ['nothing changes for any of them'] : []),
  ];
}

function moved(before: Load, after: Load): string {
  return `${change(before.pages, after.pages, 'page')} (${before.pages} → ${after.pages}), at night ${before.nights} → ${after.nights}`;
}

function same(before: Load, after: Load): boolean {
  return before.pages === after.pages && before.nights === after.nights;
}

function change(before: number, after: number, what: string): string {
  if (before === after) return `no ${what} more or fewer`;
  return `${count(Math.abs(after - before), what, `${what}s`)} ${after < before ? 'fewer' : 'more'}`;
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

function saidChange({ title, what }: Change): string {
  return oneLine(`${title.slice(0, 60)}: ${what.join('; ')}`).slice(0, MOST_LETTERS);
}

/** Hostile text in a cell of a table: no markup, no new cell. */
function cell(text: string): string {
  return oneLine(text)
    .slice(0, MOST_LETTERS)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('|', '\\|')
    .replaceAll('`', '\\`')
    .replaceAll('@', '@\u2060')
    .replaceAll('[', '\\[')
    .replaceAll(']', '\\]')
    .replaceAll('!', '\\!');
}
