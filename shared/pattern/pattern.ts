/**
 * A pattern: what a runbook, a service or a silence asks of an alert, in the language of EventBridge event patterns.
 *
 * Promises: a pattern matches exactly what AWS's own matcher, Event Ruler, matches; a pattern that is refused says where
 * it is wrong and what to write; the time to match grows with the alert and the pattern, never with the ways a star could
 * be placed or an element chosen; and of two patterns that match, which is more specific does not depend on their order.
 *
 * Anybody may call `compile`, `matches` and `specificity`; many patterns at once belong in `index.ts`. Pure; imports
 * nothing from outside this folder.
 */
import { holdsWithinElements, meetsAny } from './arrays.ts';
import { compile as compileBranches } from './compile.ts';
import type { Branch, CompiledPattern, Field, PatternError } from './compiled.ts';
import type { Condition } from './condition.ts';
import { type Fields, readFields } from './fields.ts';

/**
 * @param pattern an EventBridge event pattern: parsed JSON or YAML
 * @returns the compiled pattern, or where it is wrong, what, and what to write instead
 */
export function compile(pattern: unknown): { ok: true; pattern: CompiledPattern } | { ok: false; error: PatternError } {
  return compileBranches(pattern);
}

/** @param event an alert, or any value that JSON can hold */
export function matches(compiled: CompiledPattern, event: unknown): boolean {
  const fields = readFields(compiled.root, compiled.slots, event);
  return compiled.branches.some((branch) => branchHolds(branch.fields, fields));
}

/** True when the values read from an event meet every field of a branch. */
export function branchHolds(branch: Field[], fields: Fields): boolean {
  let nested = false;
  for (const { slot, conditions, asksAbsence } of branch) {
    const values = fields.values[slot];
    const elements = fields.elements[slot];
    // A field that is there, in some element, may still be absent in the one that the others were met in.
    if (
      values === undefined ? !asksAbsence : !someMeets(values, conditions) && !(asksAbsence && elements !== undefined)
    ) {
      return false;
    }
    if (elements !== undefined) nested = true;
  }
  return !nested || holdsWithinElements(branch, fields);
}

function someMeets(values: unknown[], conditions: Condition[]): boolean {
  for (const value of values) if (meetsAny(conditions, value)) return true;
  return false;
}

/**
 * How narrow a branch is: the number of its fields, then how many of them ask for exact values, for a prefix, suffix or
 * range, and for a wildcard. What is left are anything-but and exists. A field counts as the widest thing in its list.
 * This order is ours: EventBridge has none.
 */
export type Specificity = readonly [fields: number, exact: number, partial: number, wildcard: number];

const WIDTH: Record<Condition['kind'], 1 | 2 | 3 | 4> = {
  text: 1,
  literal: 1,
  number: 1,
  'number-text': 1,
  address: 1,
  caseless: 1,
  prefix: 2,
  suffix: 2,
  'caseless-prefix': 2,
  'caseless-suffix': 2,
  range: 2,
  cidr: 2,
  wildcard: 3,
  'anything-but': 4,
  exists: 4,
  absent: 4,
};

/** The specificity of a branch: of a pattern with several ways to match, the way that did match counts. */
export function specificity(branch: Branch): Specificity {
  const counts = [0, 0, 0, 0, 0];
  for (const { conditions } of branch.fields) {
    const widest = Math.max(...conditions.map(({ kind }) => WIDTH[kind]));
    counts[widest]! += 1;
  }
  return [branch.fields.length, counts[1]!, counts[2]!, counts[3]!];
}

/** Above 0 when `a` is more specific than `b`, below when less, 0 for a tie. */
export function compareSpecificity(a: Specificity, b: Specificity): number {
  for (let at = 0; at < a.length; at++) {
    if (a[at] !== b[at]) return a[at]! - b[at]!;
  }
  return 0;
}
