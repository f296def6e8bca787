/** Problem tickets: when one is made, that there is exactly one for a cause, and what becomes of it when its cause comes again. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { change } from '../../shared/flow/change.ts';
import { readTickets } from '../../shared/flow/ticket-news.ts';
import { makeTicket } from '../../shared/flow/tickets.ts';
import { parseIncidentId } from '../../shared/incident/incident.ts';
import { dueTickets } from '../../shared/store/incidents.ts';
import { problemOf } from '../../shared/store/problems.ts';
import { after as later } from '../../shared/time/time.ts';
import { catalogueWith, openTicketWorld, type TicketWorld } from './ticket-world.ts';

let world: TicketWorld;
beforeEach(async () => {
  world = await openTicketWorld();
});
afterEach(() => world.close());
const CAUSE = 'runbook:api/down|api|production';
const titles = () => world.issues().map(({ title }) => title);
const notes = () => world.issues().flatMap((issue) => issue.notes.map(({ body }) => body));
/** What repeats: three times within a month, its ticket made. */
const thrice = async () => {
  for (let n = 0; n < 2; n++) {
    await world.happens(CAUSE);
    world.days(5);
  }
  const third = await world.happens(CAUSE);
  await world.deliver();
  return third;
};

describe('a ticket is owed', () => {
  it('by the third page of one cause in thirty days, and by none before', async () => {
    await world.happens(CAUSE);
    world.days(5);
    await world.happens(CAUSE);
    await world.deliver();
    expect(titles()).toEqual([]);
    world.days(5);
    const third = await world.happens(CAUSE);
    expect(third.ticket?.why).toBe('3 incidents of one cause paged people within 30d');
    await world.deliver();
    expect(titles()).toEqual([`api production: ${CAUSE} is wrong`]);
  });

  it('by none of what is further apart', async () => {
    for (let n = 0; n < 6; n++) {
      await world.happens(CAUSE);
      world.days(16);
    }
    expect(world.queued.tickets).toEqual([]);
  });

  it('by one that was critical, with the write that ends it', async () => {
    const incident = await world.happens(CAUSE, { severity: 'critical' });
    expect(incident).toMatchObject({ state: 'resolved', ticket: { why: 'it was critical' } });
    expect(await dueTickets(world.world.table, world.clock.now, 10)).toEqual([]);
    for (const page of incident.pages.filter(({ state }) => state === 'owed'))
      await change(world.world, catalogueWith(), { id: incident.id }, { type: 'sent', page: page.id });
    expect(await dueTickets(world.world.table, world.clock.now, 10)).toEqual([incident.id]);
  });

  it.each([
    ['at night and long', '2026-09-01T01:00:00.000Z', 3600, true],
    ['at night and short', '2026-09-01T01:00:00.000Z', 600, false],
    ['by day and long', '2026-09-01T10:00:00.000Z', 3600, false],
    ['in the evening by the wall clock of London', '2026-09-01T21:30:00.000Z', 3600, true],
  ])('%s: as the rule says', async (_name, at, lasts, owes) => {
    world.clock.now = at;
    const { ticket } = await world.happens(CAUSE, { lasts });
    expect(ticket !== undefined).toBe(owes);
  });

  it('by nothing in shadow, of which people were not told', async () => {
    world.close();
    world = await openTicketWorld(catalogueWith({ 'services/shy.yaml': 'name: shy\nshadow: true\n' }));
    const about = { severity: 'critical', how: 'shadow', service: 'shy' } as const;
    const { ticket, pagedAt } = await world.happens(CAUSE, about);
    expect([ticket, pagedAt]).toEqual([undefined, undefined]);
  });

  it('by no service that says none', async () => {
    world.close();
    world = await openTicketWorld(catalogueWith({ 'services/api.yaml': 'name: api\nproblems: none\n' }));
    expect((await world.happens(CAUSE, { severity: 'critical' })).ticket).toBeUndefined();
  });

  it('in the project that its service names', async () => {
    world.close();
    world = await openTicketWorld(catalogueWith({ 'services/api.yaml': 'name: api\ntracker: gitlab:payments/api\n' }));
    world.gitlab.project('payments/api');
    await world.happens(CAUSE, { severity: 'critical' });
    await world.deliver();
    expect(world.gitlab.project('payments/api').issues).toHaveLength(1);
  });
});

