/**
 * Contacts: what answers, receipts and refusals tell of a person's ways, and who must hear of it.
 *
 * Promises: knowing this never keeps a page from going out or an answer from counting: what fails here is said and left.
 */
import type { Catalogue, Channel, Target } from '../catalogue/catalogue.ts';
import type { Incident } from '../incident/incident.ts';
import type { Message } from '../page/page.ts';
import { contactFacts, keepProved, keepStopped } from '../store/contacts.ts';
import type { World } from './world.ts';

/** This way reached its person. */
export async function noteProved(world: World, person: string, channel: Channel): Promise<void> {
  await saying(world, () => keepProved(world.table, person, channel, world.now()));
}

/** Who was asked by a test page has answered it: the way that it came by works. */
export async function noteTestAnswered(world: World, incident: Incident, by: string): Promise<void> {
  if (incident.test?.person === by) await noteProved(world, by, incident.test.channel);
}

/** A phone takes no texts any more: it is kept, and the chat of those who rely on this person hears of it, once. */
export async function noteStopped(world: World, person: string): Promise<void> {
  await saying(world, async () => {
    if ((await contactFacts(world.table, person)).sms?.stoppedAt !== undefined) return;
    await keepStopped(world.table, person, 'sms', world.now(), true);
    world.log('warn', 'A phone takes no texts any more: its owner has sent STOP', { person });
    const { catalogue } = await world.catalogue();
    const name = catalogue.people[person]?.name ?? person;
    for (const { kind, name: address } of chatOf(catalogue, person)) {
      await world.channels[kind as Channel]?.(
        address,
        stoppedMessage(name),
        `stopped.${person}.${world.now().slice(0, 10)}`,
      );
    }
  });
}

/** Texts reach this phone again. */
export async function noteStarted(world: World, person: string): Promise<void> {
  await saying(world, () => keepStopped(world.table, person, 'sms', world.now(), false));
}

/** The chat targets of every policy that pages this person, by name or by a rota that has them. */
export function chatOf(catalogue: Catalogue, person: string): Target[] {
  const found = new Map<string, Target>();
  for (const { steps } of Object.values(catalogue.policies)) {
    const targets = steps.flatMap(({ notify }) => notify);
    if (!targets.some((target) => pages(catalogue, target, person))) continue;
    for (const target of targets)
      if (target.kind !== 'rota' && target.kind !== 'person') found.set(`${target.kind} ${target.name}`, target);
  }
  return [...found.values()];
}

function pages(catalogue: Catalogue, { kind, name }: Target, person: string): boolean {
  if (kind === 'person') return name === person;
  // A rota names its people in its layers and overrides: whoever is in one is relied on.
  return kind === 'rota' && JSON.stringify(catalogue.rotas[name] ?? {}).includes(JSON.stringify(person));
}

function stoppedMessage(name: string): Message {
  const subject = `${name} has sent STOP: texts of Pageturner no longer reach that phone`;
  const value =
    'Calls and other ways still work and are used. START, sent from the phone to the number that texts it, mends it.';
  return {
    kind: 'notice',
    text: subject,
    speech: '',
    subject,
    facts: [{ label: 'What to do', value }],
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
