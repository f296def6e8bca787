/**
 * Our own shape, for scripts on premises and for changes of configuration (feature flags, parameters); and PagerDuty's
 * change events, which many tools can send already.
 *
 * Source of the latter: PagerDuty developer documentation "Send a change event".
 */
import { instant } from '../alert/instant.ts';
import { environmentOf, serviceOf } from '../alert/labels.ts';
import { type Fields, fields, isFields, list, pairs, text } from '../alert/read.ts';
import { DEPLOYMENT_STATUSES } from './deployment.ts';
import { type DeploymentDraft, type StatusWords, statusFrom } from './draft.ts';

const STATUSES: StatusWords = {
  ...(Object.fromEntries(DEPLOYMENT_STATUSES.map((status) => [status, status])) as StatusWords),
  running: 'started',
  'in-progress': 'started',
  pending: 'started',
  success: 'succeeded',
  completed: 'succeeded',
  deployed: 'succeeded',
  failure: 'failed',
  error: 'failed',
  canceled: 'cancelled',
  aborted: 'cancelled',
  rollback: 'rolled-back',
  'rolled back': 'rolled-back',
};

/**
 * `{"deployment": {…}}` and nothing beside it, or the deployment bare with `"sender": "generic"`. Nothing less will do:
 * `{"service": …, "status": "failed"}` is what a script writes that wants to wake somebody.
 */
function ours(payload: Fields): Fields | undefined {
  const isWrapped = isFields(payload.deployment) && Object.keys(payload).length === 1;
  const own = isWrapped ? fields(payload.deployment) : payload.sender === 'generic' ? payload : undefined;
  return typeof own?.ref === 'string' || typeof own?.service === 'string' ? own : undefined;
}

export function isGeneric(payload: Fields): boolean {
  return ours(payload) !== undefined || isChangeEvent(payload);
}

/** Without `event_action`: that would be an alert. */
function isChangeEvent(payload: Fields): boolean {
  const change = fields(payload.payload);
  return 'routing_key' in payload && !('event_action' in payload) && 'summary' in change && !('severity' in change);
}

export function genericDeployments(payload: Fields): DeploymentDraft[] {
  const own = ours(payload);
  return [own === undefined ? changeEvent(payload) : deployment(own)];
}

function deployment(own: Fields): DeploymentDraft {
  const links = fields(own.links);
  return {
    sender: 'generic',
    ref: text(own.ref) ?? text(own.service),
    // One version goes to staging first, and then to production.
    number: text(own.id) ?? numberOf(text(own.environment), text(own.version) ?? text(own.commit)),
    service: text(own.service),
    environment: text(own.environment),
    version: text(own.version),
    commit: text(own.commit),
    status: statusOf(text(own.status)),
    title: text(own.title),
    by: text(own.by),
    at: instant(own.at),
    links: { deployment: links.deployment ?? own.url, change: links.change, compare: links.compare },
  };
}

function numberOf(environment: string | undefined, version: string | undefined): string | undefined {
  return version === undefined || environment === undefined ? version : `${environment}:${version}`;
}

/** Nobody posts what did not happen: without a word it succeeded. A word that is not known is no deployment. */
function statusOf(word: string | undefined) {
  return word === undefined ? 'succeeded' : statusFrom(STATUSES, word.toLowerCase().replaceAll('_', '-'));
}

function changeEvent(event: Fields): DeploymentDraft {
  const change = fields(event.payload);
  const details = fields(change.custom_details);
  const named = pairs(change.custom_details);
  const [first] = list(event.links).map(fields);
  const source = text(change.source);
  return {
    sender: 'generic',
    ref: serviceOf(named) ?? source ?? 'change',
    number: text(event.dedup_key),
    service: serviceOf(named),
    environment: environmentOf(named),
    version: text(details.version) ?? text(details.build_number),
    commit: text(details.commit),
    status: 'succeeded',
    title: text(change.summary),
    by: text(details.by) ?? text(details.user),
    at: instant(change.timestamp),
    links: { deployment: first?.href },
  };
}
