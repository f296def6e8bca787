/**
 * The console: the pages that people open and the JSON API that tools call.
 *
 * Promises: a GET changes nothing: link previews and scanners come before people. Nobody acts without
 * being known: a page's link stands for one person and one incident; everything else wants a signed-in session or a token.
 * Every text from outside is escaped. No page needs JavaScript or anything from another host.
 *
 * Called by the functions `console` (reading, API) and `respond` (acting by a page's link).
 */
import { type Context, Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { fromOurPages } from '../answers/same-site.ts';
import { problemsOf } from '../catalogue/resolve.ts';
import { actByForm } from '../flow/act.ts';
import { openLink } from '../flow/reply.ts';
import { aroundOf } from '../incident/around.ts';
import { type Incident, parseIncidentId } from '../incident/incident.ts';
import { isExercise } from '../incident/ticket.ts';
import { lastTimeOf } from '../problem/last-time.ts';
import { catalogueInForce, runbookBody } from '../store/catalogues.ts';
import { earlierIncidents, incidentById, listIncidents, timelineOf } from '../store/incidents.ts';
import { problemOf } from '../store/problems.ts';
import type { World } from '../world/world.ts';
import { api } from './api/api.ts';
import { calendarFor } from './calendar.ts';
import { contactCard } from './card.ts';
import { incidentPage, incidentsPage, messagePage, runbookPage, signInPage } from './pages.ts';
import { bringsProof, endSession, type Keys, knownBy, startSession } from './session.ts';
import { STYLE } from './style.ts';

/** Only our own style, and forms that post to ourselves. */
const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: 'no-referrer',
  strictTransportSecurity: 'max-age=63072000',
});
const FOREIGN_FORM = 'Refused: the form was sent from another site.';

/** The web application over a world. `keys` are those who may sign in; `numbers` are those that pages come from. */
export function consoleApp(world: World, keys: () => Promise<Keys>, numbers: string[] = []): Hono {
  const app = new Hono();
  app.use(headers);
  app.use(async (c, next) => {
    await next();
    c.header('x-robots-tag', 'noindex, nofollow');
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
  });
  app.onError((error, c) => {
    world.log('error', 'A page could not be made', { path: c.req.routePath, error: String(error) });
    return c.html(
      messagePage('Something is wrong here', 'Pageturner could not read this just now. Try again in a moment.'),
      503,
    );
  });
  app.notFound((c) => c.html(messagePage('Nothing here', 'This address leads nowhere, or the link has expired.'), 404));

  const asking = async () => ({
    keys: await keys(),
    secret: await world.linkSecret(),
    now: world.now(),
    weakAllowed: world.weakAllowed ?? false,
  });
  const signedIn = async (c: Context) => (bringsProof(c) ? knownBy(c, await asking()) : undefined);

  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.get('/style.css', (c) =>
    c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=3600' }),
  );

  app.get('/contact-card.vcf', (c) => {
    const card = contactCard(numbers);
    if (card === undefined) return c.notFound();
    return c.body(card, 200, { 'content-type': 'text/vcard; charset=utf-8', 'cache-control': 'public, max-age=3600' });
  });

  app.get('/p/:token', async (c) => {
    const opened = await openLink(world, c.req.param('token'));
    if (!opened)
      return c.html(
        messagePage(
          'This link is not valid',
          'It may have expired. Open the incident from the console, or ask who is on call.',
        ),
        404,
      );
    return c.html(await showIncident(world, opened.incident, opened.person, `/p/${c.req.param('token')}`));
  });

  app.get('/p/:token/r/*', async (c) => {
    const token = c.req.param('token');
    const opened = await openLink(world, token);
    const page = opened && (await showRunbook(world, opened.incident, `/p/${token}`, c.req.path));
    return page ? c.html(page) : c.notFound();
  });

  app.get('/sign-in', (c) => c.html(signInPage(c.req.query('to') ?? '/', false)));
  app.post('/sign-in', fromOurPages(FOREIGN_FORM), async (c) => {
    const form = await c.req.parseBody();
    const to = safePath(String(form['to'] ?? '/'));
    const isKnown = await startSession(c, String(form['token'] ?? ''), await asking());
    return isKnown ? c.redirect(to, 303) : c.html(signInPage(to, true), 401);
  });
  app.post('/sign-out', (c) => {
    endSession(c);
    return c.redirect('/sign-in', 303);
  });

  app.get('/', async (c) => {
    const who = await signedIn(c);
    if (!who) return c.body(null, 303, { location: '/sign-in' });
    const [open, over] = await Promise.all([
      listIncidents(world.table, 'open', 100),
      listIncidents(world.table, 'over', 50),
    ]);
    return c.html(incidentsPage(open, over, world.now(), who));
  });
  app.get('/k/:id', async (c) => {
    const who = await signedIn(c);
    if (!who) return c.body(null, 303, { location: `/sign-in?to=${encodeURIComponent(`/k/${c.req.param('id')}`)}` });
    const incident = await incidentById(world.table, c.req.param('id'));
    if (!incident) return c.notFound();
    return c.html(await showIncident(world, incident, who, `/k/${incident.id}`));
  });
  app.get('/k/:id/r/*', async (c) => {
    const who = await signedIn(c);
    if (!who) return c.body(null, 303, { location: `/sign-in?to=${encodeURIComponent(c.req.path)}` });
    const incident = await incidentById(world.table, c.req.param('id'));
    const page = incident && (await showRunbook(world, incident, `/k/${incident.id}`, c.req.path));
    return page ? c.html(page) : c.notFound();
  });
  app.post('/k/:id', fromOurPages(FOREIGN_FORM), async (c) => {
    const who = await signedIn(c);
    if (!who) return c.html(messagePage('Refused', 'Sign in first.'), 403);
    const form = new URLSearchParams(await c.req.text());
    const asked = await actByForm(world, c.req.param('id'), form, { by: who, via: 'console' });
    if (asked.ok) return c.body(null, 303, { location: `/k/${c.req.param('id')}` });
    return asked.status === 404 ? c.notFound() : c.html(messagePage('Not done', asked.why), 400);
  });

  app.get('/calendar/:token', async (c) => {
    const calendar = await calendarFor(world, c.req.param('token'));
    if (calendar === undefined) return c.notFound();
    return c.body(calendar, 200, {
      'content-type': 'text/calendar; charset=utf-8',
      'cache-control': 'private, max-age=600',
    });
  });

  app.route('/api', api(world, signedIn));
  return app;
}

