/**
 * Teaches the queue engine of the local stack what a tenant is: it keeps the `MessageGroupId` of each message of a standard
 * queue, and gives messages out in the order of `fair.ts`. Called by `engine.ts`, before the engine starts.
 */
import { fairOrder, type Taken, takenOfLate } from './fair.ts';

type Message = { messageGroupId?: string | undefined };
type Received = { ReceiptHandle: string };
type Queue = {
  isFifo: () => boolean;
  processTimers: () => void;
  messages: Message[];
  inflightMessages: Map<string, { message: Message }>;
};
type Send = { MessageBody?: string; MessageGroupId?: string };
type Handler = (body: Send & { Entries?: Send[] }, ...others: unknown[]) => unknown;
type Engine = {
  SqsQueue: {
    prototype: Queue & {
      dequeue: (this: Queue, count: number, ...others: unknown[]) => Received[];
      deleteMessage: (this: Queue, handle: string) => boolean;
    };
  };
  SqsStore: { createMessage: (body: string, ...others: unknown[]) => Message };
  SqsRouter: { prototype: { register: (action: string, handler: Handler) => void } };
};

/** The parts of the engine that know messages; it exports none of them by name. */
export async function engineParts(): Promise<Engine> {
  const file = (path: string) => new URL(path, import.meta.resolve('fauxqs')).href;
  const [store, router] = await Promise.all([import(file('./sqs/sqsStore.js')), import(file('./sqs/sqsRouter.js'))]);
  return { ...(store as object), ...(router as object) } as Engine;
}

export function teachTenants({ SqsQueue, SqsStore, SqsRouter }: Engine): void {
  keepGroups(SqsStore, SqsRouter);
  const { dequeue, deleteMessage } = SqsQueue.prototype;
  const lately = new WeakMap<Queue, Taken>();
  const takenAt = new Map<string, number>();
  const takenBy = (queue: Queue): Taken => {
    const known = lately.get(queue) ?? takenOfLate();
    lately.set(queue, known);
    return known;
  };
  SqsQueue.prototype.dequeue = function fairly(count, ...others) {
    if (!this.isFifo()) {
      this.processTimers();
      putFirst(this, Math.min(count, 10), takenBy(this));
    }
    const received = dequeue.call(this, count, ...others);
    for (const { ReceiptHandle } of received) takenAt.set(ReceiptHandle, Date.now());
    return received;
  };
  SqsQueue.prototype.deleteMessage = function counted(handle) {
    const group = this.inflightMessages.get(handle)?.message.messageGroupId;
    const at = takenAt.get(handle);
    takenAt.delete(handle);
    if (at !== undefined) takenBy(this).add(group, Date.now() - at, Date.now());
    return deleteMessage.call(this, handle);
  };
}

/** The engine makes messages of standard queues without their group; the request that is being handled names it. */
function keepGroups(SqsStore: Engine['SqsStore'], SqsRouter: Engine['SqsRouter']): void {
  let named = new Map<string, string>();
  const { register } = SqsRouter.prototype;
  SqsRouter.prototype.register = function registered(action, handler) {
    const takes = action === 'SendMessage' || action === 'SendMessageBatch';
    register.call(this, action, (body, ...others) => {
      if (takes) named = groupsOf([body, ...(body.Entries ?? [])]);
      return handler(body, ...others);
    });
  };
  const { createMessage } = SqsStore;
  SqsStore.createMessage = (body, ...others) => {
    const message = createMessage(body, ...others);
    message.messageGroupId ??= named.get(body);
    return message;
  };
}

function groupsOf(sent: Send[]): Map<string, string> {
  return new Map(
    sent.flatMap(({ MessageBody, MessageGroupId }) =>
      MessageBody === undefined || MessageGroupId === undefined ? [] : [[MessageBody, MessageGroupId] as const],
    ),
  );
}

/** Moves the messages that come first to the front; nothing is moved while no tenant is noisy. */
function putFirst(queue: Queue, count: number, taken: Taken): void {
  const { messages } = queue;
  if (messages.length <= count) return;
  const order = fairOrder(
    messages,
    [...queue.inflightMessages.values()].map(({ message }) => message.messageGroupId),
    (group) => taken.share(group, Date.now()),
    count,
  );
  if (order.every((position, n) => position === n)) return;
  const picked = order.map((position) => messages[position]!);
  for (const position of [...order].sort((a, b) => b - a)) messages.splice(position, 1);
  messages.unshift(...picked);
}
