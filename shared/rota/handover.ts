/**
 * Hand-overs: who takes a rota over when, and what they are told. A shift that goes on in another layer or by an override
 * is not a hand-over: only a new person is. Pure.
 */
import type { CompiledRota } from './compile.ts';
import { mergeStints, stintsBetween } from './shifts.ts';
import { HOUR, wallAt, type Zone } from './zone.ts';

export type HandOver = { at: number; person: string };

/**
 * The hand-overs after one instant and not after another, epoch milliseconds, in order.
 *
 * @param rota with the overrides that people made
 */
export function handOversBetween(rota: CompiledRota, after: number, upTo: number): HandOver[] {
  return mergeStints(stintsBetween(rota, after, upTo + HOUR))
    .filter(({ start }) => start > after && start <= upTo)
    .map(({ start, person }) => ({ at: start, person }));
}

const NUMBERS = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

/** `You are on call for payments from 09:00; two open incidents.` */
export function sayHandOver(rota: string, zone: Zone, at: number, open: number): string {
  const time = new Date(wallAt(zone, at)).toISOString().slice(11, 16);
  return `You are on call for ${rota} from ${time}; ${NUMBERS[open] ?? open} open incident${open === 1 ? '' : 's'}.`;
}
