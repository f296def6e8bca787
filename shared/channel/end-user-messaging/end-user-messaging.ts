/**
 * SMS and voice by AWS End User Messaging. Accepted is not delivered: a timer, not a receipt, decides escalation.
 * Source: API reference of pinpoint-sms-voice-v2, SendTextMessage and SendVoiceMessage.
 */
import {
  PinpointSMSVoiceV2Client,
  SendTextMessageCommand,
  SendVoiceMessageCommand,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { OPTED_OUT, type Send, type Sent } from '../../message/message.ts';

/** After this long a page is history; the carrier drops it (the default would be three days). */
const TIME_TO_LIVE_SECONDS = 600;
/** A British voice of Polly. */
const VOICE = 'AMY';

export type Phone = { client: PinpointSMSVoiceV2Client; origination: string; configurationSet?: string };

export function openPhone(origination: string, configurationSet: string | undefined): Phone {
  const client = new PinpointSMSVoiceV2Client({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000 },
  });
  return { client, origination, ...(configurationSet === undefined ? {} : { configurationSet }) };
}

export function smsBy(phone: Phone): Send {
  return async (address, message, idempotency) =>
    said(
      phone.client.send(
        new SendTextMessageCommand({
          DestinationPhoneNumber: address,
          OriginationIdentity: phone.origination,
          MessageBody: message.text,
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
          MessageBody: message.speech,
          MessageBodyTextType: 'SSML',
          VoiceId: VOICE,
          TimeToLive: TIME_TO_LIVE_SECONDS,
          Context: { page: idempotency },
          ...(phone.configurationSet === undefined ? {} : { ConfigurationSetName: phone.configurationSet }),
        }),
      ),
    );
}

/** Errors that the same call will meet again: the number, the account or the request is at fault. */
const FINAL = new Set([
  'ValidationException',
  'ConflictException',
  'AccessDeniedException',
  'ResourceNotFoundException',
  'ServiceQuotaExceededException',
]);

async function said(call: Promise<{ MessageId?: string | undefined }>): Promise<Sent> {
  try {
    const { MessageId } = await call;
    return { ok: true, ...(MessageId === undefined ? {} : { detail: MessageId }) };
  } catch (error) {
    return refusal(error);
  }
}

/** What an AWS error means for a page. Only its name goes on: messages may quote the number. */
export function refusal(error: unknown): Sent {
  const name = error instanceof Error ? error.name : 'error';
  // [pinpoint-sms-voice-v2, ConflictException, `Reason`]
  if ((error as { Reason?: unknown }).Reason === 'DESTINATION_PHONE_NUMBER_OPTED_OUT')
    return { ok: false, reason: OPTED_OUT, again: false, optedOut: true };
  return { ok: false, reason: `carrier answered ${name}`, again: !FINAL.has(name) };
}
