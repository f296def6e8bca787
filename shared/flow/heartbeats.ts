/**
 * Heartbeats: senders that say at intervals that they live. A sender that is quiet for too long leads to a page, by the ordinary flow.
 *
 * Promises: an alert that is a heartbeat pages nobody; a sender that was never heard is not missed (nobody knows when it
 * should have begun); one that goes quiet pages once, and its return ends the incident. That this is asked for keeps no
 * sweep from its own work.
 */
import type { Alert } from '../alert/alert.ts';
import type { Heartbeat } from '../catalogue/catalogue.ts';
import { acceptBody } from '../queue/queue.ts';
import { heardFrom, heartbeatsHeard, keepHeartbeat } from '../store/heartbeats.ts';
import { duration } from '../time/time.ts';
import type { World } from '../world/world.ts';

/** A sender was heard. One that had gone quiet is back: its incident ends. */
export async function hear(world: World, heartbeat: Heartbeat, alert: Alert): Promise<void> {
  // "Over" is no sign of life: an Alertmanager says it of a Watchdog that it no longer gets.
  if (alert.status !== 'firing') return;
  const before = await heardFrom(world.table, heartbeat.name);
  if (before?.quietSince !== undefined) await tell(world, heartbeat, 'resolve', `${heartbeat.name} is heard again`);
  await keepHeartbeat(world.table, heartbeat.name, { heardAt: world.now() });
}

/** Pages for each sender that has gone quiet since. Called by the sweep, once a minute. */
export async function missHeartbeats(world: World): Promise<number> {
  const { catalogue } = await world.catalogue();
  const heartbeats = catalogue.defaults.heartbeats ?? [];
  if (heartbeats.length === 0) return 0;
  const heard = await heartbeatsHeard(world.table);
  const now = world.now();
  let missed = 0;
  for (const heartbeat of heartbeats) {
    const last = heard.get(heartbeat.name);
    if (!last || last.quietSince !== undefined) continue;
    const quietSeconds = (Date.parse(now) - Date.parse(last.heardAt)) / 1000;
    if (quietSeconds <= heartbeat.everySeconds) continue;
    await tell(world, heartbeat, 'trigger', `${heartbeat.name} has been quiet for ${duration(quietSeconds)}`);
    // After the page is on its way: a crash between the two pages twice into one incident, never not at all.
    await keepHeartbeat(world.table, heartbeat.name, { heardAt: last.heardAt, quietSince: now });
    missed++;
  }
  return missed;
}

/** An alert of our own, as an Events client would send it. */
async function tell(world: World, { name, service }: Heartbeat, action: 'trigger' | 'resolve', summary: string) {
  const event = {
    event_action: action,
    dedup_key: `pageturner-heartbeat-${name}`,
    payload: {
      summary,
      source: name,
      severity: 'critical',
      custom_details: { heartbeat: name, ...(service === undefined ? {} : { service }) },
    },
  };
  const body = Buffer.from(JSON.stringify(event));
  await acceptBody(world.queues, { hook: 'events', receivedAt: world.now(), contentType: 'application/json', body });
}
