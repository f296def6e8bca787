/** A rule of Azure Monitor, and the notice that it would post in the common alert schema. Pure. */
import { normalise } from '../../shared/intake/intake.ts';
import type { Alarm } from './alarms.ts';

type Written = Record<string, unknown>;
type Kind = 'metric' | 'log' | 'activity';

const KINDS: Record<string, Kind> = {
  'microsoft.insights/metricalerts': 'metric',
  'microsoft.insights/scheduledqueryrules': 'log',
  'microsoft.insights/activitylogalerts': 'activity',
};

/** Which rule it is; undefined for anything else. */
export function azureKind(written: Written): Kind | undefined {
  const type = written?.['type'];
  return typeof type === 'string' ? KINDS[type.toLowerCase()] : undefined;
}

/** A rule as `az` lists it, or as a resource of a template, whose fields are under `properties`. */
export function azureAlarm(written: Written, now: string, where?: string): Alarm {
  const kind = azureKind(written)!;
  const { properties, ...outer } = written;
  const rule = { ...outer, ...(properties as Written | undefined) } as Written;
  const name = String(rule['name'] ?? 'unnamed');
  const groups = groupsOf(rule['actions']);
  const notice = JSON.stringify(noticeOf(kind, name, rule, now));
  // Activity-log rules never say that something is over by themselves; what they tell of is judged by its own stage.
  const resolves = kind === 'activity' || (rule['autoMitigate'] ?? kind === 'metric') === true;
  return {
    where: where ?? String(rule['id'] ?? name),
    name,
    sender: 'azure-monitor',
    enabled: rule['enabled'] !== false,
    firing: groups,
    over: resolves ? groups : [],
    alerts: normalise(JSON.parse(notice), { receivedAt: now, text: notice }).alerts,
  };
}

/** `[{actionGroupId}]`, `{actionGroups: [id | {actionGroupId}]}`. */
function groupsOf(actions: unknown): string[] {
  const list = Array.isArray(actions) ? actions : ((actions as Written | undefined)?.['actionGroups'] ?? []);
  return (list as unknown[]).flatMap((one) => {
    const id = typeof one === 'string' ? one : (one as Written)?.['actionGroupId'];
    return typeof id === 'string' ? [id] : [];
  });
}

function noticeOf(kind: Kind, name: string, rule: Written, now: string): Written {
  const scopes = (rule['scopes'] ?? []) as string[];
  const essentials = {
    alertId: `/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.AlertsManagement/alerts/lint-${name}`,
    alertRule: name,
    severity: kind === 'activity' ? 'Sev4' : `Sev${rule['severity'] ?? 3}`,
    signalType: { metric: 'Metric', log: 'Log', activity: 'Activity Log' }[kind],
    monitorCondition: 'Fired',
    monitoringService: { metric: 'Platform', log: 'Log Alerts V2', activity: 'Activity Log - Administrative' }[kind],
    alertTargetIDs: scopes.map((scope) => scope.toLowerCase()),
    configurationItems: scopes.map((scope) => scope.split('/').at(-1)),
    firedDateTime: now,
    description: rule['description'] ?? '',
    essentialsVersion: '1.0',
    alertContextVersion: '1.0',
  };
  const criteria = ((rule['criteria'] as Written | undefined)?.['allOf'] ?? []) as Written[];
  const allOf = criteria.map((one) => ({
    metricName: one['metricName'],
    metricNamespace: one['metricNamespace'],
    operator: one['operator'],
    threshold: String(one['threshold'] ?? ''),
    timeAggregation: one['timeAggregation'],
    dimensions: [],
  }));
  const custom = (rule['customProperties'] ?? (rule['actions'] as Written | undefined)?.['customProperties']) as
    | Written
    | undefined;
  return {
    schemaId: 'azureMonitorCommonAlertSchema',
    data: {
      essentials,
      alertContext:
        kind === 'activity'
          ? { eventSource: 'Administrative', operationName: 'lint' }
          : {
              conditionType: 'SingleResourceMultipleMetricCriteria',
              condition: { windowSize: rule['windowSize'] ?? 'PT5M', allOf },
            },
      ...(custom === undefined ? {} : { customProperties: custom }),
    },
  };
}
