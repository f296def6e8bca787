/**
 * The rota in people's own calendars: one private address a rota and a person, which calendars fetch without a session.
 *
 * Promises: an address is 128 bits of an HMAC that nobody can guess, says nothing of whom it is for, and shows shifts and
 * names, never a contact. What was overridden for the hour is in it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { withOverrides } from '../exception/exception.ts';
import { compileRota } from '../rota/compile.ts';
import { calendarOf, type Feed } from '../rota/ical.ts';
import { shifts } from '../rota/shifts.ts';
import { DAY } from '../rota/zone.ts';
import { exceptionsOf } from '../store/exceptions.ts';
import type { World } from '../world/world.ts';

const PAST_DAYS = 14;
const AHEAD_DAYS = 120;

type Whose = { kind: 'rota' | 'person'; name: string };

/** The address of every rota's and person's calendar. */
export async function calendarAddresses(world: World): Promise<(Whose & { url: string })[]> {
  const secret = await world.linkSecret();
  return (await whose(world)).map((one) => ({ ...one, url: `${world.baseUrl}/calendar/${tokenOf(secret, one)}` }));
}

/** The calendar behind a token; undefined for one that is nobody's. */
export async function calendarFor(world: World, token: string): Promise<string | undefined> {
  const secret = await world.linkSecret();
  const given = Buffer.from(token);
  // All are compared: how long it takes says nothing of whose it nearly was.
  const found = (await whose(world)).filter((one) => {
    const expected = Buffer.from(tokenOf(secret, one));
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
  return found[0] === undefined ? undefined : write(world, found[0]);
}

async function whose(world: World): Promise<Whose[]> {
  const { catalogue } = await world.catalogue();
  return [
    ...Object.keys(catalogue.rotas).map((name): Whose => ({ kind: 'rota', name })),
    ...Object.keys(catalogue.people).map((name): Whose => ({ kind: 'person', name })),
  ];
}

function tokenOf(secret: string, { kind, name }: Whose): string {
  return createHmac('sha256', secret)
    .update(`calendar\n${kind}\n${name}`)
    .digest()
    .subarray(0, 16)
    .toString('base64url');
}

async function write(world: World, { kind, name }: Whose): Promise<string> {
  const { catalogue } = await world.catalogue();
  const now = world.now();
  const at = Date.parse(now);
  const overrides = await exceptionsOf(world.table, 'OVERRIDES', now);
  const rotas = Object.values(catalogue.rotas).filter((rota) => kind === 'person' || rota.name === name);
  const feed: Feed = {
    name: kind === 'rota' ? `On call: ${name}` : `On call: ${catalogue.people[name]?.name ?? name}`,
    zone: rotas[0]?.time_zone ?? 'UTC',
    shifts: rotas.flatMap((rota) => {
      const compiled = compileRota(rota);
      const all = withOverrides(compiled, overrides);
      return shifts(all, at - PAST_DAYS * DAY, at + AHEAD_DAYS * DAY)
        .shifts.filter(({ person }) => kind === 'rota' || person === name)
        .map((shift) => ({ ...shift, rota: rota.name }));
    }),
  };
  return calendarOf(feed, (person) => catalogue.people[person]?.name ?? person, now);
}
