/**
 * What else arrives on an alarm topic: notices of AWS services that are no EventBridge events (JSON of their own, or
 * plain text), and people's own words. Everything that came by SNS is at least an alert of source `aws` with its subject
 * as title, so that a topic never swallows one.
 *
 * Sources: Auto Scaling "Amazon SNS notifications", RDS and DMS "event notification", ElastiCache "event notifications and
 * Amazon SNS", Elastic Beanstalk "environment notifications", Backup "Notification options", Cost Management guides.
 */

import { placed } from './aws.ts';
import { autoScaling } from './aws-compute.ts';
import { databaseEvent, mail } from './aws-data.ts';
import { arnOf } from './aws-names.ts';
import { joined, type Reading } from './aws-reading.ts';
import { configRule } from './aws-security.ts';
import { costAnomaly, insight, invocation } from './aws-watchers.ts';
import type { Draft } from './draft.ts';
import type { Envelope } from './envelope.ts';
import { instant } from './instant.ts';
import { runbookOf } from './labels.ts';
import { type Fields, fields, isFields, link, list, pairs, prose, text } from './read.ts';
import { ENDLESS, readBody, readText } from './unknown.ts';

/** `message` is the JSON or the text that SNS carried. */
export function snsNotice(message: unknown, envelope: Envelope): Draft[] {
  const json = fields(message);
  const said = typeof message === 'string' ? message : undefined;
  const { variant, ends, ...reading } =
    (said === undefined ? jsonReading(json) : textReading(said, envelope)) ?? general(message, envelope);
  const topic = arnOf(envelope.topicArn);
  const account =
    text(json.AccountId ?? json.accountId ?? json.awsAccountId ?? envelope.attributes?.AccountId) ?? topic?.account;
  const at = reading.at ?? instant(envelope.sentAt);
  const status = reading.status ?? 'firing';
  const isEndless = status === 'firing' && ends === false;
  return [
    {
      description: prose(said),
      ...reading,
      title: reading.title ?? envelope.subject,
      source: { kind: 'aws', variant, account, region: topic?.region },
      key: reading.key === undefined ? undefined : placed(reading.key, account, topic?.region),
      notice: envelope.messageId,
      status,
      labels: [...(reading.labels ?? []), ...(isEndless ? [ENDLESS] : [])],
      startsAt: reading.startsAt ?? (status === 'firing' ? at : undefined),
      endsAt: status === 'resolved' ? (reading.endsAt ?? at) : undefined,
      at,
      links: { runbook: runbookOf([], said), ...reading.links },
    },
  ];
}

/** People's own words on a topic, and services that no table names. */
function general(message: unknown, envelope: Envelope): Reading {
  const named = GENERIC.test(envelope.subject ?? '') ? { ...envelope, subject: undefined } : envelope;
  const { title, ...reading } = typeof message === 'string' ? readText(message, named) : readBody(message, named);
  return { ...reading, title: named.subject ?? title };
}

/** Subjects that consoles and libraries fill in by themselves. */
const GENERIC =
  /^(?:aws|amazon [a-z0-9 ]{1,20}|rds|sns)? ?notification(?: message)?$|^notification from aws [a-z ]{1,20}$/i;

/** JSON that services other than EventBridge write, told apart by a field that only they have. */
const JSON_SHAPES: [field: string, read: (json: Fields) => Reading | undefined][] = [
  ['AutoScalingGroupName', scaling],
  ['Event Message', database],
  ['anomalyId', costAnomaly],
  ['budgetName', budget],
  ['commandId', runCommand],
  ['InsightId', (json) => ('InsightSeverity' in json || 'MessageType' in json ? insight(json) : undefined)],
  ['configRuleName', configRule],
  ['notificationType', (json) => (isFields(json.mail) ? mail(json) : undefined)],
  ['eventType', (json) => (isFields(json.mail) ? mail(json) : undefined)],
  ['requestContext', (json) => ('functionArn' in fields(json.requestContext) ? invocation(json) : undefined)],
  ['messageType', configNotice],
];

/** Such a notice by raw delivery, without the envelope that would tell that SNS brought it. */
export function isSnsNotice(payload: Fields): boolean {
  if (JSON_SHAPES.some(([field, read]) => field in payload && read(payload) !== undefined)) return true;
  return Object.keys(payload).some((name) => name.startsWith('ElastiCache:')) || isRecords(payload);
}

/** Events of S3 and others, which are lists of records. */
function isRecords(payload: Fields): boolean {
  const [record] = list(payload.Records);
  const source = text(fields(record).eventSource ?? fields(record).EventSource);
  return source?.startsWith('aws:') === true && source !== 'aws:sns' && source !== 'aws:sqs';
}

function jsonReading(json: Fields): Reading | undefined {
  for (const [field, read] of JSON_SHAPES) {
    const reading = field in json ? read(json) : undefined;
    if (reading !== undefined) return reading;
  }
  const cache = Object.keys(json).find((name) => name.startsWith('ElastiCache:'));
  if (cache !== undefined) return elastiCache(cache, json);
  if (isRecords(json)) return records(json);
  if (json.Event === 's3:TestEvent')
    return { variant: 's3', title: `S3 test event: ${text(json.Bucket) ?? ''}`, test: true };
  return text(json.Event)?.startsWith('autoscaling:') === true ? scaling(json) : undefined;
}

function scaling(json: Fields): Reading {
  const event = text(json.Event)?.replace(/^autoscaling:/, '') ?? 'notice';
  const isWrong = event.endsWith('_ERROR') || json.StatusCode === 'Failed';
  const group = text(json.AutoScalingGroupName);
  return {
    ...autoScaling(json, event, isWrong || event === 'TEST_NOTIFICATION'),
    resources: resources(json.AutoScalingGroupARN ?? json.AutoScalingGroupName, group),
    labels: pairs({ instance: json.EC2InstanceId }),
    at: instant(json.Time) ?? instant(json.EndTime),
    test: event === 'TEST_NOTIFICATION',
  };
}

