/**
 * Events of the activity log as Azure Monitor's alerts carry them: service health, resource health, security findings and
 * operations. Azure fixes their severity at Sev4, so the event itself says how bad it is.
 *
 * Sources: Azure Monitor "Azure activity log event schema" (levels, categories); Azure Service Health "Service health
 * notifications" (incident types, stages); Azure Resource Health "Resource health overview" (statuses, causes).
 */
import type { Severity } from './alert.ts';
import type { Draft } from './draft.ts';
import { words } from './html.ts';
import { instant } from './instant.ts';
import { entry, type Fields, fields, first, list, pairs, prose, text } from './read.ts';
import { severityWord } from './severity.ts';

/** What an `alertContext` adds to, or says otherwise than, the essentials. */
export type Context = Omit<Draft, 'source' | 'labels'> & { variant: string; labels?: [string, string][] };

// The schema's words; in some notices the level is the number of .NET's EventLevel.
const LEVELS: Record<string, Severity> = {
  critical: 'critical',
  error: 'error',
  warning: 'warning',
  informational: 'info',
  information: 'info',
  verbose: 'info',
  '1': 'critical',
  '2': 'error',
  '3': 'warning',
  '4': 'info',
  '5': 'info',
};

/** Severity of an activity log level: `Warning`, or `3` which is the same. */
export function levelOf(value: unknown): Severity | undefined {
  return entry(LEVELS, text(value)?.toLowerCase());
}

const FAILED = /fail|denied|error|timed ?out|timeout/i;
/** Operations that take something away or let somebody in: nobody is woken, and somebody should know. */
const TELLING =
  /\/(delete|stop|deallocate|poweroff|restart|failover|regeneratekeys?|listkeys|roleassignments\/write)(\/action)?$/i;

