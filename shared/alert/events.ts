/**
 * The PagerDuty Events v2 shape, which many programs can send: `trigger`, `acknowledge` and `resolve`.
 *
 * An acknowledgement says that somebody works on it, not that the state changed: its alert stays `firing`, with the label
 * `action`, so that triage can act on it. Change events (`/v2/change/enqueue`) are deployments.
 *
 * Source: PagerDuty developer documentation "Events API v2".
 */
import type { Draft } from './draft.ts';
import { instant } from './instant.ts';
import { environmentOf, runbookOf, serviceOf } from './labels.ts';
import { type Fields, fields, isFields, link, list, pairs, prose, text } from './read.ts';
import { severityWord } from './severity.ts';

const ACTIONS = new Set(['trigger', 'acknowledge', 'resolve']);

export function isEventsV2(payload: Fields): boolean {
  if ('service_key' in payload && ACTIONS.has(text(payload.event_type) ?? '')) return true;
  if (!('event_action' in payload)) return false;
  return ACTIONS.has(text(payload.event_action) ?? '') || 'routing_key' in payload || 'payload' in payload;
}

/** Events v1, which old clients still send: the same with other names, and without a severity. */
function fromV1(event: Fields): Fields {
  return {
    event_action: event.event_type,
    dedup_key: event.incident_key,
    payload: { summary: event.description, custom_details: event.details },
    client_url: event.client_url,
  };
}

export function eventsV2(sent: Fields): Draft[] {
  const event = 'event_type' in sent && !('event_action' in sent) ? fromV1(sent) : sent;
  const payload = fields(event.payload);
  const details = isFields(payload.custom_details) ? pairs(payload.custom_details) : [];
  const named = pairs({ component: payload.component, group: payload.group, class: payload.class });
  const action = text(event.event_action);
  const at = instant(payload.timestamp);
  const source = text(payload.source);
  const links = list(event.links).map(fields);
  const runbookLink = links.find((entry) => /runbook/i.test(text(entry.text) ?? ''));
  const status = action === 'resolve' ? 'resolved' : 'firing';
  const key = text(event.dedup_key);
  const summary = text(payload.summary);
  return [
    {
      source: { kind: 'events' },
      key,
      notice: action,
      status,
      severity: severityWord(payload.severity),
      // A resolve needs no payload: its key is all it says.
      title: summary ?? key,
      description: isFields(payload.custom_details) ? detailWords(details, summary) : prose(payload.custom_details),
      service: serviceOf(details),
      environment: environmentOf(details),
      resources: source === undefined ? [] : [{ id: source, ...thingOf(source, summary) }],
      labels: [...details, ...named, ...(action === 'acknowledge' ? [['action', action] as [string, string]] : [])],
      links: {
        source: link(event.client_url) ?? link(links[0]?.href),
        runbook: link(runbookLink?.href) ?? runbookOf(details),
        graph: link(fields(list(event.images)[0]).src),
      },
      startsAt: action === 'trigger' ? at : undefined,
      endsAt: status === 'resolved' ? at : undefined,
      at,
    },
  ];
}

/** A source that the summary does not name yet; an address of a monitoring tool is where it came from, not what broke. */
function thingOf(source: string, summary: string | undefined): { name?: string } {
  const [host = source] = source.split(' : ', 1);
  const isTool = /^https?:\/\//i.test(source) || TOOLS.test(source);
  return isTool || (summary ?? '').toLowerCase().includes(host.toLowerCase()) ? {} : { name: host };
}

// What people read first, by the names that the integrations of monitoring tools use.
const DECIDING =
  /^(.{0,20}[ _-])?(opdata|operational data|output|long_?output|service ?output|host ?output|plugin ?output|error|errors|error_?message|reason|cause|message|body|text|details?|description|value|current ?value|metric ?value|last ?value|threshold|state|status|failure|failure_?reason|exit ?code|result|firing|num_firing|trigger description|problem ?details|summary)$/i;
const UNTELLING =
  /^(event (date|time|value|tags)|trigger id|.{0,20}[ _]?id|num_resolved|resolved|url|link|heartbeat|service|environment|env|severity|priority|runbook(_?url)?|alertname|tags?)$/i;

const TOOLS =
  /^(alertmanager|prometheus|grafana.{0,20}|datadog|new ?relic|dynatrace|zabbix|nagios|icinga2?|splunk|sentry|elastic|kibana|pagerduty|monitoring|unknown)$/i;

/** What Alertmanager and Grafana print of a group by default: the first alert's value and its own words. */
function groupWords(group: string): string | undefined {
  const lines = group.slice(0, 8192).split('\n', 100);
  const told = (...names: string[]) =>
    names
      .map((name) => lines.find((line) => line.startsWith(` - ${name} = `))?.slice(name.length + 6))
      .find((one) => one);
  const value = lines.find((line) => /^Value: (?!\[no value\])/.test(line))?.slice('Value: '.length);
  const parts = [value, told('description', 'summary', 'message'), told('instance', 'host', 'node', 'pod')];
  return prose([...new Set(parts)].filter((part) => part !== undefined).join(', '));
}

/** The details that say what is wrong; with no such names among few, all of them. */
function detailWords(details: [string, string][], summary: string | undefined): string | undefined {
  const group = details.find(([name]) => name === 'firing')?.[1];
  if (group !== undefined && /^(\n|Value:|Labels:)/.test(group)) return groupWords(group);
  const fresh = details.filter(
    ([name, value]) => !UNTELLING.test(name) && !(summary ?? '').includes(value) && !/^https?:/.test(value),
  );
  const deciding = fresh.filter(([name]) => DECIDING.test(name));
  const shown = deciding.length > 0 ? deciding : fresh.length <= 6 ? fresh : [];
  return prose(
    shown
      .slice(0, 8)
      .map(([name, value]) =>
        /(message|body|text|description|output|opdata|reason|error|details?)$/i.test(name)
          ? value
          : `${name}: ${value}`,
      )
      .join(', '),
  );
}
