/**
 * Monitoring platforms, incident tools, clusters and pipelines, as their webhooks post by default. One entry a sender.
 *
 * Sources: each sender's documentation of its webhook; the event types of Kubernetes, Flux and Argo CD by their source.
 */
import { digest } from './draft.ts';
import { at, has, type Monitor, plainNames, type Reading, say, sentence } from './monitor.ts';
import { type Fields, fields, first, isFields, list, pairs, text } from './read.ts';
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

// What fires when; Kubernetes has no "over": these reasons say that what was wrong works again.
const K8S_WELL =
  /^(started|pulled|scheduled|completed?|healthy|recovered|resolved|nodeready|nodehassufficient\w{1,30}|nodehasno\w{1,30}|success\w{1,30}|(rollout|reconcil\w{1,10})(complete|succe)\w{0,10})$/i;

function kubernetes(body: Fields): Reading {
  const object = fields([body.involvedObject, body.regarding, body.object, body.eventmeta].find(isFields));
  const reason = say(body, 'reason', 'eventmeta.reason');
  const isWarning = /warning/i.test(say(body, 'type') ?? (K8S_WELL.test(reason ?? '') ? 'Normal' : 'Warning'));
  const isOver = !isWarning && K8S_WELL.test(reason ?? '');
  const name = lines(say(object, 'namespace'), say(object, 'name'))?.replace(', ', '/');
  return {
    identity: [say(object, 'name'), say(object, 'kind'), say(object, 'namespace')],
    isOver,
    title: `${say(object, 'kind') ?? 'Object'} ${name}: ${reason}`,
    fact: say(body, 'message', 'note', 'text'),
    severity: isWarning ? 'warning' : 'info',
    at: body.lastTimestamp ?? body.eventTime ?? body.firstTimestamp ?? body.time,
    labels: { namespace: object.namespace, kind: object.kind, reason, cluster: body.clusterName },
  };
}

// Reasons of Flux that say that it tries; all else of severity info says that it worked.
const FLUX_TRIES = /^(progressing\w{0,12}|dependencynotready|retry\w{0,12}|installing|upgrading|suspended)$/i;

function flux(body: Fields): Reading {
  const object = fields(body.involvedObject);
  const isError = body.severity === 'error';
  const tries = FLUX_TRIES.test(say(body, 'reason') ?? '');
  return {
    identity: [say(object, 'name'), say(object, 'kind'), say(object, 'namespace')],
    isOver: !isError && !tries,
    title: `${say(object, 'kind')} ${say(object, 'namespace')}/${say(object, 'name')}: ${say(body, 'reason')}`,
    fact: body.message,
    severity: isError ? 'error' : 'info',
    at: body.timestamp,
    labels: { ...fields(body.metadata), namespace: object.namespace, kind: object.kind },
  };
}

