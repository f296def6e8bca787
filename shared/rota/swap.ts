/**
 * A swap: two people of a rota exchange shifts, written as overrides that are made and undone together.
 *
 * Promises: each override says whom it replaces and lies within a shift that this person has, so that a swap never takes
 * a third person's shift, and two overrides of one swap never meet: in which order they are applied does not matter.
 * Pure; called by the console's API.
 */
import type { CompiledRota } from './compile.ts';
import { mergeStints, stintsBetween } from './shifts.ts';
import { DAY } from './zone.ts';

/** Epoch milliseconds, half-open; without `to` the whole shift that the person has at `from`. */
export type Period = { from: number; to?: number };

export type Exchange = {
  person: string;
  with: string;
  /** What `person` gives away. */
  gives: Period;
  /** What `person` takes of `with` in return; without it, all that `with` has in the time of `gives`. */
  takes?: Period;
};

/** One override of a swap, epoch milliseconds. */
export type Move = { person: string; insteadOf: string; from: number; to: number };

export const MAX_MOVES = 100;
/** A shift is looked for so far around an instant in it. */
const AROUND_DAYS = 62;

/**
 * The overrides that exchange shifts, in order of time.
 *
 * @param rota with all overrides that are in force
 * @throws RangeError with a sentence where there is nothing to exchange, or too much
 */
export function movesOf(rota: CompiledRota, exchange: Exchange): Move[] {
  if (exchange.person === exchange.with)
    throw new RangeError(`${exchange.person} cannot swap with themselves: name two people.`);
  const moves = [
    ...moved(rota, exchange.person, exchange.with, exchange.gives),
    ...moved(rota, exchange.with, exchange.person, exchange.takes ?? exchange.gives),
  ].sort((a, b) => a.from - b.from);
  if (moves.length > MAX_MOVES)
    throw new RangeError(`That would be ${moves.length} shifts; at most ${MAX_MOVES} change hands in one swap.`);
  const meeting = moves.find((move, n) => n > 0 && move.from < moves[n - 1]!.to);
  if (meeting)
    throw new RangeError('The two times overlap, so that a shift would change hands twice. Name times apart.');
  return moves;
}

/** What goes from one to the other. A swap in which one side has nothing is no swap. */
function moved(rota: CompiledRota, of: string, to: string, period: Period): Move[] {
  const whole = period.to === undefined;
  const from = whole ? period.from - AROUND_DAYS * DAY : period.from;
  const until = period.to ?? period.from + AROUND_DAYS * DAY;
  if (until <= from) throw new RangeError('A time ends before it begins: write FROM/TO with the later one last.');
  const stints = mergeStints(stintsBetween(rota, from, until)).filter(
    ({ person, start, end }) => person === of && (!whole || (start <= period.from && period.from < end)),
  );
  if (stints.length === 0)
    throw new RangeError(
      `${of} is not on call in ${rota.name} ${whole ? 'at' : 'from'} ${new Date(period.from).toISOString()}: there is nothing to swap. \`pageturner shifts --rota ${rota.name} --person ${of}\` shows when they are.`,
    );
  return stints.map(({ start, end }) => ({ person: to, insteadOf: of, from: start, to: end }));
}

/**
 * Where a swap puts somebody on call in two rotas at once: a sentence each. It may be meant, so it is said and not refused.
 *
 * @param others the other rotas, with all overrides that are in force
 */
export function doublesOf(moves: Move[], others: CompiledRota[]): string[] {
  return moves.flatMap((move) =>
    others.flatMap((rota) => {
      const both = stintsBetween(rota, move.from, move.to).find(({ person }) => person === move.person);
      if (both === undefined) return [];
      return [
        `${move.person} is on call in ${rota.name} too from ${new Date(both.start).toISOString()}: one person for both.`,
      ];
    }),
  );
}
