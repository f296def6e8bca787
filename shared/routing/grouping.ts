/**
 * Which incident an alert belongs to: one runbook, service and environment, or what the runbook's `group` says; without a
 * runbook that was chosen for certain, the alert's key.
 *
 * Promises: a function of the alert and its runbook alone, so every instance of triage answers alike. Pure.
 */
import type { Alert } from '../alert/alert.ts';
import type { Runbook } from '../runbook/runbook.ts';

/**
 * The group of an alert: a readable text, the same for every alert of one incident.
 * `alert` carries the catalogue's names for its service and environment. The fields of `runbook.group` are paths into the
 * alert: `labels.cluster`, `resources.name`, `service`.
 */
export function groupOf(alert: Alert, runbook: Pick<Runbook, 'id' | 'group'> | undefined): string {
  if (!runbook) return `key:${alert.key}`;
  const fields = runbook.group ?? ['service', 'environment'];
  const values = fields.map((field) => valueAt(alert, field.split('.')));
  return `runbook:${runbook.id}|${values.map(encodeURIComponent).join('|')}`;
}

function valueAt(value: unknown, path: string[]): string {
  if (Array.isArray(value)) return value.map((item) => valueAt(item, path)).join(',');
  const [first, ...rest] = path;
  if (first === undefined) return typeof value === 'object' || value === undefined ? '' : String(value);
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, first)) return '';
  return valueAt((value as Record<string, unknown>)[first], rest);
}
