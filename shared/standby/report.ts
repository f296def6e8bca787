/**
 * Reads what the other region told: untrusted until it is read, like everything that comes from outside. Pure.
 */
import { SEVERITIES } from '../alert/alert.ts';
import type { Override, Silence } from '../exception/exception.ts';
import { parseIncidentId } from '../incident/incident.ts';
import type { PeerIncident, Report } from './standby.ts';

const STATES: unknown[] = ['triggered', 'acknowledged', 'resolved'];
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const MAX_NAME = 200;

/** Throws a sentence where it is no report. An incident that cannot be read is left out: it then counts as unknown there. */
export function readReport(value: unknown): Report {
  const { at, role, sweptAt, canaryAt, catalogue, silences, overrides, incidents } = fieldsOf(value);
  if (!isInstant(at) || !Array.isArray(incidents))
    throw new Error(
      'What answered is no Pageturner, or one without /api/peer: deploy the same version to both regions.',
    );
  return {
    at,
    ...(role === 'first' || role === 'standby' ? { role } : {}),
    ...(isInstant(sweptAt) ? { sweptAt } : {}),
    ...(isInstant(canaryAt) ? { canaryAt } : {}),
    ...(isName(catalogue) ? { catalogue } : {}),
    ...(Array.isArray(silences) ? { silences: silences.filter(isSilence) } : {}),
    ...(Array.isArray(overrides) ? { overrides: overrides.filter(isOverride) } : {}),
    incidents: incidents.flatMap(readIncident),
  };
}

function readIncident(value: unknown): PeerIncident[] {
  const { id, state, severity, firingSince, acknowledgedAt, acknowledgedBy, resolvedAt, resolvedBy } = fieldsOf(value);
  if (!isName(id) || !parseIncidentId(id) || !STATES.includes(state) || !isSeverity(severity)) return [];
  return [
    {
      id,
      state: state as PeerIncident['state'],
      severity,
      ...(isInstant(firingSince) ? { firingSince } : {}),
      ...(isInstant(acknowledgedAt) ? { acknowledgedAt } : {}),
      ...(isName(acknowledgedBy) ? { acknowledgedBy } : {}),
      ...(isInstant(resolvedAt) ? { resolvedAt } : {}),
      ...(isName(resolvedBy) ? { resolvedBy } : {}),
    },
  ];
}

function isSilence(value: unknown): value is Silence {
  const { id, match, from, until, by } = fieldsOf(value);
  return isName(id) && typeof match === 'object' && match !== null && isInstant(from) && isInstant(until) && isName(by);
}

function isOverride(value: unknown): value is Override {
  const { id, rota, person, insteadOf, from, until, by } = fieldsOf(value);
  const names = [id, rota, person, by, ...(insteadOf === undefined ? [] : [insteadOf])];
  return names.every(isName) && isInstant(from) && isInstant(until);
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isInstant(value: unknown): value is string {
  return typeof value === 'string' && INSTANT.test(value);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME;
}

function isSeverity(value: unknown): value is PeerIncident['severity'] {
  return SEVERITIES.includes(value as PeerIncident['severity']);
}