/** RDS, DocumentDB, Neptune, Redshift and DMS: `Event Source`, `Source ID`, `Event ID`, `Event Message`. */
function database(json: Fields): Reading {
  const name = text(json['Source ID'] ?? json.SourceId ?? json.Resource);
  const arn = text(json['Source ARN']);
  const event =
    /#([A-Z]+-EVENT-[0-9]+)/.exec(text(json['Event ID']) ?? '')?.[1] ??
    /[A-Z]+-EVENT-[0-9]+/.exec(text(json['Event ID']) ?? '')?.[0];
  const source = text(json['Event Source']);
  return {
    ...databaseEvent({ arn, name, event, message: prose(json['Event Message']) }),
    variant: source?.startsWith('replication') === true ? 'dms' : source === 'cluster' ? 'redshift' : 'rds',
    resources: resources(arn ?? name, name),
    labels: pairs({ eventId: event, eventSource: source }),
    at: instant(json['Event Time']),
    links: { source: link(json['Identifier Link']) },
  };
}

function budget(json: Fields): Reading {
  const { time: _, timestamp: __, ...which } = json;
  const { labels: ___, ...told } = readBody(which, {});
  return {
    ...told,
    variant: 'budget',
    severity: 'warning',
    ends: false,
    title: `Budget: ${text(json.budgetName) ?? ''}`,
  };
}

/** Config's other notices: deliveries of files, and changes of single resources. */
function configNotice(json: Fields): Reading | undefined {
  const type = text(json.messageType) ?? '';
  if (!/^(?:Configuration|Oversized|ScheduledConfig|ConfigRules)/.test(type)) return undefined;
  const item = fields(json.configurationItem ?? json.configurationItemSummary);
  const what = joined(' ', text(item.resourceType), text(item.resourceName ?? item.resourceId));
  const isFailure = /Failed$/.test(type);
  const { key } = readBody(json, {}, what);
  return {
    variant: 'config',
    key,
    status: /(?:Completed|Delivery)$/.test(type) ? 'resolved' : 'firing',
    severity: isFailure ? undefined : 'info',
    ends: false,
    title: joined(
      ': ',
      `Config ${type.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()}`,
      what ?? text(json.s3Bucket),
    ),
    description: joined(' ', text(json.errorCode), prose(json.errorMessage)),
    resources: resources(item.ARN ?? item.resourceId, text(item.resourceName ?? item.resourceId)),
    at: instant(json.notificationCreationTime),
  };
}

/** Systems Manager "Monitoring status changes using Amazon SNS notifications". */
function runCommand(json: Fields): Reading {
  const status = text(json.status);
  const document = text(json.documentName) ?? 'command';
  const isUnderWay = status === 'InProgress' || status === 'Pending';
  return {
    variant: 'ssm',
    key: `ssm:${document}#${text(json.instanceId) ?? ''}${isUnderWay ? '#under-way' : ''}`,
    status: status === 'Success' || isUnderWay ? 'resolved' : 'firing',
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
  const object = text(fields(fields(record.s3).object).key);
  const isTrouble = /fail|lost|missed/i.test(name ?? '');
  const { key } = readBody(
    {
      Records: list(json.Records).map((one) => ({
        ...fields(one),
        responseElements: undefined,
        userIdentity: undefined,
      })),
    },
    {},
  );
  return {
    variant: text(text(record.eventSource)?.replace(/^aws:/, '')),
    key,
    severity: isTrouble ? undefined : 'info',
    ends: false,
    title: joined(' ', text(record.eventSource), name, joined('/', text(bucket.name), object)),
    resources: resources(bucket.arn ?? record.eventSourceARN, text(bucket.name)),
    labels: pairs({ object }),
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

function textReading(said: string, envelope: Envelope): Reading | undefined {
  const attributes = envelope.attributes ?? {};
  if ('EventType' in attributes && 'State' in attributes) return backup(said, attributes);
  if (/^Budget Name:/m.test(said) || /^AWS Budget Notification/.test(said)) return budgetText(said, envelope);
  if (/^Environment:/m.test(said) && /^Message:/m.test(said)) return beanstalk(said);
  return undefined;
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
    title: joined(' ', `AWS Backup: ${job ?? 'job'}`, state?.toLowerCase()),
    description: prose(said),
    resources: resources(arn, arn?.split(/[/:]/).at(-1)),
    labels: pairs({ jobId: attributes.Id, state, eventType: attributes.EventType }),
  };
}

/** Budgets write text alone. Nobody is woken for money. */
function budgetText(said: string, envelope: Envelope): Reading {
  const line = (name: string) => text(new RegExp(`^${name}: *(.{1,200})$`, 'm').exec(said)?.[1]);
  const name = line('Budget Name');
  const kind = line('Alert Type');
  const amount = line(`${kind ?? 'ACTUAL'} Amount`) ?? line('ACTUAL Amount') ?? line('FORECASTED Amount');
  const limit = line('Alert Threshold');
  return {
    variant: 'budget',
    key: name === undefined ? undefined : `budget:${name}#${kind ?? ''}${limit ?? ''}`,
    severity: 'warning',
    ends: false,
    title:
      name === undefined
        ? envelope.subject
        : (joined(' ', `Budget ${name}:`, kind?.toLowerCase(), amount, limit) ?? name),
    description: joined(' ', 'Budgeted', line('Budgeted Amount')),
    labels: pairs({ budget: name }),
  };
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
