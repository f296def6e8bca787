/**
 * Azure Monitor's schemas before the common one: each kind of alert had its own. A rule keeps the schema it was made
 * with until somebody changes its action group, so all of them still arrive.
 *
 * Sources: Azure Monitor "Noncommon alert schema definitions", "Configure a webhook to get activity log alerts", "Sample
 * payloads for log search alerts"; the retired classic alerts and autoscale notices by their last documentation.
 */
import { dimensionWords } from './azure.ts';
import { activity, joined, levelOf, resourceHealth, serviceHealth } from './azure-event.ts';
import { isTestNotice, subscriptionOf, target } from './azure-names.ts';
import { comparison, criterion, searchSignal } from './azure-signal.ts';
import { type Draft, digest } from './draft.ts';
import { duration, instant, written } from './instant.ts';
import { environmentOf, graphOf, runbookOf, serviceOf } from './labels.ts';
import { type Fields, fields, first, link, number, pairs, prose, text } from './read.ts';
import { azureSeverity } from './severity.ts';

/** Which of the old schemas it is, in the order of the facts that tell them apart; undefined for none. */
export function legacyReader(payload: Fields): ((payload: Fields) => Draft[]) | undefined {
  const data = fields(payload.data);
  const context = fields(payload.context);
  if (payload.schemaId === 'AzureMonitorMetricAlert') return (body) => [metric(fields(body.data))];
  if (payload.schemaId === 'Microsoft.Insights/activityLogs' || 'activityLog' in fields(data.context))
    return activityLog;
  if (payload.schemaId === 'Microsoft.Insights/LogAlert') return (body) => [search(fields(body.data))];
  if (payload.schemaId === 'AIP Budget Notification') return budget;
  if ('AlertRuleName' in payload && ('SearchQuery' in payload || 'SearchIntervalStartTimeUtc' in payload)) {
    return (body) => [search(body)];
  }
  if ('AlertRuleName' in data && 'SearchQuery' in data) return (body) => [search(fields(body.data))];
  if ('status' in payload && 'condition' in context) return (body) => [metric(body)];
  if ('operation' in payload && 'newCapacity' in context) return autoscale;
  if ('status' in data && 'condition' in fields(data.context)) return (body) => [metric(fields(body.data))];
  return undefined;
}

const isOver = (status: unknown): boolean => /^(deactivated|resolved)$/i.test(text(status) ?? '');

type Common = { id: string | undefined; custom: [string, string][]; description: string | undefined };

/** What all of them share: the target, custom properties and what follows from these. */
function shared({ id, custom, description }: Common): Omit<Draft, 'source'> {
  const found = target(id);
  return {
    description,
    service: serviceOf(custom),
    environment: environmentOf(custom),
    resources: found === undefined ? [] : [{ ...found } as NonNullable<Draft['resources']>[number]],
  };
}

/** Near-real-time metric alerts, and the classic ones, whose one condition lies bare and counts its window in minutes. */
function metric(body: Fields): Draft {
  const context = fields(body.context);
  const condition = fields(context.condition);
  const isClassic = !('allOf' in condition);
  const { signal, dimensions } = isClassic ? classicCriterion(condition) : criterion(condition);
  const custom = pairs(body.properties);
  const id = text(context.resourceId);
  const at = instant(context.timestamp);
  const status = isOver(body.status) ? 'resolved' : 'firing';
  const rule = text(context.id);
  const portal = link(context.portalLink);
  const description = prose(context.description);
  return {
    ...shared({ id, custom, description: joined('\n', dimensionWords(dimensions), description) }),
    source: { kind: 'azure-monitor', variant: 'metric', account: text(context.subscriptionId) ?? subscriptionOf(id) },
    key: keyOf(rule, id, dimensions),
    status,
    severity: azureSeverity(context.severity),
    title: text(context.name),
    signal,
    labels: [...dimensions, ...custom],
    links: { source: portal, runbook: runbookOf(custom, description), graph: graphOf(custom) },
    startsAt: status === 'firing' ? at : undefined,
    endsAt: status === 'resolved' ? at : undefined,
    at,
    test: isTestNotice({ ids: [id, rule], rule: text(context.name) }),
  };
}

function classicCriterion(condition: Fields): Pick<ReturnType<typeof criterion>, 'signal' | 'dimensions'> {
  const minutes = number(condition.windowSize);
  return {
    signal: {
      name: text(condition.metricName),
      statistic: text(condition.timeAggregation),
      comparison: comparison(condition.operator),
      threshold: number(condition.threshold),
      value: number(condition.metricValue),
      unit: text(condition.metricUnit),
      window: minutes === undefined ? written(condition.windowSize) : duration(minutes * 60),
    },
    dimensions: pairs(condition.dimensions),
  };
}

/** They have no `alertId`: the rule, its target and the dimensions are the same when it fires and when it is over. */
function keyOf(rule: string | undefined, resource: string | undefined, dimensions: [string, string][]) {
  if (rule === undefined && resource === undefined) return undefined;
  const sorted = dimensions.map(([name, value]) => `${name}=${value}`).sort();
  return digest('azure-monitor', rule?.toLowerCase(), resource?.toLowerCase(), ...sorted);
}

