/**
 * Senders whose end has other words than its beginning, or whose state lies beside a state of something else, so that the
 * general rule could not join the two: networks, errors, heartbeats, quality gates, security of repositories.
 *
 * Sources: each sender's documentation of its webhook, named beside the entry.
 */
import { wordsOf } from './leaves.ts';
import { at, has, type Monitor, type Reading, say, sentence } from './monitor.ts';
import { type Fields, fields, isFields, list, text } from './read.ts';
import { severityWord } from './severity.ts';

const IS_OVER =
  /^(success|succeeded|successful|passed|ok|fixed|healthy|recovered|resolved|dismissed|auto_dismissed|closed)$/i;
const isOver = (word: unknown): boolean => IS_OVER.test(text(word)?.trim() ?? '');

const HOW = new Set(
  `went came has have been back again down up offline online disconnected connected connection lost restored failed recovered
  fixed healthy notification started stopped reporting missing errored degraded unreachable reachable`.split(/\s+/),
);

/** A name of an event without what says how it went: `device_offline` and `device_online` are both `device`. */
function kindOf(event: string | undefined): string {
  return wordsOf(event ?? '')
    .split(' ')
    .filter((word) => !HOW.has(word))
    .join(' ');
}

// Meraki dashboard API "Webhooks": `alertTypeId` names the event, and another the end.
function meraki(body: Fields): Reading {
  const type = say(body, 'alertType');
  const event = say(body, 'alertTypeId') ?? type;
  const port = say(body, 'alertData.portNum', 'alertData.port');
  return {
    identity: [say(body, 'deviceSerial', 'deviceMac', 'networkId'), kindOf(event), port],
    isOver:
      /^(?:started_reporting|port_connected|.*_?(?:up|online|resolved|restored|recovered))$|came up|reconnected/i.test(
        `${event}`,
      ),
    title: sentence(
      say(body, 'deviceName', 'networkName'),
      type === undefined ? undefined : `${type}${port === undefined ? '' : ` (port ${port})`}`,
    )?.replace(' is ', ': '),
    fact: say(body, 'networkName'),
    severity: severityWord(body.alertLevel),
    url: body.deviceUrl ?? body.networkUrl,
    at: body.occurredAt ?? body.sentAt,
    labels: { network: body.networkName, device: body.deviceName },
  };
}

/** GitHub "Webhook events": dependabot_alert, code_scanning_alert, secret_scanning_alert. Nothing that runs is broken by it. */
function githubSecurity(body: Fields): Reading | undefined {
  const alert = fields(body.alert);
  const repository = say(body, 'repository.full_name');
  const number = say(alert, 'number');
  if (number === undefined) return undefined;
  const kind = isFields(alert.dependency) ? 'dependency' : 'secret_type' in alert ? 'secret' : 'code scanning';
  const what = say(alert, 'security_advisory.summary', 'rule.description', 'secret_type_display_name', 'secret_type');
  return {
    identity: [repository, kind, number],
    isOver:
      isOver(alert.state) ||
      /^(?:fixed|dismissed|resolved|auto_dismissed|closed_by_user)$/.test(say(body, 'action') ?? ''),
    title: `${repository}: ${what ?? kind}`,
    fact: say(alert, 'dependency.package.name', 'most_recent_instance.location.path') ?? kind,
    severity: kind === 'secret' ? 'error' : 'warning',
    url: alert.html_url,
    at: alert.updated_at ?? alert.created_at,
  };
}

/** A run that a timetable began: nobody waits for its end, as the author of a change does. */
function scheduledRun(
  name: string | undefined,
  where: string | undefined,
  result: string | undefined,
): Reading | undefined {
  const isFailed = /^(?:fail\w{0,6}|errored|error|timed_out|startup_failure)$/i.test(result ?? '');
  if (name === undefined || (!isFailed && !isOver(result))) return undefined;
  return {
    identity: [where, name],
    isOver: !isFailed,
    title: `${name} (${where}) ${isFailed ? 'failed' : 'succeeded'}`,
    severity: 'warning',
  };
}

