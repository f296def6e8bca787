/** Notices of trackers at the addresses of hooks: who may send them, and that deployments at the same address stay deployments. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerDeploymentHook } from '../../shared/hook/deployments.ts';
import { newsIn } from '../../shared/hook/tickets.ts';
import { groupDigest } from '../../shared/incident/incident.ts';
import { commitProblem, problemOf } from '../../shared/store/problems.ts';
import { openTicketWorld, type TicketWorld } from '../flow/ticket-world.ts';

const CAUSE = 'runbook:api/down|api|production';
const DIGEST = groupDigest(CAUSE);
const MARK = `pageturner-${DIGEST}`;
const SECRET = 'a-secret-of-theirs';
const SENDERS = {
  github: { signed: [SECRET] },
  jira: { signed: [SECRET] },
  'azure-devops': { basic: [{ user: 'pageturner', password: SECRET }] },
  servicenow: { bearer: [SECRET] },
};
const signature = (body: string) => `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
const PROOFS: Record<string, (body: string) => Record<string, string>> = {
  github: (body) => ({ 'x-hub-signature-256': signature(body) }),
  jira: (body) => ({ 'x-hub-signature': signature(body) }),
  'azure-devops': () => ({ authorization: `Basic ${Buffer.from(`pageturner:${SECRET}`).toString('base64')}` }),
  servicenow: () => ({ authorization: `Bearer ${SECRET}` }),
};
const CLOSED: Record<string, (mark: string) => object> = {
  github: (mark) => ({
    action: 'closed',
    issue: { number: 1, html_url: 'https://github.com/a/b/issues/1', state: 'closed', labels: [{ name: mark }] },
    repository: { full_name: 'a/b' },
    sender: { login: 'x' },
  }),
  jira: (mark) => ({
    webhookEvent: 'jira:issue_updated',
    issue: {
      key: 'SRE-1',
      self: 'https://acme.atlassian.net/rest/api/2/issue/1',
      fields: { status: { statusCategory: { key: 'done' } }, labels: [mark] },
    },
  }),
  'azure-devops': (mark) => ({
    eventType: 'workitem.updated',
    publisherId: 'tfs',
    resource: {
      workItemId: 1,
      revision: {
        id: 1,
        url: 'https://dev.azure.com/acme/_apis/wit/workItems/1',
        fields: { 'System.State': 'Closed', 'System.TeamProject': 'P', 'System.Tags': mark },
      },
    },
  }),
  servicenow: (mark) => ({
    table: 'problem',
    sys_id: 'a'.repeat(32),
    number: 'PRB1',
    active: 'false',
    correlation_id: mark,
  }),
};

const KEYS: Record<string, string> = { jira: 'SRE-1', servicenow: 'a'.repeat(32) };

let world: TicketWorld;
beforeEach(async () => {
  world = await openTicketWorld();
  await world.happens(CAUSE, { severity: 'critical' });
  await world.deliver();
});
afterEach(() => world.close());

const post = (hook: string, body: string, headers: Record<string, string>, key = 'right') =>
  answerDeploymentHook(
    world.world,
    { path: `/hooks/${hook}/${key}`, key, headers, body: Buffer.from(body) },
    { hookKeys: 'right', senders: JSON.stringify(SENDERS), weakAllowed: true },
  );
/** The ticket is this tracker's: its key is as the tracker writes it. */
const keyIs = async (key: string) => {
  const problem = (await problemOf(world.world.table, DIGEST))!;
  await commitProblem(world.world.table, { ...problem, ticket: { ...problem.ticket!, key } });
  expect(await state()).toBe('open');
};
const state = async () => (await problemOf(world.world.table, DIGEST))?.state;

describe.each(Object.keys(PROOFS))('a notice of %s', (hook) => {
  const ours = JSON.stringify(CLOSED[hook]!(MARK));
  const proof = PROOFS[hook]!;
  // The ticket was made in this tracker, whose keys look otherwise than GitLab's.
  beforeEach(async () => {
    const problem = (await problemOf(world.world.table, DIGEST))!;
    const ticket = { ...problem.ticket!, key: KEYS[hook] ?? '1' };
    await commitProblem(world.world.table, { ...problem, ticket });
  });

  it('that the ticket was closed closes the problem, and twice is as good as once', async () => {
    await keyIs(newsIn(hook, Buffer.from(ours))!.key);
    for (let n = 0; n < 2; n++) expect((await post(hook, ours, proof(ours))).status).toBe(202);
    expect(await state()).toBe('closed');
  });

  it('of a ticket that is not ours is answered 204, so that the hook is not switched off', async () => {
    const other = JSON.stringify(CLOSED[hook]!('bug'));
    expect((await post(hook, other, proof(other))).status).toBe(204);
    expect(await state()).toBe('open');
  });

  it('without its proof, with a wrong one, or with a wrong key changes nothing', async () => {
    const wrong = proof(`${ours} `);
    const forged = Object.fromEntries(Object.entries(wrong).map(([name, value]) => [name, `${value.slice(0, -2)}00`]));
    expect((await post(hook, ours, {})).status).toBe(401);
    expect((await post(hook, ours, forged)).status).toBe(401);
    expect((await post(hook, ours, proof(ours), 'wrong')).status).toBe(404);
    expect(await state()).toBe('open');
  });

  it('that says nothing we know is answered 204', async () => {
    expect((await post(hook, '{}', proof('{}'))).status).toBe(204);
  });
});

it('a deployment at the same address is recorded as one', async () => {
  const file = join(import.meta.dirname, '../deployment/fixtures/github/deployment-of-a-tag.json');
  const body = readFileSync(file, 'utf8');
  expect((await post('github', body, PROOFS['github']!(body))).status).toBe(202);
  expect(await state()).toBe('open');
});
