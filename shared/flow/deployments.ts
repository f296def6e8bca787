/**
 * Deployments: from notices of senders to records under the service they belong to.
 */

import { withDependencies } from '../catalogue/dependencies.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { attributed, ownerResolver } from '../deployment/owner.ts';
import { normalise, normaliseBody } from '../intake/intake.ts';
import type { Loaded } from '../routing/loaded.ts';
import { keepDeployment } from '../store/deployments.ts';
import { listIncidents } from '../store/incidents.ts';
import { aboutIncident, WINDOW_SECONDS } from '../suspect/suspect.ts';
import { after } from '../time/time.ts';
import type { World } from '../world/world.ts';
import { change } from './change.ts';
import { openLedger } from './ledger.ts';
import { suspectsFor } from './suspects.ts';

/** The hooks whose bodies become deployments. */
export const DEPLOYMENT_HOOKS = ['gitlab', 'github', 'azure-devops', 'argocd', 'terraform', 'deployment'] as const;

/**
 * Records what a sender posted. Out: the status to answer: 202 recorded, 204 for what is no deployment (senders switch off
 * hooks that refuse events), 503 where it could not be kept, so that a sender that retries does so.
 */
export async function recordBody(
  world: World,
  hook: string,
  body: Uint8Array,
  contentType: string | undefined,
): Promise<number> {
  const { alerts, deployments = [] } = normaliseBody(body, contentType, { receivedAt: world.now() });
  noteNone(world, hook, alerts.length, deployments);
  try {
    await record(world, deployments);
    return deployments.length > 0 ? 202 : 204;
  } catch (error) {
    world.log('error', 'A deployment could not be kept', { error: String(error) });
    return 503;
  }
}

/** Records what EventBridge or SNS says. Throws where it could not be kept: they call again. */
export async function recordEvent(world: World, event: unknown): Promise<void> {
  const { alerts, deployments = [] } = normalise(event, { receivedAt: world.now() });
  noteNone(world, 'aws', alerts.length, deployments);
  await record(world, deployments);
}

/** Counted by a metric filter (infra/resources/deployments.yml). An alert that comes here wakes nobody: that is said. */
function noteNone(world: World, hook: string, alerts: number, deployments: Deployment[]): void {
  if (alerts > 0) world.log('warn', 'Alerts came where deployments are recorded: nobody is paged', { hook, alerts });
  if (deployments.length === 0) world.log('warn', 'A notice that is no deployment', { hook });
}

async function record(world: World, deployments: Deployment[]): Promise<void> {
  if (deployments.length === 0) return;
  const loaded = await world.catalogue();
  const ownerOf = ownerResolver(loaded.catalogue);
  const owned = deployments.map((deployment) => attributed(deployment, ownerOf(deployment)));
  for (const deployment of owned) await keepDeployment(world.table, deployment, world.now());
  world.log('info', 'Deployments recorded', { count: deployments.length });
  await tellOpenIncidents(world, loaded, owned);
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
      const suspects = await suspectsFor(loaded, about, openLedger(world).deployments);
      await change(world, loaded, { id: incident.id }, { type: 'suspects', suspects });
    }
  } catch (error) {
    world.log('error', 'Open incidents could not be told of a deployment', { error: String(error) });
  }
}
