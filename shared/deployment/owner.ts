/**
 * Whose a deployment is, by the catalogue.
 *
 * The first that answers: the service that the notice itself names (name or alias, in any case); the most specific
 * `deployments` pattern of a service; the service whose `repository` is the deployment's `ref`; the service whose name or
 * alias is the `ref` or its last part. Of equally specific patterns the first by name: lint says so beforehand.
 *
 * Promises: what nobody claims stays without a service, is kept, and `lint --live` lists it. Patterns are matched with the
 * catalogue's name for the environment. Pure. Called by the flows that record, by `explain` and by lint.
 */
import type { Catalogue, Service } from '../catalogue/catalogue.ts';
import { environmentNamed } from '../catalogue/resolve.ts';
import type { CompiledPattern } from '../pattern/compiled.ts';
import { compareSpecificity, compile, specificity } from '../pattern/pattern.ts';
import { buildIndex, findMatches } from '../pattern/pattern-index.ts';
import type { Deployment } from './deployment.ts';

export type Owned = { service?: string; why: string };

/** Makes the function that says whose a deployment is. For many deployments make it once. */
export function ownerResolver(catalogue: Catalogue): (deployment: Deployment) => Owned {
  const services = Object.values(catalogue.services);
  const named = new Map(services.flatMap(({ name, aliases }) => aliases.map((alias) => [alias.toLowerCase(), name])));
  for (const { name } of services) named.set(name.toLowerCase(), name);
  const repositories = new Map<string, string>();
  for (const { name, repository } of services) {
    const path = repository === undefined ? undefined : repositoryPath(repository);
    if (path !== undefined && !repositories.has(path)) repositories.set(path, name);
  }
  const patterned = patternedServices(services);
  const index = buildIndex(patterned.map(({ pattern }) => pattern));

  return (deployment) => {
    const said = named.get(deployment.service?.toLowerCase() ?? '');
    if (said !== undefined) return { service: said, why: `The notice says ${deployment.service}.` };
    const hits = findMatches(index, asAsked(catalogue, deployment));
    hits.sort((a, b) => compareSpecificity(specificity(b.branch), specificity(a.branch)) || a.pattern - b.pattern);
    const [best] = hits;
    if (best !== undefined) {
      const { name } = patterned[best.pattern]!.service;
      return { service: name, why: `The pattern of ${name} over deployments matches.` };
    }
    const ref = deployment.ref.toLowerCase();
    const ofRepository = repositories.get(ref);
    if (ofRepository !== undefined) return { service: ofRepository, why: `Its repository is ${deployment.ref}.` };
    const called = named.get(ref) ?? named.get(ref.split('/').at(-1)!);
    if (called !== undefined) return { service: called, why: `It is called as in ${deployment.ref}.` };
    return { why: `No service claims ${deployment.ref}.` };
  };
}

/** The deployment with the service that it belongs to; as it was where nobody claims it. */
export function attributed(deployment: Deployment, { service }: Owned): Deployment {
  return service === undefined ? deployment : { ...deployment, service };
}

/** Services that have a pattern over deployments, by name. */
export function patternedServices(services: Service[]): { service: Service; pattern: CompiledPattern }[] {
  return services.flatMap((service) => {
    const compiled = service.deployments === undefined ? undefined : compile(service.deployments);
    return compiled?.ok ? [{ service, pattern: compiled.pattern }] : [];
  });
}

function asAsked(catalogue: Catalogue, deployment: Deployment): Deployment {
  const environment = environmentNamed(catalogue, deployment.environment);
  return environment === undefined ? deployment : { ...deployment, environment };
}

/** `https://gitlab.example.gov.uk/payments/api.git` is `payments/api`, as senders write it. */
export function repositoryPath(repository: string): string {
  const path = URL.canParse(repository) ? new URL(repository).pathname : repository;
  return path
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '')
    .toLowerCase();
}
