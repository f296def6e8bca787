/**
 * The first hour in an account, over an account on this machine that answers as AWS documents: init, package, what the template
 * declares is made, doctor names what would not work tonight, a page, a reply by text, a receipt, a call answered by key.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { secretsOf, smsOf } from '../../cli/doctor/account.ts';
import { phones } from '../../cli/doctor/phones.ts';
import { secrets } from '../../cli/doctor/secrets.ts';
import type { AccountState } from '../../infra/local/aws/state.ts';
import type { Incident } from '../../shared/incident/incident.ts';
import { keysOf } from '../../shared/sender/secret.ts';
import type { Setup } from '../../shared/world/world.ts';
import { expectMessage, type Running, run, withoutDigests } from './running.ts';

const ROOT = join(import.meta.dirname, '../..');
const PORT = 5380;
const PHONE = `http://127.0.0.1:${PORT + 1}`;
const ANSWERS = ['team@example.gov.uk', 'aws', 'GB', '', 'no', 'no'];
const AWS = {
  AWS_REGION: 'eu-west-2',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL: PHONE,
  AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${PORT + 2}`,
};
const environment = { ...process.env };
const secret = (name: string) => `ssm:/pageturner/local/${name}`;

let stack: Running;
let account: AccountState;
let clone: string;
let token = '';

/** Runs a program in the clone, with lines for its questions. Out: what it said, and with which status it ended. */
function command(program: string, args: string[], lines: string[] = []): Promise<{ said: string; status: number }> {
  return new Promise((resolve) => {
    const options = { cwd: clone, env: { ...environment, ...AWS, USER: 'amira' } };
    const child = execFile(program, args, options, (error, stdout, stderr) =>
      resolve({ said: `${stdout}${stderr}`, status: error === null ? 0 : Number(error.code) }),
    );
    child.stdin!.end(lines.map((line) => `${line}\n`).join(''));
  });
}
const pageturner = (args: string[], lines: string[] = []) =>
  command(process.execPath, ['--disable-warning=ExperimentalWarning', join(ROOT, 'cli/pageturner.ts'), ...args], lines);

beforeAll(async () => {
  clone = mkdtempSync(join(tmpdir(), 'pageturner-clone-'));
  for (const entry of readdirSync(ROOT))
    if (!['serverless.yml', 'stages', '.git'].includes(entry)) symlinkSync(join(ROOT, entry), join(clone, entry));
  writeFileSync(join(clone, 'serverless.yml'), readFileSync(join(ROOT, 'serverless.yml')));
  Object.assign(process.env, AWS);
  stack = await run(PORT, {
    catalogue: withoutDigests,
    // As init writes them for these answers; the second carrier was added by hand.
    settings: { smsNumber: '', voiceNumber: '', requestNumber: 'GB' },
    environment: {
      STAGE: 'prod',
      AWS_ENDPOINT_URL_SSM: PHONE,
      HOOK_KEYS: secret('hook-keys'),
      LINK_SECRET: secret('link-secret'),
      API_TOKENS: secret('api-tokens'),
      TWILIO_ACCOUNT: 'AC1',
      TWILIO_TOKEN: secret('twilio-token'),
      TWILIO_NUMBER: '+447700900111',
      TWILIO_API: PHONE,
    },
  });
  account = stack.phone.account;
});
afterAll(async () => {
  await stack?.end();
  rmSync(clone, { recursive: true, force: true });
  for (const name of Object.keys(AWS)) {
    if (environment[name] === undefined) delete process.env[name];
    else process.env[name] = environment[name];
  }
});

