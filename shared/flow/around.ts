/**
 * What else is open around an incident: of services that its own depends on, which may be why it is wrong, and of services
 * that depend on it, which may be wrong because of it. Shown beside an incident; nothing is decided by it. Pure.
 */
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Incident } from '../incident/incident.ts';
import { withDependencies } from './suspects.ts';

export type Around = { above: Incident[]; below: Incident[] };

/** `open`: incidents that are open now. Those of another environment are left out where both are known. */
export function aroundOf(catalogue: Catalogue, incident: Incident, open: Incident[]): Around {
  const { service } = incident;
  if (service === undefined) return { above: [], below: [] };
  const others = open.filter(
    (other) =>
      other.id !== incident.id &&
      other.service !== undefined &&
      other.service !== service &&
      isSameEnvironment(incident, other),
  );
  const dependsOn = (one: string, on: string) => withDependencies(catalogue, one).some(({ name }) => name === on);
  return {
    above: others.filter((other) => dependsOn(service, other.service!)),
    below: others.filter((other) => dependsOn(other.service!, service)),
  };
}

function isSameEnvironment(a: Incident, b: Incident): boolean {
  return a.environment === undefined || b.environment === undefined || a.environment === b.environment;
}
