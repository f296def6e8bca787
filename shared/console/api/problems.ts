/** Problems over the API: which causes have a ticket, what is still to be done, and a ticket by hand. */
import { Hono } from 'hono';
import * as v from 'valibot';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { type ProblemsOf, problemsOf } from '../../catalogue/resolve.ts';
import { askForTicketBy } from '../../flow/act.ts';
import { listProblems } from '../../store/problems.ts';
import type { World } from '../../world/world.ts';
import { type Env, NO_INCIDENT, query, says } from './request.ts';

const listSchema = v.object({
  state: v.optional(v.picklist(['open', 'closed', 'all'], '`state` must be open, closed or all.')),
});

/** Its routes are `/problems` and `/incidents/:id/problem`. */
export function problems(world: World): Hono<Env> {
  const app = new Hono<Env>();
  app.get(
    '/problems',
    says('Problems whose ticket is open or on its way, oldest first; `state=closed` or `state=all` for others'),
    query(listSchema),
    async (c) => {
      const { state = 'open' } = c.req.valid('query');
      const all = await listProblems(world.table);
      const shown = all.filter((one) => state === 'all' || (one.state === 'closed') === (state === 'closed'));
      return c.json({ problems: shown.sort((a, b) => (a.openedAt < b.openedAt ? -1 : 1)) });
    },
  );
  app.get(
    '/trackers',
    says('Where problem tickets are kept: each project, and the name of its token’s parameter'),
    async (c) => c.json({ trackers: projectsOf((await world.catalogue()).catalogue) }),
  );
  app.post('/incidents/:id/problem', says('Open a problem ticket for its cause', NO_INCIDENT), async (c) => {
    const done = await askForTicketBy(world, c.req.param('id') ?? '', { by: c.get('who'), via: 'api' });
    return 'why' in done ? c.json({ error: done.why }, done.status) : c.json(done);
  });
  return app;
}

/** Every project that a ticket may be made in, once. No token is among it, only where it is kept. */
function projectsOf(catalogue: Catalogue): ({ name: string } & ProblemsOf['setting'])[] {
  const found = new Map<string, { name: string } & ProblemsOf['setting']>();
  for (const service of [undefined, ...Object.keys(catalogue.services)]) {
    const problems = problemsOf(catalogue, service);
    if (problems !== undefined)
      found.set(`${problems.tracker} ${problems.setting.project}`, { name: problems.tracker, ...problems.setting });
  }
  return [...found.values()];
}
