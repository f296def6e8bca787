/**
 * Azure Monitor's common alert schema, for every monitoring service. `essentials` are the same for all; what
 * `alertContext` holds differs, and the table `CONTEXTS` says how each is read.
 *
 * Sources: Azure Monitor "Common alert schema" and "Sample alert payloads". Older schemas are in `azure-legacy.ts`.
 */

import { type AzureTarget, isTestNotice, subscriptionOf, target } from './azure-names.ts';
import { criterion, searchSignal } from './azure-signal.ts';
import type { Draft } from './draft.ts';
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

/** What an `alertContext` adds to, or says otherwise than, the essentials. */
type Context = Omit<Draft, 'source' | 'labels'> & { variant: string; labels?: [string, string][] };
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
  const description = first(prose(essentials.description), reading.description);
  const alertId = text(essentials.alertId);
  return [
    {
      ...reading,
      source: { kind: 'azure-monitor', variant, account: subscriptionOf(targets[0]?.id) ?? subscriptionOf(alertId) },
      key: reading.key ?? alertId,
      notice: `${status} ${text(context.eventDataId) ?? ''}`,
      status,
      severity: azureSeverity(essentials.severity) ?? reading.severity,
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
      test: isTestNotice({
        ids: [alertId, text(fields(context.AlertData).BudgetId), ...targets.map((found) => found.id)],
        rule: text(essentials.alertRule),
        title: text(fields(context.properties).title),
        isSynthetic: fields(context.properties).IsSynthetic ?? fields(context.properties).isSynthetic,
      }),
    },
  ];
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

function plain(): Context {
  return { variant: 'other' };
}

/** Metric alerts and log alerts V2 judge conditions in `condition.allOf`; the first is the one that people set. */
function measured(variant: 'metric' | 'log'): Reader {
  return (context) => {
    const { signal, dimensions, query } = criterion(fields(context.condition));
    const isLog = text(context.conditionType) === 'LogQueryCriteria';
    return {
      variant: isLog ? 'log' : variant,
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
    labels: pairs(context.Dimensions),
    links: query === undefined ? {} : { query },
    at: instant(context.SearchIntervalEndtimeUtc),
  };
}

function simpleLog(context: Fields): Context {
  const rows = list(context.event);
  return {
    ...measured('log')(context, context),
    variant: 'log',
    labels: pairs(rows.length === 1 ? rows[0] : undefined),
  };
}

/** An entry of the activity log. It happened once: it fires and nothing ever resolves it. */
function activity(context: Fields): Context {
  const properties = fields(context.properties);
  return {
    variant: 'activity',
    description: prose(properties.message) ?? prose(context['Activity Log Event Description']),
    title: text(context.operationName),
    labels: pairs({
      category: properties.eventCategory ?? context.eventSource,
      operationName: context.operationName,
      status: context.status,
      level: context.level,
      caller: context.caller,
    }),
    startsAt: instant(context.eventTimestamp),
    at: instant(context.eventTimestamp),
  };
}

// Stages of a service issue after which nobody has anything to do any more. A root cause analysis is one.
const OVER = /^(resolved|complete|completed|canceled|cancelled|rca)$/i;

/** Each update of a service issue is a new alert, always `Fired`: its stage says how things are. */
export function serviceHealth(context: Fields): Context {
  const properties = fields(context.properties);
  const isOver = OVER.test(text(properties.stage) ?? text(context.status) ?? '');
  const updatedAt = instant(context.eventTimestamp) ?? instant(context.submissionTimestamp);
  return {
    variant: 'service-health',
    key: text(properties.trackingId),
    status: isOver ? 'resolved' : 'firing',
    title: text(properties.title),
    description: withoutTags(properties.communication) ?? prose(properties.title),
    labels: pairs({
      stage: properties.stage,
      incidentType: properties.incidentType,
      azureService: properties.service,
      region: properties.region,
      trackingId: properties.trackingId,
    }),
    startsAt: instant(properties.impactStartTime),
    endsAt: isOver ? (instant(properties.impactMitigationTime) ?? updatedAt) : undefined,
    at: updatedAt,
  };
}

/** Resolved when the resource is `Available` again; keyed by the resource, because each update is a new alert. */
export function resourceHealth(context: Fields, essentials: Fields): Context {
  const properties = fields(context.properties);
  const health = text(properties.currentHealthStatus) ?? text(context.status);
  const resource = text(list(essentials.alertTargetIDs)[0]) ?? text(context.resourceId);
  const changedAt = instant(context.eventTimestamp) ?? instant(context.submissionTimestamp);
  const isAvailable = health === 'Available' || health === 'Resolved';
  return {
    variant: 'resource-health',
    // ARM ids differ in case from notice to notice.
    key: resource?.toLowerCase(),
    status: isAvailable ? 'resolved' : 'firing',
    title: text(properties.title),
    description: prose(properties.details) ?? prose(properties.title),
    labels: pairs({
      currentHealthStatus: properties.currentHealthStatus,
      previousHealthStatus: properties.previousHealthStatus,
      healthType: properties.type,
      cause: properties.cause,
    }),
    startsAt: isAvailable ? undefined : changedAt,
    endsAt: changedAt,
    at: changedAt,
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

function smart(context: Fields): Context {
  return {
    variant: 'smart',
    title: text(context.SmartDetectorName),
    description: prose(context.DetectionSummary),
    labels: pairs({
      detector: context.SmartDetectorName,
      detectedValue: context.DetectedValue,
      normalValue: context.NormalValue,
    }),
  };
}

function budget(context: Fields): Context {
  const data = fields(context.AlertData);
  const amount = (value: unknown) => number(text(value)?.replace(/[$,]/g, ''));
  return {
    variant: 'budget',
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

/** Azure writes HTML to people; a page and an SMS want its words. */
function withoutTags(html: unknown): string | undefined {
  const words = prose(html)
    ?.replace(/<[^<>]{0,2000}>/g, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/\s+/g, ' ');
  return prose(words);
}
