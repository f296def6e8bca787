/**
 * Monitoring platforms, as their webhooks post by default. One entry a sender.
 *
 * Sources: each sender's documentation of its webhook.
 */
import { digest } from './draft.ts';
import { at, has, type Monitor, plainNames, type Reading, say } from './monitor.ts';
import { entry, type Fields, fields, first, isFields, list, pairs, text } from './read.ts';
import { severityWord } from './severity.ts';

const CLOSED = /^(closed?|resolved?|recover(ed|y)?|ok|clear(ed)?|inactive|ended|success(ful)?|succeeded|completed)$/i;
const isClosed = (word: unknown): boolean => CLOSED.test(text(word)?.trim() ?? '');
const lines = (...parts: (string | undefined)[]) =>
  parts.filter((part) => part !== undefined && part !== '').join(', ') || undefined;

/** `[P1] [Triggered on {host:web-01}] CPU high`: priority, state, what the monitor was split by, and its name. */
const DATADOG_TITLE =
  /^(?:\[(P[1-5])\] ?)?\[([A-Za-z -]{2,20}?)(?: on \{([^{}]{0,300})\})?\] ?(?:\[(P[1-5])\] ?)?(.{1,400})$/;

function datadog(body: Fields): Reading {
  const written = say(body, 'title', 'alert_title', 'event_title', 'ALERT_TITLE', 'EVENT_TITLE');
  const [, before, state, split, after, name] = DATADOG_TITLE.exec(written ?? '') ?? [];
  const word = say(body, 'alert_transition', 'transition', 'ALERT_TRANSITION', 'alert_status') ?? state ?? '';
  const scope = split ?? say(body, 'alert_scope', 'scope', 'hostname', 'host');
  const kind = say(body, 'alert_type', 'ALERT_TYPE');
  const title = name ?? written;
  return {
    identity: [say(body, 'alert_id', 'monitor_id', 'ALERT_ID') ?? title ?? say(body, 'aggreg_key'), scope],
    isOver: /^(recover|ok\b|resolved|closed)/i.test(word) || (word === '' && kind === 'success'),
    title: scope === undefined || title?.includes(scope) ? title : `${title} on ${scope}`,
    fact: first(say(body, 'body', 'event_msg', 'text_only_msg', 'message'))?.replace(/%%%|@[\w.-]{1,60}/g, ' '),
    severity: /^(re-)?warn/i.test(word)
      ? 'warning'
      : (severityWord(say(body, 'priority', 'alert_priority', 'PRIORITY') ?? before ?? after) ?? severityWord(kind)),
    url: first(say(body, 'link'), say(body, 'alert_url'), say(body, 'url'), say(body, 'LINK')),
    graph: body.snapshot,
    at: body.date ?? body.last_updated,
    labels: { tags: say(body, 'tags'), scope, state: word || undefined },
  };
}

function newRelic(body: Fields): Reading {
  const state = say(body, 'state', 'current_state', 'issueState');
  const target = fields(list(body.targets)[0]);
  const entity = say(body, 'impactedEntities', 'entitiesData.names', 'entity') ?? say(target, 'name');
  return {
    identity: [say(body, 'issueId', 'id', 'incident_id')],
    isOver: isClosed(state),
    title: say(body, 'title', 'condition_name', 'alertConditionNames'),
    thing: entity,
    fact: first(say(body, 'details'), lines(say(body, 'alertConditionNames'), entity)),
    severity: severityWord(say(body, 'priority', 'severity')),
    url: say(body, 'issueUrl', 'issuePageUrl', 'incident_url'),
    runbook: body.runbook_url,
    at: isClosed(state) ? (body.closedAt ?? body.updatedAt ?? body.timestamp) : (body.createdAt ?? body.timestamp),
    labels: { policy: say(body, 'policy_name', 'alertPolicyNames') },
  };
}

