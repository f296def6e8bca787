/**
 * Any other notice from AWS that arrives as an EventBridge event: Health, GuardDuty, Security Hub, Backup, ECS and the rest.
 * The table below holds what is peculiar to a kind of event, by its `detail-type`; what it does not name is read by words
 * that AWS uses throughout (`state`, `status`, `severity`, `resources`).
 *
 * Sources: EventBridge "Events from AWS services" and the event references of the services named.
 */
import type { Resource, Severity } from './alert.ts';
import { arnOf, consoleHost } from './aws-names.ts';
import { WATCHERS } from './aws-watchers.ts';
import type { Draft } from './draft.ts';
import { instant } from './instant.ts';
import { environmentOf, serviceOf } from './labels.ts';
import { entry, type Fields, fields, first, isFields, link, list, number, pairs, prose, text } from './read.ts';
import { severityWord } from './severity.ts';

export function isEvent(payload: Fields): boolean {
  return typeof payload['detail-type'] === 'string' && (isFields(payload.detail) || 'source' in payload);
}

type Reading = Omit<Draft, 'source'> & { variant?: string | undefined };

/** One alert an event; Security Hub puts several findings into one. */
export function awsEvent(event: Fields): Draft[] {
  const type = text(event['detail-type']) ?? '';
  const detail = fields(event.detail);
  const findings = list(detail.findings).filter(isFields);
  if (findings.length > 0 && type.startsWith('Security Hub') === true) {
    return findings.map((finding) => draftOf(event, detail, securityHub(finding)));
  }
  const read = entry(BY_TYPE, type.replace(/^(Backup|Copy|Restore) Job .*/, 'Backup Job State Change'));
  return [draftOf(event, detail, read === undefined ? {} : read(detail, event))];
}

/** What holds for every event, under what its kind says. */
function draftOf(event: Fields, detail: Fields, { variant, ...reading }: Reading): Draft {
  const type = text(event['detail-type']) ?? 'AWS event';
  const state = stateOf(detail);
  const resources = reading.resources ?? list(event.resources).map(resourceOf).filter(isPresent);
  const name =
    reading.title ?? (resources[0] === undefined ? type : `${type}: ${resources[0].name ?? resources[0].id}`);
  const status = reading.status ?? statusOf(state);
  const tags = pairs(detail.tags ?? detail.resourceTags);
  const at = reading.at ?? instant(event.time);
  return {
    severity: severityWord(detail.severity),
    description: first(
      prose(detail.description),
      prose(detail.message),
      prose(detail.statusMessage),
      prose(detail['status-reason']),
      prose(detail.cause),
    ),
    links: {},
    ...reading,
    source: {
      kind: 'aws',
      variant: variant ?? text(text(event.source)?.replace(/^aws\./, '')),
      account: text(event.account ?? detail.accountId ?? detail.awsAccountId),
      region: text(event.region),
    },
    key: reading.key ?? (resources[0] === undefined ? undefined : `${resources[0].id}#${type}`),
    notice: state ?? status,
    status,
    title: reading.title ?? text(detail.title) ?? name,
    resources,
    service: reading.service ?? serviceOf(tags),
    environment: reading.environment ?? environmentOf(tags),
    labels: [...tags, ['detailType', type], ...(reading.labels ?? [])],
    startsAt: reading.startsAt ?? (status === 'firing' ? at : undefined),
    endsAt: status === 'resolved' ? (reading.endsAt ?? at) : undefined,
    at,
  };
}

function stateOf(detail: Fields): string | undefined {
  return first(
    text(detail.state),
    text(detail.status),
    text(detail.lastStatus),
    text(detail.result),
    text(detail.StatusCode),
  );
}

// States that AWS services write for "went well" and "is well"; everything else is something to tell. ACTIVE is not among
// them: a finding that is active is not over.
const WELL =
  /^(ok|succeeded|success|successful|completed?|available|running|passed|compliant|resolved|closed|ready|green)$/i;

function statusOf(state: string | undefined): 'firing' | 'resolved' {
  return state !== undefined && WELL.test(state) ? 'resolved' : 'firing';
}

function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function resourceOf(value: unknown): Resource | undefined {
  const id = text(value);
  if (id === undefined) return undefined;
  const arn = arnOf(id);
  return arn === undefined ? { id } : { id, type: `AWS/${arn.service}`, name: arn.resource.split(/[/:]/).at(-1) || id };
}

function resourcesOf(...values: unknown[]): Resource[] {
  return values.map(resourceOf).filter(isPresent);
}

