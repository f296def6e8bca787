/** What `doctor` asks of the AWS account. Every function throws with the error's name where it may not ask. */
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import {
  DescribeAccountAttributesCommand,
  DescribeConfigurationSetsCommand,
  DescribeKeywordsCommand,
  DescribeOptedOutNumbersCommand,
  DescribeRegistrationsCommand,
  DescribeSpendLimitsCommand,
  DescribeVerifiedDestinationNumbersCommand,
  type PhoneNumberInformation,
  PinpointSMSVoiceV2Client,
  paginateDescribePhoneNumbers,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { GetAccountCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Setup } from '../../shared/world/world.ts';
import type { Phone, SmsAccount } from './phones.ts';
import { NEEDED, type Secrets } from './secrets.ts';

const TRIES = { maxAttempts: 3, requestHandler: { connectionTimeout: 2000, requestTimeout: 5000 } };
const METRICS_ROLE = '/aws-service-role/sms-voice.amazonaws.com/';

export async function smsOf(setup: Setup): Promise<SmsAccount> {
  const client = new PinpointSMSVoiceV2Client(TRIES);
  const uses = [
    ...(setup.smsNumber === '' ? [] : [{ use: 'texts' as const, number: setup.smsNumber }]),
    ...(setup.voiceNumber === '' ? [] : [{ use: 'calls' as const, number: setup.voiceNumber }]),
  ];
  // Nothing of it is used: an account without a number need not let us look.
  if (uses.length === 0) return { setup, verified: 0, limits: [], phones: [], hasMetricsRole: true };
  const [account, limits, verified, numbers, receipts, hasMetricsRole] = await Promise.all([
    client.send(new DescribeAccountAttributesCommand({})),
    client.send(new DescribeSpendLimitsCommand({})),
    client.send(new DescribeVerifiedDestinationNumbersCommand({})),
    numbersOf(client),
    receiptsOf(client, setup.configurationSet),
    isMetricsRoleThere(),
  ]);
  const tier = account.AccountAttributes?.find(({ Name }) => Name === 'ACCOUNT_TIER')?.Value;
  const phones = await Promise.all(uses.map(({ use, number }) => phoneOf(client, use, number, numbers)));
  return {
    setup,
    ...(tier === undefined ? {} : { tier }),
    verified: (verified.VerifiedDestinationNumbers ?? []).filter(({ Status }) => Status === 'VERIFIED').length,
    limits: (limits.SpendLimits ?? [])
      .filter(({ Name }) => Name === 'TEXT_MESSAGE_MONTHLY_SPEND_LIMIT' || Name === 'VOICE_MESSAGE_MONTHLY_SPEND_LIMIT')
      .map(({ Name, EnforcedLimit, MaxLimit }) => ({
        name: Name!.toLowerCase().replaceAll('_', ' '),
        enforced: EnforcedLimit ?? 0,
        max: MaxLimit ?? 0,
      })),
    phones,
    ...(receipts === undefined ? {} : { receipts }),
    hasMetricsRole,
  };
}

async function numbersOf(client: PinpointSMSVoiceV2Client): Promise<PhoneNumberInformation[]> {
  const all: PhoneNumberInformation[] = [];
  for await (const page of paginateDescribePhoneNumbers({ client }, {})) all.push(...(page.PhoneNumbers ?? []));
  return all;
}

async function phoneOf(
  client: PinpointSMSVoiceV2Client,
  use: Phone['use'],
  number: string,
  numbers: PhoneNumberInformation[],
): Promise<Phone> {
  const found = numbers.find(({ PhoneNumber, PhoneNumberId }) => PhoneNumber === number || PhoneNumberId === number);
  const absent = { use, status: '', messageType: '', capabilities: [], channel: '', keywords: {}, optedOut: 0 };
  if (!found) return { ...absent, isThere: false };
  const [keywords, optedOut, registration] = await Promise.all([
    client.send(new DescribeKeywordsCommand({ OriginationIdentity: found.PhoneNumberId! })),
    client.send(new DescribeOptedOutNumbersCommand({ OptOutListName: found.OptOutListName! })),
    found.RegistrationId === undefined
      ? undefined
      : client.send(new DescribeRegistrationsCommand({ RegistrationIds: [found.RegistrationId] })),
  ]);
  const state = registration?.Registrations?.find(({ RegistrationId }) => RegistrationId === found.RegistrationId);
  return {
    use,
    isThere: true,
    status: found.Status ?? '',
    messageType: found.MessageType ?? '',
    capabilities: found.NumberCapabilities ?? [],
    channel: found.TwoWayEnabled ? (found.TwoWayChannelArn ?? '') : '',
    keywords: Object.fromEntries(
      (keywords.Keywords ?? []).map(({ Keyword, KeywordAction }) => [Keyword!.toUpperCase(), KeywordAction!]),
    ),
    optedOut: optedOut.OptedOutNumbers?.length ?? 0,
    ...(state?.RegistrationStatus === undefined ? {} : { registration: state.RegistrationStatus }),
  };
}

/** The topics of a configuration set; undefined where there is no such set. */
async function receiptsOf(client: PinpointSMSVoiceV2Client, name: string): Promise<string[] | undefined> {
  const { ConfigurationSets } = await client.send(new DescribeConfigurationSetsCommand({}));
  const set = ConfigurationSets?.find(({ ConfigurationSetName }) => ConfigurationSetName === name);
  return set?.EventDestinations?.filter(({ Enabled }) => Enabled).flatMap(({ SnsDestination }) =>
    SnsDestination?.TopicArn === undefined ? [] : [SnsDestination.TopicArn],
  );
}

async function isMetricsRoleThere(): Promise<boolean> {
  const { Roles } = await new IAMClient(TRIES).send(new ListRolesCommand({ PathPrefix: METRICS_ROLE }));
  return (Roles ?? []).length > 0;
}

export async function emailOf(): Promise<{ production: boolean; sending: boolean }> {
  const { ProductionAccessEnabled, SendingEnabled } = await new SESv2Client(TRIES).send(new GetAccountCommand({}));
  return { production: ProductionAccessEnabled ?? false, sending: SendingEnabled ?? false };
}

export async function subscriptionsOf(topic: string): Promise<string[]> {
  const { Subscriptions } = await new SNSClient(TRIES).send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }));
  return (Subscriptions ?? []).map(({ SubscriptionArn }) => SubscriptionArn ?? '');
}

