/**
 * Answers over HTTP: the form of a page's link, and the buttons of Slack.
 *
 * Promises: a form that another site sends changes nothing; a refusal says why in plain text. What an answer does is decided
 * by `shared/flow/respond.ts`. Called by the function `respond`.
 */
import { Hono } from 'hono';
import { answerForm, answerPress, type SlackSettings } from '../flow/respond.ts';
import { mayBeSlack } from '../sender/signature.ts';
import type { World } from '../world/world.ts';
import { fromOurPages } from './same-site.ts';

/** The web application of the function `respond`. `slack` is asked for at a press: without Slack there is no secret. */
export function answersApp(world: World, slack: () => Promise<SlackSettings>): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
    c.header('referrer-policy', 'no-referrer');
    c.header('x-content-type-options', 'nosniff');
  });
  app.onError((error, c) => {
    world.log('error', 'An answer could not be taken', { path: c.req.routePath, error: String(error) });
    return c.text('Pageturner could not do this just now. Nothing was changed. Try again in a moment.', 503);
  });

  app.post(
    '/p/:token',
    fromOurPages('Refused: the form was sent from another site. Nothing was changed.'),
    async (c) => {
      const token = c.req.param('token');
      const refused = await answerForm(world, token, new URLSearchParams(await c.req.text()));
      return refused ? c.text(refused.text, refused.status) : c.redirect(`/p/${token}`, 303);
    },
  );

  app.post('/slack/actions', async (c) => {
    // Who cannot be Slack must not make us ask for its secret.
    if (!mayBeSlack({ headers: c.req.header() }, world.now())) return c.text('Refused. Nothing was changed.', 401);
    const body = new Uint8Array(await c.req.arrayBuffer());
    const { status, text } = await answerPress(world, { body, headers: c.req.header() }, await slack());
    return c.text(text, status);
  });
  return app;
}
