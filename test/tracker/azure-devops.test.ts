/** Azure DevOps work items: what is theirs alone. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAzureDevops } from '../../shared/tracker/azure-devops/azure-devops.ts';
import type { Tracker } from '../../shared/tracker/tracker.ts';
import { contract } from './contract.ts';
import { DRAFT, describeTracker, MARK, NOW } from './promises.ts';
import { sceneOf } from './scene.ts';
import { AZURE_TOKEN, LocalAzureDevops } from './servers/azure-devops.ts';

contract('Azure DevOps', () =>
  sceneOf(new LocalAzureDevops(), {
    open: openAzureDevops,
    project: 'Payments',
    tokens: { good: AZURE_TOKEN, expired: 'expired-bbbbbbbbbbbb' },
    makes: (method, path) => method === 'POST' && path.endsWith('/$Issue'),
    close: (server, key, at) => server.close(key, at),
    remove: ({ items }, key) =>
      items.splice(
        items.findIndex(({ id }) => String(id) === key),
        1,
      ),
    notes: ({ notes }, key) => (notes.get(Number(key)) ?? []).map(({ text }) => text),
    count: ({ items }) => items.length,
    links: ({ items }, key) => items.find(({ id }) => String(id) === key)!.relations.map(({ url }) => url),
  }),
);

describeTracker('Azure DevOps', {
  server: () => new LocalAzureDevops(),
  open: openAzureDevops,
  project: 'Payments',
  token: AZURE_TOKEN,
  close: (server, key) => server.close(key),
  tickets: ({ items }) => items.length,
  notes: ({ notes }, key) => (notes.get(Number(key)) ?? []).map(({ text }) => text),
  makes: (path, method) => method === 'POST' && path.endsWith('/$Issue'),
  hasDue: true,
  hasLabels: true,
  canReopen: true,
  kept: ({ items, notes }) => JSON.stringify([items, [...notes]]),
});

describe('Azure DevOps', () => {
  let server: LocalAzureDevops;
  let tracker: Tracker;
  const opened = (project: string, token = AZURE_TOKEN) => openAzureDevops({ url: server.url, project, token });
  beforeEach(async () => {
    server = await new LocalAzureDevops().start();
    tracker = opened('Payments');
  });
  afterEach(() => server.stop());

  it('writes HTML, and Markdown where somebody has turned the field into it', async () => {
    const { key } = await tracker.create(DRAFT);
    expect(server.items[0]!.fields['System.Description']).toMatch(/^<h2>Summary<\/h2>/);
    server.items[0]!.multilineFieldsFormat['System.Description'] = 'Markdown';
    await tracker.rewrite(key, '## Again\n');
    expect(server.items[0]!.fields['System.Description']).toBe('## Again\n');
    expect((await tracker.read(key))!.body).toBe('## Again\n');
  });

  it('reads what people wrote with its editor', async () => {
    const { key } = await tracker.create(DRAFT);
    server.items[0]!.fields['System.Description'] =
      '<div>Found <b>it</b>&nbsp;by</div><ul><li>☑ Raise the pool</li></ul>';
    expect(await tracker.read(key)).toMatchObject({
      body: 'Found **it** by\n\n- [x] Raise the pool\n',
      boxes: [{ text: 'Raise the pool', isDone: true }],
    });
  });

  it('leaves out the date where the type has no field for it', async () => {
    server.hasDueDate = false;
    expect((await tracker.create(DRAFT)).due).toBeUndefined();
  });

  it('refuses a type that is not there, by name', async () => {
    await expect(opened('Payments/Feature').create(DRAFT)).rejects.toThrow('write project: Payments/TYPE');
  });

  it('does not reopen where the process has no way out of the state', async () => {
    const { key } = await tracker.create(DRAFT);
    server.close(key);
    server.canReopen = false;
    expect(await opened('Payments').reopen(key)).toBe(false);
  });

  it('leaves an open ticket as it is when it is to be reopened', async () => {
    const { key } = await tracker.create(DRAFT);
    expect(await tracker.reopen(key)).toBe(true);
    expect(server.asked.filter(({ method }) => method === 'PATCH')).toEqual([]);
  });

  it('tries a ticket without making it, and names the field that would stop it', async () => {
    server.required = ['Severity'];
    expect(await tracker.check(NOW)).toContainEqual({
      level: 'fail',
      what: expect.stringContaining('TF401320, field Severity'),
    });
    expect(server.items).toEqual([]);
  });

  it('quotes its query, so that a mark cannot change it', async () => {
    await tracker.find("x' OR [System.Id] > 0 OR [System.Tags] CONTAINS 'y");
    const { query } = server.asked[0]!.body as { query: string };
    expect(query).toContain("CONTAINS 'x'' OR [System.Id] > 0 OR [System.Tags] CONTAINS ''y'");
  });

  it('shows an access token of Entra as one', async () => {
    await expect(opened('Payments', 'eyJhbGciOi.x.y').find(MARK)).rejects.toMatchObject({ again: false });
    expect(server.asked[0]!.headers['authorization']).toBe('Bearer eyJhbGciOi.x.y');
  });
});
