/**
 * Reads alarms out of what tools print, told apart by shape: `aws cloudwatch describe-alarms`, `az monitor … list` or an ARM
 * export, `terraform show -json` of a plan or a state. Pure.
 *
 * Sources: API reference of CloudWatch, DescribeAlarms; REST reference of Azure Monitor, metricAlerts, scheduledQueryRules,
 * activityLogAlerts; Terraform "JSON output format"; documentation of the providers aws and azurerm.
 */
import type { Alarm } from './alarms.ts';
import { azureAlarm, azureKind } from './azure.ts';
import { cloudwatchAlarm } from './cloudwatch.ts';
import { alarmsInTerraform } from './terraform.ts';

export type Written = Record<string, unknown>;

const MAX_ALARMS = 20_000;
const FORMS =
  "Give the JSON of 'aws cloudwatch describe-alarms', 'az monitor … list', an ARM export, or 'terraform show -json'.";

/** `now`: UTC ISO, when the made notices fire. Throws `RangeError` for anything else, and for more than 20,000. */
export function readAlarms(value: unknown, now: string): Alarm[] {
  const alarms = alarmsOf(value, now);
  if (alarms === undefined) throw new RangeError(`No alarms are in it. ${FORMS}`);
  if (alarms.length > MAX_ALARMS)
    throw new RangeError(`${alarms.length} alarms are too many at once; at most ${MAX_ALARMS}.`);
  return alarms;
}

function alarmsOf(value: unknown, now: string): Alarm[] | undefined {
  if (Array.isArray(value)) {
    // `az … list`: rules; or several documents of one kind.
    const rules = value.filter((one) => azureKind(one as Written) !== undefined);
    return rules.length > 0 ? rules.map((one) => azureAlarm(one as Written, now)) : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const written = value as Written;
  if (Array.isArray(written['MetricAlarms']) || Array.isArray(written['CompositeAlarms'])) {
    const all = [
      ...((written['MetricAlarms'] ?? []) as Written[]),
      ...((written['CompositeAlarms'] ?? []) as Written[]),
    ];
    return all.map((alarm) => cloudwatchAlarm(alarm, now));
  }
  if (written['planned_values'] !== undefined || written['values'] !== undefined)
    return alarmsInTerraform(written, now);
  if (Array.isArray(written['resources'])) return alarmsOf(written['resources'], now);
  if (Array.isArray(written['value'])) return alarmsOf(written['value'], now);
  return azureKind(written) === undefined ? undefined : [azureAlarm(written, now)];
}
