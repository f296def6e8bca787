/**
 * Where each branch of a set of patterns is filed, so that an event finds it: the building half of `index.ts`. A branch is
 * filed under one of its fields, the one that an event would have to check fewest branches for; what comes together in one
 * place and is still a crowd is filed again by another field.
 */

import type { Field } from './compiled.ts';
import type { Condition } from './condition.ts';

/** Checks to make, by number, and branches filed further. */
export type Group = { checks: number[]; drawers: Drawer[] };

/**
 * By check: the branch, and where the questions that are still open begin and end in `asked`: a search that finds a branch under
 * an exact value knows the answer to the question it is filed under.
 */
export type Checks = { branch: number[]; begin: number[]; end: number[]; asked: number[] };

/** What is filed under one field. */
export type Drawer = {
  slot: number;
  exact: Map<unknown, Group>;
  /** By length: the branches whose field begins, or ends, with a text of that length. */
  starts: ByLength[];
  ends: ByLength[];
  /** Branches that the field need only be there for. */
  present: Group | undefined;
};

type ByLength = { length: number; texts: Map<string, Group> };

/** What a field must hold for one of its conditions to be met: the value itself, a beginning, an end, or (undefined) anything. */
type Label = { exact: unknown } | { start: string } | { end: string } | undefined;

/** A label of one field, numbered. */
type Place = { slot: number; label: Label };

/** Beginnings and ends are filed by at most this many characters, so that an event looks up few lengths. */
const LENGTHS = [16, 12, 8, 6, 4, 3, 2, 1];
/** So many branches are checked sooner than they are looked up. */
const SMALL_GROUP = 8;
/** A branch with lists in several fields would be filed under each way to choose from them: bounded. */
const MAX_DEPTH = 3;
const MAX_LABELS_WHEN_FILED_AGAIN = 4;

/** A branch on its way to its place. Bit n of `settled`: its nth question is answered by where it is filed. */
type Entry = { branch: number; settled: number };

/** Bits of `settled`; a later question is asked again. */
const MAX_SETTLED = 30;

type Filing = {
  questions: Field[];
  begins: number[];
  asked: number[];
  places: Place[];
  /** By question: the places that a branch which asks it would be filed in. */
  placesOf: number[][];
  /** Counts for the group in hand, by place and by slot; all zero between groups. */
  sharers: Int32Array;
  askers: Int32Array;
  checks: Checks;
};

/**
 * @param begins by branch, where its questions begin in `asked`, and one end more
 * @returns every branch in some place that an event which it matches looks at
 */
export function fileBranches(
  questions: Field[],
  begins: number[],
  asked: number[],
  slots: number,
): { top: Group; checks: Checks } {
  const places: Place[] = [];
  const known = new Map<string, number>();
  const placesOf = questions.map((field) => placesFor(field, places, known));
  const filing: Filing = {
    questions,
    begins,
    asked,
    places,
    placesOf,
    sharers: new Int32Array(places.length),
    askers: new Int32Array(slots),
    checks: { branch: [], begin: [], end: [], asked: [...asked] },
  };
  const all = Array.from({ length: begins.length - 1 }, (_, branch): Entry => ({ branch, settled: 0 }));
  return { top: fileGroup(filing, all, []), checks: filing.checks };
}

/** A branch is filed once under each label, however often its list repeats it. */
function placesFor({ slot, conditions }: Field, places: Place[], known: Map<string, number>): number[] {
  const labels = conditions.map(labelOf);
  const found = new Set<number>();
  for (const label of labels.includes(undefined) ? [undefined] : labels) {
    const key = `${slot} ${keyOf(label)}`;
    let place = known.get(key);
    if (place === undefined) {
      place = places.push({ slot, label }) - 1;
      known.set(key, place);
    }
    found.add(place);
  }
  return [...found];
}

function keyOf(label: Label): string {
  if (label === undefined) return '';
  if ('start' in label) return `^${label.start}`;
  if ('end' in label) return `$${label.end}`;
  return `${typeof label.exact} ${String(label.exact)}`;
}

