/**
 * Many patterns asked at once. Each way to match (branch) is filed under the field of it that fewest others share, and under
 * what that field must hold: an exact value, the beginning or the end of a text, or merely that the field is there. What is
 * filed in one place and is still a crowd is filed again by its other fields (`filing.ts`). An event is read once, looks up
 * what it holds, and only the branches found so are checked in full; a check that two branches share is made once. So an alert
 * costs what matches it, or nearly does, and not what is in the catalogue.
 *
 * Promises: the answer is that of asking every pattern one by one, in the order given.
 */
import { holdsWithinElements, meetsAny } from './arrays.ts';
import type { Branch, CompiledPattern, Field } from './compiled.ts';
import { type Fields, newStep, readFields, type Step, stepAt } from './fields.ts';
import { type Drawer, fileBranches, type Group } from './filing.ts';
import { compareSpecificity, specificity } from './pattern.ts';

/** A pattern that matched, by its place in the list given, and the way in which it did: of several the most specific. */
export type Hit = { readonly pattern: number; readonly branch: Branch };

export type PatternIndex = {
  root: Step;
  slots: number;
  branches: { pattern: number; branch: Branch; fields: Field[] }[];
  top: Group;
  /** What branches ask of a field, each once however many ask it. */
  questions: Field[];
  /** By check: the branch, and where its open questions begin and end in `asked`. */
  branchOf: Int32Array;
  begin: Int32Array;
  end: Int32Array;
  /** The questions of all branches and, after them, those that are still open where a branch is filed. */
  asked: Int32Array;
  /** By branch: where all its questions begin in `asked`; they end where the next branch's begin. */
  begins: Int32Array;
  /** For each question, the answer for the current event, as `4 * round + answer`. An answer of an earlier round does not count. */
  answers: Int32Array;
  round: number;
};

const NOT_MET = 0;
const MET = 1;
/** Met by a value in a list of objects: which element it was met in must still be compared with the branch's other fields. */
const MET_IN_LIST = 2;
const MAX_ROUND = 2 ** 29 - 1;

export function buildIndex(patterns: CompiledPattern[]): PatternIndex {
  const root = newStep();
  const branches: PatternIndex['branches'] = [];
  const questions: Field[] = [];
  const known = new Map<string, number>();
  const begins: number[] = [0];
  const asked: number[] = [];
  let slots = 0;
  for (const [pattern, { branches: ways }] of patterns.entries()) {
    for (const branch of ways) {
      const fields = branch.fields.map((field): Field => {
        const step = stepAt(root, field.path);
        if (step.slot < 0) step.slot = slots++;
        const { path, conditions, asksAbsence } = field;
        return { path, slot: step.slot, conditions, asksAbsence };
      });
      branches.push({ pattern, branch, fields });
      for (const field of fields) asked.push(questionFor(field, questions, known));
      begins.push(asked.length);
    }
  }
  const { top, checks } = fileBranches(questions, begins, asked, slots);
  return {
    root,
    slots,
    branches,
    top,
    questions,
    branchOf: Int32Array.from(checks.branch),
    begin: Int32Array.from(checks.begin),
    end: Int32Array.from(checks.end),
    asked: Int32Array.from(checks.asked),
    begins: Int32Array.from(begins),
    answers: new Int32Array(questions.length),
    round: 0,
  };
}

/** The number of the question that a field asks; two branches that ask the same of one field share it. */
function questionFor(field: Field, questions: Field[], known: Map<string, number>): number {
  const [first] = field.conditions;
  const plain = field.conditions.length === 1 && first?.kind === 'text' ? `=${first.text}` : undefined;
  const key = `${field.slot} ${plain ?? JSON.stringify(field.conditions)}`;
  let number = known.get(key);
  if (number === undefined) {
    number = questions.push(field) - 1;
    known.set(key, number);
  }
  return number;
}

