/** What the errors of AWS's own carriers (End User Messaging, SNS, SES) mean for a page. */
import { OPTED_OUT, type Sent } from './channel.ts';

/** Errors that the same call will meet again: the number, the account or the request is at fault. */
const FINAL = new Set([
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
]);

/** What an AWS error means for a page. Only its name goes on: messages may quote the number. */
export function refusal(error: unknown): Sent {
  const name = error instanceof Error ? error.name : 'error';
  // [pinpoint-sms-voice-v2, ConflictException, `Reason`]
  if ((error as { Reason?: unknown }).Reason === 'DESTINATION_PHONE_NUMBER_OPTED_OUT')
    return { ok: false, reason: OPTED_OUT, again: false, optedOut: true };
  return { ok: false, reason: `carrier answered ${name}`, again: !FINAL.has(name) };
}
