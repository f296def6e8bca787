/**
 * The check that every alert passes before it leaves the normalisers: `alertSchema`, written out by hand.
 *
 * Why not valibot here: it costs more than reading the payload did (the bench has both). A property test proves that the
 * two agree on every alert and on broken ones. Pure; called by `normalise.ts`.
 */
import { type Alert, COMPARISONS, SEVERITIES, SOURCE_KINDS } from './alert.ts';

const KINDS = new Set<unknown>(SOURCE_KINDS);
const RANKS = new Set<unknown>(SEVERITIES);
const OPERATORS = new Set<unknown>(COMPARISONS);
const INSTANT = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const WINDOW = /^PT(\d+H)?(\d+M)?(\d+(\.\d+)?S)?$/;

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isInstant = (value: unknown): boolean => typeof value === 'string' && INSTANT.test(value);
const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);

type Rule = (value: unknown) => boolean;
/** A trailing `?` in a name: may be absent. */
type Rules = Record<string, { isOptional: boolean; holds: Rule }>;

function rules(written: Record<string, Rule>): Rules {
  return Object.fromEntries(
    Object.entries(written).map(([name, holds]) => [name.replace('?', ''), { isOptional: name.endsWith('?'), holds }]),
  );
}

const SOURCE = rules({ kind: (v) => KINDS.has(v), 'variant?': isText, 'account?': isText, 'region?': isText });
const RESOURCE = rules({ id: isText, 'type?': isText, 'name?': isText });
const LINKS = rules({ 'source?': isText, 'runbook?': isText, 'graph?': isText, 'query?': isText });
const SIGNAL = rules({
  'namespace?': isText,
  'name?': isText,
  'statistic?': isText,
  'comparison?': (v) => OPERATORS.has(v),
  'threshold?': isNumber,
  'value?': isNumber,
  'unit?': isText,
  'window?': (v) => typeof v === 'string' && WINDOW.test(v),
  'periods?': (v) => Number.isInteger(v) && (v as number) >= 1,
});
const ALERT = rules({
  id: isText,
  key: isText,
  status: (v) => v === 'firing' || v === 'resolved',
  source: (v) => firstBroken(v, SOURCE) === undefined,
  'severity?': (v) => RANKS.has(v),
  title: isText,
  'description?': isText,
  'service?': isText,
  'environment?': isText,
  resources: (v) => Array.isArray(v) && v.every((resource) => firstBroken(resource, RESOURCE) === undefined),
  'signal?': (v) => firstBroken(v, SIGNAL) === undefined,
  labels: isLabels,
  links: (v) => firstBroken(v, LINKS) === undefined,
  'startsAt?': isInstant,
  'endsAt?': (v) => v === null || isInstant(v),
  at: isInstant,
  test: (v) => typeof v === 'boolean',
  'raw?': () => true,
});

function isLabels(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  for (const name in value) if (typeof (value as Record<string, unknown>)[name] !== 'string') return false;
  return true;
}

/** The name of the first field that breaks its rule, is missing, or is unknown. */
function firstBroken(value: unknown, of: Rules): string | undefined {
  if (typeof value !== 'object' || value === null) return '(it)';
  const given = value as Record<string, unknown>;
  for (const name in given) {
    const rule = of[name];
    if (rule === undefined) return name;
    if (!(given[name] === undefined && rule.isOptional) && !rule.holds(given[name])) return name;
  }
  for (const name in of) if (of[name]?.isOptional === false && !(name in given)) return name;
  return undefined;
}

/** Undefined for an alert that satisfies `alertSchema`, else which field does not. */
export function brokenRule(alert: Alert): string | undefined {
  const broken = firstBroken(alert, ALERT);
  return broken === undefined ? undefined : `the alert's ${broken} breaks the schema`;
}
