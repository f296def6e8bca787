/**
 * Each channel against a server on loopback that answers as the real one does: what it is sent, and what its answers mean
 * for the page. `again` is what matters at night: whether the same way may work in a moment.
 */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { PinpointSMSVoiceV2Client } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal } from '../../shared/channel/aws-refusal.ts';
import { firstThatTakes } from '../../shared/channel/carriers.ts';
import { OPTED_OUT, type Send, type Sent } from '../../shared/channel/channel.ts';
import { optInBy, smsBy, voiceBy } from '../../shared/channel/end-user-messaging/end-user-messaging.ts';
import { emailBy } from '../../shared/channel/ses/ses.ts';
import { slackBy } from '../../shared/channel/slack/slack.ts';
import { smsBySns } from '../../shared/channel/sns/sns.ts';
import { teamsBy } from '../../shared/channel/teams/teams.ts';
import { smsByTwilio, voiceByTwilio } from '../../shared/channel/twilio/twilio.ts';
import { webhookBy } from '../../shared/channel/webhook/webhook.ts';
import type { Message } from '../../shared/message/message.ts';

type Request = { method: string; path: string; headers: IncomingHttpHeaders; body: string };
type Answer = { status: number; body: string; headers?: Record<string, string> };

const requests: Request[] = [];
let answer: Answer;
let server: Server;
let base: string;
const NUMBER = '+447700900001';
const environment = { ...process.env };
const SET = [
  'AWS_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_ENDPOINT_URL_SESV2',
  'AWS_ENDPOINT_URL_SNS',
];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      requests.push({ method: request.method!, path: request.url!, headers: request.headers, body });
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SESV2: base,
    AWS_ENDPOINT_URL_SNS: base,
  });
});
afterAll(() => {
  // The worker goes on with other files: what they start must not call here.
  for (const name of SET) {
    if (environment[name] === undefined) delete process.env[name];
    else process.env[name] = environment[name];
  }
  server.closeAllConnections();
  server.close();
});

const message: Message = {
  kind: 'alert',
  text: 'CRIT payments-api prod: target 5xx 12 > 5 for 3m\nhttps://pages.example.gov.uk/p/Qm41 or reply ACK 7Y',
  speech: '<speak><break time="1s"/>Critical page. Payments a p i.</speak>',
  oneWay: {
    text: 'CRIT payments-api prod https://pages.example.gov.uk/p/Qm41',
    speech: '<speak>Open the link.</speak>',
  },
  keys: '<speak>Press 4.</speak>',
  subject: 'CRIT payments-api prod: <!channel> & *bold* [link](https://evil.example)',
  facts: [{ label: 'What', value: 'target 5xx <@U1> & `rm -rf`' }],
  link: 'https://pages.example.gov.uk/p/Qm41',
  thread: 'k3v9qd7m2xab-1',
  buttons: [{ label: 'Acknowledge', action: 'acknowledge' }],
};
const send = async (by: Send, given: Answer, address = NUMBER, sent: Message = message, earlier?: string) => {
  requests.length = 0;
  answer = given;
  const result = await by(address, sent, 'k3v9qd7m2xab-1.p0', earlier);
  return { result, request: requests[0]! };
};
const ok = (body: object): Answer => ({ status: 200, body: JSON.stringify(body) });
const awsError = (name: string, status = 400): Answer => ({
  status,
  body: JSON.stringify({ __type: name, message: `Something about ${NUMBER}` }),
});