/** GuardDuty's scale (user guide "Findings severity levels"): 9 and more critical, 7 high, 4 medium, 1 low. */
function guardDutySeverity(value: unknown): Severity | undefined {
  const level = number(value);
  if (level === undefined) return severityWord(value);
  return level >= 9 ? 'critical' : level >= 7 ? 'error' : level >= 4 ? 'warning' : 'info';
}

type Reader = (detail: Fields, event: Fields) => Reading;

const BY_TYPE: Record<string, Reader> = {
  ...WATCHERS,
  'AWS Health Event': health,
  'AWS Health Abuse Event': health,
  'GuardDuty Finding': (detail, event) => {
    const service = fields(detail.service);
    const resource = fields(detail.resource);
    const bucket = fields(list(resource.s3BucketDetails)[0]);
    const id = text(detail.id);
    return {
      variant: 'guardduty',
      key: id,
      severity: guardDutySeverity(detail.severity),
      title: text(detail.title) ?? text(detail.type),
      resources: resourcesOf(
        fields(resource.instanceDetails).instanceId,
        bucket.arn ?? bucket.name,
        fields(resource.eksClusterDetails).arn,
        fields(resource.lambdaDetails).functionArn,
        fields(resource.accessKeyDetails).userName,
      ),
      startsAt: instant(service.eventFirstSeen) ?? instant(detail.createdAt),
      at: first(instant(service.eventLastSeen), instant(detail.updatedAt), instant(event.time)),
      labels: pairs({ findingType: detail.type }),
      links: { source: consoleAt(event, (region) => `/guardduty/home?region=${region}#/findings?search=id%3D${id}`) },
      // A finding never ends by itself: GuardDuty says when it was last seen, not that it is over.
      status: 'firing',
    };
  },
  'GuardDuty Malware Protection Object Scan Result': (detail, event) => {
    const object = fields(detail.s3ObjectDetails);
    const result = text(fields(detail.scanResultDetails).scanResultStatus);
    const where = [text(object.bucketName), text(object.objectKey)].filter(isPresent).join('/');
    return {
      variant: 'guardduty',
      key: where === '' ? undefined : `arn:aws:s3:::${where}#malware`,
      status: result === 'NO_THREATS_FOUND' ? 'resolved' : 'firing',
      title: `Malware scan: ${result ?? text(detail.scanStatus) ?? 'no result'}`,
      description:
        list(fields(detail.scanResultDetails).threats)
          .map((t) => text(fields(t).name))
          .filter(isPresent)
          .join(', ') || undefined,
      resources:
        where === ''
          ? resourcesOf(...list(event.resources))
          : [{ id: `arn:aws:s3:::${where}`, type: 'AWS/s3', name: where }],
    };
  },
  'Inspector2 Finding': (detail) => ({
    variant: 'inspector2',
    key: text(detail.findingArn),
    severity: severityWord(detail.severity),
    status: detail.status === 'CLOSED' || detail.status === 'SUPPRESSED' ? 'resolved' : 'firing',
    resources: resourcesOf(...list(detail.resources).map((resource) => fields(resource).id)),
    startsAt: instant(detail.firstObservedAt),
  }),
  'Macie Finding': (detail) => ({
    variant: 'macie',
    key: text(detail.id),
    severity: severityWord(fields(detail.severity).description),
    status: 'firing',
    resources: resourcesOf(fields(fields(detail.resourcesAffected).s3Bucket).arn),
  }),
  'Access Analyzer Finding': (detail) => ({
    variant: 'access-analyzer',
    key: text(detail.id),
    status: detail.status === 'ACTIVE' ? 'firing' : 'resolved',
    resources: resourcesOf(detail.resource),
  }),
  'Backup Job State Change': (detail, event) => {
    const job = resourceOf(detail.resourceArn ?? list(event.resources)[0]);
    return {
      variant: 'backup',
      // As its SNS notice has it, so that both roads lead to one alert.
      key:
        job === undefined ? undefined : `${job.id}#${text(event['detail-type'])?.split(' ', 1)[0]?.toUpperCase()}_JOB`,
      resources: job === undefined ? [] : [job],
      labels: pairs({ jobId: detail.backupJobId ?? detail.copyJobId ?? detail.restoreJobId }),
    };
  },
  'ECS Task State Change': (detail) => {
    const isStopped = detail.lastStatus === 'STOPPED' || detail.desiredStatus === 'STOPPED';
    const expected = ['UserInitiated', 'ServiceSchedulerInitiated', 'SpotInterruption', 'TerminationNotice'];
    const failed = list(detail.containers).filter((c) => (number(fields(c).exitCode) ?? 0) !== 0);
    return {
      variant: 'ecs',
      key: text(detail.taskArn),
      status: isStopped ? 'firing' : 'resolved',
      severity: expected.includes(text(detail.stopCode) ?? '') && failed.length === 0 ? 'info' : undefined,
      title: `ECS task stopped: ${text(detail.group) ?? text(detail.taskArn) ?? 'unknown'}`,
      description: prose(detail.stoppedReason),
      resources: resourcesOf(detail.taskArn),
      at: instant(detail.stoppedAt) ?? instant(detail.updatedAt),
      labels: pairs({ cluster: detail.clusterArn, group: detail.group, stopCode: detail.stopCode }),
    };
  },
  'ECS Service Action': (detail, event) => ({
    variant: 'ecs',
    key: text(list(event.resources)[0]),
    status: detail.eventType === 'INFO' ? 'resolved' : 'firing',
    severity: severityWord(detail.eventType),
    title: text(detail.eventName),
    description: prose(detail.reason),
  }),
  'EC2 Instance State-change Notification': (detail) => ({
    variant: 'ec2',
    key: text(detail['instance-id']),
    title: `EC2 instance ${text(detail.state) ?? 'changed'}: ${text(detail['instance-id']) ?? 'unknown'}`,
    status: detail.state === 'running' || detail.state === 'pending' ? 'resolved' : 'firing',
  }),
  'EC2 Spot Instance Interruption Warning': (detail) => ({
    variant: 'ec2',
    key: text(detail['instance-id']),
    severity: 'warning',
    resources: resourcesOf(detail['instance-id']),
  }),
  'Glue Job State Change': (detail) => ({
    variant: 'glue',
    key: named('glue', detail.jobName),
    title: `Glue job: ${text(detail.jobName) ?? 'unknown'}`,
    resources: resourcesOf(detail.jobName),
    labels: pairs({ jobRunId: detail.jobRunId }),
  }),
  'Step Functions Execution Status Change': (detail) => ({
    variant: 'states',
    key: text(detail.stateMachineArn),
    title: `Step Functions execution: ${arnOf(text(detail.stateMachineArn))?.resource ?? 'unknown'}`,
    resources: resourcesOf(detail.stateMachineArn),
    labels: pairs({ execution: detail.name }),
  }),
  'Batch Job State Change': (detail) => ({
    variant: 'batch',
    key: named('batch', detail.jobName),
    title: `Batch job: ${text(detail.jobName) ?? 'unknown'}`,
    description: prose(detail.statusReason),
  }),
  'Config Rules Compliance Change': (detail) => ({
    variant: 'config',
    key: `${text(detail.configRuleARN ?? detail.configRuleName) ?? ''}#${text(detail.resourceId) ?? ''}`,
    title: `Config rule: ${text(detail.configRuleName) ?? 'unknown'}`,
    status: statusOf(text(fields(detail.newEvaluationResult).complianceType)),
    resources: resourcesOf(detail.resourceId),
  }),
  'Trusted Advisor Check Item Refresh Notification': (detail) => ({
    variant: 'trustedadvisor',
    key: `${text(detail['check-name']) ?? ''}#${text(detail.resource_id) ?? text(detail.uuid) ?? ''}`,
    title: text(detail['check-name']),
    severity: severityWord(detail.status === 'OK' ? undefined : detail.status),
    resources: resourcesOf(detail.resource_id),
  }),
  'Anomaly Detected': (detail) => ({
    variant: 'cost-anomaly',
    key: text(detail.anomalyId),
    title: `Cost anomaly: ${text(detail.dimensionValue ?? detail.dimensionalValue) ?? text(detail.monitorName) ?? 'detected'}`,
    startsAt: instant(detail.anomalyStartDate),
    links: { source: link(detail.anomalyDetailsLink) },
    signal: { value: number(fields(detail.impact).totalImpact), unit: 'USD' },
  }),
  'RDS DB Instance Event': rds,
  'RDS DB Cluster Event': rds,
  'RDS DB Snapshot Event': rds,
  'RDS DB Cluster Snapshot Event': rds,
  'EC2 Instance Launch Successful': autoScaling,
  'EC2 Instance Launch Unsuccessful': autoScaling,
  'EC2 Instance Terminate Successful': autoScaling,
  'EC2 Instance Terminate Unsuccessful': autoScaling,
};

