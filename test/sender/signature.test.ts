import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { SenderRequest, Verdict } from '../../shared/sender/sender.ts';
import {
  verifyGithub,
  verifyGrafana,
  verifyJira,
  verifySlack,
  verifyStandardWebhook,
  verifyTerraform,
  verifyTwilio,
} from '../../shared/sender/signature.ts';

const request = (body: string, headers: Record<string, string>): SenderRequest => ({
  body: Buffer.from(body),
  headers,
});
const hex = (algorithm: string, secret: string, content: string) =>
  createHmac(algorithm, secret).update(content).digest('hex');
const KNOWN = { ok: true };

describe("the senders' own published examples", () => {
  test('GitHub, "Validating webhook deliveries"', () => {
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    expect(
      verifyGithub(request('Hello, World!', { 'x-hub-signature-256': signature }), ["It's a Secret to Everybody"]),
    ).toEqual(KNOWN);
  });

  test('Atlassian, "Webhooks": secure admin webhooks', () => {
    const signature = 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9';
    expect(
      verifyJira(request('Hello World!', { 'x-hub-signature': signature }), ["It's a Secret to Everybody"]),
    ).toEqual(KNOWN);
  });

  test('Jira by a method that is not SHA-256 is refused', () => {
    const signature = `sha1=${hex('sha1', 'secret-of-ours', 'x')}`;
    expect(verifyJira(request('x', { 'x-hub-signature': signature }), ['secret-of-ours'])).toMatchObject({ ok: false });
  });

  const standard = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };
  const at = (seconds: number) => new Date(seconds * 1000).toISOString();
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

  test('Standard Webhooks, which GitLab signs by', () => {
    expect(verifyStandardWebhook(request('{"test": 2432232314}', standard), [secret], at(1614265330))).toEqual(KNOWN);
  });

  test('the same replayed five minutes and a second later', () => {
    const verdict = verifyStandardWebhook(request('{"test": 2432232314}', standard), [secret], at(1614265330 + 301));
    expect(verdict).toEqual({ ok: false, reason: 'stale', status: 401 });
  });

  test('the same beside a signature of another secret, while the secret changes', () => {
    const both = { ...standard, 'webhook-signature': `v1,${'A'.repeat(43)}= ${standard['webhook-signature']}` };
    expect(verifyStandardWebhook(request('{"test": 2432232314}', both), [secret], at(1614265330))).toEqual(KNOWN);
  });

  test('Slack, "Verifying requests from Slack"', () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    const headers = {
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    };
    expect(verifySlack(request(body, headers), ['8f742231b10e8888abcd99yyyzzz85a5'], at(1531420618))).toEqual(KNOWN);
  });

  test('Twilio, "Webhooks security"', () => {
    const body = 'CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212';
    const headers = { 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' };
    expect(verifyTwilio(request(body, headers), ['12345'], 'https://mycompany.com/myapp.php?foo=1&bar=2')).toEqual(
      KNOWN,
    );
  });
});

const now = '2026-11-23T03:12:06.000Z';
const seconds = String(Date.parse(now) / 1000);
const BODY = '{"run_id":"run-1","ü":"💥"}';

