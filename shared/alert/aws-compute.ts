/**
 * Notices of what runs on AWS: tasks, instances, groups of them, jobs and workflows.
 *
 * Sources: ECS "Events", EC2 Auto Scaling "EventBridge event reference", EBS "EventBridge events", Step Functions, Glue, Batch
 * and EMR event references. Called by `aws.ts`. Pure.
 */
import { arnOf } from './aws-names.ts';
import { inWords, isPresent, joined, named, type Reader, type Reading, resourcesOf, shortName } from './aws-reading.ts';
import { instant } from './instant.ts';
import { type Fields, fields, list, number, pairs, prose, text } from './read.ts';
import { severityWord } from './severity.ts';

const stepOf = (detail: Fields): string | undefined =>
  text(detail.name) === undefined ? text(detail.stepId) : `${text(detail.clusterId) ?? ''}/${text(detail.name)}`;

export const COMPUTE: Record<string, Reader> = {
  'ECS Task State Change': ecsTask,
  'ECS Service Action': ecsAction,
  'EC2 Instance State-change Notification': (detail) => ({
    variant: 'ec2',
    key: text(detail['instance-id']),
    title: `EC2 instance ${text(detail.state) ?? 'changed'}: ${text(detail['instance-id']) ?? 'unknown'}`,
    status: detail.state === 'running' || detail.state === 'pending' ? 'resolved' : 'firing',
    // Somebody, or a group that scales, did it; an instance that fails says so by its status checks.
    severity: 'warning',
  }),
  'EC2 Spot Instance Interruption Warning': (detail) => ({
    variant: 'ec2',
    key: `${text(detail['instance-id']) ?? ''}#spot`,
    severity: 'warning',
    ends: false,
    title: `EC2 spot instance ${text(detail['instance-id']) ?? 'unknown'}: ${text(detail['instance-action']) ?? 'interrupted'} in two minutes`,
    resources: resourcesOf(detail['instance-id']),
  }),
  'EC2 Instance Rebalance Recommendation': (detail) => ({
    variant: 'ec2',
    key: `${text(detail['instance-id']) ?? ''}#rebalance`,
    severity: 'info',
    ends: false,
    title: `EC2 instance ${text(detail['instance-id']) ?? 'unknown'} may soon be interrupted`,
    resources: resourcesOf(detail['instance-id']),
  }),
  'EBS Volume Notification': ebs,
  'EBS Snapshot Notification': ebs,
  'EBS Multi-Volume Snapshots Completion Status': ebs,
  'EC2 Instance Launch Successful': autoScalingEvent,
  'EC2 Instance Launch Unsuccessful': autoScalingEvent,
  'EC2 Instance Terminate Successful': autoScalingEvent,
  'EC2 Instance Terminate Unsuccessful': autoScalingEvent,
  'EC2 Instance-launch Lifecycle Action': autoScalingEvent,
  'EC2 Instance-terminate Lifecycle Action': autoScalingEvent,
  'Glue Job State Change': (detail) => ({
    ...job('glue', 'Glue job', detail.jobName, detail.jobName, text(detail.state)),
    description: prose(detail.message),
    labels: pairs({ jobRunId: detail.jobRunId }),
  }),
  'Glue Crawler State Change': (detail) => ({
    ...job('glue', 'Glue crawler', `crawler/${text(detail.crawlerName) ?? ''}`, detail.crawlerName, text(detail.state)),
    description: prose(detail.errorMessage) ?? prose(detail.message),
  }),
  'Step Functions Execution Status Change': (detail) => ({
    ...job(
      'states',
      'Step Functions',
      detail.stateMachineArn,
      arnOf(text(detail.stateMachineArn))?.resource.replace(/^stateMachine:/, ''),
      text(detail.status),
    ),
    description: joined(': ', text(detail.error), prose(detail.cause)),
    resources: resourcesOf(detail.stateMachineArn),
    labels: pairs({ execution: detail.name }),
  }),
  'Batch Job State Change': (detail) => ({
    ...job('batch', 'Batch job', detail.jobName, detail.jobName, text(detail.status)),
    description: joined(
      ', ',
      prose(detail.statusReason),
      text(fields(detail.container).reason),
      exitOf(detail.container),
    ),
    resources: resourcesOf(detail.jobName ?? detail.jobId),
    labels: pairs({ jobId: detail.jobId, queue: shortName(detail.jobQueue) }),
  }),
  'EMR Cluster State Change': (detail) => ({
    variant: 'emr',
    ...named('emr', 'EMR cluster', detail.clusterId, detail.name),
    // A cluster that did its work ends, too.
    status: /ERROR/i.test(text(detail.state) ?? '') ? 'firing' : 'resolved',
    severity: severityWord(detail.severity),
    labels: pairs({ state: detail.state }),
  }),
  'EMR Step Status Change': (detail) => ({
    variant: 'emr',
    // A step that runs again on its cluster has another id and the same name.
    ...named('emr', `EMR step ${text(detail.state)?.toLowerCase() ?? ''}`.trim(), stepOf(detail), detail.name),
    status: /FAILED|INTERRUPTED/i.test(text(detail.state) ?? '') ? 'firing' : 'resolved',
    severity: severityWord(detail.severity),
    labels: pairs({ state: detail.state, cluster: detail.clusterId }),
  }),
  'CodeBuild Build State Change': (detail, event) => ({
    ...job('codebuild', 'CodeBuild', detail['project-name'], detail['project-name'], text(detail['build-status'])),
    severity: 'warning',
    description: failedPhases(detail),
    resources: resourcesOf(detail['project-name']),
    links: { source: text(fields(fields(detail['additional-information']).logs)['deep-link']) },
    at: instant(event.time),
  }),
};

