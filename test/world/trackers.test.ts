/** Opening the trackers of the catalogue: each kind speaks to its own API, and a token that was changed is not used any more. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TRACKER_KINDS } from '../../shared/catalogue/catalogue.ts';
import { openTrackers } from '../../shared/world/trackers.ts';

const setting = (kind: (typeof TRACKER_KINDS)[number], project = 'a/b') =>
  ({ kind, url: 'https://tracker.example', project, token: 'ssm:/pageturner/trackers/one' }) as const;

describe('the trackers of the catalogue', () => {
  let asked: string[];
  beforeEach(() => {
    asked = [];
    vi.stubGlobal('fetch', async (url: string, { headers }: { headers: Record<string, string> }) => {
      asked.push(`${new URL(url).pathname} ${JSON.stringify(headers)}`);
      return new Response('{}', { status: 500 });
    });
  });
  afterEach(() => vi.unstubAllGlobals());

  it.each([
    ['gitlab', '/api/v4/projects/'],
    ['servicenow', '/api/now/table/problem'],
    ['jira', '/rest/api/3/search/jql'],
    ['github', '/api/v3/repos/a/b/issues'],
    ['azure-devops', '/a/_apis/wit/wiql'],
  ] as const)('%s is called by its own API', async (kind, path) => {
    const tracker = await openTrackers('', async () => 'user:token')(setting(kind));
    await expect(tracker.find('pageturner-x')).rejects.toMatchObject({ again: true });
    expect(asked).toEqual([expect.stringMatching(`^${path}`)]);
  });

  it('has a case for every kind', () => expect(TRACKER_KINDS).toHaveLength(5));

  it('is the same one while its token is, and another with another token or project', async () => {
    let token = 'first';
    const open = openTrackers('', async () => token);
    const first = await open(setting('github'));
    expect(await open(setting('github'))).toBe(first);
    expect(await open(setting('github', 'a/c'))).not.toBe(first);
    token = 'second';
    const second = await open(setting('github'));
    expect(second).not.toBe(first);
    await second.find('pageturner-x').catch(() => {});
    expect(asked.at(-1)).toContain('second');
  });

  it('is the one of this machine where there is one, and no token leaves', async () => {
    const tracker = await openTrackers('http://127.0.0.1:4401', async () => 'secret')(setting('jira'));
    await tracker.find('pageturner-x').catch(() => {});
    expect(asked[0]).toMatch(/^\/api\/v4\/projects\//);
    expect(asked[0]).not.toContain('secret');
  });
});