/** @returns the patterns that match the event, in the order they were given to `buildIndex` */
export function findMatches(index: PatternIndex, event: unknown): Hit[] {
  const fields = readFields(index.root, index.slots, event);
  if (index.round === MAX_ROUND) {
    index.round = 0;
    index.answers.fill(0);
  }
  index.round++;
  const found: number[] = [];
  search(index, index.top, fields, found);
  return byPattern(index, found);
}

function search(index: PatternIndex, group: Group, fields: Fields, found: number[]): void {
  for (const check of group.checks) if (holds(index, check, fields)) found.push(index.branchOf[check]!);
  for (const drawer of group.drawers) {
    const values = fields.values[drawer.slot];
    if (values === undefined) continue;
    if (drawer.present !== undefined) search(index, drawer.present, fields, found);
    for (const value of values) {
      const exact = drawer.exact.get(value);
      if (exact !== undefined) search(index, exact, fields, found);
      if (typeof value === 'string') searchByPart(index, drawer, value, fields, found);
    }
  }
}

function searchByPart(index: PatternIndex, drawer: Drawer, value: string, fields: Fields, found: number[]): void {
  for (const { length, texts } of drawer.starts) {
    const group = value.length < length ? undefined : texts.get(value.slice(0, length));
    if (group !== undefined) search(index, group, fields, found);
  }
  for (const { length, texts } of drawer.ends) {
    const group = value.length < length ? undefined : texts.get(value.slice(-length));
    if (group !== undefined) search(index, group, fields, found);
  }
}

function holds(index: PatternIndex, check: number, fields: Fields): boolean {
  const { asked } = index;
  if (fields.inLists) return holdsInLists(index, index.branchOf[check]!, fields);
  const end = index.end[check]!;
  for (let at = index.begin[check]!; at < end; at++) {
    if (answerTo(index, asked[at]!, fields) === NOT_MET) return false;
  }
  return true;
}

/** With lists of objects it matters in which element a value is found, so nothing is settled by where a branch is filed. */
function holdsInLists(index: PatternIndex, branch: number, fields: Fields): boolean {
  let together = false;
  for (let at = index.begins[branch]!; at < index.begins[branch + 1]!; at++) {
    const said = answerTo(index, index.asked[at]!, fields);
    if (said === NOT_MET) return false;
    if (said === MET_IN_LIST) together = true;
  }
  return !together || holdsWithinElements(index.branches[branch]!.fields, fields);
}

function answerTo(index: PatternIndex, question: number, fields: Fields): number {
  const before = index.answers[question]! - 4 * index.round;
  if (before >= 0) return before;
  const said = answer(index.questions[question]!, fields);
  index.answers[question] = 4 * index.round + said;
  return said;
}

function answer({ slot, conditions, asksAbsence }: Field, fields: Fields): number {
  const values = fields.values[slot];
  if (values === undefined) return asksAbsence ? MET : NOT_MET;
  const inList = fields.elements[slot] !== undefined;
  // A field that is there, in some element, may still be absent in the one that the others were met in.
  if (asksAbsence && inList) return MET_IN_LIST;
  for (const value of values) if (meetsAny(conditions, value)) return inList ? MET_IN_LIST : MET;
  return NOT_MET;
}

/** A branch may be found by several values, and a pattern by several branches. */
function byPattern(index: PatternIndex, found: number[]): Hit[] {
  sortFew(found);
  const hits: Hit[] = [];
  for (const number of found) {
    const hit = index.branches[number]!;
    const last = hits.at(-1);
    if (last?.pattern !== hit.pattern) hits.push(hit);
    else if (compareSpecificity(specificity(hit.branch), specificity(last.branch)) > 0) hits[hits.length - 1] = hit;
  }
  return hits;
}

/** By insertion: an alert matches a handful, and for so few the engine's own sort costs more than the search. */
function sortFew(numbers: number[]): void {
  if (numbers.length > 32) {
    numbers.sort((a, b) => a - b);
    return;
  }
  for (let at = 1; at < numbers.length; at++) {
    const number = numbers[at]!;
    let to = at;
    for (; to > 0 && numbers[to - 1]! > number; to--) numbers[to] = numbers[to - 1]!;
    numbers[to] = number;
  }
}
