/**
 * Deployments: from notices of senders to records under the service they belong to.
 */
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Deployment } from '../deployment/deployment.ts';

/** The deployment with the service that the catalogue says it belongs to; without one where nobody claims it. */
export function attribute(catalogue: Catalogue, deployment: Deployment): Deployment {
  const service = ownerOf(catalogue, deployment);
  return service === undefined ? deployment : { ...deployment, service };
}

/** By repository (its path is the sender's `ref`), by name, or by alias; compared without case. */
function ownerOf(catalogue: Catalogue, deployment: Deployment): string | undefined {
  const ref = deployment.ref.toLowerCase();
  const said = deployment.service?.toLowerCase();
  const named = [ref, said, ref.split('/').at(-1)];
  const services = Object.values(catalogue.services);
  const found =
    services.find((service) => service.repository !== undefined && repositoryPath(service.repository) === ref) ??
    services.find((service) => [service.name, ...service.aliases].some((name) => named.includes(name.toLowerCase())));
  return found?.name;
}

function repositoryPath(repository: string): string {
  const path = URL.canParse(repository) ? new URL(repository).pathname : repository;
  return path
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '')
    .toLowerCase();
}