/** An object of Kubernetes whose controller reports by posting it: Velero, cert-manager, Trivy. */
function kubernetesObject(body: Fields): Reading | undefined {
  const status = fields(body.status);
  const name = say(body, 'metadata.name');
  const failing = list(status.conditions).find((one) => say(one, 'status') === 'False');
  const ready = list(status.conditions).find((one) => say(one, 'type') === 'Ready');
  const phase = say(status, 'phase', 'state') ?? (say(ready, 'status') === 'True' ? 'Ready' : undefined);
  const summary = fields(fields(body.report).summary);
  const found = ['critical', 'high'].flatMap((level) => {
    const count = say(summary, `${level}Count`);
    return count === undefined || count === '0' ? [] : [`${count} ${level}`];
  });
  if (name === undefined) return undefined;
  const isVulnerable = isFields(body.report);
  const counts = isVulnerable ? `vulnerabilities: ${found.join(', ') || 'none'}` : undefined;
  return {
    // The backup of a schedule is one signal, whichever day it is of.
    identity: [say(body, 'kind'), say(body, 'metadata.namespace'), scheduleOf(body) ?? name],
    isOver: isVulnerable
      ? found.length === 0
      : /^(?:completed|ready|succeeded|available|bound|running|finished)$/i.test(phase ?? ''),
    title: [say(body, 'kind'), say(body, 'report.artifact.repository') ?? name, phase ?? counts]
      .filter(Boolean)
      .join(' '),
    fact:
      say(status, 'message', 'failureReason', 'reason') ??
      say(failing, 'message') ??
      (say(status, 'errors') && `${say(status, 'errors')} errors`),
    severity: isVulnerable ? 'warning' : undefined,
    at: status.completionTimestamp,
    labels: { namespace: at(body, 'metadata.namespace'), kind: body.kind },
  };
}

const scheduleOf = (body: Fields): string | undefined =>
  text(fields(at(body, 'metadata.labels'))['velero.io/schedule-name']);

/** These tell of deployments too, or come by the hook of one that does. */
export const REPOSITORIES: Monitor[] = [
  { name: 'github-security', is: (body) => isFields(body.alert) && isFields(body.repository), read: githubSecurity },
  {
    name: 'github-schedule',
    is: (body) =>
      at(body, 'workflow_run.event') === 'schedule' && !isFields(body.deployment) && body.action === 'completed',
    read: (body) => {
      const run = fields(body.workflow_run);
      const read = scheduledRun(say(run, 'name'), say(body, 'repository.full_name'), say(run, 'conclusion'));
      return read && { ...read, url: run.html_url, at: run.updated_at };
    },
  },
  {
    name: 'gitlab-schedule',
    is: (body) => body.object_kind === 'pipeline' && at(body, 'object_attributes.source') === 'schedule',
    read: (body) => {
      const project = say(body, 'project.path_with_namespace');
      const failed = list(body.builds).find((build) => say(build, 'status') === 'failed');
      const read = scheduledRun(
        `Scheduled pipeline ${say(body, 'object_attributes.ref') ?? ''}`.trim(),
        project,
        say(body, 'object_attributes.status'),
      );
      return (
        read && {
          ...read,
          fact: say(failed, 'name') && `job ${say(failed, 'name')}`,
          url: at(body, 'project.web_url'),
          at: at(body, 'object_attributes.finished_at'),
        }
      );
    },
  },
];

