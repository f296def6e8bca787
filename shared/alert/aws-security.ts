/**
 * Notices of AWS's security services: who did what (CloudTrail), what was found (GuardDuty, Security Hub, Inspector, Macie,
 * Access Analyzer), and what breaks a rule (Config).
 *
 * Sources: CloudTrail "Record contents", GuardDuty "Findings severity levels", Security Hub "AWS Security Finding Format"
 * and "EventBridge event formats" (`Findings Imported V2`, OCSF), Config "Example notifications". Called by `aws.ts`. Pure.
 */
import type { Severity } from './alert.ts';
import {
  consoleAt,
  inWords,
  isPresent,
  joined,
  type Reader,
  type Reading,
  resourceOf,
  resourcesOf,
  shortName,
} from './aws-reading.ts';
import { keyOf } from './identity.ts';
import { instant } from './instant.ts';
import { leavesOf } from './leaves.ts';
import { type Fields, fields, first, link, list, number, pairs, prose, text } from './read.ts';
import { severityWord } from './severity.ts';
import { isOpaque } from './things.ts';

export const SECURITY: Record<string, Reader> = {
  'AWS API Call via CloudTrail': apiCall,
  'AWS Service Event via CloudTrail': apiCall,
  'AWS Console Action via CloudTrail': apiCall,
  'AWS Insight via CloudTrail': apiCall,
  'AWS Console Sign In via CloudTrail': signIn,
  'GuardDuty Finding': guardDuty,
  'GuardDuty Malware Protection Object Scan Result': malware,
  'Inspector2 Finding': (detail) => ({
    variant: 'inspector2',
    key: text(detail.findingArn),
    severity: severityWord(detail.severity),
    status: detail.status === 'CLOSED' || detail.status === 'SUPPRESSED' ? 'resolved' : 'firing',
    resources: resourcesOf(...list(detail.resources).map((resource) => fields(resource).id)),
    startsAt: instant(detail.firstObservedAt),
  }),
  'ECR Image Scan': imageScan,
  'Inspector2 Scan': (detail) => ({
    variant: 'inspector2',
    severity: 'info',
    title: `Inspector scan of ${text(detail['repository-name']) ?? shortName(detail.resources) ?? 'resources'}: ${inWords(text(detail['scan-status'])) ?? 'done'}`,
  }),
  'Macie Finding': (detail) => ({
    variant: 'macie',
    key: text(detail.id),
    severity: severityWord(fields(detail.severity).description),
    status: 'firing',
    ends: false,
    resources: resourcesOf(fields(fields(detail.resourcesAffected).s3Bucket).arn),
  }),
  'Access Analyzer Finding': accessFinding,
  'Unused Access Finding for IAM entities': accessFinding,
  'Internal Access Finding': accessFinding,
  'Config Rules Compliance Change': configRule,
  'Config Configuration Item Change': (detail) => {
    const item = fields(detail.configurationItem);
    const what = joined(' ', text(item.resourceType), text(item.resourceName) ?? text(item.resourceId));
    return {
      variant: 'config',
      severity: 'info',
      status: 'firing',
      ends: false,
      title: `Config: ${what ?? 'a resource'} changed`,
      resources: resourcesOf(item.ARN ?? item.resourceId),
    };
  },
};

/** A scan that ended is routine; what it found is told, and nobody is woken for it. */
function imageScan(detail: Fields): Reading {
  const repository = text(detail['repository-name']) ?? 'a repository';
  const tag = text(list(detail['image-tags'])[0]) ?? text(detail['image-digest'], 20);
  const counts = fields(detail['finding-severity-counts']);
  const worst = ['CRITICAL', 'HIGH'].filter((level) => (number(counts[level]) ?? 0) > 0);
  const hasFailed = /FAILED/i.test(text(detail['scan-status']) ?? '');
  return {
    variant: 'ecr',
    key: `ecr:${repository}:${tag ?? ''}#scan`,
    status: worst.length > 0 || hasFailed ? 'firing' : 'resolved',
    severity: worst.length > 0 || hasFailed ? 'warning' : 'info',
    title: `Image scan of ${repository}${tag === undefined ? '' : `:${tag}`}${hasFailed ? ' failed' : ''}`,
    description: joined(', ', ...worst.map((level) => `${number(counts[level])} ${level.toLowerCase()}`)),
  };
}

/** Who called: a person or role by the name people know. */
function callerOf(identity: Fields): string | undefined {
  const issuer = fields(fields(identity.sessionContext).sessionIssuer);
  if (identity.type === 'Root') return 'root';
  return first(
    text(identity.userName),
    shortName(identity.arn),
    text(issuer.userName),
    text(identity.invokedBy),
    text(identity.principalId),
  );
}

