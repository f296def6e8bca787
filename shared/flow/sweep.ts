/**
 * The sweep: once a minute, what is due and not done, or due before the next sweep, is queued once more.
 *
 * Promises: whatever was committed and then forgotten (a crash before queueing, a lost message, a sender that died with a
 * page in its hands) is looked at when it is due, and at the latest a minute after the fault. A message that was not lost
 * is then one of two: the second look finds the work done. Candidates come from an index; the incident itself, read
 * consistently, says what is due.
 */
import { after, owed } from '../incident/incident.ts';
import { queueOwed } from '../queue/queue.ts';
import { dueIncidents, incidentById } from '../store/incidents.ts';
import { markSign } from '../store/peer.ts';
import { queueHandOvers } from './handover.ts';
import { missHeartbeats } from './heartbeats.ts';
import { hearPeer } from './standby.ts';
import type { World } from './world.ts';

/** Until the next sweep, and a little more: that one may be late. */
const AHEAD_SECONDS = 65;
const MAX_INCIDENTS = 1000;

/** Out: how many incidents owe something by then, and how many messages were queued. Throws at the end where some failed. */
export async function sweep(world: World): Promise<{ incidents: number; queued: number }> {
  const now = world.now();
  const until = after(now, AHEAD_SECONDS);
  const ids = await dueIncidents(world.table, until, MAX_INCIDENTS);
  let queued = 0;
  let failed = 0;
  for (const id of ids) {
    try {
      const incident = await incidentById(world.table, id);
      const due = incident ? owed(incident).filter((item) => item.due <= until) : [];
      if (due.length > 0) await queueOwed(world.queues, id, due, now);
      queued += due.length;
    } catch (error) {
      // One incident that cannot be read must not hold up the others.
      failed++;
      world.log('error', 'An incident could not be swept', { incident: id, error: String(error) });
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
  // After all that is owed: a notice must hold up no page.
  await queueHandOvers(world).catch((error: unknown) =>
    world.log('warn', 'Hand-overs could not be looked at; the next sweep does', { error: String(error) }),
  );
  if (ids.length === MAX_INCIDENTS)
    world.log('warn', 'The sweep stopped at its limit; the next goes on', { limit: MAX_INCIDENTS });
  // It ran to its end: one incident that cannot be read makes no region missing.
  if (world.peer) await markSign(world.table, 'swept', world.now());
  if (failed > 0) throw new Error(`${failed} of ${ids.length + 2} parts of the sweep failed.`);
  return { incidents: ids.length, queued };
}
