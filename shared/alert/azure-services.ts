/**
 * Notices that Azure's services post by themselves, without Azure Monitor: incidents of Sentinel, findings of Defender,
 * Event Grid and Cloud Events, jobs of Automation and Backup. A Logic App passes most of them on as they are.
 *
 * Sources: Microsoft Sentinel "Incidents" REST API; Defender for Cloud "Alerts schemas"; Microsoft Graph security API;
 * Azure Event Grid "Event schema" and "CloudEvents schema" with the system topics' event types.
 */
import { joined, securitySeverity } from './azure-event.ts';
import { target } from './azure-names.ts';
import { at, has, type Monitor, type Reading, say } from './monitor.ts';
import { type Fields, fields, first, isFields, list, pairs, text } from './read.ts';

const OVER = /^(closed|resolved|dismissed|inactive|healthy|redirected|completed|succeeded|available|compliant)$/i;
const isOver = (word: unknown): boolean => OVER.test(text(word) ?? '');

/** A resource of a security service as Azure's API has it; a Logic App may put it into another object. */
function finding(body: Fields): Fields | undefined {
  return [body.object, body.resource, body.data, body.alert, body].find(
    (one): one is Fields =>
      isFields(one) &&
      isFields(one.properties) &&
      /^microsoft\.security/i.test(text(one.type) ?? text(one.id)?.split('/providers/').at(-1) ?? ''),
  );
}

function security(body: Fields): Reading {
  const thing = finding(body) ?? {};
  const said = fields(thing.properties);
  const target_ = say(
    said,
    'compromisedEntity',
    'resourceDetails.ResourceName',
    'resourceDetails.Id',
    'resourceDetails.id',
    'additionalData.alertProductNames',
  );
  return {
    identity: [say(thing, 'id')?.toLowerCase() ?? say(said, 'systemAlertId')],
    isOver: isOver(say(said, 'status.code', 'status')),
    title: say(said, 'title', 'alertDisplayName', 'displayName'),
    thing: target(target_)?.name ?? target_,
    fact: say(said, 'description', 'status.description'),
    severity: securitySeverity(say(said, 'severity', 'metadata.severity')),
    url: say(said, 'incidentUrl', 'alertUri', 'links.azurePortal'),
    at: isOver(said.status)
      ? first(said.closedTimeUtc, said.lastModifiedTimeUtc)
      : first(said.createdTimeUtc, said.timeGeneratedUtc, said.startTimeUtc),
  };
}

/** Alerts as Defender's workflow automation and continuous export write them, with capital letters. */
function defender(body: Fields): Reading {
  return {
    identity: [say(body, 'SystemAlertId', 'systemAlertId')],
    isOver: isOver(body.Status),
    title: say(body, 'AlertDisplayName', 'DisplayName', 'AlertName'),
    thing: body.CompromisedEntity,
    fact: body.Description,
    severity: securitySeverity(body.Severity ?? body.AlertSeverity),
    url: body.AlertUri ?? body.AlertLink,
    at: body.TimeGenerated ?? body.StartTimeUtc ?? body.StartTime,
  };
}

/** Incidents and alerts of Defender XDR, as Microsoft Graph and the older API have them. */
function graph(body: Fields): Reading {
  const device = fields(list(body.devices)[0]);
  return {
    identity: [say(body, 'id', 'incidentId', 'alertId')],
    isOver: isOver(body.status),
    title: say(body, 'displayName', 'incidentName', 'title'),
    thing: say(device, 'deviceDnsName') ?? say(body, 'computerDnsName'),
    fact: say(body, 'description', 'category'),
    severity: securitySeverity(body.severity),
    url: say(body, 'incidentWebUrl', 'alertWebUrl', 'incidentUri'),
    at: isOver(body.status) ? first(body.resolvedDateTime, body.lastUpdateDateTime) : body.createdDateTime,
  };
}

// Events that end what another began: the same thing, another word. All others are told by the words of their type.
const ENDS =
  /(succe(ss|eded)|completed|connected|newversioncreated|renewed|recovered|resolved|available|healthy|compliant|activated|restored)$/i;
const BEGINS =
  /(fail(ed|ure)|disconnected|nearexpiry|expired|error|degraded|unavailable|noncompliant|ending|ended|cancel(led)?|rejected|nolisteners)$/i;
const ROUTINE = /(created|updated|deleted|set|changed|captured|renamed|tagged|started|accepted|approved)$/i;

