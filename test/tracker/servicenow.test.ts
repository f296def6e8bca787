/** ServiceNow problems: what is ServiceNow's own. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openServiceNow } from '../../shared/tracker/servicenow/servicenow.ts';
import type { OpenTracker, Tracker } from '../../shared/tracker/tracker.ts';
import { contract } from './contract.ts';
import { DRAFT, describeTracker, MARK, NOW } from './promises.ts';
import { sceneOf } from './scene.ts';
import { LocalServiceNow, SERVICENOW_CLIENT, SERVICENOW_TOKEN } from './servers/servicenow.ts';

/** A project of ServiceNow is its instance: one that is not there is another address. */
const openInstance: OpenTracker = ({ url, project, token }) =>
  openServiceNow({ url: project === 'no/such' ? `${url}/elsewhere` : url, project, token });
const notesOf = ({ problems }: LocalServiceNow, key: string) =>
  problems
    .find(({ sys_id }) => sys_id === key)!
    ['work_notes']!.split('(Work notes)')
    .slice(1);

contract('ServiceNow', () =>
  sceneOf(new LocalServiceNow(), {
    open: openInstance,
    project: 'SRE Problems',
    tokens: { good: SERVICENOW_TOKEN, expired: 'pageturner:expired-secret' },
    makes: (method, path) => method === 'POST' && path.endsWith('/problem'),
    close: (server, key, at) => server.close(key, at.slice(0, 19).replace('T', ' ')),
    remove: ({ problems }, key) =>
      problems.splice(
        problems.findIndex(({ sys_id }) => sys_id === key),
        1,
      ),
    notes: notesOf,
    count: ({ problems }) => problems.length,
    links: (server, key) => notesOf(server, key).filter((note) => note.includes('Related: ')),
  }),
);

describeTracker('ServiceNow', {
  server: () => new LocalServiceNow(),
  open: openServiceNow,
  project: 'SRE Problems',
  token: SERVICENOW_TOKEN,
  close: (server, key) => server.close(key),
  tickets: ({ problems }) => problems.length,
  notes: notesOf,
  makes: (path, method) => method === 'POST' && path.endsWith('/problem'),
  hasDue: true,
  hasLabels: false,
  canReopen: false,
  // A plain text, which ServiceNow shows as it is: the escapes are seen, and nothing is made of it.
  kept: ({ problems }) => JSON.stringify(problems).replaceAll('\\\\<script', ''),
});

describe('ServiceNow', () => {
  let server: LocalServiceNow;
  let tracker: Tracker;
  const opened = (project: string, token = SERVICENOW_TOKEN) => openServiceNow({ url: server.url, project, token });
  beforeEach(async () => {
    server = await new LocalServiceNow().start();
    tracker = opened('SRE Problems');
  });
  afterEach(() => server.stop());

  it('fetches a token of client credentials once, and keeps it', async () => {
    const byClient = opened('', SERVICENOW_CLIENT);
    await byClient.find(MARK);
    await byClient.find(MARK);
    expect(server.asked.filter(({ path }) => path === '/oauth_token.do')).toHaveLength(1);
    await expect(opened('', 'oauth:client-1:wrong').find(MARK)).rejects.toMatchObject({ again: false });
  });

  it('shows an API key in its own header', async () => {
    await expect(opened('', 'key-of-ours').find(MARK)).rejects.toMatchObject({ again: false });
    expect(server.asked[0]!.headers['x-sn-apikey']).toBe('key-of-ours');
  });

  it('comes again where the instance is asleep', async () => {
    server.isAsleep = true;
    await expect(tracker.find(MARK)).rejects.toMatchObject({ again: true });
  });

  it('finds its problem where it may not write the correlation id', async () => {
    server.mayWriteCorrelation = false;
    const { key } = await tracker.create(DRAFT);
    expect(await tracker.find(MARK)).toMatchObject({ key });
    expect((await tracker.read(key))!.labels).toEqual([MARK]);
  });

  it('assigns the group that its project names, and refuses one that is not there', async () => {
    await tracker.create(DRAFT);
    expect(server.problems[0]!['assignment_group']).toBe('a715cd759f2002002920bde8132e7018');
    await expect(opened('No such group').create(DRAFT)).rejects.toMatchObject({ again: false });
    expect(server.problems).toHaveLength(1);
  });

  it('never writes a state', async () => {
    const { key } = await tracker.create(DRAFT);
    server.close(key);
    await tracker.reopen(key);
    for (const { body } of server.asked) expect(Object.keys((body ?? {}) as object)).not.toContain('state');
  });

  it('asks for a mark alone, also where it has signs of the query language', async () => {
    await tracker.find('x^ORactive=true');
    expect(server.asked[0]!.query.get('sysparm_query')).toBe(
      'correlation_id=xORactive=true^ORdescriptionLIKExORactive=true^ORDERBYDESCsys_created_on',
    );
  });

  it('tells of the link in a note, where a problem has no such relation', async () => {
    const one = await tracker.create(DRAFT);
    const other = await tracker.create({ ...DRAFT, mark: `${MARK}-2` });
    await tracker.link(other.key, one.key);
    expect(server.problems[1]!['work_notes']).toContain(`Related: ${one.name}`);
  });

  it('says that writing cannot be tried', async () => {
    expect((await tracker.check(NOW)).at(-1)).toMatchObject({
      level: 'ok',
      what: expect.stringContaining('first ticket'),
    });
  });
});