function sentry(body: Fields): Reading | undefined {
  const action = say(body, 'action') ?? '';
  const data = fields(body.data);
  const metric = data.metric_alert;
  if (isFields(metric))
    return {
      identity: [say(metric, 'alert_rule.id', 'id', 'alert_rule.name'), 'metric'],
      isOver: action === 'resolved',
      title: say(data, 'description_title') ?? say(metric, 'title', 'alert_rule.name'),
      fact: data.description_text,
      severity: severityWord(action),
      url: data.web_url,
      at: metric.date_started,
    };
  const issue = fields(data.issue ?? data.event ?? body.event ?? body);
  return {
    identity: [say(issue, 'issue_id', 'groupID', 'id') ?? say(body, 'id'), say(body, 'project')],
    isOver: /^(resolved|ignored|archived)$/i.test(action) || /^(resolved|ignored)$/i.test(say(issue, 'status') ?? ''),
    title: say(issue, 'title', 'metadata.title') ?? say(body, 'message'),
    thing: say(issue, 'project.slug', 'project_slug') ?? say(body, 'project_slug', 'project_name', 'project'),
    fact: lines(say(issue, 'culprit') ?? say(body, 'culprit'), say(data, 'triggered_rule')),
    severity: severityWord(say(issue, 'level') ?? say(body, 'level')),
    url: first(say(issue, 'web_url'), say(issue, 'permalink'), say(issue, 'issue_url'), say(body, 'url')),
    at: issue.datetime ?? issue.lastSeen,
    labels: { environment: issue.environment },
  };
}

function kibana(body: Fields): Reading {
  const group =
    say(
      body,
      'alertActionGroup',
      'alert.actionGroup',
      'alertActionGroupName',
      'alert.actionGroupName',
      'actionGroup',
      'state',
    ) ?? '';
  const id = say(body, 'alertId', 'alert.id', 'alert.uuid');
  return {
    identity: [say(body, 'ruleId', 'rule.id', 'rule_id', 'ruleName', 'rule.name'), id],
    isOver: /recovered|resolved|^ok$/i.test(group),
    title: say(body, 'ruleName', 'rule.name', 'rule_name'),
    thing: id === '*' || id === 'query matched' ? undefined : id,
    fact: say(body, 'reason', 'context.reason', 'context.message', 'message', 'context.title'),
    severity: /warning/i.test(group) ? 'warning' : severityWord(say(body, 'severity', 'context.severity')),
    url: say(
      body,
      'alertDetailsUrl',
      'context.alertDetailsUrl',
      'viewInAppUrl',
      'context.viewInAppUrl',
      'rule.url',
      'context.link',
    ),
    at: body.date ?? body.timestamp,
  };
}

/** Splunk says no end; the row that fired is the thing, without its times and counts. */
function splunk(body: Fields): Reading {
  const row = fields(body.result);
  const telling = pairs(row).filter(
    ([name, value]) =>
      !name.startsWith('_') && !/^(date_|time|linecount|splunk_server|punct)/.test(name) && !/^[\d.,: -]+$/.test(value),
  );
  return {
    identity: [
      say(body, 'search_name'),
      say(body, 'app'),
      digest(...telling.map(([name, value]) => `${name}=${value}`).sort()),
    ],
    isOver: false,
    title: say(body, 'search_name'),
    thing: say(row, 'host', 'dest', 'service', 'source'),
    fact: lines(
      ...pairs(row)
        .filter(([name]) => !/^(_(?!raw)|date_|linecount|splunk_server|punct)/.test(name))
        .slice(0, 8)
        .map(([name, value]) => `${name} ${value}`.slice(0, 200)),
    ),
    url: body.results_link,
    severity: severityWord(say(row, 'severity', 'urgency')),
    labels: row,
  };
}

