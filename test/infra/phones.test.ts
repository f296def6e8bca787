/** What the template makes for phones is what the code reads and the carrier documents. */
import { describe, expect, it } from 'vitest';
import { readTemplate } from '../../infra/local/template.ts';
import { HELP } from '../../shared/flow/reply.ts';
import { DELIVERED, UNDELIVERED } from '../../shared/flow/respond.ts';

/** The template as it is where these settings are given. */
const resourcesWith = (settings: Record<string, string>) => readTemplate(undefined, settings).resources;

describe('the configuration set', () => {
  it('asks for every event that is read, and for no other', () => {
    const { Properties } = resourcesWith({ smsNumber: '+447700900000' })['Receipts']!;
    const [destination] = Properties['EventDestinations'] as { MatchingEventTypes: string[] }[];
    expect([...destination!.MatchingEventTypes].sort()).toEqual([...DELIVERED, ...UNDELIVERED].sort());
  });

  it.each([
    ['a number for texts', { smsNumber: '+447700900000', voiceNumber: '' }, true],
    ['a number for calls', { smsNumber: '', voiceNumber: '+447700900000' }, true],
    ['a number that is requested', { smsNumber: '', voiceNumber: '', requestNumber: 'GB' }, true],
    ['no number', { smsNumber: '', voiceNumber: '' }, false],
  ])('is made with %s: %j', (_name, settings, isMade) => {
    expect('Receipts' in resourcesWith(settings)).toBe(isMade);
  });
});

describe('a number that is requested', () => {
  const resources = resourcesWith({ smsNumber: '', requestNumber: 'GB' });
  const { TwoWay, MandatoryKeywords, OptionalKeywords } = resources['TextNumber']!.Properties;

  it('brings replies to the topic that is read, in the name of a role that may', () => {
    expect(TwoWay).toEqual({
      Enabled: true,
      ChannelArn: { Ref: 'RepliesTopic' },
      ChannelRole: { 'Fn::GetAtt': ['RepliesRole', 'Arn'] },
    });
  });

  it('lets START and UNSTOP bring texts back, and answers HELP as Pageturner does', () => {
    const actions = (OptionalKeywords as { Keyword: string; Action: string }[]).map((one) => [one.Keyword, one.Action]);
    expect(actions).toEqual([
      ['START', 'OPT_IN'],
      ['UNSTOP', 'OPT_IN'],
    ]);
    expect(HELP).toContain((MandatoryKeywords as { HELP: { Message: string } }).HELP.Message);
  });

  it('is not requested where none is asked for', () => {
    expect(Object.keys(resourcesWith({}))).not.toEqual(expect.arrayContaining(['TextNumber', 'OptOuts']));
  });
});

it('the role without which spending is not measured is made only where it is asked for: there is one an account', () => {
  expect(resourcesWith({})['MetricsRole']).toBeUndefined();
  expect(resourcesWith({ serviceLinkedRole: 'yes' })['MetricsRole']!.Properties).toEqual({
    AWSServiceName: 'sms-voice.amazonaws.com',
  });
});

it.each([
  ['SpendLimitIsNear', { smsNumber: '+447700900000' }],
  ['CallsSpendLimitIsNear', { voiceNumber: '+447700900000' }],
  ['SnsSpendLimitIsNear', { smsBySns: 'yes' }],
])('%s watches what is spent where %j', (alarm, settings) => {
  const none = { smsNumber: '', voiceNumber: '', smsBySns: 'no' };
  expect(alarm in resourcesWith(none)).toBe(false);
  expect(alarm in resourcesWith({ ...none, ...settings })).toBe(true);
});
