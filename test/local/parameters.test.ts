/**
 * Every secret and every number as a parameter of Systems Manager, as in an account: the functions read each for
 * themselves, from a loopback stand-in.
 */
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordCalls } from '../../infra/local/calls.ts';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { expectMessage, type Running, run, withoutDigests } from './running.ts';

const PORT = 5240;
const PHONE = `http://127.0.0.1:${PORT + 1}`;
const SECRETS: Record<string, string> = {
  'hook-keys': 'key-of-a-hook',
  senders: '{}',
  'link-secret': 'secret-of-links',
  'api-tokens': 'local:25bf8e1a2393f1108d37029b3df5593236c755742ec93465bbafa9b290bddcf6',
  'twilio-token': 'token-of-the-second-carrier',
  'slack-token': 'xoxb-in-a-parameter',
  'slack-signing-secret': 'secret-of-slack',
  'webhook-secret': `whsec_${Buffer.from('secret-of-webhooks-secret-of-webhooks').toString('base64')}`,
  'peer-token': 'local',
};
const NUMBER = '+447700900177';
const VALUES: Record<string, string> = {
  ...Object.fromEntries(Object.entries(SECRETS).map(([name, value]) => [`/pageturner/local/${name}`, value])),
  '/pageturner/people/amira/phone': NUMBER,
  '/pageturner/people/amira/webhook': `${PHONE}/webhook/amira`,
  '/pageturner/webhooks/ops': `${PHONE}/webhook/ops`,
};
const setting = (name: string) => `ssm:/pageturner/local/${name}`;

let parameters: Server;
let stack: Running;

/** Amira is whoever is on call, reached by text, by webhook and in Slack at once. */
function amiraAlone(sample: Catalogue): Catalogue {
  const amira = {
    ...sample.people['amira']!,
    contact: {
      phone: 'ssm:/pageturner/people/amira/phone',
      webhook: 'ssm:/pageturner/people/amira/webhook',
      email: 'amira@example.gov.uk',
      slack: 'U024BE7LH',
    },
    rules: {
      high: (['sms', 'voice', 'email', 'webhook', 'slack'] as const).map((channel) => ({ channel, afterSeconds: 0 })),
      low: [],
    },
  };
  const step = {
    afterSeconds: 0,
    notify: [
      { kind: 'person' as const, name: 'amira' },
      { kind: 'webhook' as const, name: 'ops' },
    ],
  };
  const plain = withoutDigests(sample);
  return {
    ...plain,
    defaults: { ...plain.defaults, webhooks: { ops: 'ssm:/pageturner/webhooks/ops' } },
    people: { ...sample.people, amira },
    policies: Object.fromEntries(
      Object.entries(sample.policies).map(([name, policy]) => [name, { ...policy, steps: [step] }]),
    ),
  };
}

