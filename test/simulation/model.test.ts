/** The simulation's table and queue answer as real engines do: the same random operations on both, the same answers. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engines, type Opened } from '../store/engines.ts';
import { startClock } from './clock.ts';
import { holds, updated } from './expression.ts';
import { emptyQueue } from './queue.ts';
import { type Command, emptyTable } from './table.ts';

const INDEXES = { due: { hash: 'owes', range: 'due' }, listed: { hash: 'shown', range: 'shownAt' } };

/** A command is sent once only: a new one each time. */
type Asked = () => Command;

/** What the store asks of a table, with few keys and few values, so that operations meet. */
function operations(name: string, run: number): fc.Arbitrary<Asked[]> {
  const TableName = name;
  const pk = fc.constantFrom('a', 'b').map((letter) => `model-${run}-${letter}`);
  const sk = fc.constantFrom('I#1', 'I#2', 'K#1', 'T#1');
  const key = fc.record({ pk, sk });
  const text = fc.constantFrom('1', '2', '3');
  const item = fc.record(
    { version: fc.nat(3), at: text, body: text, owes: fc.constant('yes'), due: text, closed: fc.boolean() },
    { requiredKeys: ['version', 'body'] },
  );
  const conditional = fc.constantFrom(
    {},
    { ConditionExpression: 'attribute_not_exists(pk)' },
    { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': 1 } },
    {
      ConditionExpression: 'attribute_not_exists(#at) OR #at < :at OR (#at = :at AND attribute_not_exists(closed))',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':at': '2' },
    },
  );
  const query = fc.record({ pk, forward: fc.boolean(), limit: fc.constantFrom(undefined, 1, 2), all: fc.boolean() });
  return fc.array(
    fc.oneof(
      fc.tuple(key, item, conditional).map(
        ([at, rest, condition]) =>
          () =>
            new PutCommand({ TableName, Item: { ...at, ...rest }, ...condition }),
      ),
      key.map((Key) => () => new GetCommand({ TableName, Key, ConsistentRead: true })),
      key.map((Key) => () => new DeleteCommand({ TableName, Key })),
      fc.tuple(key, text, text).map(
        ([Key, at, group]) =>
          () =>
            new UpdateCommand({
              TableName,
              Key,
              UpdateExpression: 'SET #at = :at, #group = :group',
              ConditionExpression: 'attribute_not_exists(#at) OR #at <= :at',
              ExpressionAttributeNames: { '#at': 'at', '#group': 'group' },
              ExpressionAttributeValues: { ':at': at, ':group': group },
              ReturnValues: 'ALL_NEW',
            }),
      ),
      key.map((Key) => () => new PutCommand({ TableName, Item: { ...Key, notes: {} } })),
      fc.tuple(key, text, text).map(
        ([Key, name, value]) =>
          () =>
            new UpdateCommand({
              TableName,
              Key,
              UpdateExpression: 'SET notes.#name = :value',
              ConditionExpression: 'attribute_exists(notes)',
              ExpressionAttributeNames: { '#name': name },
              ExpressionAttributeValues: { ':value': value },
              ReturnValues: 'ALL_NEW',
            }),
      ),
      query.map(
        ({ pk: of, forward, limit, all }) =>
          () =>
            new QueryCommand({
              TableName,
              KeyConditionExpression: all ? 'pk = :pk AND sk BETWEEN :i AND :t' : 'pk = :pk AND begins_with(sk, :i)',
              ExpressionAttributeValues: { ':pk': of, ':i': 'I#', ...(all ? { ':t': 'L' } : {}) },
              ConsistentRead: true,
              ScanIndexForward: forward,
              ...(limit === undefined ? {} : { Limit: limit }),
            }),
      ),
      pk.map(
        (of) => () =>
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :pk',
            FilterExpression: '#at > :now AND attribute_not_exists(closed)',
            ExpressionAttributeNames: { '#at': 'at' },
            ExpressionAttributeValues: { ':pk': of, ':now': '1' },
            Select: 'COUNT',
            ConsistentRead: true,
          }),
      ),
      fc
        .uniqueArray(key, { minLength: 1, maxLength: 3, selector: (one) => `${one.pk} ${one.sk}` })
        .map((Keys) => () => new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } })),
      fc.uniqueArray(key, { minLength: 1, maxLength: 3, selector: (one) => `${one.pk} ${one.sk}` }).map(
        (keys) => () =>
          new BatchWriteCommand({
            RequestItems: { [TableName]: keys.map((one) => ({ PutRequest: { Item: { ...one, body: 'batch' } } })) },
          }),
      ),
    ) as fc.Arbitrary<Asked>,
    { minLength: 5, maxLength: 25 },
  );
}

/** What an answer says, without what only a network knows. */
function said(answer: Record<string, unknown>): unknown {
  const { Item, Items, Count, Attributes, LastEvaluatedKey, Responses } = answer;
  const responses = Responses as Record<string, { pk: string; sk: string }[]> | undefined;
  const inOrder = Object.values(responses ?? {})
    .flat()
    .sort((a, b) => (`${a.pk}${a.sk}` < `${b.pk}${b.sk}` ? -1 : 1));
  return JSON.parse(JSON.stringify({ Item, Items, Count, Attributes, LastEvaluatedKey, inOrder }));
}

async function outcome(call: () => unknown): Promise<unknown> {
  try {
    return said((await call()) as Record<string, unknown>);
  } catch (error) {
    return { error: (error as Error).name };
  }
}