export const PLATFORMS: Monitor[] = [
  {
    name: 'datadog',
    is: (body) =>
      'alert_transition' in body ||
      'ALERT_TRANSITION' in body ||
      'alert_cycle_key' in body ||
      ('event_type' in body && 'last_updated' in body && 'org' in body) ||
      (typeof body.title === 'string' &&
        /^(\[P[1-5]\] ?)?\[(triggered|recovered|no data|warn|re-triggered)\b/i.test(body.title)),
    read: datadog,
  },
  {
    name: 'new-relic',
    is: (body) =>
      ('issueUrl' in body && 'state' in body) ||
      ('condition_name' in body && 'current_state' in body) ||
      'alertConditionNames' in body,
    read: newRelic,
  },
  {
    name: 'dynatrace',
    is: (body) => 'ProblemID' in body || 'ProblemTitle' in body || 'PID' in body,
    read: (body) => ({
      identity: [say(body, 'ProblemID', 'PID', 'ProblemTitle')],
      isOver: /^(resolved|closed|merged)$/i.test(say(body, 'State') ?? ''),
      title: say(body, 'ProblemTitle'),
      thing: say(body, 'ImpactedEntity') ?? say(fields(list(body.ImpactedEntities)[0]), 'name'),
      fact: say(body, 'ProblemDetailsText', 'ProblemImpact') ?? body.ProblemDetailsHTML,
      severity: dynatraceSeverity(say(body, 'ProblemSeverity')),
      url: body.ProblemURL,
      labels: { tags: say(body, 'Tags'), impact: body.ProblemImpact, problem: body.ProblemID },
    }),
  },
  {
    name: 'splunk',
    is: (body) => 'search_name' in body && ('results_link' in body || isFields(body.result)),
    read: splunk,
  },
  {
    name: 'splunk-observability',
    is: (body) => 'detector' in body && ('incidentId' in body || 'detectorId' in body),
    read: (body) => ({
      identity: [say(body, 'incidentId', 'detectorId', 'detector')],
      isOver: /^(ok|stopped|manually resolved)$/i.test(say(body, 'statusExtended', 'status') ?? ''),
      title: say(body, 'detector', 'messageTitle'),
      thing: isFields(body.dimensions) ? say(body.dimensions, 'host', 'host.name', 'service', 'instance') : undefined,
      fact: lines(say(body, 'rule'), say(body, 'messageBody', 'description')),
      severity: severityWord(body.severity),
      url: body.detectorUrl,
      runbook: body.runbookUrl,
      at: body.timestamp,
      labels: body.dimensions,
    }),
  },
  {
    name: 'kibana',
    is: (body) =>
      'alertActionGroup' in body ||
      'actionGroup' in fields(body.alert) ||
      (isFields(body.rule) && 'reason' in fields(body.context)) ||
      ('ruleName' in body && ('alertId' in body || 'reason' in body)),
    read: kibana,
  },
  {
    name: 'sentry',
    is: (body) =>
      (typeof body.action === 'string' && ('installation' in body || 'actor' in body) && isFields(body.data)) ||
      ('culprit' in body && 'level' in body) ||
      isFields(at(body, 'data.metric_alert')),
    read: sentry,
  },
  {
    name: 'google-cloud',
    is: (body) => isFields(body.incident) && ('policy_name' in body.incident || 'condition_name' in body.incident),
    read: (body) => ({
      identity: [say(body, 'incident.incident_id', 'incident.policy_name'), say(body, 'incident.resource_name')],
      isOver: isClosed(at(body, 'incident.state')),
      title: say(body, 'incident.policy_name', 'incident.condition_name'),
      thing: say(body, 'incident.resource_display_name', 'incident.resource_name', 'incident.resource_id'),
      fact: say(body, 'incident.summary', 'incident.condition_name'),
      severity: severityWord(at(body, 'incident.severity')),
      url: at(body, 'incident.url'),
      at: isClosed(at(body, 'incident.state')) ? at(body, 'incident.ended_at') : at(body, 'incident.started_at'),
    }),
  },
  {
    name: 'instana',
    is: (body) => isFields(body.issue) && 'state' in body.issue && ('severity' in body.issue || 'text' in body.issue),
    read: (body) => ({
      identity: [say(body, 'issue.id', 'issue.text'), say(body, 'issue.fqdn')],
      isOver: isClosed(at(body, 'issue.state')),
      title: say(body, 'issue.text'),
      thing: say(body, 'issue.entityLabel', 'issue.fqdn', 'issue.service', 'issue.host'),
      fact: say(body, 'issue.suggestion'),
      severity: say(body, 'issue.severity') === '10' ? 'critical' : 'warning',
      url: at(body, 'issue.link'),
      at: at(body, 'issue.end') ?? at(body, 'issue.start'),
    }),
  },
  {
    name: 'honeycomb',
    is: has('trigger_url', 'status'),
    read: (body) => ({
      identity: [say(body, 'id', 'name')],
      isOver: isClosed(body.status),
      title: say(body, 'name'),
      fact: say(body, 'summary', 'description'),
      url: body.trigger_url,
    }),
  },
  {
    name: 'graylog',
    is: (body) => 'event_definition_id' in body && isFields(body.event),
    read: (body) => ({
      identity: [
        say(body, 'event_definition_id'),
        say(body, 'event.key'),
        digest(
          ...pairs(at(body, 'event.fields'))
            .map(([name, value]) => `${name}=${value}`)
            .sort(),
        ),
        say(body, 'event.source'),
      ],
      isOver: false,
      title: say(body, 'event_definition_title'),
      thing: say(body, 'event.fields.host', 'event.fields.source', 'event.key'),
      fact: say(body, 'event.message', 'event_definition_description'),
      at: at(body, 'event.timestamp'),
      labels: at(body, 'event.fields'),
    }),
  },
  {
    name: 'kapacitor',
    is: has('level', 'previousLevel'),
    read: (body) => ({
      identity: [text(body.id)],
      isOver: isClosed(body.level),
      title: say(body, 'id'),
      fact: say(body, 'message', 'details'),
      severity: severityWord(body.level),
      at: body.time,
    }),
  },
  {
    name: 'influxdb',
    is: has('_check_id', '_level'),
    read: (body) => ({
      identity: [
        say(body, '_check_id'),
        digest(
          ...pairs(body)
            .filter(([name, value]) => !name.startsWith('_') && !/^[\d.-]+$/.test(value))
            .map(([name, value]) => `${name}=${value}`)
            .sort(),
        ),
      ],
      isOver: isClosed(body._level),
      title: say(body, '_check_name'),
      thing: say(body, 'host'),
      fact: body._message,
      severity: severityWord(body._level),
      at: body._time,
    }),
  },
  {
    name: 'falco',
    is: has('output', 'priority', 'rule'),
    read: (body) => ({
      identity: [
        say(body, 'rule'),
        say(body, 'hostname'),
        say(body, 'output_fields.container.name', 'output_fields.k8s.pod.name'),
      ],
      isOver: false,
      title: say(body, 'rule'),
      thing: say(body, 'hostname'),
      fact: body.output,
      severity: severityWord(body.priority),
      at: body.time,
    }),
  },
  {
    name: 'logicmonitor',
    is: (body) => has('alertid', 'alertstatus')(plainNames(body)),
    read: (written) => {
      const body = plainNames(written);
      return {
        identity: [say(body, 'alertid')],
        isOver: /^clear/i.test(say(body, 'alertstatus') ?? ''),
        title: lines(say(body, 'datasource'), say(body, 'datapoint')),
        thing: say(body, 'host', 'hostname', 'device'),
        fact: say(body, 'message', 'value', 'details'),
        severity: severityWord(say(body, 'level', 'severity')),
        url: body.alerturl,
      };
    },
  },
];

// What kind of problem it is says how bad it is. [Dynatrace, "Problem notifications", placeholders]
function dynatraceSeverity(word: string | undefined) {
  const known: Record<string, 'critical' | 'error' | 'warning'> = {
    AVAILABILITY: 'critical',
    ERROR: 'error',
    PERFORMANCE: 'warning',
    RESOURCE_CONTENTION: 'warning',
    CUSTOM_ALERT: 'error',
    MONITORING_UNAVAILABLE: 'error',
  };
  return word === undefined ? undefined : entry(known, word.toUpperCase());
}
