/**
 * Clusters and pipelines: Kubernetes events, Flux, Argo CD, GitLab, Azure DevOps, Jenkins, Rundeck. One entry a sender.
 *
 * Sources: each sender's documentation of its webhook; the reasons of Kubernetes' and Flux's events by their source.
 */
import { at, type Monitor, type Reading, say } from './monitor.ts';
import { type Fields, fields, isFields, text } from './read.ts';
import { severityWord } from './severity.ts';

const CLOSED = /^(closed?|resolved?|ok|success(ful)?|succeeded|completed)$/i;
const isClosed = (word: unknown): boolean => CLOSED.test(text(word)?.trim() ?? '');
const lines = (...parts: (string | undefined)[]) =>
  parts.filter((part) => part !== undefined && part !== '').join(', ') || undefined;

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

export const PIPELINES: Monitor[] = [
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
];
