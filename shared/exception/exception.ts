/**
 * Exceptions: what people decide outside the catalogue for a time. A silence keeps matching alerts from paging; an override
 * puts another person on call.
 *
 * Promises: an exception counts from `from` until before `until`, and never after. Called by routing, the flows that ask
 * who is on call, and the console. Pure: the store keeps them (`shared/store/exceptions.ts`).
 */
import type { Alert } from '../alert/alert.ts';
import type { CompiledPattern } from '../pattern/compiled.ts';
import { compile, matches } from '../pattern/pattern.ts';
import type { CompiledRota } from '../rota/compile.ts';
import { latest } from '../time/time.ts';

/** Alerts that match are recorded and page nobody until `until`. Alerts that still fire page then. */
export type Silence = { id: string; match: unknown; from: string; until: string; by: string; why: string };

/** A person who is on call in a rota for a time, in place of anybody; or only in place of `insteadOf`. */
export type Override = {
  id: string;
  rota: string;
  person: string;
  insteadOf?: string;
  from: string;
  until: string;
  by: string;
  /** Made by a swap: undone together with the others of the same id. */
  swap?: true;
};

/**
 * The silence that keeps an alert quiet at `now`, of several the one that ends last; undefined where none does.
 * `alert` must carry the catalogue's names for its service and environment: people write silences with those names.
 */
export function silenceOf(silences: Silence[], alert: Alert, now: string): Silence | undefined {
  const inForce = silences.filter((silence) => {
    if (silence.from > now || silence.until <= now) return false;
    const pattern = patternOf(silence);
    return pattern !== undefined && matches(pattern, alert);
  });
  const last = latest(inForce.map(({ until }) => until));
  return inForce.find(({ until }) => until === last);
}

/** The silences of a batch meet each of its alerts: a pattern is compiled once for all of them. */
const PATTERNS = new WeakMap<Silence, { pattern?: CompiledPattern }>();

function patternOf(silence: Silence): CompiledPattern | undefined {
  const known = PATTERNS.get(silence);
  if (known) return known.pattern;
  const compiled = compile(silence.match);
  const made = compiled.ok ? { pattern: compiled.pattern } : {};
  PATTERNS.set(silence, made);
  return made.pattern;
}

/** Who is on call when the catalogue says `person`: the last override in force at `now` that applies wins. */
export function withOverride(
  rota: string,
  person: string | undefined,
  overrides: Override[],
  now: string,
): string | undefined {
  let found = person;
  for (const override of overrides) {
    if (override.rota !== rota || override.from > now) continue;
    if (override.insteadOf === undefined || override.insteadOf === found) found = override.person;
  }
  return found;
}

/** A rota as it is in force: the catalogue's, with these overrides after its own. */
export function withOverrides(rota: CompiledRota, overrides: Override[]): CompiledRota {
  const made = overrides
    .filter((one) => one.rota === rota.name)
    .map(({ person, from, until, insteadOf }) => ({
      person,
      from: Date.parse(from),
      to: Date.parse(until),
      ...(insteadOf === undefined ? {} : { insteadOf }),
    }));
  return { ...rota, overrides: [...rota.overrides, ...made] };
}
