/**
 * The sweep: once a minute, what is due and not done is queued again.
 *
 * Promises: whatever was committed and then forgotten (a crash before queueing, a lost message) is looked at within a
 * minute. Candidates come from an index; the incident itself, read consistently, says what is due.
 */
import { owed } from '../incident/incident.ts';
import { queueOwed } from '../queue/queue.ts';
import { dueIncidents, incidentById } from '../store/incidents.ts';
import type { World } from './world.ts';

/** The ordinary way gets this long before the sweep looks. */
const GRACE_SECONDS = 2;
const MAX_INCIDENTS = 1000;

/** Out: how many incidents owed something overdue, and how many messages were queued. */
export async function sweep(world: World): Promise<{ incidents: number; queued: number }> {
  const now = world.now();
  const until = new Date(Date.parse(now) - GRACE_SECONDS * 1000).toISOString();
  const ids = await dueIncidents(world.table, until, MAX_INCIDENTS);
  let queued = 0;
  for (const id of ids) {
    const incident = await incidentById(world.table, id);
    const due = incident ? owed(incident).filter((item) => item.due <= until) : [];
    if (due.length === 0) continue;
    await queueOwed(world.queues, id, due, now);
    queued += due.length;
  }
  if (ids.length === MAX_INCIDENTS)
    world.log('warn', 'The sweep stopped at its limit; the next goes on', { limit: MAX_INCIDENTS });
  return { incidents: ids.length, queued };
}
