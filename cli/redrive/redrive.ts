/**
 * Redriving: messages that were given up come again on the queue that they were given up on.
 *
 * Promises: nothing is moved until told; a message is on its queue again before it leaves the dead letters, so that it may
 * come twice and is never lost. By hand and not by SQS's own move task, which the engines of this machine do not know and
 * which shows nothing of what it moves. Called by the command line.
 */
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

export type DeadLetters = {
  /** As SQS calls it. */
  name: string;
  url: string;
  /** The queue that gives up into it; undefined where none does. */
  source?: string;
  /** About how many wait. */
  count: number;
};

/** While a message is looked at, nobody else sees it. */
const LOOK_SECONDS = 5;
const MOVE_SECONDS = 60;
/** Empty answers in a row after which a queue is taken to be empty: SQS samples its servers. */
const EMPTY_ANSWERS = 3;

/** The dead-letter queues whose name begins with `prefix`, with where their messages came from. */
export async function deadLetters(client: SQSClient, prefix: string): Promise<DeadLetters[]> {
  const { QueueUrls = [] } = await client.send(
    new ListQueuesCommand({ MaxResults: 1000, ...(prefix === '' ? {} : { QueueNamePrefix: prefix }) }),
  );
  const known = await Promise.all(
    QueueUrls.map(async (url) => {
      const AttributeNames = ['QueueArn', 'RedrivePolicy', 'ApproximateNumberOfMessages'] as const;
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...AttributeNames] }),
      );
      const policy = JSON.parse(Attributes['RedrivePolicy'] ?? '{}') as { deadLetterTargetArn?: string };
      return {
        url,
        arn: Attributes['QueueArn'],
        to: policy.deadLetterTargetArn,
        count: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
      };
    }),
  );
  return known
    .filter(({ arn }) => known.some(({ to }) => to !== undefined && to === arn))
    .map(({ url, arn, count }) => {
      const source = known.find(({ to }) => to === arn)?.url;
      return { name: url.split('/').at(-1)!, url, count, ...(source === undefined ? {} : { source }) };
    });
}

/** The first few messages, as they are; they can be seen by others again in a moment. */
export async function look(client: SQSClient, queue: DeadLetters): Promise<string[]> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl: queue.url, MaxNumberOfMessages: 10, VisibilityTimeout: LOOK_SECONDS }),
  );
  return Messages.map(({ Body }) => Body ?? '');
}

/** Moves everything back. Out: how many. Throws what SQS throws; what was moved until then is moved. */
export async function redrive(client: SQSClient, queue: DeadLetters): Promise<number> {
  if (queue.source === undefined) throw new Error(`No queue gives up into ${queue.name}.`);
  let moved = 0;
  for (let empty = 0; empty < EMPTY_ANSWERS; ) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: queue.url, MaxNumberOfMessages: 10, VisibilityTimeout: MOVE_SECONDS }),
    );
    empty = Messages.length === 0 ? empty + 1 : 0;
    for (const { Body, ReceiptHandle } of Messages) {
      await client.send(new SendMessageCommand({ QueueUrl: queue.source, MessageBody: Body }));
      await client.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }));
      moved++;
    }
  }
  return moved;
}
