/**
 * The queues: what has been accepted and not yet understood (`alerts`), what is owed and due (`pages`), what people answer
 * and carriers tell (`replies`), and which incidents owe a problem ticket (`tickets`).
 *
 * Promises: `acceptBody` returns only after the queue has the body. Messages on `pages` only say "look at this incident
 * now": the incident is the truth, so a message that is lost, late or doubled does no harm.
 *
 * Functions and the command line call it; the pure core never does.
 */
import { createHash } from 'node:crypto';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Target } from '../catalogue/catalogue.ts';
import type { GroupDigest, Incident, Owed } from '../incident/incident.ts';

export type Queues = { client: SQSClient; alerts?: string; pages?: string; replies?: string; tickets?: string };

/** A message and a whole batch are at most 1 MiB (SQS since 2025); what is around the body needs a little of it. */
export const MAX_MESSAGE_BYTES = 1_048_576;
const ENVELOPE_BYTES = 4096;
/** SQS delays a message by at most this long; what is due later is looked at and delayed again. */
export const MAX_DELAY_SECONDS = 900;
const BATCH = 10;

export function openQueues(
  addresses: { [name in 'alerts' | 'pages' | 'replies' | 'tickets']?: string | undefined },
): Queues {
  // The endpoint comes from the region or the environment; a queue address made elsewhere need not resolve here.
  const client = new SQSClient({
    useQueueUrlAsEndpoint: false,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000 },
  });
  return {
    client,
    ...(addresses.alerts === undefined ? {} : { alerts: addresses.alerts }),
    ...(addresses.pages === undefined ? {} : { pages: addresses.pages }),
    ...(addresses.replies === undefined ? {} : { replies: addresses.replies }),
    ...(addresses.tickets === undefined ? {} : { tickets: addresses.tickets }),
  };
}

/** A body as a sender posted it, on its way to triage. */
export type Accepted = {
  /** The address it came to: `cloudwatch`, `events`, `gitlab`…; empty where it came straight to the queue. */
  hook: string;
  receivedAt: string;
  contentType?: string;
  body: Uint8Array;
  /** Only the head of the body was kept: it was larger than the queue takes even compressed. */
  cutFrom?: number;
  /** Kinds of notice that its sender has not proven to be of, where proofs are configured for them. */
  unproven?: string[];
  /** What tells its sender from others at the same hook, such as an address. Only its digest leaves the function. */
  sender?: string;
};

type Envelope = {
  pageturner: 1;
  hook: string;
  unproven?: string[];
  receivedAt: string;
  contentType?: string;
  encoding: 'utf8' | 'br';
  body: string;
  cutFrom?: number;
};

/**
 * The message for an accepted body: as text where it is text and fits, else compressed; where even that is too large, the
 * head of it, saying so. Never throws: what arrived is kept.
 */
