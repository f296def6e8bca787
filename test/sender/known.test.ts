import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { answerUnlessKnown } from '../../shared/hook/hook.ts';
import { type Hook, parseSenders, verifySender } from '../../shared/sender/known.ts';
import { stringToSign } from '../../shared/sender/sns.ts';
import { certificate } from './certificate.ts';

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = certificate(keys, '2026-01-01T00:00:00', '2036-01-01T00:00:00');
const TOPIC = 'arn:aws:sns:eu-west-2:111122223333:alarms';
const SECRET = 'a-secret-of-theirs';

function fromSns(changes: Record<string, string> = {}, sentAt = new Date().toISOString()): string {
  const message: Record<string, string> = {
    Type: 'Notification',
    MessageId: '6f1d0d7c',
    TopicArn: TOPIC,
    Message: '{"AlarmName":"payments"}',
    Timestamp: sentAt,
    SignatureVersion: '2',
    SigningCertURL: 'https://sns.eu-west-2.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem',
    ...changes,
  };
  const text = stringToSign(message['Type']!, message) ?? '';
  return JSON.stringify({
    ...message,
    Signature: sign('RSA-SHA256', Buffer.from(text), keys.privateKey).toString('base64'),
  });
}
const CONFIRMATION = {
  Type: 'SubscriptionConfirmation',
  Token: '0123',
  SubscribeURL: 'https://sns.eu-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=0123',
};
const GOODBYE = { ...CONFIRMATION, Type: 'UnsubscribeConfirmation' };

/** What is answered to a body; undefined where it may go on to the queue. */
async function answer(
  hook: Hook,
  senders: unknown,
  body: string,
  headers: Record<string, string> = {},
  get: (url: string) => Promise<string> = async () => PEM,
  key = 'right',
) {
  const settings = {
    hookKeys: 'right,also-right',
    senders: senders === undefined ? '' : JSON.stringify(senders),
    weakAllowed: true,
  };
  return answerUnlessKnown(hook, key, { headers, body: Buffer.from(body) }, settings, () => {}, get);
}

describe('the key in the address', () => {
  test('is enough where no proof is configured', async () => {
    expect(await answer('alertmanager', undefined, '{}')).toBeUndefined();
    expect(await answer('alertmanager', undefined, '{}', {}, undefined, 'also-right')).toBeUndefined();
  });
  test.each(['wrong', ''])('%j is not found', async (key) => {
    expect((await answer('alertmanager', undefined, '{}', {}, undefined, key))?.status).toBe(404);
  });
});

describe('a topic of SNS', () => {
  const topics = { cloudwatch: { topics: [TOPIC] } };
  test('that is allowed is heard', async () => {
    expect(await answer('cloudwatch', topics, fromSns())).toBeUndefined();
  });
  test.each([
    ['that is not allowed', fromSns({ TopicArn: `${TOPIC}-of-others` })],
    ['whose message was changed on the way', fromSns().replace('payments', 'payrolls')],
    ['whose message is two hours old', fromSns({}, new Date(Date.now() - 7_200_000).toISOString())],
    ['that delivers raw, without a signature', '{"AlarmName":"payments"}'],
  ])('%s is refused for good', async (_, body) => {
    expect((await answer('cloudwatch', topics, body))?.status).toBe(403);
  });
  test('whose certificate cannot be had is asked to come again', async () => {
    const senders = parseSenders(JSON.stringify(topics));
    const context = {
      now: new Date().toISOString(),
      certificates: new Map(),
      entraKeys: () => {
        throw new Error();
      },
    };
    const get = () => Promise.reject(new Error('no road'));
    const request = { headers: {}, body: Buffer.from(fromSns()) };
    expect(await verifySender('cloudwatch', request, senders, { ...context, get })).toMatchObject({ status: 503 });
  });
  test('that is allowed has its subscription confirmed by a GET of the address in its message', async () => {
    const get = vi.fn(async (_url: string) => PEM);
    expect((await answer('cloudwatch', topics, fromSns(CONFIRMATION), {}, get))?.status).toBe(200);
    expect(get).toHaveBeenLastCalledWith(CONFIRMATION.SubscribeURL);
  });
  test('whose confirmation fails is asked to come again', async () => {
    const get = async (url: string) => (url.endsWith('.pem') ? PEM : Promise.reject(new Error('500')));
    expect((await answer('cloudwatch', topics, fromSns(CONFIRMATION), {}, get))?.status).toBe(503);
  });
  test.each([
    ['that is not allowed', topics, fromSns({ ...CONFIRMATION, TopicArn: `${TOPIC}-of-others` })],
    ['while no topic is configured', undefined, fromSns(CONFIRMATION)],
    ['with an address elsewhere', topics, fromSns({ ...CONFIRMATION, SubscribeURL: 'https://example.org/' })],
  ])('%s is never confirmed', async (_, senders, body) => {
    const get = vi.fn(async (_url: string) => PEM);
    expect((await answer('cloudwatch', senders, body, {}, get))?.status).toBe(403);
    expect(get.mock.calls.filter(([url]) => !String(url).endsWith('.pem'))).toEqual([]);
  });
  test('that ends its subscription is noted', async () => {
    expect((await answer('cloudwatch', topics, fromSns(GOODBYE)))?.status).toBe(200);
  });
});

