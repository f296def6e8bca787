/**
 * From a pattern as written to branches of fields and conditions, or to an error that says where, what and how to fix it.
 * Follows Event Ruler's `JsonRuleCompiler.java`; the limits are ours.
 */
import { addressDigits, cidrRange } from './address.ts';
import type { Branch, CompiledPattern, PatternError } from './compiled.ts';
import type { Condition } from './condition.ts';
import { newStep, stepAt } from './fields.ts';
import { NumberText } from './json.ts';
import { parseCaseless, parseWildcard } from './text.ts';

/** What one pattern may cost. Far above what people write, far below what could slow a night down. */
export const LIMITS = {
  /** Objects inside objects, `$or` included. */
  depth: 32,
  /** Conditions in all branches together. */
  conditions: 20_000,
  /** Ways to match that the `$or`s multiply out to. */
  branches: 1_000,
  /** UTF-16 units of one text. */
  text: 4_096,
} as const;

/** `RESERVED_FIELD_NAMES_IN_OR_RELATIONSHIP`: names that may not be fields inside `$or`. */
const RESERVED_IN_OR = new Set([
  'exactly',
  'equals-ignore-case',
  'prefix',
  'suffix',
  'anything-but',
  'exists',
  'wildcard',
  'numeric',
  'cidr',
  'html',
  '=',
  '<',
  '<=',
  '>',
  '>=',
  'regex',
  'not-wildcard',
  'not-equals-ignore-case',
  'date-after',
  'date-on-or-after',
  'date-before',
  'date-on-or-before',
  'in-date-range',
  'ip-address-in-range',
  'ip-address-not-in-range',
]);

type Json = Record<string, unknown>;
/** Field path to its conditions, in the order written: a path written again replaces what stood there. */
type Draft = Map<string, Condition[]>;
type Place = { path: string; field: string; depth: number; inOr: boolean };

class Refusal extends Error {
  readonly error: PatternError;
  constructor(path: string, message: string, mend: string) {
    super(message);
    this.error = { path, message, mend };
  }
}

/**
 * @param pattern an EventBridge event pattern: parsed JSON or YAML
 * @returns the compiled pattern, or where it is wrong (`path` like `signal.name[0].wildcard`), what, and what to write instead
 */
export function compile(pattern: unknown): { ok: true; pattern: CompiledPattern } | { ok: false; error: PatternError } {
  try {
    if (!isObject(pattern)) {
      throw new Refusal(
        '',
        'a pattern must be an object',
        'write fields with lists of values: {"service": ["payments-api"]}',
      );
    }
    const drafts = readObject(pattern, { path: '', field: '', depth: 1, inOr: false }, []);
    return { ok: true, pattern: assemble(drafts) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, error: error.error };
    throw error;
  }
}

function assemble(drafts: Draft[]): CompiledPattern {
  const root = newStep();
  let slots = 0;
  const branches = drafts.map((draft): Branch => {
    const fields = [...draft].map(([path, conditions]) => {
      const step = stepAt(root, path);
      if (step.slot < 0) step.slot = slots++;
      return { path, slot: step.slot, conditions, asksAbsence: conditions.some(({ kind }) => kind === 'absent') };
    });
    // Ruler tries fields in the order of their names: it decides in which element of an array `exists: false` looks.
    return { fields: fields.sort((a, b) => (a.path < b.path ? -1 : 1)) };
  });
  return { branches, root, slots };
}

function readObject(object: Json, place: Place, before: Draft[]): Draft[] {
  const names = Object.keys(object);
  if (names.length === 0) {
    throw new Refusal(place.path, 'an empty object matches nothing', 'name a field in it, or leave it out');
  }
  if (place.depth > LIMITS.depth) {
    throw new Refusal(place.path, `objects are nested more than ${LIMITS.depth} deep`, 'use fewer levels');
  }
  let drafts = before;
  for (const name of names) {
    const value = object[name];
    const path = join(place.path, name);
    if (name === '$or') {
      drafts = readOr(value, { ...place, path }, drafts);
    } else if (place.inOr && RESERVED_IN_OR.has(name)) {
      throw new Refusal(
        path,
        `"${name}" is an operator and may not name a field inside $or`,
        `put the operator in a list under a field: {"field": [{"${name}": …}]}`,
      );
    } else if (Array.isArray(value)) {
      drafts = write(drafts, join(place.field, name), readList(value, path), path);
    } else if (isObject(value)) {
      drafts = readObject(value, { ...place, path, field: join(place.field, name), depth: place.depth + 1 }, drafts);
    } else {
      throw new Refusal(
        path,
        `"${name}" must be an object or a list`,
        `write ${show([value])} with brackets around it`,
      );
    }
  }
  return drafts;
}

