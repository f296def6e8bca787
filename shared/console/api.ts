/**
 * The JSON API under `/api`: what the command line and other tools call. Everything wants a token or a session.
 */
import { Hono, type Context as Request } from 'hono';
import { fromOurPages } from '../answers/same-site.ts';
import { CHANNELS } from '../catalogue/catalogue.ts';
import { ACTIONS, act, addNote } from '../flow/answer.ts';
import { change, contextAt } from '../flow/change.ts';
import { groupsIn, MAX_GROUPS, report } from '../flow/standby.ts';
import { hasContact } from '../incident/escalation.ts';
import { groupDigest } from '../incident/incident.ts';
import { testGroup } from '../incident/test-page.ts';
import { compile } from '../pattern/pattern.ts';
import { catalogueInForce } from '../store/catalogues.ts';
import { contactFacts } from '../store/contacts.ts';
import { deploymentsOf, NOBODYS } from '../store/deployments.ts';
import { endException, exceptionsOf, keepException } from '../store/exceptions.ts';
import { earlierIncidents, incidentById, listIncidents, timelineOf } from '../store/incidents.ts';
import { shadowsBetween } from '../store/shadows.ts';
import { keyDigest } from '../store/store.ts';
import type { World } from '../world/world.ts';
import { calendarAddresses } from './calendar.ts';
import { OPENAPI } from './openapi.ts';
import { overrides } from './overrides.ts';
import { bodyOf, type Env, isMinutes, minutesAfter } from './request.ts';

