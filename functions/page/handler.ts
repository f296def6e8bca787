/** Page: delivers one page or fires one timer a message. Messages that fail come again, the others are done. */
import middy from '@middy/core';
import partialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { SQSEvent } from 'aws-lambda';
import { deliver } from '../../shared/flow/deliver.ts';
import type { Look } from '../../shared/queue/queue.ts';
import { openChannels } from '../../shared/world/channels.ts';
import { openWorld } from '../../shared/world/open.ts';

const world = openWorld(openChannels());

export const handler = middy(async (event: SQSEvent) =>
  Promise.allSettled(event.Records.map(async (record) => deliver(world, JSON.parse(record.body) as Look))),
).use(
  partialBatchFailure({
    logger: (reason) => world.log('error', 'A page could not be looked at and comes again', { error: String(reason) }),
  }),
);
