/** The doctor: what each answer means tonight; and the command against servers that answer as the real ones do. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Examined, examine } from '../../../cli/doctor/doctor.ts';
import type { Phone, SmsAccount } from '../../../cli/doctor/phones.ts';
import { freshSecrets } from '../../../cli/init/secrets.ts';
import type { Setup } from '../../../shared/world/world.ts';

const AT = '2026-11-23T03:12:00.000Z';
const heard = { askedAt: AT, askedSince: AT, heardAt: AT, catalogue: 'd1' };
const TOPIC = 'arn:aws:sns:eu-west-2:111122223333:replies';
const SETUP: Setup = {
  stage: 'prod',
  smsNumber: '+447700900000',
  smsReplies: true,
  voiceNumber: '+447700900001',
  smsBySns: false,
  twilioNumber: '',
  twilioReplies: false,
  configurationSet: 'pageturner-prod',
  optOutList: 'Default',
  emailFrom: '',
  repliesTopic: TOPIC,
  ownAlarmsTopic: 'arn:aws:sns:eu-west-2:111122223333:own',
};
const TEXTS: Phone = {
  use: 'texts',
  isThere: true,
  status: 'ACTIVE',
  messageType: 'TRANSACTIONAL',
  capabilities: ['SMS'],
  channel: TOPIC,
  keywords: { START: 'OPT_IN', STOP: 'OPT_OUT', HELP: 'AUTOMATIC_RESPONSE' },
  optedOut: 0,
};
const CALLS: Phone = { ...TEXTS, use: 'calls', capabilities: ['VOICE'], channel: '' };
const SMS: SmsAccount = {
  setup: SETUP,
  tier: 'PRODUCTION',
  verified: 0,
  limits: [{ name: 'text message monthly spend limit', enforced: 100, max: 100 }],
  phones: [TEXTS, CALLS],
  receipts: [TOPIC],
  hasMetricsRole: true,
};
const sms = (more: Partial<SmsAccount>): Partial<Examined> => ({ sms: { ...SMS, ...more } });
const texts = (more: Partial<Phone>) => sms({ phones: [{ ...TEXTS, ...more }, CALLS] });
const calls = (more: Partial<Phone>) => sms({ phones: [TEXTS, { ...CALLS, ...more }] });
const setUp = (more: Partial<Setup>, phones: Phone[] = []) => sms({ setup: { ...SETUP, ...more }, phones });
const GOOD_SECRETS = Object.fromEntries(
  freshSecrets('prod', 'amira', randomBytes).map(({ name, value }) => [
    name.split('/').at(-1)!,
    { value, type: 'SecureString' },
  ]),
);
const secret = (name: string, value: string | undefined, type = 'SecureString'): Partial<Examined> => ({
  secrets: { stage: 'prod', read: { ...GOOD_SECRETS, [name]: value === undefined ? undefined : { value, type } } },
});
const KNOWN_TOKEN = 'amira:25bf8e1a2393f1108d37029b3df5593236c755742ec93465bbafa9b290bddcf6';
const WELL: Examined = {
  health: { status: 200, serverTime: AT, ourTime: AT },
  catalogue: { inForce: { digest: 'a'.repeat(64), at: AT }, folder: 'a'.repeat(64) },
  oncall: [{ rota: 'primary', person: 'amira' }],
  contacts: [{ person: 'amira', unproved: [], stopped: [] }],
  secrets: { stage: 'prod', read: GOOD_SECRETS },
  sms: SMS,
  email: { production: true, sending: true },
  trackers: [
    {
      name: 'gitlab',
      project: 'sre/problems',
      token: 'ssm:/pageturner/trackers/gitlab',
      checks: [{ level: 'ok', what: 'x' }],
    },
  ],
  alarms: ['arn:aws:sns:a', 'arn:aws:sns:b'],
  peer: { at: AT, role: 'first', catalogue: 'd1', heard },
  hook: { status: 202 },
  testPage: { person: 'amira', channels: ['sms', 'voice'] },
};

describe('the doctor', () => {
  it('finds nothing where all is well', () => {
    expect(examine(WELL).map(({ level }) => level)).toEqual(Array(12).fill('well'));
  });

  it('says nothing of another region where there is none', () => {
    expect(examine({ ...WELL, peer: { at: AT } }).filter(({ what }) => what === 'other region')).toEqual([]);
  });

  it.each<[string, Partial<Examined>, string[]]>([
    ['a Pageturner that cannot be reached', { health: { why: 'Nothing answers' } }, ['error address']],
    ['a console that is down', { health: { status: 503, ourTime: AT } }, ['error address']],
    [
      'a clock that is off',
      { health: { status: 200, serverTime: '2026-11-23T03:14:00.000Z', ourTime: AT } },
      ['warning address'],
    ],
    ['no catalogue', { catalogue: {} }, ['error catalogue']],
    [
      'another catalogue in the folder',
      { catalogue: { inForce: { digest: 'a'.repeat(64), at: AT }, folder: 'b'.repeat(64) } },
      ['warning catalogue'],
    ],
    [
      'a gap now',
      {
        oncall: [
          { rota: 'primary', person: null },
          { rota: 'secondary', person: 'ben' },
        ],
      },
      ['warning on call'],
    ],
    [
      'ways never proved, and a STOP',
      { contacts: [{ person: 'ben', unproved: ['sms'], stopped: ['sms'] }] },
      ['warning contacts', 'warning contacts'],
    ],
    ['the sandbox', sms({ tier: 'SANDBOX', verified: 2 }), ['error SMS and calls']],
    ['one dollar', sms({ limits: [{ name: 'x', enforced: 1, max: 1 }] }), ['warning SMS and calls']],
    [
      'a tracker without its token',
      { trackers: [{ name: 'gitlab', project: 'sre/problems', token: 'ssm:/x', checks: 'missing' }] },
      ['error trackers'],
    ],
    [
      'a tracker whose token ends soon',
      {
        trackers: [
          { name: 'gitlab', project: 'a/b', token: 'ssm:/x', checks: [{ level: 'warn', what: 'It expires.' }] },
        ],
      },
      ['warning trackers'],
    ],
    [
      'a tracker that refuses the token',
      {
        trackers: [{ name: 'gitlab', project: 'a/b', token: 'ssm:/x', checks: [{ level: 'fail', what: 'Refused.' }] }],
      },
      ['error trackers'],
    ],
    ['no tracker', { trackers: [] }, []],
    ['no configuration set', { sms: { ...SMS, receipts: undefined as never } }, ['error SMS and calls']],
    ['receipts that go elsewhere', sms({ receipts: [] }), ['warning SMS and calls']],
    ['spending that is not measured', sms({ hasMetricsRole: false }), ['warning SMS and calls']],
    ['a number of another account', texts({ isThere: false }), ['error SMS and calls']],
    ['a number that is not active yet', texts({ status: 'PENDING' }), ['error SMS and calls']],
    ['a number that texts nobody', texts({ capabilities: ['VOICE'] }), ['error SMS and calls']],
    ['a number for advertisements', texts({ messageType: 'PROMOTIONAL' }), ['error SMS and calls']],
    ['a registration that is not done', texts({ registration: 'REVIEWING' }), ['error SMS and calls']],
    ['a registration that is done', texts({ registration: 'COMPLETE' }), []],
    ['replies that go nowhere', texts({ channel: '' }), ['error SMS and calls']],
    ['replies that go elsewhere', texts({ channel: 'arn:aws:sns:eu-west-2:1:x' }), ['error SMS and calls']],
    [
      'replies that nobody asks for',
      sms({ setup: { ...SETUP, smsReplies: false }, phones: [{ ...TEXTS, channel: '' }] }),
      [],
    ],
    ['START that does nothing', texts({ keywords: { STOP: 'OPT_OUT' } }), ['warning SMS and calls']],
    ['phones that have sent STOP', texts({ optedOut: 2 }), ['warning SMS and calls']],
    ['a number that calls nobody', calls({ capabilities: ['SMS'] }), ['error SMS and calls']],
    ['a number for calls that takes no replies', calls({ channel: '', keywords: {} }), []],
    [
      'nothing that texts or calls',
      setUp({ smsNumber: '', voiceNumber: '' }),
      ['error SMS and calls', 'warning SMS and calls'],
    ],
    [
      'texts by SNS alone',
      setUp({ smsNumber: '', voiceNumber: '', smsBySns: true }),
      ['warning SMS and calls', 'warning SMS and calls'],
    ],
    [
      'Twilio alone, whose texts cannot be answered',
      setUp({ smsNumber: '', voiceNumber: '', twilioNumber: '+447700900111' }),
      ['warning SMS and calls'],
    ],
    [
      'Twilio alone, both ways',
      setUp({ smsNumber: '', voiceNumber: '', twilioNumber: '+447700900111', twilioReplies: true }),
      [],
    ],
    ['a secret that is missing', secret('hook-keys', undefined), ['error secrets']],
    [
      'a secret that everybody may read',
      secret('link-secret', GOOD_SECRETS['link-secret']!.value, 'String'),
      ['error secrets'],
    ],
    ['a link secret that could be guessed', secret('link-secret', 'x'), ['error secrets']],
    ['a hook key that could be guessed', secret('hook-keys', 'grafana=short'), ['error secrets']],
    ['tokens in the open', secret('api-tokens', 'amira:my-token'), ['error secrets']],
    ['the token of npm start', secret('api-tokens', KNOWN_TOKEN), ['error secrets']],
    ['email in the sandbox', { email: { production: false, sending: true } }, ['warning email']],
    ['email that is stopped', { email: { production: true, sending: false } }, ['error email']],
    ['alarms that nobody hears', { alarms: ['PendingConfirmation'] }, ['error own alarms', 'warning own alarms']],
    ['alarms that one hears', { alarms: ['arn:aws:sns:a'] }, ['warning own alarms']],
    [
      'another region that does not answer',
      { peer: { at: AT, role: 'standby', catalogue: 'd1', heard: { ...heard, why: 'it answered 401' } } },
      ['error other region'],
    ],
    ['another region that was never asked', { peer: { at: AT, role: 'first' } }, ['error other region']],
    [
      'another region that was last asked long ago',
      { peer: { at: '2026-11-23T03:14:31.000Z', role: 'first', catalogue: 'd1', heard } },
      ['error other region'],
    ],
    [
      'another region with another catalogue',
      { peer: { at: AT, role: 'first', catalogue: 'd2', heard } },
      ['warning other region'],
    ],
    ['a key that is none', { hook: { status: 400 } }, ['error hook']],
    ['a hook that cannot queue', { hook: { status: 503 } }, ['error hook']],
    ['what could not be asked', { sms: { why: 'CredentialsProviderError' } }, ['unknown SMS and calls']],
  ])('%s', (_, more, expected) => {
    const found = examine({ ...WELL, ...more }).filter(({ level }) => level !== 'well');
    expect(found.map(({ level, what }) => `${level} ${what}`)).toEqual(expected);
    for (const { level, mend } of found) if (level !== 'unknown') expect(mend).toBeTruthy();
  });
});

const listen = async (answer: (request: IncomingMessage, body: string, response: ServerResponse) => void) => {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => answer(request, body, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, stop };
};

const TRIED = ['--key', 'wrong', '--test-page', 'amira'];

it('the command asks Pageturner and the account, and ends with 1 where something would page nobody', async () => {
  const answers: Record<string, unknown> = {
    '/health': { status: 'ok' },
    '/api/setup': SETUP,
    '/api/catalogue': null,
    '/api/test-pages': { pages: [{ channel: 'sms', code: '7Y' }] },
    '/api/trackers': {
      trackers: [
        {
          name: 'gitlab',
          kind: 'gitlab',
          url: 'https://gitlab.example.gov.uk',
          project: 'sre/problems',
          token: 'ssm:/pageturner/trackers/gitlab',
        },
      ],
    },
    '/api/oncall': { oncall: [{ rota: 'primary', person: 'amira' }] },
    '/api/contacts': {
      contacts: [{ person: 'amira', ways: [{ channel: 'sms' }, { channel: 'email', provedAt: AT }] }],
    },
  };
  const bodies: Record<string, unknown> = {};
  const own = await listen(({ url }, body, response) => {
    if (body !== '') bodies[url!] = JSON.parse(body);
    response.statusCode = url === '/v2/enqueue' ? 400 : 200;
    response.end(JSON.stringify(answers[url!]));
  });
  const account: Record<string, unknown> = {
    DescribeAccountAttributes: { AccountAttributes: [{ Name: 'ACCOUNT_TIER', Value: 'SANDBOX' }] },
    DescribeSpendLimits: {
      SpendLimits: [{ Name: 'TEXT_MESSAGE_MONTHLY_SPEND_LIMIT', EnforcedLimit: 1, MaxLimit: 1, Overridden: false }],
    },
    DescribePhoneNumbers: {
      PhoneNumbers: [{ PhoneNumber: '+447700900000', PhoneNumberId: 'p', Status: 'ACTIVE', OptOutListName: 'Default' }],
    },
    DescribeKeywords: { Keywords: [] },
    GetParameters: { Parameters: [] },
  };
  const aws = await listen(({ headers, url }, _, response) => {
    const asked = String(headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1)!;
    // IAM and SNS speak XML: no role, and no subscriber.
    if (asked === '' && url === '/') {
      response.end('<R><ListRolesResult/><ListSubscriptionsByTopicResult/></R>');
      return;
    }
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(
      JSON.stringify(
        url === '/v2/email/account' ? { ProductionAccessEnabled: false, SendingEnabled: true } : (account[asked] ?? {}),
      ),
    );
  });
  try {
    const env = {
      ...process.env,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL: aws.url,
    };
    const command = [
      join(import.meta.dirname, '../../../cli/pageturner.ts'),
      'doctor',
      '--to',
      own.url,
      '--json',
      ...TRIED,
    ];
    const { stdout, code } = (await promisify(execFile)(process.execPath, command, { env }).catch(
      (error) => error,
    )) as { stdout: string; code: number };
    const { verdicts } = JSON.parse(stdout) as { verdicts: { level: string; what: string; said: string }[] };
    const found = verdicts.map(({ level, what }) => `${level} ${what}`);
    expect([...new Set(found)]).toEqual([
      'well address',
      'error catalogue',
      'well on call',
      'warning contacts',
      'error secrets',
      'error SMS and calls',
      'warning SMS and calls',
      'warning email',
      'error own alarms',
      'error trackers',
      'error hook',
      'well test page',
    ]);
    expect(bodies['/v2/enqueue']).toMatchObject({ routing_key: 'wrong', payload: { summary: 'Canary' } });
    expect(bodies['/api/test-pages']).toEqual({ person: 'amira' });
    expect(stdout).not.toContain('+4477');
    expect(code).toBe(1);
  } finally {
    own.stop();
    aws.stop();
  }
});
