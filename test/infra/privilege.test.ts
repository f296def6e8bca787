/** How a recorded call is read and held against a role, and a logged line against what a log may hold. The record itself is judged when all tests are over. */
import { describe, expect, it } from 'vitest';
import { type Asked, readCalls } from '../../infra/local/calls.ts';
import { readTemplate } from '../../infra/local/template.ts';
import { unfit } from './lines.ts';
import { type Allowed, allowedBy, refused, unused } from './privilege.ts';

const signed = (who: string, service: string) =>
  `AWS4-HMAC-SHA256 Credential=${who}/20261123/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
const asked = (service: string, rest: Partial<Asked>): Asked => ({
  authorization: signed('page', service),
  target: '',
  path: '/',
  body: '',
  ...rest,
});
const ARN = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:000000000000:${rest}`;

describe('a call is read from its request', () => {
  it.each<[string, Asked, string, string[]]>([
    [
      'of a table',
      asked('dynamodb', { target: 'DynamoDB_20120810.GetItem', body: '{"TableName":"pageturner"}' }),
      'dynamodb:GetItem',
      [ARN('dynamodb', 'table/pageturner')],
    ],
    [
      'of an index',
      asked('dynamodb', { target: 'DynamoDB_20120810.Query', body: '{"TableName":"t","IndexName":"due"}' }),
      'dynamodb:Query',
      [ARN('dynamodb', 'table/t/index/due')],
    ],
    [
      'of several tables',
      asked('dynamodb', { target: 'DynamoDB_20120810.BatchGetItem', body: '{"RequestItems":{"a":{},"b":{}}}' }),
      'dynamodb:BatchGetItem',
      [ARN('dynamodb', 'table/a'), ARN('dynamodb', 'table/b')],
    ],
    [
      'of a queue, whose batches IAM knows by the single act',
      asked('sqs', { target: 'AmazonSQS.SendMessageBatch', body: '{"QueueUrl":"http://127.0.0.1/0/PagesQueue"}' }),
      'sqs:SendMessage',
      [ARN('sqs', 'PagesQueue')],
    ],
    [
      'of parameters',
      asked('ssm', {
        target: 'AmazonSSM.GetParameters',
        body: '{"Names":["/pageturner/local/link-secret","/pageturner/local/twilio-token"]}',
      }),
      'ssm:GetParameters',
      [ARN('ssm', 'parameter/pageturner/local/link-secret'), ARN('ssm', 'parameter/pageturner/local/twilio-token')],
    ],
    ['of a topic', asked('sns', { body: 'Action=Publish&TopicArn=arn%3Ax' }), 'sns:Publish', ['arn:x']],
    [
      'of a phone, whose number is not kept',
      asked('sns', { body: 'Action=Publish&PhoneNumber=%2B447700900101&Message=m' }),
      'sns:Publish',
      ['*'],
    ],
    [
      'of the carrier',
      asked('sms-voice', { target: 'PinpointSMSVoiceV2.SendTextMessage', body: '{"DestinationPhoneNumber":"+44"}' }),
      'sms-voice:SendTextMessage',
      [ARN('sms-voice', 'any')],
    ],
    [
      'of mail',
      asked('ses', { path: '/v2/email/outbound-emails', body: '{}' }),
      'ses:SendEmail',
      [ARN('ses', 'identity/any')],
    ],
  ])('%s', (_name, request, action, resources) => {
    expect(readCalls(request)).toEqual(resources.map((resource) => ({ who: 'page', action, resource })));
  });

  it('that nobody signed is nobody’s', () => {
    expect(readCalls({ authorization: '', target: '', path: '/slack/chat.postMessage', body: '{}' })).toEqual([]);
  });
});

describe('a role', () => {
  const on = (resource: string, except = false): Allowed => ({ who: 'page', action: 'sns:Publish', resource, except });
  const call = (resource: string, who = 'page', action = 'sns:Publish') => ({ who, action, resource });

  it.each<[string, Allowed, ReturnType<typeof call>, 'fits' | 'refused']>([
    ['allows what it names', on('arn:a'), call('arn:a'), 'fits'],
    ['refuses another resource', on('arn:a'), call('arn:a/index/due'), 'refused'],
    ['refuses another action', on('arn:a'), call('arn:a', 'page', 'sns:Subscribe'), 'refused'],
    ['allows what a star covers', on('arn:people/*'), call('arn:people/amira/phone'), 'fits'],
    ['takes a dot for a dot', on('arn.a'), call('arn:a'), 'refused'],
    ['allows everything but what it excepts', on('arn:*', true), call('*'), 'fits'],
    ['refuses what it excepts', on('arn:*', true), call('arn:topic'), 'refused'],
    ['says nothing of who is no function', on('arn:a'), call('arn:b', 'local'), 'fits'],
  ])('%s', (_name, allowed, made, expected) => {
    expect(refused([allowed], [made])).toHaveLength(expected === 'refused' ? 1 : 0);
  });

  it('that allows what nobody calls is told, unless a reason stands for it', () => {
    const because = 'only in a night of trouble';
    expect(unused([on('arn:a')], [call('arn:b')], [])).toEqual([
      expect.stringMatching(/^page may call sns:Publish on arn:a/),
    ]);
    expect(unused([on('arn:a')], [call('arn:a')], [])).toEqual([]);
    expect(unused([on('arn:a')], [], [{ who: 'page', action: 'sns:Publish', because }])).toEqual([]);
    expect(unused([], [], [{ who: 'page', action: 'sns:Publish', because }])).toEqual([
      expect.stringContaining('not call sns:Publish any more'),
    ]);
  });
});

it('the template’s roles are read in the words of the local stack', () => {
  const allowed = allowedBy(readTemplate());
  const may = (who: string, action: string) =>
    allowed.filter((one) => one.who === who && one.action === action).map(({ resource }) => resource);
  expect(may('sweep', 'dynamodb:Query')).toEqual([
    ARN('dynamodb', 'table/pageturner'),
    ARN('dynamodb', 'table/pageturner/index/due'),
    ARN('dynamodb', 'table/pageturner/index/listed'),
  ]);
  expect(may('receive', 'sqs:SendMessage')).toEqual([ARN('sqs', 'AlertsQueue')]);
  expect(may('canary', 'ssm:GetParameters')).toEqual([ARN('ssm', 'parameter/pageturner/local/hook-keys')]);
});

describe('a line of a log', () => {
  const line = (fields: object) => `page\t${JSON.stringify({ level: 'INFO', ...fields })}`;
  it.each<[string, string, RegExp | undefined]>([
    ['may tell of an incident by its id', line({ message: 'Page sent', incident: 'a-1' }), undefined],
    ['tells of an incident by its id', line({ message: 'Page sent' }), /^The log of page tells of an incident without/],
    ['holds no number with its country', line({ message: 'To +4915112345678' }), /holds a phone number: .*<number>/],
    ['holds none as people write it', line({ message: 'x', to: '07700 900123' }), /holds a phone number: .*<number>/],
    ['may hold other digits', line({ message: 'x', at: '2026-11-23T03:12:04.000Z', n: 1732331524000 }), undefined],
    ['is JSON', 'page\tError: it broke', /is no JSON with a level and a message: Error: it broke$/],
  ])('%s', (_name, written, expected) => {
    const found = unfit([written]);
    expect(found).toHaveLength(expected === undefined ? 0 : 1);
    if (expected) expect(found[0]).toMatch(expected);
  });
});
