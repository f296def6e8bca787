/**
 * What else arrives on an alarm topic: notices of AWS services that are no EventBridge events (JSON of their own, or
 * plain text), and people's own words. Everything that came by SNS is at least an alert of source `aws` with its subject
 * as title, so that a topic never swallows one.
 *
 * Sources: Auto Scaling "Amazon SNS notifications", RDS and DMS "event notification", ElastiCache "event notifications and
 * Amazon SNS", Elastic Beanstalk "environment notifications", Backup "Notification options", Cost Management guides.
 */
import { arnOf } from './aws-names.ts';
import type { Draft } from './draft.ts';
import type { Envelope } from './envelope.ts';
import { instant } from './instant.ts';
import { runbookOf } from './labels.ts';
import { type Fields, fields, link, list, number, pairs, prose, text } from './read.ts';
import { severityIn } from './severity.ts';

type Reading = Omit<Draft, 'source'> & { variant?: string | undefined };

/** `message` is the JSON or the text that SNS carried. */
export function snsNotice(message: unknown, envelope: Envelope): Draft[] {
  const json = fields(message);
  const said = typeof message === 'string' ? message : undefined;
  const read = said === undefined ? jsonReading(json) : textReading(said, envelope);
  const topic = arnOf(envelope.topicArn);
  const { variant, ...reading } = read;
  const at = reading.at ?? instant(envelope.sentAt);
  const status = reading.status ?? 'firing';
  return [
    {
      description: prose(said),
      ...reading,
      title: reading.title ?? envelope.subject ?? firstLine(said),
      source: {
        kind: 'aws',
        variant,
        account: text(json.AccountId ?? json.accountId ?? envelope.attributes?.AccountId) ?? topic?.account,
        region: topic?.region,
      },
      notice: envelope.messageId,
      status,
      startsAt: reading.startsAt ?? (status === 'firing' ? at : undefined),
      endsAt: status === 'resolved' ? at : undefined,
      at,
      links: { runbook: runbookOf([], said), ...reading.links },
    },
  ];
}

export function firstLine(said: string | undefined): string | undefined {
  return said === undefined ? undefined : text(/\S[^\n\r]{0,2000}/.exec(said.slice(0, 20_000))?.[0]);
}

/** JSON that services other than EventBridge write, told apart by a field that only they have. */
const JSON_SHAPES: [field: string, read: (json: Fields) => Reading][] = [
  ['AutoScalingGroupName', autoScaling],
  ['Event Message', database],
  ['anomalyId', costAnomaly],
  ['budgetName', budget],
  ['commandId', runCommand],
];

/** Such a notice by raw delivery, without the envelope that would tell that SNS brought it. */
export function isSnsNotice(payload: Fields): boolean {
  if (JSON_SHAPES.some(([field]) => field in payload)) return true;
  return Object.keys(payload).some((name) => name.startsWith('ElastiCache:')) || isRecords(payload);
}

/** Events of S3 and others, which are lists of records of their own. */
function isRecords(payload: Fields): boolean {
  const [record] = list(payload.Records);
  const source = text(fields(record).eventSource ?? fields(record).EventSource);
  return source?.startsWith('aws:') === true && source !== 'aws:sns' && source !== 'aws:sqs';
}

function jsonReading(json: Fields): Reading {
  for (const [field, read] of JSON_SHAPES) if (field in json) return read(json);
  const cache = Object.keys(json).find((name) => name.startsWith('ElastiCache:'));
  if (cache !== undefined) return elastiCache(cache, json);
  if (isRecords(json)) return records(json);
  const event = text(json.Event);
  if (event?.startsWith('autoscaling:')) return autoScaling(json);
  return {
    title: text(json.title ?? json.subject ?? json.summary ?? json.AlarmName),
    description: prose(json.description ?? json.message ?? json.Message),
  };
}