describe('before the deployment', () => {
  it('init as a dry run shows what it would make, and makes nothing', async () => {
    const { said, status } = await pageturner(['init', '--dry-run'], ANSWERS);
    expect([status, account.parameters.size, readdirSync(clone).includes('stages')]).toEqual([0, 0, false]);
    expect(said).toContain('missing  /pageturner/prod/hook-keys');
  });

  it('init stores strong secrets as SecureStrings and writes the settings', async () => {
    const { said, status } = await pageturner(['init', '--yes'], ANSWERS);
    expect(status).toBe(0);
    token = /shown this once: (\S+)/.exec(said)![1]!;
    expect([...account.parameters.values()].map(({ type }) => type)).toEqual(Array(4).fill('SecureString'));
    expect(parse(readFileSync(join(clone, 'stages/prod.yml'), 'utf8'))).toMatchObject({ requestNumber: 'GB' });
    expect(said).toContain('[ ] Leave the sandbox of End User Messaging');
    // The roles of this machine's stage read under its own name; the second carrier's token is stored by hand.
    for (const [name, kept] of [...account.parameters]) account.parameters.set(name.replace('/prod/', '/local/'), kept);
    account.parameters.set('/pageturner/local/twilio-token', { value: 'a token of Twilio', type: 'SecureString' });
  });

  it('init again changes nothing', async () => {
    const before = JSON.stringify([...account.parameters]);
    const { said, status } = await pageturner(['init', '--yes']);
    expect([status, JSON.stringify([...account.parameters])]).toEqual([0, before]);
    expect(said.match(/^there /gm)).toHaveLength(5);
  });

  it('the stage packages, with the number that it requests', async () => {
    const { said, status } = await command(process.execPath, [
      join(ROOT, 'node_modules/osls/bin/serverless.js'),
      ...['package', '--stage', 'prod', '--region', 'eu-west-2', '--package', join(clone, 'packaged')],
    ]);
    expect(status, said).toBe(0);
    const file = readFileSync(join(clone, 'packaged/cloudformation-template-update-stack.json'), 'utf8');
    const { Parameters, Resources } = JSON.parse(file) as Record<string, Record<string, Record<string, unknown>>>;
    expect(Parameters!['RequestNumber']).toMatchObject({ Default: 'GB' });
    expect(Resources!['TextNumber']).toMatchObject({
      Type: 'AWS::SMSVOICE::PhoneNumber',
      Properties: { TwoWay: { Enabled: true } },
    });
  });
});

describe('what the template declares is made in the account', () => {
  it('a number that brings replies back, its keywords and its list; where receipts go', () => {
    const number = account.numbers.at(-1)!;
    expect(number).toMatchObject({ TwoWayEnabled: true, OptOutListName: 'pageturner-local' });
    expect(Object.fromEntries(number.keywords.map((one) => [one.Keyword, one.KeywordAction]))).toEqual({
      HELP: 'AUTOMATIC_RESPONSE',
      STOP: 'OPT_OUT',
      START: 'OPT_IN',
      UNSTOP: 'OPT_IN',
    });
    expect(account.configurationSets['pageturner-local']![0]!.TopicArn).toBe(number.TwoWayChannelArn);
  });
});

describe('doctor', () => {
  const setup = async () =>
    (await (
      await fetch(`${stack.baseUrl}/api/setup`, { headers: { authorization: `Bearer ${token}` } })
    ).json()) as Setup;
  const said = async () => phones(await smsOf(await setup())).map((found) => `${found.level} ${found.said}`);

  it('of the whole says first what is still to do', async () => {
    const { said: all, status } = await pageturner(['doctor', '--to', stack.baseUrl, '--token', token]);
    expect(status).toBe(1);
    expect(all).toMatch(/^well {5}secrets: are there/m);
    expect(all).toMatch(/^error {4}own alarms: nobody hears of them/m);
    expect(all).toMatch(/^warning {2}SMS and calls: spending is not measured/m);
    account.hasMetricsRole = true;
  });

  const number = () => account.numbers.at(-1)!;
  it.each<[string, () => () => void, RegExp]>([
    ['the sandbox', () => change(account, 'tier', 'SANDBOX'), /^error the account is in the sandbox/],
    ['a dollar a month', () => change(account.limits, 'text', 1), /^warning text message monthly spend limit is 1 USD/],
    [
      'a number that is not active',
      () => change(number(), 'Status', 'PENDING'),
      /^error the number for texts is pending/,
    ],
    [
      'a number without SMS',
      () => change(number(), 'NumberCapabilities', ['VOICE']),
      /^error .* has VOICE, and not SMS/,
    ],
    ['a number for advertisements', () => change(number(), 'MessageType', 'PROMOTIONAL'), /^error .* is promotional/],
    [
      'a registration that is not done',
      () => {
        account.registrations['r-1'] = 'REQUIRES_UPDATES';
        return change(number(), 'RegistrationId', 'r-1');
      },
      /^error the registration of the number for texts is requires updates/,
    ],
    [
      'two-way messaging that is off',
      () => change(number(), 'TwoWayEnabled', false),
      /^error texts ask for a reply, and replies go nowhere/,
    ],
    [
      'replies to another topic',
      () => change(number(), 'TwoWayChannelArn', 'arn:aws:sns:eu-west-2:1:x'),
      /^error .* go elsewhere/,
    ],
    ['a number without START', () => change(number(), 'keywords', []), /^warning START does not bring texts back/],
    ['no configuration set', () => change(account, 'configurationSets', {}), /^error there is no configuration set/],
    ['no number at all', () => change(account, 'numbers', []), /^error the number for texts is not in this account/],
    [
      'a phone that has sent STOP',
      () => change(account.optOuts, 'pageturner-local', new Set(['+447700900999'])),
      /^warning 1 phones/,
    ],
    ['no role for metrics', () => change(account, 'hasMetricsRole', false), /^warning spending is not measured/],
  ])('finds %s, and nothing else', async (_fault, seed, expected) => {
    const before = await said();
    const mend = seed();
    try {
      const after = await said();
      expect(after.filter((one) => !before.includes(one))).toEqual([expect.stringMatching(expected)]);
    } finally {
      mend();
    }
    expect(await said()).toEqual(before);
  });

  it('finds a secret that somebody made short', async () => {
    const parameter = account.parameters.get('/pageturner/prod/link-secret')!;
    const mend = change(parameter, 'value', 'short');
    expect(secrets(await secretsOf('prod')).map(({ said: one }) => one)).toEqual([
      expect.stringMatching(/link-secret is too weak/),
    ]);
    mend();
  });
});

