/**
 * An alert: one normalised notice that a signal started (`firing`) or stopped (`resolved`) being wrong.
 *
 * Promises: every alert that leaves a normaliser satisfies `alertSchema`; a field that the sender did not give is absent, never
 * empty and never guessed; times are UTC ISO 8601 cut to milliseconds. Patterns in the catalogue are written against
 * this shape, so a change here is a change for everyone who wrote a runbook.
 *
 * Anybody may import this file. It is pure.
 */
import * as v from 'valibot';

export const SOURCE_KINDS = [
  'cloudwatch',
  'aws',
  'azure-monitor',
  'alertmanager',
  'grafana',
  'events',
  'unknown',
] as const;

/** Worst first: the index is the rank. */
export const SEVERITIES = ['critical', 'error', 'warning', 'info'] as const;

export const COMPARISONS = ['>', '>=', '<', '<=', '=', 'outside', 'above', 'below'] as const;

const text = v.pipe(v.string(), v.nonEmpty());
/** UTC, always three digits of milliseconds: `2026-11-23T03:12:04.000Z`. */
export const instantSchema = v.pipe(
  v.string(),
  v.regex(
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/,
    'must be UTC with milliseconds, like 2026-11-23T03:12:04.000Z',
  ),
);

const resourceSchema = v.strictObject({
  id: text,
  type: v.optional(text),
  name: v.optional(text),
});

const signalSchema = v.strictObject({
  namespace: v.optional(text),
  name: v.optional(text),
  /** CloudWatch's spelling (`Average`, `p99`); Azure's `Total` and `Count` stay. */
  statistic: v.optional(text),
  comparison: v.optional(v.picklist(COMPARISONS)),
  threshold: v.optional(v.pipe(v.number(), v.finite())),
  value: v.optional(v.pipe(v.number(), v.finite())),
  unit: v.optional(text),
  /** Length of one datapoint: `PT5M`, `PT24H`, never days. */
  window: v.optional(v.pipe(v.string(), v.regex(/^PT(\d+H)?(\d+M)?(\d+(\.\d+)?S)?$/))),
  /** How many datapoints were judged. */
  periods: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});

const linksSchema = v.strictObject({
  source: v.optional(text),
  runbook: v.optional(text),
  graph: v.optional(text),
  query: v.optional(text),
});

export const alertSchema = v.strictObject({
  /** This notice: the same notice delivered twice, or by two roads, has the same id. */
  id: text,
  /** The signal: the same for firing and resolved. */
  key: text,
  status: v.picklist(['firing', 'resolved']),
  source: v.strictObject({
    kind: v.picklist(SOURCE_KINDS),
    variant: v.optional(text),
    account: v.optional(text),
    region: v.optional(text),
  }),
  severity: v.optional(v.picklist(SEVERITIES)),
  title: text,
  description: v.optional(text),
  service: v.optional(text),
  environment: v.optional(text),
  resources: v.array(resourceSchema),
  signal: v.optional(signalSchema),
  labels: v.record(v.string(), v.string()),
  links: linksSchema,
  startsAt: v.optional(instantSchema),
  endsAt: v.optional(v.nullable(instantSchema)),
  at: instantSchema,
  test: v.boolean(),
  /** The body as received, parsed; left out where an alert is kept without it. */
  raw: v.optional(v.unknown()),
});

export type Alert = v.InferOutput<typeof alertSchema>;
export type Severity = (typeof SEVERITIES)[number];
export type SourceKind = (typeof SOURCE_KINDS)[number];
export type Signal = v.InferOutput<typeof signalSchema>;
export type Resource = v.InferOutput<typeof resourceSchema>;

/** True when `a` is worse than `b`. */
export function isWorse(a: Severity, b: Severity): boolean {
  return SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b);
}
