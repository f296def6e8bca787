/**
 * Comparing an alert (or a deployment) with what is expected of it: every field of the expectation must be met, what it
 * leaves out is not judged. `resources` is the set of ids; `{ anyOf }` and, for keys, `{ contains }` may stand for a
 * value; times agree within a millisecond; statistic, service and environment regardless of case.
 */

type Fields = { [name: string]: unknown };

/** What differs, a line each; none when all is met. */
export function differences(expected: Fields, given: Fields, path = ''): string[] {
  return Object.entries(expected).flatMap(([name, wanted]) => {
    const where = path === '' ? name : `${path}.${name}`;
    const got = given[name];
    if (name === 'resources') return sameSet(wanted, got) ? [] : [differs(where, wanted, got)];
    return meets(name, wanted, got)
      ? []
      : nested(wanted, got)
        ? differences(wanted as Fields, got as Fields, where)
        : [differs(where, wanted, got)];
  });
}

function differs(where: string, wanted: unknown, got: unknown): string {
  return `${where}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`;
}

function nested(wanted: unknown, got: unknown): boolean {
  return typeof wanted === 'object' && wanted !== null && typeof got === 'object' && got !== null && !isChoice(wanted);
}

function isChoice(wanted: unknown): wanted is { anyOf?: unknown[]; contains?: string[] } {
  return typeof wanted === 'object' && wanted !== null && ('anyOf' in wanted || 'contains' in wanted);
}

function meets(name: string, wanted: unknown, got: unknown): boolean {
  if (isChoice(wanted)) {
    if (wanted.contains !== undefined) return wanted.contains.every((part) => String(got).includes(part));
    return (wanted.anyOf ?? []).some((choice) => meets(name, choice, got));
  }
  if (typeof wanted === 'number') return typeof got === 'number' && Math.abs(got - wanted) < 1e-9;
  if (typeof wanted === 'string' && typeof got === 'string') {
    if (['at', 'startsAt', 'endsAt'].includes(name)) return Math.abs(Date.parse(wanted) - Date.parse(got)) <= 1;
    if (['statistic', 'service', 'environment'].includes(name)) return wanted.toLowerCase() === got.toLowerCase();
  }
  return wanted === got;
}

function sameSet(wanted: unknown, got: unknown): boolean {
  const ids = (list: unknown) =>
    JSON.stringify((list as unknown[]).map((item) => (typeof item === 'string' ? item : (item as Fields).id)).sort());
  return Array.isArray(wanted) && Array.isArray(got) && ids(wanted) === ids(got);
}
