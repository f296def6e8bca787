/** What a `receive` that does nothing costs: a body is put on the queue. */
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });

export async function handler(event: { body?: string }): Promise<{ statusCode: number }> {
  await sqs.send(new SendMessageCommand({ QueueUrl: process.env['ALERTS_QUEUE_URL'], MessageBody: event.body ?? '' }));
  return { statusCode: 202 };
}