function named(service: string, name: unknown): string | undefined {
  const read = text(name);
  return read === undefined ? undefined : `${service}:${read}`;
}

function consoleAt(event: Fields, path: (region: string) => string): string | undefined {
  const region = text(event.region) ?? '';
  const host = consoleHost(region);
  return host === undefined ? undefined : `https://${host}${path(region)}`;
}

/** Health user guide "AWS Health events Amazon EventBridge schema". Announcements are told, nobody is woken for them. */
function health(detail: Fields): Reading {
  const descriptions = list(detail.eventDescription).map(fields);
  const english = descriptions.find((entry) => text(entry.language)?.startsWith('en')) ?? fields(descriptions[0]);
  const entities = list(detail.affectedEntities).map((entity) => fields(entity).entityValue);
  const isClosed = text(detail.statusCode)?.toLowerCase() === 'closed';
  const arn = text(detail.eventArn);
  const category = text(detail.eventTypeCategory);
  const tags = list(detail.affectedEntities).flatMap((entity) => pairs(fields(entity).tags));
  return {
    variant: 'health',
    key: arn,
    status: isClosed ? 'resolved' : 'firing',
    severity: category === 'scheduledChange' || category === 'accountNotification' ? 'info' : undefined,
    title: text(detail.eventTypeCode),
    description: prose(english.latestDescription),
    ...(entities.length > 0 ? { resources: resourcesOf(...entities) } : {}),
    labels: [...tags, ...pairs({ category, awsService: detail.service, scope: detail.eventScopeCode })],
    service: serviceOf(tags),
    environment: environmentOf(tags),
    startsAt: instant(detail.startTime),
    endsAt: isClosed ? instant(detail.endTime) : undefined,
    at: instant(detail.lastUpdatedTime),
    links: {
      source: arn && `https://health.aws.amazon.com/health/home#/account/event-log?eventID=${encodeURIComponent(arn)}`,
    },
  };
}

