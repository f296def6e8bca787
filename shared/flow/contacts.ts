/**
 * Contacts: what answers, receipts and refusals tell of a person's ways, and who must hear of it.
 *
 * Promises: knowing this never keeps a page from going out or an answer from counting: what fails here is said and left.
 */
import type { Catalogue, Channel, Person, Target } from '../catalogue/catalogue.ts';
import { chatContact } from '../catalogue/resolve.ts';
import { hasContact } from '../incident/escalation.ts';
import type { Incident } from '../incident/incident.ts';
import type { Message } from '../message/message.ts';
import { queueStopped, type StoppedLook } from '../queue/queue.ts';
import { contactFacts, keepProved, keepStopped } from '../store/contacts.ts';
import { claimHandOver } from '../store/handovers.ts';
import type { World } from '../world/world.ts';

/** This way reached its person. */
export async function noteProved(world: World, person: string, channel: Channel): Promise<void> {
  await saying(world, () => keepProved(world.table, person, channel, world.now()));
}

/** Who was asked by a test page has answered it: the way that it came by works. */
export async function noteTestAnswered(world: World, incident: Incident, by: string): Promise<void> {
  if (incident.test?.person === by) await noteProved(world, by, incident.test.channel);
}

/** A phone takes no texts any more: it is kept, and the page function is asked to tell those who rely on this person, once. */
export async function noteStopped(world: World, person: string): Promise<void> {
  await saying(world, async () => {
    if ((await contactFacts(world.table, person)).sms?.stoppedAt !== undefined) return;
    // Told first: what is kept is not told again. The respond function has no chat.
    await queueStopped(world.queues, { kind: 'stopped', person });
    await keepStopped(world.table, person, 'sms', world.now(), true);
    world.log('warn', 'A phone takes no texts any more: its owner has sent STOP', { person });
  });
}

/** The chat of those who rely on this person hears that texts no longer reach them. */
export async function tellStopped(world: World, { person }: StoppedLook): Promise<void> {
  const { catalogue } = await world.catalogue();
  const name = catalogue.people[person]?.name ?? person;
  await tellChat(world, chatOf(catalogue, person), stoppedMessage(name), `stopped.${person}`);
}

/** A team is told of the same person's ways once in so long. */
const REMIND_MILLISECONDS = 7 * 86_400_000;

/**
 * Somebody goes on call: the chat of those who rely on this rota hears which of the ways that wake this person were never
 * proved, and where it has no chat the person does. They are used all the same.
 */
export async function noteUnproved(world: World, catalogue: Catalogue, rota: string, person: Person): Promise<void> {
  await saying(world, async () => {
    const facts = await contactFacts(world.table, person.id);
    const unproved = waysThatWake(person).filter((way) => facts[way]?.provedAt === undefined);
    if (unproved.length === 0) return;
    const slot = Math.floor(Date.parse(world.now()) / REMIND_MILLISECONDS) * REMIND_MILLISECONDS;
    if (!(await claimHandOver(world.table, `unproved ${rota} ${person.id}`, new Date(slot).toISOString()))) return;
    const message = unprovedMessage(person, rota, unproved);
    const told = await tellChat(world, chatBeside(catalogue, isRota(rota)), message, `unproved.${rota}.${person.id}`);
    if (told === 0) await tellQuietly(world, person, message, `unproved.${rota}.${person.id}`);
  });
}

/** The ways by which high urgency reaches a person, each once. */
function waysThatWake(person: Person): Channel[] {
  return [...new Set(person.rules.high.map(({ channel }) => channel))].filter((way) => hasContact(person, way));
}

function unprovedMessage({ id, name }: Person, rota: string, ways: Channel[]): Message {
  const subject = `${name} is on call for ${rota}; it was never shown that ${ways.join(' or ')} reaches them`;
  return notice(subject, `'pageturner test-page ${id}' asks. What was never proved is used all the same.`);
}

/** Says something to each of these chat channels. Out: how many took it. */
async function tellChat(world: World, targets: Target[], message: Message, about: string): Promise<number> {
  const { catalogue } = await world.catalogue();
  let told = 0;
  for (const { kind, name } of targets) {
    const contact = chatContact(catalogue, kind, name);
    if (contact === undefined) continue;
    const address = await world.address(contact);
    const sent = await world.channels[kind as Channel]?.(address, message, `${about}.${world.now().slice(0, 10)}`);
    if (sent?.ok) told++;
  }
  return told;
}

/** Says something to a person by a way that does not ring. */
async function tellQuietly(world: World, person: Person, message: Message, about: string): Promise<void> {
  const way = quietest(person);
  if (way === undefined) return;
  const address = await world.address(contactOf(person, way)!);
  await world.channels[way]?.(address, message, `${about}.${world.now().slice(0, 10)}`);
}

/** A way that does not ring, as this person's own rules for low urgency have it; a text where there is no other. */
export function quietest(person: Person): Channel | undefined {
  const ways: Channel[] = [
    ...person.rules.low.map(({ channel }) => channel),
    'slack',
    'teams',
    'email',
    'webhook',
    'sms',
  ];
  return ways.find((way) => way !== 'voice' && contactOf(person, way) !== undefined);
}

export function contactOf(person: Person, way: Channel): string | undefined {
  return person.contact[way === 'sms' || way === 'voice' ? 'phone' : way];
}

/** Texts reach this phone again. */
export async function noteStarted(world: World, person: string): Promise<void> {
  await saying(world, () => keepStopped(world.table, person, 'sms', world.now(), false));
}

/** The chat targets of every policy that pages this person, by name or by a rota that has them. */
export function chatOf(catalogue: Catalogue, person: string): Target[] {
  return chatBeside(catalogue, (target) => pages(catalogue, target, person));
}

/** The chat targets of every policy that has such a target. */
function chatBeside(catalogue: Catalogue, isOne: (target: Target) => boolean): Target[] {
  const found = new Map<string, Target>();
  for (const { steps } of Object.values(catalogue.policies)) {
    const targets = steps.flatMap(({ notify }) => notify);
    if (!targets.some(isOne)) continue;
    for (const target of targets)
      if (target.kind !== 'rota' && target.kind !== 'person') found.set(`${target.kind} ${target.name}`, target);
  }
  return [...found.values()];
}

function isRota(rota: string): (target: Target) => boolean {
  return ({ kind, name }) => kind === 'rota' && name === rota;
}

function pages(catalogue: Catalogue, { kind, name }: Target, person: string): boolean {
  if (kind === 'person') return name === person;
  // A rota names its people in its layers and overrides: the policy relies on each of them.
  return kind === 'rota' && JSON.stringify(catalogue.rotas[name] ?? {}).includes(JSON.stringify(person));
}

function stoppedMessage(name: string): Message {
  return notice(
    `${name} has sent STOP: texts of Pageturner no longer reach that phone`,
    'Calls and other ways still work and are used. START, sent from the phone to the number that texts it, lifts the block.',
  );
}

function notice(subject: string, mend: string): Message {
  return {
    kind: 'notice',
    text: subject,
    speech: '',
    subject,
    facts: [{ label: 'What to do', value: mend }],
    link: '',
    thread: 'contacts',
    buttons: [],
  };
}

async function saying(world: World, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    world.log('warn', 'What is known of a contact could not be kept', {
      error: error instanceof Error ? error.name : 'error',
    });
  }
}
