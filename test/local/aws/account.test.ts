/** The local account is as strict as AWS: its published models decide what a request may say, its state what is answered. */
import { describe, expect, it } from 'vitest';
import { answerAws } from '../../../infra/local/aws/account.ts';
import { mistakesIn, modelOf, type Service } from '../../../infra/local/aws/model.ts';
import { asXml, readQuery } from '../../../infra/local/aws/query.ts';
import { receiveText } from '../../../infra/local/aws/sms-voice.ts';
import { type AccountState, freshAccount, type Handed, numberOf } from '../../../infra/local/aws/state.ts';

const NUMBER = '+447700900000';
const TO = '+447700900101';
const TEXT = {
  DestinationPhoneNumber: TO,
  OriginationIdentity: NUMBER,
  MessageBody: 'CRIT',
  MessageType: 'TRANSACTIONAL',
};
const CALL = {
  DestinationPhoneNumber: TO,
  OriginationIdentity: NUMBER,
  MessageBody: '<speak>x</speak>',
  VoiceId: 'AMY',
};

function ask(state: AccountState, service: Service, operation: string, request: unknown) {
  const handed: Handed[] = [];
  const hand = (message: Handed) => `m-${handed.push(message)}`;
  return { ...answerAws(state, { service, operation, request }, { hand, now: () => 0 }), handed };
}
const sms = (state: AccountState, operation: string, request: unknown) =>
  ask(state, 'pinpoint-sms-voice-v2', operation, request);

describe('a request that the model of its service does not allow', () => {
  it.each<[Service, string, unknown, RegExp]>([
    ['pinpoint-sms-voice-v2', 'SendTextMessage', { ...TEXT, PhoneNumber: TO }, /PhoneNumber is no parameter/],
    ['pinpoint-sms-voice-v2', 'SendTextMessage', { ...TEXT, DestinationPhoneNumber: undefined }, /is missing/],
    ['pinpoint-sms-voice-v2', 'SendTextMessage', { ...TEXT, DestinationPhoneNumber: '07700 900101' }, /must match/],
    ['pinpoint-sms-voice-v2', 'SendTextMessage', { ...TEXT, TimeToLive: 4 }, /TimeToLive must be at least 5/],
    ['pinpoint-sms-voice-v2', 'SendTextMessage', { ...TEXT, TimeToLive: 259_201 }, /must be at most 259200/],
    ['pinpoint-sms-voice-v2', 'SendTextMessage', { ...TEXT, TimeToLive: '600' }, /must be a whole number/],
    ['pinpoint-sms-voice-v2', 'SendTextMessage', { ...TEXT, MessageBody: 'x'.repeat(1601) }, /must be at most 1600/],
    ['pinpoint-sms-voice-v2', 'SendTextMessage', { ...TEXT, MessageBody: ' ' }, /MessageBody must match/],
    ['pinpoint-sms-voice-v2', 'SendTextMessage', { ...TEXT, MessageType: 'URGENT' }, /must be one of TRANSACTIONAL/],
    [
      'pinpoint-sms-voice-v2',
      'SendTextMessage',
      { ...TEXT, Context: { page: 'x'.repeat(801) } },
      /must be at most 800/,
    ],
    ['pinpoint-sms-voice-v2', 'SendVoiceMessage', { ...CALL, VoiceId: 'Amy' }, /VoiceId must be one of AMY/],
    ['pinpoint-sms-voice-v2', 'SendVoiceMessage', { ...CALL, MessageBody: 'x'.repeat(6001) }, /must be at most 6000/],
    [
      'ssm',
      'PutParameter',
      { Name: '/a', Value: 'b', Type: 'Secret' },
      /must be one of String, StringList, SecureString/,
    ],
    ['ssm', 'GetParameters', { Names: Array(11).fill('/a') }, /Names must be at most 10/],
    [
      'sesv2',
      'SendEmail',
      { Destination: { To: ['a@example.gov.uk'] }, Content: {} },
      /Destination.To is no parameter/,
    ],
    ['sns', 'Publish', { PhoneNumber: TO }, /Message is missing/],
  ])('%s %s is refused: %j', (service, operation, request, why) => {
    const { status, error, body, handed } = ask(freshAccount(NUMBER), service, operation, request);
    expect([status, error, handed]).toEqual([400, 'ValidationException', []]);
    expect(String(body['message'])).toMatch(why);
  });

  it('of an operation that is not used here is refused by name', () => {
    expect(sms(freshAccount(NUMBER), 'ReleasePhoneNumber', {}).error).toBe('UnknownOperationException');
  });

  it('is one that AWS itself describes: each model says where it is from', () => {
    for (const service of ['pinpoint-sms-voice-v2', 'sesv2', 'sns', 'ssm'] as const)
      expect(modelOf(service).source).toMatch(/^botocore, \d{4}-\d\d-\d\d$/);
    expect(mistakesIn(modelOf('pinpoint-sms-voice-v2'), 'SendTextMessage', TEXT)).toEqual([]);
  });
});