/** Security Hub user guide "AWS Security Finding Format". */
function securityHub(finding: Fields): Reading {
  const severity = fields(finding.Severity);
  const workflow = text(fields(finding.Workflow).Status);
  const passed = fields(finding.Compliance).Status === 'PASSED' || finding.RecordState === 'ARCHIVED';
  const info = fields(finding.finding_info);
  return {
    variant: 'securityhub',
    key: text(finding.Id) ?? text(info.uid),
    status: passed || workflow === 'RESOLVED' || workflow === 'SUPPRESSED' ? 'resolved' : 'firing',
    severity: severityWord(severity.Label ?? finding.severity) ?? normalizedSeverity(severity.Normalized),
    title: text(finding.Title) ?? text(info.title),
    description: prose(finding.Description ?? info.desc),
    resources: resourcesOf(
      ...list(finding.Resources ?? finding.resources).map((item) => fields(item).Id ?? fields(item).uid),
    ),
    startsAt: instant(finding.FirstObservedAt) ?? instant(finding.CreatedAt),
    at: instant(finding.UpdatedAt) ?? instant(finding.LastObservedAt),
    links: { source: link(finding.SourceUrl) },
  };
}

/** Findings of before 2020 have a number alone: 90 critical, 70 high, 40 medium, 1 low. */
function normalizedSeverity(value: unknown): Severity | undefined {
  const level = number(value);
  if (level === undefined) return undefined;
  return level >= 90 ? 'critical' : level >= 70 ? 'error' : level >= 40 ? 'warning' : 'info';
}

/** RDS user guide "Amazon RDS event categories": some tell of trouble, some of its end, most of routine. */
function rds(detail: Fields, event: Fields): Reading {
  const categories = list(detail.EventCategories).map((category) => text(category)?.toLowerCase() ?? '');
  const isTrouble = categories.some((category) => /fail|low storage|availability|security/.test(category));
  return {
    variant: 'rds',
    key: `${text(detail.SourceArn) ?? text(list(event.resources)[0]) ?? ''}#${text(detail.EventID) ?? categories[0] ?? ''}`,
    severity: isTrouble || categories.length === 0 ? undefined : 'info',
    title: `RDS ${text(detail.SourceIdentifier) ?? 'event'}: ${categories[0] ?? text(detail.EventID) ?? 'notice'}`,
    description: prose(detail.Message),
    resources: resourcesOf(detail.SourceArn ?? list(event.resources)[0]),
    at: instant(detail.Date),
    status: 'firing',
  };
}

/** Auto Scaling user guide "EventBridge event reference"; the same words come by SNS. */
function autoScaling(detail: Fields, event: Fields): Reading {
  const group = text(detail.AutoScalingGroupName);
  return {
    variant: 'autoscaling',
    key: named('autoscaling', group),
    status: /Unsuccessful/.test(text(event['detail-type']) ?? '') ? 'firing' : 'resolved',
    title: `Auto Scaling ${group ?? ''}: ${text(event['detail-type']) ?? ''}`,
    description: prose(detail.StatusMessage) ?? prose(detail.Cause),
    startsAt: instant(detail.StartTime),
  };
}
