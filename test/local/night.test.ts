import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Incident } from '../../shared/incident/incident.ts';
import { segments } from '../../shared/message/gsm.ts';
import { expectMessage, type Running, run } from './running.ts';

const root = join(import.meta.dirname, '../..');
let stack: Running;

beforeAll(async () => {
  stack = await run(4700);
});
afterAll(async () => {
  await stack?.end();
});

const send = (...samples: string[]) =>
  promisify(execFile)(process.execPath, [
    join(root, 'cli/pageturner.ts'),
    'send',
    '--to',
    stack.baseUrl,
    ...samples.map((name) => join(root, 'samples', name)),
  ]);
const api = async (path: string, init: RequestInit = {}) =>
  fetch(`${stack.baseUrl}/api${path}`, { ...init, headers: { authorization: 'Bearer local' } });
const open = async () => ((await (await api('/incidents')).json()) as { incidents: Incident[] }).incidents;
const linkIn = (text: string) => /http:\S+\/p\/\S+/.exec(text)![0];

describe('the night it is built for', () => {
  it('a real alarm becomes one SMS with what is wrong, the suspect and one link, within five seconds', async () => {
    await send('gitlab-deployment.json', 'cloudwatch-alarm.json');
    const sms = await expectMessage(stack, (message) => message.channel === 'sms', 5000);
    expect(sms.text).toMatch(/^\w+ payments-api prod: target 5xx 12 > 5 for 3m\nDeployed 14m ago: v1\.42\.0/);
    expect(sms.text).toMatch(/reply ACK [2-9A-Z]{2}$/);
    expect(segments(sms.text)).toBe(1);
  });

  it('its link shows the runbook with its first steps on top, and a look changes nothing', async () => {
    const sms = await expectMessage(stack, (message) => message.channel === 'sms', 5000);
    for (const method of ['HEAD', 'GET', 'GET']) expect((await fetch(linkIn(sms.text), { method })).status).toBe(200);
    const page = await (await fetch(linkIn(sms.text))).text();
    expect(page.indexOf('First: Mitigation')).toBeGreaterThan(0);
    expect(page.indexOf('First: Mitigation')).toBeLessThan(page.indexOf('Runbook: payments/5xx'));
    expect(page).toContain('Acknowledge');
    expect((await open()).map(({ state }) => state)).toEqual(['triggered']);
  });

  it('a form from another site is refused, and a token that nobody has opens nothing', async () => {
    const sms = await expectMessage(stack, (message) => message.channel === 'sms', 5000);
    const forged = await fetch(linkIn(sms.text), {
      method: 'POST',
      body: 'action=acknowledge',
      headers: { 'sec-fetch-site': 'cross-site' },
    });
    expect(forged.status).toBe(403);
    expect((await fetch(`${stack.baseUrl}/p/AAAAAAAAAAAAAAAAAAAAAA`)).status).toBe(404);
    expect((await open())[0]!.state).toBe('triggered');
  });

  it('an acknowledgement by reply stops everything that is owed, and says so', async () => {
    const sms = await expectMessage(stack, (message) => message.channel === 'sms', 5000);
    const answer = expectMessage(stack, (message) => message.text.startsWith('Acknowledged'), 5000);
    await fetch(`${stack.phoneUrl}/reply`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from: sms.to, text: sms.text.slice(-6) }),
    });
    expect((await answer).to).toBe(sms.to);
    const [incident] = await open();
    expect(incident!.state).toBe('acknowledged');
    expect(incident!.pages.filter((page) => page.state === 'owed' && page.kind === 'alert')).toEqual([]);
    expect(incident!.timers.filter((timer) => timer.kind === 'step')).toEqual([]);
  });

  it('when the alarm clears, the people who were paged are told to go back to sleep', async () => {
    await send('cloudwatch-ok.json');
    const relief = await expectMessage(
      stack,
      (message) => message.channel === 'sms' && message.text.startsWith('Resolved after'),
      5000,
    );
    expect(relief.text).toContain('Go back to sleep.');
    expect(await open()).toEqual([]);
  });

  it('an Azure Monitor metric alert finds its service and runbook', async () => {
    await send('azure-metric.json');
    await expect
      .poll(async () => (await open()).map(({ service, runbook }) => [service, runbook.runbook]), {
        timeout: 5000,
        interval: 100,
      })
      .toEqual([['case-files', 'case-files/cpu']]);
  });
});

