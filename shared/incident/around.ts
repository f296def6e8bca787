/**
 * What else is open around an incident: of services that its own depends on, which may be why it is wrong, and of services
 * that depend on it, which may be wrong because of it. Shown beside an incident, and gathered in digests. Pure.
 */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { withDependencies } from '../catalogue/dependencies.ts';
import { hangsOn, type Upstream, type Waiting } from '../digest/gather.ts';
import type { Incident } from './incident.ts';

export type Around = { above: Incident[]; below: Incident[] };

/** `open`: incidents that are open now. Those of another environment are left out where both are known. */
export function aroundOf(catalogue: Catalogue, incident: Incident, open: Incident[]): Around {
  const upstream = upstreamOf(catalogue);
  const own = waitingOf(incident);
  return {
    above: open.filter((other) => hangsOn(own, waitingOf(other), upstream)),
    below: open.filter((other) => hangsOn(waitingOf(other), own, upstream)),
  };
}

/** What each service depends on, asked once for each. */
export function upstreamOf(catalogue: Catalogue): Upstream {
  const known = new Map<string, Set<string>>();
  return (service) => {
    const found =
      known.get(service) ??
      new Set(
        withDependencies(catalogue, service)
          .slice(1)
          .map(({ name }) => name),
      );
    known.set(service, found);
    return found;
  };
}

/** An incident as far as it matters to what else is wrong. */
export function waitingOf({ id, severity, title, service, environment, lead }: Incident): Waiting {
  return {
    incident: id,
    severity,
    title: title.slice(0, 120),
    key: lead.key,
    ...(service === undefined ? {} : { service }),
    ...(environment === undefined ? {} : { environment }),
    ...(lead.children === undefined ? {} : { children: lead.children }),
  };
}
