import { expect, test } from 'vitest';
import { enqueueAnswer } from '../../shared/hook/enqueue.ts';
import type { Queues } from '../../shared/queue/queue.ts';

const event = {
  routing_key: 'local',
  event_action: 'trigger',
  payload: { summary: 'Disk is full', source: 'db-01', severity: 'error' },
};
const accepted = { receivedAt: '2026-11-23T03:12:04.000Z', body: Buffer.from(JSON.stringify(event)) };

/** A queue that fails with an error of this name. */
const failing = (name: string) =>
  ({
    alerts: 'https://queue.example',
    client: { send: () => Promise.reject(Object.assign(new Error(name), { name })) },
  }) as unknown as Queues;
const answerOf = (queues: Queues) => enqueueAnswer(queues, accepted, ['local'], 'fresh', () => {});

test('a queue that is called too often answers 429 in the words that clients of PagerDuty know', async () => {
  expect(await answerOf(failing('RequestThrottled'))).toEqual({
    status: 429,
    body: { status: 'throttle exceeded', message: expect.stringContaining('too quickly') },
  });
});

test('a queue that is not there answers 503, and the client sends it again', async () => {
  expect((await answerOf(failing('ECONNREFUSED'))).status).toBe(503);
});
