/** What the local account keeps, and how a service refuses. */

export type Keyword = {
  Keyword: string;
  KeywordMessage: string;
  KeywordAction: 'AUTOMATIC_RESPONSE' | 'OPT_OUT' | 'OPT_IN';
};
export type PhoneNumber = {
  PhoneNumber: string;
  PhoneNumberId: string;
  Status: 'PENDING' | 'ACTIVE';
  IsoCountryCode: string;
  MessageType: 'TRANSACTIONAL' | 'PROMOTIONAL';
  NumberCapabilities: ('SMS' | 'VOICE')[];
  NumberType: string;
  TwoWayEnabled: boolean;
  TwoWayChannelArn?: string;
  OptOutListName: string;
  RegistrationId?: string;
  keywords: Keyword[];
};
export type EventDestination = { MatchingEventTypes: string[]; TopicArn: string };

export type AccountState = {
  tier: 'PRODUCTION' | 'SANDBOX';
  numbers: PhoneNumber[];
  senderIds: string[];
  verified: string[];
  /** Numbers that have sent STOP, by list. */
  optOuts: Record<string, Set<string>>;
  configurationSets: Record<string, EventDestination[]>;
  /** Registrations with their state, by id. */
  registrations: Record<string, string>;
  /** USD a month. */
  limits: { text: number; voice: number };
  parameters: Map<string, { value: string; type: string }>;
  email: { production: boolean; sending: boolean };
  /** Whether the role is there without which spending is not measured. */
  hasMetricsRole: boolean;
  /** So many of the next calls are told to slow down. */
  throttled: number;
};

/** What is handed over once nothing stands in its way. Each returns the message's id. */
export type Handed = {
  channel: 'sms' | 'voice' | 'email';
  to: string;
  text: string;
  page?: string;
};
export type Edges = { hand: (message: Handed) => string; now: () => number };

/** An answer of a service: JSON, and the name of its error where it refuses. */
export type Answer = { status: number; body: Record<string, unknown>; error?: string };
export type Operation = (state: AccountState, request: never, edges: Edges) => Record<string, unknown>;

/** A refusal as services answer it. `reason`: a word of the service's own list. */
export class Refusal extends Error {
  readonly status: number;
  readonly reason: string | undefined;
  constructor(name: string, reason?: string, status = 400) {
    super(reason ?? name);
    this.name = name;
    this.reason = reason;
    this.status = status;
  }
}

/** An account that may send, with this number for texts and calls. */
export function freshAccount(number: string): AccountState {
  return {
    tier: 'PRODUCTION',
    numbers: [numberOf({ PhoneNumber: number, PhoneNumberId: 'phone-local', NumberCapabilities: ['SMS', 'VOICE'] })],
    senderIds: [],
    verified: [],
    optOuts: { Default: new Set() },
    configurationSets: {},
    registrations: {},
    limits: { text: 200, voice: 200 },
    parameters: new Map(),
    email: { production: true, sending: true },
    hasMetricsRole: false,
    throttled: 0,
  };
}

/** A number with the keywords that each has from the first. */
export function numberOf(
  given: Pick<PhoneNumber, 'PhoneNumber' | 'PhoneNumberId'> & Partial<PhoneNumber>,
): PhoneNumber {
  return {
    Status: 'ACTIVE',
    IsoCountryCode: 'GB',
    MessageType: 'TRANSACTIONAL',
    NumberCapabilities: ['SMS'],
    NumberType: 'LONG_CODE',
    TwoWayEnabled: false,
    OptOutListName: 'Default',
    keywords: [
      { Keyword: 'HELP', KeywordMessage: 'Ask the team that texts you.', KeywordAction: 'AUTOMATIC_RESPONSE' },
      { Keyword: 'STOP', KeywordMessage: 'You are opted out.', KeywordAction: 'OPT_OUT' },
    ],
    ...given,
  };
}
