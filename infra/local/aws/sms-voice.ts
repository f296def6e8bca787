/** End User Messaging in the local account: sending, and what `doctor` and CloudFormation ask of it. */
import { spokenWords } from '../../../shared/message/speech.ts';
import { type AccountState, type Edges, numberOf, type Operation, type PhoneNumber, Refusal } from './state.ts';

type Message = {
  DestinationPhoneNumber: string;
  OriginationIdentity?: string;
  MessageBody?: string;
  MessageType?: string;
  ConfigurationSetName?: string;
  Context?: { page?: string };
};

const arn = (rest: string) => `arn:aws:sms-voice:eu-west-1:000000000000:${rest}`;

export const smsVoice: Record<string, Operation> = {
  SendTextMessage: (state, message: Message, edges) => send(state, message, 'SMS', edges),
  SendVoiceMessage: (state, message: Message, edges) => send(state, message, 'VOICE', edges),

  DescribeAccountAttributes: ({ tier }) => ({ AccountAttributes: [{ Name: 'ACCOUNT_TIER', Value: tier }] }),
  DescribeSpendLimits: ({ limits }) => ({
    SpendLimits: (['text', 'voice'] as const).map((kind) => ({
      Name: `${kind.toUpperCase()}_MESSAGE_MONTHLY_SPEND_LIMIT`,
      EnforcedLimit: limits[kind],
      MaxLimit: limits[kind],
      Overridden: false,
    })),
  }),
  DescribePhoneNumbers: ({ numbers }) => ({ PhoneNumbers: numbers.map(described) }),
  DescribeSenderIds: ({ senderIds }) => ({ SenderIds: senderIds.map((SenderId) => ({ SenderId })) }),
  DescribeKeywords: (state, { OriginationIdentity }: { OriginationIdentity: string }) => ({
    Keywords: numberNamed(state, OriginationIdentity).keywords,
  }),
  DescribeOptedOutNumbers: (state, { OptOutListName }: { OptOutListName: string }) => ({
    OptedOutNumbers: [...listNamed(state, OptOutListName)].map((OptedOutNumber) => ({ OptedOutNumber })),
  }),
  DescribeRegistrations: ({ registrations }) => ({
    Registrations: Object.entries(registrations).map(([RegistrationId, RegistrationStatus]) => ({
      RegistrationId,
      RegistrationStatus,
    })),
  }),
  DescribeVerifiedDestinationNumbers: ({ verified }) => ({
    VerifiedDestinationNumbers: verified.map((DestinationPhoneNumber) => ({
      DestinationPhoneNumber,
      Status: 'VERIFIED',
    })),
  }),
  DescribeConfigurationSets: ({ configurationSets }) => ({
    ConfigurationSets: Object.entries(configurationSets).map(([ConfigurationSetName, destinations]) => ({
      ConfigurationSetName,
      EventDestinations: destinations.map(({ MatchingEventTypes, TopicArn }) => ({
        Enabled: true,
        MatchingEventTypes,
        SnsDestination: { TopicArn },
      })),
    })),
  }),

  DeleteOptedOutNumber: (state, asked: { OptOutListName: string; OptedOutNumber: string }) => {
    if (!listNamed(state, asked.OptOutListName).delete(asked.OptedOutNumber))
      throw new Refusal('ResourceNotFoundException');
    return { OptedOutNumber: asked.OptedOutNumber };
  },
  CreateConfigurationSet: (state, { ConfigurationSetName: name }: { ConfigurationSetName: string }) => {
    if (state.configurationSets[name]) throw new Refusal('ConflictException', 'RESOURCE_ALREADY_EXISTS');
    state.configurationSets[name] = [];
    return { ConfigurationSetName: name, ConfigurationSetArn: arn(`configuration-set/${name}`) };
  },
  CreateEventDestination: (
    state,
    asked: { ConfigurationSetName: string; MatchingEventTypes: string[]; SnsDestination?: { TopicArn: string } },
  ) => {
    const destinations = state.configurationSets[asked.ConfigurationSetName];
    if (!destinations || !asked.SnsDestination) throw new Refusal('ResourceNotFoundException');
    destinations.push({ MatchingEventTypes: asked.MatchingEventTypes, TopicArn: asked.SnsDestination.TopicArn });
    return {};
  },
  CreateOptOutList: (state, { OptOutListName: name }: { OptOutListName: string }) => {
    if (state.optOuts[name]) throw new Refusal('ConflictException', 'RESOURCE_ALREADY_EXISTS');
    state.optOuts[name] = new Set();
    return { OptOutListName: name, OptOutListArn: arn(`opt-out-list/${name}`) };
  },
  RequestPhoneNumber: (state, asked: Partial<PhoneNumber>) => {
    const n = state.numbers.length;
    if (asked.OptOutListName !== undefined) listNamed(state, asked.OptOutListName);
    const {
      IsoCountryCode = 'GB',
      NumberCapabilities = ['SMS'],
      NumberType = 'LONG_CODE',
      OptOutListName = 'Default',
    } = asked;
    const PhoneNumberId = `phone-${n}`;
    const PhoneNumberText = `+44770090${String(9000 + n)}`;
    const given = { IsoCountryCode, NumberCapabilities, NumberType, OptOutListName };
    state.numbers.push(numberOf({ PhoneNumber: PhoneNumberText, PhoneNumberId, ...given }));
    return described(state.numbers.at(-1)!);
  },
  UpdatePhoneNumber: (state, asked: { PhoneNumberId: string } & Partial<PhoneNumber>) => {
    const number = numberNamed(state, asked.PhoneNumberId);
    const { TwoWayEnabled = number.TwoWayEnabled, TwoWayChannelArn = number.TwoWayChannelArn } = asked;
    if (TwoWayEnabled && TwoWayChannelArn === undefined)
      throw new Refusal('ValidationException', 'TWO_WAY_CHANNEL_NOT_PRESENT');
    Object.assign(number, { TwoWayEnabled, TwoWayChannelArn });
    return described(number);
  },
  PutKeyword: (state, asked: { OriginationIdentity: string } & PhoneNumber['keywords'][number]) => {
    const number = numberNamed(state, asked.OriginationIdentity);
    const { Keyword, KeywordMessage, KeywordAction = 'AUTOMATIC_RESPONSE' } = asked;
    number.keywords = number.keywords.filter((one) => one.Keyword !== Keyword.toUpperCase());
    number.keywords.push({ Keyword: Keyword.toUpperCase(), KeywordMessage, KeywordAction });
    return {};
  },
};