function autoScaling(json: Fields): Reading {
  const event = text(json.Event)?.replace(/^autoscaling:/, '');
  const isError = event?.endsWith('_ERROR') === true || json.StatusCode === 'Failed';
  const group = text(json.AutoScalingGroupName);
  return {
    variant: 'autoscaling',
    key: group === undefined ? undefined : `autoscaling:${group}`,
    status: isError || event === 'TEST_NOTIFICATION' ? 'firing' : 'resolved',
    title: `Auto Scaling ${group ?? ''}: ${event ?? 'notice'}`,
    description: prose(json.StatusMessage) ?? prose(json.Cause) ?? prose(json.Description),
    resources: resources(json.AutoScalingGroupARN ?? json.AutoScalingGroupName, group),
    labels: pairs({ instance: json.EC2InstanceId }),
    startsAt: instant(json.StartTime),
    at: instant(json.Time) ?? instant(json.EndTime),
    test: event === 'TEST_NOTIFICATION',
  };
}

const ROUTINE =
  /\b(finished|complete[d]?|created|restarted|started|restored|deleted|added|backing up|backup|applied)\b/i;
const TROUBLE = /\b(fail|failed|failure|failover|stopped|error|unable|cannot|low|out of|incompatible|exceed)/i;

/** RDS, DocumentDB, Neptune, Redshift and DMS: `Event Source`, `Source ID`, `Event ID`, `Event Message`. */
function database(json: Fields): Reading {
  const message = prose(json['Event Message']);
  const source = text(json['Source ID'] ?? json.SourceId);
  const arn = text(json['Source ARN']);
  const isRoutine = message !== undefined && ROUTINE.test(message) && !TROUBLE.test(message);
  const event = /#([A-Z]+-EVENT-[0-9]+)/.exec(text(json['Event ID']) ?? '')?.[1];
  return {
    variant: text(json['Event Source']) === 'replication-task' ? 'dms' : 'rds',
    key: `${arn ?? source ?? ''}#${event ?? text(json['Event Source']) ?? ''}`,
    title: message === undefined ? undefined : `${source ?? 'Database'}: ${message.slice(0, 200)}`,
    description: message,
    severity: isRoutine ? 'info' : undefined,
    resources: resources(arn ?? source, source),
    labels: pairs({ eventId: event, eventSource: json['Event Source'] }),
    at: instant(json['Event Time']),
    links: { source: link(json['Identifier Link']) },
  };
}

function costAnomaly(json: Fields): Reading {
  return {
    variant: 'cost-anomaly',
    key: text(json.anomalyId),
    title: `Cost anomaly: ${text(json.dimensionalValue ?? json.dimensionValue) ?? text(json.monitorName) ?? 'detected'}`,
    startsAt: instant(json.anomalyStartDate),
    signal: { value: number(fields(json.impact).totalImpact), unit: 'USD' },
    links: { source: link(json.anomalyDetailsLink) },
  };
}

function budget(json: Fields): Reading {
  return { variant: 'budget', key: text(json.budgetName), title: `Budget: ${text(json.budgetName) ?? ''}` };
}

/** Systems Manager "Monitoring status changes using Amazon SNS notifications". */
function runCommand(json: Fields): Reading {
  const status = text(json.status);
  const document = text(json.documentName) ?? 'command';
  return {
    variant: 'ssm',
    key: `ssm:${document}#${text(json.instanceId) ?? ''}`,
    status: status === 'Success' || status === 'InProgress' || status === 'Pending' ? 'resolved' : 'firing',
    title: `Run Command ${document}: ${status ?? 'notice'}`,
    description: prose(json.detailedStatus),
    resources: resources(json.instanceId, undefined),
    labels: pairs({ commandId: json.commandId }),
    at: instant(json.eventTime),
  };
}

function records(json: Fields): Reading {
  const record = fields(list(json.Records)[0]);
  const bucket = fields(fields(record.s3).bucket);
  const name = text(record.eventName);
  const isTrouble = /fail|lost|missed/i.test(name ?? '');
  return {
    variant: text(text(record.eventSource)?.replace(/^aws:/, '')),
    severity: isTrouble ? undefined : 'info',
    title: text([text(record.eventSource), name].filter((part) => part !== undefined).join(' ')),
    resources: resources(bucket.arn ?? record.eventSourceARN, text(bucket.name)),
    labels: pairs({ object: fields(fields(record.s3).object).key }),
    at: instant(record.eventTime),
  };
}

