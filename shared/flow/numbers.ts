/**
 * Numbers: whose phone a number is, from the contacts of the catalogue.
 *
 *   the table's index (a mark, which does not tell the number) → that person's contacts → every contact
 *
 * Promises: a contact that cannot be read keeps nobody else from being known; while no contact can be read, a number that
 * was paged lately is known by the index. The table and the log hold no number.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Person } from '../catalogue/catalogue.ts';
import { keepOwner, ownerOf } from '../store/contacts.ts';
import { after } from '../time/time.ts';
import type { World } from '../world/world.ts';

/** Stands for a number, in this installation alone. */
export async function markOf(world: World, number: string): Promise<string> {
  return createHmac('sha256', await world.linkSecret())
    .update(number)
    .digest('hex')
    .slice(0, 32);
}

/**
 * The id of the person whose phone it is; undefined where it is nobody's. Throws where the number may be somebody's whose
 * contact cannot be read just now: who asks comes again.
 */
export async function personOf(world: World, number: string): Promise<string | undefined> {
  const { catalogue } = await world.catalogue();
  const mark = await markOf(world, number);
  const known = await ownerOf(world.table, mark, world.now()).catch((error: unknown) => {
    world.log('warn', 'Whose number it is could not be looked up; every contact is read', { error: nameOf(error) });
    return undefined;
  });
  const owner = known === undefined ? undefined : catalogue.people[known];
  if (owner) {
    const { isTheirs, unreadable } = await compare(world, owner, number);
    // It was theirs when it was kept, and what it is now does not answer.
    if (isTheirs || unreadable.some(isPassing)) return owner.id;
  }
  return findOwner(world, Object.values(catalogue.people), number, mark);
}

async function findOwner(world: World, people: Person[], number: string, mark: string): Promise<string | undefined> {
  const compared = await Promise.all(
    people.map(async (person) => ({ person, ...(await compare(world, person, number)) })),
  );
  const unreadable = compared.filter((one) => one.unreadable.length > 0);
  for (const { person, unreadable: errors } of unreadable)
    world.log('error', 'A phone number of the catalogue cannot be read', {
      person: person.id,
      error: nameOf(errors[0]),
    });
  const owner = compared.find(({ isTheirs }) => isTheirs)?.person.id;
  if (owner !== undefined) await noteOwner(world, owner, number, mark);
  else {
    const passing = unreadable.flatMap(({ unreadable: errors }) => errors).find(isPassing);
    if (passing !== undefined) throw passing;
  }
  return owner;
}

/** An instance writes down whose number it is once in so long: a storm pages the same person again and again. */
const NOTED_SECONDS = 3600;
const noted = new WeakMap<World, Map<string, string>>();

/** Keeps whose number it is, which a page to it or an answer from it has shown. Never throws. */
export async function noteOwner(world: World, person: string, number: string, mark?: string): Promise<void> {
  const known = noted.get(world) ?? new Map<string, string>();
  noted.set(world, known);
  const key = `${person} ${number}`;
  const now = world.now();
  if ((known.get(key) ?? '') > now) return;
  try {
    await keepOwner(world.table, mark ?? (await markOf(world, number)), person, now);
    known.set(key, after(now, NOTED_SECONDS));
  } catch (error) {
    world.log('warn', 'Whose number it is could not be kept', { person, error: nameOf(error) });
  }
}

async function compare(
  world: World,
  { contact }: Person,
  number: string,
): Promise<{ isTheirs: boolean; unreadable: unknown[] }> {
  const phones = [contact.phone, contact.phone2].filter((phone) => phone !== undefined);
  const read = await Promise.allSettled(phones.map((phone) => world.address(phone)));
  return {
    isTheirs: read.some((one) => one.status === 'fulfilled' && sameText(one.value, number)),
    unreadable: read.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : [])),
  };
}

/** Whether it may be read later. An error that does not say is taken for one that passes. */
function isPassing(error: unknown): boolean {
  return (error as { passing?: unknown }).passing !== false;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'error';
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
