/** The review of an incident over the API, with a tracker and without one, and what the ticket is told. */
import { describe, expect, it } from 'vitest';
import { api } from '../../shared/console/api/api.ts';
import type { Review } from '../../shared/flow/review.ts';
import { freshenAll, freshenTicket } from '../../shared/flow/ticket-parts.ts';
import { parseIncidentId } from '../../shared/incident/incident.ts';
import type { StaleLook } from '../../shared/queue/queue.ts';
import { commitProblem, problemOf } from '../../shared/store/problems.ts';
import { type OpenProject, TrackerFailure } from '../../shared/tracker/tracker.ts';
import { openTestWorld, sampleCatalogue } from '../world.ts';

const loaded = await sampleCatalogue();

async function ended() {
  const world = await openTestWorld({ loaded });
  const notice = (action: string) => ({
    routing_key: 'local',
    event_action: action,
    dedup_key: 'disk',
    payload: { summary: 'Disk is full', source: 'ledger-01', severity: 'critical', component: 'ledger' },
  });
  await world.send(notice('trigger'), 'events');
  const { id } = (await world.open())[0]!;
  await world.advance('3m');
  await world.send(notice('resolve'), 'events');
  const queued: (StaleLook & { delay: number })[] = [];
  const queues = {
    ...world.world.queues,
    tickets: 'tickets',
    client: {
      send: async ({ input }: { input: { MessageBody: string; DelaySeconds: number } }) =>
        queued.push({ ...JSON.parse(input.MessageBody), delay: input.DelaySeconds }),
    } as never,
  };
  const own = { ...world.world, queues };
  const app = api(own, async () => 'amira');
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await app.request(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { status: answer.status, body: (await answer.json()) as Review & { error?: string } };
  };
  return { world: own, id, ask, queued };
}

describe('the review of an incident', () => {
  it('is the text that its ticket would have, and asks nobody’s tracker', async () => {
    const { ask, id } = await ended();
    const { status, body } = await ask('GET', `/incidents/${id}/review`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ incident: id, date: '2026-11-23', whys: [] });
    expect(body.markdown).toContain('Disk is full');
    expect(body.markdown).toContain('- **Why were people paged?**');
    expect(body.followUps.map(({ text }) => text)).toContain('Answer the five whys');
  });

  it('names people by their part', async () => {
    const { ask, id } = await ended();
    expect((await ask('GET', `/incidents/${id}/review`)).body.markdown).not.toMatch(
      /\b(amira|ben|chidi|dee|eve|femi)\b/i,
    );
  });

  it('is found by the id of its cause too', async () => {
    const { ask, id } = await ended();
    const cause = parseIncidentId(id)!.group;
    expect((await ask('GET', `/incidents/${cause}/review`)).body.incident).toBe(id);
    expect((await ask('GET', '/incidents/000000000000/review')).status).toBe(404);
    expect((await ask('GET', '/incidents/x/review')).status).toBe(404);
  });

  it('keeps answers and follow-ups without a ticket, and shows them the next time', async () => {
    const { ask, id, queued } = await ended();
    await ask('POST', `/incidents/${id}/whys`, { text: 'The log was never rotated' });
    await ask('POST', `/incidents/${id}/whys`, { text: 'Its unit file was lost', under: 'w1' });
    const made = await ask('POST', `/incidents/${id}/follow-ups`, { text: 'Rotate the log', owner: 'ledger' });
    const last = made.body.followUps.at(-1)!;
    await ask('POST', `/incidents/${id}/follow-ups/${last.id}`, { state: 'agreed', due: '2026-12-11' });
    const { markdown } = (await ask('GET', `/incidents/${id}/review`)).body;
    expect(markdown).toContain('  - **Why?** The log was never rotated\n    - **Why?** Its unit file was lost');
    expect(markdown).toContain('- [ ] Rotate the log (owner: ledger, due: 2026-12-11)');
    expect(queued).toEqual([]);
  });

  it.each([
    ['whys', { text: 'Amira forgot it' }, /"Amira" is a person\. Ask what, not who.* Nothing was changed\.$/],
    ['whys', { text: '' }, /The answer is empty/],
    ['follow-ups', { text: 'x', state: 'maybe' }, /`state` must be proposed, agreed, done, not doing\./],
    ['follow-ups/f1', { state: 'not doing' }, /Say why it is not done/],
    ['follow-ups/f9', { state: 'done' }, /There is no follow-up f9/],
  ])('refuses %s %j', async (what, body, error) => {
    const { ask, id } = await ended();
    const answer = await ask('POST', `/incidents/${id}/${what}`, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatch(error);
  });
});

describe('the ticket of a review', () => {
  async function withTicket() {
    const scene = await ended();
    const cause = parseIncidentId(scene.id)!.group;
    const { markdown } = (await scene.ask('GET', `/incidents/${scene.id}/review`)).body;
    const ticket = { key: '7', name: '#7', url: 'https://gitlab.example.gov.uk/sre/problems/-/issues/7' };
    await scene.ask('POST', `/incidents/${scene.id}/follow-ups/f1`, { state: 'agreed' });
    const problem = (await problemOf(scene.world.table, cause))!;
    await commitProblem(scene.world.table, { ...problem, ticket, state: 'open', incidents: [scene.id] });
    const there = { body: markdown, notes: [] as string[], fails: 0 };
    const open: OpenProject = async () =>
      ({
        read: async () => {
          if (there.fails-- > 0) throw new TrackerFailure('it is down', true);
          return { ...ticket, state: 'open', body: there.body, boxes: [] };
        },
        rewrite: async (_key: string, body: string) => {
          there.body = body;
        },
        note: async (_key: string, text: string) => there.notes.push(text),
      }) as never;
    return { ...scene, cause, there, open };
  }

  it('has the answer once the queue was worked off, and owes nothing more', async () => {
    const { ask, id, world, cause, queued, there, open } = await withTicket();
    await ask('POST', `/incidents/${id}/whys`, { text: 'The log was never rotated' });
    expect(queued).toEqual([{ problem: cause, tries: 0, delay: 0 }]);
    await freshenTicket(world, open, queued[0]!);
    expect(there.body).toContain('  - **Why?** The log was never rotated');
    expect(there.notes).toEqual([]);
    expect((await problemOf(world.table, cause))!.stale).toBeUndefined();
  });

  it('has it in the end where the tracker fails, and where the message is lost', async () => {
    const { ask, id, world, queued, there, open } = await withTicket();
    await ask('POST', `/incidents/${id}/follow-ups/f1`, { state: 'done' });
    there.fails = 1;
    await freshenTicket(world, open, queued[0]!);
    expect(queued[1]).toMatchObject({ tries: 1, delay: 300 });
    expect(there.body).toContain('- [ ] Answer the five whys');
    expect(await freshenAll(world, open)).toBe(1);
    expect(there.body).toContain('- [x] Answer the five whys');
    expect(await freshenAll(world, open)).toBe(0);
  });
});