describe('SMS and voice by End User Messaging', () => {
  const phone = () => ({
    client: new PinpointSMSVoiceV2Client({ endpoint: base, maxAttempts: 1 }),
    origination: '+447700900000',
    canReply: true,
    configurationSet: 'pages',
  });

  it('sends a text that is gone after ten minutes, with our own name for it in its receipts', async () => {
    const { result, request } = await send(smsBy(phone()), ok({ MessageId: 'm-1' }));
    expect(result).toEqual({ ok: true, detail: 'm-1' });
    expect(JSON.parse(request.body)).toEqual({
      DestinationPhoneNumber: NUMBER,
      OriginationIdentity: '+447700900000',
      MessageBody: message.text,
      MessageType: 'TRANSACTIONAL',
      TimeToLive: 600,
      ConfigurationSetName: 'pages',
      Context: { page: 'k3v9qd7m2xab-1.p0' },
    });
  });

  it('speaks SSML with a British voice', async () => {
    const { request } = await send(voiceBy(phone()), ok({ MessageId: 'm-1' }));
    expect(JSON.parse(request.body)).toMatchObject({
      MessageBody: message.speech,
      MessageBodyTextType: 'SSML',
      VoiceId: 'AMY',
    });
  });

  it.each([
    ['ThrottlingException', true],
    ['InternalServerException', true],
    // Opted out, or the spend limit is reached: the same call will meet it again.
    ['ConflictException', false],
    ['ServiceQuotaExceededException', false],
    ['ValidationException', false],
    ['AccessDeniedException', false],
    // SNS and SES have names of their kind for the same.
    ['InvalidParameterException', false],
    ['AuthorizationErrorException', false],
    ['MessageRejected', false],
    ['MailFromDomainNotVerifiedException', false],
    ['AccountSuspendedException', false],
    ['SendingPausedException', false],
    ['TooManyRequestsException', true],
  ])('%s: again %s, and the number is not in the reason', async (name, again) => {
    const { result } = await send(smsBy(phone()), awsError(name));
    expect(result).toEqual({ ok: false, reason: `carrier answered ${name}`, again });
  });

  it('tells the reason where it is a word of the carrier’s list', async () => {
    const body = { __type: 'ConflictException', Reason: 'NUMBER_CAPABILITIES_MISMATCH', Message: NUMBER };
    const { result } = await send(voiceBy(phone()), { status: 409, body: JSON.stringify(body) });
    expect(result).toEqual({
      ok: false,
      reason: 'carrier answered ConflictException (number capabilities mismatch)',
      again: false,
    });
  });

  it.each([200, 400])('takes a phone off the opt-out list; an answer of %i is no failure', async (status) => {
    requests.length = 0;
    answer = status === 200 ? ok({}) : awsError('ValidationException');
    await optInBy(phone(), 'pageturner-prod')(NUMBER);
    expect(JSON.parse(requests[0]!.body)).toEqual({ OptOutListName: 'pageturner-prod', OptedOutNumber: NUMBER });
  });
});

