/** Whose phone a number is: one contact that cannot be read stops nobody, and the table knows no number. */
import { beforeEach, describe, expect, it } from 'vitest';
import { markOf, noteOwner, personOf } from '../../shared/flow/numbers.ts';
import type { World } from '../../shared/world/world.ts';
import { NIGHT, openStillWorld, openTestWorld, type StillWorld, sampleCatalogue } from '../world.ts';
import { alarm } from './alarm.ts';

const loaded = await sampleCatalogue();
const people = Object.values(loaded.catalogue.people).filter(({ contact }) => contact.phone !== undefined);
const [first, last] = [people[0]!, people.at(-1)!];
const STRANGER = '+447700900999';

let still: StillWorld;
let world: World;
let asked: string[];
/** What reading a contact throws. */
let broken: Map<string, { passing: boolean }>;

beforeEach(() => {
  still = openStillWorld({ loaded, at: NIGHT });
  asked = [];
  broken = new Map();
  world = {
    ...still.world,
    address: async (contact) => {
      asked.push(contact);
      const how = broken.get(contact);
      if (how) throw Object.assign(new Error('ParameterNotFound'), how);
      return contact;
    },
  };
});

describe('a reply', () => {
  it('is known though the contact of somebody before them cannot be read, and the log says whose', async () => {
    broken.set(first.contact.phone!, { passing: false });
    expect(await personOf(world, last.contact.phone!)).toBe(last.id);
    expect(still.logged.join()).toContain(first.id);
    expect(still.logged.join()).not.toContain(first.contact.phone!);
  });

  it('of a stranger is a stranger’s though a contact is not there, and comes again where one may be read later', async () => {
    broken.set(first.contact.phone!, { passing: false });
    expect(await personOf(world, STRANGER)).toBeUndefined();
    broken.set(first.contact.phone!, { passing: true });
    await expect(personOf(world, STRANGER)).rejects.toThrow();
  });

  it('asks for one person’s contacts where their number has been heard before', async () => {
    await personOf(world, last.contact.phone!);
    asked = [];
    expect(await personOf(world, last.contact.phone!)).toBe(last.id);
    expect(asked.length).toBeLessThanOrEqual(2);
  });

  it('is known by the index alone while no contact can be read', async () => {
    await noteOwner(world, last.id, last.contact.phone!);
    for (const { contact } of people) broken.set(contact.phone!, { passing: true });
    expect(await personOf(world, last.contact.phone!)).toBe(last.id);
  });

  it('is not that of the person who had the number before', async () => {
    await noteOwner(world, first.id, last.contact.phone!);
    expect(await personOf(world, last.contact.phone!)).toBe(last.id);
  });

  it('is known while the index cannot be read', async () => {
    const refusing = openStillWorld({
      loaded,
      at: NIGHT,
      refuses: ({ input }) => JSON.stringify(input).includes('PHONE#'),
    });
    expect(await personOf(refusing.world, last.contact.phone!)).toBe(last.id);
  });
});

it('a person who is paged by phone is in the index from then on, by a mark that does not tell the number', async () => {
  const paging = await openTestWorld({ loaded });
  await paging.send(alarm());
  const { address } = paging.told.find(({ channel }) => channel === 'sms')!;
  const mark = await markOf(paging.world, address);
  expect(mark).not.toContain(address.slice(1));
  const offline: World = {
    ...paging.world,
    address: () => Promise.reject(Object.assign(new Error(), { passing: true })),
  };
  expect(await personOf(offline, address)).toBe(loaded.onCall('payments-primary', NIGHT));
});
