/**
 * Many patterns asked at once. Each way to match (branch) is filed under the field of it that fewest others share, and under
 * what that field must hold: an exact value, the beginning or the end of a text, or merely that the field is there. An event
 * is read once, looks up what it holds, and only the branches found so are checked in full. So an alert costs what matches
 * it, or nearly does, and not what is in the catalogue.
 *
 * Promises: the answer is that of asking every pattern one by one, in the order given.
 */
import type { Condition } from './condition.ts';
import { newStep, readFields, type Step, stepAt } from './fields.ts';
import {
  type Branch,
  branchHolds,
  type CompiledPattern,
  compareSpecificity,
  type Field,
  specificity,
} from './pattern.ts';

/** A pattern that matched, by its place in the list given, and the way in which it did: of several the most specific. */
export type Hit = { pattern: number; branch: Branch };

export type PatternIndex = {
  root: Step;
  slots: number;
  branches: Filed[];
  /** By slot. */
  drawers: (Drawer | undefined)[];
  /** Branches that nothing need be present for: `exists: false` alone. Checked for every event. */
  always: number[];
};

type Filed = { pattern: number; branch: Branch; fields: Field[] };

type Drawer = {
  exact: Map<unknown, number[]>;
  /** By length: the branches whose field begins, or ends, with a text of that length. */
  starts: Map<number, Map<string, number[]>>;
  ends: Map<number, Map<string, number[]>>;
  /** Branches that the field need only be there for. */
  present: number[];
};

/** Where a condition is filed: the value itself, a beginning, an end, or (undefined) anything. */
type Label = { exact: unknown } | { start: string } | { end: string } | undefined;

/** Beginnings and ends are filed by at most this many characters, so that an event looks up few lengths. */
const LENGTHS = [16, 12, 8, 6, 4, 3, 2, 1];

export function buildIndex(patterns: CompiledPattern[]): PatternIndex {
  const index: PatternIndex = { root: newStep(), slots: 0, branches: [], drawers: [], always: [] };
  for (const [pattern, { branches }] of patterns.entries()) {
    for (const branch of branches) {
      index.branches.push({ pattern, branch, fields: branch.fields.map((field) => withSlot(index, field)) });
    }
  }
  const crowd = countSharers(index.branches);
  for (const [number, filed] of index.branches.entries()) file(index, number, filed, crowd);
  return index;
}

/** @returns the patterns that match the event, in the order they were given to `buildIndex` */
export function findMatches(index: PatternIndex, event: unknown): Hit[] {
  const fields = readFields(index.root, index.slots, event);
  const found: number[] = [];
  const check = (numbers: number[] | undefined) => {
    if (numbers === undefined) return;
    for (const number of numbers) if (branchHolds(index.branches[number]!.fields, fields)) found.push(number);
  };
  check(index.always);
  for (let slot = 0; slot < index.slots; slot++) {
    const values = fields.values[slot];
    const drawer = index.drawers[slot];
    if (values === undefined || drawer === undefined) continue;
    check(drawer.present);
    for (const value of values) lookUp(drawer, value, check);
  }
  return byPattern(index, found);
}

function lookUp(drawer: Drawer, value: unknown, check: (numbers: number[] | undefined) => void): void {
  check(drawer.exact.get(value));
  if (typeof value !== 'string') return;
  for (const [length, starts] of drawer.starts) check(starts.get(value.slice(0, length)));
  for (const [length, ends] of drawer.ends) if (value.length >= length) check(ends.get(value.slice(-length)));
}

/** A branch may be found by several values, and a pattern by several branches. */
function byPattern(index: PatternIndex, found: number[]): Hit[] {
  if (found.length > 1) found.sort((a, b) => a - b);
  const hits: Hit[] = [];
  for (const [at, number] of found.entries()) {
    if (number === found[at - 1]) continue;
    const { pattern, branch } = index.branches[number]!;
    const last = hits.at(-1);
    if (last?.pattern !== pattern) hits.push({ pattern, branch });
    else if (compareSpecificity(specificity(branch), specificity(last.branch)) > 0) last.branch = branch;
  }
  return hits;
}

function withSlot(index: PatternIndex, field: Field): Field {
  const step = stepAt(index.root, field.path);
  if (step.slot < 0) step.slot = index.slots++;
  return { ...field, slot: step.slot };
}