function readOr(value: unknown, place: Place, before: Draft[]): Draft[] {
  if (!Array.isArray(value)) {
    throw new Refusal(place.path, '$or must be a list', 'write {"$or": [{"a": [1]}, {"b": [2]}]}');
  }
  if (value.length < 2) {
    throw new Refusal(place.path, '$or needs at least two objects', 'with one alternative, leave the $or out');
  }
  const drafts: Draft[] = [];
  for (const [index, alternative] of value.entries()) {
    const path = `${place.path}[${index}]`;
    if (!isObject(alternative)) {
      throw new Refusal(path, 'only objects may stand in $or', 'write each alternative as {"field": ["value"]}');
    }
    const copies = before.length === 0 ? [new Map()] : before.map((draft) => new Map(draft));
    drafts.push(...readObject(alternative, { ...place, path, depth: place.depth + 1, inOr: true }, copies));
    checkSize(drafts, place.path);
  }
  return drafts;
}

function write(drafts: Draft[], field: string, conditions: Condition[], path: string): Draft[] {
  const written = drafts.length === 0 ? [new Map<string, Condition[]>()] : drafts;
  for (const draft of written) draft.set(field, conditions);
  checkSize(written, path);
  return written;
}

function checkSize(drafts: Draft[], path: string): void {
  if (drafts.length > LIMITS.branches) {
    throw new Refusal(
      path,
      `the $or lists multiply out to more than ${LIMITS.branches} ways to match`,
      'split the runbook or the pattern',
    );
  }
  let conditions = 0;
  for (const draft of drafts) for (const list of draft.values()) conditions += list.length;
  if (conditions > LIMITS.conditions) {
    throw new Refusal(
      path,
      `a pattern may ask no more than ${LIMITS.conditions} conditions`,
      'use a prefix or a wildcard for long lists',
    );
  }
}

function readList(list: unknown[], path: string): Condition[] {
  if (list.length === 0) {
    throw new Refusal(path, 'an empty list matches nothing', 'list the values to match, or leave the field out');
  }
  return list.map((entry, index) => readEntry(entry, `${path}[${index}]`));
}

function readEntry(entry: unknown, path: string): Condition {
  if (typeof entry === 'string') return exactText(entry, path);
  if (typeof entry === 'number') return numberCondition(entry);
  if (entry instanceof NumberText) return { kind: 'number-text', text: entry.text };
  if (entry === null || typeof entry === 'boolean') return { kind: 'literal', value: entry };
  if (!isObject(entry)) {
    throw new Refusal(
      path,
      'a list may hold text, numbers, true, false, null and operators',
      'take the inner list out of its brackets',
    );
  }
  const [name, operand] = onlyEntry(entry, path);
  const read = OPERATORS[name];
  if (read === undefined) {
    throw new Refusal(
      join(path, name),
      `there is no operator "${name}"`,
      `use one of ${Object.keys(OPERATORS).join(', ')}`,
    );
  }
  return read(operand, join(path, name));
}

const OPERATORS: Record<string, (operand: unknown, path: string) => Condition> = {
  __proto__: null as never,
  exactly: (operand, path) => ({ kind: 'text', text: text(operand, path) }),
  prefix: (operand, path) =>
    caselessOrPlain(operand, path, 'prefix', (steps, inner) => ({ kind: 'caseless-prefix', steps, text: inner })),
  suffix: (operand, path) =>
    caselessOrPlain(operand, path, 'suffix', (steps, inner) => ({ kind: 'caseless-suffix', steps, text: inner })),
  'equals-ignore-case': caseless,
  wildcard,
  'anything-but': anythingBut,
  numeric,
  cidr(operand, path) {
    const block = text(operand, path);
    const range = cidrRange(block);
    if (typeof range === 'string')
      throw new Refusal(path, range, 'write a block like "10.0.0.0/24" or "2001:db8::/32"');
    return { kind: 'cidr', range, text: block };
  },
  exists(operand, path) {
    if (typeof operand !== 'boolean') throw new Refusal(path, 'exists must be true or false', 'write {"exists": true}');
    return { kind: operand ? 'exists' : 'absent' };
  },
};

function exactText(value: string, path: string): Condition {
  checkLength(value, path);
  const digits = addressDigits(value);
  return digits === undefined
    ? { kind: 'text', text: value }
    : { kind: 'address', range: { low: digits, high: digits }, text: value };
}

function numberCondition(value: number): Condition {
  // A double that came from no text (YAML's .inf) is compared with nothing.
  return Number.isFinite(value) ? { kind: 'number', number: value } : { kind: 'number-text', text: String(value) };
}

function caselessOrPlain(
  operand: unknown,
  path: string,
  kind: 'prefix' | 'suffix',
  caselessOf: (steps: ReturnType<typeof parseCaseless>, inner: string) => Condition,
): Condition {
  if (!isObject(operand)) return { kind, text: text(operand, path) };
  const [name, inner] = onlyEntry(operand, path);
  if (name !== 'equals-ignore-case') {
    throw new Refusal(
      join(path, name),
      `${kind} knows no "${name}"`,
      `write {"${kind}": "…"} or {"${kind}": {"equals-ignore-case": "…"}}`,
    );
  }
  const value = text(inner, join(path, name));
  return caselessOf(parseCaseless(value), value);
}

function caseless(operand: unknown, path: string): Condition {
  const value = text(operand, path);
  return { kind: 'caseless', steps: parseCaseless(value), text: value };
}