/** `{"ElastiCache:SnapshotComplete": "cluster"}`: the name of the event is the key, the cluster its value. */
function elastiCache(name: string, json: Fields): Reading {
  const event = name.slice('ElastiCache:'.length);
  const cluster = text(json[name]);
  const isTrouble = /Fail|Failover|Replacement|Limit|Error/i.test(event);
  return {
    variant: 'elasticache',
    key: `elasticache:${cluster ?? ''}#${event.replace(/(Complete|Started|Failed)$/, '')}`,
    status: /Complete$/.test(event) ? 'resolved' : 'firing',
    severity: isTrouble ? undefined : 'info',
    title: `ElastiCache ${event}: ${cluster ?? ''}`,
    resources: resources(cluster, cluster),
  };
}

function textReading(said: string, envelope: Envelope): Reading {
  const attributes = envelope.attributes ?? {};
  if ('EventType' in attributes && 'State' in attributes) return backup(said, attributes);
  if (/^Budget Name:/m.test(said) || /^AWS Budget Notification/.test(said)) return budgetText(said, envelope);
  if (/^Environment:/m.test(said) && /^Message:/m.test(said)) return beanstalk(said);
  return { severity: severityIn(envelope.subject) };
}

/** Backup's text is for people; its facts are the message attributes. */
function backup(said: string, attributes: Fields): Reading {
  const state = text(attributes.State);
  const job = text(attributes.EventType)?.replaceAll('_', ' ').toLowerCase();
  const arn = /Resource ARN ?: ?(arn:[^\s]+?)\.?(?:\s|$)/.exec(said)?.[1];
  return {
    variant: 'backup',
    key: `${arn ?? text(attributes.Id) ?? ''}#${text(attributes.EventType) ?? ''}`,
    status: state === 'COMPLETED' || state === 'RUNNING' || state === 'CREATED' ? 'resolved' : 'firing',
    title: `AWS Backup: ${job ?? 'job'} ${state?.toLowerCase() ?? ''}`.trim(),
    description: prose(said),
    resources: resources(arn, undefined),
    labels: pairs({ jobId: attributes.Id, state, eventType: attributes.EventType }),
  };
}

function budgetText(said: string, envelope: Envelope): Reading {
  const name = text(/^Budget Name: *(.+)$/m.exec(said)?.[1]);
  return { variant: 'budget', key: name && `budget:${name}`, title: name ? `Budget: ${name}` : envelope.subject };
}

const HEALTH_LEVELS = 'Ok|Info|Warning|Degraded|Severe|No Data|Pending|Unknown|Suspended';
const TRANSITION = new RegExp(`transitioned from (?:${HEALTH_LEVELS}) to (${HEALTH_LEVELS})`);

function beanstalk(said: string): Reading {
  const environment = text(/^Environment: *(.+)$/m.exec(said)?.[1]);
  const message = text(/^Message: *(.+)$/m.exec(said)?.[1], 2048);
  const health = TRANSITION.exec(said)?.[1];
  return {
    variant: 'elasticbeanstalk',
    key: environment && `elasticbeanstalk:${environment}`,
    status: health === 'Ok' ? 'resolved' : 'firing',
    severity: health === 'Severe' ? 'error' : health === 'Info' ? 'info' : health === undefined ? undefined : 'warning',
    title: `Elastic Beanstalk ${environment ?? ''}${health === undefined ? '' : `: ${health}`}`,
    description: message,
    resources: resources(environment, environment),
    labels: pairs({
      application: /^Application: *(.+)$/m.exec(said)?.[1],
      url: /^Environment URL: *(\S+)/m.exec(said)?.[1],
    }),
    at: instant(/^Timestamp: *(.+)$/m.exec(said)?.[1]),
  };
}

function resources(id: unknown, name: string | undefined): Draft['resources'] & object {
  const read = text(id);
  return read === undefined ? [] : [name === undefined ? { id: read } : { id: read, name }];
}