async function showIncident(world: World, incident: Incident, who: string, address: string) {
  const [timeline, earlier, markdown, open, problem] = await Promise.all([
    timelineOf(world.table, incident),
    earlierIncidents(world.table, incident, 3),
    runbookMarkdown(world, incident),
    // A failure here is ignored: the page must open without it.
    incident.state === 'resolved' ? [] : listIncidents(world.table, 'open', 100).catch(() => []),
    problemOf(world.table, parseIncidentId(incident.id)!.group).catch(() => undefined),
  ]);
  const { catalogue } = await world.catalogue();
  return incidentPage({
    incident,
    timeline,
    earlier,
    last: incident.test ? undefined : lastTimeOf(problem),
    lastWhy: problem?.whys.at(-1),
    markdown,
    around: aroundOf(catalogue, incident, open),
    who,
    address,
    now: world.now(),
    names: namesOf(catalogue.people),
    imageHosts: catalogue.defaults.runbookHosts,
    hasTracker: !isExercise(incident) && problemsOf(catalogue, incident.service) !== undefined,
    isRunbook: (id) => Object.hasOwn(catalogue.runbooks, id),
  });
}

/** A runbook of the catalogue in force, reached from an incident's page; undefined where there is none. */
async function showRunbook(world: World, incident: Incident, address: string, path: string) {
  const id = decoded(path.slice(`${address}/r/`.length));
  const inForce = await catalogueInForce(world.table);
  const { catalogue } = await world.catalogue();
  const runbook = id !== undefined && Object.hasOwn(catalogue.runbooks, id) ? catalogue.runbooks[id] : undefined;
  const markdown = inForce && runbook && (await runbookBody(world.table, inForce.digest, runbook.id));
  if (runbook === undefined || markdown === undefined) return undefined;
  const isRunbook = (one: string) => Object.hasOwn(catalogue.runbooks, one);
  return runbookPage({ incident, address, isRunbook, id: runbook.id, title: runbook.title, markdown });
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function namesOf(people: Record<string, { name: string }>): Record<string, string> {
  return Object.fromEntries(Object.entries(people).map(([id, person]) => [id, person.name]));
}

async function runbookMarkdown(world: World, incident: Incident): Promise<string | undefined> {
  if (incident.runbook.runbook === null) return undefined;
  const inForce = await catalogueInForce(world.table);
  return inForce ? runbookBody(world.table, inForce.digest, incident.runbook.runbook) : undefined;
}

/** Only a path of ours: never another site. */
function safePath(to: string): string {
  return /^\/(?![/\\])[\w/.-]*$/.test(to) ? to : '/';
}
