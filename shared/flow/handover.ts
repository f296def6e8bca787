/**
 * Hand-overs: the sweep finds who has taken over a rota. The page function tells them, once, where the rota wants it, and
 * tells the rota's chat where no test has proved that the new person can be reached.
 *
 * Promises: never told twice, and where a function dies in between not at all: it is a courtesy, and pages do not depend
 * on it. Who is told is on call when they are told. It wakes nobody who can be told without a ring.
 */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { withOverrides } from '../exception/exception.ts';
import type { Message } from '../message/message.ts';
import { type HandOverLook, queueHandOver } from '../queue/queue.ts';
import { compileRota } from '../rota/compile.ts';
import { handOversBetween, sayHandOver } from '../rota/handover.ts';
import { zoneNamed } from '../rota/zone.ts';
import { exceptionsOf } from '../store/exceptions.ts';
import { claimHandOver } from '../store/handovers.ts';
import { listIncidents } from '../store/incidents.ts';
import type { World } from '../world/world.ts';
import { contextAt, standingOf } from './change.ts';
import { contactOf, noteUnproved, quietest } from './contacts.ts';

/** A sweep that was late or failed is made up for by the next few. */
const LOOK_BACK_MILLISECONDS = 180_000;
const MAX_INCIDENTS = 500;

/** Queues the hand-overs of the last minutes. Out: how many. */
export async function queueHandOvers(world: World): Promise<number> {
  const { catalogue } = await world.catalogue();
  const rotas = Object.values(catalogue.rotas);
  if (rotas.length === 0) return 0;
  const now = Date.parse(world.now());
  // An override that has just ended hands over too.
  const since = new Date(now - LOOK_BACK_MILLISECONDS).toISOString();
  const overrides = await exceptionsOf(world.table, 'OVERRIDES', since);
  let queued = 0;
  for (const rota of rotas) {
    const inForce = withOverrides(compileRota(rota), overrides);
    for (const { at } of handOversBetween(inForce, now - LOOK_BACK_MILLISECONDS, now)) {
      await queueHandOver(world.queues, { kind: 'hand-over', rota: rota.name, at: new Date(at).toISOString() });
      queued++;
    }
  }
  return queued;
}

/** Tells the person who is on call now, where the rota wants it and unless they were told. */
export async function tellOfHandOver(world: World, { rota: name, at }: HandOverLook): Promise<void> {
  const loaded = await world.catalogue();
  const rota = loaded.catalogue.rotas[name];
  const id = (await contextAt(world, loaded)).onCall(name);
  const person = id === undefined ? undefined : loaded.catalogue.people[id];
  if (!rota || !person) return;
  // The other region tells them.
  if ((await standingOf(world))?.heldUntil !== undefined) return;
  await noteUnproved(world, loaded.catalogue, name, person);
  const way = quietest(person);
  const zone = zoneNamed(rota.time_zone);
  if (!rota.hand_over_notice || !way || !zone || world.channels[way] === undefined) return;
  if (!(await claimHandOver(world.table, name, at))) return;
  const open = await openFor(world, loaded.catalogue, name);
  const text = sayHandOver(name, zone, Date.parse(at), open);
  const address = await world.address(contactOf(person, way)!);
  const sent = await world.channels[way](address, messageOf(world, text), `hand-over.${name}.${at}`);
  world.log(sent.ok ? 'info' : 'warn', sent.ok ? 'Hand-over told' : 'A hand-over could not be told', {
    rota: name,
    to: person.id,
    channel: way,
  });
}

/** Open incidents whose policy asks this rota. */
async function openFor(world: World, { policies }: Catalogue, rota: string): Promise<number> {
  const incidents = await listIncidents(world.table, 'open', MAX_INCIDENTS);
  return incidents.filter(
    ({ policy, test }) =>
      !test &&
      policies[policy]?.steps.some(({ notify }) => notify.some(({ kind, name }) => kind === 'rota' && name === rota)),
  ).length;
}

function messageOf(world: World, text: string): Message {
  return {
    kind: 'notice',
    text,
    speech: '',
    subject: text,
    facts: [],
    link: world.baseUrl,
    thread: 'hand-over',
    buttons: [],
  };
}
