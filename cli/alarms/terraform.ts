/** Alarms in `terraform show -json` of a plan or a state. Pure. Source: Terraform "JSON output format"; providers aws, azurerm. */
import type { Alarm } from './alarms.ts';
import { azureAlarm } from './azure.ts';
import { cloudwatchAlarm } from './cloudwatch.ts';

type Written = Record<string, unknown>;
type Resource = { address: string; type: string; values: Written };
type Module = { resources?: Resource[]; child_modules?: Module[] };

const MAX_DEPTH = 20;

/** `planned_values` of a plan, `values` of a state. What a plan does not know yet is taken as set. */
export function alarmsInTerraform(written: Written, now: string): Alarm[] {
  const state = (written['planned_values'] ?? written['values']) as { root_module?: Module };
  const changes = (written['resource_changes'] ?? []) as { address: string; change?: { after_unknown?: Written } }[];
  const unknown = new Map(changes.map(({ address, change }) => [address, change?.after_unknown ?? {}]));
  return resourcesIn(state?.root_module ?? {}, 0).flatMap((resource) => {
    const read = READERS[resource.type];
    return read ? [read(resource, unknown.get(resource.address) ?? {}, now)] : [];
  });
}

function resourcesIn({ resources = [], child_modules = [] }: Module, depth: number): Resource[] {
  if (depth > MAX_DEPTH) throw new RangeError(`Modules are more than ${MAX_DEPTH} deep.`);
  return [...resources, ...child_modules.flatMap((module) => resourcesIn(module, depth + 1))];
}

const isUnknown = (value: unknown) => value === true || (Array.isArray(value) && value.includes(true));

const aws = ({ address, values }: Resource, unknown: Written, now: string): Alarm =>
  cloudwatchAlarm(
    {
      AlarmName: values['alarm_name'],
      ...(typeof values['arn'] === 'string' ? { AlarmArn: values['arn'] } : {}),
      AlarmDescription: values['alarm_description'],
      ActionsEnabled: values['actions_enabled'],
      AlarmActions: values['alarm_actions'] ?? [],
      OKActions: values['ok_actions'] ?? [],
      ...(values['alarm_rule'] === undefined ? {} : { AlarmRule: values['alarm_rule'] }),
      MetricName: values['metric_name'],
      Namespace: values['namespace'],
      Statistic: values['statistic'],
      ExtendedStatistic: values['extended_statistic'],
      Dimensions: Object.entries((values['dimensions'] ?? {}) as Written).map(([Name, Value]) => ({ Name, Value })),
      Period: values['period'],
      EvaluationPeriods: values['evaluation_periods'],
      ComparisonOperator: values['comparison_operator'],
      Threshold: values['threshold'],
      TreatMissingData: values['treat_missing_data'],
    },
    now,
    address,
    { AlarmActions: isUnknown(unknown['alarm_actions']), OKActions: isUnknown(unknown['ok_actions']) },
  );

const azure =
  (type: string, own: (values: Written) => Written) =>
  ({ address, values }: Resource, unknown: Written, now: string): Alarm => {
    const { name, description, severity, enabled, scopes, action } = values;
    const actions = ((action ?? []) as Written[]).flatMap(
      (one) => (one['action_groups'] as string[] | undefined) ?? [one['action_group_id']],
    );
    const alarm = azureAlarm(
      { type, name, description, severity, enabled, scopes, actions: { actionGroups: actions }, ...own(values) },
      now,
      address,
    );
    const later = Array.isArray(unknown['action']) && JSON.stringify(unknown['action']).includes('true');
    return later
      ? {
          ...alarm,
          firing: 'unknown',
          over: alarm.over.length > 0 || own(values)['autoMitigate'] !== false ? 'unknown' : [],
        }
      : alarm;
  };

const READERS: Record<string, (resource: Resource, unknown: Written, now: string) => Alarm> = {
  aws_cloudwatch_metric_alarm: aws,
  aws_cloudwatch_composite_alarm: aws,
  azurerm_monitor_metric_alert: azure('Microsoft.Insights/metricAlerts', (values) => ({
    autoMitigate: values['auto_mitigate'] ?? true,
    criteria: {
      allOf: ((values['criteria'] ?? []) as Written[]).map((one) => ({
        metricName: one['metric_name'],
        metricNamespace: one['metric_namespace'],
        operator: one['operator'],
        threshold: one['threshold'],
        timeAggregation: one['aggregation'],
      })),
    },
  })),
  azurerm_monitor_scheduled_query_rules_alert_v2: azure('Microsoft.Insights/scheduledQueryRules', (values) => ({
    autoMitigate: values['auto_mitigation_enabled'] ?? false,
  })),
  azurerm_monitor_activity_log_alert: azure('Microsoft.Insights/activityLogAlerts', () => ({})),
};