/** Changes a field. Out: how to change it back. */
function change<Of extends object, Field extends keyof Of>(of: Of, field: Field, value: Of[Field]): () => void {
  const before = of[field];
  of[field] = value;
  return () => {
    of[field] = before;
  };
}

describe('the first page', () => {
  const trigger = async (name: string) => {
    const [key] = keysOf(account.parameters.get('/pageturner/prod/hook-keys')!.value, 'events');
    const payload = { summary: name, source: 'host', severity: 'critical' };
    const body = JSON.stringify({ routing_key: key, event_action: 'trigger', dedup_key: name, payload });
    expect((await fetch(`${stack.baseUrl}/v2/enqueue`, { method: 'POST', body })).status).toBe(202);
  };
  const incidentOf = async (title: string) => {
    const answer = await fetch(`${stack.baseUrl}/api/incidents`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { incidents } = (await answer.json()) as { incidents: Incident[] };
    return incidents.find((incident) => incident.title === title);
  };
  const eventually = async (check: () => Promise<boolean>) => {
    await expect.poll(check, { timeout: 8000, interval: 100 }).toBe(true);
  };
  const post = (path: string, body: object) =>
    fetch(`${PHONE}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  const text = (name: string) =>
    expectMessage(stack, (one) => one.channel === 'sms' && one.text.includes(name), 10_000);

  it('goes out though AWS asks once to slow down, and is acknowledged by a reply', async () => {
    account.throttled = 1;
    await trigger('Disk of ledger-01 is full');
    const sms = await text('Disk of ledger-01 is full');
    const code = /or reply ACK (\w\w)/.exec(sms.text)![1];
    await post('/reply', { from: sms.to, text: `ACK ${code}` });
    await expectMessage(stack, (one) => one.to === sms.to && one.text.startsWith(`Acknowledged ${code}`), 8000);
    expect((await incidentOf('Disk of ledger-01 is full'))!.state).toBe('acknowledged');
  });

  it('is written down as delivered when the carrier says so', async () => {
    const sms = await text('Disk of ledger-01 is full');
    await stack.phone.receipt(sms.page!, 'TEXT_DELIVERED');
    await eventually(async () => {
      const incident = await incidentOf('Disk of ledger-01 is full');
      return incident?.timeline.some(({ what }) => /^sms to .*: delivered$/.test(what)) ?? false;
    });
  });

  it('does not reach a phone that has sent STOP, and does again after START', async () => {
    const sms = stack.phone.messages().find(({ channel }) => channel === 'sms')!;
    await post('/reply', { from: sms.to, text: 'STOP' });
    expect(account.optOuts['pageturner-local']!.has(sms.to)).toBe(true);
    await post('/reply', { from: sms.to, text: 'START' });
    await expectMessage(stack, (one) => one.to === sms.to && one.text === 'Texts of Pageturner reach you again.', 8000);
  });

  it('of the next night is a call by the second carrier where the number may not text, and key 4 acknowledges', async () => {
    const mend = change(account, 'tier', 'SANDBOX');
    await trigger('Queue of print-01 is stuck');
    // The second carrier takes the text; nobody answers, and after two minutes it would ring: the test does not wait.
    const sms = await text('Queue of print-01 is stuck');
    expect(sms.text).not.toContain('reply ACK');
    mend();
    const person = (await incidentOf('Queue of print-01 is stuck'))!.pages[0]!.to;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ person, by: 'voice' });
    expect((await fetch(`${stack.baseUrl}/api/test-pages`, { method: 'POST', headers, body })).ok).toBe(true);
    const call = await expectMessage(stack, ({ channel, keys }) => channel === 'voice' && keys === true, 8000);
    expect(call.text).toContain('press 4');
    expect((await post('/key', { n: call.n, digit: '4' })).status).toBe(200);
    await expectMessage(
      stack,
      ({ channel, text: said }) => channel === 'voice' && said.includes('this way works'),
      8000,
    );
  });
});
