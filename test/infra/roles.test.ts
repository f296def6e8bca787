/**
 * Least privilege: each function's role allows exactly the calls that its code can make. What a function can call is read
 * from its bundle, without what tree shaking leaves out: a call that is added or goes away fails here.
 */
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { readTemplate } from '../../infra/local/template.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Commands of the SDK, and a target that is called by hand, with the action that allows each. */
const ACTIONS: [called: string, action: string][] = [
  ['GetCommand', 'dynamodb:GetItem'],
  ['PutCommand', 'dynamodb:PutItem'],
  ['UpdateCommand', 'dynamodb:UpdateItem'],
  ['DeleteCommand', 'dynamodb:DeleteItem'],
  ['QueryCommand', 'dynamodb:Query'],
  ['BatchGetCommand', 'dynamodb:BatchGetItem'],
  ['BatchWriteCommand', 'dynamodb:BatchWriteItem'],
  ['SendMessageCommand', 'sqs:SendMessage'],
  ['SendMessageBatchCommand', 'sqs:SendMessage'],
  ['SendTextMessageCommand', 'sms-voice:SendTextMessage'],
  ['SendVoiceMessageCommand', 'sms-voice:SendVoiceMessage'],
  ['SendEmailCommand', 'ses:SendEmail'],
  ['PublishCommand', 'sns:Publish'],
  ['CheckIfPhoneNumberIsOptedOutCommand', 'sns:CheckIfPhoneNumberIsOptedOut'],
  ['DeleteOptedOutNumberCommand', 'sms-voice:DeleteOptedOutNumber'],
];
/** What a function's bundle holds and it never does: it shares the file with another that does. */
const NEVER: Record<string, Record<string, string>> = {
  triage: { 'ssm:GetParameters': 'it makes no links and rings nobody: it asks for no secret' },
  tickets: { 'dynamodb:UpdateItem': 'what it decides owes no page, so none is put to wait for a digest' },
  respond: {
    'ses:SendEmail': 'it answers texts by text alone',
    'sms-voice:SendVoiceMessage': 'likewise',
  },
};
/** What Lambda itself does in a function's name: logs, traces, and taking messages from its queues. */
const LAMBDAS_OWN = /^(logs|xray):/;
const TAKES_MESSAGES = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

const template = readTemplate();

async function called(name: string): Promise<string[]> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'functions', name, 'handler.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    treeShaking: true,
    // Of the SDK only what our own code names counts.
    external: ['@aws-sdk/*', '@smithy/*', '@aws-lambda-powertools/*'],
    logLevel: 'silent',
  });
  const code = outputFiles[0]!.text;
  const commands = [...code.matchAll(/new (\w+?Command)\d*\(/g)].map(([, command]) => command!);
  const unknown = commands.filter((command) => !ACTIONS.some(([known]) => known === command));
  expect(unknown, 'commands that this test does not know').toEqual([]);
  const actions = ACTIONS.filter(([command]) => commands.includes(command)).map(([, action]) => action);
  return [...new Set([...actions, ...(code.includes('AmazonSSM.GetParameters') ? ['ssm:GetParameters'] : [])])].sort();
}

type Statement = { Effect: string; Action: string | string[] };
function allowed(name: string): string[] {
  const role = template.resources[`${name.charAt(0).toUpperCase()}${name.slice(1)}Role`]!.Properties;
  const statements = (role['Policies'] as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );
  const takes = template.functions.find((one) => one.name === name)!.queues.length > 0;
  const actions = statements.flatMap(({ Action }) => Action).filter((action) => !LAMBDAS_OWN.test(action));
  if (takes)
    expect(actions, 'a function behind a queue takes its messages').toEqual(expect.arrayContaining(TAKES_MESSAGES));
  return [...new Set(actions.filter((action) => !takes || !TAKES_MESSAGES.includes(action)))].sort();
}

describe.each(template.functions.map(({ name }) => name))('%s', (name) => {
  it('may do exactly what its code does', async () => {
    const can = await called(name);
    const never = Object.keys(NEVER[name] ?? {});
    expect(can, 'an exception that is none any more').toEqual(expect.arrayContaining(never));
    expect(allowed(name)).toEqual(can.filter((action) => !never.includes(action)));
  });

  it('is allowed no action by a star, and no write to everything', () => {
    const role = template.resources[`${name.charAt(0).toUpperCase()}${name.slice(1)}Role`]!.Properties;
    expect(JSON.stringify(role)).not.toMatch(/"Action":(\["|")\*|:\*"\]?,"Resource"/);
  });
});
