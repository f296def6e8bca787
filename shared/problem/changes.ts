/**
 * What people change of a problem beside its ticket: answers to the whys, and follow-ups.
 *
 * Promises: a change that does not fit is refused with a sentence and changes nothing; what was changed is in `stale` until the
 * ticket has it. Every function returns a new value. Pure.
 */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { personNamed } from './blameless.ts';
import type { FollowUp, Problem, Why } from './problem.ts';

/** Done, or why not. */
export type Changed = { problem: Problem } | { why: string };

const MAX_WHYS = 50;
const MAX_DEPTH = 10;
const MAX_FOLLOW_UPS = 100;
const MAX_TEXT = 500;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
export const FOLLOW_UP_STATES = ['proposed', 'agreed', 'done', 'not doing'] as const;

/** Adds an answer. `under`: the id of the answer that it is the reason of; without it, a reason of what people were paged for. */
export function withWhy(
  problem: Problem,
  { text, under }: { text: string; under?: string | undefined },
  { catalogue, now }: { catalogue: Catalogue; now: string },
): Changed {
  const said = text.replace(/\s+/g, ' ').trim();
  if (said === '') return { why: 'The answer is empty.' };
  if (said.length > MAX_TEXT) return { why: `The answer is longer than ${MAX_TEXT} characters.` };
  const named = personNamed(said, catalogue);
  if (named !== undefined) return { why: refusedName(named) };
  if (under !== undefined && !problem.whys.some(({ id }) => id === under))
    return { why: `There is no answer ${under.slice(0, 20)} to go on from.` };
  if (problem.whys.length >= MAX_WHYS) return { why: `There are ${MAX_WHYS} answers already.` };
  if (depthOf(problem.whys, under) >= MAX_DEPTH) return { why: `It is ${MAX_DEPTH} whys deep: begin another branch.` };
  const why: Why = {
    id: `w${problem.whys.length + 1}`,
    text: said,
    ...(under === undefined ? {} : { under }),
    at: now,
  };
  return { problem: { ...stale(problem, 'whys'), whys: [...problem.whys, why], updatedAt: now } };
}

function refusedName(word: string): string {
  return `"${word}" is a person. Ask what, not who: what made it possible, what did people see, how was it meant to go?`;
}

function depthOf(whys: readonly Why[], under: string | undefined): number {
  let depth = 0;
  for (let id = under; id !== undefined && depth < MAX_DEPTH; depth++) id = whys.find((why) => why.id === id)?.under;
  return depth;
}

/** Writes down what helps until the cause is gone; an empty text takes it away. */
export function withWorkaround(problem: Problem, text: string, now: string): Changed {
  const said = text.replace(/\s+/g, ' ').trim();
  if (said.length > MAX_TEXT)
    return { why: `The workaround is longer than ${MAX_TEXT} characters: put it into the runbook.` };
  const { workaround: _, ...rest } = problem;
  return { problem: { ...rest, ...(said === '' ? {} : { workaround: said }), updatedAt: now } };
}

/** What is said of a follow-up. */
export type Said = {
  text?: string | undefined;
  state?: FollowUp['state'] | undefined;
  because?: string | undefined;
  owner?: string | undefined;
  due?: string | undefined;
};

/** Adds a follow-up, proposed unless its state is said. */
export function withNewFollowUp(problem: Problem, said: Said, now: string): Changed {
  const text = said.text?.replace(/\s+/g, ' ').trim() ?? '';
  if (text === '') return { why: 'Say what is to be done.' };
  if (problem.followUps.length >= MAX_FOLLOW_UPS) return { why: `There are ${MAX_FOLLOW_UPS} follow-ups already.` };
  const number = problem.followUps.reduce((most, { id }) => Math.max(most, Number(id.slice(1)) || 0), 0) + 1;
  const blank: FollowUp = { id: `f${number}`, text: text.slice(0, MAX_TEXT), state: 'proposed', proposedAt: now };
  const owned = { ...blank, ...(problem.owner === undefined ? {} : { owner: problem.owner }) };
  const next = applied(owned, { ...said, text: undefined }, now);
  if ('why' in next) return next;
  return {
    problem: {
      ...stale(problem, 'follow_ups'),
      followUps: [...problem.followUps, next.followUp],
      updatedAt: now,
    },
  };
}

/** Changes a follow-up: its state, and with `not doing` why; its owner, its date, its text. */
export function withFollowUp(problem: Problem, id: string, said: Said, now: string): Changed {
  const known = problem.followUps.find((one) => one.id === id);
  if (known === undefined) return { why: `There is no follow-up ${id.slice(0, 20)} here.` };
  const next = applied(known, said, now);
  if ('why' in next) return next;
  const followUps = problem.followUps.map((one) => (one.id === id ? next.followUp : one));
  return { problem: { ...stale(problem, 'follow_ups'), followUps, updatedAt: now } };
}

function applied(known: FollowUp, said: Said, now: string): { followUp: FollowUp } | { why: string } {
  const because = said.because?.replace(/\s+/g, ' ').trim().slice(0, MAX_TEXT);
  if (said.due !== undefined && (!DATE.test(said.due) || Number.isNaN(Date.parse(said.due))))
    return { why: 'Write the date like 2026-12-11.' };
  if (said.owner !== undefined && said.owner.trim() === '') return { why: 'The owner is empty.' };
  const state = said.state ?? known.state;
  if (state === 'not doing' && (because ?? known.because ?? '') === '')
    return { why: 'Say why it is not done: not doing because …' };
  // A decision on it: who was reminded before is of no more interest.
  const { because: _before, endedAt: _ended, told: _told, ...rest } = known;
  const reason = because ?? known.because;
  const ended = state === 'done' || state === 'not doing';
  return {
    followUp: {
      ...rest,
      state,
      ...(said.text === undefined ? {} : { text: said.text.replace(/\s+/g, ' ').trim().slice(0, MAX_TEXT) }),
      ...(said.owner === undefined ? {} : { owner: said.owner.trim().slice(0, 100) }),
      ...(said.due === undefined ? {} : { due: said.due }),
      ...(state === 'not doing' && reason !== undefined ? { because: reason } : {}),
      ...(ended ? { endedAt: state === known.state ? (known.endedAt ?? now) : now } : {}),
    },
  };
}

/** What the ticket does not say yet. Without a ticket there is nothing to write anew: it is made from the record. */
function stale(problem: Problem, part: NonNullable<Problem['stale']>[number]): Problem {
  if (problem.ticket === undefined && problem.askedAt === undefined) return problem;
  return { ...problem, stale: [...new Set([...(problem.stale ?? []), part])] };
}
