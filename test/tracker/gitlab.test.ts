/** GitLab: the contract, and what is GitLab's alone. */
import { afterEach, describe, expect, it } from 'vitest';
import { type Gitlab, issueHook, startGitlab } from '../../infra/local/tracker/gitlab.ts';
import { openGitlab } from '../../shared/tracker/gitlab/gitlab.ts';
import { gitlabNews } from '../../shared/tracker/gitlab/hook.ts';
import { contract, draft, type Scene } from './contract.ts';
import { listen } from './server.ts';

const PROJECT = 'sre/problems';
const NOW = '2026-11-25T03:12:00.000Z';
const tokens = { good: 'glpat-good-aaaaaaaaaaaa', expired: 'glpat-expired-bbbbbbbbb' };
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function start(): Promise<Scene & { gitlab: Gitlab; url: string }> {
  let url = '';
  const options = { baseUrl: () => url, now: () => NOW };
  const gitlab = startGitlab(options);
  gitlab.tokens[tokens.good] = { access: 20, scopes: ['api'], expires: '2027-06-01' };
  gitlab.tokens[tokens.expired] = { access: 20, scopes: ['api'], expires: '2026-11-01' };
  const project = gitlab.project(PROJECT);
  const listening = await listen(gitlab.app);
  url = listening.url;
  closing.push(listening.close);
  const issue = (key: string) => project.issues.find(({ iid }) => String(iid) === key)!;
  return {
    gitlab,
    url,
    tokens,
    project: PROJECT,
    open: (other = {}) => openGitlab({ url, project: other.project ?? PROJECT, token: other.token ?? tokens.good }),
    loseCreation: () => gitlab.faults.push({ at: /^POST .*\/issues$/, times: 1, lost: true }),
    refuse: (status, retryAfter) =>
      gitlab.faults.push({ at: /./, times: 1, status, ...(retryAfter === undefined ? {} : { retryAfter }) }),
    close: (key, at) => gitlab.close(project, issue(key), at),
    remove: (key) => project.issues.splice(project.issues.indexOf(issue(key)), 1),
    notes: (key) => issue(key).notes.map(({ body }) => body),
    count: () => project.issues.length,
    links: (key) => issue(key).links.map(String),
    isConfidential: (key) => issue(key).confidential,
  };
}

contract('GitLab', start);

describe('GitLab', () => {
  it('is asked for a project by its whole path, however deep', async () => {
    const { open, gitlab } = await start();
    gitlab.project('gov/payments/api-core');
    await open({ project: 'gov/payments/api-core' }).create(draft());
    expect(gitlab.asked).toEqual(['POST /projects/gov%2Fpayments%2Fapi-core/issues']);
  });

  it('gets the due date, the labels and the title on one request', async () => {
    const { open, gitlab } = await start();
    await open().create(draft());
    expect(gitlab.project(PROJECT).issues[0]).toMatchObject({
      due_date: '2026-12-10',
      labels: ['pageturner', 'pageturner-k3v9qd7m2xab'],
      title: draft().title,
    });
  });

  it.each([
    [
      'expires in ten days',
      { access: 20, scopes: ['api'], expires: '2026-12-05' },
      'warn',
      /expires on 2026-12-05, in 9 days/,
    ],
    ['may only read', { access: 20, scopes: ['read_api'], expires: null }, 'fail', /needs? scope api/],
    ['is a guest’s', { access: 10, scopes: ['api'], expires: null }, 'fail', /role Reporter/],
    ['was revoked', { access: 20, scopes: ['api'], expires: null, revoked: true }, 'fail', /refuses the token/],
    ['does not expire', { access: 20, scopes: ['api'], expires: null }, 'ok', /does not expire/],
  ] as const)('says of a token that %s', async (_name, token, level, said) => {
    const { open, gitlab } = await start();
    gitlab.tokens['other'] = { ...token, scopes: [...token.scopes] };
    const checks = await open({ token: 'other' }).check(NOW);
    expect(checks).toContainEqual({ level, what: expect.stringMatching(said) });
  });

  it.each([
    ['archived', { archived: true }, /archived/],
    ['without issues', { issuesOff: true }, /switched off/],
  ])('says of a project that it is %s', async (_name, change, said) => {
    const { open, gitlab } = await start();
    Object.assign(gitlab.project(PROJECT), change);
    expect(await open().check(NOW)).toContainEqual({ level: 'fail', what: expect.stringMatching(said) });
  });

  it('that nobody answers may pass', async () => {
    const { url } = await start();
    for (const close of closing.splice(0)) close();
    await expect(openGitlab({ url, project: PROJECT, token: tokens.good }).find('pageturner-x')).rejects.toMatchObject({
      again: true,
      message: 'the tracker could not be reached',
    });
  });
});

describe('GitLab’s webhook', () => {
  const read = async (change: object, action: string) => {
    const { gitlab, url } = await start();
    const project = gitlab.project(PROJECT);
    const issue = {
      iid: 4,
      title: 't',
      description: draft().body,
      state: 'opened',
      labels: draft().labels,
      confidential: true,
      due_date: null,
      created_at: NOW,
      closed_at: null,
      notes: [],
      links: [],
      ...change,
    } as never;
    return gitlabNews(issueHook({ baseUrl: () => url, now: () => NOW }, project, issue, action));
  };

  it('says that an issue was closed, and when', async () => {
    expect(
      await read({ state: 'closed', closed_at: '2026-11-25T09:00:00.000Z', due_date: '2026-12-01' }, 'close'),
    ).toEqual({
      key: '4',
      name: '#4',
      url: expect.stringMatching(/\/sre\/problems\/-\/issues\/4$/),
      state: 'closed',
      closedAt: '2026-11-25T09:00:00.000Z',
      due: '2026-12-01',
      labels: draft().labels,
      boxes: [
        { text: expect.stringContaining('Answer the five whys'), isDone: false },
        { text: 'Roll back', isDone: true },
      ],
    });
  });

  it.each([
    ['a deployment', { object_kind: 'deployment', status: 'success' }],
    ['a push', { object_kind: 'push' }],
    ['a merge request', { object_kind: 'merge_request', object_attributes: { iid: 1, url: 'https://x/1' } }],
    ['an issue without its number', { object_kind: 'issue', object_attributes: { url: 'https://x/1' } }],
    ['a text', 'issue'],
    ['nothing', null],
  ])('of %s is no news', (_name, body) => {
    expect(gitlabNews(body)).toBeUndefined();
  });

  it.each([
    ['2026-11-25 09:00:00 UTC'],
    ['2026-11-25T09:00:00.000Z'],
    ['2026-11-25 10:00:00 +0100'],
    ['2026-11-25T10:00:00.000+01:00'],
  ])('reads the time %s', (closed_at) => {
    const body = {
      object_kind: 'issue',
      object_attributes: { iid: 1, url: 'https://x/1', state: 'closed', closed_at },
    };
    expect(gitlabNews(body)?.closedAt).toBe('2026-11-25T09:00:00.000Z');
  });
});