/** What was called on: the most telling of the request's parameters. */
function targetOf(parameters: unknown): string | undefined {
  const leaves = leavesOf(parameters).filter(({ kind, value }) => kind === 'thing' && typeof value === 'string');
  const isNamed = /(?:name|arn|id|bucket|key|user|role|group|trail)$/i;
  const best =
    leaves.find(({ name, value }) => isNamed.test(name) && !isOpaque(String(value))) ??
    leaves.find(({ name }) => isNamed.test(name));
  return best === undefined ? undefined : shortName(best.value)?.slice(0, 120);
}

/** One API call. It is over when it is told of; what it did may last. */
function apiCall(detail: Fields, event: Fields): Reading {
  const who = callerOf(fields(detail.userIdentity));
  const call = text(detail.eventName) ?? 'API call';
  const target = targetOf(detail.requestParameters) ?? targetOf(detail.serviceEventDetails);
  const failed = text(detail.errorCode);
  const { eventSource, errorCode, requestParameters, serviceEventDetails, insightDetails } = detail;
  return {
    variant: 'cloudtrail',
    key: keyOf(
      {
        eventSource,
        call,
        who,
        errorCode,
        requestParameters,
        serviceEventDetails,
        insightDetails,
        account: event.account,
        region: event.region,
      },
      'cloudtrail',
    ),
    status: 'firing',
    ends: false,
    title: joined(' ', call, target, who === undefined ? undefined : `by ${who}`),
    description: joined(
      '. ',
      failed === undefined ? undefined : `${failed}: ${text(detail.errorMessage) ?? 'refused'}`,
      text(eventSource),
      text(detail.sourceIPAddress) === undefined ? undefined : `from ${text(detail.sourceIPAddress)}`,
    ),
    resources:
      target === undefined ? [] : [{ id: text(fields(list(detail.resources)[0]).ARN) ?? target, name: target }],
    labels: pairs({ eventName: call, eventSource, caller: who }),
    at: instant(detail.eventTime),
    links: { source: trailLink(detail, event) },
  };
}

function trailLink(detail: Fields, event: Fields): string | undefined {
  const id = text(detail.eventID, 128);
  return id === undefined
    ? undefined
    : consoleAt(event, (region) => `/cloudtrailv2/home?region=${region}#/events/${encodeURIComponent(id)}`);
}

function signIn(detail: Fields, event: Fields): Reading {
  const identity = fields(detail.userIdentity);
  const who = callerOf(identity) ?? 'somebody';
  const isFailure = fields(detail.responseElements).ConsoleLogin === 'Failure' || detail.errorMessage !== undefined;
  const isRoot = identity.type === 'Root';
  const account = text(identity.accountId) ?? text(event.account);
  const what = isFailure ? `Console sign-in of ${who} failed` : `${isRoot ? 'Root' : who} signed in to the console`;
  const withoutMfa = fields(detail.additionalEventData).MFAUsed === 'No' ? 'without MFA' : undefined;
  return {
    variant: 'cloudtrail',
    key: keyOf({ event: detail.eventName, who, isFailure, from: detail.sourceIPAddress, account }, 'cloudtrail'),
    status: 'firing',
    ends: false,
    severity: isRoot ? undefined : isFailure ? 'warning' : 'info',
    title: `${what}${account === undefined ? '' : ` (account ${account})`}`,
    description: joined(
      ', ',
      text(detail.errorMessage),
      withoutMfa,
      text(detail.sourceIPAddress) && `from ${text(detail.sourceIPAddress)}`,
    ),
    labels: pairs({ eventName: detail.eventName, caller: who }),
    at: instant(detail.eventTime),
    links: { source: trailLink(detail, event) },
  };
}

/** GuardDuty's scale: 9 and more critical, 7 high, 4 medium, 1 low. */
function guardDutySeverity(value: unknown): Severity | undefined {
  const level = number(value);
  if (level === undefined) return severityWord(value);
  return level >= 9 ? 'critical' : level >= 7 ? 'error' : level >= 4 ? 'warning' : 'info';
}

function guardDuty(detail: Fields, event: Fields): Reading {
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
      fields(resource.rdsDbInstanceDetails).dbInstanceArn,
      fields(resource.ecsClusterDetails).arn,
      fields(resource.accessKeyDetails).userName,
    ),
    startsAt: instant(service.eventFirstSeen) ?? instant(detail.createdAt),
    at: first(instant(service.eventLastSeen), instant(detail.updatedAt), instant(event.time)),
    labels: pairs({ findingType: detail.type }),
    links: { source: consoleAt(event, (region) => `/guardduty/home?region=${region}#/findings?search=id%3D${id}`) },
    // A finding never ends by itself: GuardDuty says when it was last seen, not that it is over.
    status: service.archived === true ? 'resolved' : 'firing',
    ends: false,
  };
}

