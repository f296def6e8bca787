/**
 * SMS and voice by AWS End User Messaging. Accepted is not delivered: a timer, not a receipt, decides escalation.
 * Source: API reference of pinpoint-sms-voice-v2, SendTextMessage and SendVoiceMessage.
 */
import {
  DeleteOptedOutNumberCommand,
  PinpointSMSVoiceV2Client,
  SendTextMessageCommand,
  SendVoiceMessageCommand,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { refusal } from '../aws-refusal.ts';
import { type Send, type Sent, speechFor, textFor } from '../channel.ts';

/** After this long a page is history; the carrier drops it (the default would be three days). */
const TIME_TO_LIVE_SECONDS = 600;
/** A British voice of Polly. */
const VOICE = 'AMY';

/** `canReply`: whether replies to the number that texts come from reach us. */
export type Phone = {
  client: PinpointSMSVoiceV2Client;
  origination: string;
  canReply: boolean;
  configurationSet?: string;
};

export function openPhone(origination: string, canReply: boolean, configurationSet?: string): Phone {
  const client = new PinpointSMSVoiceV2Client({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000 },
  });
  return { client, origination, canReply, ...(configurationSet === undefined ? {} : { configurationSet }) };
}

export function smsBy(phone: Phone): Send {
  return async (address, message, idempotency) =>
    said(
      phone.client.send(
        new SendTextMessageCommand({
          DestinationPhoneNumber: address,
          OriginationIdentity: phone.origination,
          MessageBody: textFor(message, phone.canReply),
          MessageType: 'TRANSACTIONAL',
          TimeToLive: TIME_TO_LIVE_SECONDS,
          Context: { page: idempotency },
          ...(phone.configurationSet === undefined ? {} : { ConfigurationSetName: phone.configurationSet }),
        }),
      ),
    );
}

export function voiceBy(phone: Phone): Send {
  return async (address, message, idempotency) =>
    said(
      phone.client.send(
        new SendVoiceMessageCommand({
          DestinationPhoneNumber: address,
          OriginationIdentity: phone.origination,
          MessageBody: speechFor(message, phone.canReply),
          MessageBodyTextType: 'SSML',
          VoiceId: VOICE,
          TimeToLive: TIME_TO_LIVE_SECONDS,
          Context: { page: idempotency },
          ...(phone.configurationSet === undefined ? {} : { ConfigurationSetName: phone.configurationSet }),
        }),
      ),
    );
}

/**
 * Takes a phone off an opt-out list: once in 30 days for each phone, and not at every carrier. Never throws: what was not
 * allowed is seen when the next text is refused. [API reference, DeleteOptedOutNumber]
 */
export function optInBy({ client }: Phone, list: string): (address: string) => Promise<void> {
  return async (address) => {
    await client
      .send(new DeleteOptedOutNumberCommand({ OptOutListName: list, OptedOutNumber: address }))
      .catch(() => undefined);
  };
}

async function said(call: Promise<{ MessageId?: string | undefined }>): Promise<Sent> {
  try {
    const { MessageId } = await call;
    return { ok: true, ...(MessageId === undefined ? {} : { detail: MessageId }) };
  } catch (error) {
    return refusal(error);
  }
}
