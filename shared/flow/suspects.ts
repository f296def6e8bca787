/**
 * Suspects: what was deployed before an alert began, to its service and to what that depends on.
 *
 * One query a service; the ranking is a function of what they answer. The score falls from 1 with the time before onset
 * (halved every two hours) and with the distance in the dependency graph (halved a step); a deployment that failed or was
 * rolled back counts half again as much, one in another environment a fifth.
 */
import type { Alert } from '../alert/alert.ts';
import type { Catalogue, Service } from '../catalogue/catalogue.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { after, type Suspect } from '../incident/incident.ts';
import { duration } from '../page/phrases.ts';
import { deploymentsOf } from '../store/deployments.ts';
import type { Loaded, World } from './world.ts';

const WINDOW_SECONDS = 86_400;
/** A notice of a deployment may be a little ahead of the sender's alert: clocks differ. */
const SKEW_SECONDS = 120;
const HALF_LIFE_SECONDS = 7200;
const LIKELY = 0.5;
const MAX_DISTANCE = 3;
const MAX_SERVICES = 20;
const MAX_SUSPECTS = 5;

export async function suspectsFor(
  world: World,
  loaded: Loaded,
  alert: Alert,
  service: Service | undefined,
  environment: string | undefined,
): Promise<Suspect[]> {
  if (!service) return [];
  const now = world.now();
  const onset = alert.startsAt && alert.startsAt < now ? alert.startsAt : alert.at < now ? alert.at : now;
  const near = withDependencies(loaded.catalogue, service.name);
  const found = await Promise.all(
    near.map(async ({ name, distance }) => {
      const list = await deploymentsOf(world.table, name, after(onset, -WINDOW_SECONDS), after(onset, SKEW_SECONDS));
      return list.map((deployment) => ({ deployment, distance }));
    }),
  );
  return rankSuspects(found.flat(), onset, loaded.environmentNamed, environment);
}

/** A service and what it depends on, nearest first, at most three steps and twenty services away. */
export function withDependencies(catalogue: Catalogue, name: string): { name: string; distance: number }[] {
  const seen = new Map([[name, 0]]);
  for (const [at, distance] of seen) {
    if (distance === MAX_DISTANCE) continue;
    for (const next of catalogue.services[at]?.dependsOn ?? []) {
      if (!seen.has(next) && seen.size < MAX_SERVICES) seen.set(next, distance + 1);
    }
  }
  return [...seen].map(([service, distance]) => ({ name: service, distance }));
}

/** Deployments as suspects of what began at `onset`, likeliest first. Pure. */
export function rankSuspects(
  found: { deployment: Deployment; distance: number }[],
  onset: string,
  environmentOf: (name: string | undefined) => string | undefined,
  environment: string | undefined,
): Suspect[] {
  return found
    .filter(({ deployment }) => deployment.status !== 'cancelled')
    .map(({ deployment, distance }) => {
      const before = Math.max(0, (Date.parse(onset) - Date.parse(deployment.at)) / 1000);
      const there = environmentOf(deployment.environment);
      const elsewhere = environment !== undefined && there !== undefined && there !== environment;
      const troubled = deployment.status === 'failed' || deployment.status === 'rolled-back';
      const score =
        0.5 ** (before / HALF_LIFE_SECONDS) * 0.5 ** distance * (elsewhere ? 0.2 : 1) * (troubled ? 1.5 : 1);
      return asSuspect(
        deployment,
        Math.min(1, score),
        `${duration(before)} before it began, ${steps(distance)}${elsewhere ? `, but in ${there}` : ''}`,
      );
    })
    .sort((a, b) => b.score - a.score || (a.at < b.at ? 1 : -1))
    .slice(0, MAX_SUSPECTS);
}

function steps(distance: number): string {
  if (distance === 0) return 'to the service itself';
  return distance === 1 ? 'to what it depends on' : `${distance} dependencies away`;
}

function asSuspect(deployment: Deployment, score: number, why: string): Suspect {
  const { id, service, version, by, at, title, status, links } = deployment;
  const told = version ?? deployment.commit?.slice(0, 8);
  return {
    deployment: id,
    ...(service === undefined ? {} : { service }),
    ...(told === undefined ? {} : { version: told }),
    ...(by === undefined ? {} : { by }),
    at,
    ...(title === undefined ? {} : { title: title.slice(0, 120) }),
    status,
    ...(links.compare === undefined ? {} : { compare: links.compare }),
    ...(links.change === undefined ? {} : { change: links.change }),
    score: Number(score.toFixed(3)),
    likely: score >= LIKELY,
    why,
  };
}
