/**
 * Matching a branch where values lie in arrays of objects: two fields under one array must be met within the same element
 * (Event Ruler, README, "JSON Array Matching"). The fields are taken in the order of their names; after each one the
 * elements chosen so far are kept as states, and states that no later field can tell apart are one. So the work grows with
 * the number of elements, not with the ways to choose among them.
 */

import type { Field } from './compiled.ts';
import { type Condition, meets } from './condition.ts';
import type { Element, Fields } from './fields.ts';

/** Array to the index of the element that the fields so far were met in. */
type State = Map<number, number>;

/** True when all fields can be met by values of which no two lie in different elements of one array. */
export function holdsWithinElements(branch: Field[], fields: Fields): boolean {
  const later = arraysOfLaterFields(branch, fields);
  let states: State[] = [new Map()];
  for (let index = 0; index < branch.length; index++) {
    states = advance(branch[index]!, fields, states, later[index]!);
    if (states.length === 0) return false;
  }
  return true;
}

function advance(field: Field, fields: Fields, states: State[], keep: Set<number>): State[] {
  const values = fields.values[field.slot] ?? [];
  const elements = fields.elements[field.slot];
  const next = new Map<string, State>();
  const present = new Set<State>();
  const near = nearby(states);
  for (let at = 0; at < values.length; at++) {
    const met = meetsAny(field.conditions, values[at]);
    if (!met && !field.asksAbsence) continue;
    const element = elements?.[at];
    for (const state of near(element)) {
      const merged = merge(state, element);
      if (merged === undefined) continue;
      present.add(state);
      if (met) add(next, merged, keep);
    }
  }
  if (field.asksAbsence) for (const state of states) if (!present.has(state)) add(next, state, keep);
  return [...next.values()];
}

/** The states that may agree with an element: those that chose the same in one of its arrays, and those that chose in none. */
function nearby(states: State[]): (element: Element | undefined) => Iterable<State> {
  if (states.length === 1) return () => states;
  const byChoice = new Map<string, State[]>();
  const choosers = new Map<number, number>();
  for (const state of states) {
    for (const [array, index] of state) {
      const key = `${array}:${index}`;
      const list = byChoice.get(key);
      if (list === undefined) byChoice.set(key, [state]);
      else list.push(state);
      choosers.set(array, (choosers.get(array) ?? 0) + 1);
    }
  }
  return (element) => {
    let outermost = element;
    while (outermost?.outer !== undefined) outermost = outermost.outer;
    if (outermost === undefined || choosers.get(outermost.array) !== states.length) return states;
    for (let level = element; level !== undefined; level = level.outer) {
      if (choosers.get(level.array) === states.length) return byChoice.get(`${level.array}:${level.index}`) ?? [];
    }
    return states;
  };
}

function merge(state: State, element: Element | undefined): State | undefined {
  let merged = state;
  for (let level = element; level !== undefined; level = level.outer) {
    const chosen = state.get(level.array);
    if (chosen === undefined) {
      if (merged === state) merged = new Map(state);
      merged.set(level.array, level.index);
    } else if (chosen !== level.index) return undefined;
  }
  return merged;
}

function add(states: Map<string, State>, state: State, keep: Set<number>): void {
  const kept: State = new Map([...state].filter(([array]) => keep.has(array)).sort(([a], [b]) => a - b));
  states.set([...kept].join(), kept);
}

/** For each field, the arrays that the fields after it have values in. */
function arraysOfLaterFields(branch: Field[], fields: Fields): Set<number>[] {
  const later: Set<number>[] = [];
  let arrays = new Set<number>();
  for (let index = branch.length - 1; index >= 0; index--) {
    later[index] = arrays;
    arrays = new Set(arrays);
    for (const element of fields.elements[branch[index]!.slot] ?? []) {
      for (let level = element; level !== undefined && !arrays.has(level.array); level = level.outer)
        arrays.add(level.array);
    }
  }
  return later;
}

export function meetsAny(conditions: Condition[], value: unknown): boolean {
  for (const condition of conditions) if (meets(condition, value)) return true;
  return false;
}
