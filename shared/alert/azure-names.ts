/**
 * Names in Azure: resource ids taken apart, and the samples that the "Test action group" button sends.
 *
 * Source: Azure Resource Manager "Resource ID"; Azure Monitor "Sample alert payloads" for the test notices.
 */
import { text } from './read.ts';

export type AzureTarget = { id: string; type?: string | undefined; name?: string | undefined };

/** `/subscriptions/{id}/resourceGroups/{group}/providers/{namespace}/{type}/{name}[/{type}/{name}]`, as it was written. */
export function target(value: unknown): AzureTarget | undefined {
  const id = text(value, 2048);
  if (id === undefined) return undefined;
  const at = id.toLowerCase().lastIndexOf('/providers/');
  if (at < 0) return { id };
  const [namespace, ...rest] = id.slice(at + '/providers/'.length).split('/');
  const types = rest.filter((part, index) => index % 2 === 0 && part !== '');
  return { id, type: [namespace, ...types].join('/') || undefined, name: rest.at(-1) || undefined };
}

export function subscriptionOf(id: string | undefined): string | undefined {
  return id === undefined ? undefined : /^\/subscriptions\/([^/]{1,64})/i.exec(id)?.[1];
}

const SAMPLE_SUBSCRIPTION = '/subscriptions/11111111-1111-1111-1111-111111111111';
const SAMPLE_GROUP = /\/resourcegroups\/test-rg\//i;
const SAMPLE_BUDGET = /\/budgets\/Test_(actual_cost|forcasted)_budget$/;
const SAMPLE_RULES =
  /^test-(metricAlertRule|dynamicMetricAlertRule|logAlertRule-.{2,40}|activityLogAlertRule|availabilityTest-.{1,60}|ResourceHealthAlertRule|ServiceHealthAlertRule|SmartAlertRule|PrometheusAlertRule)$/;

/**
 * There is no flag. The button's samples have a subscription of ones, or (in older and in printed samples) both one of
 * its rule names and its resource group, or both its title and the synthetic mark; one alone might be somebody's real rule.
 */
export function isTestNotice(notice: {
  ids: (string | undefined)[];
  rule?: string | undefined;
  title?: string | undefined;
  isSynthetic?: unknown;
}): boolean {
  const ids = notice.ids.filter((id) => id !== undefined);
  if (ids.some((id) => id.toLowerCase().startsWith(SAMPLE_SUBSCRIPTION))) return true;
  // The budget samples have no rule: their name, and an id that no real alert has.
  if (ids.some((id) => id.endsWith('/Test_Alert')) && ids.some((id) => SAMPLE_BUDGET.test(id))) return true;
  const isSynthetic = text(notice.isSynthetic)?.toLowerCase() === 'true' || notice.isSynthetic === true;
  if (isSynthetic && notice.title?.startsWith('Test Action Group') === true) return true;
  return SAMPLE_RULES.test(notice.rule ?? '') && ids.some((id) => SAMPLE_GROUP.test(id));
}
