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
