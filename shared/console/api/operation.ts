/** What keeps Pageturner running, over the API: catalogue, deployments, shadow mode, the other region. */
import { Hono } from 'hono';
import * as v from 'valibot';
import { groupsIn, MAX_GROUPS, report } from '../../flow/standby.ts';
import { catalogueInForce } from '../../store/catalogues.ts';
import { deploymentsOf, NOBODYS } from '../../store/deployments.ts';
import { shadowsBetween } from '../../store/shadows.ts';
import { after } from '../../time/time.ts';
import type { World } from '../../world/world.ts';
import { type Env, instantSchema, query, says, utc } from './request.ts';

const DAY_SECONDS = 86_400;
const sinceSchema = v.object({ since: v.optional(instantSchema('since')) });
const deploymentsSchema = v.object({ ...sinceSchema.entries, service: v.optional(v.string()) });

/** Its routes: `/setup`, `/catalogue`, `/deployments`, `/shadow`, `/peer`. */
export function operation(world: World): Hono<Env> {
  const app = new Hono<Env>();
  app.get('/setup', says('What is set up: numbers, how texts are answered, topics. No secret'), (c) =>
    c.json(world.setup ?? null),
  );
  app.get('/catalogue', says('Which catalogue is in force, since when, by whom; its time zones'), async (c) => {
    const inForce = await catalogueInForce(world.table);
    if (inForce === undefined) return c.json(null);
    const { catalogue } = await world.catalogue();
    const rotas = Object.values(catalogue.rotas).map((rota) => [rota.name, rota.time_zone] as const);
    const timeZones = { catalogue: catalogue.defaults.timeZone, rotas: Object.fromEntries(rotas) };
    return c.json({ ...inForce, timeZones });
  });
  app.get(
    '/deployments',
    says('Deployments of a service, or of all, since an instant, newest first'),
    query(deploymentsSchema),
    async (c) => {
      const { since, service } = c.req.valid('query');
      const { catalogue } = await world.catalogue();
      if (service !== undefined && service !== NOBODYS && !catalogue.services[service])
        return c.json(
          { error: `There is no service '${service}': ${Object.keys(catalogue.services).join(', ')}.` },
          400,
        );
      const from = utc(since ?? after(world.now(), -DAY_SECONDS));
      const names = service === undefined ? [...Object.keys(catalogue.services), NOBODYS] : [service];
      // To the end of time: what a wrong clock dates in the future is on record, and people must see it.
      const found = await Promise.all(names.map((name) => deploymentsOf(world.table, name, from, '9999')));
      const deployments = found.flat().sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
      return c.json({ deployments });
    },
  );
  app.get(
    '/shadow',
    says('What people would have been told about services in shadow, `since` an instant'),
    query(sinceSchema),
    async (c) => {
      const to = world.now();
      const from = utc(c.req.valid('query').since ?? after(to, -DAY_SECONDS));
      return c.json({ shadow: await shadowsBetween(world.table, from, to) });
    },
  );
  app.get(
    '/peer',
    says(
      'What a second region asks once a minute: when the last sweep ended and the last canary came through, which catalogue is in force, its silences and overrides, and the latest incident of each group',
    ),
    query(v.object({ groups: v.optional(v.string()) })),
    async (c) => {
      const groups = groupsIn(c.req.valid('query').groups);
      if (groups === undefined)
        return c.json({ error: `\`groups\` must be at most ${MAX_GROUPS} digests, like k3v9qd7m2xab,….` }, 400);
      return c.json(await report(world, groups));
    },
  );
  return app;
}
