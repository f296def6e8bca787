/**
 * Azure Monitor's common alert schema, for every monitoring service. `essentials` are the same for all; what
 * `alertContext` holds differs, and the table `CONTEXTS` says how each is read.
 *
 * Sources: Azure Monitor "Common alert schema" and "Sample alert payloads". Older schemas are in `azure-legacy.ts`.
 */

import type { Severity } from './alert.ts';
import { activity, type Context, joined, resourceHealth, serviceHealth } from './azure-event.ts';
import { type AzureTarget, isTestNotice, subscriptionOf, target } from './azure-names.ts';
import { criterion, searchSignal } from './azure-signal.ts';
import type { Draft } from './draft.ts';
import { words } from './html.ts';
import { instant } from './instant.ts';
import { environmentOf, graphOf, runbookOf, serviceOf } from './labels.ts';
import { entry, type Fields, fields, first, link, list, number, pairs, prose, text } from './read.ts';
import { azureSeverity } from './severity.ts';

export function isCommonAlert(payload: Fields): boolean {
  return (
    payload.schemaId === 'azureMonitorCommonAlertSchema' ||
    'essentials' in fields(payload.data) ||
    ('essentials' in payload && 'alertContext' in payload)
  );
}

type Reader = (context: Fields, essentials: Fields) => Context;

export function commonAlert(payload: Fields): Draft[] {
  // Logic apps pass the inside on without its shell.
  const data = 'essentials' in payload ? payload : fields(payload.data);
  const essentials = fields(data.essentials);
  const context = fields(data.alertContext);
  const { variant, ...reading } = readerOf(essentials, context)(context, essentials);
  const status = reading.status ?? (text(essentials.monitorCondition) === 'Resolved' ? 'resolved' : 'firing');
  const firedAt = instant(essentials.firedDateTime);
  const resolvedAt = instant(essentials.resolvedDateTime);
  const ids = list(essentials.alertTargetIDs);
  const named = ids.length > 0 ? ids : list(essentials.configurationItems);
  const targets = named.map(target).filter((found) => found !== undefined);
  const custom = customProperties(context, data);
  const alertId = text(essentials.alertId);
  const isTest = isTestNotice({
    ids: [alertId, text(fields(context.AlertData).BudgetId), ...targets.map((found) => found.id)],
    rule: text(essentials.alertRule),
    title: text(fields(context.properties).title),
    isSynthetic: fields(context.properties).IsSynthetic ?? fields(context.properties).isSynthetic,
  });
  // What happened comes before what the rule's author wrote about the rule.
  const description = joined('\n', reading.description, prose(essentials.description));
  return [
    {
      ...reading,
      source: { kind: 'azure-monitor', variant, account: subscriptionOf(targets[0]?.id) ?? subscriptionOf(alertId) },
      key: reading.key ?? alertId,
      notice: `${status} ${text(context.eventDataId) ?? ''}`,
      status,
      severity: severityOf(essentials, reading.severity, isTest),
      title: text(essentials.alertRule) ?? reading.title,
      description,
      service: serviceOf(custom) ?? serviceOf(reading.labels ?? []),
      environment: environmentOf(custom) ?? environmentOf(reading.labels ?? []),
      resources: reading.resources ?? targets.map(resourceOf),
      labels: [...(reading.labels ?? []), ...custom],
      links: {
        source: link(essentials.investigationLink) ?? alertPage(alertId),
        runbook: runbookOf(custom, description),
        graph: graphOf(custom),
        ...reading.links,
      },
      startsAt: startsAtOf(variant, status, firedAt, reading),
      endsAt: status === 'resolved' ? first(resolvedAt, reading.endsAt, firedAt) : undefined,
      // One clock for all notices of a signal: an update that says "over since 04:05" must not seem older than the one
      // of 04:08 before it.
      at: first(resolvedAt, firedAt, reading.at),
      test: isTest,
    },
  ];
}

/** Azure writes Sev4 on every event of the activity log and on budgets: there the event decides. */
function severityOf(essentials: Fields, ofEvent: Severity | undefined, isTest: boolean): Severity | undefined {
  const written = azureSeverity(essentials.severity);
  return isTest || written !== 'info' ? (written ?? ofEvent) : (ofEvent ?? written);
}

/** Each update of a health event has its own firing time, so when it is over that is not when it began. */
function startsAtOf(
  variant: string,
  status: string,
  firedAt: string | undefined,
  reading: { startsAt?: string | undefined },
) {
  const isHealth = variant === 'service-health' || variant === 'resource-health';
  return isHealth && status === 'resolved' ? reading.startsAt : (firedAt ?? reading.startsAt);
}

function resourceOf(found: AzureTarget) {
  const { id, type, name } = found;
  return { id, ...(type === undefined ? {} : { type }), ...(name === undefined ? {} : { name }) };
}

