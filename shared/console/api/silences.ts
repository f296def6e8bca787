/** Silences over the API: those in force, a new one, and the end of one. */
import { Hono } from 'hono';
import * as v from 'valibot';
import { type Names, neverMatches, unknownServices } from '../../catalogue/possible.ts';
import type { CompiledPattern } from '../../pattern/compiled.ts';
import { compile } from '../../pattern/pattern.ts';
import { readInstant, readWall } from '../../rota/wall.ts';
import { instantOf, zoneNamed } from '../../rota/zone.ts';
import type { Loaded } from '../../routing/loaded.ts';
import { endException, exceptionsOf, keepException } from '../../store/exceptions.ts';
import { keyDigest } from '../../store/store.ts';
import type { World } from '../../world/world.ts';
import { body, CREATED, type Env, minutesAfter, minutesSchema, says } from './request.ts';

const MAX_AHEAD_MINUTES = 90 * 1440;
const MAX_WHY = 300;
const FROM =
  "`from` must be an instant like 2026-12-01T22:00:00Z, or a wall time of the catalogue's zone like 2026-12-01T22:00, at most 90 days ahead.";

const silenceSchema = v.object({
  match: v.pipe(v.unknown(), v.metadata({ description: 'An event pattern over the alert' })),
  minutes: minutesSchema,
  why: v.optional(v.string('`why` must be a text.')),
  from: v.optional(v.string(FROM)),
  /** Says what is wrong with it, and makes none. */
  check: v.optional(v.boolean('`check` must be true or false.')),
});

/** Its routes begin with `/silences`. */
export function silences(world: World): Hono<Env> {
  const app = new Hono<Env>();
  app.get('/silences', says('Silences in force, and those that begin later'), async (c) =>
    c.json({ silences: await exceptionsOf(world.table, 'SILENCES', world.now()) }),
  );
  app.post(
    '/silences',
    says(
      'Silence alerts that match a pattern, for some minutes. `warnings` tells what the catalogue does not have. With `check` nothing is made',
      CREATED,
    ),
    body(silenceSchema),
    async (c) => {
      const { match, minutes, why = '', from: begins, check = false } = c.req.valid('json');
      const loaded = await world.catalogue();
      const judged = judge(match, loaded);
      if ('error' in judged) return c.json(judged, 400);
      const from = begins === undefined ? world.now() : instantIn(loaded, begins);
      if (from === undefined || from > minutesAfter(world.now(), MAX_AHEAD_MINUTES))
        return c.json({ error: FROM }, 400);
      const by = c.get('who');
      const silence = {
        // The same silence twice is one; two that begin together are two.
        id: `${from}-${by}-${keyDigest(JSON.stringify(match)).slice(0, 8)}`,
        match,
        from,
        until: minutesAfter(from, minutes),
        by,
        why: why.slice(0, MAX_WHY),
      };
      if (!check) await keepException(world.table, 'SILENCES', silence);
      return c.json({ silence, warnings: judged.warnings }, check ? 200 : 201);
    },
  );
  app.delete('/silences/:id', says('End a silence now'), async (c) => {
    await endException(world.table, 'SILENCES', c.req.param('id'));
    return c.json({ ended: c.req.param('id') });
  });
  return app;
}

/** Whether a pattern can silence anything: refused where it never can, warned of where the catalogue lacks a name in it. */
function judge(match: unknown, { catalogue }: Loaded): { error: string } | { warnings: string[] } {
  const compiled = compile(match);
  if (!compiled.ok) {
    const { path, message, mend } = compiled.error;
    return { error: `\`match\`: ${path}: ${message}. ${mend}` };
  }
  const names = { services: Object.keys(catalogue.services), environments: catalogue.defaults.environments };
  const never = neverMatches(compiled.pattern, names);
  if (never) return { error: `\`match\` silences nothing: ${never.why}. ${never.mend}` };
  return warningsOf(compiled.pattern, names, loadedAliases(catalogue.services));
}

function loadedAliases(services: Record<string, { name: string; aliases: string[] }>): Map<string, string> {
  return new Map(
    Object.values(services).flatMap(({ name, aliases }) => aliases.map((alias) => [alias, name] as const)),
  );
}

function warningsOf(
  pattern: CompiledPattern,
  names: Names,
  aliases: Map<string, string>,
): { error: string } | { warnings: string[] } {
  const unknown = unknownServices(pattern, names);
  const alias = unknown.find(({ name }) => aliases.has(name));
  // Alerts are given the catalogue's own name before silences are asked.
  if (alias)
    return {
      error: `\`match\` silences nothing: ${alias.name} is another name of the service ${aliases.get(alias.name)}. Write ${aliases.get(alias.name)}.`,
    };
  return { warnings: unknown.map(({ name, mend }) => `The catalogue has no service ${name}. ${mend}`) };
}

/** UTC ISO 8601; undefined for what is neither an instant nor a wall time. */
function instantIn({ catalogue }: Loaded, written: string): string | undefined {
  const wall = readWall(written);
  const instant =
    readInstant(written) ?? (wall === undefined ? undefined : instantOf(zoneNamed(catalogue.defaults.timeZone)!, wall));
  return instant === undefined ? undefined : new Date(instant).toISOString();
}
