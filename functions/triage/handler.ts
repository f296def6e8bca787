/** Triage: a batch of accepted bodies becomes incidents. Messages that fail come again, the others are done. */
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { triage } from '../../shared/flow/triage.ts';
import { openWorld } from '../../shared/world/open.ts';

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
