/** `review` and `why` as people type them, against the real API over a modelled store. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { runFollowUp, runFollowUps } from '../../../cli/commands/follow-ups.ts';
import { runReview, runWhy } from '../../../cli/commands/review.ts';
import { api } from '../../../shared/console/api/api.ts';
import { openTestWorld } from '../../world.ts';

const folder = mkdtempSync(join(tmpdir(), 'pageturner-review-'));
let server: Server;
let to: string;
let id: string;

beforeAll(async () => {
  const world = await openTestWorld();
  const payload = { summary: 'Disk is full', source: 'ledger-01', severity: 'critical' };
  await world.send({ routing_key: 'local', event_action: 'trigger', dedup_key: 'disk', payload }, 'events');
  id = (await world.open())[0]!.id;
  const app = new Hono().route(
    '/api',
    api(world.world, async () => 'amira'),
  );
  server = createServer(getRequestListener(app.fetch)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  to = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  process.exitCode = 0;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
  process.exitCode = 0;
});

async function said(run: () => Promise<void>): Promise<{ out: string; errors: string }> {
  const heard = { out: '', errors: '' };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      heard.out += text;
      return true;
    }),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      heard.errors += text;
      return true;
    }),
  ];
  await run().finally(() => {
    for (const spy of spies) spy.mockRestore();
  });
  return heard;
}
const typed =
  (...lines: string[]) =>
  async () =>
    lines.shift();

it('prints the review, and writes it where a merge request can add it, once', async () => {
  const { out } = await said(() => runReview(id, { to, catalogue: folder }));
  expect(out).toMatch(/^# Disk is full ledger-01\n\n[^#]*## Summary\n/);
  const file = () => runReview(id, { to, catalogue: folder, file: true });
  const path = (await said(file)).out.trim();
  expect(path).toBe(join(folder, 'reviews/2026-11-23-disk-is-full-ledger-01.md'));
  expect(readFileSync(path, 'utf8')).toContain(`incident: ${id}\n`);
  expect((await said(file)).errors).toContain('is there already');
  expect(process.exitCode).toBe(2);
});

it('asks whys until an empty line, then what else, and refuses a name', async () => {
  const lines = typed(
    'The log was never rotated',
    'Amira lost the unit file',
    'The unit file was lost in the move',
    '',
    'No alarm on the disk',
    '',
    '',
  );
  const { out, errors } = await said(() => runWhy(id, { to, json: true }, lines));
  const { whys } = JSON.parse(out) as { whys: { text: string; under?: string }[] };
  expect(whys.map(({ text, under }) => [text, under])).toEqual([
    ['The log was never rotated', undefined],
    ['The unit file was lost in the move', 'w1'],
    ['No alarm on the disk', undefined],
  ]);
  expect(errors).toContain('"Amira" is a person. Ask what, not who');
  expect(errors).toContain('Why: The log was never rotated?');
  expect(process.exitCode).toBe(1);
});

it('goes on where it was left, and stops five deep', async () => {
  const lines = typed('No team owned the disk', 'b', 'c', 'd', 'e', 'what else', '', '');
  const { out } = await said(() => runWhy(id, { to, json: true }, lines));
  const { whys } = JSON.parse(out) as { whys: { id: string; text: string; under?: string }[] };
  const last = whys.find(({ text }) => text === 'd')!;
  expect(whys.find(({ text }) => text === 'No team owned the disk')!.under).toBe('w3');
  expect(whys.find(({ text }) => text === 'e')!.under).toBeUndefined();
  expect(last.under).toBe('w6');
});

it('proposes a follow-up, agrees on it with a date, and lists it with what the cause cost', async () => {
  const made = await said(() => runFollowUp(id, undefined, { to, text: 'Rotate the log', owner: 'platform' }));
  const own = /^(f\d+) proposed: Rotate the log$/m.exec(made.out)![1]!;
  await said(() => runFollowUp(id, own, { to, agree: true, due: '2026-12-11' }));
  const { out } = await said(() => runFollowUps({ to, owner: 'platform' }));
  expect(out).toContain(`${id.slice(0, 12)} ${own} agreed, platform, due 2026-12-11: Rotate the log`);
  expect(out).toContain('since it was proposed: it has not come back');
  expect((await said(() => runFollowUps({ to, owner: 'nobody' }))).out).toBe('Nothing is to be done.\n');
});

it.each([
  [{ agree: true, done: true }, 'Say one of --agree, --done and --not-doing.'],
  [{ notDoing: '' }, 'Say why it is not done'],
  [{ due: 'soon' }, 'Write the date like 2026-12-11.'],
])('refuses %j', async (decision, sentence) => {
  expect((await said(() => runFollowUp(id, 'f1', { to, ...decision }))).errors).toContain(sentence);
  expect(process.exitCode).toBe(2);
});

it('asks what is to be done where nothing is named', async () => {
  expect((await said(() => runFollowUp(id, undefined, { to }))).errors).toContain('Say what is to be done');
});

it('keeps a workaround for the next page', async () => {
  const { out } = await said(() => runReview(id, { to, catalogue: folder, workaround: 'Restart it' }));
  expect(out).toContain('The next page of');
});