describe('a text or a call', () => {
  const account = (change: (state: AccountState) => void) => {
    const state = freshAccount(NUMBER);
    change(state);
    return state;
  };
  it('goes out where nothing is in its way', () => {
    expect(sms(freshAccount(NUMBER), 'SendTextMessage', TEXT)).toMatchObject({
      status: 200,
      handed: [{ channel: 'sms', to: TO, text: 'CRIT' }],
    });
    expect(sms(freshAccount(NUMBER), 'SendVoiceMessage', CALL)).toMatchObject({
      handed: [{ channel: 'voice', text: 'x' }],
    });
  });

  it.each<[string, string, unknown, (state: AccountState) => void, string, string | undefined]>([
    [
      'AWS is busy',
      'SendTextMessage',
      TEXT,
      (s) => Object.assign(s, { throttled: 1 }),
      'ThrottlingException',
      undefined,
    ],
    [
      'the number is of another account',
      'SendTextMessage',
      TEXT,
      (s) => s.numbers.pop(),
      'ResourceNotFoundException',
      undefined,
    ],
    [
      'there is no such configuration set',
      'SendTextMessage',
      { ...TEXT, ConfigurationSetName: 'x' },
      () => {},
      'ResourceNotFoundException',
      undefined,
    ],
    [
      'the number is not active',
      'SendTextMessage',
      TEXT,
      (s) => Object.assign(s.numbers[0]!, { Status: 'PENDING' }),
      'ConflictException',
      'RESOURCE_NOT_ACTIVE',
    ],
    [
      'a long code is asked to call',
      'SendVoiceMessage',
      CALL,
      (s) => Object.assign(s.numbers[0]!, { NumberCapabilities: ['SMS'] }),
      'ConflictException',
      'NUMBER_CAPABILITIES_MISMATCH',
    ],
    [
      'the number is for advertisements',
      'SendTextMessage',
      TEXT,
      (s) => Object.assign(s.numbers[0]!, { MessageType: 'PROMOTIONAL' }),
      'ConflictException',
      'MESSAGE_TYPE_MISMATCH',
    ],
    [
      'its registration is not done',
      'SendTextMessage',
      TEXT,
      (s) => Object.assign(s.numbers[0]!, { RegistrationId: 'r' }),
      'ConflictException',
      'REGISTRATION_NOT_COMPLETE',
    ],
    [
      'its receiver has sent STOP',
      'SendTextMessage',
      TEXT,
      (s) => s.optOuts['Default']!.add(TO),
      'ConflictException',
      'DESTINATION_PHONE_NUMBER_OPTED_OUT',
    ],
    [
      'the account is in the sandbox',
      'SendTextMessage',
      TEXT,
      (s) => Object.assign(s, { tier: 'SANDBOX' }),
      'ConflictException',
      'DESTINATION_PHONE_NUMBER_NOT_VERIFIED',
    ],
    [
      'the money is spent',
      'SendVoiceMessage',
      CALL,
      (s) => Object.assign(s.limits, { voice: 0 }),
      'ServiceQuotaExceededException',
      'MONTHLY_SPEND_LIMIT_REACHED_FOR_VOICE',
    ],
  ])('is refused where %s', (_name, operation, request, change, error, reason) => {
    const answered = sms(account(change), operation, request);
    expect([answered.error, answered.body['Reason'], answered.handed]).toEqual([error, reason, []]);
  });

  it('reaches a verified number in the sandbox', () => {
    const state = account((s) => Object.assign(s, { tier: 'SANDBOX', verified: [TO] }));
    expect(sms(state, 'SendTextMessage', TEXT).handed).toHaveLength(1);
  });
});

