/**
 * A condition: what one entry of a pattern's list asks of one value of the event. Small closed set, so that the compiler,
 * the matcher, the index, the specificity and the linter can each be read beside it.
 */
import { type AddressRange, addressDigits, inRange } from './address.ts';
import { NumberText } from './json.ts';
import {
  type Caseless,
  caselessEndsWith,
  caselessEquals,
  caselessPrefixLength,
  type Wildcard,
  wildcardMatches,
} from './text.ts';

export type Condition =
  | { kind: 'text'; text: string }
  | { kind: 'literal'; value: boolean | null }
  | { kind: 'number'; number: number }
  /** A number that no double holds: by its spelling. */
  | { kind: 'number-text'; text: string }
  | { kind: 'address'; range: AddressRange; text: string }
  | { kind: 'cidr'; range: AddressRange; text: string }
  | { kind: 'range'; low: number; lowOpen: boolean; high: number; highOpen: boolean }
  | { kind: 'prefix'; text: string }
  | { kind: 'suffix'; text: string }
  | { kind: 'caseless'; steps: Caseless; text: string }
  | { kind: 'caseless-prefix'; steps: Caseless; text: string }
  | { kind: 'caseless-suffix'; steps: Caseless; text: string }
  | { kind: 'wildcard'; runs: Wildcard; text: string }
  | { kind: 'anything-but'; none: Condition[] }
  | { kind: 'exists' }
  /** The only one that is asked of a field rather than of a value. */
  | { kind: 'absent' };

/**
 * True when the value meets the condition. `absent` is never met by a value.
 * Ruler compares strings with their quotation marks on, which shows in one place: a prefix may run over the closing one
 * and a suffix over the opening one.
 */
export function meets(condition: Condition, value: unknown): boolean {
  switch (condition.kind) {
    case 'text':
      return value === condition.text;
    case 'literal':
      return value === condition.value;
    case 'number':
      return value === condition.number;
    case 'number-text':
      return value instanceof NumberText && value.text === condition.text;
    case 'range':
      return typeof value === 'number' && within(condition, value);
    case 'exists':
      return true;
    case 'absent':
      return false;
    case 'anything-but':
      return !condition.none.some((inner) => meets(inner, value));
    default:
      return typeof value === 'string' && textMeets(condition, value);
  }
}

type TextCondition = Extract<
  Condition,
  {
    kind: 'address' | 'cidr' | 'prefix' | 'suffix' | 'caseless' | 'caseless-prefix' | 'caseless-suffix' | 'wildcard';
  }
>;

function textMeets(condition: TextCondition, value: string): boolean {
  switch (condition.kind) {
    case 'address':
    case 'cidr': {
      const digits = addressDigits(value);
      return digits !== undefined && inRange(condition.range, digits);
    }
    case 'prefix':
      return value.startsWith(condition.text) || condition.text === `${value}"`;
    case 'suffix':
      return value.endsWith(condition.text) || condition.text === `"${value}`;
    case 'caseless':
      return caselessEquals(condition.steps, value);
    case 'caseless-prefix':
      return caselessPrefixLength(condition.steps, `${value}"`) >= 0;
    case 'caseless-suffix':
      return caselessEndsWith(condition.steps, `"${value}`);
    case 'wildcard':
      return wildcardMatches(condition.runs, value);
  }
}

function within(range: Extract<Condition, { kind: 'range' }>, value: number): boolean {
  const aboveLow = range.lowOpen ? value > range.low : value >= range.low;
  return aboveLow && (range.highOpen ? value < range.high : value <= range.high);
}
