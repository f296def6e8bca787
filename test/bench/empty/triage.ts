/** What a `triage` that does nothing costs: what comes from one queue is put on the next. */
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });

export async function handler(event: { Records: { body: string }[] }): Promise<object> {
  await Promise.all(
    event.Records.map(({ body }) =>
      sqs.send(new SendMessageCommand({ QueueUrl: process.env['PAGES_QUEUE_URL'], MessageBody: body })),
    ),
  );
  return { batchItemFailures: [] };
}
