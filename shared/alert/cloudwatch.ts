/**
 * CloudWatch alarms, by all of their roads: the SNS message, the EventBridge events (state change, contributor) and the
 * direct Lambda action. Each road has a table from its fields to one `Alarm`; one table more makes that the alert. So the
 * same state change by two roads has the same id and key.
 *
 * Sources: CloudWatch user guide "Notifying users on alarm changes", "Alarm events and EventBridge", "Invoke a Lambda
 * function from an alarm", "Log Alarms"; deliveries recorded in 2026 where the guide and they disagree.
 */
import type { Signal } from './alert.ts';
import { type Arn, arnOf, consoleHost, metricResource, regionOf } from './aws-names.ts';
import { judged, type Metric, metricOfEvent, metricOfMessage, metricOfTrigger } from './cloudwatch-metric.ts';
import type { Draft } from './draft.ts';
import type { Envelope } from './envelope.ts';
import { duration, instant } from './instant.ts';
import { environmentOf, runbookOf, serviceOf, severityLabelOf } from './labels.ts';
import { plainProse } from './prose.ts';
import { count, entry, type Fields, fields, json, list, number, pairs, prose, text } from './read.ts';
import { severityIn, severityWord } from './severity.ts';

/** One state change of one alarm, whichever road it came by. */
type Alarm = {
  arn: string | undefined;
  name: string | undefined;
  description: string | undefined;
  account: string | undefined;
  region: string | undefined;
  state: string | undefined;
  at: string | undefined;
  /** EventBridge and Lambda say since when the state before held; SNS only which it was. */
  previous: { state: string | undefined; at?: string | undefined };
  reason: string | undefined;
  reasonData: Fields;
  contributor: { id: string | undefined; attributes: [string, string][] };
  metric: Metric;
  comparison: string | undefined;
  threshold: number | undefined;
  periods: number | undefined;
  missingDataBreaches: boolean;
  variant: string | undefined;
  children: string[];
  suppressed: string | undefined;
  tags: [string, string][];
  /** Not CloudWatch's: relays add it. */
  priority?: string | undefined;
};

const OF_A_MESSAGE = ['NewStateValue', 'NewStateReason', 'StateChangeTime', 'AlarmArn', 'Trigger', 'MetricName'];

export function isAlarmMessage(payload: Fields): boolean {
  return 'AlarmName' in payload && OF_A_MESSAGE.some((name) => name in payload);
}

export function isAlarmEvent(payload: Fields): boolean {
  if (isFieldsLike(payload.alarmData)) return true;
  const type = payload['detail-type'];
  return typeof type === 'string' && /^CloudWatch Alarm /.test(type);
}