describe.each(engines())('the modelled table beside $name', ({ open }) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(async () => {
    await opened?.stop();
  });

  it('gives the same answers to the same operations', { timeout: 60_000 }, async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constant(0).chain(() => operations(opened.table.name, run++)),
        async (asked) => {
          const model = emptyTable(
            INDEXES,
            () => 0,
            () => 0,
          );
          // Shrinking runs the same keys again: they begin empty.
          for (const { pk, sk } of keysOf(asked.map((ask) => ask())))
            await opened.table.client.send(new DeleteCommand({ TableName: opened.table.name, Key: { pk, sk } }));
          for (const ask of asked) {
            const real = await outcome(() => opened.table.client.send(ask() as never));
            expect(await outcome(() => model.call(ask()))).toEqual(real);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

function keysOf(commands: Command[]): { pk: string; sk: string }[] {
  const partitions = new Set(JSON.stringify(commands.map(({ input }) => input)).match(/model-\d+-[ab]/g) ?? []);
  return [...partitions].flatMap((pk) => ['I#1', 'I#2', 'K#1', 'T#1'].map((sk) => ({ pk, sk })));
}

describe('what the model does not know', () => {
  it.each(['contains(a, :b)', 'a = :b OR', 'a IN (:b)', 'size(a) > :b'])(
    'is an error that quotes it: %s',
    (written) => {
      expect(() => holds(written, {}, { ExpressionAttributeValues: { ':b': '1' } })).toThrow(written);
    },
  );
  it.each(['ADD a :b', 'SET a = a + :b', 'REMOVE a'])('is an error that quotes it: %s', (written) => {
    expect(() => updated(written, {}, {})).toThrow(written);
  });
});

describe('the modelled queue beside a real one', () => {
  const PORT = 5290;
  const MAX_RECEIVES = 3;
  let engine: ChildProcess;
  let folder: string;
  let client: SQSClient;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pageturner-'));
    engine = fork(join(import.meta.dirname, '../../infra/local/engine.ts'), ['queues', String(PORT), folder]);
    await new Promise<void>((resolve, reject) => {
      engine.once('message', (said_) => (said_ === 'ready' ? resolve() : reject(new Error(String(said_)))));
    });
    client = new SQSClient({
      endpoint: `http://127.0.0.1:${PORT}`,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      useQueueUrlAsEndpoint: false,
    });
  });
  afterAll(() => {
    client?.destroy();
    engine?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('hands out what is not done until it is a dead letter, and nothing that is done', async () => {
    // How often each message fails before it succeeds.
    const failures = [0, 1, 2, 3, 5, 0, 2];
    const real = await byRealQueue(client, failures, MAX_RECEIVES);
    const modelled = await byModel(failures, MAX_RECEIVES);
    expect(modelled).toEqual(real);
    expect(real.dead).toEqual(['3 of 3', '4 of 5']);
  });

  it('does the same with any messages that fail however often', { timeout: 60_000 }, async () => {
    const failures = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(failures, fc.integer({ min: 1, max: 5 }), async (some, mostReceives) => {
        expect(await byModel(some, mostReceives)).toEqual(await byRealQueue(client, some, mostReceives));
      }),
      { numRuns: 12, seed: 312 },
    );
  });
});

type Came = { received: Record<string, number>; dead: string[] };

let made = 0;

async function byRealQueue(client: SQSClient, failures: number[], maxReceiveCount: number): Promise<Came> {
  const number = made++;
  const make = async (name: string, Attributes: Record<string, string> = {}) => {
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: `${name}-${number}`, Attributes }));
    return QueueUrl!;
  };
  const deadUrl = await make('model-dead');
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadUrl, AttributeNames: ['QueueArn'] }),
  );
  const policy = { deadLetterTargetArn: Attributes!['QueueArn'], maxReceiveCount };
  const url = await make('model', { RedrivePolicy: JSON.stringify(policy), VisibilityTimeout: '0' });
  for (const body of bodies(failures)) await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
  const received: Record<string, number> = {};
  for (let quiet = 0; quiet < 3; ) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
    );
    quiet = Messages.length === 0 ? quiet + 1 : 0;
    for (const { Body, ReceiptHandle } of Messages) {
      received[Body!] = (received[Body!] ?? 0) + 1;
      if (received[Body!]! > failuresOf(Body!))
        await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
    }
  }
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl: deadUrl, MaxNumberOfMessages: 10 }),
  );
  return { received, dead: Messages.map(({ Body }) => Body!).sort() };
}

async function byModel(failures: number[], maxReceives: number): Promise<Came> {
  const clock = startClock(0);
  const received: Record<string, number> = {};
  const queue = emptyQueue('model', clock, {
    visibilitySeconds: 0,
    maxReceives,
    batchSize: 10,
    transit: () => 0,
    doubles: () => false,
    hand: (batch, done) => {
      for (const message of batch) {
        received[message.body] = (received[message.body] ?? 0) + 1;
        if (received[message.body]! > failuresOf(message.body)) done(message);
      }
    },
  });
  for (const body of bodies(failures)) queue.send(body, 0);
  await clock.run(60_000);
  return {
    received,
    dead: queue
      .dead()
      .map(({ body }) => body)
      .sort(),
  };
}

const bodies = (failures: number[]) => failures.map((count, n) => `${n} of ${count}`);
const failuresOf = (body: string) => Number(body.split(' of ')[1]);