/** An entry of the activity log. It happened once: it fires and nothing ever resolves it, unless it is a finding's end. */
export function activity(context: Fields): Context {
  const category = text(context.eventSource) ?? '';
  if (/security/i.test(category) || /^microsoft\.security\//i.test(text(context.operationName) ?? ''))
    return security(context);
  const properties = fields(context.properties);
  const status = first(text(context.status), text(context.subStatus));
  const operation = text(context.operationName);
  const at = instant(context.eventTimestamp);
  const said = first(
    words(properties.statusMessage),
    words(properties.message),
    words(context['Activity Log Event Description']),
  );
  return {
    variant: 'activity',
    severity: severityOfActivity(context, status, operation),
    description: joined(
      ': ',
      joined(' ', operationWords(operation), status?.toLowerCase(), byWhom(context.caller)),
      said,
    ),
    title: operation,
    labels: pairs({
      category: properties.eventCategory ?? context.eventSource,
      operationName: context.operationName,
      status: context.status,
      level: context.level,
      caller: context.caller,
    }),
    startsAt: at,
    at,
  };
}

function severityOfActivity(
  context: Fields,
  status: string | undefined,
  operation: string | undefined,
): Severity | undefined {
  const level = levelOf(context.level);
  if (level !== 'info' && level !== undefined) return level;
  if (FAILED.test(status ?? '')) return 'warning';
  return TELLING.test(operation ?? '') ? 'warning' : level;
}

/** `Microsoft.Compute/virtualMachines/deallocate/action` as `virtualMachines deallocate`. */
function operationWords(operation: string | undefined): string | undefined {
  const parts = operation?.replace(/\/action$/i, '').split('/') ?? [];
  return parts.length < 2 ? operation : parts.slice(-2).join(' ');
}

function byWhom(caller: unknown): string | undefined {
  const who = text(caller);
  return who === undefined ? undefined : `by ${who}`;
}

/** A finding of Defender for Cloud: `properties.severity` is the finding's, `level` only the log's. */
function security(context: Fields): Context {
  const properties = fields(context.properties);
  const operation = text(context.operationName) ?? '';
  const states = `${text(context.status) ?? ''} ${text(properties.status) ?? ''}`;
  const isOver = /\b(resolved|dismissed)\b/i.test(states) || /\/(resolve|dismiss)\/action$/i.test(operation);
  const finding = text(context.resourceId);
  const at = instant(context.eventTimestamp);
  const entity = first(text(properties.compromisedEntity), text(properties.CompromisedEntity));
  const what = first(
    text(properties.alertDisplayName),
    text(properties.title),
    text(context.eventName),
    text(properties.threatName),
    joined(' ', text(properties.category), text(properties.filePath)),
  );
  return {
    variant: 'activity',
    key:
      finding !== undefined && /\/microsoft\.security\/.*alerts\//i.test(finding) ? finding.toLowerCase() : undefined,
    status: isOver ? 'resolved' : 'firing',
    severity: securitySeverity(properties.severity ?? properties.Severity) ?? levelOf(context.level) ?? 'warning',
    title: what,
    description: joined(
      ', ',
      what,
      entity && `on ${entity}`,
      action(properties.actionTaken),
      words(properties.description),
    ),
    labels: pairs({
      category: properties.eventCategory ?? context.eventSource,
      operationName: context.operationName,
      status: context.status,
      level: context.level,
      caller: context.caller,
      severity: properties.severity,
      compromisedEntity: entity,
      threat: properties.category ?? properties.threatID,
    }),
    startsAt: isOver ? undefined : at,
    endsAt: isOver ? at : undefined,
    at,
  };
}

function action(taken: unknown): string | undefined {
  const word = text(taken);
  return word === undefined ? undefined : `action taken: ${word}`;
}

/** Microsoft's security products: a finding of low severity may be nothing, and somebody should look at it by day. */
export function securitySeverity(value: unknown): Severity | undefined {
  const word = text(value)?.toLowerCase();
  if (word === 'low' || word === 'medium') return 'warning';
  return severityWord(word);
}

// Stages of a service issue after which nobody has anything to do any more. A root cause analysis is one.
const OVER = /^(resolved|complete|completed|canceled|cancelled|rca)$/i;

// What kind of notice it is says how bad it is: only incidents are faults.
const OF_INCIDENT_TYPE: Record<string, Severity> = {
  incident: 'error',
  security: 'error',
  securityadvisory: 'error',
  maintenance: 'warning',
  plannedmaintenance: 'warning',
  actionrequired: 'warning',
  billing: 'warning',
  information: 'info',
  informational: 'info',
  healthadvisory: 'warning',
};

/** Each update of a service issue is a new alert, always `Fired`: its stage says how things are. */
export function serviceHealth(context: Fields): Context {
  const properties = fields(context.properties);
  const isOver = OVER.test(text(properties.stage) ?? text(context.status) ?? '');
  const updatedAt = instant(context.eventTimestamp) ?? instant(context.submissionTimestamp);
  const kind = text(properties.incidentType)?.replaceAll(/[ -]/g, '').toLowerCase();
  const level = levelOf(context.level);
  const ofKind = entry(OF_INCIDENT_TYPE, kind) ?? (level === 'info' ? 'warning' : level);
  return {
    variant: 'service-health',
    key: text(properties.trackingId),
    status: isOver ? 'resolved' : 'firing',
    severity: kind === 'incident' && level === 'critical' ? 'critical' : (ofKind ?? 'error'),
    title: text(properties.title),
    description: joined(
      ': ',
      serviceTitle(properties),
      words(properties.communication) ?? words(properties.defaultLanguageContent),
    ),
    labels: pairs({
      stage: properties.stage,
      incidentType: properties.incidentType,
      azureService: properties.service,
      region: properties.region,
      trackingId: properties.trackingId,
    }),
    startsAt: instant(properties.impactStartTime),
    endsAt: isOver ? (instant(properties.impactMitigationTime) ?? updatedAt) : undefined,
    at: updatedAt,
  };
}

/** The event's title, with the service and the region where the title does not name them. */
function serviceTitle(properties: Fields): string | undefined {
  const title = words(properties.title) ?? words(properties.defaultLanguageTitle);
  const lower = title?.toLowerCase() ?? '';
  const missing = [text(properties.service), text(properties.region)].filter(
    (name) => name !== undefined && !lower.includes(name.toLowerCase()),
  );
  return joined(', ', title, ...missing);
}

/** Resolved when the resource is `Available` again; keyed by the resource, because each update is a new alert. */
export function resourceHealth(context: Fields, essentials: Fields): Context {
  const properties = fields(context.properties);
  const health = text(properties.currentHealthStatus) ?? text(context.status);
  const resource = text(list(essentials.alertTargetIDs)[0]) ?? text(context.resourceId);
  const changedAt = instant(context.eventTimestamp) ?? instant(context.submissionTimestamp);
  const isAvailable = /^(available|resolved)$/i.test(health ?? '');
  const cause = text(properties.cause);
  const title = words(properties.title);
  const details = words(properties.details);
  return {
    variant: 'resource-health',
    // ARM ids differ in case from notice to notice.
    key: resource?.toLowerCase(),
    status: isAvailable ? 'resolved' : 'firing',
    severity: healthSeverity(health, cause, context.level),
    title: text(properties.title),
    description: joined(
      ': ',
      joined(', ', health, isAvailable || cause === undefined ? undefined : causeWords(cause)),
      joined('. ', title, details === title ? undefined : details),
    ),
    labels: pairs({
      currentHealthStatus: properties.currentHealthStatus,
      previousHealthStatus: properties.previousHealthStatus,
      healthType: properties.type,
      cause: properties.cause,
    }),
    startsAt: isAvailable ? undefined : changedAt,
    endsAt: changedAt,
    at: changedAt,
  };
}

/** A resource that somebody stopped is unavailable too, and no reason to wake anybody. */
function healthSeverity(health: string | undefined, cause: string | undefined, level: unknown): Severity | undefined {
  const word = health?.toLowerCase();
  if (word === 'available' || word === 'resolved') return undefined;
  if (/user/i.test(cause ?? '')) return 'warning';
  if (word === 'unavailable') return levelOf(level) === 'critical' ? 'critical' : 'error';
  return word === 'degraded' && levelOf(level) === 'critical' ? 'error' : 'warning';
}

/** `PlatformInitiated` as `platform initiated`. */
function causeWords(cause: string): string {
  return cause.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

/** The parts that are there, each once and in order; undefined where none is. */
export function joined(between: string, ...parts: (string | undefined)[]): string | undefined {
  const there = parts.filter((part, index) => part !== undefined && part !== '' && parts.indexOf(part) === index);
  return there.length === 0 ? undefined : prose(there.join(between));
}