function malware(detail: Fields, event: Fields): Reading {
  const object = fields(detail.s3ObjectDetails);
  const result = text(fields(detail.scanResultDetails).scanResultStatus);
  const where = [text(object.bucketName), text(object.objectKey)].filter(isPresent).join('/');
  const threats = list(fields(detail.scanResultDetails).threats).map((threat) => text(fields(threat).name));
  return {
    variant: 'guardduty',
    key: where === '' ? undefined : `arn:aws:s3:::${where}#malware`,
    status: result === 'NO_THREATS_FOUND' ? 'resolved' : 'firing',
    title: `Malware scan: ${result ?? text(detail.scanStatus) ?? 'no result'}`,
    description: threats.filter(isPresent).join(', ') || undefined,
    resources:
      where === ''
        ? resourcesOf(...list(event.resources))
        : [{ id: `arn:aws:s3:::${where}`, type: 'AWS/s3', name: where }],
  };
}

function accessFinding(detail: Fields): Reading {
  const what = shortName(detail.resource);
  const how = detail.isPublic === true ? 'is public' : (inWords(text(detail.findingType)) ?? 'is shared outside');
  return {
    variant: 'access-analyzer',
    key: text(detail.id),
    status: detail.status === 'ACTIVE' ? 'firing' : 'resolved',
    title: what === undefined ? undefined : `Access: ${joined(' ', text(detail.resourceType), what)} ${how}`,
    resources: resourcesOf(detail.resource),
  };
}

/** The same body by SNS and in an event's `detail`. What no longer applies to a rule does not break it. */
export function configRule(detail: Fields): Reading {
  const rule = text(detail.configRuleName) ?? 'unknown';
  const result = fields(detail.newEvaluationResult);
  const state = text(result.complianceType);
  const resource = text(detail.resourceId);
  const isOver = state === 'COMPLIANT' || state === 'NOT_APPLICABLE';
  const isAccount = text(detail.resourceType) === 'AWS::::Account';
  return {
    variant: 'config',
    key: `${text(detail.configRuleARN) ?? rule}#${resource ?? ''}`,
    notice: state,
    title: joined(' ', isAccount ? 'Account' : undefined, resource, isOver ? 'meets' : 'breaks', rule),
    description: prose(result.annotation),
    status: isOver ? 'resolved' : 'firing',
    resources: resourcesOf(detail.resourceId),
    labels: pairs({ configRule: rule, resourceType: detail.resourceType }),
    at: instant(result.resultRecordedTime) ?? instant(detail.notificationCreationTime),
  };
}

/** Security Hub's findings, in its own format and in OCSF. */
export function securityHub(finding: Fields): Reading {
  const severity = fields(finding.Severity);
  const info = fields(finding.finding_info);
  const workflow = text(fields(finding.Workflow).Status ?? finding.status)?.toUpperCase();
  const compliance = text(fields(finding.Compliance).Status ?? fields(finding.compliance).status)?.toUpperCase();
  const isOver =
    compliance === 'PASSED' ||
    compliance === 'PASS' ||
    finding.RecordState === 'ARCHIVED' ||
    /^(?:RESOLVED|SUPPRESSED|ARCHIVED)$/.test(workflow ?? '');
  const things = list(finding.Resources ?? finding.resources).map(fields);
  return {
    variant: 'securityhub',
    key: text(finding.Id) ?? text(info.uid),
    notice: workflow,
    status: isOver ? 'resolved' : 'firing',
    severity: severityWord(severity.Label ?? finding.severity) ?? normalizedSeverity(severity.Normalized),
    title: text(finding.Title) ?? text(info.title),
    description: prose(finding.Description ?? info.desc ?? finding.message),
    resources: things.map((item) => resourceOf(item.Id ?? item.uid, text(item.name))).filter(isPresent),
    startsAt:
      instant(finding.FirstObservedAt) ??
      instant(finding.CreatedAt) ??
      instant(info.first_seen_time_dt) ??
      instant(info.created_time_dt),
    at:
      instant(finding.UpdatedAt) ??
      instant(finding.LastObservedAt) ??
      instant(info.modified_time_dt) ??
      instant(finding.time_dt),
    links: { source: link(finding.SourceUrl) ?? link(info.src_url) },
  };
}

/** Findings of before 2020 have a number alone: 90 critical, 70 high, 40 medium, 1 low. */
function normalizedSeverity(value: unknown): Severity | undefined {
  const level = number(value);
  if (level === undefined) return undefined;
  return level >= 90 ? 'critical' : level >= 70 ? 'error' : level >= 40 ? 'warning' : 'info';
}
