/**
 * Whether a browser sent a form from our own pages: Hono's CSRF check, for requests that a browser sent.
 * Source: hono.dev, "CSRF Protection"; W3C "Fetch Metadata Request Headers".
 */
import type { MiddlewareHandler } from 'hono';
import { csrf } from 'hono/csrf';
import { HTTPException } from 'hono/http-exception';

const check = csrf({
  // Behind a proxy the scheme of the request's address is not the browser's: the host decides.
  origin: (origin, c) => URL.canParse(origin) && new URL(origin).host === c.req.header('host'),
  secFetchSite: ['same-origin', 'none'],
});

/**
 * Refuses, with `refusal` as plain text and 403, what a browser sends from another site. Every browser names the origin of a
 * form. A request that names none comes from a tool, which holds a token or a link.
 */
export function fromOurPages(refusal: string): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.header('origin') === undefined && c.req.header('sec-fetch-site') === undefined) return next();
    try {
      return await check(c, next);
    } catch (error) {
      if (error instanceof HTTPException && error.status === 403) return c.text(refusal, 403);
      throw error;
    }
  };
}
