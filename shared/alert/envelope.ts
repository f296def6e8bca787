/**
 * Envelopes: what carriers wrap around a notice. An alarm that reaches us by EventBridge, SNS and SQS lies in three.
 *
 * Promises: at most three are opened, one inside the other; a batch gives its records in order, each with itself as
 * `raw`; what is no envelope comes back as it is. Called by `normalise.ts` and by the handlers that batch. Pure.
 *
 * Sources: SNS developer guide "HTTP/HTTPS notification JSON format"; Lambda guide for SNS and SQS events (where the
 * envelope's names differ in case); EventBridge user guide.
 */
import { type Fields, fields, isFields, json, list, text } from './read.ts';

/** What the carriers said about the notice. */
export type Envelope = {
  subject?: string | undefined;
  topicArn?: string | undefined;
  messageId?: string | undefined;
  sentAt?: unknown;
  /** SNS message attributes: name to value. Backup puts its facts there. */
  attributes?: Fields;
};

export type Notice = { payload: unknown; envelope: Envelope; raw: unknown };

const MOST_ENVELOPES = 3;

/** The notices in a payload: several for a batch, else one. */
export function open(payload: unknown): Notice[] {
  // Azure Event Grid and some relays post arrays; an empty one is a payload that says nothing.
  if (Array.isArray(payload) && payload.length > 0 && payload.length <= 1000 && payload.every(isFields)) {
    return payload.flatMap((item) => openOne(item, item, {}, MOST_ENVELOPES));
  }
  return openOne(payload, payload, {}, MOST_ENVELOPES);
}

function isRecord(value: unknown): boolean {
  return isFields(value) && (isFields(value.Sns) || typeof value.body === 'string' || isEnvelope(value));
}

/** `left` envelopes may still be taken off. Each record of a batch is kept with itself as `raw`. */
function openOne(payload: unknown, raw: unknown, around: Envelope, left: number): Notice[] {
  const records = isFields(payload) ? list(payload.Records) : [];
  if (records.length > 0 && records.every(isRecord) && left > 0) {
    const isBatch = records.length > 1 || raw === payload;
    return records.flatMap((record) => openOne(record, isBatch ? record : raw, around, left));
  }
  const inside = left > 0 ? inner(payload) : undefined;
  if (inside === undefined) return [{ payload, envelope: around, raw }];
  return openOne(inside.payload, raw, { ...around, ...inside.envelope }, left - 1);
}

/** One envelope taken off, or undefined where there is none. */
function inner(payload: unknown): { payload: unknown; envelope: Envelope } | undefined {
  if (typeof payload === 'string') {
    const parsed = json(payload);
    return parsed === undefined ? undefined : { payload: parsed, envelope: {} };
  }
  if (!isFields(payload)) return undefined;
  if (isFields(payload.Sns)) return { payload: parsedOrText(payload.Sns.Message), envelope: envelopeOf(payload.Sns) };
  if (isEnvelope(payload)) return { payload: parsedOrText(payload.Message), envelope: envelopeOf(payload) };
  // Relays parse the message and pass it on beside nothing, or beside what they kept of the envelope.
  if (isFields(payload.Message) && 'AlarmName' in payload.Message) {
    return { payload: payload.Message, envelope: envelopeOf(payload) };
  }
  if (typeof payload.subscription === 'string' && isFields(payload.message)) return pushed(payload.message);
  if (typeof payload.body === 'string' && ('receiptHandle' in payload || payload.eventSource === 'aws:sqs')) {
    return { payload: parsedOrText(payload.body), envelope: { messageId: text(payload.messageId) } };
  }
  return undefined;
}

/** Google Cloud Pub/Sub "Push subscriptions": the notice as base64 in `message.data`. */
function pushed(message: Fields): { payload: unknown; envelope: Envelope } | undefined {
  const data = message.data;
  if (typeof data !== 'string' || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(data)) return undefined;
  const said = Buffer.from(data, 'base64').toString('utf8');
  return { payload: parsedOrText(said), envelope: { messageId: text(message.messageId), sentAt: message.publishTime } };
}

function isEnvelope(payload: Fields): boolean {
  const isSent = 'TopicArn' in payload || 'MessageId' in payload || payload.Type === 'Notification';
  const isConfirmation = typeof payload.Type === 'string' && payload.Type.endsWith('Confirmation');
  return isSent && !isConfirmation && typeof payload.Message === 'string';
}

function envelopeOf(sns: Fields): Envelope {
  const attributes: Record<string, unknown> = {};
  for (const [name, attribute] of Object.entries(fields(sns.MessageAttributes))) {
    if (name !== '__proto__') attributes[name] = fields(attribute).Value;
  }
  return {
    subject: text(sns.Subject),
    topicArn: text(sns.TopicArn),
    messageId: text(sns.MessageId),
    sentAt: sns.Timestamp,
    attributes,
  };
}

function parsedOrText(value: unknown): unknown {
  return json(value) ?? value;
}

/** SNS asking to be confirmed or saying goodbye: the sender's check handles it, it is no alert. */
export function isConfirmation(payload: Fields): boolean {
  return (
    (payload.Type === 'SubscriptionConfirmation' || payload.Type === 'UnsubscribeConfirmation') && 'TopicArn' in payload
  );
}