export function api(world: World, signedIn: (c: Request) => Promise<string | undefined>): Hono<Env> {
  const app = new Hono<Env>();
  app.get('/openapi.json', (c) => c.json(OPENAPI));
  app.use(async (c, next) => {
    const who = await signedIn(c);
    if (!who) return c.json({ error: 'Not known. Send `Authorization: Bearer TOKEN`.' }, 401);
    c.set('who', who);
    return next();
  });
  app.use(fromOurPages('{"error":"Refused: sent from another site."}'));

  app.get('/incidents', async (c) => {
    const shown = c.req.query('state') === 'resolved' ? 'over' : 'open';
    const limit = Math.min(Math.max(Number(c.req.query('limit') ?? 100) || 100, 1), 500);
    return c.json({ incidents: await listIncidents(world.table, shown, limit) });
  });
  app.get('/incidents/:id', async (c) => {
    const incident = await incidentById(world.table, c.req.param('id'));
    if (!incident) return unknownIncident(c);
    const [timeline, earlier] = await Promise.all([
      timelineOf(world.table, incident),
      earlierIncidents(world.table, incident, 3),
    ]);
    return c.json({ incident: { ...incident, timeline }, earlier });
  });
  for (const action of ACTIONS) {
    app.post(`/incidents/:id/${action}`, async (c) => {
      const done = await act(world, c.req.param('id'), action, c.get('who'), 'api');
      return done ? c.json(done) : unknownIncident(c);
    });
  }
  app.post('/incidents/:id/notes', async (c) => {
    const { text } = await bodyOf(c);
    if (typeof text !== 'string' || text.trim() === '')
      return c.json({ error: 'Send {"text": "…"}: what is to be noted.' }, 400);
    const done = await addNote(world, c.req.param('id'), text, c.get('who'), 'api');
    return done ? c.json(done) : unknownIncident(c);
  });

  app.get('/oncall', async (c) => {
    const loaded = await world.catalogue();
    const at = c.req.query('at') ?? world.now();
    if (Number.isNaN(Date.parse(at)))
      return c.json({ error: '`at` must be an instant like 2026-11-23T03:12:04Z.' }, 400);
    const instant = new Date(at).toISOString();
    const { onCall } = await contextAt({ ...world, now: () => instant }, loaded);
    const overrides = await exceptionsOf(world.table, 'OVERRIDES', instant);
    const oncall = Object.keys(loaded.catalogue.rotas).map((rota) => {
      const person = onCall(rota) ?? null;
      const handover = loaded.onCallUntil(rota, instant);
      const override = overrides.findLast((one) => one.rota === rota && one.from <= instant && one.person === person);
      // What the catalogue says next; an override that begins until then is not looked ahead to.
      const until =
        override !== undefined && (handover === undefined || override.until < handover) ? override.until : handover;
      return {
        rota,
        person,
        name: person === null ? null : (loaded.catalogue.people[person]?.name ?? person),
        until: until ?? null,
        next: until === undefined ? null : (loaded.onCall(rota, until) ?? null),
        ...(override === undefined ? {} : { override: { by: override.by, until: override.until } }),
      };
    });
    return c.json({ at: instant, oncall });
  });
  app.get('/contacts', async (c) => {
    const { catalogue } = await world.catalogue();
    const contacts = await Promise.all(
      Object.values(catalogue.people).map(async (person) => {
        const facts = await contactFacts(world.table, person.id);
        const ways = CHANNELS.filter((channel) => hasContact(person, channel));
        return { person: person.id, ways: ways.map((channel) => ({ channel, ...facts[channel] })) };
      }),
    );
    return c.json({ contacts });
  });
  app.post('/test-pages', async (c) => {
    const { person: asked, by: channel } = await bodyOf(c);
    const loaded = await world.catalogue();
    const person = typeof asked === 'string' ? loaded.catalogue.people[asked] : undefined;
    if (!person)
      return c.json({ error: `There is nobody '${asked}': ${Object.keys(loaded.catalogue.people).join(', ')}.` }, 400);
    const ways = CHANNELS.filter((way) => hasContact(person, way) && (channel === undefined || channel === way));
    if (ways.length === 0)
      return c.json({ error: `${person.id} has no contact${channel === undefined ? '' : ` for ${channel}`}.` }, 400);
    const pages = [];
    for (const way of ways) {
      const event = { type: 'test-page', person: person.id, channel: way, by: c.get('who'), via: 'api' } as const;
      const done = await change(world, loaded, { group: groupDigest(testGroup(person.id, way)) }, event);
      pages.push({ channel: way, incident: done!.incident.id, code: done!.incident.code });
    }
    return c.json({ person: person.id, pages }, 201);
  });
  app.get('/peer', async (c) => {
    const groups = groupsIn(c.req.query('groups'));
    if (groups === undefined)
      return c.json({ error: `\`groups\` must be at most ${MAX_GROUPS} digests, like k3v9qd7m2xab,….` }, 400);
    return c.json(await report(world, groups));
  });
  app.get('/calendars', async (c) => c.json({ calendars: await calendarAddresses(world) }));
  app.get('/catalogue', async (c) => c.json(await catalogueInForce(world.table)));
  app.get('/deployments', async (c) => {
    const from = c.req.query('since') ?? new Date(Date.parse(world.now()) - 86_400_000).toISOString();
    if (Number.isNaN(Date.parse(from)))
      return c.json({ error: '`since` must be an instant like 2026-11-23T03:12:04Z.' }, 400);
    const { catalogue } = await world.catalogue();
    const asked = c.req.query('service');
    if (asked !== undefined && asked !== NOBODYS && !catalogue.services[asked])
      return c.json({ error: `There is no service '${asked}': ${Object.keys(catalogue.services).join(', ')}.` }, 400);
    const names = asked === undefined ? [...Object.keys(catalogue.services), NOBODYS] : [asked];
    const found = await Promise.all(
      // To the end of time: what a wrong clock puts into the future is on record, and people must see it.
      names.map((name) => deploymentsOf(world.table, name, new Date(from).toISOString(), '9999')),
    );
    const deployments = found.flat().sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
    return c.json({ deployments });
  });

  app.get('/shadow', async (c) => {
    const to = world.now();
    const since = c.req.query('since') ?? new Date(Date.parse(to) - 86_400_000).toISOString();
    if (Number.isNaN(Date.parse(since)))
      return c.json({ error: '`since` must be an instant like 2026-11-23T03:12:04Z.' }, 400);
    return c.json({ shadow: await shadowsBetween(world.table, new Date(since).toISOString(), to) });
  });
  app.get('/silences', async (c) => c.json({ silences: await exceptionsOf(world.table, 'SILENCES', world.now()) }));
  app.post('/silences', async (c) => {
    const { match, minutes, why, from: begins } = await bodyOf(c);
    const compiled = compile(match);
    if (!compiled.ok)
      return c.json(
        { error: `\`match\`: ${compiled.error.path}: ${compiled.error.message}. ${compiled.error.mend}` },
        400,
      );
    if (!isMinutes(minutes)) return c.json({ error: '`minutes` must be a number from 1 to 43200 (30 days).' }, 400);
    const from = begins === undefined ? world.now() : instantOf(begins);
    if (from === undefined || from > minutesAfter(world.now(), MAX_AHEAD_MINUTES))
      return c.json({ error: '`from` must be an instant like 2026-12-01T22:00:00Z, at most 90 days ahead.' }, 400);
    const silence = {
      // The same silence twice is one; two that begin together are two.
      id: `${from}-${c.get('who')}-${keyDigest(JSON.stringify(match)).slice(0, 8)}`,
      match,
      from,
      until: minutesAfter(from, minutes),
      by: c.get('who'),
      why: String(why ?? '').slice(0, 300),
    };
    await keepException(world.table, 'SILENCES', silence);
    return c.json({ silence }, 201);
  });
  app.delete('/silences/:id', async (c) => {
    await endException(world.table, 'SILENCES', c.req.param('id'));
    return c.json({ ended: c.req.param('id') });
  });

  overrides(app, world);
  return app;
}

function unknownIncident(c: Request) {
  return c.json({ error: 'There is no such incident. `pageturner incidents` lists the open ones.' }, 404);
}

const MAX_AHEAD_MINUTES = 90 * 1440;

function instantOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) return undefined;
  return new Date(value).toISOString();
}
