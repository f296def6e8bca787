import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { type SnsContext, stringToSign, verifySns } from '../../shared/sender/sns.ts';
import { certificate } from './certificate.ts';

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const others = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = certificate(keys, '2026-01-01T00:00:00', '2027-01-01T00:00:00');
const TOPIC = 'arn:aws:sns:eu-west-2:111122223333:alarms';
const CERTIFICATE_URL = 'https://sns.eu-west-2.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem';
const now = '2026-11-23T03:12:06.000Z';

type Message = Record<string, unknown>;
function notification(changes: Message = {}): Message {
  return {
    Type: 'Notification',
    MessageId: '6f1d0d7c',
    TopicArn: TOPIC,
    Subject: 'ALARM: "payments"',
    Message: '{"AlarmName":"payments"}\nsecond line',
    Timestamp: '2026-11-23T03:12:05.120Z',
    SignatureVersion: '2',
    SigningCertURL: CERTIFICATE_URL,
    ...changes,
  };
}
const confirmation = (changes: Message = {}) =>
  notification({
    Type: 'SubscriptionConfirmation',
    Token: '0123',
    SubscribeURL: 'https://sns.eu-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=0123',
    Subject: undefined,
    ...changes,
  });

function signedBy(message: Message, privateKey = keys.privateKey): Message {
  const digest = message['SignatureVersion'] === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  const toSign = stringToSign(message['Type'] as string, message as Record<string, string>) ?? '';
  return { ...message, Signature: sign(digest, Buffer.from(toSign), privateKey).toString('base64') };
}

const context = (changes: Partial<SnsContext> = {}): SnsContext => ({
  now,
  topics: [TOPIC],
  fetchCertificate: async () => PEM,
  certificates: new Map(),
  ...changes,
});

describe('what SNS signed is accepted', () => {
  test.each([
    ['signature version 2', notification()],
    ['signature version 1', notification({ SignatureVersion: '1' })],
    ['without a subject', notification({ Subject: undefined })],
    ['sent 59 minutes ago, a late retry', notification({ Timestamp: '2026-11-23T02:13:00.000Z' })],
    [
      'from China',
      notification({ SigningCertURL: 'https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-0f.pem' }),
    ],
  ])('%s', async (_, message) =>
    expect(await verifySns(signedBy(message), context())).toEqual({ ok: true, type: 'Notification' }),
  );

  test('a confirmation, with the address to visit', async () => {
    expect(await verifySns(signedBy(confirmation()), context())).toEqual({
      ok: true,
      type: 'SubscriptionConfirmation',
      subscribeUrl: 'https://sns.eu-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=0123',
    });
  });

  test('a goodbye', async () => {
    const message = signedBy(confirmation({ Type: 'UnsubscribeConfirmation' }));
    expect(await verifySns(message, context())).toEqual({ ok: true, type: 'UnsubscribeConfirmation' });
  });

  test('the certificate is fetched once', async () => {
    const fetchCertificate = vi.fn(async () => PEM);
    const kept = context({ fetchCertificate });
    await verifySns(signedBy(notification()), kept);
    await verifySns(signedBy(notification({ MessageId: 'another' })), kept);
    expect(fetchCertificate.mock.calls).toEqual([[CERTIFICATE_URL]]);
  });
});

describe('a forgery is refused for good, so that it is not sent again', () => {
  test.each([
    ['signed with another key', signedBy(notification(), others.privateKey), 'wrong'],
    ['a changed message', { ...signedBy(notification()), Message: 'fake' }, 'wrong'],
    ['a subject taken away', { ...signedBy(notification()), Subject: undefined }, 'wrong'],
    [
      'message and subject swapped',
      { ...signedBy(notification()), Message: notification()['Subject'], Subject: notification()['Message'] },
      'wrong',
    ],
    ['the weaker digest named instead', { ...signedBy(notification()), SignatureVersion: '1' }, 'wrong'],
    ['no signature', notification(), 'malformed'],
    ['an unknown signature version', signedBy(notification({ SignatureVersion: '3' })), 'malformed'],
    ['a version that every object has', signedBy(notification({ SignatureVersion: 'constructor' })), 'malformed'],
    ['an unknown type', signedBy(notification({ Type: 'Gift' })), 'malformed'],
    ['a field that is no text', signedBy(notification({ Message: { a: 1 } })), 'malformed'],
    ['no object', 'text', 'malformed'],
    [
      'a topic that is not ours',
      signedBy(notification({ TopicArn: 'arn:aws:sns:eu-west-2:999999999999:theirs' })),
      'unknown-topic',
    ],
    ['a replay of more than an hour ago', signedBy(notification({ Timestamp: '2026-11-23T02:12:05.000Z' })), 'stale'],
    ['from the future', signedBy(notification({ Timestamp: '2026-11-23T04:12:07.000Z' })), 'stale'],
    ['a time that is none', signedBy(notification({ Timestamp: 'soon' })), 'stale'],
  ])('%s', async (_, message, reason) =>
    expect(await verifySns(message, context())).toEqual({ ok: false, reason, status: 403 }),
  );
});

describe('nothing is fetched from an address that is not of SNS', () => {
  test.each([
    'http://sns.eu-west-2.amazonaws.com/SimpleNotificationService-0f.pem',
    'https://sns.eu-west-2.amazonaws.com.evil.example/SimpleNotificationService-0f.pem',
    'https://sns.eu-west-2.amazonaws.com@evil.example/SimpleNotificationService-0f.pem',
    'https://user:pw@sns.eu-west-2.amazonaws.com/SimpleNotificationService-0f.pem',
    'https://sns.eu-west-2.amazonaws.com:8443/SimpleNotificationService-0f.pem',
    'https://evil.example/SimpleNotificationService-0f.pem',
    'https://bucket.s3.amazonaws.com/SimpleNotificationService-0f.pem',
    'https://sns.eu-west-2.amazonaws.com/other.pem',
    'https://sns.eu-west-2.amazonaws.com/a/../SimpleNotificationService-0f.pem/x',
    'not an address',
  ])('%s', async (url) => {
    const fetchCertificate = vi.fn(async () => PEM);
    const verdict = await verifySns(signedBy(notification({ SigningCertURL: url })), context({ fetchCertificate }));
    expect(verdict).toEqual({ ok: false, reason: 'unknown-certificate', status: 403 });
    expect(fetchCertificate).not.toHaveBeenCalled();
  });

  test('nor is a confirmation visited elsewhere, though it be signed', async () => {
    const message = signedBy(confirmation({ SubscribeURL: 'https://169.254.169.254/latest/meta-data' }));
    expect(await verifySns(message, context())).toMatchObject({ ok: false, reason: 'malformed' });
  });
});

describe('certificates', () => {
  test.each([
    ['no longer valid', certificate(keys, '2024-01-01T00:00:00', '2025-01-01T00:00:00')],
    ['not yet valid', certificate(keys, '2030-01-01T00:00:00', '2031-01-01T00:00:00')],
  ])('%s', async (_, pem) => {
    const verdict = await verifySns(signedBy(notification()), context({ fetchCertificate: async () => pem }));
    expect(verdict).toEqual({ ok: false, reason: 'expired-certificate', status: 403 });
  });

  test.each([
    ['cannot be fetched', async () => Promise.reject(new Error('timeout'))],
    ['is none', async () => '<html>busy</html>'],
  ])('where it %s, SNS is told to come again', async (_, fetchCertificate) => {
    const verdict = await verifySns(signedBy(notification()), context({ fetchCertificate }));
    expect(verdict).toEqual({ ok: false, reason: 'unavailable', status: 503 });
  });
});
