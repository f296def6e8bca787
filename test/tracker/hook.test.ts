/** What the webhooks of trackers say of a ticket, and which bodies at the same address say something else. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newsIn } from '../../shared/hook/tickets.ts';

const MARK = 'pageturner-k3v9qd7m2xab';
const BODY = '## Follow-ups\n- [ ] Answer the five whys <!-- pageturner:f1 -->\n- [x] Raise the pool';
const BOXES = [
  { text: 'Answer the five whys <!-- pageturner:f1 -->', isDone: false },
  { text: 'Raise the pool', isDone: true },
];
const CLOSED_AT = '2026-11-26T09:00:00.000Z';
const news = (hook: string, body: unknown) => newsIn(hook, Buffer.from(JSON.stringify(body)));

const github = (change: object = {}, action = 'closed', more: object = {}) => ({
  action,
  issue: {
    number: 12,
    html_url: 'https://github.com/sre/problems/issues/12',
    state: 'closed',
    state_reason: 'completed',
    labels: [{ name: 'pageturner' }, { name: MARK }],
    closed_at: '2026-11-26T09:00:00Z',
    body: BODY,
    ...change,
  },
  repository: { full_name: 'sre/problems' },
  sender: { login: 'chidi' },
  ...more,
});
const jira = (change: object = {}, event = 'jira:issue_updated') => ({
  webhookEvent: event,
  issue: {
    id: '10012',
    self: 'https://acme.atlassian.net/rest/api/2/issue/10012',
    key: 'SRE-12',
    fields: {
      status: { name: 'Done', statusCategory: { key: 'done' } },
      labels: ['pageturner', MARK],
      duedate: '2026-12-10',
      resolutiondate: '2026-11-26T09:00:00.000+0000',
      description: 'h2. Follow-ups',
      ...change,
    },
  },
});
const azure = (change: object = {}, event = 'workitem.updated') => ({
  eventType: event,
  publisherId: 'tfs',
  resource: {
    workItemId: 12,
    fields: { 'System.State': { oldValue: 'Doing', newValue: 'Done' } },
    revision: {
      id: 12,
      url: 'https://dev.azure.com/acme/6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c/_apis/wit/workItems/12/revisions/3',
      fields: {
        'System.TeamProject': 'Pay ments',
        'System.State': 'Done',
        'System.Tags': `pageturner; ${MARK}`,
        'Microsoft.VSTS.Common.ClosedDate': '2026-11-26T09:00:00Z',
        'Microsoft.VSTS.Scheduling.DueDate': '2026-12-10T12:00:00Z',
        'System.Description':
          '<ul><li>☐ Answer the five whys <span style="color:#97a0af">&lt;!-- pageturner:f1 --&gt;</span></li><li>☑ Raise the pool</li></ul>',
        ...change,
      },
    },
  },
});
const servicenow = (change: object = {}) => ({
  table: 'problem',
  instance: 'https://acme.service-now.com',
  sys_id: '0c5f3cece1b12010f877971dea0b1449',
  number: 'PRB0040012',
  active: 'false',
  correlation_id: MARK,
  due_date: '2026-12-10 12:00:00',
  closed_at: '2026-11-26 09:00:00',
  description: BODY,
  ...change,
});

describe('a notice', () => {
  it.each([
    [
      'github',
      github(),
      {
        key: '12',
        name: '#12',
        url: 'https://github.com/sre/problems/issues/12',
        labels: ['pageturner', MARK],
        boxes: BOXES,
      },
    ],
    [
      'jira',
      jira(),
      {
        key: 'SRE-12',
        name: 'SRE-12',
        url: 'https://acme.atlassian.net/browse/SRE-12',
        due: '2026-12-10',
        labels: ['pageturner', MARK],
      },
    ],
    [
      'azure-devops',
      azure(),
      {
        key: '12',
        name: '#12',
        url: 'https://dev.azure.com/acme/Pay%20ments/_workitems/edit/12',
        due: '2026-12-10',
        labels: ['pageturner', MARK],
        boxes: BOXES,
      },
    ],
    [
      'servicenow',
      servicenow(),
      {
        key: '0c5f3cece1b12010f877971dea0b1449',
        name: 'PRB0040012',
        url: 'https://acme.service-now.com/nav_to.do?uri=problem.do%3Fsys_id%3D0c5f3cece1b12010f877971dea0b1449',
        due: '2026-12-10',
        labels: [MARK],
        boxes: BOXES,
      },
    ],
  ])('of %s says what became of the ticket', (hook, body, expected) => {
    expect(news(hook, body)).toEqual({ ...expected, state: 'closed', closedAt: CLOSED_AT });
  });

  it.each([
    ['github', github({ state: 'open', closed_at: null }, 'reopened')],
    ['jira', jira({ status: { statusCategory: { key: 'indeterminate' } }, resolutiondate: null })],
    ['azure-devops', azure({ 'System.State': 'Doing', 'Microsoft.VSTS.Common.ClosedDate': undefined })],
    ['azure-devops', azure({ 'System.State': 'Resolved', 'Microsoft.VSTS.Common.ClosedDate': undefined })],
    ['servicenow', servicenow({ active: 'true', closed_at: '' })],
  ])('of %s says that it is open', (hook, body) => {
    const found = news(hook, body);
    expect(found).toMatchObject({ state: 'open' });
    expect(found).not.toHaveProperty('closedAt');
  });

  it.each([
    ['github', github({ state: 'open', closed_at: null }, 'deleted')],
    ['github', github({ state: 'open', closed_at: null }, 'transferred')],
    ['jira', jira({ status: { statusCategory: { key: 'new' } }, resolutiondate: null }, 'jira:issue_deleted')],
    [
      'azure-devops',
      azure({ 'System.State': 'Doing', 'Microsoft.VSTS.Common.ClosedDate': undefined }, 'workitem.deleted'),
    ],
    ['servicenow', servicenow({ active: 'true', closed_at: '', operation: 'delete' })],
  ])('of %s that the ticket is gone says that it is closed', (hook, body) => {
    expect(news(hook, body)).toMatchObject({ state: 'closed' });
  });

  it('of GitHub may be a form', () => {
    const form = new URLSearchParams({ payload: JSON.stringify(github()) });
    expect(newsIn('github', Buffer.from(form.toString()))).toMatchObject({ key: '12' });
  });

  it('that a comment was deleted closes nothing', () => {
    const body = github({ state: 'open', closed_at: null }, 'deleted', { comment: { body: 'x' } });
    expect(news('github', body)).toMatchObject({ state: 'open' });
  });

  it('of a new work item has its fields one level up', () => {
    const { revision } = azure().resource;
    const body = { eventType: 'workitem.created', publisherId: 'tfs', resource: revision };
    expect(news('azure-devops', body)).toMatchObject({ key: '12', labels: ['pageturner', MARK] });
  });

  it('takes the address of the organisation as Azure DevOps says it', () => {
    const resourceContainers = { project: { id: 'x', baseUrl: 'https://acme.visualstudio.com/' } };
    expect(news('azure-devops', { ...azure(), resourceContainers })?.url).toBe(
      'https://acme.visualstudio.com/Pay%20ments/_workitems/edit/12',
    );
  });
});

describe('no news', () => {
  it.each([
    ['github', { zen: 'Keep it logically awesome.', hook_id: 1, repository: { full_name: 'sre/problems' } }],
    ['github', github({ pull_request: { url: 'x' } })],
    ['github', { action: 'closed', issue: { number: 1 } }],
    ['jira', { webhookEvent: 'comment_created', issue: { key: 'SRE-1' } }],
    ['jira', { ...jira(), issue: { ...jira().issue, key: '../SRE-1' } }],
    ['azure-devops', { eventType: 'git.push', publisherId: 'tfs', resource: {} }],
    ['azure-devops', { ...azure(), resource: { workItemId: 12 } }],
    ['servicenow', servicenow({ table: 'incident' })],
    ['servicenow', servicenow({ sys_id: 'x' })],
    ['grafana', github()],
  ])('is in what %s sends of something else', (hook, body) => {
    expect(news(hook, body)).toBeUndefined();
  });

  const fixtures = join(import.meta.dirname, '../deployment/fixtures');
  const deployments = ['github', 'azure-devops', 'gitlab'].flatMap((hook) =>
    readdirSync(join(fixtures, hook))
      .filter((file) => file.endsWith('.json') && !file.includes('.deployment'))
      .map((file) => [hook, file] as const),
  );
  it('is in any deployment: there are some to try', () => expect(deployments.length).toBeGreaterThan(10));
  it.each(deployments)('is in a deployment of %s: %s', (hook, file) => {
    expect(newsIn(hook, readFileSync(join(fixtures, hook, file)))).toBeUndefined();
  });

  it('and no error is in anything else, however it is built', () => {
    const shapes = fc.oneof(
      fc.jsonValue(),
      fc.record({ action: fc.jsonValue(), issue: fc.jsonValue(), repository: fc.jsonValue() }),
      fc.record({ webhookEvent: fc.constant('jira:issue_updated'), issue: fc.jsonValue() }),
      fc.record({ eventType: fc.constant('workitem.updated'), resource: fc.jsonValue() }),
      fc.record({ table: fc.constant('problem'), sys_id: fc.jsonValue(), description: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(fc.constantFrom('github', 'jira', 'azure-devops', 'servicenow', 'gitlab'), shapes, (hook, body) => {
        news(hook, body);
      }),
    );
    expect(newsIn('github', Buffer.from('payload=%7B'))).toBeUndefined();
  });
});
