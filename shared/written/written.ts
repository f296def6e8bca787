/**
 * What people write by hand (rotas, policies, services, people): a value checked against its schema, and each mistake
 * explained so that a person who has never seen the schema can fix it.
 *
 * Promises: every mistake has a path into the value, what is wrong there and what to write instead; messages never
 * quote more than a short piece of the value. Pure; imports no other part of the product, and any part may call it.
 */
import * as v from 'valibot';

export type Path = (string | number)[];

export type Mistake = {
  path: Path;
  /** Stable, kebab-case. */
  code: string;
  message: string;
  /** What to write instead, as a sentence. */
  mend: string;
};

const QUOTED_LENGTH = 60;

/** A value as it may stand in a message: cut, in JSON, never a whole document. */
export function quote(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text;
}

/** `['layers', 0, 'every']` as people read it: `layers[0].every`. */
export function keyOf(path: Path): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}

/** How many letters must be changed, added, left out or swapped with their neighbour to get from one word to the other. */
export function distance(a: string, b: string): number {
  let twoBack: number[] = [];
  let back = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(back[j]! + 1, row[j - 1]! + 1, back[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, twoBack[j - 2]! + 1);
      row.push(least);
    }
    twoBack = back;
    back = row;
  }
  return back[b.length]!;
}

/** The known name that was probably meant, if one is near enough: a third of its letters may be wrong. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const asked = name.slice(0, 80).toLowerCase();
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const lower = candidate.toLowerCase();
    const apart = distance(asked, lower.slice(0, 80));
    const prefixed = asked.length >= 3 && (lower.startsWith(asked) || asked.startsWith(lower));
    const allowed = Math.max(1, Math.floor(Math.max(asked.length, lower.length) / 3));
    if ((apart <= allowed || prefixed) && apart < least) {
      best = candidate;
      least = apart;
    }
  }
  return best;
}

/** "did you mean amira?", or the known names where none is near and they are few. */
export function suggestion(name: string, known: Iterable<string>): string {
  const names = [...known];
  const near = nearest(name, names);
  if (near !== undefined) return `Did you mean ${near}?`;
  if (names.length === 0) return 'There are none yet: add it first.';
  const shown = names.slice(0, 12).join(', ');
  return `Write one of ${shown}${names.length > 12 ? ', …' : ''}.`;
}

/** What the missing value's own schema would have asked for. */
function mendOfMissing(key: string, entries: v.ObjectEntries): string {
  const entry = entries[key] as v.GenericSchema | undefined;
  const asked = entry && v.safeParse(entry, undefined).issues?.[0]?.message;
  return asked?.startsWith('Write ') ? `Add ${key}. ${asked}` : `Add ${key}.`;
}

/** An object with these keys and no others; an unknown key is answered with the one that was probably meant. */
export function fields<const T extends v.ObjectEntries>(
  entries: T,
): v.StrictObjectSchema<T, (issue: v.StrictObjectIssue) => string> {
  return v.strictObject(entries, (issue) => {
    const last = issue.path?.at(-1)?.key;
    if (issue.expected === 'never') return suggestion(String(last), Object.keys(entries));
    if (issue.received === 'undefined' && last !== undefined) return mendOfMissing(String(last), entries);
    return `Write keys and values here: ${Object.keys(entries).join(', ')}.`;
  });
}

function mistakeOf(issue: v.BaseIssue<unknown>): Mistake {
  const path: Path = (issue.path ?? []).map((item) => item.key as string | number);
  const last = path.at(-1);
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return {
      path,
      code: 'unknown-key',
      message: `${keyOf(path)} is not a key that can stand here.`,
      mend: issue.message,
    };
  }
  if (issue.received === 'undefined') {
    const where = path.length > 1 ? ` (${keyOf(path)})` : '';
    return { path, code: 'missing', message: `${String(last)} is missing${where}.`, mend: issue.message };
  }
  const subject = path.length === 0 ? 'The whole' : keyOf(path);
  return { path, code: 'bad-value', message: `${subject} is ${quote(issue.input)}.`, mend: mendOfValue(issue) };
}

/** YAML reads `+447700900123`, `on` of old and `1.10` as something else than a text: the value is right, only bare. */
function mendOfValue({ expected, input, message }: v.BaseIssue<unknown>): string {
  const isBare = expected === 'string' && (typeof input === 'number' || typeof input === 'boolean');
  if (!isBare) return message;
  return `Put it in quotes: without them YAML reads a ${typeof input === 'number' ? 'number' : 'true or false'}. ${message}`;
}

/**
 * The mistakes of a value against a schema, in the order in which they were written; empty where it fits.
 * The schema's own messages say what to write.
 */
export function mistakesIn(schema: v.GenericSchema, value: unknown): Mistake[] {
  // To the schema a list is an object with keys 0, 1, 2; people would be told of those instead of the list.
  const result = v.safeParse(schema, Array.isArray(value) ? null : value);
  if (result.success) return [];
  if (value === null || value === undefined || Array.isArray(value)) return [notKeys(value, result.issues[0]!)];
  // Two checks of one value may ask for the same: a person needs to be told once.
  const mistakes = result.issues.map(mistakeOf);
  const same = (a: Mistake, b: Mistake) =>
    keyOf(a.path) === keyOf(b.path) && a.message === b.message && a.mend === b.mend;
  return mistakes.filter((one, n) => mistakes.findIndex((other) => same(one, other)) === n);
}

/** A file that holds nothing, or a list, where keys and values are wanted. */
function notKeys(value: unknown, issue: v.BaseIssue<unknown>): Mistake {
  const message = Array.isArray(value) ? 'A list is written here.' : 'Nothing is written here.';
  return { path: [], code: Array.isArray(value) ? 'bad-value' : 'empty', message, mend: issue.message };
}
