/** Dead letters on a real queue engine: shown, and brought back. */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deadLetters, look, redrive } from '../../../cli/redrive/redrive.ts';
import { wrapBody } from '../../../shared/queue/queue.ts';

const PORT = 5280;
const ROOT = join(import.meta.dirname, '../../..');
const REGION = 'eu-west-1';
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
let engine: ChildProcess;
let folder: string;
let client: SQSClient;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pageturner-'));
  engine = fork(join(ROOT, 'infra/local/engine.ts'), ['queues', String(PORT), folder]);
  await new Promise<void>((resolve, reject) => {
    engine.once('message', (said) => (said === 'ready' ? resolve() : reject(new Error(String(said)))));
  });
  const endpoint = `http://127.0.0.1:${PORT}`;
  client = new SQSClient({ endpoint, region: REGION, credentials: CREDENTIALS, useQueueUrlAsEndpoint: false });
  const make = async (QueueName: string, Attributes = {}) =>
    (await client.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl!;
  const dead = await make('pageturner-test-AlertsDeadLetters');
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ['QueueArn'] }),
  );
  const policy = { deadLetterTargetArn: Attributes!['QueueArn'], maxReceiveCount: 3 };
  url = await make('pageturner-test-AlertsQueue', { RedrivePolicy: JSON.stringify(policy) });
  await make('another-queue');
  const payload = { summary: 'Disk of vault-07 is full', source: 'vault-07', severity: 'critical' };
  const body = JSON.stringify({ routing_key: 'k', event_action: 'trigger', dedup_key: 'd', payload });
  const accepted = wrapBody({ hook: 'events', receivedAt: '2026-11-23T03:12:04.000Z', body: Buffer.from(body) });
  const look_ = JSON.stringify({ incident: 'aaaaaaaaaaaa-1', kind: 'page', id: 'p3', due: '2026-11-23T03:12:04.000Z' });
  for (const message of [accepted, look_])
    await client.send(new SendMessageCommand({ QueueUrl: dead, MessageBody: message }));
});
afterAll(() => {
  client?.destroy();
  engine?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const pageturner = async (...words: string[]) => {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${PORT}`,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  return promisify(execFile)(process.execPath, ['cli/pageturner.ts', ...words], { cwd: ROOT, env });
};

it('finds the dead letters of a stack, and where they came from', async () => {
  expect(await deadLetters(client, 'pageturner-test-')).toEqual([
    { name: 'pageturner-test-AlertsDeadLetters', url: expect.any(String), source: url, count: 2 },
  ]);
});

it('says what they are, moves nothing, and brings them back when told', async () => {
  const { stdout } = await pageturner('redrive', '--prefix', 'pageturner-test-');
  expect(stdout).toContain('events, firing: Disk of vault-07 is full');
  expect(stdout).toContain('page p3 of incident aaaaaaaaaaaa-1');
  expect(stdout).toContain('Nothing was moved.');
  const waiting = { name: 'x', url, count: 0 };
  expect(await look(client, waiting)).toEqual([]);
});

it('moves each to its queue', async () => {
  // What was looked at a moment ago is shown again when its time is over: a queue of its own, that nobody looked at.
  const dead = (await client.send(new CreateQueueCommand({ QueueName: 'other-dead' }))).QueueUrl!;
  const source = (await client.send(new CreateQueueCommand({ QueueName: 'other' }))).QueueUrl!;
  for (let n = 0; n < 25; n++)
    await client.send(new SendMessageCommand({ QueueUrl: dead, MessageBody: `message ${n}` }));
  expect(await redrive(client, { name: 'other-dead', url: dead, source, count: 25 })).toBe(25);
  const seen = new Set<string>();
  for (let n = 0; n < 10; n++) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: source, MaxNumberOfMessages: 10 }),
    );
    for (const { Body } of Messages) seen.add(Body!);
  }
  expect(seen.size).toBe(25);
});

it('refuses a prefix that no queue has, with what to say', async () => {
  await expect(pageturner('redrive', '--prefix', 'nothing-')).rejects.toMatchObject({
    stderr: expect.stringContaining('--prefix pageturner-STAGE-'),
  });
});