describe('bad input', () => {
  const post = (path: string, body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(`${stack.baseUrl}${path}`, { method: 'POST', body, headers } as RequestInit);

  it.each([
    ['text that is not JSON', 'The database is on fire', 'text/plain'],
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x00, 0x80]), 'application/octet-stream'],
    ['a shape that nobody knows', '{"hello":"world"}', 'application/json'],
  ])('%s is kept and pages the default policy', async (_name, body, type) => {
    const before = (await open()).length;
    expect((await post('/hooks/alertmanager/local', body, { 'content-type': type })).status).toBe(202);
    await expect.poll(async () => (await open()).length, { timeout: 5000, interval: 100 }).toBe(before + 1);
    expect((await open())[0]!.policy).toBe('platform');
  });

  it('a monitor that posts to the hook for everything pages, and its end ends it', async () => {
    const before = (await open()).length;
    const check = {
      check_id: 9,
      check_name: 'Badge form',
      check_params: {},
      current_state: 'DOWN',
      long_description: 'HTTP 502',
    };
    const type = { 'content-type': 'application/json' };
    expect((await post('/hooks/alert/local', JSON.stringify(check), type)).status).toBe(202);
    await expect.poll(async () => (await open()).length, { timeout: 5000, interval: 100 }).toBe(before + 1);
    expect((await post('/hooks/alert/local', JSON.stringify({ ...check, current_state: 'UP' }), type)).status).toBe(
      202,
    );
    await expect.poll(async () => (await open()).length, { timeout: 5000, interval: 100 }).toBe(before);
  });

  it('a wrong or missing hook key is 404 and keeps nothing', async () => {
    const before = (await open()).length;
    expect((await post('/hooks/cloudwatch/wrong', '{}')).status).toBe(404);
    expect((await post('/hooks/cloudwatch/', '{}')).status).toBe(404);
    expect((await open()).length).toBe(before);
  });

  it('the API answers nobody who is not known', async () => {
    expect((await fetch(`${stack.baseUrl}/api/incidents`)).status).toBe(401);
    expect((await fetch(`${stack.baseUrl}/api/incidents`, { headers: { authorization: 'Bearer wrong' } })).status).toBe(
      401,
    );
  });
});

describe('Events v2', () => {
  const enqueue = (event: unknown) =>
    fetch(`${stack.baseUrl}/v2/enqueue`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
    });
  const event = {
    routing_key: 'local',
    event_action: 'trigger',
    payload: { summary: 'Queue is stuck', source: 'print-01', severity: 'critical' },
  };

  it('answers 202 with the key that a resolve will need', async () => {
    const answer = await enqueue(event);
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({
      status: 'success',
      message: 'Event processed',
      dedup_key: expect.any(String),
    });
  });

  it('an acknowledgement acknowledges, and one without an open alert pages nobody', async () => {
    const about = (event_action: string, dedup_key: string) => ({ ...event, event_action, dedup_key });
    const stateOf = async () =>
      (await open()).filter(({ lead }) => lead.key.endsWith('stuck')).map(({ state }) => state);
    await enqueue(about('acknowledge', 'never heard of'));
    await enqueue(about('trigger', 'stuck'));
    await expect.poll(stateOf, { timeout: 5000, interval: 100 }).toEqual(['triggered']);
    await enqueue(about('acknowledge', 'stuck'));
    await expect.poll(stateOf, { timeout: 5000, interval: 100 }).toEqual(['acknowledged']);
    expect((await open()).filter(({ lead }) => lead.key.endsWith('never heard of'))).toEqual([]);
  });

  it('answers 400 with every mistake', async () => {
    const answer = await enqueue({ event_action: 'trigger', payload: { summary: '', severity: 'bad' } });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { errors: string[] }).errors).toHaveLength(4);
  });
});

describe('a machine that goes down', () => {
  it('loses nothing that had its 2xx', async () => {
    const names = Array.from({ length: 5 }, (_, n) => `after-the-fall-${n}`);
    for (const name of names) {
      const body = JSON.stringify({
        routing_key: 'local',
        event_action: 'trigger',
        dedup_key: name,
        payload: { summary: name, source: 'host', severity: 'critical' },
      });
      expect((await fetch(`${stack.baseUrl}/v2/enqueue`, { method: 'POST', body })).status).toBe(202);
    }
    // Everything is killed with SIGKILL, between a 2xx and its page.
    stack = await stack.restart();
    await expect
      .poll(async () => (await open()).map(({ title }) => title), { timeout: 15_000, interval: 200 })
      .toEqual(expect.arrayContaining(names));
  });
});
