/** What a `page` that does nothing costs: what comes from the queue is sent to one number. */
import { PinpointSMSVoiceV2Client, SendTextMessageCommand } from '@aws-sdk/client-pinpoint-sms-voice-v2';

const carrier = new PinpointSMSVoiceV2Client({});

export async function handler(event: { Records: { body: string }[] }): Promise<object> {
  await Promise.all(
    event.Records.map(({ body }) =>
      carrier.send(
        new SendTextMessageCommand({
          OriginationIdentity: process.env['SMS_NUMBER'],
          DestinationPhoneNumber: '+447700900001',
          MessageBody: body,
        }),
      ),
    ),
  );
  return { batchItemFailures: [] };
}
