import { generateKeyPairSync } from 'node:crypto';
import { Agent, createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { acknowledge, event, resolve, trigger } from '@pagerduty/pdjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Incident } from '../../shared/incident/incident.ts';
import { certificate } from '../sender/certificate.ts';
import { type Running, run } from './running.ts';

// PagerDuty's own client speaks TLS only: a front door with a certificate made on the spot passes its calls on.
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const cert = certificate(keys, '2026-01-01T00:00:00', '2036-01-01T00:00:00');
const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' });
let stack: Running;
let front: Server;
let to: { server: string; agent: Agent };

beforeAll(async () => {
  stack = await run(5160);
  front = createServer({ cert, key }, async (request, response) => {
    const { method = 'GET', headers } = request;
    const type = headers['content-type'];
    const answer = await fetch(`${stack.baseUrl}${request.url}`, {
      method,
      headers: type === undefined ? {} : { 'content-type': type },
      body: new Uint8Array(await buffer(request)),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  await new Promise<void>((ready) => {
    front.listen(0, '127.0.0.1', ready);
  });
  const agent = new Agent({ ca: cert, checkServerIdentity: () => undefined });
  to = { server: `127.0.0.1:${(front.address() as AddressInfo).port}`, agent };
});
afterAll(async () => {
  front?.close();
  await stack?.end();
});

const open = async () => {
  const answer = await fetch(`${stack.baseUrl}/api/incidents`, { headers: { authorization: 'Bearer local' } });
  return ((await answer.json()) as { incidents: Incident[] }).incidents;
};
const stateOf = async () => (await open()).map(({ title, state }) => [title, state]);
const patient = { timeout: 8000, interval: 100 };

describe("PagerDuty's own client, pointed at us", () => {
  let dedup = '';

  it('triggers, and is told the key', async () => {
    const { data, response } = await trigger({
      ...to,
      data: {
        routing_key: 'local',
        event_action: 'trigger',
        payload: { summary: 'Print queue is stuck', source: 'print-01', severity: 'critical' },
      },
    });
    expect(response.status).toBe(202);
    expect(data).toEqual({ status: 'success', message: 'Event processed', dedup_key: expect.any(String) });
    dedup = (data as { dedup_key: string }).dedup_key;
    await expect.poll(stateOf, patient).toEqual([['Print queue is stuck', 'triggered']]);
  });

  it('acknowledges and resolves by that key', async () => {
    const about = { routing_key: 'local', dedup_key: dedup };
    const acknowledged = await acknowledge({ ...to, data: { ...about, event_action: 'acknowledge' } as never });
    expect(acknowledged.response.status).toBe(202);
    await expect.poll(stateOf, patient).toEqual([['Print queue is stuck', 'acknowledged']]);
    const resolved = await resolve({ ...to, data: { ...about, event_action: 'resolve' } as never });
    expect(resolved.response.status).toBe(202);
    await expect.poll(stateOf, patient).toEqual([]);
  });

  it('is told what is wrong with an event', async () => {
    const { data, response } = await event({
      ...to,
      data: { routing_key: 'local', event_action: 'trigger', payload: { summary: '', source: '', severity: 'info' } },
    });
    expect(response.status).toBe(400);
    expect(data).toMatchObject({ status: 'invalid event', message: 'Event object is invalid' });
    expect((data as { errors: string[] }).errors).toHaveLength(2);
  });
});
