/**
 * Alertmanager's webhook, versions 3 and 4: one body holds a group of alerts, firing and resolved together, and each
 * becomes one of ours. Grafana's unified alerting sends the same with more fields; `grafana.ts` builds on this table.
 *
 * Source: prometheus/alertmanager `notify/webhook` and `template`, "Webhook receiver" in its configuration reference.
 */
import { type Draft, digest } from './draft.ts';
import { instant } from './instant.ts';
import { environmentOf, graphOf, runbookOf, serviceOf, severityLabelOf } from './labels.ts';
import { type Fields, fields, first, isFields, link, list, number, pairs, prose, text } from './read.ts';
import { severityWord } from './severity.ts';

export function isAlertmanager(payload: Fields): boolean {
  const isGroup = 'groupLabels' in payload || 'commonLabels' in payload || 'groupKey' in payload;
  if (Array.isArray(payload.alerts)) {
    return isGroup || 'receiver' in payload || payload.alerts.some((alert) => 'labels' in fields(alert));
  }
  return isGroup && 'status' in payload;
}

export function alertmanager(group: Fields): Draft[] {
  return alertsOf(group).map((alert) => alertmanagerAlert(alert, group));
}

/** One alert as Prometheus and others post them to Alertmanager's own API: a list of them, without a group around. */
export function isPosted(payload: Fields): boolean {
  const isNamed = typeof fields(payload.labels).alertname === 'string';
  return isNamed && ('generatorURL' in payload || ('annotations' in payload && 'startsAt' in payload));
}

/** It has no status: an end that has passed is the end (Alertmanager API v2 `postableAlert`). */
export function posted(alert: Fields, receivedAt: string): Draft {
  const endsAt = instant(alert.endsAt);
  const isOver = endsAt !== undefined && endsAt <= receivedAt;
  return alertmanagerAlert({ ...alert, status: isOver ? 'resolved' : 'firing' }, {});
}

/** The group's alerts; where they are missing the group itself is one, so that what it says is not lost. */
export function alertsOf(group: Fields): Fields[] {
  const alerts = list(group.alerts).filter(isFields);
  if (alerts.length > 0) return alerts;
  return [{ labels: group.commonLabels ?? group.groupLabels, annotations: group.commonAnnotations }];
}

export function alertmanagerAlert(alert: Fields, group: Fields): Draft {
  const labels = pairs(isFields(alert.labels) ? alert.labels : group.commonLabels);
  const own = isFields(alert.annotations) ? alert.annotations : {};
  const common = fields(group.commonAnnotations);
  const said = (name: string) => prose(own[name]) ?? prose(common[name]);
  const annotations = [...pairs(common), ...pairs(own)];
  const description = first(said('description'), said('summary'), said('message'));
  const status = statusOf(alert, group);
  const startsAt = instant(alert.startsAt);
  // While it fires this is when Prometheus would give it up, or Go's zero time: no end either way.
  const endsAt = status === 'resolved' ? instant(alert.endsAt) : undefined;
  const thing = thingOf(fields(isFields(alert.labels) ? alert.labels : group.commonLabels));
  const truncated = number(group.truncatedAlerts) ?? 0;
  return {
    source: { kind: 'alertmanager' },
    key: text(alert.fingerprint) ?? labelDigest(alert.labels),
    notice: `${status} ${startsAt ?? ''}`,
    status,
    severity: severityWord(severityLabelOf(labels)),
    title: first(
      labelOf(labels, 'alertname'),
      text(fields(group.commonLabels).alertname) ?? text(fields(group.groupLabels).alertname),
      said('summary'),
      said('title'),
      text(group.title),
      text(group.groupKey),
    ),
    description,
    service: serviceOf(labels),
    environment: environmentOf(labels),
    resources: thing === undefined ? [] : [thing],
    labels: truncated > 0 ? [...labels, ['truncatedAlerts', String(truncated)]] : labels,
    links: {
      source: link(alert.generatorURL),
      runbook: first(runbookOf(annotations), runbookOf(labels), runbookOf([], description)),
      graph: graphOf(annotations),
    },
    startsAt,
    endsAt,
    at: status === 'resolved' ? (endsAt ?? startsAt) : startsAt,
  };
}

// What an alert is about, nearest to a thing first. `instance` comes before all of them: Prometheus always has it.
const THINGS =
  'host hostname node nodename pod container device queue persistentvolumeclaim deployment statefulset daemonset job_name vm server target url topic database path cluster'.split(
    ' ',
  );

/** The label that names the thing; a scraped exporter's address says less than the name of its host or pod. */
function thingOf(labels: Fields): { id: string; name: string } | undefined {
  const instance = text(labels.instance);
  if (instance !== undefined && !IP_ADDRESS.test(instance)) return { id: instance, name: instance };
  for (const label of THINGS) {
    const named = text(labels[label]);
    if (named !== undefined) return { id: instance ?? named, name: named };
  }
  return instance === undefined ? undefined : { id: instance, name: instance };
}

const IP_ADDRESS = /^\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?$/;

function labelOf(labels: [string, string][], wanted: string): string | undefined {
  return text(labels.find(([name]) => name === wanted)?.[1]);
}

/** The alert's own status counts: the group's is `firing` when any in it is. */
function statusOf(alert: Fields, group: Fields): 'firing' | 'resolved' {
  const status = text(alert.status) ?? text(group.status);
  return status?.toLowerCase() === 'resolved' ? 'resolved' : 'firing';
}

/** Version 3 sent no fingerprint: labels are the identity of a Prometheus alert, in any order. */
function labelDigest(labels: unknown): string | undefined {
  const sorted = pairs(labels).map(([name, value]) => `${name}=${value}`);
  return sorted.length === 0 ? undefined : digest('labels', ...sorted.sort());
}
