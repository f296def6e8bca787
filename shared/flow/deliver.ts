/**
 * Delivering: what one message of the pages queue asks for.
 *
 *   look → not due? delay again → timer? decide → page: claim → address → link → words → send → record
 *
 * Promises: a page is sent while its claim is held and recorded after it; a crash in between sends it again, never zero
 * times. Nothing goes out for an incident that was acknowledged before the claim.
 */
import type { Channel, Person } from '../catalogue/catalogue.ts';
import { claim } from '../incident/delivery.ts';
import type { Incident, Page } from '../incident/incident.ts';
import type { Message, Sent } from '../page/page.ts';
import { linkToken } from '../page/token.ts';
import { alertMessage, reliefMessage } from '../page/words.ts';
import { type Look, queueOwed } from '../queue/queue.ts';
import { commitIncident, incidentById } from '../store/incidents.ts';
import { keepLink } from '../store/links.ts';
import { change, TooManyConflicts } from './change.ts';
import type { Loaded, World } from './world.ts';

/** Longer than any channel's own timeout; after it, whoever looks next may send the page again. */
const LEASE_SECONDS = 20;
const MAX_ATTEMPTS = 12;

/** Handles one message. Throws where it must come again. */
export async function deliver(world: World, look: Look): Promise<void> {
  const now = world.now();
  if (look.due > now) {
    await queueOwed(world.queues, look.incident, [look], now);
    return;
  }
  const loaded = await world.catalogue();
  if (look.kind === 'timer') {
    await change(world, loaded, { id: look.incident }, { type: 'timer', id: look.id });
    return;
  }
  const held = await take(world, look);
  if (!held) return;
  const sent = await send(world, loaded, held.incident, held.page);
  await change(
    world,
    loaded,
    { id: look.incident },
    sent.ok
      ? { type: 'sent', page: look.id, ...(sent.detail === undefined ? {} : { detail: sent.detail }) }
      : { type: 'failed', page: look.id, reason: sent.reason, again: sent.again },
  );
  world.log(sent.ok ? 'info' : 'warn', sent.ok ? 'Page sent' : `Page failed: ${sent.reason}`, {
    incident: look.incident,
    page: look.id,
    channel: held.page.channel,
    to: held.page.to,
  });
}

/** Takes the page into our hands; undefined where it is not wanted any more or is in somebody else's. */
async function take(world: World, look: Look): Promise<{ incident: Incident; page: Page } | undefined> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const incident = await incidentById(world.table, look.incident);
    const answer = claim(incident, look.id, world.now(), LEASE_SECONDS);
    if ('refused' in answer) {
      if (answer.until !== undefined)
        await queueOwed(world.queues, look.incident, [{ ...look, due: answer.until }], world.now());
      return undefined;
    }
    const committed = await commitIncident(world.table, answer.claimed);
    if (committed !== 'conflict') return { incident: committed, page: answer.page };
    await world.pause(15 * (attempt + 1) * (0.5 + world.random()));
  }
  throw new TooManyConflicts('The page could not be claimed; the message goes back to the queue.');
}

async function send(world: World, loaded: Loaded, incident: Incident, page: Page): Promise<Sent> {
  const channel = world.channels[page.channel];
  if (!channel) return { ok: false, reason: `channel ${page.channel} is not set up`, again: false };
  const contact = contactOf(loaded.catalogue.people[page.to], page);
  if (contact === undefined) return { ok: false, reason: `no contact for ${page.channel}`, again: false };
  try {
    const address = await world.address(contact);
    const message = await write(world, incident, page);
    return await channel(address, message, `${incident.id}.${page.id}`);
  } catch (error) {
    // Only the error's name: its message may quote an address.
    return { ok: false, reason: error instanceof Error ? error.name : 'error', again: true };
  }
}

function contactOf(person: Person | undefined, page: Page): string | undefined {
  if (!page.person) return page.to;
  const field: Record<Channel, keyof Person['contact']> = {
    sms: 'phone',
    voice: 'phone',
    email: 'email',
    slack: 'slack',
    teams: 'teams',
    webhook: 'webhook',
  };
  return person?.contact[field[page.channel]];
}

/** The message, with the link made for this person; a chat channel gets the address for whoever is signed in. */
async function write(world: World, incident: Incident, page: Page): Promise<Message> {
  const now = world.now();
  let link = `${world.baseUrl}/k/${incident.id}`;
  if (page.person) {
    const token = linkToken(await world.linkSecret(), incident.id, page.to);
    await keepLink(world.table, token, { incident: incident.id, person: page.to }, incident.code, now);
    link = `${world.baseUrl}/p/${token}`;
  }
  return page.kind === 'relief' ? reliefMessage(incident, link) : alertMessage(incident, now, link);
}
