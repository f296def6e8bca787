/**
 * Grafana: unified alerting (Alertmanager's group with links, values and the organisation), and the legacy alerting that
 * it replaced in version 9, one notice a rule.
 *
 * Sources: Grafana "Configure the webhook notifier"; grafana/alerting source; "Legacy alerting notifications", webhook.
 */
import { alertmanagerAlert, alertsOf } from './alertmanager.ts';
import { joined } from './azure-event.ts';
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
    ('ruleName' in payload &&
      !('alertId' in payload) &&
      !('alertActionGroup' in payload) &&
      ('state' in payload || 'ruleId' in payload || 'ruleUrl' in payload)) ||
    ('evalMatches' in payload && 'state' in payload)
  );
}

export function unifiedGrafana(group: Fields): Draft[] {
  return alertsOf(group).map((alert) => {
    const draft = alertmanagerAlert(alert, group);
    const labels = fields(alert.labels);
    const values = Object.values(fields(alert.values)).map(number);
    const rule = text(labels.rulename) ?? text(labels.rule_name);
    const broken = OF_DATASOURCE[text(labels.alertname) ?? ''];
    return {
      ...draft,
      ...(broken === undefined ? {} : { title: joined(': ', rule ?? draft.title, broken) ?? broken }),
      description: broken === undefined ? told(draft, alert) : whyBroken(alert, group),
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

// Grafana's own names for a rule that could not be judged. [Grafana, "No data and error states"]
const OF_DATASOURCE: Record<string, string> = { DatasourceNoData: 'no data', DatasourceError: 'query error' };

/** What the rule's author wrote is about the rule's fault, which nobody could look for: only the error counts here. */
function whyBroken(alert: Fields, group: Fields): string | undefined {
  const own = fields(alert.annotations);
  const common = fields(group.commonAnnotations);
  const said = first(prose(own.Error), prose(own.error), prose(common.Error), prose(common.error));
  // Which query it was is no help to somebody who has just been woken.
  return said?.replace(/^(\[sse\.\w{1,40}\] )?failed to (execute|build) (query|conditions?)( [A-Z])?: /i, '');
}

/** What the rule's author wrote, and the values that it was judged by, as `B 6.71`. */
function told(draft: Draft, alert: Fields): string | undefined {
  return joined('\n', valueWords(alert), draft.description);
}

/** A threshold expression answers 0 or 1: it is no value that a person wants, where there are others. */
function valueWords(alert: Fields): string | undefined {
  const judged = judgedValues(text(alert.valueString, 4096) ?? '');
  const given = Object.entries(fields(alert.values)).map(([name, value]) => ({ name, type: '', value: number(value) }));
  const all = (judged.length > 0 ? judged : given).filter(({ value }) => value !== undefined);
  const telling = all.filter(
    ({ type, value }) => type !== 'threshold' && (type !== '' || all.length === 1 || (value !== 0 && value !== 1)),
  );
  const shown = telling.length > 0 ? telling : all.length === 1 ? all : [];
  return joined(', ', ...shown.slice(0, 4).map(({ name, value }) => `${name} ${Number(value?.toPrecision(3))}`));
}

/** `[ var='B' labels={…} type='reduce' value=6.7 ], …` as Grafana prints what each expression gave. */
function judgedValues(written: string): { name: string; type: string; value: number | undefined }[] {
  return written
    .split(/ ?\], ?\[ ?/, 20)
    .map((part) => ({
      name: /(?:var|metric)='([^']{1,100})'/.exec(part)?.[1] ?? '',
      type: /type='([a-z]{1,20})'/.exec(part)?.[1] ?? '',
      value: number(/ value=([-+.0-9e]{1,30})/.exec(part)?.[1]),
    }))
    .filter(({ name }) => name !== '');
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
      description: joined('\n', state === 'no_data' ? 'no data' : legacyValues(matches), description),
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

function legacyValues(matches: Fields[]): string | undefined {
  const named = matches.slice(0, 4).map((match) => joined(' ', text(match.metric), text(match.value)));
  return joined(', ', ...named);
}

function hostOf(page: string | undefined): string | undefined {
  return page === undefined ? undefined : /^https?:\/\/([^/?#]+)/i.exec(page)?.[1]?.toLowerCase();
}
