/** Who is on call, by which ways people are reached, and test pages, over the API. */
import { Hono } from 'hono';
import * as v from 'valibot';
import { CHANNELS } from '../../catalogue/catalogue.ts';
import { change, contextAt } from '../../flow/change.ts';
import { hasContact } from '../../incident/escalation.ts';
import { groupDigest } from '../../incident/incident.ts';
import { testGroup } from '../../incident/test-page.ts';
import { contactFacts } from '../../store/contacts.ts';
import { exceptionsOf } from '../../store/exceptions.ts';
import type { World } from '../../world/world.ts';
import { calendarAddresses } from '../calendar.ts';
import { body, CREATED, type Env, instantSchema, query, says, utc } from './request.ts';

const testPageSchema = v.object({
  person: v.optional(v.string('`person` must be the id of a person.')),
  by: v.optional(v.picklist(CHANNELS, `\`by\` must be one of ${CHANNELS.join(', ')}.`)),
});

/** Its routes: `/oncall`, `/contacts`, `/calendars`, `/test-pages`. */
export function people(world: World): Hono<Env> {
  const app = new Hono<Env>();
  app.get(
    '/oncall',
    says('Who is on call in each rota, now or `at` an instant'),
    query(v.object({ at: v.optional(instantSchema('at')) })),
    async (c) => {
      const at = utc(c.req.valid('query').at ?? world.now());
      return c.json({ at, oncall: await onCallAt(world, at) });
    },
  );
  app.get('/contacts', says("Each person's ways, when each was proved, and where its owner sent STOP"), async (c) =>
    c.json({ contacts: await waysOfAll(world) }),
  );
  app.get('/calendars', says('The private calendar address of each rota and person'), async (c) =>
    c.json({ calendars: await calendarAddresses(world) }),
  );
  app.post(
    '/test-pages',
    says('Asks a person to answer by each of their ways, or `by` one', CREATED),
    body(testPageSchema),
    async (c) => {
      const asked = c.req.valid('json');
      const made = await testPages(world, asked, c.get('who'));
      return 'error' in made ? c.json(made, 400) : c.json(made, 201);
    },
  );
  return app;
}

/** Each rota with who is on call at an instant, until when, and who is next. */
async function onCallAt(world: World, at: string) {
  const loaded = await world.catalogue();
  const { onCall } = await contextAt({ ...world, now: () => at }, loaded);
  const overrides = await exceptionsOf(world.table, 'OVERRIDES', at);
  return Object.keys(loaded.catalogue.rotas).map((rota) => {
    const person = onCall(rota) ?? null;
    const handover = loaded.onCallUntil(rota, at);
    const override = overrides.findLast((one) => one.rota === rota && one.from <= at && one.person === person);
    // What the catalogue says next: an override that begins later is not looked ahead to.
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
}

async function waysOfAll(world: World) {
  const { catalogue } = await world.catalogue();
  return Promise.all(
    Object.values(catalogue.people).map(async (person) => {
      const facts = await contactFacts(world.table, person.id);
      const ways = CHANNELS.filter((channel) => hasContact(person, channel));
      return { person: person.id, ways: ways.map((channel) => ({ channel, ...facts[channel] })) };
    }),
  );
}

async function testPages(
  world: World,
  { person: asked, by: channel }: v.InferOutput<typeof testPageSchema>,
  by: string,
) {
  const loaded = await world.catalogue();
  const { people: known } = loaded.catalogue;
  const person = asked !== undefined && Object.hasOwn(known, asked) ? known[asked] : undefined;
  if (!person) return { error: `There is nobody '${asked}': ${Object.keys(known).join(', ')}.` };
  const ways = CHANNELS.filter((way) => hasContact(person, way) && (channel === undefined || channel === way));
  if (ways.length === 0)
    return { error: `${person.id} has no contact${channel === undefined ? '' : ` for ${channel}`}.` };
  const pages = [];
  for (const way of ways) {
    const event = { type: 'test-page', person: person.id, channel: way, by, via: 'api' } as const;
    const done = await change(world, loaded, { group: groupDigest(testGroup(person.id, way)) }, event);
    pages.push({ channel: way, incident: done!.incident.id, code: done!.incident.code });
  }
  return { person: person.id, pages };
}
