/** Values of Terraform: those of JSON, sets, and what cannot be known before something is applied. Pure. */
export type Value = null | string | number | boolean | Value[] | Table | Unknown;
export type Table = { [key: string]: Value };

/** Not known here, and why: the end of a sentence that begins with what is missing. */
export class Unknown {
  readonly why: string;
  constructor(why: string) {
    this.why = why;
  }
}

const sets = new WeakSet<object>();

/** A list without repetition whose keys are its values. */
export function asSet(list: Value[]): Value[] {
  const byText = new Map(list.map((one) => [JSON.stringify(one), one]));
  const set = [...byText.values()];
  sets.add(set);
  return set;
}

export function isSet(value: Value[]): boolean {
  return sets.has(value);
}

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Unknown);
}

/** A value as Terraform puts it into a text; undefined for lists, maps and what is unknown. */
export function text(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value === null ? '' : undefined;
}
