/**
 * The words of a reminder and of the end of a watch: what is to be done, and what the cause has cost since it was proposed.
 *
 * Promises: text from outside is one line, names no phone number, and is plain; each channel escapes it. Pure.
 */
import type { Incident } from '../incident/incident.ts';
import { oneLine } from '../message/gsm.ts';
import { type Cost, sayCost } from './cost.ts';
import { inline, link, withoutNumbers } from './markdown.ts';
import type { Problem } from './problem.ts';
import type { Item } from './reminders.ts';

const MAX_TEXT = 160;
const MAX_LISTED = 10;

/** @param costs of the items that are told one by one; the others are counted */
export function reminderText(
  items: readonly Item[],
  costs: ReadonlyMap<Item, Cost>,
): { subject: string; facts: { label: string; value: string }[] } {
  const shown = items.filter((item) => costs.has(item));
  const left = items.length - shown.length;
  const late = items.filter(({ overdue }) => (overdue ?? 0) > 0).length;
  const count = `${items.length} ${items.length === 1 ? 'follow-up' : 'follow-ups'} to decide or do`;
  return {
    subject: `${count}${late === 0 ? '' : `, ${late} overdue`}`,
    facts: [
      ...shown.map((item) => ({ label: labelOf(item), value: standing(item, costs.get(item)!) })),
      ...(left === 0 ? [] : [{ label: 'And', value: `${left} more: pageturner problems` }]),
    ],
  };
}

function labelOf({ problem, followUp }: Item): string {
  const where = problem.ticket?.name ?? problem.service;
  return plain(`${where === undefined ? '' : `${where} `}${followUp.text}`);
}

function standing({ problem, followUp, overdue }: Item, cost: Cost): string {
  const { state, owner, due, proposedAt } = followUp;
  const when =
    due === undefined
      ? 'no date'
      : (overdue ?? 0) > 0
        ? `due ${due}, ${overdue} working ${overdue === 1 ? 'day' : 'days'} ago`
        : `due ${due}`;
  const parts = [
    state === 'proposed' ? `proposed on ${proposedAt.slice(0, 10)}: agree, or say why not` : 'agreed',
    when,
    ...(owner === undefined ? ['no owner'] : [plain(owner)]),
    ...(problem.state === 'closed' ? ['its ticket is closed'] : []),
  ];
  const since = sayCost(cost);
  return `${parts.join(', ')}. Since it was proposed: ${since}.`;
}

function plain(text: string): string {
  return withoutNumbers(oneLine(text)).slice(0, MAX_TEXT);
}

/** What a ticket is told at the end of its watch, as Markdown. */
export function watchedNote(problem: Problem, since: readonly Incident[], baseUrl: string): string {
  const { closedAt = problem.updatedAt } = problem;
  const closed = `It was closed on ${closedAt.slice(0, 10)} and watched for 30 days since.`;
  if (since.length === 0) return `${closed} **It has not come back.**`;
  const paged = since.filter(({ pagedAt }) => pagedAt !== undefined).length;
  const times = since.length === 1 ? 'once' : `${since.length} times`;
  const lines = since
    .slice(0, MAX_LISTED)
    .map((one) => `- ${link((one.openedAt ?? '').slice(0, 16), `${baseUrl}/k/${one.id}`)}, ${one.severity}`);
  const left = since.length - lines.length;
  const people = paged === 0 ? 'nobody was paged' : `people were paged ${paged === 1 ? 'once' : `${paged} times`}`;
  return [
    `${closed} **It came back ${times}**, and ${people}: ${inline(problem.title, MAX_TEXT)}`,
    '',
    ...lines,
    ...(left === 0 ? [] : [`- and ${left} more`]),
  ].join('\n');
}
