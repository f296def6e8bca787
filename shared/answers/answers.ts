/**
 * Answers over HTTP: the form of a page's link, the buttons of Slack, and what Twilio brings back.
 *
 * Promises: a form that another site sends changes nothing; a refusal says why in plain text. What an answer does is decided
 * by `shared/flow/respond.ts`. Called by the function `respond`.
 */
import { Hono } from 'hono';
import { answerForm, answerPress } from '../flow/respond.ts';
import { answerTwilio } from '../flow/twilio.ts';
import { mayBeSlack, mayBeTwilio } from '../sender/signature.ts';
import type { World } from '../world/world.ts';
import { fromOurPages } from './same-site.ts';

/** The secrets of those who sign, asked for when somebody calls who seems to sign; empty where one is not set up. */
export type Secrets = { slack: () => Promise<string[]>; twilio: () => Promise<string[]> };

/** The web application of the function `respond`. */
export function answersApp(world: World, secrets: Secrets): Hono {
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
    const headers = c.req.header();
    // Who cannot be Slack must not make us ask for its secret.
    if (!mayBeSlack({ headers }, world.now())) return c.text('Refused. Nothing was changed.', 401);
    const body = new Uint8Array(await c.req.arrayBuffer());
    const { status, text } = await answerPress(world, { body, headers }, await secrets.slack());
    return c.text(text, status);
  });

  app.post('/twilio/:what', async (c) => {
    const headers = c.req.header();
    if (!mayBeTwilio({ headers })) return c.text('Refused. Nothing was changed.', 401);
    const { pathname, search, host } = new URL(c.req.url);
    const { status, text } = await answerTwilio(
      world,
      {
        what: c.req.param('what'),
        page: c.req.query('page') ?? '',
        // By our own address, or by a domain in front of it.
        urls: [`${world.baseUrl}${pathname}${search}`, `https://${host}${pathname}${search}`],
        body: new Uint8Array(await c.req.arrayBuffer()),
        headers,
      },
      await secrets.twilio(),
    );
    return status === 200 ? c.body(text, 200, { 'content-type': 'text/xml; charset=utf-8' }) : c.text(text, status);
  });
  return app;
}
