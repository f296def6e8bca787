/**
 * The sweep: once a minute it queues again what is due and not done, and what is due before the next sweep.
 *
 * Promises: anything that was committed and then forgotten (a crash before queueing, a lost message, a sender that died with a
 * page in its hands) is looked at when it is due, and at the latest a minute after the fault. A message that was not lost
 * is then one of two: the second look finds the work done. Candidates come from an index; the incident itself, read
 * consistently, says what is due.
 */
import { owed } from '../incident/incident.ts';
import { queueOwed, queueOwedOfMany, queueTickets } from '../queue/queue.ts';
import { dueIncidents, dueTickets, incidentById, incidentsByIds } from '../store/incidents.ts';
import { markSign } from '../store/peer.ts';
import { after } from '../time/time.ts';
import type { World } from '../world/world.ts';
import { queueHandOvers } from './handover.ts';
import { missHeartbeats } from './heartbeats.ts';
import { hearPeer } from './standby.ts';

/** Until the next sweep, and a little more: that one may be late. */
const AHEAD_SECONDS = 65;
/** More than a storm of ten thousand alerts opens; what is left over comes first in the next minute. */
const MAX_INCIDENTS = 5000;
/** As many as one read of the table takes. [BatchGetItem] */
const AT_ONCE = 100;
/** Of its minute: what comes after the incidents must have its time too, and another region must not miss this one. */
const LONGEST_SECONDS = 30;

/** Out: how many incidents owe something by then, and how many messages were queued. Throws at the end where some failed. */
export async function sweep(world: World): Promise<{ incidents: number; queued: number }> {
  const now = world.now();
  const until = after(now, AHEAD_SECONDS);
  const ids = await dueIncidents(world.table, until, MAX_INCIDENTS);
  const stopAt = after(now, LONGEST_SECONDS);
  let queued = 0;
  let failed = 0;
  let looked = 0;
  for (; looked < ids.length && world.now() < stopAt; looked += AT_ONCE) {
    const counts = await queueAllThatIsDue(world, ids.slice(looked, looked + AT_ONCE), until);
    for (const count of counts) {
      queued += count ?? 0;
      if (count === undefined) failed++;
    }
  }
  // After what is owed: a sender or a region that may be quiet must not hold up a page that is due.
  for (const [what, look] of [
    ['What the other region says', hearPeer],
    ['Whether a sender has gone quiet', missHeartbeats],
  ] as const) {
    try {
      await look(world);
    } catch (error) {
      failed++;
      world.log('error', `${what} could not be asked`, { error: String(error) });
    }
  }
  await queueDueTickets(world, until).catch((error: unknown) =>
    world.log('warn', 'Problem tickets could not be looked at; the next sweep does', { error: String(error) }),
  );
  // After all that is owed: a notice must hold up no page.
  await queueHandOvers(world).catch((error: unknown) =>
    world.log('warn', 'Hand-overs could not be looked at; the next sweep does', { error: String(error) }),
  );
  if (ids.length === MAX_INCIDENTS || looked < ids.length)
    world.log('warn', 'The sweep stopped at its limit; the next goes on', { limit: MAX_INCIDENTS, looked });
  // It ran to its end: one incident that cannot be read makes no region missing.
  if (world.peer) await markSign(world.table, 'swept', world.now());
  if (failed > 0) throw new Error(`${failed} of ${ids.length + 2} parts of the sweep failed.`);
  return { incidents: ids.length, queued };
}

/** Tickets that were owed and not made: a message was lost, a tracker was down. After everything that pages need. */
async function queueDueTickets(world: World, until: string): Promise<void> {
  const ids = await dueTickets(world.table, until, AT_ONCE);
  if (ids.length > 0) await queueTickets(world.queues, await incidentsByIds(world.table, ids), world.now());
}

/** Queues what many incidents owe by then, together; where that fails, each by itself. Out: as `queueWhatIsDue`, or a sum. */
async function queueAllThatIsDue(world: World, ids: string[], until: string): Promise<(number | undefined)[]> {
  try {
    const incidents = await incidentsByIds(world.table, ids);
    const due = incidents.map((incident) => ({
      incident: incident.id,
      owed: owed(incident).filter((item) => item.due <= until),
    }));
    await queueOwedOfMany(world.queues, due, world.now());
    return [due.reduce((sum, one) => sum + one.owed.length, 0)];
  } catch {
    return Promise.all(ids.map((id) => queueWhatIsDue(world, id, until)));
  }
}

/** Queues what an incident owes by then. Out: how many messages; undefined where it failed, which holds up no other. */
async function queueWhatIsDue(world: World, id: string, until: string): Promise<number | undefined> {
  try {
    const incident = await incidentById(world.table, id);
    const due = incident ? owed(incident).filter((item) => item.due <= until) : [];
    if (due.length > 0) await queueOwed(world.queues, id, due, world.now());
    return due.length;
  } catch (error) {
    world.log('error', 'An incident could not be swept', { incident: id, error: String(error) });
    return undefined;
  }
}