/** The secrets of a stage, decrypted: whether they could be guessed cannot be told otherwise. */
export async function secretsOf(stage: string): Promise<Secrets> {
  const names = Object.keys(NEEDED);
  const { Parameters } = await new SSMClient(TRIES).send(
    new GetParametersCommand({ Names: names.map((name) => `/pageturner/${stage}/${name}`), WithDecryption: true }),
  );
  const read = Object.fromEntries(
    (Parameters ?? []).map(({ Name, Value, Type }) => [
      Name!.split('/').at(-1)!,
      { value: Value ?? '', type: Type ?? '' },
    ]),
  );
  return { stage, read };
}

/** A call takes so many names. [AWS Systems Manager API reference, GetParameters] */
const NAMES_A_CALL = 10;

/** The values of parameters, by their `ssm:` reference; one that is not there is left out. */
export async function valuesOf(references: string[]): Promise<Record<string, string>> {
  const client = new SSMClient(TRIES);
  const names = [...new Set(references)].map((reference) => reference.slice('ssm:'.length));
  const found: Record<string, string> = {};
  for (let from = 0; from < names.length; from += NAMES_A_CALL) {
    const Names = names.slice(from, from + NAMES_A_CALL);
    const { Parameters } = await client.send(new GetParametersCommand({ Names, WithDecryption: true }));
    for (const { Name, Value } of Parameters ?? []) if (Value !== undefined) found[`ssm:${Name}`] = Value;
  }
  return found;
}
