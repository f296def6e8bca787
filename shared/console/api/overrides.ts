/**
 * Overrides and swaps that people make without a commit: they take effect at once, say who made them, and end by themselves.
 */
import { Hono } from 'hono';
import * as v from 'valibot';
import type { Override } from '../../exception/exception.ts';
import { withOverrides } from '../../exception/exception.ts';
import { type CompiledRota, compileRota } from '../../rota/compile.ts';
import { doublesOf, type Move, movesOf, type Period } from '../../rota/swap.ts';
import { readInstant, readWall } from '../../rota/wall.ts';
import { DAY, instantOf, type Zone } from '../../rota/zone.ts';
import { endException, exceptionsOf, keepException, keepSwap } from '../../store/exceptions.ts';
import type { World } from '../../world/world.ts';
import { body, CREATED, type Env, minutesAfter, minutesSchema, says } from './request.ts';

/** How far ahead an override or a swap may reach. */
const AHEAD_DAYS = 366;
const WHEN = 'an instant (2026-12-24T09:00:00Z) or a wall time of the rota (2026-12-24T09:00)';

/** What a request asks for that cannot be done: a sentence for the caller. */
class Refused extends Error {}

const text = v.optional(v.unknown());
const overrideSchema = v.object({ rota: text, person: text, insteadOf: text, from: text, until: text, minutes: text });
const swapSchema = v.object({ rota: text, person: text, with: text, give: text, take: text });

/** Its routes: `/overrides`, `/swaps`. What names and times mean is checked against the catalogue in force. */
export function overrides(world: World): Hono<Env> {
  const app = new Hono<Env>();
  app.get('/overrides', says('Overrides in force, and those that begin later'), async (c) =>
    c.json({ overrides: await exceptionsOf(world.table, 'OVERRIDES', world.now()) }),
  );
  app.post(
    '/overrides',
    says('Put a person on call. Times are instants or wall times of the rota', CREATED),
    body(overrideSchema),
    async (c) => {
      try {
        const override = await overrideOf(world, c.req.valid('json'), c.get('who'));
        await keepException(world.table, 'OVERRIDES', override);
        return c.json({ override }, 201);
      } catch (error) {
        return c.json({ error: sentence(error) }, 400);
      }
    },
  );
  app.post(
    '/swaps',
    says('Two people exchange shifts. `give` and `take` are an instant within a shift, or FROM/TO', CREATED),
    body(swapSchema),
    async (c) => {
      try {
        const { swap, warnings } = await swapOf(world, c.req.valid('json'), c.get('who'));
        await keepSwap(world.table, swap);
        return c.json({ id: swap[0]!.id, overrides: swap, warnings }, 201);
      } catch (error) {
        return c.json({ error: sentence(error) }, 400);
      }
    },
  );
  app.delete('/overrides/:id', says('End an override, or all those of a swap, now'), async (c) => {
    await endException(world.table, 'OVERRIDES', c.req.param('id'));
    return c.json({ ended: c.req.param('id') });
  });
  return app;
}

/** What a refusal says; any other error is not the caller's and is thrown on. */
function sentence(error: unknown): string {
  if (error instanceof Refused || error instanceof RangeError) return error.message;
  throw error;
}

async function overrideOf(world: World, body: Record<string, unknown>, by: string): Promise<Override> {
  const now = world.now();
  const rota = await rotaNamed(world, body['rota']);
  const person = await personNamed(world, body['person']);
  const insteadOf = body['insteadOf'] === undefined ? undefined : await personNamed(world, body['insteadOf']);
  const asked = body['from'] === undefined ? undefined : instantIn(rota.zone, 'from', body['from']);
  const from = asked === undefined ? now : new Date(asked).toISOString();
  const until =
    body['until'] === undefined
      ? endAfter(from, body['minutes'])
      : new Date(instantIn(rota.zone, 'until', body['until'])).toISOString();
  checkTime(from, until, now);
  return {
    id: `${now}-${by}`,
    rota: rota.name,
    person,
    ...(insteadOf === undefined ? {} : { insteadOf }),
    from,
    until,
    by,
  };
}

