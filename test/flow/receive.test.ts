/** Receiving: a body is accepted only when the queue has it. */
import { expect, it } from 'vitest';
import { MAX_BODY_BYTES, receive } from '../../shared/flow/receive.ts';
import type { Queues } from '../../shared/queue/queue.ts';
import { NIGHT } from '../world.ts';

const queues = (send: () => Promise<unknown>) => ({ alerts: 'alerts', client: { send } }) as unknown as Queues;
const accepted = (body = 'a notice') => ({ hook: 'alert', receivedAt: NIGHT, body: Buffer.from(body) });

it('answers 202 after the queue has the body, and not before', async () => {
  let isKept = false;
  const slow = queues(async () => {
    await Promise.resolve();
    isKept = true;
    return {};
  });
  const answer = await receive(slow, accepted(), () => {});
  expect([answer.status, isKept]).toEqual([202, true]);
});

it('answers 503 where the queue does not take it, so that the sender comes again', async () => {
  const failures: unknown[] = [];
  const answer = await receive(
    queues(async () => Promise.reject(new Error('no'))),
    accepted(),
    (error) => failures.push(error),
  );
  expect(answer.status).toBe(503);
  expect(String(failures)).toBe('Error: no');
});

it('answers 413 to what is larger than any sender sends', async () => {
  const large = { ...accepted(), body: Buffer.alloc(MAX_BODY_BYTES + 1) };
  expect(
    (
      await receive(
        queues(async () => ({})),
        large,
        () => {},
      )
    ).status,
  ).toBe(413);
});
