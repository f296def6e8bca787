/**
 * Expressions of Terraform as values, as far as they can be known without applying anything.
 *
 * Promises: what cannot be known is an `Unknown` that says why and goes through every expression that it is part of;
 * nothing is guessed, and nothing outside the given files is read. Pure.
 *
 * Source: Terraform language documentation (Expressions, Functions).
 */

import { FUNCTIONS } from './functions.ts';
import type { Expression } from './tree.ts';
import { isSet, isTable, type Table, text, Unknown, type Value } from './value.ts';

/** What a name means: `local`, `var`, a type of resource, `each`, the name of a loop. */
export type Scope = (name: string) => Value | undefined;

const MOST_STEPS = 10_000;

/** The value of an expression; `Unknown` where it has none here. */
export function evaluate(of: Expression, scope: Scope): Value {
  switch (of.kind) {
    case 'literal':
      return of.value;
    case 'unread':
      return new Unknown(`${of.text} in a text is not followed`);
    case 'template':
      return template(of.parts.map((part) => evaluate(part, scope)));
    case 'list':
      return of.items.map((item) => evaluate(item, scope));
    case 'object':
      return table(of.items.map(([key, value]) => [evaluate(key, scope), evaluate(value, scope)]));
    case 'name':
      return scope(of.name) ?? new Unknown(`${of.name} is not known here`);
    case 'get':
      return get(evaluate(of.of, scope), evaluate(of.key, scope), nameOf(of));
    case 'splat':
      return splat(evaluate(of.of, scope), of.path, scope);
    case 'call':
      return call(of, scope);
    case 'unary':
      return unary(of.operator, evaluate(of.of, scope));
    case 'binary':
      return binary(of.operator, evaluate(of.left, scope), () => evaluate(of.right, scope));
    case 'if': {
      const test = evaluate(of.test, scope);
      if (test instanceof Unknown) return test;
      return evaluate(test === true || test === 'true' ? of.yes : of.no, scope);
    }
    case 'for':
      return loop(of, scope);
  }
}

/** `var.layers`, as far as an expression is a path of names. */
function nameOf(of: Expression): string {
  if (of.kind === 'name') return of.name;
  if (of.kind !== 'get') return 'it';
  const key = of.key.kind === 'literal' ? String(of.key.value) : '…';
  return of.key.kind === 'literal' && typeof of.key.value === 'string'
    ? `${nameOf(of.of)}.${key}`
    : `${nameOf(of.of)}[${key}]`;
}

function template(parts: Value[]): Value {
  const unknown = parts.find((part) => part instanceof Unknown);
  if (unknown) return unknown;
  const texts = parts.map(text);
  return texts.every((one) => one !== undefined) ? texts.join('') : new Unknown('a list or an object is in a text');
}

function table(items: [Value, Value][]): Value {
  const found: Table = {};
  for (const [key, value] of items) {
    if (key instanceof Unknown) return key;
    const name = text(key);
    if (name === undefined || name === '__proto__') return new Unknown('the key of an object is no text');
    found[name] = value;
  }
  return found;
}

function get(of: Value, key: Value, said: string): Value {
  if (of instanceof Unknown) return of;
  if (key instanceof Unknown) return key;
  if (Array.isArray(of)) return of[Number(key)] ?? (key === null ? null : new Unknown(`${said} is not there`));
  const name = text(key);
  if (isTable(of) && name !== undefined && Object.hasOwn(of, name)) return of[name] as Value;
  return new Unknown(
    isTable(of) && typeof of['__why'] === 'string' ? `${said} ${of['__why']}` : `${said} is not there`,
  );
}

function splat(of: Value, path: Expression[], scope: Scope): Value {
  if (of instanceof Unknown) return of;
  const items = of === null ? [] : Array.isArray(of) ? of : [of];
  return items.map((item) => path.reduce((value: Value, key) => get(value, evaluate(key, scope), 'it'), item));
}

