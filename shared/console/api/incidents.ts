/** Incidents over the API: lists, one whole, and what people do to them. */
import { Hono, type Context as Request } from 'hono';
import * as v from 'valibot';
import { ACTIONS, act, MAX_NOTE } from '../../flow/act.ts';
import { earlierIncidents, incidentById, listIncidents, timelineOf } from '../../store/incidents.ts';
import type { World } from '../../world/world.ts';
import { body, type Env, NO_INCIDENT, query, says } from './request.ts';

const listSchema = v.object({
  state: v.optional(v.picklist(['open', 'resolved'], '`state` must be open or resolved.')),
  limit: v.optional(v.pipe(v.string(), v.metadata({ description: '1 to 500; 100 without it' }))),
});
const noteSchema = v.object({
  text: v.pipe(
    v.string('Send {"text": "…"}: the note.'),
    v.check((text) => text.trim() !== '', 'Send {"text": "…"}: the note.'),
  ),
});
const ACTION_SAYS = {
  acknowledge: 'It is mine: nobody else is paged',
  resolve: 'It is over',
  escalate: 'Pass it on: page the next step now',
} as const;

/** Its routes begin with `/incidents`. */
export function incidents(world: World): Hono<Env> {
  const app = new Hono<Env>();
  app.get(
    '/incidents',
    says('Open incidents, newest first; `state=resolved` for those that are over'),
    query(listSchema),
    async (c) => {
      const { state, limit } = c.req.valid('query');
      const count = Math.min(Math.max(Number(limit ?? 100) || 100, 1), 500);
      return c.json({ incidents: await listIncidents(world.table, state === 'resolved' ? 'over' : 'open', count) });
    },
  );
  app.get(
    '/incidents/:id',
    says('One incident with its whole timeline and how it went before', NO_INCIDENT),
    async (c) => {
      const incident = await incidentById(world.table, c.req.param('id'));
      if (!incident) return unknownIncident(c);
      const [timeline, earlier] = await Promise.all([
        timelineOf(world.table, incident),
        earlierIncidents(world.table, incident, 3),
      ]);
      return c.json({ incident: { ...incident, timeline }, earlier });
    },
  );
  for (const action of ACTIONS) {
    app.post(`/incidents/:id/${action}`, says(ACTION_SAYS[action], NO_INCIDENT), async (c) => {
      const done = await act(world, c.req.param('id') ?? '', { type: action, by: c.get('who'), via: 'api' });
      return done ? c.json(done) : unknownIncident(c);
    });
  }
  app.post('/incidents/:id/notes', says('Add a note', NO_INCIDENT), body(noteSchema), async (c) => {
    const done = await act(world, c.req.param('id') ?? '', {
      type: 'note',
      text: c.req.valid('json').text.slice(0, MAX_NOTE),
      by: c.get('who'),
      via: 'api',
    });
    return done ? c.json(done) : unknownIncident(c);
  });
  return app;
}

function unknownIncident(c: Request) {
  return c.json({ error: 'There is no such incident. `pageturner incidents` lists the open ones.' }, 404);
}