/** In the order in which a carrier would find out: the sender, then the receiver, then the money. */
function send(state: AccountState, message: Message, what: 'SMS' | 'VOICE', edges: Edges): Record<string, unknown> {
  const { DestinationPhoneNumber: to, ConfigurationSetName: set, Context } = message;
  if (set !== undefined && !state.configurationSets[set]) throw new Refusal('ResourceNotFoundException');
  const number = numberNamed(state, message.OriginationIdentity ?? '');
  if (number.Status !== 'ACTIVE') throw new Refusal('ConflictException', 'RESOURCE_NOT_ACTIVE');
  if (!number.NumberCapabilities.includes(what)) throw new Refusal('ConflictException', 'NUMBER_CAPABILITIES_MISMATCH');
  if (what === 'SMS' && message.MessageType !== undefined && message.MessageType !== number.MessageType)
    throw new Refusal('ConflictException', 'MESSAGE_TYPE_MISMATCH');
  if (number.RegistrationId !== undefined && state.registrations[number.RegistrationId] !== 'COMPLETE')
    throw new Refusal('ConflictException', 'REGISTRATION_NOT_COMPLETE');
  if (what === 'SMS' && listNamed(state, number.OptOutListName).has(to))
    throw new Refusal('ConflictException', 'DESTINATION_PHONE_NUMBER_OPTED_OUT');
  if (state.tier === 'SANDBOX' && !state.verified.includes(to))
    throw new Refusal('ConflictException', 'DESTINATION_PHONE_NUMBER_NOT_VERIFIED');
  if (state.limits[what === 'SMS' ? 'text' : 'voice'] === 0)
    throw new Refusal(
      'ServiceQuotaExceededException',
      `MONTHLY_SPEND_LIMIT_REACHED_FOR_${what === 'SMS' ? 'TEXT' : 'VOICE'}`,
      402,
    );
  const body = message.MessageBody ?? '';
  const text = what === 'SMS' ? body : spokenWords(body);
  const page = Context?.page === undefined ? {} : { page: Context.page };
  return { MessageId: edges.hand({ channel: what === 'SMS' ? 'sms' : 'voice', to, text, ...page }) };
}

function numberNamed({ numbers }: AccountState, name: string): PhoneNumber {
  const found = numbers.find((one) => one.PhoneNumber === name || one.PhoneNumberId === name);
  if (!found) throw new Refusal('ResourceNotFoundException');
  return found;
}

function listNamed({ optOuts }: AccountState, name: string): Set<string> {
  const found = optOuts[name];
  if (!found) throw new Refusal('ResourceNotFoundException');
  return found;
}

function described({ keywords: _keywords, ...number }: PhoneNumber): Record<string, unknown> {
  return {
    ...number,
    PhoneNumberArn: arn(`phone-number/${number.PhoneNumberId}`),
    MonthlyLeasingPrice: '1.00',
    SelfManagedOptOutsEnabled: false,
    DeletionProtectionEnabled: false,
    CreatedTimestamp: 1_700_000_000,
  };
}

/**
 * What a text to a number leads to: the keyword that it begins with, with what the number answers; and the topic that hears of
 * it, where two-way messaging is on. [User guide, "Keywords" and "Two-way SMS messaging"]
 */
export function receiveText(
  state: AccountState,
  from: string,
  to: string,
  text: string,
): { topic?: string; answer?: string } {
  const number = numberNamed(state, to);
  const [first = ''] = /^\S+/.exec(text.trim().toUpperCase()) ?? [];
  const keyword = number.keywords.find((one) => one.Keyword === first);
  const list = listNamed(state, number.OptOutListName);
  if (keyword?.KeywordAction === 'OPT_OUT') list.add(from);
  if (keyword?.KeywordAction === 'OPT_IN') list.delete(from);
  return {
    ...(keyword === undefined ? {} : { answer: keyword.KeywordMessage }),
    ...(number.TwoWayEnabled && number.TwoWayChannelArn !== undefined ? { topic: number.TwoWayChannelArn } : {}),
  };
}