export function wrapBody(accepted: Accepted): string {
  const { hook, receivedAt, contentType, unproven, body } = accepted;
  const base = {
    pageturner: 1 as const,
    hook,
    receivedAt,
    ...(contentType === undefined ? {} : { contentType }),
    ...(unproven === undefined ? {} : { unproven }),
  };
  const room = MAX_MESSAGE_BYTES - ENVELOPE_BYTES;
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  const isText = Buffer.from(text, 'utf8').equals(body);
  if (isText && !hasForbiddenCharacters(text)) {
    const plain = JSON.stringify({ ...base, encoding: 'utf8', body: text } satisfies Envelope);
    if (Buffer.byteLength(plain) <= room) return plain;
  }
  for (let keep = body.length; ; keep = Math.floor(keep / 2)) {
    const packed = brotliCompressSync(body.subarray(0, keep), { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
    const message = JSON.stringify({
      ...base,
      encoding: 'br',
      body: packed.toString('base64'),
      ...(keep < body.length ? { cutFrom: body.length } : {}),
    } satisfies Envelope);
    if (Buffer.byteLength(message) <= room) return message;
  }
}

/** SQS takes only these characters in a message: #x9 #xA #xD #x20–#xD7FF #xE000–#xFFFD #x10000–#x10FFFF. [SQS SendMessage] */
function hasForbiddenCharacters(text: string): boolean {
  // JSON.stringify escapes control characters and lone surrogates; only these two pass through it as they are.
  return text.includes('\uFFFE') || text.includes('\uFFFF');
}

/** An accepted body out of a message; undefined for a message that came straight from a topic or a rule. */
export function unwrapBody(message: string): Accepted | undefined {
  if (!message.startsWith('{"pageturner":1,')) return undefined;
  let envelope: Envelope;
  try {
    envelope = JSON.parse(message) as Envelope;
  } catch {
    return undefined;
  }
  const { hook, receivedAt, contentType, unproven, cutFrom } = envelope;
  return {
    hook,
    receivedAt,
    ...(contentType === undefined ? {} : { contentType }),
    ...(cutFrom === undefined ? {} : { cutFrom }),
    ...(unproven === undefined ? {} : { unproven }),
    body: unpack(envelope),
  };
}

function unpack({ encoding, body }: Envelope): Uint8Array {
  if (encoding === 'br')
    return brotliDecompressSync(Buffer.from(body, 'base64'), { maxOutputLength: 32 * MAX_MESSAGE_BYTES });
  return Buffer.from(body, 'utf8');
}

/** Puts an accepted body on the alerts queue; returns when the queue has it, throws when it has not. */
export async function acceptBody(queues: Queues, accepted: Accepted): Promise<void> {
  await queues.client.send(
    new SendMessageCommand({
      QueueUrl: queues.alerts,
      MessageBody: wrapBody(accepted),
      MessageGroupId: tenant(`${accepted.hook} ${accepted.sender ?? ''}`),
    }),
  );
}

/**
 * The tenant of a message: one loud tenant does not hold up the others. [SQS developer guide, "Amazon SQS fair queues"]
 * A digest, because a name may have characters that a group id may not have.
 */
function tenant(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 16);
}

/** A message on the pages queue. */
export type Look = { incident: string } & Owed;

/** Another message on the pages queue: somebody has taken over a rota and is to be told. */
export type HandOverLook = { kind: 'hand-over'; rota: string; at: string };

/** A digest of follow-ups that are still to be done, in plain text, for a chat channel or a person. */
export type ReminderLook = {
  kind: 'reminder';
  to: Target;
  subject: string;
  facts: { label: string; value: string }[];
};

/** A third: a phone takes no texts any more, and those who rely on it are to be told. */
export type StoppedLook = { kind: 'stopped'; person: string };

export async function queueStopped(queues: Queues, look: StoppedLook): Promise<void> {
  await queues.client.send(new SendMessageCommand({ QueueUrl: queues.pages, MessageBody: JSON.stringify(look) }));
}

/** Another: what somebody answered for many incidents at once, where one function had no time for all. `by`: the person's id. */
export type AnswerLook = {
  kind: 'answer';
  action: 'acknowledge' | 'resolve' | 'escalate';
  by: string;
  via: string;
  incidents: string[];
};

/** So many incidents take a function a second or two. */
const ANSWERS_A_MESSAGE = 50;

/** Queues an answer for the incidents of a look, some a message; nothing where there are none. */
export async function queueAnswers(queues: Queues, look: AnswerLook): Promise<void> {
  const messages: AnswerLook[] = [];
  for (let from = 0; from < look.incidents.length; from += ANSWERS_A_MESSAGE)
    messages.push({ ...look, incidents: look.incidents.slice(from, from + ANSWERS_A_MESSAGE) });
  await sendAll(
    queues,
    // Ahead of a storm's pages, which are other tenants: it makes most of them needless.
    messages.map((message) => ({ MessageBody: JSON.stringify(message), MessageGroupId: tenant(`answer ${look.by}`) })),
  );
}

export async function queueHandOver(queues: Queues, look: HandOverLook | ReminderLook): Promise<void> {
  await queues.client.send(new SendMessageCommand({ QueueUrl: queues.pages, MessageBody: JSON.stringify(look) }));
}

/**
 * What came over HTTP from a sender that was verified, and is acted on by queue: it is kept before its sender has an answer,
 * and the answer comes in time however long the act takes. A message of a topic has none of `kept` at its top.
 */
export type Kept =
  | { kept: 'press'; user: string; action: string; incident: string; responseUrl: string }
  | { kept: 'reply'; from: string; text: string; id: string }
  | { kept: 'receipt'; page: string; delivered: boolean; reason: string };

/** Puts it on the replies queue; throws where the queue has not taken it. */
export async function keepAnswer(queues: Queues, answer: Kept): Promise<void> {
  await queues.client.send(new SendMessageCommand({ QueueUrl: queues.replies, MessageBody: JSON.stringify(answer) }));
}

/** Queues what an incident owes, each delayed until it is due (at most 15 minutes: then it is looked at and delayed again). */
export async function queueOwed(queues: Queues, incident: string, owed: Owed[], now: string): Promise<void> {
  await queueOwedOfMany(queues, [{ incident, owed }], now);
}

/** Queues what several incidents owe, as `queueOwed` does for one. */
export async function queueOwedOfMany(
  queues: Queues,
  many: { incident: string; owed: Owed[] }[],
  now: string,
): Promise<void> {
  const messages = many.flatMap(({ incident, owed }) =>
    owed.map((item) => ({
      MessageBody: JSON.stringify({ incident, ...item } satisfies Look),
      DelaySeconds: delaySeconds(item.due, now),
      MessageGroupId: tenant(item.for ?? incident),
    })),
  );
  await sendAll(queues, messages);
}

/** A message on the tickets queue: this incident owes this ticket. */
export type TicketLook = { incident: string; ticket: string };

/** A message on the tickets queue: the ticket of this cause does not say yet what people changed here. `tries` that failed. */
export type StaleLook = { problem: GroupDigest; tries: number };

/** Queues it, at once or after a failure. Nothing where this function has no such queue: the daily look finds it. */
export async function queueStale(queues: Queues, look: StaleLook, delaySeconds = 0): Promise<void> {
  if (queues.tickets === undefined) return;
  await queues.client.send(
    new SendMessageCommand({
      QueueUrl: queues.tickets,
      MessageBody: JSON.stringify(look),
      DelaySeconds: Math.min(delaySeconds, MAX_DELAY_SECONDS),
    }),
  );
}

/**
 * Queues problem tickets that incidents owe and that are due. Nothing where this function has no such queue: the sweep has. Throws
 * where one was not taken.
 */
export async function queueTickets(queues: Queues, owing: readonly Incident[], now: string): Promise<void> {
  if (queues.tickets === undefined) return;
  const due = owing.filter(({ ticket }) => ticket !== undefined && delaySeconds(ticket.due, now) < MAX_DELAY_SECONDS);
  const messages = due.map(({ id, ticket }) => ({
    MessageBody: JSON.stringify({ incident: id, ticket: ticket!.id } satisfies TicketLook),
    DelaySeconds: delaySeconds(ticket!.due, now),
  }));
  for (let from = 0; from < messages.length; from += BATCH)
    await sendBatch(queues, queues.tickets, messages.slice(from, from + BATCH));
}

/** Puts messages on the pages queue, ten a call. Throws where one was not taken. */
async function sendAll(
  queues: Queues,
  messages: { MessageBody: string; DelaySeconds?: number; MessageGroupId: string }[],
): Promise<void> {
  for (let from = 0; from < messages.length; from += BATCH) {
    await sendBatch(queues, queues.pages, messages.slice(from, from + BATCH));
  }
}

async function sendBatch(
  queues: Queues,
  url: string | undefined,
  batch: { MessageBody: string; DelaySeconds?: number; MessageGroupId?: string }[],
): Promise<void> {
  const Entries = batch.map((message, n) => ({ Id: String(n), ...message }));
  const answer = await queues.client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
  if (answer.Failed && answer.Failed.length > 0)
    throw new Error(`${answer.Failed.length} of ${batch.length} messages were not queued: ${answer.Failed[0]?.Code}`);
}

/** Whole seconds until something is due, 0 to 900. Rounded up: a message that comes early is only delayed again. */
export function delaySeconds(due: string, now: string): number {
  const seconds = Math.ceil((Date.parse(due) - Date.parse(now)) / 1000);
  return Math.min(Math.max(seconds, 0), MAX_DELAY_SECONDS);
}
