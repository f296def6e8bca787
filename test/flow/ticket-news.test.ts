/** What GitLab's webhook tells of a ticket is on its problem's record; what is not ours changes nothing. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { issueHook } from '../../infra/local/tracker/gitlab.ts';
import { readTickets } from '../../shared/flow/ticket-news.ts';
import { answerDeploymentHook } from '../../shared/hook/deployments.ts';
import { listProblems } from '../../shared/store/problems.ts';
import { openTicketWorld, PROJECT, type TicketWorld } from './ticket-world.ts';

const CAUSE = 'runbook:api/down|api|production';
const SETTINGS = { hookKeys: 'a-key-of-this-test-32-characters-x', senders: '', weakAllowed: true };
let world: TicketWorld;
beforeEach(async () => {
  world = await openTicketWorld();
  await world.happens(CAUSE, { severity: 'critical' });
  await world.deliver();
});
afterEach(() => world.close());

const project = () => world.gitlab.project(PROJECT);
const problem = async () => (await listProblems(world.world.table))[0]!;
/** As GitLab posts it, with what people changed at the ticket. */
const post = async (action: string, change: object = {}, key = SETTINGS.hookKeys) => {
  const [issue] = project().issues;
  const url = (await problem()).ticket!.url.replace(/\/sre\/.*/, '');
  const notice = issueHook(
    { baseUrl: () => url, now: () => world.clock.now },
    project(),
    { ...issue!, ...change },
    action,
  );
  const body = Buffer.from(JSON.stringify(notice));
  const request = { path: `/hooks/gitlab/${key}`, key, headers: { 'content-type': 'application/json' }, body };
  return (await answerDeploymentHook(world.world, request, SETTINGS)).status;
};

it('a close, and a reopening', async () => {
  expect(await post('close', { state: 'closed', closed_at: '2026-09-02T08:00:00.000Z' })).toBe(202);
  expect(await problem()).toMatchObject({ state: 'closed', closedAt: '2026-09-02T08:00:00.000Z' });
  expect(await post('reopen')).toBe(202);
  expect((await problem()).state).toBe('open');
});

it('a due date, labels and a box that was ticked', async () => {
  const { description, labels } = project().issues[0]!;
  const change = {
    due_date: '2026-10-01',
    labels: [...labels, 'team::payments'],
    description: description.replace('[ ]', '[x]'),
  };
  expect(await post('update', change)).toBe(202);
  expect(await problem()).toMatchObject({ due: '2026-10-01', labels: change.labels, followUps: [{ state: 'done' }] });
});

it('the same notice twice writes once', async () => {
  const before = (await problem()).version;
  await post('close', { state: 'closed', closed_at: '2026-09-02T08:00:00.000Z' });
  await post('close', { state: 'closed', closed_at: '2026-09-02T08:00:00.000Z' });
  expect((await problem()).version).toBe(before + 1);
});

it('a ticket whose mark was taken off is known by its address', async () => {
  expect(await post('close', { state: 'closed', labels: ['pageturner'] })).toBe(202);
  expect((await problem()).state).toBe('closed');
});

it.each([
  ['an issue of somebody else', { labels: ['bug'] }],
  ['a mark of another cause', { labels: ['pageturner-000000000000'] }],
  ['our mark on another issue', { iid: 99 }],
  ['an issue without labels', { labels: [] }],
])('%s changes nothing, and GitLab is not refused', async (_name, change) => {
  const before = await problem();
  expect(await post('close', { state: 'closed', ...change })).toBe(204);
  expect(await problem()).toEqual(before);
});

it('without the key it is refused', async () => {
  expect(await post('close', { state: 'closed' }, 'wrong')).toBe(404);
  expect((await problem()).state).toBe('open');
});

it('what the webhook missed is found once a day, also that a ticket was deleted; a tracker that is down is asked the next day', async () => {
  world.gitlab.faults.push({ at: /./, times: 1, status: 500 });
  expect(await readTickets(world.world, world.open)).toEqual({ read: 0, failed: 1 });
  project().issues.length = 0;
  expect(await readTickets(world.world, world.open)).toEqual({ read: 1, failed: 0 });
  expect((await problem()).state).toBe('closed');
});
