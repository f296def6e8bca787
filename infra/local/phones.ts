/**
 * What the template declares of End User Messaging, made in the local account as CloudFormation makes it, and what a person does
 * by hand for a number that the team has already: two-way messaging and the keyword START.
 */
import {
  CreateConfigurationSetCommand,
  CreateEventDestinationCommand,
  CreateOptOutListCommand,
  type EventType,
  PinpointSMSVoiceV2Client,
  PutKeywordCommand,
  RequestPhoneNumberCommand,
  UpdatePhoneNumberCommand,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import type { AccountState } from './aws/state.ts';
import { evaluate, type Known, type Template } from './template.ts';

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const OWN_NUMBER = 'phone-local';

type Set = {
  ConfigurationSetName: string;
  EventDestinations: {
    EventDestinationName: string;
    MatchingEventTypes: EventType[];
    SnsDestination: { TopicArn: string };
  }[];
};
type Number = {
  IsoCountryCode: string;
  OptOutListName: string;
  TwoWay: { ChannelArn: string };
  MandatoryKeywords: Record<string, { Message: string }>;
  OptionalKeywords: { Keyword: string; Message: string; Action: 'OPT_IN' }[];
};

/**
 * Makes them at `endpoint`, and tells `known` what came of it. Throws where the account refuses what the template says.
 * `account`: what no call makes is written there.
 */
export async function createPhones(
  template: Template,
  known: Known,
  account: AccountState,
  endpoint: string,
): Promise<void> {
  const client = new PinpointSMSVoiceV2Client({ endpoint, region: 'eu-west-1', credentials: CREDENTIALS });
  const { Receipts, OptOuts, TextNumber, MetricsRole } = template.resources;
  known.attributes['RepliesRole.Arn'] = 'arn:aws:iam::000000000000:role/replies';
  account.hasMetricsRole = MetricsRole !== undefined;
  if (OptOuts) {
    const { OptOutListName } = OptOuts.Properties as { OptOutListName: string };
    await client.send(new CreateOptOutListCommand({ OptOutListName }));
    known.refs['OptOuts'] = OptOutListName;
  }
  if (Receipts) await createSet(client, evaluate(Receipts.Properties, known) as Set);
  if (TextNumber)
    known.attributes['TextNumber.PhoneNumber'] = await requestNumber(
      client,
      evaluate(TextNumber.Properties, known) as Number,
    );
  else await connectOwnNumber(client, known.refs['RepliesTopic']!);
}

async function createSet(client: PinpointSMSVoiceV2Client, set: Set): Promise<void> {
  const { ConfigurationSetName, EventDestinations } = set;
  await client.send(new CreateConfigurationSetCommand({ ConfigurationSetName }));
  for (const { EventDestinationName, MatchingEventTypes, SnsDestination } of EventDestinations)
    await client.send(
      new CreateEventDestinationCommand({
        ConfigurationSetName,
        EventDestinationName,
        MatchingEventTypes,
        SnsDestination,
      }),
    );
}

/** Out: the number. */
async function requestNumber(client: PinpointSMSVoiceV2Client, number: Number): Promise<string> {
  const { PhoneNumberId, PhoneNumber } = await client.send(
    new RequestPhoneNumberCommand({
      IsoCountryCode: number.IsoCountryCode,
      MessageType: 'TRANSACTIONAL',
      NumberCapabilities: ['SMS'],
      NumberType: 'LONG_CODE',
      OptOutListName: number.OptOutListName,
    }),
  );
  await twoWay(client, PhoneNumberId!, number.TwoWay.ChannelArn);
  const mandatory = Object.entries(number.MandatoryKeywords).map(([Keyword, { Message }]) => ({
    Keyword,
    KeywordMessage: Message,
    KeywordAction: Keyword === 'STOP' ? ('OPT_OUT' as const) : ('AUTOMATIC_RESPONSE' as const),
  }));
  const optional = number.OptionalKeywords.map(({ Keyword, Message, Action }) => ({
    Keyword,
    KeywordMessage: Message,
    KeywordAction: Action,
  }));
  for (const keyword of [...mandatory, ...optional])
    await client.send(new PutKeywordCommand({ OriginationIdentity: PhoneNumberId!, ...keyword }));
  return PhoneNumber!;
}

async function connectOwnNumber(client: PinpointSMSVoiceV2Client, topic: string): Promise<void> {
  await twoWay(client, OWN_NUMBER, topic);
  const start = { Keyword: 'START', KeywordMessage: 'You are opted in.', KeywordAction: 'OPT_IN' as const };
  await client.send(new PutKeywordCommand({ OriginationIdentity: OWN_NUMBER, ...start }));
}

async function twoWay(client: PinpointSMSVoiceV2Client, PhoneNumberId: string, topic: string): Promise<void> {
  await client.send(new UpdatePhoneNumberCommand({ PhoneNumberId, TwoWayEnabled: true, TwoWayChannelArn: topic }));
}