/** How many branches ask for each exact value of each field, and how many ask anything of each field. */
type Crowd = { values: Map<unknown, number>[]; fields: number[] };

function countSharers(branches: Filed[]): Crowd {
  const crowd: Crowd = { values: [], fields: [] };
  for (const { fields } of branches) {
    for (const { slot, conditions } of fields) {
      crowd.fields[slot] = (crowd.fields[slot] ?? 0) + 1;
      crowd.values[slot] ??= new Map();
      const values = crowd.values[slot];
      for (const condition of conditions) {
        const label = labelOf(condition);
        if (label !== undefined && 'exact' in label) values.set(label.exact, (values.get(label.exact) ?? 0) + 1);
      }
    }
  }
  return crowd;
}

function file(index: PatternIndex, number: number, { fields }: Filed, crowd: Crowd): void {
  let best: Field | undefined;
  let bestCost = Infinity;
  for (const field of fields) {
    const cost = field.asksAbsence ? Infinity : expectedCrowd(field, crowd);
    if (cost < bestCost) {
      best = field;
      bestCost = cost;
    }
  }
  if (best === undefined) {
    index.always.push(number);
    return;
  }
  index.drawers[best.slot] ??= { exact: new Map(), starts: new Map(), ends: new Map(), present: [] };
  const drawer = index.drawers[best.slot]!;
  const labels = best.conditions.map(labelOf);
  if (labels.includes(undefined)) drawer.present.push(number);
  else for (const label of labels) put(drawer, label!, number);
}

/** The branches that an event which meets this field would have to check if all of them were filed under it. */
function expectedCrowd(field: Field, crowd: Crowd): number {
  const all = crowd.fields[field.slot]!;
  let cost = 0;
  for (const condition of field.conditions) {
    const label = labelOf(condition);
    if (label === undefined) return all;
    // A beginning is shared by more than one would think: count it as a part of all that grows with its shortness.
    if ('exact' in label) cost += crowd.values[field.slot]!.get(label.exact)!;
    else cost += all / ('start' in label ? label.start.length + 1 : label.end.length + 1);
  }
  return Math.min(cost, all);
}

function put(drawer: Drawer, label: NonNullable<Label>, number: number): void {
  if ('exact' in label) append(drawer.exact, label.exact, number);
  else if ('start' in label) append(ofLength(drawer.starts, label.start.length), label.start, number);
  else append(ofLength(drawer.ends, label.end.length), label.end, number);
}

function ofLength(lengths: Map<number, Map<string, number[]>>, length: number): Map<string, number[]> {
  let texts = lengths.get(length);
  if (texts === undefined) {
    texts = new Map();
    lengths.set(length, texts);
  }
  return texts;
}

/** Filing the same branch twice under one value would find it twice. */
function append<K>(map: Map<K, number[]>, key: K, number: number): void {
  const numbers = map.get(key);
  if (numbers === undefined) map.set(key, [number]);
  else if (numbers.at(-1) !== number) numbers.push(number);
}

function labelOf(condition: Condition): Label {
  switch (condition.kind) {
    case 'text':
      return { exact: condition.text };
    case 'literal':
      return { exact: condition.value };
    case 'number':
      return { exact: condition.number };
    case 'prefix':
      return startLabel(condition.text);
    case 'suffix':
      return endLabel(condition.text);
    case 'wildcard': {
      if (condition.runs.length === 1) return { exact: condition.runs[0] };
      const start = condition.runs[0]!;
      const end = condition.runs.at(-1)!;
      return start.length >= end.length ? startLabel(start) : endLabel(end);
    }
    default:
      return undefined;
  }
}

function startLabel(text: string): Label {
  const length = LENGTHS.find((each) => each <= unquoted(text).length);
  return length === undefined ? undefined : { start: text.slice(0, length) };
}

function endLabel(text: string): Label {
  const length = LENGTHS.find((each) => each <= unquoted(text).length);
  return length === undefined ? undefined : { end: text.slice(-length) };
}

/** A prefix may run over the value's closing quotation mark and a suffix over its opening one (see `meets`): file without. */
function unquoted(text: string): string {
  return text.includes('"') ? '' : text;
}
