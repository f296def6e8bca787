/** Incidents over the API: lists, one whole, and what people do to them. */
import { Hono, type Context as Request } from 'hono';
import * as v from 'valibot';
import { ACTIONS, act, MAX_NOTE, sayHelped, sayWrong } from '../../flow/act.ts';
import { VERDICTS, type VerdictName } from '../../incident/verdict.ts';
import { earlierIncidents, incidentById, listIncidents, timelineOf } from '../../store/incidents.ts';
import { allLessons } from '../../store/learned.ts';
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
const VERDICT_NAMES = Object.keys(VERDICTS) as VerdictName[];
const verdictSchema = v.object({
  verdict: v.picklist(VERDICT_NAMES, `\`verdict\` must be ${VERDICT_NAMES.join(', ')}.`),
});
const RUNBOOK_SAYS =
  'Send {"helped": true}, or {"wrong": true} with `right`, the path of the right runbook where you know it.';
const runbookSchema = v.pipe(
  v.object({
    helped: v.optional(v.literal(true, RUNBOOK_SAYS)),
    wrong: v.optional(v.literal(true, RUNBOOK_SAYS)),
    right: v.optional(v.pipe(v.string(RUNBOOK_SAYS), v.maxLength(200, RUNBOOK_SAYS))),
  }),
  v.check(({ helped, wrong, right }) => (helped === true) !== (wrong === true || right !== undefined), RUNBOOK_SAYS),
);
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
  app.post(
    '/incidents/:id/verdict',
    says('Say whether it was worth waking somebody; the last word counts', NO_INCIDENT),
    body(verdictSchema),
    async (c) => {
      const { verdict } = c.req.valid('json');
      const actor = { by: c.get('who'), via: 'api' };
      const done = await act(world, c.req.param('id') ?? '', { type: 'judge', verdict, ...actor });
      return done ? c.json(done) : unknownIncident(c);
    },
  );
  app.post(
    '/incidents/:id/runbook',
    says(
      'Say that the runbook helped, or that it was wrong and which is right; the next alert of this signal knows',
      NO_INCIDENT,
    ),
    body(runbookSchema),
    async (c) => {
      const { helped, right } = c.req.valid('json');
      const incident = await incidentById(world.table, c.req.param('id') ?? '');
      if (!incident) return unknownIncident(c);
      if (right !== undefined && !Object.hasOwn((await world.catalogue()).catalogue.runbooks, right))
        return c.json(
          { error: 'The catalogue has no runbook of this name; it is the path under runbooks/ without .md.' },
          400,
        );
      const actor = { by: c.get('who'), via: 'api' };
      const done = helped ? await sayHelped(world, incident, actor) : await sayWrong(world, incident, right, actor);
      return done.ok ? c.json({ said: c.req.valid('json') }) : c.json({ error: done.why }, 400);
    },
  );
  app.get('/learned', says('What people said about the runbooks of signals, of the past 180 days'), async (c) =>
    c.json({ lessons: await allLessons(world.table) }),
  );
  return app;
}

function unknownIncident(c: Request) {
  return c.json({ error: 'There is no such incident. `pageturner incidents` lists the open ones.' }, 404);
}
