/**
 * Reading what senders wrote: every field of a payload may be absent, of another type, or far too long, and none of
 * that may stop an alert. Each reader takes anything and gives the value or `undefined`; none throws.
 *
 * Called by the normalisers and the deployment parsers only. Pure.
 */

/** An object as a sender wrote it. Nothing about it is known. */
export type Fields = { readonly [name: string]: unknown };

/** Longest text kept of one field: PagerDuty's own limit for a summary, and more than any page shows. */
export const TEXT_LIMIT = 1024;
/** Descriptions hold whole e-mails; the incident item must stay under 100 KB with several alerts in it. */
const DESCRIPTION_LIMIT = 8192;
/** Labels kept of one alert. Prometheus allows more, no person reads them. */
export const LABEL_LIMIT = 128;
/** Nesting of a body that is kept as `raw`. Deeper ones are kept as text: JSON.stringify recurses and would overflow. */
const DEPTH_LIMIT = 64;

const NOTHING: Fields = Object.freeze(Object.create(null));
const NO_ITEMS: readonly unknown[] = Object.freeze([]);

/** The object, or one without fields. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : NOTHING;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The array, or an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : NO_ITEMS;
}

/**
 * Trimmed, never empty, at most `limit` UTF-16 units (the last is then `…`), without lone surrogates. Numbers are
 * written out: account numbers and ids arrive both ways.
 */
export function text(value: unknown, limit: number = TEXT_LIMIT): string | undefined {
  if (typeof value !== 'string') return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
  const cut = value.length > limit * 2 ? value.slice(0, limit * 2).trim() : value.trim();
  if (cut === '') return undefined;
  const short = cut.length > limit ? `${cut.slice(0, limit - 1)}…` : cut;
  return short.isWellFormed() ? short : short.toWellFormed();
}

/** As `text`, long enough for what people write under an alert. */
export function prose(value: unknown): string | undefined {
  return text(value, DESCRIPTION_LIMIT);
}

/** A finite number, also where the sender wrote it as text (`"25"`, Azure's thresholds). */
export function number(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > 40 || !/^\s*[-+]?(\d|\.\d)/.test(value)) return undefined;
  const read = Number(value);
  return Number.isFinite(read) ? read : undefined;
}

/** A count of at least one, else nothing. */
export function count(value: unknown): number | undefined {
  const read = number(value);
  return read !== undefined && Number.isInteger(read) && read >= 1 ? read : undefined;
}

/** An `http:` or `https:` address; `javascript:` and `data:` are dropped here so that no page can show them. */
export function link(value: unknown): string | undefined {
  const read = text(value, 8192);
  // Prometheus expressions arrive with their spaces unescaped; control characters have no place in an address.
  return read !== undefined && /^https?:\/\/[^\s]/i.test(read) && !/[\u0000-\u001f\u007f]/.test(read)
    ? read
    : undefined;
}

/** The table's own entry: a sender may well write `constructor` where a table is asked. */
export function entry<T>(table: Readonly<Record<string, T>>, name: string | undefined): T | undefined {
  return name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

/** The first that is there. */
export function first<T>(...values: (T | undefined)[]): T | undefined {
  return values.find((value) => value !== undefined);
}

/** JSON in a string, or `undefined`. A value that is an object already (log alarms send it so) is given back. */
export function json(value: unknown): unknown {
  if (typeof value !== 'string') return isFields(value) || Array.isArray(value) ? value : undefined;
  const start = value.trimStart().charCodeAt(0);
  if (start !== 0x7b && start !== 0x5b) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** True when nothing in it lies deeper than `limit`. It recurses, but never deeper than that. */
export function isShallow(value: unknown, limit: number = DEPTH_LIMIT): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (limit === 0) return false;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) if (!isShallow(value[index], limit - 1)) return false;
    return true;
  }
  for (const name in value) if (!isShallow((value as Fields)[name], limit - 1)) return false;
  return true;
}

/**
 * Name and value pairs in every way senders write them: an object; `[{name, value}]` (SNS dimensions, Azure);
 * `[{Key, Value}]` (AWS tags). Values become text; what has none is left out.
 */
export function pairs(value: unknown): [string, string][] {
  const found: [string, string][] = [];
  const add = (name: unknown, item: unknown) => {
    const label = text(name, 256);
    const content = labelText(item);
    if (label !== undefined && content !== undefined) found.push([label, content]);
  };
  if (Array.isArray(value)) {
    for (const item of value.slice(0, LABEL_LIMIT)) {
      const pair = fields(item);
      add(pair.name ?? pair.Name ?? pair.key ?? pair.Key, pair.value ?? pair.Value);
    }
  } else if (isFields(value)) {
    for (const name of Object.keys(value).slice(0, LABEL_LIMIT)) add(name, value[name]);
  }
  return found;
}

function labelText(value: unknown): string | undefined {
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return text(value, 2048);
  return isShallow(value, 8) ? text(JSON.stringify(value).slice(0, 4096), 2048) : undefined;
}