/** An event of Event Grid, in its own schema or as a Cloud Event. */
function gridEvent(body: Fields): Reading {
  const type = say(body, 'eventType', 'type') ?? 'event';
  const data = fields(body.data);
  const name = type.split('.').at(-1) ?? type;
  const subject = say(body, 'subject') ?? say(data, 'resourceInfo.id', 'resourceUri') ?? say(body, 'source', 'topic');
  const state = say(data, 'resourceInfo.properties.availabilityState', 'complianceState', 'status', 'state');
  const over =
    state === undefined
      ? ENDS.test(name) && !/disconnected$|unavailable$|unhealthy$|noncompliant$/i.test(name)
      : isOver(state);
  const expires = say(data, 'EXP', 'exp', 'expiry');
  const thing =
    say(data, 'ObjectName', 'objectName', 'deviceId', 'resourceInfo.name') ??
    target(subject)?.name ??
    subject?.split('/').at(-1);
  return {
    identity: [subject, family(type)],
    isOver: over,
    title: `${thing ?? ''} ${wordsOf(name)}`.trim(),
    thing,
    fact: joined(
      ', ',
      say(data, 'VaultName', 'vaultName'),
      state,
      expires && `expires ${dateOf(expires)}`,
      say(
        data,
        'statusMessage',
        'error.message',
        'errorMessage',
        'message',
        'resourceInfo.properties.reasonType',
        'description',
      ),
    ),
    severity: over
      ? undefined
      : BEGINS.test(name) || state !== undefined
        ? undefined
        : ROUTINE.test(name)
          ? 'info'
          : 'warning',
    // Event Grid asks by this address whether its events are wanted.
    url: data.validationUrl,
    at: body.eventTime ?? body.time,
    labels: { eventType: type, ...Object.fromEntries(pairs(data).slice(0, 20)) },
  };
}

/** The type without the word that says whether it began or ended: `Microsoft.KeyVault.Certificate`. */
function family(type: string): string {
  return type
    .replace(
      /(write|delete|action)?(success|succeeded|fail(ed|ure)|cancel(led)?|completed|disconnected|connected|near ?expiry|expired|newversioncreated|recovered|resolved|started)$/i,
      '$1',
    )
    .toLowerCase();
}

function wordsOf(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
}

function dateOf(value: string): string {
  return /^\d{10}$/.test(value) ? new Date(Number(value) * 1000).toISOString().slice(0, 10) : value;
}

/** Jobs of Automation, Backup and Logic Apps, as diagnostic records and run histories have them. */
function job(body: Fields): Reading | undefined {
  const said = fields(isFields(body.properties) ? body.properties : body);
  const result =
    say(body, 'resultType', 'ResultType', 'status') ?? say(said, 'resultType', 'status', 'JobStatus', 'jobStatus');
  const name = say(
    said,
    'RunbookName_s',
    'runbookName',
    'RunbookName',
    'BackupItemFriendlyName',
    'backupItemFriendlyName',
    'entityFriendlyName',
    'workflowName',
    'resource.workflowName',
    'JobUniqueId',
  );
  const over = /^(completed|succeeded)$/i.test(result ?? '');
  if (!over && !/fail|suspend|cancel|abort|timed/i.test(result ?? '')) return undefined;
  return {
    identity: [say(body, 'resourceId', 'ResourceId')?.toLowerCase() ?? name, name],
    isOver: over,
    title: `${name ?? 'Job'} ${result?.toLowerCase()}`,
    thing: target(say(body, 'resourceId', 'ResourceId'))?.name,
    fact:
      say(body, 'resultDescription', 'ResultDescription') ??
      say(said, 'exception', 'JobFailureCode', 'errorMessage', 'error.message', 'errorDetails.message'),
    at: body.time ?? body.TimeGenerated ?? said.endTime,
  };
}

export const AZURE_SERVICES: Monitor[] = [
  { name: 'security', kind: 'azure-monitor', is: (body) => finding(body) !== undefined, read: security },
  { name: 'defender', kind: 'azure-monitor', is: (body) => 'SystemAlertId' in body, read: defender },
  {
    name: 'defender',
    kind: 'azure-monitor',
    is: (body) => ('incidentWebUrl' in body || 'alertWebUrl' in body || 'incidentUri' in body) && 'status' in body,
    read: graph,
  },
  {
    name: 'event-grid',
    kind: 'azure-monitor',
    is: (body) => 'eventType' in body && 'eventTime' in body && 'subject' in body,
    read: gridEvent,
  },
  {
    name: 'cloud-event',
    // Others write cloud events, too, of which only their content is known.
    kind: 'azure-monitor',
    is: (body) => has('specversion', 'type', 'source')(body) && /^microsoft\./i.test(text(body.type) ?? ''),
    read: gridEvent,
  },
  {
    name: 'job',
    kind: 'azure-monitor',
    is: (body) =>
      /^(joblogs|azurebackupreport|addonazurebackupjobs|workflowruntime)$/i.test(
        text(body.category) ?? text(body.Category) ?? '',
      ),
    read: job,
  },
  {
    name: 'job',
    kind: 'azure-monitor',
    is: (body) =>
      'runbookName' in fields(body.properties) ||
      'backupItemFriendlyName' in body ||
      'RunbookName' in body ||
      (isFields(at(body, 'properties.extendedInfo')) && 'entityFriendlyName' in fields(body.properties)),
    read: job,
  },
];