describe('the proofs of a hook', () => {
  const basic = `Basic ${Buffer.from(`prometheus:${SECRET}`).toString('base64')}`;
  const hmac = (body: string) => createHmac('sha256', SECRET).update(body).digest('hex');
  test.each<[string, Hook, unknown, Record<string, string>]>([
    ['Alertmanager, bearer', 'alertmanager', { bearer: [SECRET] }, { authorization: `Bearer ${SECRET}` }],
    [
      'Alertmanager, the token before the last change',
      'alertmanager',
      { bearer: ['another-one', SECRET] },
      { authorization: `Bearer ${SECRET}` },
    ],
    [
      'Alertmanager, basic',
      'alertmanager',
      { basic: [{ user: 'prometheus', password: SECRET }] },
      { authorization: basic },
    ],
    [
      'Grafana, basic beside a signature',
      'grafana',
      { signed: ['another-one'], basic: [{ user: 'prometheus', password: SECRET }] },
      { authorization: basic },
    ],
    ['Grafana, signature', 'grafana', { signed: [SECRET] }, { 'x-grafana-alerting-signature': hmac('{}') }],
    ['GitLab, token', 'gitlab', { tokens: [SECRET] }, { 'x-gitlab-token': SECRET }],
    ['GitHub', 'github', { signed: [SECRET] }, { 'x-hub-signature-256': `sha256=${hmac('{}')}` }],
    [
      'HCP Terraform',
      'terraform',
      { signed: [SECRET] },
      { 'x-tfe-notification-signature': createHmac('sha512', SECRET).update('{}').digest('hex') },
    ],
    [
      'Azure DevOps, its own header',
      'azure-devops',
      { header: { name: 'x-ours', values: [SECRET] } },
      { 'x-ours': SECRET },
    ],
    ['Argo CD, bearer', 'argocd', { bearer: [SECRET] }, { authorization: `Bearer ${SECRET}` }],
  ])('%s: the right one is known, none and a wrong one are 401', async (_, hook, proofs, headers) => {
    const senders = { [hook]: proofs };
    expect(await answer(hook, senders, '{}', headers)).toBeUndefined();
    expect((await answer(hook, senders, '{}'))?.status).toBe(401);
    const wrong = Object.fromEntries(Object.keys(headers).map((name) => [name, 'Bearer of-nothing-at-all']));
    expect((await answer(hook, senders, '{}', wrong))?.status).toBe(401);
  });
  test('Azure Monitor without a token is refused where a tenant is configured', async () => {
    const senders = {
      'azure-monitor': { tenant: '0c5d1a4e-3a3c-4a67-9d4c-0d0f6a3f1b2c', audiences: ['api://pageturner'] },
    };
    expect((await answer('azure-monitor', senders, '{}'))?.status).toBe(401);
  });
});

describe('a configuration that is wrong', () => {
  test.each([
    ['{', 'not JSON'],
    ['{"gitlab":{"tokens":["short"]}}', 'gitlab.tokens.0'],
    ['{"jenkins":{}}', 'jenkins'],
    ['{"cloudwatch":{"topics":["alarms"]}}', 'cloudwatch.topics.0'],
    [`{"github":{"signed":["${SECRET}","${SECRET}1","${SECRET}2","${SECRET}3"]}}`, 'github.signed'],
  ])('%s says where, and never what it holds', (written, where) => {
    expect(() => parseSenders(written)).toThrow(where);
    try {
      parseSenders(written);
    } catch (error) {
      expect(String(error)).not.toContain(SECRET);
    }
  });
  test('makes senders come again instead of losing what they send', async () => {
    expect((await answer('gitlab', { gitlab: { tokens: ['short'] } }, '{}'))?.status).toBe(503);
  });
});
