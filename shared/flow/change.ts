/**
 * Read, decide, put to wait what a window holds, write on a condition, queue what the incident owes. Start again where another function wrote first.
 *
 * Promises: one write commits a decision with all that must follow from it. What is queued afterwards only makes it happen
 * sooner: what is lost between the two, the sweep finds.
 */
import { withOverride } from '../exception/exception.ts';
import { decide } from '../incident/decide.ts';
import type { Context } from '../incident/escalation.ts';
import type { Event } from '../incident/event.ts';
import { type GroupDigest, type Incident, newlyOwed, owed } from '../incident/incident.ts';
import { queueOwed, queueTickets } from '../queue/queue.ts';
import type { Loaded } from '../routing/loaded.ts';
import { heldUntil } from '../standby/standby.ts';
import { commitIncident, currentIncident, incidentById, withSpilled } from '../store/incidents.ts';
import { lastHeard } from '../store/peer.ts';
import type { World } from '../world/world.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { placed } from './pace.ts';

/** Many instances may meet on one incident in a storm; past this the message goes back to its queue. */
const MAX_ATTEMPTS = 12;
const FIRST_PAUSE_MILLISECONDS = 15;

export class TooManyConflicts extends Error {}

/**
 * Where a decision's incident is found: by its own id, or as the latest of its group (a digest). `known`: as it was read a
 * moment ago, which spares the first read; where it has changed since, the write is refused and it is read again.
 */
export type Which = { id: string; known?: Incident } | { group: GroupDigest };

/**
 * Takes an event to an incident. Out: the incident as it then is, and whether this call changed it; undefined where there
 * was no incident and the event made none. Throws `TooManyConflicts` after too many conflicts, and what the store throws.
 */
export async function change(
  world: World,
  loaded: Loaded,
  which: Which,
  event: Event,
  ledger: Ledger = openLedger(world),
): Promise<{ incident: Incident; changed: boolean } | undefined> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const [found, context] = await Promise.all([
      find(world, which, attempt),
      // After a conflict somebody may have overridden a rota meanwhile.
      contextAt(world, loaded, event, attempt === 0 ? ledger : undefined),
    ]);
    const { incident, complete } = await broughtBack(world, found, event);
    const next = decide(incident, complete, context);
    if (!next) return undefined;
    if (next === incident) {
      // After a conflict it may be our own write whose answer was lost: then nobody has queued what it owes.
      if (attempt > 0) {
        await queueAll(world, next);
        await queueTicket(world, undefined, next);
      }
      return { incident: found ?? next, changed: false };
    }
    const ready = await placed(world, loaded, incident, next, ledger);
    const committed = await commitIncident(world.table, ready);
    if (committed !== 'conflict') {
      world.log('info', 'Incident changed', { incident: committed.id, by: event.type, state: committed.state });
      await queueNew(world, incident, committed);
      await queueTicket(world, incident, committed);
      return { incident: committed, changed: true };
    }
    await world.pause(FIRST_PAUSE_MILLISECONDS * (attempt + 1) * (0.5 + world.random()));
  }
  throw new TooManyConflicts(
    'The incident was changed by others at every attempt; the message goes back to the queue.',
  );
}

async function find(world: World, which: Which, attempt: number): Promise<Incident | undefined> {
  if ('group' in which) return currentIncident(world.table, which.group);
  if (attempt === 0 && which.known !== undefined) return which.known;
  return incidentById(world.table, which.id);
}

/** For notices, the signals that live beside the incident come back into it. */
async function broughtBack(
  world: World,
  found: Incident | undefined,
  event: Event,
): Promise<{ incident: Incident | undefined; complete: Event }> {
  if (!found?.spilledAlerts || event.type !== 'notices') return { incident: found, complete: event };
  const keys = event.notices.map((notice) => notice.alert.key);
  const { incident, spilledFiring } = await withSpilled(world.table, found, keys);
  return { incident, complete: { ...event, spilledFiring } };
}

/** Events that ask for nobody new: who is on call need not be known. */
const ASKS_FOR_NOBODY: readonly Event['type'][] = [
  'sent',
  'waits',
  'acknowledge',
  'resolve',
  'note',
  'judge',
  'suspects',
  'open-problem',
  'ticket-made',
  'ticket-waits',
  'stand-by',
];

/** What decisions are handed: the time, the catalogue, and who is on call with the overrides that people made. */
export async function contextAt(
  world: World,
  loaded: Loaded,
  event?: Event,
  ledger: Pick<Ledger, 'overrides'> = openLedger(world),
): Promise<Context> {
  const now = world.now();
  const asks = event === undefined || !ASKS_FOR_NOBODY.includes(event.type);
  const [overrides, standby] = await Promise.all([
    asks ? ledger.overrides() : [],
    asks ? standingOf(world) : undefined,
  ]);
  return {
    now,
    catalogue: loaded.catalogue,
    ...(standby === undefined ? {} : { standby }),
    onCall: (rota) => withOverride(rota, loaded.onCall(rota, now), overrides, now),
  };
}

/** Until when this region, where it is a standby, pages nobody; undefined where it is not a standby. */
export async function standingOf(world: World): Promise<Context['standby']> {
  if (world.peer?.role !== 'standby') return undefined;
  const heard = await lastHeard(world.table);
  const until = heldUntil(heard, world.now(), world.peer.missingSeconds);
  return {
    ...(until === undefined ? {} : { heldUntil: until }),
    ...(heard?.heardAt === undefined ? {} : { heardAt: heard.heardAt }),
  };
}

async function queueNew(world: World, before: Incident | undefined, after: Incident): Promise<void> {
  await tryToQueue(world, after, newlyOwed(before, after));
}

async function queueAll(world: World, incident: Incident): Promise<void> {
  await tryToQueue(world, incident, owed(incident));
}

/** After all that pages need: a ticket holds up nothing. */
async function queueTicket(world: World, before: Incident | undefined, after: Incident): Promise<void> {
  const { ticket } = after;
  if (ticket === undefined) return;
  if (before?.id === after.id && before.ticket?.id === ticket.id && before.ticket.due === ticket.due) return;
  await queueTickets(world.queues, [after], world.now()).catch((error: unknown) =>
    world.log('warn', 'A problem ticket could not be queued; the sweep does it', {
      incident: after.id,
      error: String(error),
    }),
  );
}

async function tryToQueue(world: World, incident: Incident, list: ReturnType<typeof owed>): Promise<void> {
  // The function that makes tickets asks for no page; what others owe here is the sweep's.
  if (list.length === 0 || world.queues.pages === undefined) return;
  try {
    await queueOwed(world.queues, incident.id, list, world.now());
  } catch (error) {
    // It is committed: the sweep finds what is due and queues it within a minute.
    world.log('error', 'What an incident owes could not be queued; the sweep will', {
      incident: incident.id,
      error: String(error),
    });
  }
}
