/** Triage: a batch of accepted bodies becomes incidents. Messages that fail come again, the others are done. */
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { openWorld } from '../../shared/flow/open.ts';
import { triage } from '../../shared/flow/triage.ts';

const world = openWorld();

export const handler = middy(async (event: SQSEvent): Promise<SQSBatchResponse> => {
  const batch = event.Records.map((record) => ({
    id: record.messageId,
    body: record.body,
    sentAt: new Date(Number(record.attributes.SentTimestamp)).toISOString(),
  }));
  const { failed } = await triage(world, batch);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
});