function isFieldsLike(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `[]` for a change of configuration: the alarm's state is in its own notice. */
export function alarmEvent(payload: Fields): Draft[] {
  const isConfiguration = payload['detail-type'] === 'CloudWatch Alarm Configuration Change';
  return isConfiguration ? [] : [toDraft(fromEvent(payload))];
}

export function alarmMessage(payload: Fields, envelope: Envelope): Draft[] {
  return [toDraft(fromMessage(payload, envelope))];
}

/** The SNS message. Names begin with capitals, dimensions are `{value, name}`, `Region` is the name people read. */
function fromMessage(message: Fields, envelope: Envelope): Alarm {
  // Relays flatten the trigger into the message.
  const trigger = 'Trigger' in message ? fields(message.Trigger) : message;
  const metrics = list(trigger.Metrics ?? message.Metrics).map(metricOfMessage);
  const children = list(message.TriggeringChildren).map((child) => text(fields(child).Arn ?? child));
  const reasonData = fields(json(message.NewStateReasonData));
  const isLog = 'LogAlarm' in message || 'QueryString' in trigger || Array.isArray(reasonData.results);
  return {
    arn: cleanArn(message.AlarmArn),
    name: text(message.AlarmName),
    description: plainProse(prose(message.AlarmDescription)),
    account: text(message.AWSAccountId) ?? arnOf(envelope.topicArn)?.account,
    region: regionOf(text(message.Region)) ?? arnOf(envelope.topicArn)?.region,
    state: text(message.NewStateValue),
    at: instant(message.StateChangeTime),
    previous: { state: text(message.OldStateValue) },
    reason: prose(message.NewStateReason),
    reasonData,
    contributor: {
      id: text(message.AlarmContributorId ?? fields(message.AlarmContributor).id),
      attributes: pairs(message.AlarmContributorAttributes ?? fields(message.AlarmContributor).attributes),
    },
    metric: metrics.length > 0 ? judged(metrics, trigger) : metricOfTrigger(trigger),
    comparison: text(trigger.ComparisonOperator) ?? comparisonIn(text(message.NewStateReason, 4096)),
    threshold: number(trigger.Threshold) ?? thresholdIn(text(message.NewStateReason, 4096)),
    periods: count(trigger.EvaluationPeriods),
    // Older messages say "- TreatMissingData:                    missing": the last word counts.
    missingDataBreaches: /(^|[\s:])breaching\s*$/i.test(text(trigger.TreatMissingData) ?? ''),
    variant: 'AlarmRule' in message ? 'composite' : isLog ? 'log' : 'metric',
    children: children.filter((arn) => arn !== undefined),
    suppressed: text(message.ActionsSuppressedBy),
    tags: pairs(message.AlarmTags),
    priority: text(message.Severity ?? message.Priority),
  };
}

/** EventBridge's event, or the Lambda action's `alarmData`; one published sample mixes the two. */
function fromEvent(event: Fields): Alarm {
  const detail = fields(event.alarmData ?? event.detail);
  const state = fields(detail.state);
  const previous = fields(detail.previousState);
  const configuration = fields(detail.configuration);
  const contributor = fields(detail.alarmContributor);
  const reasonData = fields(json(state.reasonData));
  const metrics = list(configuration.metrics).map(metricOfEvent);
  const children = list(reasonData.triggeringAlarms).map((child) => text(fields(child).arn));
  const isLog = 'logAlarm' in configuration || 'scheduledQuery' in configuration || Array.isArray(reasonData.results);
  return {
    arn: cleanArn(event.alarmArn ?? list(event.resources)[0]),
    name: text(detail.alarmName),
    description: plainProse(prose(configuration.description)),
    account: text(event.accountId ?? event.account),
    region: text(event.region),
    state: text(state.value),
    at: instant(state.timestamp) ?? instant(event.time),
    previous: { state: text(previous.value), at: instant(previous.timestamp) },
    reason: prose(state.reason),
    reasonData,
    contributor: { id: text(contributor.id), attributes: pairs(contributor.attributes) },
    metric: judged(metrics, reasonData),
    comparison: text(configuration.comparisonOperator) ?? comparisonIn(text(state.reason, 4096)),
    threshold: number(reasonData.threshold) ?? number(configuration.threshold) ?? thresholdIn(text(state.reason, 4096)),
    periods: count(configuration.evaluationPeriods),
    missingDataBreaches: text(configuration.treatMissingData)?.toLowerCase() === 'breaching',
    variant: 'alarmRule' in configuration ? 'composite' : isLog ? 'log' : 'metric',
    children: children.filter((arn) => arn !== undefined),
    suppressed: text(state.actionsSuppressedBy) ?? ('muteDetail' in detail ? 'MuteRule' : undefined),
    tags: pairs(event.alarmTags ?? detail.alarmTags ?? detail.tags),
  };
}

function toDraft(alarm: Alarm): Draft {
  const arn = arnOf(alarm.arn);
  const region = alarm.region ?? arn?.region;
  const account = alarm.account ?? arn?.account;
  const name = alarm.name ?? arn?.resource;
  const key = alarm.arn ?? `arn:aws:cloudwatch:${region ?? ''}:${account ?? ''}:alarm:${name ?? ''}`;
  const isUnknown = alarm.state === 'INSUFFICIENT_DATA';
  const labels = [...alarm.metric.dimensions, ...alarm.contributor.attributes, ...alarm.tags];
  const status = alarm.state === 'OK' ? 'resolved' : 'firing';
  const tagged =
    severityWord(severityLabelOf(alarm.tags)) ??
    severityWord(alarm.priority) ??
    severityIn(alarm.name) ??
    severityIn(alarm.description);
  return {
    source: { kind: 'cloudwatch', variant: alarm.variant, account, region },
    key: alarm.contributor.id === undefined ? key : `${key}#${alarm.contributor.id}`,
    notice: alarm.state,
    status,
    severity: isForScaling(alarm) ? 'info' : isUnknown && !alarm.missingDataBreaches ? 'warning' : tagged,
    title: name,
    description: alarm.description ?? alarm.reason,
    service: serviceOf(labels),
    environment: environmentOf(labels),
    resources: resourcesOf(alarm, region, account),
    signal: signalOf(alarm),
    labels: [
      ...labels,
      ...label(
        'state',
        isUnknown ? 'INSUFFICIENT_DATA' : status === 'firing' && isWithoutData(alarm) ? NO_DATA : undefined,
      ),
      ...label('suppressed', alarm.suppressed ?? (isForScaling(alarm) ? 'Scaling' : undefined)),
      ...childLabel(alarm.children),
    ],
    links: { source: consoleLink(arnOf(key)), runbook: runbookOf(alarm.tags, alarm.description) },
    startsAt: startsAtOf(alarm, status),
    endsAt: status === 'resolved' ? alarm.at : undefined,
    at: alarm.at,
  };
}

function label(name: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[name, value]];
}

