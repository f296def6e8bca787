/** The note of a backtest on a merge request: one, written anew, against a server that answers as GitLab documents it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeOf, writeNote } from '../../../cli/backtest/note.ts';
import { MARK } from '../../../cli/backtest/words.ts';

const TOKEN = 'glpat-a-secret-token';
let server: Server;
let notes: { id: number; body: string }[];
let api: string;

beforeEach(async () => {
  // Two pages of others' notes: ours may be on the second.
  notes = Array.from({ length: 130 }, (_, id) => ({ id, body: `about line ${id}` }));
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://x');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = '/projects/platform%2Fcatalogue/merge_requests/7/notes';
      const answer = (status: number, body: object, headers = {}) =>
        response.writeHead(status, headers).end(JSON.stringify(body));
      if (request.headers['private-token'] !== TOKEN) return answer(401, { message: '401 Unauthorized' });
      const written =
        chunks.length === 0 ? undefined : (JSON.parse(Buffer.concat(chunks).toString()) as { body: string });
      if (request.method === 'GET' && pathname === path) {
        const page = Number(searchParams.get('page'));
        const next = page * 100 < notes.length ? String(page + 1) : '';
        return answer(200, notes.slice((page - 1) * 100, page * 100), { 'x-next-page': next });
      }
      if (request.method === 'POST' && pathname === path) {
        notes.push({ id: notes.length, body: written!.body });
        return answer(201, notes.at(-1)!);
      }
      const found = notes.find(({ id }) => pathname === `${path}/${id}`);
      if (request.method !== 'PUT' || !found) return answer(404, { message: '404 Not found' });
      found.body = written!.body;
      return answer(200, found);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const place = (token = TOKEN) => ({ api, project: 'platform/catalogue', mergeRequest: '7', token });

it('is added once, and then updated', async () => {
  expect(await writeNote(place(), `${MARK}\nfirst`)).toBe('added');
  expect(await writeNote(place(), `${MARK}\nsecond`)).toBe('updated');
  expect(notes.filter(({ body }) => body.startsWith(MARK)).map(({ body }) => body)).toEqual([`${MARK}\nsecond`]);
});

it('is refused with a sentence that holds no token', async () => {
  const refused = writeNote(place('glpat-another'), `${MARK}\nx`);
  await expect(refused).rejects.toThrow('GitLab answered 401 to GET of the notes of the merge request.');
});

describe('where it cannot be written', () => {
  const all = {
    CI_API_V4_URL: 'https://x/api/v4',
    CI_PROJECT_ID: '1',
    CI_MERGE_REQUEST_IID: '7',
    PAGETURNER_NOTE_TOKEN: TOKEN,
  };
  it.each([
    ['outside of a merge request', { ...all, CI_MERGE_REQUEST_IID: '' }, /no pipeline of a merge request/],
    ['without a token', { ...all, PAGETURNER_NOTE_TOKEN: '' }, /PAGETURNER_NOTE_TOKEN is not set/],
  ])('%s says what is missing', (_, environment, said) => {
    expect(placeOf(environment)).toEqual({ missing: expect.stringMatching(said) });
  });

  it('is nowhere else', () => {
    expect(placeOf(all)).toMatchObject({ project: '1', mergeRequest: '7' });
  });
});
