/**
 * One alarm the whole way over a second AWS: topic and rule → alerts queue → triage → table → pages queue → a text by SNS → an answer. All of
 * it by the product's own adapters, against what the template made.
 */
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { deliver } from '../../shared/flow/deliver.ts';
import { personOf } from '../../shared/flow/numbers.ts';
import { handleReply } from '../../shared/flow/respond.ts';
import { sweep } from '../../shared/flow/sweep.ts';
import { triage } from '../../shared/flow/triage.ts';
import type { Incident } from '../../shared/incident/incident.ts';
import { acceptBody } from '../../shared/queue/queue.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import { publishCatalogue } from '../../shared/store/catalogues.ts';
import { listIncidents } from '../../shared/store/incidents.ts';
import { openChannels } from '../../shared/world/channels.ts';
import { openWorld } from '../../shared/world/open.ts';
import { reveal } from '../../shared/world/secrets.ts';
import type { World } from '../../shared/world/world.ts';
import { alarm } from '../flow/alarm.ts';
import { sampleCatalogue } from '../world.ts';
import type { Aws } from './aws.ts';
import type { Verdict } from './judge.ts';

const NUMBER = '+447700900177';
const PARAMETERS = {
  '/pageturner/judge/link-secret': 'a secret of this judge, of no worth',
  ...Object.fromEntries(
    Array.from({ length: 12 }, (_, n) => [`/pageturner/people/person-${n}/phone`, `+4477009001${10 + n}`]),
  ),
  '/pageturner/people/judged/phone': NUMBER,
};

/** `made`: the physical ids of the stack. Out: what did not come out as it should. */
export async function story(aws: Aws, made: Record<string, string>): Promise<Verdict> {
  const found: string[] = [];
  const expect = (what: string, holds: boolean) => {
    if (!holds) found.push(`not so: ${what}`);
  };
  const world = await openOver(aws, made);
  const take = taker(aws.address);

  await queuesAsDeclared(aws.address, made, expect);
  await steps(aws, made, { world, take, expect });
  return { found, notes: ['one alarm went the whole way: topic, rule, queues, table, text, answer, sweep'] };
}

type Story = {
  world: World;
  take: (url: string) => Promise<{ id: string; body: string }[]>;
  expect: (what: string, holds: boolean) => void;
};

async function steps(aws: Aws, made: Record<string, string>, { world, take, expect }: Story): Promise<void> {
  const names = Object.keys(PARAMETERS).filter((name) => name.includes('person-'));
  const numbers = await Promise.all(names.map((name) => reveal(`ssm:${name}`, Date.now())));
  expect(
    'twelve parameters are read, in calls of ten',
    numbers.every((number) => /^\+4477009001\d\d$/.test(number)),
  );

  const now = new Date().toISOString();
  const alerts = made['AlertsQueue']!;
  await aws.form('sns', {
    Action: 'Publish',
    TopicArn: made['AlarmsTopic']!,
    Message: JSON.stringify(alarm('ALARM', now)),
  });
  const byTopic = await take(alerts);
  expect('an alarm that the topic is sent is on the alerts queue', byTopic.length === 1);

  await putEvents(aws, now, 'elsewhere-5xx');
  const byRule = await take(alerts);
  expect('an alarm that EventBridge is sent is on the alerts queue', byRule.length === 1);

  await acceptBody(world.queues, {
    hook: 'cloudwatch',
    receivedAt: now,
    body: Buffer.from(JSON.stringify(alarm('ALARM', now))),
  });
  const byHook = await take(alerts);
  expect('a body that a hook took is on the alerts queue', byHook.length === 1);

  const { failed } = await triage(
    world,
    [...byTopic, ...byRule, ...byHook].map((one) => ({ ...one, sentAt: now })),
  );
  expect('triage handles all three', failed.length === 0);
  const open = await listIncidents(world.table, 'open', 10);
  const incident = open.find(({ service }) => service === 'payments-api');
  expect('the alarm is an incident of its service', incident !== undefined);
  if (incident) await pageAndAnswer(made, incident, { world, take, expect });
  expect('the sweep runs to its end', (await sweep(world)).incidents >= 0);
}

async function pageAndAnswer(
  made: Record<string, string>,
  incident: Incident,
  { world, take, expect }: Story,
): Promise<void> {
  for (const { body } of await take(made['PagesQueue']!)) await deliver(world, JSON.parse(body));
  const page = async () => (await listIncidents(world.table, 'open', 10)).find(({ id }) => id === incident.id);
  const paged = (await page())?.pages.find(({ channel }) => channel === 'sms');
  expect('its text was taken by SNS', paged?.state === 'sent');
  expect('the number is known by the index', (await personOf(world, NUMBER)) === 'judged');
  const reply = { originationNumber: NUMBER, messageBody: `ACK ${incident.code}`, inboundMessageId: 'in-1' };
  await handleReply(world, JSON.stringify({ Message: JSON.stringify(reply) }), {
    whisper: async () => {},
    twilio: async () => ({ ok: true }),
  });
  expect('a reply acknowledges it', (await page())?.acknowledgedBy === 'judged');
}