describe('a further incident of the cause', () => {
  it('is added to the open ticket, once', async () => {
    await thrice();
    world.days(2);
    const fourth = await world.happens(CAUSE);
    expect(fourth.problem?.name).toBe('#1');
    world.queued.tickets.push(...world.queued.tickets);
    await world.deliver();
    await world.deliver();
    expect(titles()).toHaveLength(1);
    expect(notes()).toEqual([expect.stringMatching(/^\*\*Again\*\*: /)]);
    expect((await world.incident(fourth.id)).timeline.at(-1)?.what).toBe('Added to problem ticket #1');
  });

  it('twelve days after the ticket was closed reopens it, and says so', async () => {
    await thrice();
    const [issue] = world.issues();
    world.gitlab.close(world.gitlab.project('sre/problems'), issue!);
    world.days(12);
    await world.happens(CAUSE, { lasts: 60 });
    await world.deliver();
    expect(issue).toMatchObject({ state: 'opened' });
    expect(notes()[0]).toMatch(/^\*\*Again, 12 days after it was closed\*\*: /);
  });

  it('long after it was closed gets another ticket, linked to the first', async () => {
    await thrice();
    world.gitlab.close(world.gitlab.project('sre/problems'), world.issues()[0]!);
    world.days(40);
    await world.happens(CAUSE);
    await world.deliver();
    const [first, second] = world.issues();
    expect(first).toMatchObject({ state: 'closed', notes: [] });
    expect(second).toMatchObject({ state: 'opened', links: [1] });
    expect(second!.description).toMatch(/^This cause had #1 before\./);
    expect(second!.labels.find((label) => label.endsWith('-2'))).toBeDefined();
  });

  it('whose ticket was deleted gets another', async () => {
    await thrice();
    world.gitlab.project('sre/problems').issues.length = 0;
    world.days(1);
    await world.happens(CAUSE);
    await world.deliver();
    expect(world.issues()).toHaveLength(1);
  });
});

describe('an incident that goes on after its ticket was made', () => {
  it('has the facts written anew, and what people wrote left as it is', async () => {
    const incident = await world.happens(CAUSE, { severity: 'critical' });
    await world.deliver();
    const [issue] = world.issues();
    issue!.description = issue!.description.replace('## Impact', '## Impact\n\nPayments failed.');
    await world.happens(CAUSE, { severity: 'critical', lasts: 60 });
    await world.deliver();
    expect(world.issues()).toHaveLength(1);
    expect(issue!.notes).toEqual([]);
    expect(issue!.description).toContain('Payments failed.');
    expect(issue!.description).toContain('Triggered again');
    expect((await world.incident(incident.id)).timeline.at(-1)?.what).toBe('Problem ticket #1 brought up to date');
  });

  it('and fires again before it was made owes it at its end', async () => {
    await world.happens(CAUSE, { severity: 'critical' });
    const again = await world.happens(CAUSE, { severity: 'critical', lasts: 60 });
    await world.deliver();
    expect(world.issues()).toHaveLength(1);
    expect((await world.incident(again.id)).ticket).toBeUndefined();
  });
});

describe('exactly one ticket', () => {
  it('where the answer to its making was lost', async () => {
    world.gitlab.faults.push({ at: /^POST .*\/issues$/, times: 1, lost: true });
    const incident = await world.happens(CAUSE, { severity: 'critical' });
    await world.deliver();
    expect((await world.incident(incident.id)).ticket).toMatchObject({ tries: 1 });
    world.clock.now = later(world.clock.now, 61);
    await world.deliver();
    expect(world.issues()).toHaveLength(1);
    expect((await world.incident(incident.id)).problem?.name).toBe('#1');
  });

  it('where the function dies between making and recording', async () => {
    const incident = await world.happens(CAUSE, { severity: 'critical' });
    const look = { incident: incident.id, ticket: incident.ticket!.id };
    let isDead = false;
    const dies = {
      ...world.world,
      table: {
        ...world.world.table,
        client: {
          send: (command: never) => (isDead ? new Promise(() => {}) : world.world.table.client.send(command)),
        } as never,
      },
    };
    const open: typeof world.open = async (setting) => {
      const tracker = await world.open(setting);
      return {
        ...tracker,
        create: async (draft) => {
          const made = await tracker.create(draft);
          isDead = true;
          return made;
        },
      };
    };
    void makeTicket(dies, open, look, 'dies');
    await expect.poll(() => world.issues().length).toBe(1);
    // Its lease still holds: nobody else makes one.
    await makeTicket(world.world, world.open, look, 'too early');
    expect((await world.incident(incident.id)).problem).toBeUndefined();
    world.clock.now = later(world.clock.now, 181);
    await makeTicket(world.world, world.open, look, 'later');
    expect(world.issues()).toHaveLength(1);
    expect((await world.incident(incident.id)).problem?.name).toBe('#1');
  });

  it('where many functions have it at once', async () => {
    const incident = await world.happens(CAUSE, { severity: 'critical' });
    const look = { incident: incident.id, ticket: incident.ticket!.id };
    await Promise.all(
      Array.from({ length: 8 }, (_, n) => makeTicket(world.world, world.open, look, `try-${n}`).catch(() => {})),
    );
    expect(world.issues()).toHaveLength(1);
  });

  it('a tracker that finds late is not asked again before it would find', async () => {
    const late: typeof world.open = async (setting) => ({ ...(await world.open(setting)), findsAfterSeconds: 900 });
    world.gitlab.faults.push({ at: /^POST .*\/issues$/, times: 1, lost: true });
    const incident = await world.happens(CAUSE, { severity: 'critical' });
    const look = { incident: incident.id, ticket: incident.ticket!.id };
    await makeTicket(world.world, late, look, 'first');
    world.clock.now = later(world.clock.now, 61);
    const asked = world.gitlab.asked.length;
    await makeTicket(world.world, late, look, 'second');
    expect(world.gitlab.asked).toHaveLength(asked);
    world.clock.now = later(world.clock.now, 900);
    await makeTicket(world.world, late, look, 'third');
    expect(world.issues()).toHaveLength(1);
    expect((await world.incident(incident.id)).problem?.name).toBe('#1');
  });
});

describe('a tracker that fails', () => {
  it.each([
    ['with 429, as long as it says', { status: 429, retryAfter: '1800' }, 1800],
    ['with 500, a minute', { status: 500 }, 60],
    ['with an expired token, an hour', { status: 401 }, 3600],
  ])('%s', async (_name, fault, seconds) => {
    world.gitlab.faults.push({ at: /./, times: 1, ...fault });
    const incident = await world.happens(CAUSE, { severity: 'critical' });
    await world.deliver();
    const { ticket, timeline } = await world.incident(incident.id);
    expect(ticket).toMatchObject({ due: later(world.clock.now, seconds), tries: 1 });
    expect(timeline.at(-1)?.what).toMatch(/^The problem ticket waits: /);
    expect(world.measured).toContain('TicketsFailed 1');
  });

  it('for a month is given up, and the timeline says so', async () => {
    const incident = await world.happens(CAUSE, { severity: 'critical' });
    for (const day of [0, 10, 31]) {
      world.gitlab.faults.push({ at: /./, times: 1, status: 401 });
      world.clock.now = later(incident.resolvedAt!, day * 86_400);
      world.queued.tickets.push(JSON.stringify({ incident: incident.id, ticket: incident.ticket!.id }));
      await world.deliver();
    }
    const { ticket, timeline } = await world.incident(incident.id);
    expect(ticket).toBeUndefined();
    expect(timeline.at(-1)?.what).toMatch(/given up after 30 days/);
  });
});

describe('by hand', () => {
  it('a ticket is made while the incident is open, and told of its end', async () => {
    const incident = await world.happens(CAUSE);
    await change(
      world.world,
      catalogueWith(),
      { id: incident.id },
      { type: 'open-problem', by: 'amira', via: 'console' },
    );
    await world.deliver();
    expect(world.issues()).toHaveLength(1);
    expect((await world.incident(incident.id)).problem?.name).toBe('#1');
  });
});

describe('what became of a ticket', () => {
  it('is read once a day: closed there, and boxes ticked', async () => {
    const third = await thrice();
    const cause = parseIncidentId(third.id)!.group;
    const [issue] = world.issues();
    issue!.description = issue!.description.replace('- [ ] Answer', '- [x] Answer');
    world.gitlab.close(world.gitlab.project('sre/problems'), issue!);
    expect(await readTickets(world.world, world.open)).toEqual({ read: 1, failed: 0 });
    const problem = await problemOf(world.world.table, cause);
    expect(problem).toMatchObject({ state: 'closed', closedAt: world.clock.now });
    expect(problem?.followUps[0]).toMatchObject({ text: 'Answer the five whys', state: 'done' });
  });
});

describe('in a storm', () => {
  it('what depends on a service with a ticket gets none by a rule about itself alone', async () => {
    world.close();
    world = await openTicketWorld(
      catalogueWith({ 'services/api.yaml': 'name: api\ndepends_on: [db]\n', 'services/db.yaml': 'name: db\n' }),
    );
    await world.happens('db-down', { severity: 'critical', service: 'db', lasts: 600 });
    world.clock.now = later(world.clock.now, -300);
    const below = await world.happens(CAUSE, { severity: 'critical' });
    await world.deliver();
    expect(titles()).toEqual(['db production: db-down is wrong']);
    expect((await world.incident(below.id)).timeline.at(-1)?.what).toBe('No separate problem ticket: it depends on db');
  });
});
