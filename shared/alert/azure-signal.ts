/**
 * The signal of an Azure alert: the condition it judged, in the current schemas and in the older ones.
 *
 * Source: Azure Monitor "Common alert schema" (alert context) and "Noncommon alert schema definitions".
 */
import type { Signal } from './alert.ts';
import type { Draft } from './draft.ts';
import { duration, written } from './instant.ts';
import { count, entry, type Fields, fields, link, list, number, pairs, text } from './read.ts';

// In lower case without spaces: log alerts V1 write "Greater Than".
const OPERATORS: Record<string, Signal['comparison']> = {
  greaterthan: '>',
  greaterthanorequal: '>=',
  greaterthanorequalto: '>=',
  greaterorequal: '>=',
  lessthan: '<',
  lowerthan: '<',
  lessthanorequal: '<=',
  lessthanorequalto: '<=',
  lowerthanorequal: '<=',
  lowerorequal: '<=',
  lessorequal: '<=',
  equal: '=',
  equals: '=',
  equalto: '=',
  greaterorlessthan: 'outside',
  '>': '>',
  '>=': '>=',
  '<': '<',
  '<=': '<=',
  '=': '=',
  '==': '=',
};

export function comparison(value: unknown): Signal['comparison'] {
  return entry(OPERATORS, text(value)?.replaceAll(' ', '').toLowerCase());
}

/** `condition{windowSize, allOf[]}` of metric alerts and log alerts V2. */
export function criterion(condition: Fields): {
  signal: Draft['signal'];
  dimensions: [string, string][];
  query: string | undefined;
} {
  const judged = fields(list(condition.allOf)[0]);
  return {
    signal: {
      namespace: text(judged.metricNamespace),
      name: text(judged.metricName) ?? text(judged.metricMeasureColumn),
      statistic: text(judged.timeAggregation),
      comparison: comparison(judged.operator),
      threshold: number(judged.threshold),
      value: number(judged.metricValue),
      unit: text(judged.metricUnit),
      window: written(condition.windowSize),
      periods: count(fields(judged.failingPeriods).numberOfEvaluationPeriods),
    },
    dimensions: pairs(judged.dimensions),
    query: link(judged.linkToFilteredSearchResultsUI) ?? link(judged.linkToSearchResultsUI),
  };
}

/** Log alerts V1. "Metric measurement" rules compare a column whose value is not in the notice; a count is not it. */
export function searchSignal(search: {
  threshold: unknown;
  operator: unknown;
  type: unknown;
  count: unknown;
  minutes?: unknown;
  seconds?: unknown;
}): Draft['signal'] {
  const minutes = number(search.minutes);
  const isMeasurement = /metric/i.test(text(search.type) ?? '');
  return {
    comparison: comparison(search.operator),
    threshold: number(search.threshold),
    value: isMeasurement ? undefined : number(search.count),
    window: duration(minutes === undefined ? number(search.seconds) : minutes * 60),
  };
}