/** The application itself, as our template prints it, or the flat fields that people's templates print. */
function argocd(body: Fields): Reading | undefined {
  const app = fields([body.app, body.application, body].find((one) => isFields(fields(one).status)) ?? {});
  const health = fields(fields(app.status).health);
  const name = say(app, 'metadata.name') ?? say(body, 'app', 'application', 'app_name', 'appName', 'name');
  const state = say(health, 'status') ?? say(body, 'health', 'healthStatus', 'health_status', 'health.status');
  const phase =
    say(app, 'status.operationState.phase') ??
    say(body, 'phase', 'operationState.phase', 'sync_status', 'syncStatus', 'sync', 'status');
  const isFlat = !isFields(app.status);
  const isBad =
    /^(degraded|missing|unknown)$/i.test(state ?? '') ||
    (isFlat && /^(failed|error|outofsync|unknown)$/i.test(phase ?? ''));
  // An application that is well when its own operation ends is a deployment and no recovery.
  const finished = say(app, 'status.operationState.finishedAt') ?? '';
  const isRecovery =
    /^healthy$/i.test(state ?? '') &&
    (isFlat || (finished !== '' && (say(health, 'lastTransitionTime') ?? '') > finished));
  if (!isBad && !isRecovery && !isFlat) return undefined;
  return {
    identity: [name, 'argocd'],
    isOver: !isBad,
    title: `${name} is ${isBad && !/^(degraded|missing|unknown)$/i.test(state ?? '') ? phase : (state ?? phase)}`,
    fact: say(health, 'message') ?? say(app, 'status.operationState.message') ?? say(body, 'message'),
    url: say(body, 'url', 'link', 'context.argocdUrl'),
    at: isFlat ? (body.time ?? body.timestamp) : health.lastTransitionTime,
    labels: { namespace: say(app, 'spec.destination.namespace'), project: say(app, 'spec.project') },
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

/** A pipeline or a build that failed: nothing that runs is broken by it, so it wakes nobody. */
function pipeline(
  name: string | undefined,
  branch: string | undefined,
  result: string | undefined,
  more: Partial<Reading>,
): Reading | undefined {
  const word = result?.toLowerCase() ?? '';
  const isOver = /^(success|succeeded|passed|fixed|back_to_normal)$/.test(word);
  if (!isOver && !/^(fail|error|unstable|timed|partially|broken|rejected)/.test(word)) return undefined;
  return {
    identity: [name, branch],
    isOver,
    title: `${name}${branch === undefined ? '' : ` (${branch})`} ${isOver ? 'succeeded' : word.replaceAll('_', ' ').replace(/^failure$/, 'failed')}`,
    severity: 'warning',
    ...more,
  };
}

function azureDevops(body: Fields): Reading | undefined {
  const run = fields(body.resource);
  const inner = isFields(run.run) ? run.run : run;
  const name = say(inner, 'definition.name', 'pipeline.name') ?? say(run, 'pipeline.name', 'definition.name');
  return pipeline(
    name,
    say(inner, 'sourceBranch')?.replace('refs/heads/', ''),
    say(inner, 'result') ?? say(inner, 'status'),
    {
      identity: [
        name,
        say(inner, 'project.name', 'project.id') ?? say(body, 'resourceContainers.project.id'),
        say(inner, 'sourceBranch'),
      ],
      fact: say(body, 'message.text', 'detailedMessage.text'),
      url: say(inner, '_links.web.href') ?? say(run, '_links.web.href', 'url'),
      at: inner.finishTime ?? inner.finishedDate ?? body.createdDate,
    },
  );
}

function gitlab(body: Fields): Reading | undefined {
  const said = fields(body.object_attributes);
  const project = say(body, 'project.path_with_namespace', 'project.name');
  const isIncident =
    body.object_kind === 'incident' || /^incident$/i.test(say(said, 'type', 'issue_type', 'work_item_type') ?? '');
  if (!isIncident) return undefined;
  return {
    identity: [say(said, 'id', 'iid'), project],
    isOver: isClosed(said.state) || said.action === 'close',
    title: say(said, 'title'),
    thing: project,
    fact: said.description,
    severity: severityWord(said.severity),
    url: said.url,
    at: said.updated_at ?? said.created_at,
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
    name: 'victorops',
    is: (body) =>
      'message_type' in body && ('entity_id' in body || 'entity_display_name' in body || 'state_message' in body),
    read: (body) => ({
      identity: [say(body, 'entity_id', 'entity_display_name')],
      isOver: /^recovery$/i.test(say(body, 'message_type') ?? ''),
      title: say(body, 'entity_display_name', 'entity_id'),
      thing: say(body, 'host_name', 'hostname'),
      fact: say(body, 'state_message'),
      severity: severityWord(body.message_type),
      url: body.alert_url,
      at: body.state_start_time ?? body.timestamp,
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
    name: 'opsgenie',
    is: (body) =>
      typeof body.action === 'string' && isFields(body.alert) && ('alertId' in body.alert || 'alias' in body.alert),
    read: (body) => ({
      identity: [say(body, 'alert.alias', 'alert.alertId')],
      isOver: /^(close|resolve|delete)d?$/i.test(say(body, 'action') ?? '') || isClosed(at(body, 'alert.status')),
      title: say(body, 'alert.message'),
      thing: say(body, 'alert.entity', 'alert.source'),
      fact: at(body, 'alert.description'),
      severity: severityWord(at(body, 'alert.priority')),
      at: at(body, 'alert.updatedAt') ?? at(body, 'alert.createdAt'),
      labels: at(body, 'alert.details'),
    }),
  },
  {
    name: 'sentry',
    is: (body) =>
      (typeof body.action === 'string' && ('installation' in body || 'actor' in body) && isFields(body.data)) ||
      ('culprit' in body && 'level' in body) ||
      isFields(at(body, 'data.metric_alert')),
    read: sentry,
  },
  { name: 'flux', is: (body) => isFields(body.involvedObject) && 'severity' in body && 'reason' in body, read: flux },
  {
    name: 'kubernetes',
    is: (body) => 'reason' in body && [body.involvedObject, body.regarding].some(isFields),
    read: kubernetes,
  },
  { name: 'kubernetes', is: (body) => isFields(body.eventmeta) && 'kind' in body.eventmeta, read: kubernetes },
  {
    name: 'argocd',
    is: (body) =>
      [body.app, body.application, body].some(
        (app) => isFields(fields(fields(app).status).health) && isFields(fields(app).metadata),
      ),
    read: argocd,
  },
  {
    name: 'argocd',
    is: (body) =>
      ['app', 'application', 'app_name', 'appName'].some((name) => typeof body[name] === 'string') &&
      ['health', 'healthStatus', 'health_status', 'sync', 'syncStatus', 'sync_status', 'phase'].some(
        (name) => name in body,
      ),
    read: argocd,
  },
  {
    name: 'gitlab',
    is: (body) => typeof body.object_kind === 'string' && isFields(body.object_attributes),
    read: gitlab,
  },
  {
    name: 'gitlab',
    is: (body) => isFields(body.alert) && 'gitlab_environment_name' in body.alert,
    read: (body) => ({
      identity: [say(body, 'alert.fingerprint', 'alert.id', 'alert.title')],
      isOver: isClosed(at(body, 'alert.status')) || 'end_time' in fields(body.alert),
      title: say(body, 'alert.title'),
      fact: at(body, 'alert.description'),
      severity: severityWord(at(body, 'alert.severity')),
      url: at(body, 'alert.url'),
    }),
  },
  {
    name: 'azure-devops',
    is: (body) =>
      /^(build\.complete|ms\.[\w-]{1,20}-?pipelines\.run-state-changed-event)$/.test(text(body.eventType) ?? ''),
    read: azureDevops,
  },
  {
    name: 'jenkins',
    is: (body) => isFields(body.build) && ('phase' in body.build || 'full_url' in body.build),
    read: (body) =>
      pipeline(say(body, 'display_name', 'name'), say(body, 'build.scm.branch'), say(body, 'build.status'), {
        fact: `build ${say(body, 'build.number') ?? ''}`.trim(),
        url: at(body, 'build.full_url'),
        at: at(body, 'build.timestamp'),
      }),
  },
  {
    name: 'rundeck',
    is: (body) => 'executionId' in body && isFields(body.execution),
    read: (body) =>
      pipeline(
        say(body, 'execution.job.name', 'execution.description'),
        say(body, 'execution.project'),
        say(body, 'status'),
        { url: at(body, 'execution.href'), severity: 'error' },
      ),
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
    name: 'pagerduty',
    is: (body) => /^incident\./.test(say(body, 'event.event_type') ?? '') && isFields(at(body, 'event.data')),
    read: (body) => ({
      identity: [say(body, 'event.data.id', 'event.data.incident.id')],
      isOver: say(body, 'event.data.status') === 'resolved' || say(body, 'event.event_type') === 'incident.resolved',
      title: say(body, 'event.data.title', 'event.data.summary'),
      thing: say(body, 'event.data.service.summary'),
      severity:
        severityWord(at(body, 'event.data.priority.summary')) ??
        (say(body, 'event.data.urgency') === 'low' ? 'warning' : undefined),
      url: at(body, 'event.data.html_url'),
      at: at(body, 'event.occurred_at'),
    }),
  },
  {
    name: 'statuspage',
    is: (body) => isFields(body.page) && (isFields(body.incident) || isFields(body.component)),
    read: (body) => {
      const state = say(body, 'incident.status', 'component_update.new_status', 'component.status') ?? '';
      return {
        identity: [say(body, 'incident.id', 'component.id', 'incident.name', 'component.name')],
        isOver: /^(resolved|completed|postmortem|operational)$/.test(state),
        title: say(body, 'incident.name') ?? sentence(say(body, 'component.name'), state.replaceAll('_', ' ')),
        fact: say(fields(list(at(body, 'incident.incident_updates'))[0]), 'body') ?? state,
        severity: severityWord(at(body, 'incident.impact')),
        url: at(body, 'incident.shortlink'),
      };
    },
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
    name: 'alerta',
    is: has('resource', 'event', 'severity', 'environment'),
    read: (body) => ({
      identity: [say(body, 'event'), say(body, 'resource'), say(body, 'environment')],
      isOver: isClosed(body.status) || /^(normal|ok|cleared)$/i.test(say(body, 'severity') ?? ''),
      title: `${say(body, 'event')} on ${say(body, 'resource')}`,
      thing: body.resource,
      fact: lines(say(body, 'text'), say(body, 'value')),
      severity: severityWord(body.severity),
      service: say(body, 'service'),
      labels: { environment: body.environment },
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
    is: (body) => 'alertid' in plainNames(body) && 'alertstatus' in plainNames(body),
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
  return word === undefined ? undefined : known[word.toUpperCase()];
}