/** Log alerts V1 with flat fields: on Log Analytics at the top, on Application Insights under `data`. */
function search(flat: Fields): Draft {
  const id = text(flat.ResourceId) ?? text(flat.ApplicationId);
  const custom = pairs(flat.CustomProperties);
  const at = instant(flat.SearchIntervalEndtimeUtc) ?? instant(flat.SearchIntervalEndTimeUtc);
  const rule = text(flat.AlertRuleName);
  const description = prose(flat.Description);
  const query = first(link(flat.LinkToFilteredSearchResultsUI), link(flat.LinkToSearchResults));
  return {
    ...shared({ id, custom, description: joined('\n', dimensionWords(pairs(flat.Dimensions)), description) }),
    source: { kind: 'azure-monitor', variant: 'log', account: text(flat.SubscriptionId) ?? subscriptionOf(id) },
    key: keyOf(rule, id ?? text(flat.WorkspaceId), pairs(flat.Dimensions)),
    status: 'firing',
    severity: azureSeverity(flat.Severity),
    title: rule,
    signal: searchSignal({
      threshold: flat.AlertThresholdValue ?? flat.Threshold,
      operator: flat.AlertThresholdOperator ?? flat.Operator,
      type: flat.AlertType,
      count: flat.ResultCount,
      seconds: flat.SearchIntervalInSeconds,
      minutes: flat.SearchIntervalInMinutes,
    }),
    labels: [...pairs(flat.Dimensions), ...custom],
    links: { query, runbook: runbookOf(custom, description) },
    at,
    test: isTestNotice({ ids: [id], rule }),
  };
}

/** Activity log alerts are always `Activated`; service and resource health say in their properties how things are. */
function activityLog(payload: Fields): Draft[] {
  const data = fields(payload.data);
  const entry = fields(fields(data.context).activityLog);
  const properties = fields(entry.properties);
  const custom = pairs(data.properties);
  const id = text(entry.resourceId);
  const source = text(entry.eventSource)?.replaceAll(' ', '');
  const { variant, labels, ...reading } =
    source === 'ServiceHealth'
      ? serviceHealth(entry)
      : source === 'ResourceHealth'
        ? resourceHealth(entry, {})
        : activity(entry);
  const at = instant(entry.eventTimestamp) ?? instant(entry.submissionTimestamp);
  const { description, ...common } = shared({ id, custom, description: prose(entry.description) });
  return [
    {
      ...common,
      description: joined('\n', reading.description, description),
      key: reading.key ?? text(entry.correlationId) ?? keyOf(text(entry.operationName), id, []),
      status: reading.status ?? 'firing',
      source: { kind: 'azure-monitor', variant, account: text(entry.subscriptionId) ?? subscriptionOf(id) },
      notice: text(entry.eventDataId),
      severity: reading.severity ?? levelOf(entry.level),
      title: text(properties.title) ?? text(entry.operationName),
      labels: [...(labels ?? []), ...pairs({ level: entry.level, caller: entry.caller }), ...custom],
      links: { runbook: runbookOf(custom, description) },
      startsAt: variant === 'activity' ? at : reading.startsAt,
      endsAt: reading.status === 'resolved' ? (reading.endsAt ?? at) : undefined,
      at,
      test: isTestNotice({
        ids: [id, entry.subscriptionId === undefined ? undefined : `/subscriptions/${text(entry.subscriptionId)}`],
        title: text(properties.title),
        isSynthetic: properties.isSynthetic ?? properties.IsSynthetic,
      }),
    },
  ];
}

/** Cost Management's own notice, older than the common schema. */
function budget(payload: Fields): Draft[] {
  const data = fields(payload.data);
  const subscription = text(data.SubscriptionId);
  const id = subscription === undefined ? undefined : `/subscriptions/${subscription}`;
  const name = text(data.BudgetName);
  return [
    {
      ...shared({ id, custom: [], description: undefined }),
      source: { kind: 'azure-monitor', variant: 'budget', account: subscription },
      key: name === undefined ? undefined : digest('azure-monitor', 'budget', subscription, name),
      notice: `${text(data.NotificationThresholdAmount)} ${text(data.SpendingAmount)} ${text(data.BudgetStartDate)}`,
      status: 'firing',
      severity: 'warning',
      title: name,
      signal: {
        name,
        comparison: '>',
        threshold: number(data.NotificationThresholdAmount),
        value: number(data.SpendingAmount),
        unit: text(data.Unit),
      },
      labels: pairs({ budget: data.Budget, budgetType: data.BudgetType, resourceGroup: data.ResourceGroup }),
      test: isTestNotice({ ids: [id] }),
    },
  ];
}

/** A scale action that was done: told, and nobody need wake. */
function autoscale(payload: Fields): Draft[] {
  const context = fields(payload.context);
  const custom = pairs(payload.properties);
  const id = text(context.resourceId);
  const at = instant(context.timestamp);
  return [
    {
      ...shared({ id, custom, description: prose(context.details) }),
      source: { kind: 'azure-monitor', variant: 'autoscale', account: text(context.subscriptionId) },
      key: keyOf(text(context.id), id, []),
      notice: text(payload.operation),
      status: 'firing',
      severity: 'info',
      title: `${text(payload.operation) ?? 'Autoscale'}: ${text(context.resourceName) ?? text(context.name) ?? ''}`,
      labels: [...pairs({ oldCapacity: context.oldCapacity, newCapacity: context.newCapacity }), ...custom],
      links: { source: link(context.portalLink) },
      startsAt: at,
      at,
      test: isTestNotice({ ids: [id, text(context.id)] }),
    },
  ];
}
