/** Jira Cloud: what is Jira's own. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJira } from '../../shared/tracker/jira/jira.ts';
import type { Tracker } from '../../shared/tracker/tracker.ts';
import { contract } from './contract.ts';
import { DRAFT, describeTracker, MARK, NOW } from './promises.ts';
import { sceneOf } from './scene.ts';
import { isAdf, JIRA_TOKEN, LocalJira } from './servers/jira.ts';

contract('Jira', () =>
  sceneOf(new LocalJira(), {
    open: openJira,
    project: 'SRE',
    tokens: { good: JIRA_TOKEN, expired: 'pageturner@example.gov.uk:expired' },
    makes: (method, path) => method === 'POST' && path.endsWith('/issue'),
    close: (server, key, at) => server.close(key, at),
    remove: ({ issues }, key) =>
      issues.splice(
        issues.findIndex((one) => one.key === key),
        1,
      ),
    notes: ({ notes }, key) => (notes.get(key) ?? []).map((note) => JSON.stringify(note)),
    count: ({ issues }) => issues.length,
    links: ({ links }) => links.map(String),
  }),
);

describeTracker('Jira', {
  server: () => new LocalJira(),
  open: openJira,
  project: 'SRE',
  token: JIRA_TOKEN,
  close: (server, key) => server.close(key),
  tickets: ({ issues }) => issues.length,
  notes: ({ notes }, key) => (notes.get(key) ?? []).map((note) => JSON.stringify(note)),
  makes: (path, method) => method === 'POST' && path.endsWith('/issue'),
  hasDue: true,
  hasLabels: true,
  canReopen: true,
  // In ADF a text is a text.
  kept: ({ issues, links }) => JSON.stringify([issues.map(({ fields }) => fields), links]).replaceAll('<script', ''),
});

describe('Jira', () => {
  let server: LocalJira;
  let tracker: Tracker;
  const opened = (project: string) => openJira({ url: server.url, project, token: JIRA_TOKEN });
  beforeEach(async () => {
    server = await new LocalJira().start();
    tracker = opened('SRE');
  });
  afterEach(() => server.stop());

  it('says how long its search may not see a new ticket', async () => {
    server.lagSeconds = 60;
    await tracker.create(DRAFT);
    expect(await tracker.find(MARK)).toBeUndefined();
    expect(tracker.findsAfterSeconds).toBeGreaterThanOrEqual(120);
    server.now = () => '2026-11-25T09:01:00.000Z';
    expect(await tracker.find(MARK)).toBeDefined();
  });

  it('calls no address that Atlassian has removed', async () => {
    await tracker.find(MARK);
    expect(server.asked.map(({ path }) => path)).toEqual(['/rest/api/3/search/jql']);
  });

  it('takes an answer as to nobody for a wrong token', async () => {
    const stranger = openJira({ url: server.url, project: 'SRE', token: 'somebody@example.gov.uk:old' });
    await expect(stranger.find(MARK)).rejects.toMatchObject({ again: false });
  });

  it('makes the ticket without a date that its project does not have', async () => {
    server.hasDueDate = false;
    const made = await tracker.create(DRAFT);
    expect(made.due).toBeUndefined();
    expect(server.issues).toHaveLength(1);
  });

  it('names the fields that it refuses, and nothing of what they held', async () => {
    server.faults.push({
      on: ({ method, path }) => method === 'POST' && path.endsWith('/issue'),
      answer: { status: 400, body: { errors: { customfield_10050: 'Team is required: Amira Khan' } } },
    });
    await expect(tracker.create({ ...DRAFT, confidential: true })).rejects.toThrow(/customfield_10050/);
  });

  it('makes the type that the catalogue names, and refuses one that is not there', async () => {
    await opened('SRE/Task').create(DRAFT);
    await expect(opened('SRE/Story').create(DRAFT)).rejects.toThrow('write project: SRE/TYPE');
    expect(server.issues).toHaveLength(1);
  });

  it('writes labels without spaces, and documents that Jira takes', async () => {
    await tracker.create(DRAFT);
    expect(server.issues[0]!.fields.labels).toEqual([MARK, 'pageturner', 'severity-critical']);
    expect(isAdf(server.issues[0]!.fields['description'])).toBe(true);
  });

  it('quotes its query, so that a mark cannot change it', async () => {
    await tracker.find('x" OR project = "SECRET');
    const { jql } = server.asked[0]!.body as { jql: string };
    expect(jql).toBe('project = "SRE" AND labels = "x\\" OR project = \\"SECRET" ORDER BY created DESC');
  });

  it('does not reopen where the workflow has no way out of done', async () => {
    const { key } = await tracker.create(DRAFT);
    server.close(key);
    server.canReopen = false;
    expect(await tracker.reopen(key)).toBe(false);
  });

  it('names the rights that its token lacks', async () => {
    server.denied = ['CREATE_ISSUES', 'LINK_ISSUES'];
    expect(await tracker.check(NOW)).toContainEqual({
      level: 'fail',
      what: expect.stringContaining('CREATE_ISSUES, LINK_ISSUES'),
    });
  });

  it('ends a long text at a line', async () => {
    await tracker.create({ ...DRAFT, body: 'One line of a long timeline.\n'.repeat(3000) });
    const text = JSON.stringify(server.issues[0]!.fields['description']);
    expect(text).toContain('The rest is too long');
  });
});
