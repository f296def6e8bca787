/**
 * What came of it last time: what somebody who is paged for a cause again should know of its review.
 *
 * Promises: it is a few short lines of plain text; people are in it only as the review has them. It is shown on pages, in chat and in
 * email, where nobody waits for it; never in a text or a call. Pure.
 */
import { oneLine, unlinked } from '../message/gsm.ts';
import type { Message } from '../message/message.ts';
import { openFollowUps } from './follow-ups.ts';
import { withoutNumbers } from './markdown.ts';
import type { Problem, Why } from './problem.ts';

export type LastTime = {
  ticket?: { name: string; url: string; closedAt?: string };
  workaround?: string;
  /** The answers that nobody asked why of: what it came down to. */
  reasons: string[];
  /** What is still to be done, with its owner and date. */
  todo: string[];
};

const MOST = 3;
const MAX_TEXT = 200;

/** Undefined where nothing came of it. */
export function lastTimeOf(problem: Problem | undefined): LastTime | undefined {
  if (problem === undefined) return undefined;
  const { ticket, closedAt, workaround, whys } = problem;
  const reasons = deepest(whys).map(({ text }) => plain(text));
  // That the whys are to be asked is no news at night.
  const open = openFollowUps(problem).filter(({ id, state }) => !(id === 'f1' && state === 'proposed'));
  const todo = open.map(({ text, owner, due }) =>
    plain([text, ...(owner === undefined ? [] : [owner]), ...(due === undefined ? [] : [`due ${due}`])].join(', ')),
  );
  if (ticket === undefined && workaround === undefined && reasons.length === 0 && todo.length === 0) return undefined;
  return {
    ...(ticket === undefined
      ? {}
      : { ticket: { name: ticket.name, url: ticket.url, ...(closedAt === undefined ? {} : { closedAt }) } }),
    ...(workaround === undefined ? {} : { workaround: plain(workaround) }),
    reasons: firstOf(reasons),
    todo: firstOf(todo),
  };
}

function deepest(whys: readonly Why[]): Why[] {
  return whys.filter(({ id }) => !whys.some(({ under }) => under === id));
}

function firstOf(texts: string[]): string[] {
  return texts.length <= MOST ? texts : [...texts.slice(0, MOST), `and ${texts.length - MOST} more`];
}

function plain(text: string): string {
  return withoutNumbers(oneLine(text)).slice(0, MAX_TEXT);
}

/** As facts of a message: the workaround first. */
export function lastTimeFacts({ ticket, workaround, reasons, todo }: LastTime): Message['facts'] {
  const rows = [
    { label: 'Workaround', value: workaround },
    { label: 'Last time, because', value: reasons.length === 0 ? undefined : reasons.join('; ') },
    { label: 'Still to be done', value: todo.length === 0 ? undefined : todo.join('; ') },
    {
      label: 'Problem',
      value:
        ticket && `${ticket.name}${ticket.closedAt === undefined ? '' : `, closed on ${ticket.closedAt.slice(0, 10)}`}`,
    },
  ];
  return rows.flatMap(({ label, value }) => (value === undefined ? [] : [{ label, value: unlinked(value) }]));
}