/** A run that is under way does not end the failure of the run before it. */
const UNDER_WAY =
  /^(?:running|in_?progress|started|starting|pending|queued|submitted|runnable|created|waiting|initializing)$/i;

function job(service: string, kind: string, id: unknown, name: unknown, state: string | undefined): Reading {
  const read = named(service, kind, id, name);
  const isUnderWay = UNDER_WAY.test(state ?? '');
  const shown = text(name) ?? text(id) ?? 'unknown';
  return {
    ...read,
    variant: service,
    key:
      isUnderWay && read.key !== undefined
        ? `${read.key}#under-way`
        : (read.key?.replace(`${service}:arn:`, 'arn:') ?? undefined),
    title: joined(' ', `${kind}:`, shown, inWords(state)),
    ...(isUnderWay ? { status: 'resolved' as const, severity: 'info' as const } : {}),
  };
}

function failedPhases(detail: Fields): string | undefined {
  const phases = list(fields(detail['additional-information']).phases).map(fields);
  const failed = phases.filter((phase) => /FAILED|FAULT|TIMED_OUT/.test(text(phase['phase-status']) ?? ''));
  return joined(
    '. ',
    ...failed.map((phase) =>
      joined(
        ': ',
        text(phase['phase-type']),
        list(phase['phase-context'])
          .map((said) => text(said))
          .filter(isPresent)
          .join(', '),
      ),
    ),
  );
}

function exitOf(container: unknown): string | undefined {
  const code = number(fields(container).exitCode);
  return code === undefined ? undefined : `exit ${code}`;
}

/** Stops that somebody or the scheduler asked for are routine. */
const EXPECTED = ['UserInitiated', 'ServiceSchedulerInitiated', 'SpotInterruption', 'TerminationNotice'];

/** "OutOfMemoryError, exit 137" decides; a task never comes back, its service starts another. */
function ecsTask(detail: Fields): Reading {
  const isStopped = detail.lastStatus === 'STOPPED' || detail.desiredStatus === 'STOPPED';
  const containers = list(detail.containers).map(fields);
  const failed = containers.filter((one) => (number(one.exitCode) ?? 0) !== 0 || text(one.reason) !== undefined);
  const deaths = failed.map((one) =>
    joined(' ', text(one.name), joined(', ', text(one.reason)?.split(':', 1)[0], exitOf(one))),
  );
  return {
    variant: 'ecs',
    key: text(detail.taskArn),
    status: isStopped ? 'firing' : 'resolved',
    severity: EXPECTED.includes(text(detail.stopCode) ?? '') && failed.length === 0 ? 'info' : undefined,
    ends: false,
    title: `ECS task stopped: ${text(detail.group)?.replace(/^(?:service|family):/, '') ?? shortName(detail.taskArn) ?? 'unknown'}`,
    description: joined('; ', ...deaths, prose(detail.stoppedReason)),
    resources: resourcesOf(detail.taskArn).map(({ id, type }) => (type === undefined ? { id } : { id, type })),
    at: instant(detail.stoppedAt) ?? instant(detail.updatedAt),
    labels: pairs({ cluster: detail.clusterArn, group: detail.group, stopCode: detail.stopCode }),
  };
}

function ecsAction(detail: Fields, event: Fields): Reading {
  const service = text(list(event.resources)[0]);
  return {
    variant: 'ecs',
    key: service,
    status: detail.eventType === 'INFO' ? 'resolved' : 'firing',
    severity: severityWord(detail.eventType),
    title: joined(' ', shortName(service), inWords(text(detail.eventName))),
    description: prose(detail.reason),
  };
}

function ebs(detail: Fields, event: Fields): Reading {
  const thing = text(list(event.resources)[0]) ?? text(detail.snapshot_id);
  const action = text(detail.event);
  const result = text(detail.result);
  return {
    variant: 'ebs',
    key: thing === undefined ? undefined : `${thing}#${action ?? ''}`,
    status: /^(?:available|succeeded|completed|deleted|attached|detached)$/i.test(result ?? '') ? 'resolved' : 'firing',
    title: joined(' ', 'EBS', inWords(action), result, shortName(thing)),
    description: prose(detail.cause),
  };
}

/** The launches of a group are one signal, its terminations another: an instance that goes well away ends no failed launch. */
function autoScalingEvent(detail: Fields, event: Fields): Reading {
  const type = text(event['detail-type']) ?? '';
  return autoScaling(detail, type, /Unsuccessful/.test(type), /Lifecycle/.test(type));
}

/** As EventBridge and SNS have it, `what` in the words of the one that brought it. */
export function autoScaling(json: Fields, what: string, isWrong: boolean, isRoutine = false): Reading {
  const group = text(json.AutoScalingGroupName);
  return {
    variant: 'autoscaling',
    key:
      group === undefined
        ? undefined
        : `autoscaling:${group}#${/terminat/i.test(what) ? 'terminate' : 'launch'}${isRoutine ? '#lifecycle' : ''}`,
    status: isWrong ? 'firing' : 'resolved',
    severity: isRoutine ? 'info' : undefined,
    title: `Auto Scaling ${group ?? ''}: ${what}`,
    description: prose(json.StatusMessage) ?? prose(json.Cause) ?? prose(json.Description),
    startsAt: instant(json.StartTime),
  };
}
