/**
 * Notices of AWS's databases, backups, certificates and mail: what starts, what ends, and what is routine.
 *
 * Sources: RDS and Aurora "Event categories and event messages", Redshift "event notifications", DMS "events and
 * notifications", Backup "EventBridge", ACM "EventBridge", SES "Contents of Amazon SNS notifications". Pure.
 */
import { inWords, joined, named, type Reader, type Reading, resourceOf, resourcesOf } from './aws-reading.ts';
import { instant } from './instant.ts';
import { entry, type Fields, fields, link, list, number, pairs, prose, text } from './read.ts';
import { severityWord } from './severity.ts';

export const DATA: Record<string, Reader> = {
  'RDS DB Instance Event': rds,
  'RDS DB Cluster Event': rds,
  'RDS DB Snapshot Event': rds,
  'RDS DB Cluster Snapshot Event': rds,
  'RDS DB Proxy Event': rds,
  'RDS DB Parameter Group Event': rds,
  'DocumentDB Event': rds,
  'Redshift Cluster Event': (detail) => ({
    ...named('redshift', 'Redshift', detail.SourceIdentifier, detail.SourceIdentifier),
    variant: 'redshift',
    key:
      text(detail.SourceIdentifier) &&
      `redshift:${text(detail.SourceIdentifier)}#${text(detail.EventId) ?? text(detail.Message) ?? ''}`,
    severity: severityWord(detail.Severity),
    status: 'firing',
    ends: false,
    description: prose(detail.Message),
    labels: pairs({ eventId: detail.EventId }),
    at: instant(detail.Date),
  }),
  'DMS Replication Task State Change': (detail, event) => ({
    variant: 'dms',
    key: text(list(event.resources)[0]),
    status: /FAIL|STOPPED|ERROR/i.test(text(detail.eventType) ?? '') ? 'firing' : 'resolved',
    title: joined(
      ' ',
      'DMS task',
      resourceOf(list(event.resources)[0])?.name,
      inWords(text(detail.eventType)?.replace('REPLICATION_TASK_', '')),
    ),
    description: prose(detail.detailMessage),
    labels: pairs({ eventId: detail.eventId, eventType: detail.eventType }),
    links: { source: link(detail.resourceLink) },
  }),
  'Backup Job State Change': backupJob,
  'ACM Certificate Approaching Expiration': certificate,
  'ACM Certificate Expired': certificate,
  'ACM Certificate Available': certificate,
  'ACM Certificate Renewal Action Required': certificate,
  'ACM Certificate Revoked': certificate,
};

// By what they are about: what begins it, and what ends it.
const FAMILIES: [family: string, begins: string, ends: string][] = [
  ['storage', '0007 0089 0221 0222 0223 0224 0227', '0017'],
  ['availability', '0004 0022 0087', '0006 0088'],
  ['failover', '0013 0050 0072 0073 0069', '0015 0049 0051 0065 0071'],
  ['replication', '0045 0057 0202', '0046'],
  ['recovery', '0020 0052', '0021 0053'],
];
const BY_EVENT = new Map<string, { family: string; status: 'firing' | 'resolved' }>();
for (const [family, begins, ends] of FAMILIES) {
  for (const id of begins.split(' ')) BY_EVENT.set(`RDS-EVENT-${id}`, { family, status: 'firing' });
  for (const id of ends.split(' ')) BY_EVENT.set(`RDS-EVENT-${id}`, { family, status: 'resolved' });
}

const ROUTINE =
  /\b(finished|complete[d]?|created|restarted|started|restored|deleted|added|backing up|backup|applied|patched|updated|modified)\b/i;
const TROUBLE =
  /\b(fail|failed|failure|failover|stopped|shutdown|error|unable|cannot|low|out of|full|exhausted|incompatible|exceed)/i;

/** A database's event by either road. `arn` or a name says which database it is about. */
export function databaseEvent(given: {
  arn?: string | undefined;
  name?: string | undefined;
  event?: string | undefined;
  message?: string | undefined;
  categories?: string[];
}): Reading {
  const { arn, name, event, message, categories = [] } = given;
  const known = event === undefined ? undefined : BY_EVENT.get(event);
  const isTrouble =
    categories.some((category) => /fail|low storage|availability|security/.test(category)) ||
    TROUBLE.test(message ?? '');
  const isRoutine = known === undefined && !isTrouble && (categories.length > 0 || ROUTINE.test(message ?? ''));
  const said = message ?? categories[0] ?? event ?? 'notice';
  return {
    key: `${arn ?? name ?? ''}#${known?.family ?? event ?? said}`,
    notice: event,
    status: known?.status ?? 'firing',
    ends: known !== undefined && known.family !== undefined,
    severity: isRoutine ? 'info' : undefined,
    title: `${name ?? resourceOf(arn)?.name ?? 'Database'}: ${said.slice(0, 200)}`,
    description: message,
  };
}

