/**
 * Deployments: from notices of senders to records under the service they belong to.
 */
import { normalise, normaliseBody } from '../alert/normalise.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { after } from '../incident/incident.ts';
import { keepDeployment } from '../store/deployments.ts';
import { listIncidents } from '../store/incidents.ts';
import { change } from './change.ts';
import { aboutIncident, suspectsFor, WINDOW_SECONDS, withDependencies } from './suspects.ts';
import type { Loaded, World } from './world.ts';

/** The hooks whose bodies become deployments. */
export const DEPLOYMENT_HOOKS = ['gitlab', 'github', 'azure-devops', 'argocd', 'terraform', 'deployment'] as const;

/**
 * Records what a sender posted. Out: the status to answer: 202 recorded, 204 for what is no deployment (senders switch off
 * hooks that refuse events), 503 where it could not be kept, so that whoever retries does.
 */
export async function recordBody(
  world: World,
  hook: string,
  body: Uint8Array,
  contentType: string | undefined,
): Promise<number> {
  const { deployments = [] } = normaliseBody(body, contentType, { receivedAt: world.now() });
  // Counted by a metric filter: a sender whose every notice is none is set up wrongly.
  if (deployments.length === 0) world.log('info', 'A notice that is no deployment', { hook });
  try {
    await record(world, deployments);
    return deployments.length > 0 ? 202 : 204;
  } catch (error) {
    world.log('error', 'A deployment could not be kept', { error: String(error) });
    return 503;
  }
}

/** Records what EventBridge says. Throws where it could not be kept: EventBridge calls again. */
export async function recordEvent(world: World, event: unknown): Promise<void> {
  await record(world, normalise(event, { receivedAt: world.now() }).deployments ?? []);
}

async function record(world: World, deployments: Deployment[]): Promise<void> {
  if (deployments.length === 0) return;
  const loaded = await world.catalogue();
  const attributed = deployments.map((deployment) => attribute(loaded.catalogue, deployment));
  for (const deployment of attributed) await keepDeployment(world.table, deployment, world.now());
  world.log('info', 'Deployments recorded', { count: deployments.length });
  await tellOpenIncidents(world, loaded, attributed);
}

/** So many open incidents are looked at: a notice that comes in a storm must not make it worse. */
const MAX_OPEN = 100;

/**
 * A notice that comes after an incident opened, of what happened before it: the incident's suspects are asked for anew,
 * and messages that can change are brought up to date. Never fails the record, which is kept.
 */
async function tellOpenIncidents(world: World, loaded: Loaded, deployments: Deployment[]): Promise<void> {
  try {
    for (const incident of await listIncidents(world.table, 'open', MAX_OPEN)) {
      const about = aboutIncident(incident);
      if (!about) continue;
      const near = new Set(withDependencies(loaded.catalogue, about.service).map(({ name }) => name));
      const isAboutIt = deployments.some(
        ({ service, at }) =>
          service !== undefined &&
          near.has(service) &&
          at <= after(about.onset, WINDOW_SECONDS) &&
          at >= after(about.onset, -WINDOW_SECONDS),
      );
      if (!isAboutIt) continue;
      const suspects = await suspectsFor(world, loaded, about);
      await change(world, loaded, { id: incident.id }, { type: 'suspects', suspects });
    }
  } catch (error) {
    world.log('error', 'Open incidents could not be told of a deployment', { error: String(error) });
  }
}

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
