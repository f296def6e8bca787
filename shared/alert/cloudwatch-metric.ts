/**
 * Which metric a CloudWatch alarm judges, as the SNS message and the EventBridge event write it.
 *
 * Called by `cloudwatch.ts` alone. Pure.
 */
import { entry, type Fields, fields, first, number, pairs, text } from './read.ts';

export type Metric = {
  namespace?: string | undefined;
  name?: string | undefined;
  statistic?: string | undefined;
  unit?: string | undefined;
  seconds?: number | undefined;
  dimensions: [string, string][];
  isBand?: boolean;
};

/**
 * The metric that is judged: `ReturnData`, and of an anomaly detection alarm (where two return data) not the band.
 * Metric math has no metric: its label or expression is the name, and the period that of its inputs.
 */
export function judged(metrics: MetricData[], context: Fields): Metric {
  const returned = metrics.filter((metric) => metric.returnsData && !metric.isBand);
  const metric = returned[0] ?? metrics.find((candidate) => !candidate.isBand);
  const seconds =
    metric?.seconds ?? number(context.Period ?? context.period) ?? first(...metrics.map((m) => m.seconds));
  if (metric === undefined) return { seconds, dimensions: [] };
  return {
    ...metric,
    seconds,
    dimensions: metric.dimensions.length > 0 ? metric.dimensions : sharedDimensions(metrics),
  };
}

/** What all inputs of an expression have in common says what it is about. */
function sharedDimensions(metrics: MetricData[]): [string, string][] {
  const inputs = metrics.filter((metric) => metric.namespace !== undefined);
  const [one, ...others] = inputs.map((metric) => metric.dimensions);
  return (one ?? []).filter(([name, value]) =>
    others.every((dimensions) => dimensions.some(([n, v]) => n === name && v === value)),
  );
}

export type MetricData = Metric & { returnsData: boolean };

export function metricOfTrigger(trigger: Fields): Metric {
  return {
    namespace: text(trigger.Namespace),
    name: text(trigger.MetricName),
    statistic: text(trigger.ExtendedStatistic) ?? statistic(trigger.Statistic),
    unit: unit(trigger.Unit),
    seconds: number(trigger.Period),
    dimensions: pairs(trigger.Dimensions),
  };
}

export function metricOfMessage(value: unknown): MetricData {
  const entry = fields(value);
  const stat = fields(entry.MetricStat);
  const metric = fields(stat.Metric);
  return {
    namespace: text(metric.Namespace),
    name: text(metric.MetricName) ?? text(entry.Label) ?? text(entry.Expression),
    statistic: statistic(stat.Stat),
    unit: unit(stat.Unit),
    seconds: number(stat.Period ?? entry.Period),
    dimensions: pairs(metric.Dimensions),
    isBand: isBand(entry.Expression),
    returnsData: entry.ReturnData !== false,
  };
}

export function metricOfEvent(value: unknown): MetricData {
  const entry = fields(value);
  const stat = fields(entry.metricStat);
  const metric = fields(stat.metric);
  return {
    namespace: text(metric.namespace),
    name: text(metric.name ?? metric.metricName) ?? text(entry.label) ?? text(entry.expression),
    statistic: statistic(stat.stat),
    unit: unit(stat.unit),
    seconds: number(stat.period ?? entry.period),
    dimensions: pairs(metric.dimensions),
    isBand: isBand(entry.expression),
    returnsData: entry.returnData !== false,
  };
}

function isBand(expression: unknown): boolean {
  return typeof expression === 'string' && /^\s*ANOMALY_DETECTION_BAND\s*\(/i.test(expression);
}

const STATISTICS: Record<string, string> = {
  AVERAGE: 'Average',
  SUM: 'Sum',
  MINIMUM: 'Minimum',
  MAXIMUM: 'Maximum',
  SAMPLECOUNT: 'SampleCount',
  SAMPLE_COUNT: 'SampleCount',
};

/** SNS writes `AVERAGE` where everything else writes `Average`. */
function statistic(value: unknown): string | undefined {
  const written = text(value, 64);
  return written === undefined ? undefined : (entry(STATISTICS, written.toUpperCase()) ?? written);
}

function unit(value: unknown): string | undefined {
  const written = text(value, 64);
  return written === 'None' ? undefined : written;
}