function call(of: Expression & { kind: 'call' }, scope: Scope): Value {
  const args = of.args.map((one) => evaluate(one, scope));
  // These two are there to be given what has no value.
  if (of.name === 'try')
    return args.find((one) => !(one instanceof Unknown)) ?? args.at(-1) ?? new Unknown('try is empty');
  if (of.name === 'can') return !(args[0] instanceof Unknown);
  const last = args.at(-1);
  const given = of.spread && Array.isArray(last) ? [...args.slice(0, -1), ...last] : args;
  const unknown = given.find((one) => one instanceof Unknown);
  if (unknown) return unknown;
  const known = Object.hasOwn(FUNCTIONS, of.name) ? FUNCTIONS[of.name] : undefined;
  if (known === undefined) return new Unknown(`the function ${of.name}() is not followed`);
  try {
    return known(...given) ?? new Unknown(`${of.name}() gives nothing for this`);
  } catch {
    return new Unknown(`${of.name}() cannot take this`);
  }
}

function unary(operator: string, of: Value): Value {
  if (of instanceof Unknown) return of;
  return operator === '!' ? of !== true && of !== 'true' : -Number(of);
}

function binary(operator: string, left: Value, other: () => Value): Value {
  if (operator === '||' && left === true) return true;
  if (operator === '&&' && left === false) return false;
  const right = other();
  if (left instanceof Unknown) return left;
  if (right instanceof Unknown) return right;
  const same = () => (text(left) ?? JSON.stringify(left)) === (text(right) ?? JSON.stringify(right));
  const [a, b] = [Number(left), Number(right)];
  const found: Record<string, () => Value> = {
    '||': () => left === true || right === true,
    '&&': () => left === true && right === true,
    '==': same,
    '!=': () => !same(),
    '<': () => a < b,
    '>': () => a > b,
    '<=': () => a <= b,
    '>=': () => a >= b,
    '+': () => a + b,
    '-': () => a - b,
    '*': () => a * b,
    '/': () => a / b,
    '%': () => a % b,
  };
  const value = found[operator]!();
  return typeof value === 'number' && !Number.isFinite(value)
    ? new Unknown('a sum has no number as its result')
    : value;
}

/** Keys and values as loops and `for_each` see them: indexes of a list, the values of a set, the keys of a map. */
export function entriesOf(value: Value): [string | number, Value][] | Unknown {
  if (value instanceof Unknown) return value;
  if (Array.isArray(value)) return value.map((one, n) => [isSet(value) ? (text(one) ?? n) : n, one]);
  if (isTable(value)) return Object.entries(value).filter(([key]) => key !== '__why') as [string, Value][];
  return new Unknown('it is neither a list nor a map');
}

function loop(of: Expression & { kind: 'for' }, scope: Scope): Value {
  const entries = entriesOf(evaluate(of.list, scope));
  if (entries instanceof Unknown) return entries;
  if (entries.length > MOST_STEPS) return new Unknown(`a loop has more than ${MOST_STEPS} steps`);
  const list: Value[] = [];
  const groups: Table = {};
  for (const [key, value] of entries) {
    const [first, second] = of.names;
    const inner: Scope = (name) =>
      second === undefined
        ? name === first
          ? value
          : scope(name)
        : name === first
          ? key
          : name === second
            ? value
            : scope(name);
    const wanted = of.where === undefined || evaluate(of.where, inner);
    if (wanted instanceof Unknown) return wanted;
    if (wanted !== true && wanted !== 'true') continue;
    const made = evaluate(of.value, inner);
    if (of.key === undefined) {
      list.push(made);
      continue;
    }
    const named = evaluate(of.key, inner);
    if (named instanceof Unknown) return named;
    const name = text(named);
    if (name === undefined || name === '__proto__') return new Unknown('the key of a loop is no text');
    if (of.grouped) groups[name] = [...((groups[name] as Value[] | undefined) ?? []), made];
    else groups[name] = made;
  }
  return of.key === undefined ? list : groups;
}
