/** The API: nobody acts without being known, a request that does not fit is refused in a sentence, and all of it is described. */
import { describe, expect, it } from 'vitest';
import { api } from '../../shared/console/api/api.ts';
import { openTestWorld } from '../world.ts';

const { world } = await openTestWorld();
const known = api(world, async () => 'amira');
const stranger = api(world, async () => undefined);

const post = (app: typeof known, path: string, body: unknown, headers: Record<string, string> = {}) =>
  app.request(path, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });

describe('the description', () => {
  it('is there for anybody, and holds every route of the API', async () => {
    const described = (await (await stranger.request('/openapi.json')).json()) as { paths: Record<string, object> };
    const said = Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routes = known.routes
      .filter(({ method, path }) => method !== 'ALL' && path !== '/openapi.json')
      .map(({ method, path }) => `${method} /api${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(said.sort()).toEqual([...new Set(routes)].sort());
  });

  it('has the schema that requests are validated with', async () => {
    const { paths } = (await (await known.request('/openapi.json')).json()) as {
      paths: Record<string, { post: { requestBody: { content: Record<string, { schema: object }> } } }>;
    };
    expect(paths['/api/silences']!.post.requestBody.content['application/json']!.schema).toMatchObject({
      properties: { minutes: { type: 'number', minimum: 1, maximum: 43200 } },
      required: ['match', 'minutes'],
    });
  });
});

it('answers 401 to a stranger, for any request', async () => {
  expect((await stranger.request('/incidents')).status).toBe(401);
  expect((await post(stranger, '/silences', { match: { title: ['x'] }, minutes: 5 })).status).toBe(401);
});

it('refuses a form that another site sends', async () => {
  const headers = { 'content-type': 'text/plain', 'sec-fetch-site': 'cross-site' };
  expect((await post(known, '/incidents/x/acknowledge', '', headers)).status).toBe(403);
});

describe('a request that does not fit is refused with a sentence', () => {
  it.each<[string, unknown, string]>([
    ['/silences', '{', 'Malformed JSON in request body.'],
    ['/silences', { minutes: 5 }, '`match` is missing.'],
    ['/silences', { match: { title: ['x'] }, minutes: 0 }, '`minutes` must be a number from 1 to 43200 (30 days).'],
    [
      '/silences',
      { match: { title: ['x'] }, minutes: 5, from: 'soon' },
      "`from` must be an instant like 2026-12-01T22:00:00Z, or a wall time of the catalogue's zone like 2026-12-01T22:00, at most 90 days ahead.",
    ],
    ['/test-pages', { person: 'amira', by: 'fax' }, '`by` must be one of sms, voice, email, slack, teams, webhook.'],
    ['/incidents/x/notes', { text: ' ' }, 'Send {"text": "…"}: the note.'],
  ])('%s %j', async (path, body, error) => {
    const answer = await post(known, path, body);
    expect([answer.status, await answer.json()]).toEqual([400, { error }]);
  });

  it('in a query too', async () => {
    const answer = await known.request('/oncall?at=noon');
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { error: '`at` must be an instant like 2026-11-23T03:12:04Z.' },
    ]);
  });
});

it('answers 503 as JSON where the table cannot be read', async () => {
  const broken = {
    ...world,
    table: { name: 't', client: { send: async () => Promise.reject(new Error('no')) } as never },
  };
  const answer = await api(broken, async () => 'amira').request('/incidents');
  expect([answer.status, await answer.json()]).toEqual([
    503,
    { error: 'Pageturner could not do this just now. Try again in a moment.' },
  ]);
});

describe('an instant in a query', () => {
  it.each(['0.5', '1', 'Monday', '23/11/2026', '2026-11-23T03:12:04Zulu', '2026-13-01'])(
    '%s is refused',
    async (since) => {
      for (const path of ['/shadow', '/deployments']) {
        const answer = await known.request(`${path}?since=${encodeURIComponent(since)}`);
        expect([path, answer.status]).toEqual([path, 400]);
      }
    },
  );

  it.each(['2026-11-23', '2026-11-23T03:12Z', '2026-11-23T03:12:04.5+01:00'])('%s is understood', async (since) => {
    expect((await known.request(`/deployments?since=${encodeURIComponent(since)}`)).status).toBe(200);
  });

  it('of long ago is answered from the days that are kept, a query each', async () => {
    const { client } = world.table as unknown as { client: { send: (command: unknown) => Promise<unknown> } };
    let queries = 0;
    const counting = {
      send: (command: unknown) => {
        queries++;
        return client.send(command);
      },
    };
    const over = api({ ...world, table: { name: 't', client: counting as never } }, async () => 'amira');
    expect((await over.request('/shadow?since=1970-01-01')).status).toBe(200);
    expect(queries).toBeLessThanOrEqual(91);
  });
});
