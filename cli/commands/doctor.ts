/** `pageturner doctor`: asks every part whether it would page people tonight. */

import {
  DescribeAccountAttributesCommand,
  DescribePhoneNumbersCommand,
  DescribeSenderIdsCommand,
  DescribeSpendLimitsCommand,
  PinpointSMSVoiceV2Client,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { GetAccountCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { canaryEvents } from '../../shared/flow/canary.ts';
import { type Asked, type Examined, examine, type Verdict } from '../doctor/doctor.ts';
import { openCatalogue, saying } from '../folder.ts';
import { addressOf, call, post, type ServerOptions } from '../server.ts';

type Options = ServerOptions & {
  catalogue?: string;
  ownAlarms?: string;
  account?: boolean;
  key?: string;
  testPage?: string;
};

const NO_TRIES = { maxAttempts: 1, requestHandler: { connectionTimeout: 2000, requestTimeout: 5000 } };

export async function runDoctor(options: Options): Promise<void> {
  await saying(async () => {
    const verdicts = examine(await examined(options));
    if (options.json) process.stdout.write(`${JSON.stringify({ verdicts })}\n`);
    else process.stdout.write(verdicts.map(say).join(''));
    if (verdicts.some(({ level }) => level === 'error')) process.exitCode = 1;
  });
}

function say({ level, what, said, mend }: Verdict): string {
  return `${level.padEnd(8)} ${what}: ${said}\n${mend === undefined ? '' : `         ${mend}\n`}`;
}

async function examined(options: Options): Promise<Examined> {
  const ofAccount = <Answer>(ask: () => Promise<Answer>): Promise<Asked<Answer>> | { why: string } =>
    options.account === false ? { why: 'left out with --no-account' } : asked(ask);
  const [health, catalogue, oncall, contacts, sms, email, alarms, peer, hook, testPage] = await Promise.all([
    asked(() => healthOf(options)),
    asked(() => catalogueOf(options)),
    asked(
      async () =>
        ((await call(options, 'GET', '/oncall')) as { oncall: { rota: string; person: string | null }[] }).oncall,
    ),
    asked(() => contactsOf(options)),
    ofAccount(smsOf),
    ofAccount(emailOf),
    options.ownAlarms === undefined
      ? { why: 'name the topic with --own-alarms' }
      : ofAccount(() => subscriptionsOf(options.ownAlarms!)),
    asked(async () => (await call(options, 'GET', '/peer')) as Exclude<Examined['peer'], { why: string }>),
    options.key === undefined ? { why: "give a sender's key with --key" } : asked(() => hookOf(options, options.key!)),
    options.testPage === undefined
      ? { why: 'name yourself with --test-page' }
      : asked(() => testPageOf(options, options.testPage!)),
  ]);
  return { health, catalogue, oncall, contacts, sms, email, alarms, peer, hook, testPage };
}

/** What a question is answered, or a sentence without an address or a number. */
async function asked<Answer>(ask: () => Promise<Answer>): Promise<Asked<Answer>> {
  try {
    return await ask();
  } catch (error) {
    const { name, message } = error as Error;
    // The SDK's messages may quote what was asked for; those of ours may be read.
    return { why: name === 'Error' || name === 'Misuse' ? message : name };
  }
}

async function healthOf(options: Options): Promise<Exclude<Examined['health'], { why: string }>> {
  const response = await post(`${addressOf(options)}/health`, {});
  const date = response.headers.get('date');
  const ourTime = new Date().toISOString();
  return { status: response.status, ourTime, ...(date === null ? {} : { serverTime: new Date(date).toISOString() }) };
}

async function catalogueOf(options: Options): Promise<Exclude<Examined['catalogue'], { why: string }>> {
  const inForce = (await call(options, 'GET', '/catalogue')) as { digest: string; at: string } | null;
  const folder = options.catalogue === undefined ? undefined : (await openCatalogue(options.catalogue)).digest;
  return { ...(inForce === null ? {} : { inForce }), ...(folder === undefined ? {} : { folder }) };
}

/** By an alert of our own, which goes the whole way and wakes nobody. */
async function hookOf(options: Options, key: string): Promise<{ status: number }> {
  const [, trigger] = canaryEvents(key, new Date().toISOString());
  const headers = { 'content-type': 'application/json' };
  const answer = await post(`${addressOf(options)}/v2/enqueue`, {
    method: 'POST',
    headers,
    body: JSON.stringify(trigger),
  });
  return { status: answer.status };
}

async function testPageOf(options: Options, person: string): Promise<{ person: string; channels: string[] }> {
  const { pages } = (await call(options, 'POST', '/test-pages', { person })) as { pages: { channel: string }[] };
  return { person, channels: pages.map(({ channel }) => channel) };
}

async function contactsOf(options: Options): Promise<{ person: string; unproved: string[]; stopped: string[] }[]> {
  type Way = { channel: string; provedAt?: string; stoppedAt?: string };
  const { contacts } = (await call(options, 'GET', '/contacts')) as { contacts: { person: string; ways: Way[] }[] };
  return contacts.map(({ person, ways }) => ({
    person,
    unproved: ways.filter(({ provedAt }) => provedAt === undefined).map(({ channel }) => channel),
    stopped: ways.filter(({ stoppedAt }) => stoppedAt !== undefined).map(({ channel }) => channel),
  }));
}

async function smsOf(): Promise<Exclude<Examined['sms'], { why: string }>> {
  const client = new PinpointSMSVoiceV2Client(NO_TRIES);
  const [account, limits, numbers, senders] = await Promise.all([
    client.send(new DescribeAccountAttributesCommand({})),
    client.send(new DescribeSpendLimitsCommand({})),
    client.send(new DescribePhoneNumbersCommand({})),
    client.send(new DescribeSenderIdsCommand({})),
  ]);
  const tier = account.AccountAttributes?.find(({ Name }) => Name === 'ACCOUNT_TIER')?.Value;
  return {
    ...(tier === undefined ? {} : { tier }),
    limits: (limits.SpendLimits ?? [])
      .filter(({ Name }) => Name === 'TEXT_MESSAGE_MONTHLY_SPEND_LIMIT' || Name === 'VOICE_MESSAGE_MONTHLY_SPEND_LIMIT')
      .map(({ Name, EnforcedLimit, MaxLimit }) => ({
        name: Name!.toLowerCase().replaceAll('_', ' '),
        enforced: EnforcedLimit ?? 0,
        max: MaxLimit ?? 0,
      })),
    numbers: numbers.PhoneNumbers?.length ?? 0,
    senders: senders.SenderIds?.length ?? 0,
  };
}

async function emailOf(): Promise<{ production: boolean; sending: boolean }> {
  const { ProductionAccessEnabled, SendingEnabled } = await new SESv2Client(NO_TRIES).send(new GetAccountCommand({}));
  return { production: ProductionAccessEnabled ?? false, sending: SendingEnabled ?? false };
}

async function subscriptionsOf(topic: string): Promise<string[]> {
  const { Subscriptions } = await new SNSClient(NO_TRIES).send(
    new ListSubscriptionsByTopicCommand({ TopicArn: topic }),
  );
  return (Subscriptions ?? []).map(({ SubscriptionArn }) => SubscriptionArn ?? '');
}