function rds(detail: Fields, event: Fields): Reading {
  const arn = text(detail.SourceArn) ?? text(list(event.resources)[0]);
  return {
    ...databaseEvent({
      arn,
      name: text(detail.SourceIdentifier),
      event: text(detail.EventID),
      message: prose(detail.Message),
      categories: list(detail.EventCategories).map((category) => text(category)?.toLowerCase() ?? ''),
    }),
    variant: 'rds',
    resources: resourcesOf(arn),
    at: instant(detail.Date),
    labels: pairs({ eventId: detail.EventID }),
  };
}

function backupJob(detail: Fields, event: Fields): Reading {
  const thing = resourceOf(detail.resourceArn ?? list(event.resources)[0]);
  const kind = text(event['detail-type'])?.split(' ', 1)[0] ?? 'Backup';
  return {
    variant: 'backup',
    // As its SNS notice has it, so that both roads lead to one alert.
    key: thing === undefined ? undefined : `${thing.id}#${kind.toUpperCase()}_JOB`,
    title: joined(' ', `${kind} job`, inWords(text(detail.state ?? detail.status)), text(detail.resourceName)),
    resources: thing === undefined ? [] : [thing],
    labels: pairs({ jobId: detail.backupJobId ?? detail.copyJobId ?? detail.restoreJobId }),
  };
}

/** The domain is the certificate's name to people. */
function certificate(detail: Fields, event: Fields): Reading {
  const arn = text(list(event.resources)[0]) ?? text(detail.CertificateArn);
  const domain = text(detail.CommonName) ?? text(detail.DomainName) ?? 'unknown';
  const type = text(event['detail-type']) ?? '';
  const days = number(detail.DaysToExpiry);
  const what =
    days !== undefined && !/Expired|Available/.test(type)
      ? `expires in ${days} ${days === 1 ? 'day' : 'days'}`
      : inWords(type.replace('ACM Certificate ', ''));
  return {
    variant: 'acm',
    key: `${arn ?? domain}#certificate`,
    notice: `${type} ${days ?? ''}`,
    status: /Available/.test(type) ? 'resolved' : 'firing',
    severity: days !== undefined && days > 14 && /Approaching/.test(type) ? 'warning' : undefined,
    ends: true,
    title: `Certificate ${domain} ${what ?? ''}`.trim(),
    description: prose(detail.Action) ?? prose(detail.RenewalStatusReason),
    resources: arn === undefined ? [] : [{ id: arn, type: 'AWS/acm', name: domain }],
  };
}

/** Mail that did not arrive is told, mail that did is recorded. */
const MAIL: Record<string, Reading['severity']> = {
  bounce: 'warning',
  complaint: 'warning',
  deliverydelay: 'warning',
  delivery: 'info',
  send: 'info',
  open: 'info',
  click: 'info',
  subscription: 'info',
};

/** SES by SNS (`notificationType`, `eventType`) and by EventBridge, whose detail is the same. */
export function mail(json: Fields): Reading {
  const type = text(json.notificationType ?? json.eventType) ?? 'Notice';
  const name = type.replaceAll(' ', '').toLowerCase();
  const message = fields(json.mail);
  const about = fields(json[name] ?? json[`${name[0]}${type.replaceAll(' ', '').slice(1)}`] ?? json.failure);
  const from =
    text(message.sourceArn)?.split('identity/').at(-1) ?? text(message.source)?.split('@').at(-1)?.replace(/>.*$/, '');
  const [recipient] = list(about.bouncedRecipients ?? about.complainedRecipients ?? about.delayedRecipients);
  const severity = entry(MAIL, name);
  const isWell = severity === 'info';
  const kinds = joined(
    ' ',
    text(about.bounceType),
    text(about.bounceSubType),
    text(about.complaintFeedbackType),
    text(about.delayType),
  );
  return {
    variant: 'ses',
    key: `ses:${from ?? ''}#${name}#${kinds ?? ''}#${list(message.destination)
      .map((to) => text(to))
      .join(',')}`,
    notice: text(message.messageId),
    status: isWell ? 'resolved' : 'firing',
    ends: false,
    severity,
    title: `SES ${type.toLowerCase()}: ${from ?? 'mail'}`
      .replace('SES bounce', 'Bounce')
      .replace('SES complaint', 'Complaint'),
    description: joined(
      ': ',
      kinds,
      text(fields(recipient).diagnosticCode) ??
        text(about.errorMessage) ??
        text(about.reason) ??
        text(about.smtpResponse),
    ),
    resources: from === undefined ? [] : [{ id: text(message.sourceArn) ?? from, name: from }],
    at: instant(about.timestamp) ?? instant(message.timestamp),
  };
}
