/**
 * `POST /v2/enqueue` as a client of PagerDuty's Events API v2 knows it: 202 with its body, 400 with the list of what is
 * wrong, 429 when there is too much. Source: PagerDuty developer documentation, "Events API v2".
 */

import { type Answer, receive } from '../flow/receive.ts';
import { type Accepted, MAX_MESSAGE_BYTES, type Queues } from '../queue/queue.ts';
import { isOneOf } from '../sender/secret.ts';

/** Larger than PagerDuty's own 512 KB is refused as PagerDuty does. */
const MAX_EVENT_BYTES = MAX_MESSAGE_BYTES / 2;

/** `routing_key` is a hook key; `freshKey` becomes the `dedup_key` of a trigger that has none. */
export async function enqueueAnswer(
  queues: Queues,
  accepted: Omit<Accepted, 'hook'>,
  keys: string[],
  freshKey: string,
  onFailure: (error: unknown) => void,
): Promise<Answer> {
  if (accepted.body.length > MAX_EVENT_BYTES)
    return invalid([`The event is larger than ${MAX_EVENT_BYTES} bytes`], 413);
  const event = parse(accepted.body);
  if (!event) return invalid(['The body is not a JSON object']);
  const errors = mistakes(event);
  if (errors.length > 0) return invalid(errors);
  if (!isOneOf(String(event['routing_key']), keys)) return invalid(['`routing_key` is not a key of this Pageturner']);
  const dedup = typeof event['dedup_key'] === 'string' && event['dedup_key'] !== '' ? event['dedup_key'] : freshKey;
  // The key must be the one that the sender is told, or its resolve would never meet its trigger.
  const body =
    event['dedup_key'] === dedup ? accepted.body : Buffer.from(JSON.stringify({ ...event, dedup_key: dedup }));
  let wasThrottled = false;
  const answer = await receive(queues, { ...accepted, hook: 'events', body }, (error) => {
    wasThrottled = isThrottling(error);
    onFailure(error);
  });
  if (wasThrottled) return TOO_MANY;
  if (answer.status !== 202) return answer;
  return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: dedup } };
}

/** PagerDuty's own words; its clients wait and send again. */
const TOO_MANY: Answer = {
  status: 429,
  body: {
    status: 'throttle exceeded',
    message: 'Requests for this service are arriving too quickly. Please retry later.',
  },
};

/** SQS says so by name. [SQS API reference, "Common errors"] */
function isThrottling(error: unknown): boolean {
  return error instanceof Error && /^(RequestThrottled|ThrottlingException|OverLimit)$/.test(error.name);
}

function parse(body: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

const SEVERITIES = ['critical', 'error', 'warning', 'info'];

/** What PagerDuty requires, in the order of its documentation. */
function mistakes(event: Record<string, unknown>): string[] {
  const errors: string[] = [];
  const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
  const { routing_key, event_action, dedup_key, payload } = event;
  if (!isText(routing_key)) errors.push('`routing_key` is missing or blank');
  if (!['trigger', 'acknowledge', 'resolve'].includes(String(event_action))) {
    errors.push('`event_action` must be one of trigger, acknowledge, resolve');
  }
  if (dedup_key !== undefined && dedup_key !== null && (!isText(dedup_key) || dedup_key.length > 255)) {
    errors.push('`dedup_key` must be a text of at most 255 characters');
  }
  if (event_action === 'acknowledge' || event_action === 'resolve') {
    if (!isText(dedup_key)) errors.push('`dedup_key` is required to acknowledge or resolve');
    return errors;
  }
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    errors.push('`payload` is missing');
    return errors;
  }
  const { summary, source, severity } = payload as Record<string, unknown>;
  if (!isText(summary)) errors.push('`payload.summary` is missing or blank');
  else if (summary.length > 1024) errors.push('`payload.summary` is longer than 1024 characters');
  if (!isText(source)) errors.push('`payload.source` is missing or blank');
  if (!SEVERITIES.includes(String(severity)))
    errors.push('`payload.severity` must be one of critical, error, warning, info');
  return errors;
}

function invalid(errors: string[], status = 400): Answer {
  return { status, body: { status: 'invalid event', message: 'Event object is invalid', errors } };
}