function wildcard(operand: unknown, path: string): Condition {
  const value = text(operand, path);
  const runs = parseWildcard(value);
  if (typeof runs === 'string') {
    throw new Refusal(
      path,
      runs,
      'for a literal star write \\*, for a literal backslash \\\\ (double them again inside JSON)',
    );
  }
  return { kind: 'wildcard', runs, text: value };
}

/** What may stand inside anything-but as an object: one key, a text or a list of texts. */
const NEGATED: Record<string, (operand: unknown, path: string) => Condition> = {
  __proto__: null as never,
  prefix: (operand, path) => ({ kind: 'prefix', text: nonEmptyText(operand, path) }),
  suffix: (operand, path) => ({ kind: 'suffix', text: nonEmptyText(operand, path) }),
  wildcard,
  'equals-ignore-case': caseless,
};

function anythingBut(operand: unknown, path: string): Condition {
  if (isObject(operand)) {
    const [name, inner] = onlyEntry(operand, path);
    const read = NEGATED[name];
    if (read === undefined) {
      throw new Refusal(
        join(path, name),
        `anything-but knows no "${name}"`,
        `use one of ${Object.keys(NEGATED).join(', ')}, or a plain list`,
      );
    }
    const inside = join(path, name);
    const operands = Array.isArray(inner) ? inner : [inner];
    return { kind: 'anything-but', none: operands.map((each) => read(each, inside)) };
  }
  const values = Array.isArray(operand) ? operand : [operand];
  const texts = values.every((value) => typeof value === 'string');
  const numbers = values.every((value) => typeof value === 'number' && Number.isFinite(value));
  if (values.length === 0 || (!texts && !numbers)) {
    throw new Refusal(
      path,
      'anything-but takes texts or numbers, not both, not none, and no true, false or null',
      'write {"anything-but": ["a", "b"]}; to mean "is absent" add {"exists": false} to the list',
    );
  }
  return {
    kind: 'anything-but',
    none: texts
      ? values.map((value) => ({ kind: 'text', text: text(value, path) }) as const)
      : values.map((value) => ({ kind: 'number', number: value as number }) as const),
  };
}

const COMPARISONS = ['=', '<', '<=', '>', '>='];
const NUMERIC_MEND = 'write ["=", 5], ["<", 5], or a lower then an upper bound: [">", 0, "<=", 5]';

function numeric(operand: unknown, path: string): Condition {
  if (!Array.isArray(operand)) throw new Refusal(path, 'numeric takes a list', NUMERIC_MEND);
  const [first, value, second, upper] = operand as unknown[];
  if (typeof first !== 'string' || !COMPARISONS.includes(first)) {
    throw new Refusal(`${path}[0]`, `numeric knows =, <, <=, > and >=, not ${show(first)}`, NUMERIC_MEND);
  }
  const bound = comparable(value, `${path}[1]`);
  if (operand.length === 2) {
    if (first === '=') return { kind: 'number', number: bound };
    return first.startsWith('>') ? range(bound, first, Infinity, '<=') : range(-Infinity, '>=', bound, first);
  }
  if (!first.startsWith('>') || (second !== '<' && second !== '<=') || operand.length !== 4) {
    throw new Refusal(path, 'a range is a lower bound (> or >=) and then an upper bound (< or <=)', NUMERIC_MEND);
  }
  const top = comparable(upper, `${path}[3]`);
  if (bound >= top) throw new Refusal(path, 'the lower bound must be less than the upper', NUMERIC_MEND);
  return range(bound, first, top, second);
}

function range(low: number, lowSign: string, high: number, highSign: string): Condition {
  return { kind: 'range', low, lowOpen: lowSign === '>', high, highOpen: highSign === '<' };
}

function comparable(value: unknown, path: string): number {
  if (value instanceof NumberText) {
    throw new Refusal(path, `${value.text} has more digits than can be compared`, 'use at most 15 digits');
  }
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new Refusal(path, `${show(value)} is not a number`, NUMERIC_MEND);
  return value;
}

function text(operand: unknown, path: string): string {
  if (typeof operand !== 'string') {
    throw new Refusal(path, `${show(operand)} is not text`, 'put the value in quotation marks');
  }
  checkLength(operand, path);
  return operand;
}

function nonEmptyText(operand: unknown, path: string): string {
  const value = text(operand, path);
  if (value === '') throw new Refusal(path, 'an empty text here would exclude everything', 'write the text to exclude');
  return value;
}

function checkLength(value: string, path: string): void {
  if (value.length > LIMITS.text) {
    throw new Refusal(
      path,
      `a text may be ${LIMITS.text} characters long, and this has ${value.length}`,
      'match a shorter prefix',
    );
  }
}

function onlyEntry(object: Json, path: string): [string, unknown] {
  const entries = Object.entries(object);
  if (entries.length !== 1) {
    throw new Refusal(
      path,
      'an operator object has exactly one key',
      'give each operator its own braces: [{"prefix": "a"}, {"suffix": "b"}]',
    );
  }
  return entries[0]!;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function show(value: unknown): string {
  const shown = JSON.stringify(value) ?? 'nothing';
  return shown.length > 60 ? `${shown.slice(0, 57)}…` : shown;
}