/** The world as a function opens it, with the sample catalogue in force in which one person is paged for everything. */
async function openOver(aws: Aws, made: Record<string, string>): Promise<World> {
  for (const [Name, Value] of Object.entries(PARAMETERS))
    await aws.json('ssm', 'AmazonSSM.PutParameter', { Name, Value, Type: 'SecureString', Overwrite: true });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.address,
    AWS_ENDPOINT_URL_SSM: aws.address,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    STAGE: 'local',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    TABLE: made['Table'],
    ALERTS_QUEUE_URL: made['AlertsQueue'],
    PAGES_QUEUE_URL: made['PagesQueue'],
    BASE_URL: 'https://pages.example.gov.uk',
    LINK_SECRET: 'ssm:/pageturner/judge/link-secret',
    SMS_BY_SNS: 'yes',
  });
  const world = openWorld(openChannels());
  const { catalogue, prepared } = await judgedCatalogue();
  await publishCatalogue(world.table, catalogue, prepared, world.now(), 'judge');
  return world;
}

async function judgedCatalogue() {
  const { catalogue } = await sampleCatalogue();
  const prepared = prepareRunbooks(Object.values(catalogue.runbooks), catalogue.defaults.runbookHosts);
  const rules = { high: [{ channel: 'sms' as const, afterSeconds: 0 }], low: [] };
  const judged = { id: 'judged', name: 'Judged', contact: { phone: 'ssm:/pageturner/people/judged/phone' }, rules };
  const step = { afterSeconds: 0, notify: [{ kind: 'person' as const, name: 'judged' }] };
  const policies = Object.entries(catalogue.policies).map(([name, policy]) => [name, { ...policy, steps: [step] }]);
  const people = { ...catalogue.people, judged } as typeof catalogue.people;
  return { catalogue: { ...catalogue, people, policies: Object.fromEntries(policies) }, prepared };
}

/** Each queue gives up into its letters after a hundred tries, and hides a message for six times its function's time. */
async function queuesAsDeclared(
  endpoint: string,
  made: Record<string, string>,
  expect: Story['expect'],
): Promise<void> {
  const client = clientAt(endpoint);
  for (const [name, letters, seconds] of [
    ['AlertsQueue', 'AlertsDeadLetters', 60],
    ['PagesQueue', 'PagesDeadLetters', 90],
    ['RepliesQueue', 'RepliesDeadLetters', 60],
  ] as const) {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: made[name]!, AttributeNames: ['All'] }),
    );
    const { deadLetterTargetArn = '', maxReceiveCount } = JSON.parse(Attributes['RedrivePolicy'] ?? '{}') as {
      deadLetterTargetArn?: string;
      maxReceiveCount?: number | string;
    };
    expect(`${name} gives up into ${letters}`, made[letters]!.endsWith(deadLetterTargetArn.split(':').at(-1)!));
    expect(`${name} gives up after a hundred tries`, Number(maxReceiveCount) === 100);
    expect(`${name} hides a message for ${seconds} s`, Number(Attributes['VisibilityTimeout']) === seconds);
  }
}

function clientAt(endpoint: string): SQSClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new SQSClient({ endpoint, region: 'eu-west-1', credentials });
}

/** Takes what is on a queue, in one call. */
function taker(endpoint: string): Story['take'] {
  const client = clientAt(endpoint);
  return async (url) => {
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
    return Messages.map(({ MessageId, Body }) => ({ id: MessageId!, body: Body! }));
  };
}

/** A state change, and one of our own alarms, which must not come. */
async function putEvents(aws: Aws, now: string, name: string): Promise<void> {
  const event = (alarmName: string) => ({
    Source: 'aws.cloudwatch',
    DetailType: 'CloudWatch Alarm State Change',
    Time: Math.floor(Date.parse(now) / 1000),
    Resources: [`arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${alarmName}`],
    Detail: JSON.stringify({
      alarmName,
      state: { value: 'ALARM', timestamp: now, reason: 'Threshold Crossed' },
      previousState: { value: 'OK' },
      configuration: {},
    }),
  });
  await aws.json('events', 'AWSEvents.PutEvents', { Entries: [event(name), event('pageturner-judge-PagesFail-1A2B')] });
}
