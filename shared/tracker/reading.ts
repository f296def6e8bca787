/** Reading what a tracker answered: every field may be absent or of another type, and none of that may throw. Pure. */

/** An object of an answer. Nothing about it is known. */
export type Fields = { readonly [name: string]: unknown };

export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text, or a number as text; empty where there is neither. */
export function word(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** The date of a text that begins with one, as YYYY-MM-DD. */
export function dateOf(value: unknown): { due?: string } {
  const [due] = /^\d{4}-\d{2}-\d{2}/.exec(word(value)) ?? [];
  return due === undefined ? {} : { due };
}

/** When it was closed, as UTC ISO; left out where the tracker does not say it or the ticket is open. */
export function closedOf(value: unknown, isClosed: boolean): { closedAt?: string } {
  const at = Date.parse(word(value));
  return isClosed && Number.isFinite(at) ? { closedAt: new Date(at).toISOString() } : {};
}