describe('a text to a number', () => {
  const state = () => {
    const account = freshAccount(NUMBER);
    account.numbers = [
      numberOf({ PhoneNumber: NUMBER, PhoneNumberId: 'p', TwoWayEnabled: true, TwoWayChannelArn: 'arn:topic' }),
    ];
    return account;
  };
  it('goes to the topic of its two-way channel, and nowhere where that is off', () => {
    const account = state();
    expect(receiveText(account, TO, NUMBER, 'ACK 7Y')).toEqual({ topic: 'arn:topic' });
    account.numbers[0]!.TwoWayEnabled = false;
    expect(receiveText(account, TO, NUMBER, 'ACK 7Y')).toEqual({});
  });

  it('that begins with STOP opts out; START opts in only where the number has it as a keyword', () => {
    const account = state();
    receiveText(account, TO, NUMBER, 'stop it');
    expect([...account.optOuts['Default']!]).toEqual([TO]);
    receiveText(account, TO, NUMBER, 'START');
    expect([...account.optOuts['Default']!]).toEqual([TO]);
    account.numbers[0]!.keywords.push({ Keyword: 'START', KeywordMessage: 'in', KeywordAction: 'OPT_IN' });
    expect(receiveText(account, TO, NUMBER, 'START')).toMatchObject({ answer: 'in' });
    expect([...account.optOuts['Default']!]).toEqual([]);
  });
});

it('a parameter that exists is not overwritten unasked', () => {
  const state = freshAccount(NUMBER);
  const put = (value: string, more = {}) =>
    ask(state, 'ssm', 'PutParameter', { Name: '/a', Value: value, Type: 'SecureString', ...more });
  expect(put('one').status).toBe(200);
  expect(put('two').error).toBe('ParameterAlreadyExists');
  expect(ask(state, 'ssm', 'GetParameter', { Name: '/a', WithDecryption: true }).body).toMatchObject({
    Parameter: { Value: 'one' },
  });
  expect(put('two', { Overwrite: true }).status).toBe(200);
});

it('SNS takes a text to a phone that has sent STOP, and delivers nothing', () => {
  const state = freshAccount(NUMBER);
  state.optOuts['Default']!.add(TO);
  expect(ask(state, 'sns', 'Publish', { PhoneNumber: TO, Message: 'x' })).toMatchObject({ status: 200, handed: [] });
  expect(ask(state, 'sns', 'CheckIfPhoneNumberIsOptedOut', { phoneNumber: TO }).body).toEqual({ isOptedOut: true });
});

it('the query protocol of SNS is read with its attributes, and answered in XML', () => {
  const form =
    'Action=Publish&Version=2010-03-31&PhoneNumber=%2B447700900101&Message=x&MessageAttributes.entry.1.Name=A&MessageAttributes.entry.1.Value.DataType=String&MessageAttributes.entry.1.Value.StringValue=b';
  expect(readQuery(form)).toEqual({
    operation: 'Publish',
    request: { PhoneNumber: TO, Message: 'x', MessageAttributes: { A: { DataType: 'String', StringValue: 'b' } } },
  });
  expect(asXml('Publish', { MessageId: 'm' }, undefined)).toContain('<PublishResult><MessageId>m</MessageId>');
  expect(asXml('Publish', {}, 'InvalidParameter')).toContain('<Code>InvalidParameter</Code>');
});
