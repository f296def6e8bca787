/** Silences over the API: those in force, a new one, and the end of one. */
import { Hono } from 'hono';
import * as v from 'valibot';
import { compile } from '../../pattern/pattern.ts';
import { endException, exceptionsOf, keepException } from '../../store/exceptions.ts';
import { keyDigest } from '../../store/store.ts';
import type { World } from '../../world/world.ts';
import { body, CREATED, type Env, instantSchema, minutesAfter, minutesSchema, says, utc } from './request.ts';

const MAX_AHEAD_MINUTES = 90 * 1440;
const MAX_WHY = 300;

const silenceSchema = v.object({
  match: v.pipe(v.unknown(), v.metadata({ description: 'An event pattern over the alert' })),
  minutes: minutesSchema,
  why: v.optional(v.string('`why` must be a text.')),
  from: v.optional(instantSchema('from')),
});

/** Its routes begin with `/silences`. */
export function silences(world: World): Hono<Env> {
  const app = new Hono<Env>();
  app.get('/silences', says('Silences in force'), async (c) =>
    c.json({ silences: await exceptionsOf(world.table, 'SILENCES', world.now()) }),
  );
  app.post(
    '/silences',
    says('Silence alerts that match a pattern, for some minutes', CREATED),
    body(silenceSchema),
    async (c) => {
      const { match, minutes, why = '', from: begins } = c.req.valid('json');
      const compiled = compile(match);
      if (!compiled.ok) {
        const { path, message, mend } = compiled.error;
        return c.json({ error: `\`match\`: ${path}: ${message}. ${mend}` }, 400);
      }
      const from = begins === undefined ? world.now() : utc(begins);
      if (from > minutesAfter(world.now(), MAX_AHEAD_MINUTES))
        return c.json({ error: '`from` must be an instant like 2026-12-01T22:00:00Z, at most 90 days ahead.' }, 400);
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
      await keepException(world.table, 'SILENCES', silence);
      return c.json({ silence }, 201);
    },
  );
  app.delete('/silences/:id', says('End a silence now'), async (c) => {
    await endException(world.table, 'SILENCES', c.req.param('id'));
    return c.json({ ended: c.req.param('id') });
  });
  return app;
}
