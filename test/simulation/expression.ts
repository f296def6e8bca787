/**
 * The part of DynamoDB's expression language that the store uses, on items as plain values.
 *
 * Promises: what it does not know is an error that quotes it, never a guess. `model.test.ts` compares it with real engines.
 * Source: Amazon DynamoDB developer guide, "Condition and filter expressions" and "Update expressions".
 */
export type Item = Record<string, unknown>;
export type Named = {
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, unknown> | undefined;
};
type Test = (item: Item, named: Named) => boolean;
type Value = (item: Item, named: Named) => unknown;

const known = new Map<string, Test>();

/** Whether a condition, a filter or a key condition holds of an item; an item that is not there is `{}`. */
export function holds(expression: string | undefined, item: Item, named: Named): boolean {
  if (expression === undefined) return true;
  let test = known.get(expression);
  if (!test) {
    test = read(expression);
    known.set(expression, test);
  }
  return test(item, named);
}

function read(expression: string): Test {
  const tokens = expression.match(/<=|>=|<>|[=<>(),]|[#:]?[A-Za-z_][\w]*/g) ?? [];
  let at = 0;
  const refuse = (): never => {
    throw new Error(`The model does not know this expression: ${expression}`);
  };
  const take = (wanted?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (wanted !== undefined && token !== wanted)) refuse();
    return token!;
  };
  const either = (): Test => {
    const parts = [both()];
    while (tokens[at] === 'OR') {
      at++;
      parts.push(both());
    }
    return parts.length === 1 ? parts[0]! : (item, named) => parts.some((part) => part(item, named));
  };
  const both = (): Test => {
    const parts = [one()];
    while (tokens[at] === 'AND') {
      at++;
      parts.push(one());
    }
    return parts.length === 1 ? parts[0]! : (item, named) => parts.every((part) => part(item, named));
  };
  const one = (): Test => {
    if (tokens[at] === '(') {
      at++;
      const inner = either();
      take(')');
      return inner;
    }
    if (tokens[at + 1] === '(') return call();
    const left = operand(take());
    const sign = take();
    if (sign === 'BETWEEN') {
      const from = operand(take());
      take('AND');
      const to = operand(take());
      return (item, named) =>
        compare(left(item, named), '>=', from(item, named)) && compare(left(item, named), '<=', to(item, named));
    }
    if (!['=', '<>', '<', '<=', '>', '>='].includes(sign)) refuse();
    const right = operand(take());
    return (item, named) => compare(left(item, named), sign, right(item, named));
  };
  const call = (): Test => {
    const name = take();
    take('(');
    const path = operand(take());
    const hasMore = tokens[at] === ',';
    if (hasMore) take(',');
    const other = hasMore ? operand(take()) : undefined;
    take(')');
    if (name === 'attribute_exists') return (item, named) => path(item, named) !== undefined;
    if (name === 'attribute_not_exists') return (item, named) => path(item, named) === undefined;
    if (name === 'begins_with' && other)
      return (item, named) => String(path(item, named) ?? '').startsWith(String(other(item, named)));
    return refuse();
  };
  const test = either();
  if (at !== tokens.length) refuse();
  return test;
}

function operand(token: string): Value {
  if (token.startsWith(':')) return (_, named) => named.ExpressionAttributeValues?.[token];
  if (token.startsWith('#')) return (item, named) => item[named.ExpressionAttributeNames?.[token] ?? ''];
  return (item) => item[token];
}

/** Values of two types are never equal and never ordered; an attribute that is not there compares with nothing. */
function compare(left: unknown, sign: string, right: unknown): boolean {
  if (left === undefined || right === undefined) return false;
  if (typeof left !== typeof right) return sign === '<>';
  if (sign === '=') return left === right;
  if (sign === '<>') return left !== right;
  const [a, b] = [left as string, right as string];
  return sign === '<' ? a < b : sign === '<=' ? a <= b : sign === '>' ? a > b : a >= b;
}

/** What an update makes of an item: `SET a = :a, b.#c = :c`, and nothing else. A map that is not there has no fields to set. */
export function updated(expression: string, item: Item, named: Named): Item {
  const found = /^SET (.+)$/.exec(expression);
  if (!found) throw new Error(`The model does not know this update: ${expression}`);
  const next = { ...item };
  for (const assignment of found[1]!.split(',')) {
    const [name, value] = assignment.split('=').map((part) => part.trim()) as [string, string];
    if (!/^[#\w]+(\.[#\w]+)?$/.test(name) || !/^:\w+$/.test(value ?? ''))
      throw new Error(`The model does not know this update: ${expression}`);
    const [field, inner] = name
      .split('.')
      .map((part) => (part.startsWith('#') ? named.ExpressionAttributeNames![part]! : part)) as [string, string?];
    const to = named.ExpressionAttributeValues![value];
    if (inner !== undefined && next[field] === undefined)
      throw Object.assign(new Error('The document path is invalid for update'), { name: 'ValidationException' });
    next[field] = inner === undefined ? to : { ...(next[field] as Item), [inner]: to };
  }
  return next;
}
