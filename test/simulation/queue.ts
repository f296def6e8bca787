/**
 * A model of a standard SQS queue with its function behind it, as Lambda's event source mapping calls it.
 *
 * Promises: a message is handed out until it is done, again after its visibility where it is not; sometimes twice at
 * once; in no order; after so many receives it goes to the dead letters, from where only `redrive` brings it back.
 * Source: Amazon SQS developer guide, "Standard queues" and "Visibility timeout"; AWS Lambda developer guide, "Using Lambda
 * with Amazon SQS". `model.test.ts` compares it with a real engine.
 */
import type { Clock } from './clock.ts';

export type Message = { id: string; body: string; sentAt: number; receives: number; done: boolean };
export type QueueModel = {
  send: (body: string, delaySeconds: number) => void;
  /** All that are neither done nor dead. */
  waiting: () => Message[];
  dead: () => Message[];
  /** The dead letters come again. */
  redrive: () => void;
};

export type Behaviour = {
  visibilitySeconds: number;
  maxReceives: number;
  batchSize: number;
  /** How long a message that may be handed out still takes, in milliseconds; another number for each is another order. */
  transit: () => number;
  /** Whether a message is handed out a second time beside the first. */
  doubles: () => boolean;
  /** Hands a batch to the function. It calls `done` for each message that it has dealt with. */
  hand: (batch: Message[], done: (message: Message) => void) => void;
};

/** How long the poller gathers a batch. */
const GATHER_MILLISECONDS = 20;

export function emptyQueue(name: string, clock: Clock, behaviour: Behaviour): QueueModel {
  const messages = new Set<Message>();
  let dead: Message[] = [];
  let ready: Message[] = [];
  let gathering = false;
  let count = 0;

  const offer = (message: Message) => {
    if (message.done || !messages.has(message)) return;
    ready.push(message);
    if (gathering) return;
    gathering = true;
    clock.after(behaviour.batchSize === 1 ? 0 : GATHER_MILLISECONDS, poll);
  };
  const poll = () => {
    gathering = false;
    const all = ready.filter((message) => !message.done);
    ready = [];
    for (let from = 0; from < all.length; from += behaviour.batchSize)
      receive(all.slice(from, from + behaviour.batchSize));
  };
  const receive = (batch: Message[]) => {
    const alive = batch.filter((message) => {
      message.receives++;
      if (message.receives <= behaviour.maxReceives) return true;
      messages.delete(message);
      dead.push(message);
      return false;
    });
    if (alive.length === 0) return;
    const done = (message: Message) => {
      message.done = true;
      messages.delete(message);
    };
    for (const message of alive) clock.after(behaviour.visibilitySeconds * 1000, () => offer(message));
    behaviour.hand(alive, done);
    const again = alive.filter(() => behaviour.doubles());
    if (again.length > 0) clock.after(1, () => behaviour.hand(again, done));
  };
  const enter = (message: Message, delay: number) => {
    messages.add(message);
    clock.after(delay, () => clock.after(behaviour.transit(), () => offer(message)));
  };
  return {
    send: (body, delaySeconds) =>
      enter({ id: `${name}-${count++}`, body, sentAt: clock.now(), receives: 0, done: false }, delaySeconds * 1000),
    waiting: () => [...messages],
    dead: () => dead,
    redrive: () => {
      const all = dead;
      dead = [];
      for (const message of all) enter({ ...message, receives: 0 }, 0);
    },
  };
}
