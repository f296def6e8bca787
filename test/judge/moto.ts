/**
 * A second AWS (moto): the packaged template is created in it by CloudFormation, and our adapters work against what came out:
 * table, queues, topics, parameters and rules. Then the store's contract runs over its table.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Aws, awsAt } from './aws.ts';
import type { Verdict } from './judge.ts';
import { startTool } from './python.ts';
import { story } from './story.ts';

const PORT = 5610;
const ADDRESS = `http://127.0.0.1:${PORT}`;
const STACK = 'pageturner-judge';

/** Names and types that moto fails on, each with its reason: taken out of the template before it is created. */
const LEFT_OUT: Record<string, string> = {
  'AWS::Lambda::EventSourceMapping': 'moto would run the functions in containers; here they run beside it',
  AlarmEventsFromElsewhere: 'moto takes the reference to an event bus for the bus itself, and fails',
};

/** Tests of the store's contract that cannot hold over moto. */
const LEFT_OUT_TESTS: Record<string, string> = {
  'never has its firing and its end miss each other':
    'two updates of one item at the same moment are not atomic in moto',
};

type Resource = { Type: string; Properties: Record<string, unknown> };
type Template = { Resources: Record<string, Resource>; Outputs?: object };

export async function judgeByMoto(template: string): Promise<Verdict> {
  const moto = await startTool('moto_server', ['-H', '127.0.0.1', '-p', String(PORT)], `${ADDRESS}/moto-api/`);
  try {
    const aws = awsAt(ADDRESS);
    const whole = JSON.parse(readFileSync(template, 'utf8')) as Template;
    await createStack(aws, whole);
    const broken = contract();
    // The story must begin with an empty table.
    await fetch(`${ADDRESS}/moto-api/reset`, { method: 'POST' });
    const made = await createStack(aws, whole);
    const missing = Object.entries(whole.Resources).filter((one) => !(one[0] in made) && !isLeftOut(one));
    await makeUp(aws, whole, made);
    const { found, notes } = await story(aws, made);
    return {
      found: [...broken, ...found],
      notes: [
        `${Object.keys(made).length} of ${Object.keys(whole.Resources).length} resources were created`,
        ...Object.entries(LEFT_OUT).map(([name, why]) => `left out ${name}: ${why}`),
        `moto does not create: ${[...new Set(missing.map(([, { Type }]) => Type))].sort().join(', ')}`,
        ...Object.entries(LEFT_OUT_TESTS).map(([name, why]) => `left out of the contract "${name}": ${why}`),
        'moto hands every event to rules that have a schedule alone: their targets are taken away',
        'moto does not create subscriptions: the one of the alarms topic is made by hand, as the template says it',
        ...notes,
      ],
    };
  } finally {
    moto.stop();
  }
}

function isLeftOut([name, { Type }]: [string, Resource]): boolean {
  return name in LEFT_OUT || Type in LEFT_OUT;
}

/** Out: the physical ids of what was created, by logical name. */
async function createStack(aws: Aws, { Resources, ...rest }: Template): Promise<Record<string, string>> {
  const kept = Object.entries(Resources).filter((one) => !isLeftOut(one));
  const body = JSON.stringify({ ...rest, Resources: Object.fromEntries(kept), Outputs: {} });
  await aws.form('cloudformation', {
    Action: 'CreateStack',
    StackName: STACK,
    TemplateBody: body,
    'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
  });
  const state = await aws.form('cloudformation', { Action: 'DescribeStacks', StackName: STACK });
  if (!state.includes('<StackStatus>CREATE_COMPLETE'))
    throw new Error(`moto did not create the stack: ${state.slice(0, 600)}`);
  const listed = await aws.form('cloudformation', { Action: 'DescribeStackResources', StackName: STACK });
  const parts = listed.split('<member>').slice(1);
  const of = (part: string, tag: string) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(part)?.[1] ?? '';
  return Object.fromEntries(parts.map((part) => [of(part, 'LogicalResourceId'), of(part, 'PhysicalResourceId')]));
}

/** What moto leaves out or does otherwise, put right by hand from what the template says. */
async function makeUp(aws: Aws, { Resources }: Template, made: Record<string, string>): Promise<void> {
  for (const [name, { Type, Properties }] of Object.entries(Resources)) {
    if (Type !== 'AWS::Events::Rule' || Properties['ScheduleExpression'] === undefined) continue;
    const Ids = (Properties['Targets'] as { Id: string }[]).map(({ Id }) => Id);
    await aws.json('events', 'AWSEvents.RemoveTargets', { Rule: made[name], Ids });
  }
  const arn = `arn:aws:sqs:eu-west-1:123456789012:${made['AlertsQueue']!.split('/').at(-1)}`;
  const { Protocol } = Resources['AlarmsToQueue']!.Properties as { Protocol: string };
  await aws.form('sns', { Action: 'Subscribe', TopicArn: made['AlarmsTopic']!, Protocol, Endpoint: arn });
}

/** The store's contract over moto's table. */
function contract(): string[] {
  const root = join(import.meta.dirname, '../..');
  const others = `^(?!.*(${Object.keys(LEFT_OUT_TESTS).join('|')}))`;
  const options = ['run', 'test/store/contract.test.ts', '--testNamePattern', others];
  const { status, stdout, stderr } = spawnSync('node_modules/.bin/vitest', options, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, MOTO: ADDRESS, NO_COLOR: '1' },
  });
  return status === 0 ? [] : [`The store's contract does not hold over moto:\n${(stdout + stderr).slice(-4000)}`];
}
