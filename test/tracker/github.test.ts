/** GitHub issues: what is GitHub's own. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openGitHub } from '../../shared/tracker/github/github.ts';
import type { Tracker } from '../../shared/tracker/tracker.ts';
import { contract } from './contract.ts';
import { DRAFT, describeTracker, MARK, NOW } from './promises.ts';
import { sceneOf } from './scene.ts';
import { GITHUB_TOKEN, LocalGitHub } from './servers/github.ts';

contract('GitHub', () =>
  sceneOf(new LocalGitHub(), {
    open: openGitHub,
    project: 'sre/problems',
    tokens: { good: GITHUB_TOKEN, expired: 'github_pat_expired' },
    makes: (method, path) => method === 'POST' && path.endsWith('/issues'),
    close: ({ issues }, key, at) => {
      Object.assign(issues.get(Number(key))!, { state: 'closed', closed_at: at });
    },
    remove: ({ issues }, key) => issues.delete(Number(key)),
    notes: ({ notes }, key) => (notes.get(Number(key)) ?? []).map(({ body }) => body),
    count: ({ issues }) => issues.size,
    links: ({ notes }, key) =>
      (notes.get(Number(key)) ?? []).map(({ body }) => body).filter((body) => /#[0-9]/.test(body)),
  }),
);

describeTracker('GitHub', {
  server: () => new LocalGitHub(),
  open: openGitHub,
  project: 'sre/problems',
  token: GITHUB_TOKEN,
  close: (server, key) => {
    Object.assign(server.issues.get(Number(key))!, { state: 'closed', closed_at: '2026-11-26T09:00:00Z' });
  },
  tickets: ({ issues }) => issues.size,
  notes: ({ notes }, key) => (notes.get(Number(key)) ?? []).map(({ body }) => body),
  makes: (path, method) => method === 'POST' && path.endsWith('/issues'),
  hasDue: false,
  hasLabels: true,
  canReopen: true,
  // Markdown is shown by GitHub itself, which makes no tag of what is escaped.
  kept: ({ issues, notes }) => JSON.stringify([[...issues.values()], [...notes]]).replaceAll('\\\\<script', ''),
});

describe('GitHub', () => {
  let server: LocalGitHub;
  let tracker: Tracker;
  beforeEach(async () => {
    server = await new LocalGitHub().start();
    tracker = openGitHub({ url: server.url, project: 'sre/problems', token: GITHUB_TOKEN });
  });
  afterEach(() => server.stop());
  const limited = (headers: Record<string, string>) => {
    server.faults.push({ on: () => true, answer: { status: 403, body: { message: 'limit' }, headers } });
    return tracker.find(MARK).catch((error: unknown) => error);
  };

  it('calls the API of github.com, of ghe.com and of a server at their own addresses', async () => {
    const asked: string[] = [];
    const real = globalThis.fetch;
    globalThis.fetch = (async (url: string) => {
      asked.push(new URL(url).origin + new URL(url).pathname);
      return new Response('[]');
    }) as typeof fetch;
    try {
      for (const url of ['https://github.com', 'https://acme.ghe.com', 'https://github.example.gov.uk'])
        await openGitHub({ url, project: 'sre/problems', token: 'x' }).find(MARK);
    } finally {
      globalThis.fetch = real;
    }
    expect(asked).toEqual([
      'https://api.github.com/repos/sre/problems/issues',
      'https://api.acme.ghe.com/repos/sre/problems/issues',
      'https://github.example.gov.uk/api/v3/repos/sre/problems/issues',
    ]);
  });

  it('waits for both of its limits, which it tells with 403', async () => {
    expect(await limited({ 'retry-after': '60' })).toMatchObject({ again: true, afterSeconds: 60 });
    const date = 'Wed, 25 Nov 2026 09:00:00 GMT';
    const reset = String(Date.parse('2026-11-25T09:10:00Z') / 1000);
    const primary = { date, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    expect(await limited(primary)).toMatchObject({ again: true, afterSeconds: 600 });
    expect(await limited({})).toMatchObject({ again: false });
  });

  it('makes nothing confidential where everybody may read', async () => {
    server.isPrivate = false;
    await expect(tracker.create(DRAFT)).rejects.toMatchObject({ again: false });
    expect(server.issues.size).toBe(0);
    await tracker.create({ ...DRAFT, confidential: false });
    expect(server.issues.size).toBe(1);
    expect(await tracker.check(NOW)).toContainEqual(expect.objectContaining({ level: 'warn' }));
  });

  it('makes no ticket where it may not make its label', async () => {
    server.mayPush = false;
    await expect(tracker.create(DRAFT)).rejects.toMatchObject({ again: false });
    expect(server.issues.size).toBe(0);
    expect(await tracker.check(NOW)).toContainEqual(expect.objectContaining({ level: 'fail' }));
  });

  it('takes a pull request with its label for no ticket', async () => {
    const { key } = await tracker.create(DRAFT);
    server.issues.get(Number(key))!.pull_request = {};
    expect(await tracker.find(MARK)).toBeUndefined();
  });

  it('reads nothing of an issue that was moved or deleted', async () => {
    const { key } = await tracker.create(DRAFT);
    for (const status of [301, 410]) {
      server.faults.push({ on: () => true, answer: { status, body: {}, headers: { location: 'https://x.example/' } } });
      expect(await tracker.read(key)).toBeUndefined();
    }
  });

  it('cuts what is too long at a line, and says so', async () => {
    const body = 'One line of a long timeline.\n'.repeat(5000);
    const { key } = await tracker.create({ ...DRAFT, title: 'x'.repeat(400), body });
    const issue = server.issues.get(Number(key))!;
    expect(issue.body.length).toBeLessThanOrEqual(65_536);
    expect(issue.body).toMatch(/timeline\.\n\n\*The rest is too long/);
    expect(issue.title).toHaveLength(256);
  });

  it.each([
    ['2026-12-01 10:00:00 UTC', 'warn', 'in 6 days'],
    ['2027-06-01 10:00:00 UTC', 'ok', '2027-06-01'],
    [undefined, 'ok', 'names no day'],
  ])('tells when its token ends: %s', async (ends, level, said) => {
    server.tokenEnds = ends;
    const [first] = await tracker.check(NOW);
    expect(first).toMatchObject({ level, what: expect.stringContaining(said) });
  });
});
