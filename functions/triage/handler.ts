/** Triage: a batch of accepted bodies becomes incidents. Messages that fail come again, the others are done. */
import middy from '@middy/core';
import partialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { SQSEvent } from 'aws-lambda';
import { triage } from '../../shared/flow/triage.ts';
import { openWorld } from '../../shared/world/open.ts';

const world = openWorld();

export const handler = middy(async (event: SQSEvent) => {
  const batch = event.Records.map((record) => ({
    id: record.messageId,
    body: record.body,
    sentAt: new Date(Number(record.attributes.SentTimestamp)).toISOString(),
  }));
  const failed = new Set((await triage(world, batch)).failed);
  return batch.map(({ id }) => ({ status: failed.has(id) ? 'rejected' : 'fulfilled' }));
}).use(
  // Triage has logged why; the middleware is told of each failed message and need not say it again.
  partialBatchFailure({ logger: () => {} }),
);
