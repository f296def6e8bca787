/**
 * An event that patterns match, made of the patterns themselves: the proof that two of them meet.
 * Promises: nothing that is not tried; where the simplest values will not do, none is found. Pure. Called by lint.
 */

import type { Branch } from '../../shared/pattern/compiled.ts';
import { type Condition, meets } from '../../shared/pattern/condition.ts';

/** The smallest event that all ways may match; undefined where they ask different things of one field. */
export function exampleOf(branches: readonly Branch[]): Record<string, unknown> | undefined {
  const event: Record<string, unknown> = {};
  for (const path of new Set(branches.flatMap(({ fields }) => fields.map((field) => field.path)))) {
    const asked = branches.flatMap(({ fields }) => fields.filter((field) => field.path === path));
    if (asked.some(({ asksAbsence }) => asksAbsence)) continue;
    const witnesses = asked.flatMap(({ conditions }) => conditions.flatMap(witnessesOf));
    const value = witnesses.find((one) =>
      asked.every(({ conditions }) => conditions.some((condition) => meets(condition, one))),
    );
    if (value === undefined) return undefined;
    put(event, path, value);
  }
  return event;
}

/** For a message to people: cut where it is long. */
export function shownExample(event: Record<string, unknown>): string {
  const text = JSON.stringify(event);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** Values that meet a condition: the simplest. */
function witnessesOf(condition: Condition): unknown[] {
  switch (condition.kind) {
    case 'text':
    case 'prefix':
    case 'suffix':
    case 'caseless':
    case 'caseless-prefix':
    case 'caseless-suffix':
      return [condition.text];
    case 'wildcard':
      return [condition.text.replaceAll('*', '')];
    case 'number':
      return [condition.number];
    case 'literal':
      return [condition.value];
    case 'range':
      return [
        condition.low,
        condition.high,
        (condition.low + condition.high) / 2,
        condition.low + 1,
        condition.high - 1,
      ].filter(Number.isFinite);
    case 'exists':
    case 'anything-but':
      return ['anything'];
    default:
      return [];
  }
}

/** `signal.name` into `{ signal: { name } }`; a label may have dots in its name. */
function put(alert: Record<string, unknown>, path: string, value: unknown): void {
  const [first, ...rest] = path.split('.') as [string, ...string[]];
  if (rest.length === 0) alert[first] = value;
  else alert[first] = { ...(alert[first] as object | undefined), [rest.join('.')]: value };
}
