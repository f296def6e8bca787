/**
 * Tickets: makes one problem ticket a message, reads once a day what became of them, and looks once an hour who is to be reminded of what.
 * Nothing that pages waits for it.
 */
import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import partialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { SQSEvent } from 'aws-lambda';
import { endWatches, remind } from '../../shared/flow/remind.ts';
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

/** In the small hours, when nobody works on tickets. */
const DAILY_HOUR_UTC = 4;

const hourly = middy(async () => {
  const reminded = await remind(world);
  world.log('info', 'Reminders looked at', { reminded });
  return new Date(world.now()).getUTCHours() === DAILY_HOUR_UTC ? daily() : { reminded };
});

async function daily() {
  const found = await readTickets(world, open);
  const stale = await freshenAll(world, open);
  const watched = await endWatches(world, open);
  world.log('info', 'Tickets read', { ...found, stale, watched });
  return found;
}

export const handler = async (event: SQSEvent | Record<string, unknown>, context: never) =>
  'Records' in event ? looks(event as SQSEvent, context) : hourly(event, context);