/** @param used the slots that all of these branches are filed under already */
function fileGroup(filing: Filing, entries: Entry[], used: number[]): Group {
  const group: Group = { checks: [], drawers: [] };
  if (used.length > 0 && (entries.length <= SMALL_GROUP || used.length === MAX_DEPTH)) {
    for (const entry of entries) group.checks.push(checkFor(filing, entry));
    return group;
  }
  count(filing, entries, 1);
  const chosen = entries.map(({ branch }) => rarestQuestion(filing, branch, used, entries.length));
  count(filing, entries, -1);
  const shelves = new Map<number, Entry[]>();
  for (const [index, entry] of entries.entries()) {
    const at = chosen[index]!;
    if (at < 0) group.checks.push(checkFor(filing, entry));
    else shelve(filing, shelves, entry, at);
  }
  for (const [place, shelf] of shelves) {
    const { slot, label } = filing.places[place]!;
    put(drawerFor(group, slot), label, fileGroup(filing, shelf, [...used, slot]));
  }
  return group;
}

function shelve(filing: Filing, shelves: Map<number, Entry[]>, { branch, settled }: Entry, at: number): void {
  const number = at - filing.begins[branch]!;
  for (const place of filing.placesOf[filing.asked[at]!]!) {
    const { label } = filing.places[place]!;
    const settles = label !== undefined && 'exact' in label && number < MAX_SETTLED;
    const entry = { branch, settled: settles ? settled | (1 << number) : settled };
    const shelf = shelves.get(place);
    if (shelf === undefined) shelves.set(place, [entry]);
    else shelf.push(entry);
  }
}

function checkFor({ checks, begins, asked }: Filing, { branch, settled }: Entry): number {
  let begin = begins[branch]!;
  let end = begins[branch + 1]!;
  if (settled !== 0) {
    const open = asked.slice(begin, end).filter((_, at) => at >= MAX_SETTLED || (settled & (1 << at)) === 0);
    begin = checks.asked.length;
    end = begin + open.length;
    checks.asked.push(...open);
  }
  checks.begin.push(begin);
  checks.end.push(end);
  return checks.branch.push(branch) - 1;
}

function count({ questions, begins, asked, placesOf, sharers, askers }: Filing, entries: Entry[], by: number): void {
  for (const { branch } of entries) {
    for (let at = begins[branch]!; at < begins[branch + 1]!; at++) {
      askers[questions[asked[at]!]!.slot]! += by;
      for (const place of placesOf[asked[at]!]!) sharers[place]! += by;
    }
  }
}

/** The place in `asked` of the question to file a branch under, or -1 where filing it would not spare an event from checking it. */
function rarestQuestion(filing: Filing, branch: number, used: number[], all: number): number {
  let best = -1;
  let bestCost = used.length === 0 ? Number.POSITIVE_INFINITY : all;
  for (let at = filing.begins[branch]!; at < filing.begins[branch + 1]!; at++) {
    const question = filing.asked[at]!;
    const { slot, asksAbsence } = filing.questions[question]!;
    if (asksAbsence || used.includes(slot)) continue;
    if (used.length > 0 && filing.placesOf[question]!.length > MAX_LABELS_WHEN_FILED_AGAIN) continue;
    const cost = expectedCrowd(filing, question, filing.askers[slot]!);
    if (cost < bestCost) {
      best = at;
      bestCost = cost;
    }
  }
  return best;
}

/** The branches that an event which answers this question would have to check if all of them were filed under it. */
function expectedCrowd({ places, placesOf, sharers }: Filing, question: number, askers: number): number {
  let cost = 0;
  for (const place of placesOf[question]!) {
    const { label } = places[place]!;
    if (label === undefined) return askers;
    // A beginning is shared by more than one would think: count it as a part of all that grows with its shortness.
    if ('exact' in label) cost += sharers[place]!;
    else cost += Math.max(sharers[place]!, askers / ('start' in label ? label.start.length + 1 : label.end.length + 1));
  }
  return Math.min(cost, askers);
}

function drawerFor(group: Group, slot: number): Drawer {
  let drawer = group.drawers.find((each) => each.slot === slot);
  if (drawer === undefined) {
    drawer = { slot, exact: new Map(), starts: [], ends: [], present: undefined };
    group.drawers.push(drawer);
  }
  return drawer;
}

function put(drawer: Drawer, label: Label, group: Group): void {
  if (label === undefined) drawer.present = group;
  else if ('exact' in label) drawer.exact.set(label.exact, group);
  else if ('start' in label) textsOf(drawer.starts, label.start.length).set(label.start, group);
  else textsOf(drawer.ends, label.end.length).set(label.end, group);
}

function textsOf(lengths: ByLength[], length: number): Map<string, Group> {
  let found = lengths.find((each) => each.length === length);
  if (found === undefined) {
    found = { length, texts: new Map() };
    lengths.push(found);
  }
  return found.texts;
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
