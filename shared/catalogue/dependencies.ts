/** What a service depends on, by the catalogue's `depends_on`. Pure. */
import type { Catalogue } from './catalogue.ts';

const MAX_DISTANCE = 3;
const MAX_SERVICES = 20;

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