beforeAll(async () => {
  parameters = createServer(async (request, response) => {
    const { Names } = (await json(request)) as { Names: string[] };
    const Parameters = Names.filter((Name) => VALUES[Name] !== undefined).map((Name) => ({
      Name,
      Value: VALUES[Name],
    }));
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ Parameters, InvalidParameters: Names.filter((Name) => VALUES[Name] === undefined) }));
  });
  recordCalls(parameters);
  await new Promise<void>((resolve) => parameters.listen(0, '127.0.0.1', resolve));
  stack = await run(PORT, {
    catalogue: amiraAlone,
    environment: {
      AWS_ENDPOINT_URL_SSM: `http://127.0.0.1:${(parameters.address() as AddressInfo).port}`,
      HOOK_KEYS: setting('hook-keys'),
      SENDERS: setting('senders'),
      LINK_SECRET: setting('link-secret'),
      API_TOKENS: setting('api-tokens'),
      SLACK_TOKEN: setting('slack-token'),
      SLACK_SIGNING_SECRET: setting('slack-signing-secret'),
      WEBHOOK_SECRET: setting('webhook-secret'),
      // Its other region is itself, which answers; a second later it must be asked again before anybody is paged.
      PEER_URL: `http://127.0.0.1:${PORT}`,
      PEER_TOKEN: setting('peer-token'),
      PEER_MISSING_SECONDS: '1',
      // The second carrier is the only one that carries texts: SNS, the first, is not there.
      SMS_NUMBER: '',
      VOICE_NUMBER: '',
      SMS_BY_SNS: 'yes',
      AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${PORT + 2}`,
      TWILIO_ACCOUNT: 'AC1',
      TWILIO_TOKEN: setting('twilio-token'),
      TWILIO_NUMBER: '+447700900111',
      TWILIO_API: PHONE,
      TWILIO_REPLIES: 'yes',
    },
  });
});
afterAll(async () => {
  await stack?.end();
  parameters?.close();
});

const trigger = (name: string, key = SECRETS['hook-keys']) => {
  const payload = { summary: name, source: 'host', severity: 'critical' };
  const body = JSON.stringify({ routing_key: key, event_action: 'trigger', dedup_key: name, payload });
  return fetch(`${stack.baseUrl}/v2/enqueue`, { method: 'POST', body });
};
const arrives = (channel: string, about: string) =>
  expectMessage(stack, (one) => one.channel === channel && one.text.includes(about), 10_000);

it('a hook’s key and the senders’ proofs are read, by receive and by deployments', async () => {
  const alert = { status: 'firing', labels: { alertname: 'By its key' }, annotations: {}, fingerprint: 'by-its-key' };
  const group = { version: '4', status: 'firing', alerts: [alert], groupLabels: {}, commonLabels: alert.labels };
  const deployment = { deployment: { ref: 'payments/api', service: 'payments-api', version: 'v1' } };
  const post = (hook: string, key: string, body: object) =>
    fetch(`${stack.baseUrl}/hooks/${hook}/${key}`, { method: 'POST', body: JSON.stringify(body) });
  for (const [hook, body] of [
    ['alertmanager', group],
    ['deployment', deployment],
  ] as const) {
    expect((await post(hook, 'local', body)).status).toBe(404);
    expect((await post(hook, SECRETS['hook-keys']!, body)).status).toBe(202);
  }
});

it('a page goes out by every way, to addresses and with secrets that only parameters hold', async () => {
  expect((await trigger('Everything by parameter')).status).toBe(202);
  for (const channel of ['sms', 'voice', 'email', 'webhook', 'slack'])
    await arrives(channel, 'Everything by parameter');
  expect(stack.phone.messages().filter(({ channel }) => channel === 'sms')[0]!.to).toBe(NUMBER);
  await expectMessage(stack, ({ channel, to }) => channel === 'webhook' && to === 'ops', 10_000);
});

it('its link is understood by who signed it and by who takes the answer', async () => {
  await trigger('By its link');
  const { text } = await arrives('sms', 'By its link');
  const link = /http:\S+\/p\/\S+/.exec(text)![0];
  expect(await (await fetch(link)).text()).toContain('By its link');
  const form = new URLSearchParams({ action: 'acknowledge' });
  const headers = { origin: stack.baseUrl, 'sec-fetch-site': 'same-origin' };
  expect((await fetch(link, { method: 'POST', body: form, headers, redirect: 'manual' })).status).toBe(303);
});

it('a reply by text is known by its number, and answered', async () => {
  await trigger('By its number');
  const code = /ACK (\w+)/.exec((await arrives('sms', 'By its number')).text)![1];
  const body = JSON.stringify({ from: NUMBER, text: `ACK ${code}` });
  const headers = { 'content-type': 'application/json' };
  expect((await fetch(`${stack.phoneUrl}/reply`, { method: 'POST', headers, body })).status).toBe(200);
  await expectMessage(stack, ({ channel, to, text }) => channel === 'sms' && to === NUMBER && !/CRIT/.test(text), 8000);
});

it('a reply from a number that nobody has is answered once', async () => {
  const message = { originationNumber: '+447700900199', messageBody: 'ACK ALL', inboundMessageId: 'nobody' };
  const record = { messageId: 'nobody', body: JSON.stringify(message) };
  for (const _again of [1, 2]) {
    expect(await stack.lambdas['respond']!.invoke({ Records: [record] })).toEqual({ batchItemFailures: [] });
  }
  expect(stack.phone.messages().filter(({ to }) => to === '+447700900199')).toHaveLength(1);
});

it('a press in Slack is known by its signature, and who asks the API by a token', async () => {
  const press = new URLSearchParams({ payload: JSON.stringify({ type: 'block_actions' }) }).toString();
  const seconds = String(Math.floor(Date.now() / 1000));
  const sign = createHmac('sha256', SECRETS['slack-signing-secret']!).update(`v0:${seconds}:${press}`).digest('hex');
  const answer = await fetch(`${stack.baseUrl}/slack/actions`, {
    method: 'POST',
    body: press,
    headers: { 'x-slack-request-timestamp': seconds, 'x-slack-signature': `v0=${sign}` },
  });
  expect(answer.status).toBe(200);
  const asked = await fetch(`${stack.baseUrl}/api/incidents`, { headers: { authorization: 'Bearer local' } });
  expect(asked.status).toBe(200);
});

it('the other region is asked with the token from the parameter', async () => {
  await expect(stack.lambdas['sweep']!.invoke({})).resolves.not.toThrow();
  const answer = await fetch(`${stack.baseUrl}/api/peer`, { headers: { authorization: 'Bearer local' } });
  const { heard } = (await answer.json()) as { heard?: { askedAt: string; why?: string } };
  expect(heard?.askedAt).toBeDefined();
  // A token that it does not know it would answer 401: with so short a patience only its last sweep may be too old for it.
  expect(heard!.why ?? 'its last sweep').toMatch(/^its last sweep/);
});

it('the canary goes its way with the key from the parameter', async () => {
  await expect(stack.lambdas['canary']!.invoke({ time: new Date().toISOString() })).resolves.not.toThrow();
});
