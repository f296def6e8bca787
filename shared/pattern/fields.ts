/**
 * What a set of patterns looks at in an event: the values under each path they name, each with the array elements it lies
 * in. Only named paths are walked, so the untouched body of an alert (`raw`) costs nothing unless a pattern asks for it.
 *
 * A dot in a field's name is no different from a level (Event Ruler, README, "JSON keys with dots"): the label
 * `app.kubernetes.io/name` is found under `labels.app.kubernetes.io/name`, and so it is written in a pattern.
 */

import { NumberText } from './json.ts';

/** Arrays nested deeper than this are not looked into: no sender writes them, and the walk is recursive. */
const MAX_ARRAY_DEPTH = 64;

/** The chain of array elements a value lies in, innermost first. Two values agree when no array holds them in different elements. */
export type Element = { array: number; index: number; outer: Element | undefined; depth: number };

/** The paths to look at, as a tree of steps. `slot` numbers the paths that end here. */
export type Step = { slot: number; next: Map<string, Step> };

export type Fields = {
  /** By slot: the values found, in the order of the event; `undefined` where there are none. */
  values: (unknown[] | undefined)[];
  /** By slot: the elements of the value at the same place; `undefined` where no value lies in an array of objects. */
  elements: ((Element | undefined)[] | undefined)[];
  /** Some value lies in an array of objects. */
  inLists: boolean;
};

export function newStep(): Step {
  return { slot: -1, next: new Map() };
}

/** The step that a path ends in, made where it was not there. */
export function stepAt(root: Step, path: string): Step {
  let step = root;
  for (const name of path.split('.')) {
    let next = step.next.get(name);
    if (next === undefined) {
      next = newStep();
      step.next.set(name, next);
    }
    step = next;
  }
  return step;
}

/** @param slots how many slots the tree has */
export function readFields(root: Step, slots: number, event: unknown): Fields {
  const fields: Fields = { values: new Array(slots), elements: new Array(slots), inLists: false };
  const walk = { fields, arrays: 0 };
  readValue(root, event, undefined, walk);
  return fields;
}

type Walk = { fields: Fields; arrays: number };

function readValue(step: Step, value: unknown, element: Element | undefined, walk: Walk): void {
  if (!isNested(value)) {
    if (step.slot >= 0) record(step.slot, value, element, walk.fields);
  } else if (Array.isArray(value)) {
    readArray(step, value, element, walk);
  } else if (step.next.size > 0) {
    readObject(step, value as Record<string, unknown>, element, walk);
  }
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof NumberText);
}

function readObject(step: Step, object: Record<string, unknown>, element: Element | undefined, walk: Walk): void {
  for (const name in object) {
    const next = step.next.get(name) ?? (name.includes('.') ? follow(step, name) : undefined);
    if (next !== undefined) readValue(next, object[name], element, walk);
  }
}

function follow(step: Step, name: string): Step | undefined {
  let at: Step | undefined = step;
  for (const part of name.split('.')) at = at?.next.get(part);
  return at;
}

/** Only elements that are objects or arrays are places that two fields must share; plain values of a list are not. */
function readArray(step: Step, list: unknown[], element: Element | undefined, walk: Walk): void {
  const depth = element === undefined ? 1 : element.depth + 1;
  if (depth > MAX_ARRAY_DEPTH) return;
  const array = walk.arrays++;
  for (let index = 0; index < list.length; index++) {
    const value = list[index];
    readValue(step, value, isNested(value) ? { array, index, outer: element, depth } : element, walk);
  }
}

function record(slot: number, value: unknown, element: Element | undefined, fields: Fields): void {
  const values = fields.values[slot];
  if (values === undefined) fields.values[slot] = [value];
  else values.push(value);
  const elements = fields.elements[slot];
  if (elements !== undefined) elements.push(element);
  else if (element !== undefined) {
    fields.inLists = true;
    const before = fields.values[slot]!.length - 1;
    fields.elements[slot] = [...new Array<Element | undefined>(before).fill(undefined), element];
  }
}
