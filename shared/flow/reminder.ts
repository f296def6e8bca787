/**
 * Telling a digest of follow-ups to a chat channel or a person. It wakes nobody: people are told in chat or by email, never by text
 * or call. Called by the page function.
 */

import type { Catalogue, Channel, Target } from '../catalogue/catalogue.ts';
import { chatContact } from '../catalogue/resolve.ts';
import type { ReminderLook } from '../queue/queue.ts';
import type { World } from '../world/world.ts';
import { contactOf } from './contacts.ts';

const QUIET: Channel[] = ['slack', 'teams', 'email'];

/** A digest that could not be told is logged: the next one has it again. */
export async function tellReminder(world: World, { to, subject, facts }: ReminderLook): Promise<void> {
  const { catalogue } = await world.catalogue();
  const way = wayTo(catalogue, to);
  const send = way && world.channels[way.channel];
  if (way === undefined || send === undefined) {
    world.log('warn', 'Nobody can be reminded of follow-ups there', { to: to.name });
    return;
  }
  const text = [subject, ...facts.map(({ label, value }) => `${label}: ${value}`)].join('\n');
  const message = { text, speech: '', subject, facts, link: world.baseUrl, thread: 'follow-ups', buttons: [] };
  const about = `follow-ups.${to.kind}.${to.name}.${world.now().slice(0, 10)}`;
  const sent = await send(await world.address(way.contact), { ...message, kind: 'notice' }, about);
  world.log(sent.ok ? 'info' : 'warn', sent.ok ? 'Reminded of follow-ups' : 'A reminder could not be told', {
    to: to.name,
    channel: way.channel,
  });
}

function wayTo(catalogue: Catalogue, { kind, name }: Target): { channel: Channel; contact: string } | undefined {
  if (kind === 'rota') return undefined;
  if (kind !== 'person') {
    const contact = chatContact(catalogue, kind, name);
    return contact === undefined ? undefined : { channel: kind, contact };
  }
  const person = catalogue.people[name];
  const channel = person && QUIET.find((way) => contactOf(person, way) !== undefined);
  return channel === undefined ? undefined : { channel, contact: contactOf(person!, channel)! };
}
