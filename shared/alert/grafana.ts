/**
 * Grafana: unified alerting (Alertmanager's group with links, values and the organisation), and the legacy alerting that
 * it replaced in version 9, one notice a rule.
 *
 * Sources: Grafana "Configure the webhook notifier"; grafana/alerting source; "Legacy alerting notifications", webhook.
 */
import { alertmanagerAlert, alertsOf } from './alertmanager.ts';
import { type Draft, digest } from './draft.ts';
import { environmentOf, graphOf, runbookOf, serviceOf, severityLabelOf } from './labels.ts';
import { type Fields, fields, first, isFields, link, list, number, pairs, prose, text } from './read.ts';
import { severityIn, severityWord } from './severity.ts';

// Fields that Grafana adds to an Alertmanager group, and to an alert in it.
const OF_GROUP = ['orgId', 'state', 'appVersion'];
const OF_ALERT = ['silenceURL', 'dashboardURL', 'panelURL', 'valueString', 'ruleUID', 'imageURL'];

/** Asked of what looks like an Alertmanager group. */
export function isUnifiedGrafana(payload: Fields): boolean {
  if (OF_GROUP.some((name) => name in payload)) return true;
  return list(payload.alerts).some((alert) => isFields(alert) && OF_ALERT.some((name) => name in alert));
}

export function isLegacyGrafana(payload: Fields): boolean {
  return (
    ('ruleName' in payload && ('state' in payload || 'ruleId' in payload || 'ruleUrl' in payload)) ||
    ('evalMatches' in payload && 'state' in payload)
  );
}

export function unifiedGrafana(group: Fields): Draft[] {
  return alertsOf(group).map((alert) => {
    const draft = alertmanagerAlert(alert, group);
    const labels = fields(alert.labels);
    const values = Object.values(fields(alert.values)).map(number);
    return {
      ...draft,
      source: { kind: 'grafana' },
      // One value is the value; of several nobody says which expression was judged.
      signal: values.length === 1 ? { value: values[0] } : undefined,
      links: {
        ...draft.links,
        graph: first(link(alert.panelURL), link(alert.imageURL), link(alert.dashboardURL), draft.links?.graph),
      },
      // What the "Test" button of a contact point sends.
      test: labels.alertname === 'TestAlert' && labels.instance === 'Grafana',
    };
  });
}

/** `no_data` is the rule's own state, neither fine nor over its threshold: it fires, and a label says so. */
export function legacyGrafana(payload: Fields): Draft[] {
  const matches = list(payload.evalMatches).map(fields);
  const tags = pairs(payload.tags);
  const labels = [...pairs(matches[0]?.tags).filter(([name]) => !tags.some(([tag]) => tag === name)), ...tags];
  const state = text(payload.state)?.toLowerCase();
  const page = link(payload.ruleUrl);
  const name = text(payload.ruleName);
  const description = prose(payload.message);
  const isQuiet = state === 'ok' || state === 'paused';
  return [
    {
      source: { kind: 'grafana', variant: 'legacy' },
      key: digest('grafana', hostOf(page), text(payload.orgId), text(payload.ruleId) ?? name),
      notice: state,
      status: isQuiet ? 'resolved' : 'firing',
      severity: severityWord(severityLabelOf(tags)) ?? severityIn(name),
      title: name ?? text(payload.title),
      description,
      service: serviceOf(tags),
      environment: environmentOf(tags),
      signal: matches.length === 0 ? undefined : { name: text(matches[0]?.metric), value: number(matches[0]?.value) },
      labels: state === 'no_data' ? [...labels, ['state', 'no_data']] : labels,
      links: { source: page, runbook: runbookOf(tags, description), graph: link(payload.imageUrl) ?? graphOf(tags) },
      // What the "Send Test" button of legacy alerting sends.
      test: /^someone is testing the alert notification within grafana/i.test(description ?? ''),
    },
  ];
}

function hostOf(page: string | undefined): string | undefined {
  return page === undefined ? undefined : /^https?:\/\/([^/?#]+)/i.exec(page)?.[1]?.toLowerCase();
}