const NO_DATA = 'no data';

/** An alarm that treats missing data as breaching fires without a value. */
function isWithoutData(alarm: Alarm): boolean {
  return /no datapoints were received/.test(alarm.reason ?? '');
}

// "TargetTracking-table/orders-AlarmLow-4ac0f2f0-…"; Elastic Beanstalk's own two alarms have no more than their stack's name.
const SCALING_NAME =
  /^TargetTracking-.{1,220}-(?:Alarm|ProvisionedCapacity)(?:Low|High)-[0-9a-f]{8}-[0-9a-f-]{27}$|^awseb-e-[a-z0-9]+-stack-AWSEBCloudwatchAlarm(?:Low|High)-[A-Z0-9]+$/;

/** Alarms that AWS makes to drive a scaling policy tell nobody anything: they are recorded. */
function isForScaling(alarm: Alarm): boolean {
  return (
    SCALING_NAME.test(alarm.name ?? '') ||
    /^DO NOT EDIT OR DELETE\. For TargetTrackingScaling policy/.test(alarm.description ?? '')
  );
}

/** A firing begins with its state, unless the alarm was in ALARM before (a release of suppressed actions). */
function startsAtOf(alarm: Alarm, status: 'firing' | 'resolved'): string | undefined {
  if (alarm.previous.state === 'ALARM') return alarm.previous.at;
  return status === 'firing' ? alarm.at : undefined;
}

function resourcesOf(alarm: Alarm, region: string | undefined, account: string | undefined) {
  if (alarm.children.length > 0) {
    return alarm.children.map((child) => ({
      id: child,
      type: 'AWS::CloudWatch::Alarm',
      name: arnOf(child)?.resource || child,
    }));
  }
  const resource = metricResource(alarm.metric.namespace, alarm.metric.dimensions, region, account);
  return resource === undefined ? [] : [resource];
}

function childLabel(children: string[]): [string, string][] {
  const names = children.map((child) => arnOf(child)?.resource || child).join(', ');
  const short = text(names, 2048);
  return short === undefined ? [] : [['children', short]];
}

const COMPARISONS: Record<string, Signal['comparison']> = {
  GreaterThanThreshold: '>',
  GreaterThanOrEqualToThreshold: '>=',
  LessThanThreshold: '<',
  LessThanOrEqualToThreshold: '<=',
  LessThanLowerOrGreaterThanUpperThreshold: 'outside',
  GreaterThanUpperThreshold: 'above',
  LessThanLowerThreshold: 'below',
};

