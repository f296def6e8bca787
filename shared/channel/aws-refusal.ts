/** What the errors of AWS's own carriers (End User Messaging, SNS, SES) mean for a page. */
import { OPTED_OUT, type Sent } from './channel.ts';

/** Errors that the same call will meet again: the number, the account or the request is at fault. */
const FINAL = new Set([
  // End User Messaging.
  'ValidationException',
  'ConflictException',
  'AccessDeniedException',
  'ResourceNotFoundException',
  'ServiceQuotaExceededException',
  // SNS API reference, "Publish".
  'AuthorizationErrorException',
  'EndpointDisabledException',
  'InvalidParameterException',
  'InvalidParameterValueException',
  'NotFoundException',
  // SES API v2 reference, "SendEmail".
  'AccountSuspendedException',
  'BadRequestException',
  'MailFromDomainNotVerifiedException',
  'MessageRejected',
  'SendingPausedException',
  'LimitExceededException',
]);
/** A reason of End User Messaging is a word of a list, like NUMBER_CAPABILITIES_MISMATCH. */
const REASON = /^[A-Z_]{1,80}$/;

/**
 * What an AWS error means for a page. Its name and reason go on, and never its message, which may quote the number.
 * Sources: errors of SendTextMessage, SendVoiceMessage, Publish and SendEmail in the API references.
 */
export function refusal(error: unknown): Sent {
  const name = error instanceof Error ? error.name : 'error';
  // [pinpoint-sms-voice-v2, ConflictException, `Reason`]
  if ((error as { Reason?: unknown }).Reason === 'DESTINATION_PHONE_NUMBER_OPTED_OUT')
    return { ok: false, reason: OPTED_OUT, again: false, optedOut: true };
  const reason = String((error as { Reason?: unknown }).Reason ?? '');
  const why = REASON.test(reason) ? ` (${reason.toLowerCase().replaceAll('_', ' ')})` : '';
  return { ok: false, reason: `carrier answered ${name}${why}`, again: !FINAL.has(name) };
}
