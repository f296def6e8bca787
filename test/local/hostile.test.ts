/**
 * Hostile traffic at every address of the running system: wrong keys, methods, sizes, encodings, paths, headers, forged
 * tokens and signatures. Every answer is a refusal; none is an error of ours, and nothing becomes an incident.
 */
import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTemplate } from '../../infra/local/template.ts';
import { type Running, run } from './running.ts';

const PORT = 4870;
const TOKEN = 'A'.repeat(22);
const REFUSALS = [400, 401, 403, 404, 405, 413, 415, 422];
let stack: Running;

beforeAll(async () => {
  stack = await run(PORT);
});
afterAll(() => stack?.end());

const routes = readTemplate().functions.flatMap((fn) => fn.routes);
const filled = (path: string, key: string) =>
  path
    .replace('{key}', key)
    .replace('{token}', TOKEN)
    .replace('{id}', 'aaaaaaaaaaaa-1')
    .replace('{proxy+}', 'incidents');

const bodies: [string, string | Buffer][] = [
  ['nothing', ''],
  ['no JSON', '{"a":'],
  ['a number', '42'],
  ['null', 'null'],
  ['depth', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['a prototype', '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{}}}'],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28])],
  ['a form', 'action=acknowledge&action=resolve&for=1d'],
  ['half a megabyte', 'x'.repeat(500_000)],
];

const headers: [string, Record<string, string>][] = [
  ['no headers', {}],
  ['a forged bearer', { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }],
  ['a forged basic', { authorization: 'Basic !!!!' }],
  ['an empty token', { authorization: 'Bearer ' }],
  ['a cookie', { cookie: 'pageturner=amira.9999999999.AAAA; pageturner=' }],
  ['another host', { 'x-forwarded-host': 'evil.example', 'x-forwarded-for': '127.0.0.1', forwarded: 'for=127.0.0.1' }],
  ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['a forged signature', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}`, 'x-slack-signature': 'v0=00' }],
  ['a wrong content type', { 'content-type': 'application/x-java-serialized-object' }],
];

describe.each(routes)('$method $path', ({ method, path }) => {
  it.each(headers)('refuses any request with %s', async (_, sent) => {
    for (const verb of method === 'ANY' ? ['GET', 'POST', 'PUT', 'DELETE'] : [method]) {
      for (const [what, body] of verb === 'GET' ? [['nothing', ''] as const] : bodies) {
        const answer = await fetch(`http://127.0.0.1:${PORT}${filled(path, 'wrong-key')}`, {
          method: verb,
          headers: sent,
          redirect: 'manual',
          ...(verb === 'GET' ? {} : { body }),
        });
        await answer.arrayBuffer();
        expect(answer.status, `${verb} with ${what}`).toBeLessThan(500);
        // Whoever signs out is signed out, known or not.
        if (verb !== 'GET' && path !== '/sign-out') expect(REFUSALS, `${verb} with ${what}`).toContain(answer.status);
      }
    }
  });
});

it.each([
  '/hooks/cloudwatch/../../api/incidents',
  '/hooks/cloudwatch/%2e%2e%2f%2e%2e%2fapi',
  '/p/%00',
  `/p/${'a'.repeat(6000)}`,
  '/k/..%2F..%2Fetc%2Fpasswd',
  '//evil.example/',
  '/api/incidents/%E0%A4%A',
  '/hooks/unknown/local',
  '/hooks/cloudwatch/',
  '/v2/enqueue/../enqueue',
])('the path %s leads nowhere', async (path) => {
  const status = await raw(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
  );
  expect([400, 401, 403, 404, 405, 414, 431]).toContain(status);
});

it.each(['DELETE', 'PUT', 'PATCH', 'TRACE', 'GET'])('%s at a hook is not known', async (method) => {
  const status = await raw(
    `${method} /hooks/cloudwatch/local HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`,
  );
  expect([400, 403, 404, 405]).toContain(status);
});

it('a body over what Lambda takes is refused', async () => {
  const answer = await fetch(`http://127.0.0.1:${PORT}/hooks/cloudwatch/local`, {
    method: 'POST',
    body: 'x'.repeat(7 * 1024 * 1024),
  }).then(
    ({ status }) => status,
    // The connection is cut while the body is still on its way.
    () => 413,
  );
  expect(answer).toBe(413);
});

it('many bodies that never end hold up nobody else', async () => {
  const head = 'POST /hooks/cloudwatch/local HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n{';
  const sockets = Array.from({ length: 50 }, () => connect(PORT, '127.0.0.1', () => {}));
  for (const socket of sockets) socket.on('error', () => {}).write(head);
  try {
    const health = await fetch(`http://127.0.0.1:${PORT}/health`, { signal: AbortSignal.timeout(5000) });
    expect(health.status).toBe(200);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});

it.each(['receive', 'deployments', 'respond'])(
  '%s does not hold on to what it was sent',
  { timeout: 60_000 },
  async (name) => {
    const paths = readTemplate()
      .functions.find((fn) => fn.name === name)!
      .routes.filter(({ method }) => method === 'POST')
      .map(({ path }) => `http://127.0.0.1:${PORT}${filled(path, 'wrong-key')}`);
    const sendAll = async () => {
      for (let n = 0; n < 96; n += 6) {
        await Promise.all(
          Array.from({ length: 6 }, async (_, i) => {
            const body = `${n + i} ${'x'.repeat(800_000)}`;
            await (
              await fetch(paths[(n + i) % paths.length]!, { method: 'POST', body, redirect: 'manual' })
            ).arrayBuffer();
          }),
        );
      }
    };
    await sendAll();
    const before = megabytesOf(stack.lambdas[name]!.pids());
    await sendAll();
    // They were sent 77 MB more, in three processes: one that kept its part would show.
    expect(megabytesOf(stack.lambdas[name]!.pids()) - before).toBeLessThan(64);
  },
);

it('after all of it nothing has become an incident, and a real alert still pages', async () => {
  const token = { authorization: 'Bearer local' };
  const list = await fetch(`http://127.0.0.1:${PORT}/api/incidents`, { headers: token });
  expect(((await list.json()) as { incidents: unknown[] }).incidents).toEqual([]);
  const payload = { summary: 'after the storm', source: 'host', severity: 'critical' };
  const taken = await fetch(`http://127.0.0.1:${PORT}/v2/enqueue`, {
    method: 'POST',
    body: JSON.stringify({ routing_key: 'local', event_action: 'trigger', dedup_key: 'x', payload }),
  });
  expect(taken.status).toBe(202);
  await expect
    .poll(() => stack.phone.messages().some(({ text }) => text.includes('after the storm')), { timeout: 8000 })
    .toBe(true);
});

/** What some processes hold together. */
function megabytesOf(pids: number[]): number {
  const sizes = execFileSync('ps', ['-o', 'rss=', '-p', pids.join(',')], { encoding: 'utf8' });
  return sizes
    .trim()
    .split(/\s+/)
    .reduce((sum, kilobytes) => sum + Number(kilobytes) / 1024, 0);
}

/** The status of an answer to bytes as they are: no client tidies them first. */
function raw(request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(PORT, '127.0.0.1', () => socket.write(request));
    let answer = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      answer += part;
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)));
  });
}
