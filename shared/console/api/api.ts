/**
 * The JSON API under `/api`: what the command line and other tools call. Everything wants a token or a session.
 *
 * Promises: each route has one schema, which validates requests and from which `/api/openapi.json` is made; a refusal is
 * `{"error": "…"}` with a sentence. Called by the function `console`.
 */
import { Hono, type Context as Request } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { openAPIRouteHandler } from 'hono-openapi';
import { fromOurPages } from '../../answers/same-site.ts';
import type { World } from '../../world/world.ts';
import { incidents } from './incidents.ts';
import { operation } from './operation.ts';
import { overrides } from './overrides.ts';
import { people } from './people.ts';
import { problems } from './problems.ts';
import { reports } from './reports.ts';
import type { Env } from './request.ts';
import { reviews } from './reviews.ts';
import { silences } from './silences.ts';

const DOCUMENTATION = {
  openapi: '3.1.0',
  info: {
    title: 'Pageturner',
    version: '1',
    description: 'Incidents and who is on call. Every request needs a bearer token.',
  },
  security: [{ bearer: [] }],
  components: { securitySchemes: { bearer: { type: 'http' as const, scheme: 'bearer' } } },
};

/** The API over a world. `signedIn`: who sends a request; undefined for nobody who is known. */
export function api(world: World, signedIn: (c: Request) => Promise<string | undefined>): Hono<Env> {
  const app = new Hono<Env>();
  app.onError((error, c) => {
    if (error instanceof HTTPException) return c.json({ error: `${error.message}.` }, error.status);
    world.log('error', 'A request to the API failed', { path: c.req.routePath, error: String(error) });
    return c.json({ error: 'Pageturner could not do this just now. Try again in a moment.' }, 503);
  });
  app.get('/openapi.json', (c, next) =>
    openAPIRouteHandler(new Hono<Env>().route('/api', app), { documentation: DOCUMENTATION })(c, next),
  );
  app.use(async (c, next) => {
    const who = await signedIn(c);
    if (!who) return c.json({ error: 'Not known. Send `Authorization: Bearer TOKEN`.' }, 401);
    c.set('who', who);
    return next();
  });
  app.use(fromOurPages('{"error":"Refused: sent from another site."}'));

  app.route('/', incidents(world));
  app.route('/', people(world));
  app.route('/', problems(world));
  app.route('/', silences(world));
  app.route('/', overrides(world));
  app.route('/', operation(world));
  app.route('/', reports(world));
  app.route('/', reviews(world));
  return app;
}
