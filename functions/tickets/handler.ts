/** Tickets: makes one problem ticket a message, and once a day reads what became of them. Nothing that pages waits for it. */
import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import partialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { SQSEvent } from 'aws-lambda';
import { readTickets } from '../../shared/flow/ticket-news.ts';
import { freshenAll, freshenTicket } from '../../shared/flow/ticket-parts.ts';
import { makeTicket } from '../../shared/flow/tickets.ts';
import type { StaleLook, TicketLook } from '../../shared/queue/queue.ts';
import { openWorld } from '../../shared/world/open.ts';
import { openTrackers } from '../../shared/world/trackers.ts';

const world = openWorld();
const open = openTrackers(process.env['LOCAL_TRACKER'] ?? '');

const looks = middy(async (event: SQSEvent) =>
  Promise.allSettled(
    event.Records.map((record) => {
      const look = JSON.parse(record.body) as TicketLook | StaleLook;
      return 'problem' in look ? freshenTicket(world, open, look) : makeTicket(world, open, look, randomUUID());
    }),
  ),
).use(
  partialBatchFailure({
    logger: (reason) =>
      world.log('error', 'A ticket could not be looked at and comes again', { error: String(reason) }),
  }),
);

const daily = middy(async () => {
  const found = await readTickets(world, open);
  const stale = await freshenAll(world, open);
  world.log('info', 'Tickets read', { ...found, stale });
  return found;
});

export const handler = async (event: SQSEvent | Record<string, unknown>, context: never) =>
  'Records' in event ? looks(event as SQSEvent, context) : daily(event, context);