export const WEBHOOKS: Monitor[] = [
  ...REPOSITORIES,
  { name: 'meraki', is: has('alertType', 'networkId', 'organizationId'), read: meraki },
  {
    // UniFi Network "Alarm Manager", webhook.
    name: 'unifi',
    is: (body) => body.app === 'network' && isFields(body.parameters),
    read: (body) => ({
      identity: [
        say(body, 'parameters.UNIFIdeviceMac', 'parameters.UNIFIclientMac', 'parameters.UNIFIhost'),
        kindOf(say(body, 'key', 'name')),
      ],
      isOver: /\b(?:online|reconnected|restored|recovered|up)$/i.test(say(body, 'name') ?? ''),
      title: say(body, 'message') ?? sentence(say(body, 'parameters.UNIFIdeviceName'), say(body, 'name')),
      thing: at(body, 'parameters.UNIFIdeviceName'),
      fact: say(body, 'name'),
      at: body.timestamp,
    }),
  },
  {
    // LibreNMS "Alerting: transports", API: state 0 is recovered; 3 and 4 are worse and better.
    name: 'librenms',
    is: (body) => 'alert_id' in body && 'rule' in body && 'hostname' in body,
    read: (body) => ({
      identity: [say(body, 'hostname', 'device_id'), say(body, 'name', 'rule')],
      isOver: say(body, 'state') === '0',
      title: `${say(body, 'name', 'title')} on ${say(body, 'sysName', 'hostname')}`,
      thing: body.hostname,
      severity: severityWord(body.severity),
      at: body.timestamp,
    }),
  },
  {
    // Oh Dear "Webhooks": the type is a class name, `uptimeCheckFailedNotification`.
    name: 'ohdear',
    is: (body) =>
      /Notification$/.test(text(body.type) ?? '') && isFields(body.site ?? body.monitor) && 'dateTime' in body,
    read: (body) => {
      const site = fields(body.site ?? body.monitor);
      const type = say(body, 'type') ?? '';
      const said = type
        .replace(/Notification$/, '')
        .replace(/([a-z])([A-Z])/g, '$1 $2')
        .toLowerCase();
      return {
        identity: [say(site, 'id', 'url'), kindOf(type)],
        isOver: /Recovered|Fixed|Healthy/.test(type),
        title: `${say(site, 'label', 'url')}: ${said}`,
        thing: site.url,
        fact: say(body, 'run.result_payload.message', 'run.result_payload.error'),
        severity: /Soon|Changed|Slow|Broken|MixedContent/.test(type) ? 'warning' : undefined,
        url: site.url,
      };
    },
  },
  {
    // Dead Man's Snitch "Webhooks": snitch.reporting, snitch.missing, snitch.errored.
    name: 'dead-mans-snitch',
    is: (body) => /^snitch\./.test(text(body.type) ?? ''),
    read: (body) => ({
      identity: [say(body, 'data.snitch.token', 'data.snitch.name')],
      isOver: /\.reporting$/.test(say(body, 'type') ?? ''),
      title: sentence(say(body, 'data.snitch.name'), say(body, 'type')?.replace('snitch.', '')),
      fact: say(body, 'data.snitch.notes'),
      at: body.timestamp,
    }),
  },
  {
    // SonarQube "Webhooks": `status` is that of the analysis, the gate has its own.
    name: 'sonarqube',
    is: (body) => isFields(body.qualityGate) && isFields(body.project),
    read: (body) => {
      const failing = list(at(body, 'qualityGate.conditions')).find((one) => say(one, 'status') === 'ERROR');
      return {
        identity: [say(body, 'project.key', 'project.name'), say(body, 'branch.name')],
        isOver: isOver(at(body, 'qualityGate.status')),
        title: `${say(body, 'project.name', 'project.key')} (${say(body, 'branch.name') ?? 'main'}): quality gate ${isOver(at(body, 'qualityGate.status')) ? 'passed' : 'failed'}`,
        fact: failing && `${say(failing, 'metric')} ${say(failing, 'value')}, limit ${say(failing, 'errorThreshold')}`,
        severity: 'warning',
        url: at(body, 'project.url'),
        at: body.analysedAt,
      };
    },
  },
  {
    // CircleCI "Webhooks": a workflow has another id each time.
    name: 'circleci',
    is: (body) => body.type === 'workflow-completed' && isFields(body.workflow),
    read: (body) => {
      const read = scheduledRun(
        say(body, 'workflow.name'),
        say(body, 'project.slug', 'project.name'),
        say(body, 'workflow.status'),
      );
      const branch = say(body, 'pipeline.vcs.branch');
      return (
        read && { ...read, identity: [...read.identity, branch], url: at(body, 'workflow.url'), at: body.happened_at }
      );
    },
  },
  {
    // Bitbucket Cloud "Event payloads": build status.
    name: 'bitbucket-build',
    is: (body) => isFields(body.commit_status) && isFields(body.repository),
    read: (body) => {
      const name = say(body, 'commit_status.name', 'commit_status.key');
      const read = scheduledRun(name, say(body, 'repository.full_name'), say(body, 'commit_status.state'));
      return (
        read && {
          ...read,
          fact: at(body, 'commit_status.description'),
          url: at(body, 'commit_status.url'),
          at: at(body, 'commit_status.updated_on'),
        }
      );
    },
  },
  {
    // Ansible AWX and Automation Controller "Notifications", webhook: the id is the run's.
    name: 'awx',
    is: has('playbook', 'inventory', 'status'),
    read: (body) => {
      const read = scheduledRun(say(body, 'name'), say(body, 'inventory'), say(body, 'status'));
      const failed = Object.entries(fields(body.hosts)).find(([, host]) => fields(host).failed === true)?.[0];
      return read && { ...read, fact: failed && `on ${failed}`, thing: failed, url: body.url, at: body.finished };
    },
  },
  {
    name: 'kubernetes-object',
    is: (body) =>
      isFields(body.metadata) &&
      'apiVersion' in body &&
      'kind' in body &&
      (isFields(body.status) || isFields(body.report)) &&
      !isFields(body.involvedObject),
    read: kubernetesObject,
  },
];
