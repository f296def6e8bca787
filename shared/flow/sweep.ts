/**
 * The sweep: once a minute, what is due and not done is queued again.
 *
 * Promises: whatever was committed and then forgotten (a crash before queueing, a lost message) is looked at within a
 * minute, and a page whose sender died as soon as its lease runs out. Candidates come from an index; the incident itself,
 * read consistently, says what is due.
 */
import { after, type Incident, type Owed, owed } from '../incident/incident.ts';
import { queueOwed } from '../queue/queue.ts';
import { dueIncidents, incidentById } from '../store/incidents.ts';
import type { World } from './world.ts';

/** The ordinary way gets this long before the sweep looks. */
const GRACE_SECONDS = 2;
/** Leases that run out before the next sweep are queued for that moment: nobody else looks at them again. */
const AHEAD_SECONDS = 60;
const MAX_INCIDENTS = 1000;

/** Out: how many incidents owed something overdue, and how many messages were queued. */
export async function sweep(world: World): Promise<{ incidents: number; queued: number }> {
  const now = world.now();
  const ids = await dueIncidents(world.table, after(now, AHEAD_SECONDS), MAX_INCIDENTS);
  let queued = 0;
  for (const id of ids) {
    const incident = await incidentById(world.table, id);
    const due = incident ? toQueue(incident, now) : [];
    if (due.length === 0) continue;
    await queueOwed(world.queues, id, due, now);
    queued += due.length;
  }
  if (ids.length === MAX_INCIDENTS)
    world.log('warn', 'The sweep stopped at its limit; the next goes on', { limit: MAX_INCIDENTS });
  return { incidents: ids.length, queued };
}

/** What is overdue, and pages in somebody's hands, for when they are free again. */
function toQueue(incident: Incident, now: string): Owed[] {
  const overdue = after(now, -GRACE_SECONDS);
  const held = new Set(incident.pages.filter((page) => page.leaseUntil !== undefined).map((page) => page.id));
  return owed(incident).filter(
    (item) => item.due <= overdue || (held.has(item.id) && item.due <= after(now, AHEAD_SECONDS)),
  );
}
