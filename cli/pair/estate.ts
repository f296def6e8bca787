/**
 * An estate's alarms, out of what lists them: exports of CloudWatch, Azure and Terraform (`cli/alarms`), rules of Prometheus as
 * files or as its API gives them, and histories of alerts. Each is the alert that it would send. Pure.
 *
 * Sources: Prometheus, "Defining alerting rules" and HTTP API `/api/v1/rules`; prometheus-operator, `PrometheusRule`.
 */
import { parseAllDocuments } from 'yaml';
import type { Alert } from '../../shared/alert/alert.ts';
import { normalise } from '../../shared/intake/intake.ts';
import { readAlarms } from '../alarms/read.ts';

/** `where`: what tells it apart from all others: an ARN, an id, an address, or the name of its rule. */
export type EstateAlarm = { where: string; name: string; alert: Alert };

type Written = Record<string, unknown>;
/** What a line of a history may leave out. */
const EMPTY: object = { resources: [], labels: {}, links: {} };
const MAX_ALARMS = 20_000;
const MAX_YAML_ALIASES = 100;

/** @param text of one file. @param now UTC ISO, when the made notices fire. @throws RangeError with a sentence */
export function readEstate(text: string, now: string): EstateAlarm[] {
  const found = distinct(readJson(text, now) ?? readLines(text, now) ?? readRules(text, now) ?? []);
  if (found.length === 0)
    throw new RangeError(
      'No alarms are in it. Give the JSON of describe-alarms, az monitor … list, an ARM export or terraform show -json, rules of Prometheus, or a history of alerts, one a line.',
    );
  if (found.length > MAX_ALARMS) throw new RangeError(`${found.length} alarms are too many; at most ${MAX_ALARMS}.`);
  return found;
}

function readJson(text: string, now: string): EstateAlarm[] | undefined {
  const value = parsed(text);
  if (value === undefined) return undefined;
  const groups = groupsIn(value);
  if (groups !== undefined) return rulesIn(groups, now);
  if (typeof (value as Written)?.['title'] === 'string') return alertsIn(value);
  return readAlarms(value, now).flatMap(({ where, name, alerts }) =>
    alerts.slice(0, 1).map((alert) => ({ where, name, alert })),
  );
}

/** A history, or what `normalise --jsonl` printed: `{"alert":…}`, `{"alerts":[…]}` or an alert on each line. */
function readLines(text: string, _now: string): EstateAlarm[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (!lines[0]?.startsWith('{') || parsed(lines[0]) === undefined) return undefined;
  return lines.flatMap((line, at) => {
    const value = parsed(line);
    if (value === undefined) throw new RangeError(`Line ${at + 1} is not JSON.`);
    return alertsIn(value);
  });
}

function alertsIn(value: unknown): EstateAlarm[] {
  const { alert, alerts, title } = value as { alert?: Alert; alerts?: Alert[]; title?: unknown };
  const all = alerts ?? (alert === undefined ? (typeof title === 'string' ? [value as Alert] : []) : [alert]);
  return all
    .filter((one) => typeof one?.title === 'string' && one.status !== 'resolved' && one.test !== true)
    .map((one) => ({
      where: `${one.source?.kind ?? 'unknown'} ${one.service ?? ''} ${one.title}`.replace(/\s+/g, ' '),
      name: one.title,
      alert: { ...EMPTY, ...one },
    }));
}

function readRules(text: string, now: string): EstateAlarm[] | undefined {
  const documents = parseAllDocuments(text, { prettyErrors: false });
  if (!Array.isArray(documents)) return undefined;
  const wrong = documents.flatMap(({ errors }) => errors)[0];
  if (wrong !== undefined) throw new RangeError(`It is neither JSON nor YAML: ${wrong.message}`);
  const values = documents.map((document) => document.toJS({ maxAliasCount: MAX_YAML_ALIASES }) as unknown);
  const groups = values.flatMap((value) => groupsIn(value) ?? []);
  return groups.length === 0 ? undefined : rulesIn(groups, now);
}

/** `groups` of a file, `spec.groups` of a PrometheusRule, `data.groups` of the API. */
function groupsIn(value: unknown): Written[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { groups, spec, data } = value as { groups?: unknown; spec?: Written; data?: Written };
  const found = groups ?? spec?.['groups'] ?? data?.['groups'];
  return Array.isArray(found) ? (found as Written[]) : undefined;
}

function rulesIn(groups: Written[], now: string): EstateAlarm[] {
  return groups.flatMap((group) =>
    ((group['rules'] ?? []) as Written[]).flatMap((rule) => {
      const name = rule['alert'] ?? (rule['type'] === 'alerting' ? rule['name'] : undefined);
      return typeof name === 'string' ? [ruleAlarm(name, rule, String(group['name'] ?? ''), now)] : [];
    }),
  );
}

/** A rule as the notice that Alertmanager would post. What a template would fill in is left out: it is not known yet. */
function ruleAlarm(name: string, rule: Written, group: string, now: string): EstateAlarm {
  const plain = (texts: unknown) =>
    Object.fromEntries(
      Object.entries((texts ?? {}) as Written).map(([key, value]) => [
        key,
        String(value)
          .replace(/\{\{[^{}]*\}\}/g, '')
          .trim(),
      ]),
    );
  const alert = {
    status: 'firing',
    labels: { ...plain(rule['labels']), alertname: name },
    annotations: plain(rule['annotations']),
    startsAt: now,
    endsAt: '0001-01-01T00:00:00Z',
  };
  const body = {
    version: '4',
    status: 'firing',
    receiver: 'pageturner',
    groupLabels: {},
    commonLabels: {},
    alerts: [alert],
  };
  const { alerts } = normalise(body, { receivedAt: now, text: JSON.stringify(body) });
  return { where: `${group}/${name}${severityOf(rule)}`, name, alert: alerts[0]! };
}

function severityOf(rule: Written): string {
  const severity = (rule['labels'] as Written | undefined)?.['severity'];
  return typeof severity === 'string' ? `/${severity}` : '';
}

/** The first of each. */
function distinct(alarms: EstateAlarm[]): EstateAlarm[] {
  const byWhere = new Map<string, EstateAlarm>();
  for (const alarm of alarms) if (!byWhere.has(alarm.where)) byWhere.set(alarm.where, alarm);
  return [...byWhere.values()];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not JSON: another form is tried.
    return undefined;
  }
}