it('End User Messaging says so where the phone has sent STOP; a second carrier that takes it does not hide that', async () => {
  const phone = {
    client: new PinpointSMSVoiceV2Client({ endpoint: base, maxAttempts: 1 }),
    origination: '+447700900000',
    canReply: true,
  };
  const body = { __type: 'ConflictException', Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' };
  const { result } = await send(smsBy(phone), { status: 409, body: JSON.stringify(body) });
  expect(result).toEqual({ ok: false, reason: OPTED_OUT, again: false, optedOut: true });
  const second: Send = async () => ({ ok: true, detail: 'b' });
  expect(await firstThatTakes([async () => result, second])(NUMBER, message, 'x')).toMatchObject({
    ok: true,
    optedOut: true,
  });
});

it('SMS by SNS says that it is no advertisement, and shows who sends it', async () => {
  const { result } = await send(smsBySns('Pager'), {
    status: 200,
    body: '<PublishResponse><PublishResult><MessageId>m-2</MessageId></PublishResult></PublishResponse>',
    headers: { 'content-type': 'text/xml' },
  });
  expect(result).toEqual({ ok: true, detail: 'm-2' });
  // The first asks whether the phone has sent STOP.
  const [asked, published] = requests.map(({ body }) => body);
  expect(new URLSearchParams(asked).get('phoneNumber')).toBe(NUMBER);
  const form = new URLSearchParams(published);
  expect(form.get('PhoneNumber')).toBe(NUMBER);
  expect(form.get('Message')).toBe(message.oneWay!.text);
  expect(published).toContain('Transactional');
  expect(published).toContain('Pager');
});

it('SMS by SNS asks first whether the phone has sent STOP: a text to it would be taken and never arrive', async () => {
  const { result } = await send(smsBySns(''), {
    status: 200,
    body: '<R><CheckIfPhoneNumberIsOptedOutResult><isOptedOut>true</isOptedOut></CheckIfPhoneNumberIsOptedOutResult></R>',
    headers: { 'content-type': 'text/xml' },
  });
  expect(result).toEqual({ ok: false, reason: OPTED_OUT, again: false, optedOut: true });
  expect(requests).toHaveLength(1);
});

describe('a refusal of AWS that the same call will meet again', () => {
  it.each([
    ['SES', 'MessageRejected'],
    ['SES', 'MailFromDomainNotVerifiedException'],
    ['SES', 'AccountSuspendedException'],
    ['SES', 'SendingPausedException'],
    ['SNS', 'InvalidParameterException'],
    ['SNS', 'AuthorizationErrorException'],
  ])('%s: %s', (_service, name) => {
    expect(refusal(Object.assign(new Error(NUMBER), { name }))).toEqual({
      ok: false,
      reason: `carrier answered ${name}`,
      again: false,
    });
  });
});

describe('Twilio', () => {
  const twilio = (canReply = true) => ({
    api: base,
    account: 'AC1',
    token: 'a-secret',
    from: '+447700900111',
    hooks: 'https://pages.example.gov.uk/twilio',
    canReply,
  });

  it('sends a text', async () => {
    const { result, request } = await send(smsByTwilio(twilio()), {
      status: 201,
      body: '{"sid":"SM1","status":"queued"}',
    });
    expect(result).toEqual({ ok: true, detail: 'SM1' });
    expect(request.path).toBe('/2010-04-01/Accounts/AC1/Messages.json');
    expect(request.headers.authorization).toBe(`Basic ${Buffer.from('AC1:a-secret').toString('base64')}`);
    expect(Object.fromEntries(new URLSearchParams(request.body))).toEqual({
      From: '+447700900111',
      To: NUMBER,
      Body: message.text,
      ValidityPeriod: '600',
      StatusCallback: 'https://pages.example.gov.uk/twilio/status?page=k3v9qd7m2xab-1.p0',
    });
  });

  it('calls, and brings the key that is pressed to our hook', async () => {
    const { request } = await send(voiceByTwilio(twilio()), { status: 201, body: '{"sid":"CA1"}' });
    expect(request.path).toBe('/2010-04-01/Accounts/AC1/Calls.json');
    const gather = (said: string) =>
      '<Gather numDigits="1" timeout="8" method="POST" action="https://pages.example.gov.uk/twilio/keys?page=k3v9qd7m2xab-1.p0">' +
      `<Say voice="Polly.Amy">${said}</Say></Gather>`;
    expect(new URLSearchParams(request.body).get('Twiml')).toBe(
      `<Response>${gather('Press 4.')}${gather('I repeat. Press 4.')}</Response>`,
    );
    expect(new URLSearchParams(request.body).get('StatusCallback')).toContain('/twilio/status?page=');
  });

  it('calls about a digest, whose key is for all that it tells of', async () => {
    const digest: Message = { ...message, answersAll: true };
    const { request } = await send(voiceByTwilio(twilio()), { status: 201, body: '{}' }, NUMBER, digest);
    expect(new URLSearchParams(request.body).get('Twiml')).toContain('/twilio/keys-all?page=');
  });

  it('says what has nothing to answer without asking for a key', async () => {
    const { keys: _keys, ...relief } = message;
    const { request } = await send(voiceByTwilio(twilio()), { status: 201, body: '{}' }, NUMBER, relief);
    expect(new URLSearchParams(request.body).get('Twiml')).toBe(
      '<Response><Say voice="Polly.Amy"><break time="1s"/>Critical page. Payments a p i.</Say></Response>',
    );
  });

  it.each([
    [429, 20429, true],
    [503, undefined, true],
    [401, 20003, false],
  ])('%i (%s): again %s, and the number is not in the reason', async (status, code, again) => {
    const body = JSON.stringify({ code, message: `The message From/To pair violates a rule for ${NUMBER}`, status });
    const { result } = await send(smsByTwilio(twilio()), { status, body });
    const named = code === undefined ? '' : ` (${code})`;
    expect(result).toEqual({ ok: false, reason: `Twilio answered ${status}${named}`, again });
  });

  it('says so where the phone has sent STOP', async () => {
    const { result } = await send(smsByTwilio(twilio()), { status: 400, body: '{"code":21610}' });
    expect(result).toEqual({ ok: false, reason: OPTED_OUT, again: false, optedOut: true });
  });

  it('that cannot be reached may be in a moment', async () => {
    const by = smsByTwilio({ ...twilio(), api: 'http://127.0.0.1:1' });
    expect(await by(NUMBER, message, 'x')).toEqual({ ok: false, reason: 'Twilio could not be reached', again: true });
  });
});

describe('a reply is asked for only where it can arrive', () => {
  const aws = (canReply: boolean) => ({
    client: new PinpointSMSVoiceV2Client({ endpoint: base, maxAttempts: 1 }),
    origination: 'ID',
    canReply,
  });
  const twilio = (canReply: boolean) => ({
    api: base,
    account: 'AC1',
    token: 'a-secret',
    from: '+447700900111',
    hooks: 'https://pages.example.gov.uk/twilio',
    canReply,
  });
  it.each<[string, () => Send, boolean]>([
    ['a number of AWS', () => smsBy(aws(true)), true],
    ['a sender ID of AWS', () => smsBy(aws(false)), false],
    ['a call beside a number of AWS', () => voiceBy(aws(true)), true],
    ['a call beside a sender ID of AWS', () => voiceBy(aws(false)), false],
    ['Twilio whose messages come to our hook', () => smsByTwilio(twilio(true)), true],
    ['Twilio whose messages go elsewhere', () => smsByTwilio(twilio(false)), false],
  ])('%s', async (_name, by, asks) => {
    const { request } = await send(by(), ok({ MessageId: 'm', sid: 's' }));
    const said =
      request.body.includes('%7B') || request.body.startsWith('{')
        ? request.body
        : decodeURIComponent(request.body.replaceAll('+', ' '));
    expect(/reply ACK 7Y|Critical page/.test(said)).toBe(asks);
  });
});

describe('several carriers', () => {
  const takes =
    (detail: string): Send =>
    async () => ({ ok: true, detail });
  const refuses =
    (reason: string, again: boolean): Send =>
    async () => ({ ok: false, reason, again });

  it.each<[string, Send[], Sent]>([
    ['the first that takes it', [takes('a'), takes('b')], { ok: true, detail: 'a' }],
    [
      'the second where the first does not, saying why',
      [refuses('first is down', true), takes('b')],
      { ok: true, detail: 'b after first is down' },
    ],
    [
      'none: again where one of them may take it in a moment',
      [refuses('first is down', true), refuses('second says no', false)],
      { ok: false, reason: 'first is down, then second says no', again: true },
    ],
    [
      'none for good',
      [refuses('first says no', false), refuses('second says no', false)],
      { ok: false, reason: 'first says no, then second says no', again: false },
    ],
  ])('%s', async (_name, carriers, expected) => {
    expect(await firstThatTakes(carriers)(NUMBER, message, 'x')).toEqual(expected);
  });
});

it('email has text and HTML, is no auto-reply’s business, and threads by incident', async () => {
  const { result, request } = await send(
    emailBy('pageturner@example.gov.uk'),
    ok({ MessageId: 'm-3' }),
    'a@example.gov.uk',
  );
  expect(result).toEqual({ ok: true, detail: 'm-3' });
  const { Content, Destination } = JSON.parse(request.body);
  expect(Destination).toEqual({ ToAddresses: ['a@example.gov.uk'] });
  expect(Content.Simple.Body.Text.Data).toContain('What: target 5xx');
  expect(Content.Simple.Body.Html.Data).toContain('target 5xx &lt;@U1&gt; &amp; `rm -rf`');
  expect(Content.Simple.Headers).toContainEqual({ Name: 'References', Value: '<k3v9qd7m2xab-1@pageturner>' });
  expect(Content.Simple.Headers).toContainEqual({ Name: 'Auto-Submitted', Value: 'auto-generated' });
});

describe('Slack', () => {
  const slack = () => slackBy(`${base}/api`, 'xoxb-secret');

  it('posts one message with buttons, and remembers which it was', async () => {
    const { result, request } = await send(
      slack(),
      ok({ ok: true, channel: 'C1', ts: '1503435956.000247' }),
      '#payments',
    );
    expect(result).toEqual({ ok: true, detail: 'C1/1503435956.000247' });
    expect(request.path).toBe('/api/chat.postMessage');
    const body = JSON.parse(request.body);
    expect(body).toMatchObject({ channel: '#payments', unfurl_links: false });
    // Not for apps of others, says Slack's own SDK team (java-slack-sdk #852).
    expect(body).not.toHaveProperty('client_msg_id');
    expect(body.text).toBe('CRIT payments-api prod: &lt;!channel&gt; &amp; *bold* [link](https://evil.example)');
    // Rich text is shown as it is: nothing in it is read as markup.
    expect(body.blocks[0].elements[1].elements[1]).toEqual({ type: 'text', text: ' target 5xx <@U1> & `rm -rf`\n' });
    expect(JSON.stringify(body.blocks)).not.toContain('mrkdwn');
    expect(body.blocks[1].elements[0]).toMatchObject({ action_id: 'acknowledge', value: 'k3v9qd7m2xab-1' });
  });

  it('changes that message when things change, and answers in its thread otherwise', async () => {
    const update = await send(slack(), ok({ ok: true }), '#payments', { ...message, kind: 'update' }, 'C1/15.2');
    expect(update.request.path).toBe('/api/chat.update');
    expect(JSON.parse(update.request.body)).toMatchObject({ channel: 'C1', ts: '15.2' });
    const relief = await send(slack(), ok({ ok: true }), '#payments', { ...message, kind: 'relief' }, 'C1/15.2');
    expect(relief.request.path).toBe('/api/chat.postMessage');
    expect(JSON.parse(relief.request.body)).toMatchObject({ channel: 'C1', thread_ts: '15.2', reply_broadcast: true });
  });

  it.each<[string, Answer, Sent]>([
    [
      '200 and not ok',
      ok({ ok: false, error: 'channel_not_found' }),
      { ok: false, reason: 'Slack answered channel_not_found', again: false },
    ],
    [
      '200 and too fast',
      ok({ ok: false, error: 'ratelimited' }),
      { ok: false, reason: 'Slack answered ratelimited', again: true },
    ],
    [
      '429',
      { status: 429, body: '', headers: { 'retry-after': '1' } },
      { ok: false, reason: 'answered 429', again: true, afterSeconds: 1 },
    ],
    ['500', { status: 500, body: '' }, { ok: false, reason: 'answered 500', again: true }],
    ['a proxy’s page', { status: 200, body: '<html>' }, { ok: false, reason: 'Slack answered no', again: false }],
  ])('%s', async (_name, given, expected) => {
    expect((await send(slack(), given, '#payments')).result).toEqual(expected);
  });
});

it('Teams gets a card whose text is text, and whose button opens our page', async () => {
  const { result, request } = await send(teamsBy(), { status: 202, body: '' }, `${base}/flow?sig=secret`);
  expect(result).toEqual({ ok: true });
  const card = JSON.parse(request.body).attachments[0].content;
  expect(card.version).toBe('1.2');
  expect(card.body[0].text).toContain('\\*bold\\* \\[link\\]\\(https://evil.example\\)');
  expect(card.actions).toEqual([{ type: 'Action.OpenUrl', title: 'Open runbook and acknowledge', url: message.link }]);
  const refused = await send(teamsBy(), { status: 429, body: '' }, `${base}/flow?sig=secret`);
  expect(refused.result).toEqual({ ok: false, reason: 'answered 429', again: true });
});

describe('a webhook', () => {
  const now = new Date().toISOString();
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const verify = ({ body, headers }: Request, by: string) =>
    new Webhook(by).verify(body, headers as Record<string, string>);

  it('passes the verifier of the Standard Webhooks library', async () => {
    const { request } = await send(
      webhookBy(secret, () => now),
      { status: 204, body: '' },
      `${base}/hook`,
    );
    expect(verify(request, secret)).toMatchObject({ kind: 'alert', incident: 'k3v9qd7m2xab-1' });
    expect(request.headers['webhook-id']).toBe('k3v9qd7m2xab-1_p0');
    expect(() => verify(request, `whsec_${Buffer.alloc(32, 8).toString('base64')}`)).toThrow('No matching signature');
  });

  it.each(['', 'a-secret', 'whsec_', `whsec_${Buffer.alloc(8).toString('base64')}`])(
    'is not sent with the secret %j, which no receiver could verify',
    async (wrong) => {
      requests.length = 0;
      const result = await webhookBy(wrong, () => now)(`${base}/hook`, message, 'x');
      expect(result).toEqual({
        ok: false,
        reason: 'the webhook secret must be whsec_ and the base64 of 24 to 64 bytes',
        again: false,
      });
      expect(requests).toEqual([]);
    },
  );
});

describe('every channel', () => {
  const aws = (at: string) => ({
    client: new PinpointSMSVoiceV2Client({ endpoint: at, maxAttempts: 1 }),
    origination: '+447700900000',
    canReply: true,
  });
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const hooks = 'https://pages.example.gov.uk/twilio';
  const twilio = (api: string) => ({
    api,
    account: 'AC1',
    token: 'a-secret',
    from: '+447700900111',
    hooks,
    canReply: true,
  });
  /** Each channel against a server at `at`, and the address it is given. */
  const CHANNELS: [string, (at: string) => Send, (at: string) => string][] = [
    ['SMS by End User Messaging', (at) => smsBy(aws(at)), () => NUMBER],
    ['voice by End User Messaging', (at) => voiceBy(aws(at)), () => NUMBER],
    ['SMS by Twilio', (at) => smsByTwilio(twilio(at)), () => NUMBER],
    ['voice by Twilio', (at) => voiceByTwilio(twilio(at)), () => NUMBER],
    ['Slack', (at) => slackBy(at, 'xoxb-secret'), () => '#payments'],
    ['Teams', () => teamsBy(), (at) => `${at}/flow?sig=secret`],
    ['webhook', () => webhookBy(secret, () => '2026-11-23T03:12:04.000Z'), (at) => `${at}/hook?token=secret`],
  ];

  it.each(CHANNELS)(
    '%s: a server that is broken may work again, and the reason holds no address',
    async (_name, by, to) => {
      const { result } = await send(by(base), { status: 500, body: '{"message":"+447700900001 secret"}' }, to(base));
      expect(result).toMatchObject({ ok: false, again: true });
      expect(JSON.stringify(result)).not.toMatch(/secret|7700900/);
    },
  );

  it.each(CHANNELS)('%s: a refused request is not tried again', async (_name, by, to) => {
    const { result } = await send(by(base), { status: 400, body: '{"__type":"ValidationException"}' }, to(base));
    expect(result).toMatchObject({ ok: false, again: false });
  });

  it.each(CHANNELS)(
    '%s: a server that cannot be reached may be in a moment, and nothing is thrown',
    async (_name, by, to) => {
      const nowhere = 'http://127.0.0.1:1';
      const result = await by(nowhere)(to(nowhere), message, 'x');
      expect(result).toMatchObject({ ok: false, again: true });
      expect(JSON.stringify(result)).not.toMatch(/secret|7700900|127\.0\.0\.1/);
    },
  );
});
