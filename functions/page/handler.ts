/** Page: delivers one page or fires one timer a message. */
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { deliver } from '../../shared/flow/deliver.ts';
import type { Look } from '../../shared/queue/queue.ts';
import { openChannels } from '../../shared/world/channels.ts';
import { openWorld } from '../../shared/world/open.ts';

const world = openWorld(openChannels());

export const handler = middy(async (event: SQSEvent): Promise<SQSBatchResponse> => {
  const results = await Promise.allSettled(
    event.Records.map(async (record) => deliver(world, JSON.parse(record.body) as Look)),
  );
  const batchItemFailures = results.flatMap((result, n) => {
    if (result.status === 'fulfilled') return [];
    world.log('error', 'A page could not be looked at and comes again', { error: String(result.reason) });
    return [{ itemIdentifier: event.Records[n]!.messageId }];
  });
  return { batchItemFailures };
});