function signalOf(alarm: Alarm): Draft['signal'] {
  // Composite alarms judge other alarms, not numbers.
  if (alarm.variant === 'composite') return undefined;
  const comparison = entry(COMPARISONS, alarm.comparison);
  const isBand = comparison === 'outside' || comparison === 'above' || comparison === 'below';
  return {
    namespace: alarm.metric.namespace,
    name: alarm.metric.name,
    statistic: alarm.metric.statistic,
    comparison,
    threshold: isBand ? undefined : alarm.threshold,
    value: datapointOf(alarm),
    // How many datapoints there were is a count and has no unit.
    unit: alarm.metric.statistic === 'SampleCount' ? undefined : alarm.metric.unit,
    window: duration(alarm.metric.seconds),
    periods: alarm.periods,
  };
}

// "datapoints [12.0 (23/11/26 03:11:00), 9.0 (…)]", and before 2018 "datapoint (7.9)" or "datapoints: [94.0, 92.0]".
const FIRST_DATAPOINT =
  /datapoints?(?: which crossed the threshold)?:? ?[[(](-?[0-9][0-9.]{0,30}(?:[eE][-+]?[0-9]{1,3})?)[ ,)\]]/;

/** The newest datapoint: `reason` lists newest first, `recentDatapoints` is used only where order cannot matter. */
function datapointOf(alarm: Alarm): number | undefined {
  const said = number(FIRST_DATAPOINT.exec(alarm.reason ?? '')?.[1]);
  if (said !== undefined) return said;
  const evaluated = number(fields(list(alarm.reasonData.evaluatedDatapoints)[0]).value);
  if (evaluated !== undefined) return evaluated;
  const recent = list(alarm.reasonData.recentDatapoints);
  const results = list(alarm.reasonData.results);
  return recent.length === 1 ? number(recent[0]) : results.length === 1 ? number(fields(results[0]).value) : undefined;
}

const COMPARED =
  /(?:was|were) (?:not )?(greater than or equal to|less than or equal to|greater than|less than) the threshold/;
const COMPARED_AS: Record<string, string> = {
  'greater than': 'GreaterThanThreshold',
  'greater than or equal to': 'GreaterThanOrEqualToThreshold',
  'less than': 'LessThanThreshold',
  'less than or equal to': 'LessThanOrEqualToThreshold',
};

/** State change events carry no operator, but their reason says it: "was not less than the threshold (1.0)". */
function comparisonIn(reason: string | undefined): string | undefined {
  if (reason === undefined) return undefined;
  const words = COMPARED.exec(reason)?.[1];
  if (words !== undefined) return COMPARED_AS[words];
  // Anomaly detection speaks of lower and upper thresholds, of both or of the one it was set to watch.
  const isLower = /less than the lower threshold/.test(reason);
  const isUpper = /greater than the upper threshold/.test(reason);
  if (isLower && isUpper) return 'LessThanLowerOrGreaterThanUpperThreshold';
  return isUpper ? 'GreaterThanUpperThreshold' : isLower ? 'LessThanLowerThreshold' : undefined;
}

function thresholdIn(reason: string | undefined): number | undefined {
  return number(/the threshold \((-?[0-9][0-9.eE+-]*)\)/.exec(reason ?? '')?.[1]);
}

/** Published samples have stray spaces in the ARN's head ("us-east-1: 4444…"); alarm names may hold real ones. */
function cleanArn(value: unknown): string | undefined {
  const written = text(value);
  const head = written?.indexOf('alarm:') ?? -1;
  if (written === undefined || !written.startsWith('arn:') || head < 0) return undefined;
  return written.slice(0, head).replaceAll(' ', '') + written.slice(head);
}

function consoleLink(arn: Arn | undefined): string | undefined {
  const host = arn === undefined ? undefined : consoleHost(arn.region);
  if (host === undefined || arn === undefined || arn.resource === '') return undefined;
  return `https://${host}/cloudwatch/home?region=${arn.region}#alarmsV2:alarm/${encodeURIComponent(arn.resource)}`;
}