type Case = {
  sender: string;
  sign: (secret: string, body: string, seconds: string) => Record<string, string>;
  verify: (request: SenderRequest, secrets: string[]) => Verdict;
  isTimed: boolean;
};
const URL = 'https://pageturner.example.gov.uk/hooks/twilio?x=1';
const CASES: Case[] = [
  {
    sender: 'GitHub',
    sign: (secret, body) => ({ 'x-hub-signature-256': `sha256=${hex('sha256', secret, body)}` }),
    verify: verifyGithub,
    isTimed: false,
  },
  {
    sender: 'HCP Terraform',
    sign: (secret, body) => ({ 'x-tfe-notification-signature': hex('sha512', secret, body) }),
    verify: verifyTerraform,
    isTimed: false,
  },
  {
    sender: 'Grafana',
    sign: (secret, body) => ({ 'x-grafana-alerting-signature': hex('sha256', secret, body) }),
    verify: (one, secrets) => verifyGrafana(one, secrets, now),
    isTimed: false,
  },
  {
    sender: 'Grafana with a timestamp',
    sign: (secret, body, at) => ({
      'x-grafana-alerting-timestamp': at,
      'x-grafana-alerting-signature': hex('sha256', secret, `${at}:${body}`),
    }),
    verify: (one, secrets) => verifyGrafana(one, secrets, now),
    isTimed: true,
  },
  {
    sender: 'Slack',
    sign: (secret, body, at) => ({
      'x-slack-request-timestamp': at,
      'x-slack-signature': `v0=${hex('sha256', secret, `v0:${at}:${body}`)}`,
    }),
    verify: (one, secrets) => verifySlack(one, secrets, now),
    isTimed: true,
  },
  {
    sender: 'GitLab',
    sign: (secret, body, at) => {
      const key = Buffer.from(secret, 'base64');
      const signature = createHmac('sha256', key).update(`m1.${at}.${body}`).digest('base64');
      return { 'webhook-id': 'm1', 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` };
    },
    verify: (one, secrets) => verifyStandardWebhook(one, secrets, now),
    isTimed: true,
  },
  {
    sender: 'Twilio with a JSON body',
    sign: (secret, body) => ({
      'x-twilio-signature': createHmac('sha1', secret)
        .update(`${URL}&bodySHA256=${createHash('sha256').update(BODY).digest('hex')}`)
        .digest('base64'),
      'x-body-for-the-test': body,
    }),
    verify: (one, secrets) =>
      verifyTwilio(one, secrets, `${URL}&bodySHA256=${createHash('sha256').update(BODY).digest('hex')}`),
    isTimed: false,
  },
];

const OLD = 'b2xkc2VjcmV0b2xkc2VjcmV0';
const NEW = 'bmV3c2VjcmV0bmV3c2VjcmV0';

describe.each(CASES)('$sender', ({ sign, verify }) => {
  test('is known by its secret', () => expect(verify(request(BODY, sign(NEW, BODY, seconds)), [NEW])).toEqual(KNOWN));

  test('is known by either of two secrets, while they are changed', () => {
    expect(verify(request(BODY, sign(OLD, BODY, seconds)), [NEW, OLD])).toEqual(KNOWN);
    expect(verify(request(BODY, sign(NEW, BODY, seconds)), [NEW, OLD])).toEqual(KNOWN);
  });

  test('is refused with another secret, and told to give up', () => {
    expect(verify(request(BODY, sign(OLD, BODY, seconds)), [NEW])).toEqual({ ok: false, reason: 'wrong', status: 401 });
  });

  test('is refused when a byte of the body changed', () => {
    expect(verify(request(BODY.replace('run-1', 'run-2'), sign(NEW, BODY, seconds)), [NEW])).toMatchObject({
      ok: false,
      reason: 'wrong',
    });
  });

  test('is refused without a signature', () => {
    expect(verify(request(BODY, {}), [NEW])).toEqual({ ok: false, reason: 'missing', status: 401 });
  });

  test('is refused with half a signature', () => {
    const half = Object.fromEntries(
      Object.entries(sign(NEW, BODY, seconds)).map(([name, value]) => [
        name,
        /signature/.test(name) ? value.slice(0, -8) : value,
      ]),
    );
    expect(verify(request(BODY, half), [NEW])).toMatchObject({ ok: false, reason: 'malformed' });
  });

  test('is told to come again while we have no secret', () => {
    expect(verify(request(BODY, sign(NEW, BODY, seconds)), [])).toEqual({
      ok: false,
      reason: 'not-configured',
      status: 503,
    });
    expect(verify(request(BODY, sign(NEW, BODY, seconds)), [''])).toMatchObject({
      ok: false,
      reason: 'not-configured',
    });
  });
});

describe.each(CASES.filter(({ isTimed }) => isTimed))('$sender signs its time', ({ sign, verify }) => {
  test('and is refused as a replay outside five minutes, on either side', () => {
    for (const off of [-301, 301]) {
      const then = String(Number(seconds) + off);
      expect(verify(request(BODY, sign(NEW, BODY, then)), [NEW])).toEqual({ ok: false, reason: 'stale', status: 401 });
    }
    for (const off of [-299, 299])
      expect(verify(request(BODY, sign(NEW, BODY, String(Number(seconds) + off))), [NEW])).toEqual(KNOWN);
  });
});