function endAfter(from: string, minutes: unknown): string {
  if (!v.is(minutesSchema, minutes))
    throw new Refused('`minutes` must be a number from 1 to 43200 (30 days); or send `until`.');
  return minutesAfter(from, minutes);
}

function checkTime(from: string, until: string, now: string): void {
  if (until <= from) throw new Refused(`It would end at ${until}, which is not after it begins (${from}).`);
  if (until <= now) throw new Refused(`It would be over already at ${until}.`);
  if (Date.parse(until) - Date.parse(now) > AHEAD_DAYS * DAY)
    throw new Refused(`It would end at ${until}; at most ${AHEAD_DAYS} days ahead. Write it into the rota's file.`);
}

async function swapOf(
  world: World,
  body: Record<string, unknown>,
  by: string,
): Promise<{ swap: Override[]; warnings: string[] }> {
  const now = world.now();
  const rota = await rotaNamed(world, body['rota']);
  const person = await personNamed(world, body['person']);
  const other = await personNamed(world, body['with']);
  const made = await exceptionsOf(world.table, 'OVERRIDES', now);
  const moves = movesOf(withOverrides(rota, made), {
    person,
    with: other,
    gives: periodIn(rota.zone, 'give', body['give']),
    ...(body['take'] === undefined ? {} : { takes: periodIn(rota.zone, 'take', body['take']) }),
  });
  for (const move of moves) checkTime(iso(move.from), iso(move.to), now);
  const { catalogue } = await world.catalogue();
  const others = Object.values(catalogue.rotas)
    .filter(({ name }) => name !== rota.name)
    .map((one) => withOverrides(compileRota(one), made));
  const override = ({ person: to, insteadOf, from, to: until }: Move): Override => ({
    id: `${now}-${by}`,
    rota: rota.name,
    person: to,
    insteadOf,
    from: iso(from),
    until: iso(until),
    by,
    swap: true,
  });
  return { swap: moves.map(override), warnings: doublesOf(moves, others) };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

async function rotaNamed(world: World, name: unknown): Promise<CompiledRota> {
  const { catalogue } = await world.catalogue();
  const rota = typeof name === 'string' && Object.hasOwn(catalogue.rotas, name) ? catalogue.rotas[name] : undefined;
  if (!rota) throw new Refused(`There is no rota '${String(name)}': ${Object.keys(catalogue.rotas).join(', ')}.`);
  return compileRota(rota);
}

async function personNamed(world: World, id: unknown): Promise<string> {
  const { catalogue } = await world.catalogue();
  if (typeof id === 'string' && Object.hasOwn(catalogue.people, id)) return id;
  throw new Refused(`There is nobody '${String(id)}': ${Object.keys(catalogue.people).join(', ')}.`);
}

function instantIn(zone: Zone, field: string, written: unknown): number {
  const text = typeof written === 'string' ? written : '';
  const wall = readWall(text);
  const instant = readInstant(text) ?? (wall === undefined ? undefined : instantOf(zone, wall));
  if (instant === undefined) throw new Refused(`\`${field}\` must be ${WHEN}.`);
  return instant;
}

/** An instant within a shift, or `FROM/TO`. */
function periodIn(zone: Zone, field: string, written: unknown): Period {
  if (typeof written !== 'string') throw new Refused(`\`${field}\` must be ${WHEN}, or two of them as FROM/TO.`);
  const [from, to, ...more] = written.split('/');
  if (more.length > 0) throw new Refused(`\`${field}\` must be ${WHEN}, or two of them as FROM/TO.`);
  return {
    from: instantIn(zone, field, from),
    ...(to === undefined ? {} : { to: instantIn(zone, field, to) }),
  };
}
