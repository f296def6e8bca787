/**
 * SMS by SNS alone: for a team that has no dedicated number yet. It cannot be answered and tells nothing of delivery.
 * Source: SNS developer guide, "Publishing to a mobile phone".
 */
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { refusal } from '../aws-refusal.ts';
import type { Send } from '../channel.ts';

/** `senderId`: up to eleven letters and digits that phones show; empty where the country takes none. */
export function smsBySns(senderId: string): Send {
  const client = new SNSClient({ maxAttempts: 2, requestHandler: { connectionTimeout: 1000, requestTimeout: 3000 } });
  const text = (value: string) => ({ DataType: 'String', StringValue: value });
  return async (address, message) => {
    try {
      const { MessageId } = await client.send(
        new PublishCommand({
          PhoneNumber: address,
          Message: message.text,
          MessageAttributes: {
            'AWS.SNS.SMS.SMSType': text('Transactional'),
            ...(senderId === '' ? {} : { 'AWS.SNS.SMS.SenderID': text(senderId) }),
          },
        }),
      );
      return { ok: true, ...(MessageId === undefined ? {} : { detail: MessageId }) };
    } catch (error) {
      return refusal(error);
    }
  };
}
