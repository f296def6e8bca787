/**
 * Reports: the incidents of a time are read, and what they cost people is worked out. Reads only; called by the API.
 */
import { incidentsBetween, MAX_READ } from '../store/history.ts';
import { type Asked, beforeOf, type Toil, toilOf } from '../toil/toil.ts';
import type { World } from '../world/world.ts';

/** The toil of a time beside that of the time before it. */
export async function toilBetween(world: World, asked: Omit<Asked, 'now'>): Promise<Toil> {
  const [{ catalogue }, { incidents, more }] = await Promise.all([
    world.catalogue(),
    incidentsBetween(world.table, beforeOf(asked), asked.to),
  ]);
  const toil = toilOf(incidents, catalogue, { ...asked, now: world.now() });
  if (!more) return toil;
  const what = `incidents older than the newest ${MAX_READ} of both times, at least: not counted. Ask for a shorter time`;
  return { ...toil, leftOut: [...toil.leftOut, { what, count: 1 }] };
}
