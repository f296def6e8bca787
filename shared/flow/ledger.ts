/**
 * What was read of the table for one batch: many alerts of a storm ask for the same windows, deployments and overrides.
 *
 * Promises: each thing is read once, when it is first asked for, after the batch arrived. A ledger lives as long as its batch. What
 * is decided by it and would be wrong if it were old is verified by a fresh read or a conditional write.
 */
import type { Deployment } from '../deployment/deployment.ts';
import type { Pace } from '../digest/digest.ts';
import type { Override } from '../exception/exception.ts';
import type { Incident } from '../incident/incident.ts';
import { deploymentsOf } from '../store/deployments.ts';
import { paceOf } from '../store/digests.ts';
import { exceptionsOf } from '../store/exceptions.ts';
import { incidentById } from '../store/incidents.ts';
import type { World } from '../world/world.ts';

export type Ledger = {
  paceOf: (whose: string) => Promise<Pace | undefined>;
  /** An incident of which only a digest asks; `unknown` where it cannot be read. */
  incident: (id: string) => Promise<Incident | undefined | 'unknown'>;
  overrides: () => Promise<Override[]>;
  /** Deployments of a service that were heard of between two instants, to the minute. */
  deployments: (service: string, from: string, to: string) => Promise<Deployment[]>;
};

export function openLedger(world: World): Ledger {
  const deployments = once((key) => {
    const [service, from, to] = JSON.parse(key) as [string, string, string];
    return deploymentsOf(world.table, service, from, to);
  });
  const overrides = once(() => exceptionsOf(world.table, 'OVERRIDES', world.now()));
  return {
    paceOf: once((whose) => paceOf(world.table, whose)),
    incident: once((id) => readIncident(world, id)),
    overrides: () => overrides(''),
    deployments: (service, from, to) => deployments(JSON.stringify([service, minute(from, 0), minute(to, 1)])),
  };
}

function once<Value>(ask: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const known = new Map<string, Promise<Value>>();
  return (key) => {
    const found = known.get(key) ?? ask(key);
    known.set(key, found);
    return found;
  };
}

/** The minute that an instant is in, or so many after it. */
function minute(at: string, later: number): string {
  return new Date((Math.floor(Date.parse(at) / 60_000) + later) * 60_000).toISOString();
}

/** An incident that only a digest asks for: one that cannot be read must not hold up the page that can be sent. */
export async function readIncident(world: World, id: string): Promise<Incident | undefined | 'unknown'> {
  try {
    return await incidentById(world.table, id);
  } catch (error) {
    world.log('warn', 'An incident of a digest could not be read; it is counted', {
      incident: id,
      error: String(error),
    });
    return 'unknown';
  }
}