/** The page of one alert in the portal; only an alert instance has one, not a budget or an activity log rule. */
function alertPage(alertId: string | undefined): string | undefined {
  if (alertId === undefined || !/\/providers\/microsoft\.alertsmanagement\/alerts\//i.test(alertId)) return undefined;
  const blade = 'https://portal.azure.com/#view/Microsoft_Azure_Monitoring_Alerts/AlertDetails.ReactView/alertId~/';
  return `${blade}${encodeURIComponent(alertId)}`;
}

/**
 * Metric and log rules carry custom properties in the context too; those beside it win. Elsewhere
 * `alertContext.properties` belong to the event itself.
 */
function customProperties(context: Fields, data: Fields): [string, string][] {
  const isMeasured = 'condition' in context || 'conditionType' in context || 'SearchQuery' in context;
  return [...(isMeasured ? pairs(context.properties) : []), ...pairs(data.customProperties)];
}

function readerOf(essentials: Fields, context: Fields): Reader {
  const service = (text(essentials.monitoringService) ?? '').replaceAll(' ', '').toLowerCase();
  const known = entry(CONTEXTS, service);
  if (known !== undefined) return known;
  if (service.startsWith('activitylog')) return activity;
  if ('condition' in context) return measured('metric');
  if ('SearchQuery' in context) return search;
  return 'eventSource' in context ? activity : plain;
}

/** By `monitoringService`, in lower case without spaces: it arrives as `Resource Health` and as `ResourceHealth`. */
const CONTEXTS: Record<string, Reader> = {
  platform: measured('metric'),
  loganalertsv2: measured('log'),
  logalertsv2: measured('log'),
  loganalytics: search,
  applicationinsights: search,
  simplelogalert: simpleLog,
  servicehealth: serviceHealth,
  resourcehealth: resourceHealth,
  prometheus,
  smartdetector: smart,
  vminsights: measured('metric'),
  costalerts: budget,
};

/** Backup and other services that use the common schema: its properties say what failed. */
function plain(context: Fields): Context {
  return {
    variant: 'other',
    description: dimensionWords(pairs(context.properties)),
    labels: pairs(context.properties),
  };
}

/** Metric alerts and log alerts V2 judge conditions in `condition.allOf`; the first is the one that people set. */
function measured(variant: 'metric' | 'log'): Reader {
  return (context) => {
    const { signal, dimensions, query } = criterion(fields(context.condition));
    const isLog = text(context.conditionType) === 'LogQueryCriteria';
    return {
      variant: isLog ? 'log' : variant,
      description: dimensionWords(dimensions),
      signal,
      labels: dimensions,
      links: query === undefined ? {} : { query },
    };
  };
}

/** Log alerts V1, of Log Analytics and of Application Insights. */
function search(context: Fields): Context {
  const query = link(context.LinkToFilteredSearchResultsUI) ?? link(context.LinkToSearchResults);
  return {
    variant: 'log',
    signal: searchSignal({
      threshold: context.Threshold,
      operator: context.Operator,
      type: context.AlertType,
      count: context.ResultCount,
      minutes: context.SearchIntervalInMinutes ?? context.SearchIntervalDurationMin,
    }),
    description: dimensionWords(pairs(context.Dimensions)),
    labels: pairs(context.Dimensions),
    links: query === undefined ? {} : { query },
    at: instant(context.SearchIntervalEndtimeUtc),
  };
}

function simpleLog(context: Fields): Context {
  const rows = list(context.event);
  const row = pairs(rows.length === 1 ? rows[0] : undefined);
  return {
    ...measured('log')(context, context),
    variant: 'log',
    description: dimensionWords(row),
    labels: row,
  };
}

/** A rule group of managed Prometheus: labels and annotations as Prometheus has them. */
function prometheus(context: Fields): Context {
  const labels = pairs(context.labels);
  const annotations = pairs(context.annotations);
  const runbook = runbookOf(annotations) ?? runbookOf(labels);
  const graph = graphOf(annotations);
  const said = fields(context.annotations);
  return {
    variant: 'prometheus',
    title: text(fields(context.labels).alertname),
    description: prose(said.description) ?? prose(said.summary),
    signal: { value: number(context.expressionValue) },
    labels,
    links: { ...(runbook === undefined ? {} : { runbook }), ...(graph === undefined ? {} : { graph }) },
  };
}

// Ids tell a person nothing, and the labels keep them.
const IS_ID = /(^|[a-z_ ])(id|guid|uuid|_?resourceid)$/i;
const LOOKS_LIKE_ID = /^([0-9a-f]{8}-[0-9a-f-]{4,}|\/subscriptions\/)/i;

/** What the rule was split by, as people read it: which pipeline, which host, which error. */
export function dimensionWords(dimensions: readonly [string, string][]): string | undefined {
  const telling = dimensions.filter(([name, value]) => !IS_ID.test(name) && !LOOKS_LIKE_ID.test(value));
  return joined(', ', ...telling.slice(0, 12).map(([name, value]) => `${name} ${value}`));
}

function smart(context: Fields): Context {
  return {
    variant: 'smart',
    title: text(context.SmartDetectorName),
    description: joined(', ', words(context.DetectionSummary), detected(context)),
    labels: pairs({
      detector: context.SmartDetectorName,
      detectedValue: context.DetectedValue,
      normalValue: context.NormalValue,
    }),
  };
}

function detected(context: Fields): string | undefined {
  const [value, normal] = [text(context.DetectedValue), text(context.NormalValue)];
  if (value === undefined) return undefined;
  return normal === undefined ? value : `${value}, normally ${normal}`;
}

function budget(context: Fields): Context {
  const data = fields(context.AlertData);
  const amount = (value: unknown) => number(text(value)?.replace(/[$,]/g, ''));
  return {
    variant: 'budget',
    severity: 'warning',
    // Its only configuration item is the word "budgets".
    resources: [],
    title: text(data.BudgetName) ?? text(context.AlertCategory),
    signal: { name: text(data.BudgetName), value: amount(data.SpentAmount), threshold: amount(data.BudgetThreshold) },
    labels: pairs({
      category: context.AlertCategory,
      budgetName: data.BudgetName,
      budgetId: data.BudgetId,
      thresholdType: data.ThresholdType,
    }),
  };
}
