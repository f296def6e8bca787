/** The doctor: what each answer means tonight; and the command against servers that answer as the real ones do. */
import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Examined, examine } from '../../../cli/doctor/doctor.ts';

const AT = '2026-11-23T03:12:00.000Z';
const heard = { askedAt: AT, askedSince: AT, heardAt: AT, catalogue: 'd1' };
const WELL: Examined = {
  health: { status: 200, serverTime: AT, ourTime: AT },
  catalogue: { inForce: { digest: 'a'.repeat(64), at: AT }, folder: 'a'.repeat(64) },
  oncall: [{ rota: 'primary', person: 'amira' }],
  contacts: [{ person: 'amira', unproved: [], stopped: [] }],
  sms: {
    tier: 'PRODUCTION',
    limits: [{ name: 'text message monthly spend limit', enforced: 100, max: 100 }],
    numbers: 1,
    senders: 0,
  },
  email: { production: true, sending: true },
  alarms: ['arn:aws:sns:a', 'arn:aws:sns:b'],
  peer: { at: AT, role: 'first', catalogue: 'd1', heard },
  hook: { status: 202 },
  testPage: { person: 'amira', channels: ['sms', 'voice'] },
};

describe('the doctor', () => {
  it('finds nothing where all is well', () => {
    expect(examine(WELL).map(({ level }) => level)).toEqual(Array(10).fill('well'));
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
    ['the sandbox', { sms: { tier: 'SANDBOX', limits: [], numbers: 1, senders: 0 } }, ['error SMS and calls']],
    [
      'nothing that sends',
      { sms: { tier: 'PRODUCTION', limits: [], numbers: 0, senders: 0 } },
      ['error SMS and calls'],
    ],
    [
      'a sender ID alone, and one dollar',
      { sms: { tier: 'PRODUCTION', limits: [{ name: 'x', enforced: 1, max: 1 }], numbers: 0, senders: 1 } },
      ['warning SMS and calls', 'warning SMS and calls'],
    ],
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
    '/api/catalogue': null,
    '/api/test-pages': { pages: [{ channel: 'sms', code: '7Y' }] },
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
    DescribePhoneNumbers: { PhoneNumbers: [{ PhoneNumber: '+447700900000' }] },
    DescribeSenderIds: { SenderIds: [] },
  };
  const aws = await listen(({ headers, url }, _, response) => {
    const asked = String(headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1)!;
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(
      JSON.stringify(
        url === '/v2/email/account' ? { ProductionAccessEnabled: false, SendingEnabled: true } : account[asked],
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
    expect(verdicts.map(({ level, what }) => `${level} ${what}`)).toEqual([
      'well address',
      'error catalogue',
      'well on call',
      'warning contacts',
      'error SMS and calls',
      'warning SMS and calls',
      'warning email',
      'unknown own alarms',
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
