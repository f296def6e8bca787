/** Reports over the API: what alerts cost people. */
import { Hono } from 'hono';
import * as v from 'valibot';
import { toilBetween } from '../../flow/report.ts';
import { after } from '../../time/time.ts';
import { GROUPINGS } from '../../toil/toil.ts';
import type { World } from '../../world/world.ts';
import { type Env, instantSchema, query, says, utc } from './request.ts';

const DAY_SECONDS = 86_400;
const DEFAULT_DAYS = 30;
/** Incidents are kept for 396 days, and a report reads twice the time that it tells of. */
const MAX_DAYS = 190;

const toilSchema = v.object({
  from: v.optional(instantSchema('from')),
  to: v.optional(instantSchema('to')),
  by: v.optional(v.picklist(GROUPINGS, `\`by\` must be ${GROUPINGS.join(', ')}.`), 'service'),
});

/** Its routes: `/toil`. */
export function reports(world: World): Hono<Env> {
  const app = new Hono<Env>();
  app.get(
    '/toil',
    says(
      'What alerts cost people from one instant until another (the last 30 days without them), beside the time before, and what would pay off first',
    ),
    query(toilSchema),
    async (c) => {
      const { from, to, by } = c.req.valid('query');
      const end = utc(to ?? world.now());
      const start = from === undefined ? after(end, -DEFAULT_DAYS * DAY_SECONDS) : utc(from);
      if (start >= end) return c.json({ error: '`from` must be before `to`.' }, 400);
      if (after(start, MAX_DAYS * DAY_SECONDS) < end)
        return c.json({ error: `A report covers at most ${MAX_DAYS} days: incidents are kept for 396.` }, 400);
      return c.json(await toilBetween(world, { from: start, to: end, by }));
    },
  );
  return app;
}
