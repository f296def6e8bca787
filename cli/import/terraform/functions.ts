/**
 * Functions of Terraform's language that give the same for the same arguments and read nothing. Each may throw or give
 * undefined where it cannot take its arguments; the caller makes an `Unknown` of that. Pure.
 *
 * Source: Terraform language documentation (Built-in Functions).
 */
import { parse } from 'yaml';
import { asSet, isTable, type Table, text, type Value } from './value.ts';

type Call = (...args: never[]) => Value | undefined;

const list = (value: Value): Value[] => {
  if (Array.isArray(value)) return value;
  throw new RangeError('no list');
};
const flat = (value: Value): Value[] => (Array.isArray(value) ? value.flatMap(flat) : [value]);
const own = (map: Table) => Object.entries(map);
const MOST = 10_000;

/** `%s`, `%d`, `%02d`, `%v`, `%q`, `%%`. */
function format(pattern: string, ...values: Value[]): string {
  let n = 0;
  return pattern.replace(/%(%|0?\d{0,3}(?:\.\d)?[svdqft])/g, (_, verb: string) => {
    if (verb === '%') return '%';
    const value = values[n++];
    const said = value === undefined ? '' : (text(value) ?? JSON.stringify(value));
    if (verb.endsWith('q')) return JSON.stringify(said);
    const width = Number(/^0?(\d+)/.exec(verb)?.[1] ?? 0);
    return said.padStart(width, verb.startsWith('0') ? '0' : ' ');
  });
}

const TEXTS: Record<string, Call> = {
  format,
  formatlist: (pattern: string, ...values: Value[]) => {
    const length = Math.max(...values.map((one) => (Array.isArray(one) ? one.length : 1)));
    return Array.from({ length }, (_, n) =>
      format(pattern, ...values.map((one) => (Array.isArray(one) ? one[n]! : one))),
    );
  },
  join: (by: string, ...lists: Value[]) => lists.flatMap(list).map(text).join(by),
  split: (by: string, whole: string) => whole.split(by),
  lower: (one: string) => one.toLowerCase(),
  upper: (one: string) => one.toUpperCase(),
  title: (one: string) =>
    one.replace(/(^|\s)(\p{Ll})/gu, (_, space: string, letter: string) => space + letter.toUpperCase()),
  trimspace: (one: string) => one.trim(),
  chomp: (one: string) => one.replace(/[\r\n]+$/, ''),
  trimprefix: (one: string, start: string) => (one.startsWith(start) ? one.slice(start.length) : one),
  trimsuffix: (one: string, end: string) => (end !== '' && one.endsWith(end) ? one.slice(0, -end.length) : one),
  startswith: (one: string, start: string) => one.startsWith(start),
  endswith: (one: string, end: string) => one.endsWith(end),
  strcontains: (one: string, part: string) => one.includes(part),
  // A pattern between slashes is a regular expression; those are not run here.
  replace: (one: string, from: string, to: string) => (/^\/.*\/$/.test(from) ? undefined : one.split(from).join(to)),
  substr: (one: string, from: number, length: number) => one.slice(from, length < 0 ? undefined : from + length),
  tostring: (one: Value) => (one === null ? null : text(one)),
  jsonencode: (one: Value) => JSON.stringify(one),
  jsondecode: (one: string) => JSON.parse(one) as Value,
  yamldecode: (one: string) => parse(one) as Value,
  timeadd: (at: string, length: string) => {
    const parts = [...length.matchAll(/(-?\d{1,9})(h|m|s)/g)];
    const size: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000 };
    const sum = parts.reduce((total, [, count, unit]) => total + Number(count) * size[unit!]!, Date.parse(at));
    return new Date(sum).toISOString().replace('.000Z', 'Z');
  },
};

const LISTS: Record<string, Call> = {
  toset: (one: Value) => asSet(list(one)),
  tolist: (one: Value) => [...list(one)],
  concat: (...lists: Value[]) => lists.flatMap(list),
  flatten: (one: Value) => flat(list(one)),
  distinct: (one: Value) => [...asSet(list(one))],
  compact: (one: Value) => list(one).filter((item) => item !== null && item !== ''),
  sort: (one: Value) => [...list(one)].sort(),
  reverse: (one: Value) => [...list(one)].reverse(),
  slice: (one: Value, from: number, to: number) => list(one).slice(from, to),
  element: (one: Value, at: number) => list(one)[((at % list(one).length) + list(one).length) % list(one).length],
  index: (one: Value, item: Value) => list(one).indexOf(item),
  one: (one: Value) => (list(one).length > 1 ? undefined : (list(one)[0] ?? null)),
  length: (one: Value) =>
    typeof one === 'string' || Array.isArray(one) ? one.length : isTable(one) ? own(one).length : undefined,
  contains: (one: Value, item: Value) => list(one).some((each) => text(each) === text(item)),
  range: (a: number, b?: number, step = 1) => {
    const [from, to] = b === undefined ? [0, a] : [a, b];
    const count = Math.max(0, Math.ceil((to - from) / step));
    return count > MOST ? undefined : Array.from({ length: count }, (_, n) => from + n * step);
  },
  setunion: (...lists: Value[]) => asSet(lists.flatMap(list)),
  setintersection: (a: Value, ...others: Value[]) =>
    asSet(list(a).filter((one) => others.every((other) => list(other).some((two) => text(two) === text(one))))),
  setsubtract: (a: Value, b: Value) => asSet(list(a).filter((one) => !list(b).some((two) => text(two) === text(one)))),
  setproduct: (...lists: Value[]) => {
    const count = lists.reduce((product: number, one) => product * list(one).length, 1);
    if (count > MOST) return undefined;
    return lists.reduce((all: Value[][], one) => all.flatMap((so) => list(one).map((item) => [...so, item])), [[]]);
  },
  coalescelist: (...lists: Value[]) => lists.find((one) => list(one).length > 0),
  sum: (one: Value) => list(one).reduce((total: number, item) => total + Number(item), 0),
};

const MAPS: Record<string, Call> = {
  tomap: (one: Value) => one,
  merge: (...maps: Value[]) => Object.assign({}, ...maps.filter(isTable)) as Table,
  keys: (one: Table) => Object.keys(one).sort(),
  values: (one: Table) =>
    own(one)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, value]) => value),
  lookup: (one: Table, key: string, otherwise?: Value) => (Object.hasOwn(one, key) ? one[key] : otherwise),
  zipmap: (names: Value, values: Value) =>
    Object.fromEntries(list(names).map((name, n) => [text(name) ?? '', list(values)[n] ?? null])),
};

const REST: Record<string, Call> = {
  tonumber: (one: Value) => (Number.isNaN(Number(one)) ? undefined : Number(one)),
  tobool: (one: Value) =>
    one === true || one === 'true' ? true : one === false || one === 'false' ? false : undefined,
  coalesce: (...values: Value[]) => values.find((one) => one !== null && one !== ''),
  max: (...values: number[]) => Math.max(...values),
  min: (...values: number[]) => Math.min(...values),
  abs: (one: number) => Math.abs(one),
  ceil: (one: number) => Math.ceil(one),
  floor: (one: number) => Math.floor(one),
  parseint: (one: string, base: number) => Number.parseInt(one, base),
  sensitive: (one: Value) => one,
  nonsensitive: (one: Value) => one,
};

export const FUNCTIONS = { ...TEXTS, ...LISTS, ...MAPS, ...REST } as Record<
  string,
  (...args: Value[]) => Value | undefined
>;
