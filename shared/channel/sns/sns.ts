/**
 * SMS by SNS alone: for a team that has no dedicated number yet. It cannot be answered and tells nothing of delivery. SNS takes a
 * text to a phone that has sent STOP and delivers nothing, so it is asked first.
 * Sources: SNS developer guide, "Publishing to a mobile phone"; SNS API reference, CheckIfPhoneNumberIsOptedOut.
 */
import { CheckIfPhoneNumberIsOptedOutCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { refusal } from '../aws-refusal.ts';
import { OPTED_OUT, type Send, textFor } from '../channel.ts';

/** `senderId`: up to eleven letters and digits that phones show; empty where the country takes none. */
export function smsBySns(senderId: string): Send {
  const client = new SNSClient({ maxAttempts: 2, requestHandler: { connectionTimeout: 1000, requestTimeout: 3000 } });
  const text = (value: string) => ({ DataType: 'String', StringValue: value });
  return async (address, message) => {
    try {
      if (await isOptedOut(client, address)) return { ok: false, reason: OPTED_OUT, again: false, optedOut: true };
      const { MessageId } = await client.send(
        new PublishCommand({
          PhoneNumber: address,
          Message: textFor(message, false),
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

/** Where this cannot be known the text is sent. */
async function isOptedOut(client: SNSClient, phoneNumber: string): Promise<boolean> {
  const asked = client.send(new CheckIfPhoneNumberIsOptedOutCommand({ phoneNumber }));
  return (await asked.catch(() => ({ isOptedOut: false }))).isOptedOut ?? false;
}
