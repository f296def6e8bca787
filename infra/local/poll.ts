/**
 * The event source mapping: takes batches from a queue, hands them to a function as Lambda does, and deletes what was done.
 * A thrown error leaves the whole batch to come again; `batchItemFailures` only those messages.
 * Source: Lambda developer guide, "Using Lambda with Amazon SQS".
 */
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandOutput,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Lambda } from './lambda.ts';

export type Poll = {
  client: SQSClient;
  url: string;
  arn: string;
  lambda: Lambda;
  batchSize: number;
  /** How many batches at once. */
  pollers: number;
  onError: (error: unknown) => void;
};

/** Polls until `signal` says stop. */
export function startPolling(poll: Poll, signal: AbortSignal): void {
  for (let n = 0; n < poll.pollers; n++) void pollOn(poll, signal);
}

async function pollOn(poll: Poll, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const messages = await take(poll, signal);
      if (messages.length > 0) await handle(poll, messages);
    } catch (error) {
      if (signal.aborted) return;
      poll.onError(error);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

async function take(poll: Poll, signal: AbortSignal): Promise<Message[]> {
  const answer: ReceiveMessageCommandOutput = await poll.client.send(
    new ReceiveMessageCommand({
      QueueUrl: poll.url,
      MaxNumberOfMessages: poll.batchSize,
      WaitTimeSeconds: 20,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
    { abortSignal: signal },
  );
  return answer.Messages ?? [];
}

async function handle(poll: Poll, messages: Message[]): Promise<void> {
  const result = (await poll.lambda.invoke({ Records: messages.map((message) => toRecord(message, poll.arn)) })) as
    | { batchItemFailures?: { itemIdentifier: string }[] }
    | undefined;
  const failed = new Set((result?.batchItemFailures ?? []).map((item) => item.itemIdentifier));
  const known = new Set(messages.map((message) => message.MessageId));
  // An id that is not in the batch means the whole batch comes again.
  if ([...failed].some((id) => !known.has(id))) return;
  const done = messages.filter((message) => !failed.has(message.MessageId!));
  if (done.length === 0) return;
  await poll.client.send(
    new DeleteMessageBatchCommand({
      QueueUrl: poll.url,
      Entries: done.map((message, n) => ({ Id: String(n), ReceiptHandle: message.ReceiptHandle })),
    }),
  );
}

function toRecord(message: Message, arn: string): object {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: message.MessageAttributes ?? {},
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: 'eu-west-1',
  };
}
