/**
 * Receiving: a body is authenticated and put on the queue, untouched and not understood.
 *
 * Promises: 202 only after the queue has it; 503 when it has not (Azure and SNS try 503 again, and Azure drops 500); 404 for
 * a wrong key, so that nobody learns which addresses exist (`known.ts`, which comes before).
 */
import { type Accepted, acceptBody, type Queues } from '../queue/queue.ts';

/** The hooks whose bodies become alerts. */
export const ALERT_HOOKS = ['cloudwatch', 'azure-monitor', 'alertmanager', 'grafana', 'alert'] as const;

/** Larger than any sender's limit (SNS 1 MiB, Azure 256 KiB, Events 512 KB, GitHub 25 MB cut by the front door at 6 MB). */
export const MAX_BODY_BYTES = 6 * 1024 * 1024;

export type Answer = { status: number; body: Record<string, unknown> };

/** Puts a body on the queue and says so to its sender. */
export async function receive(
  queues: Queues,
  accepted: Accepted,
  onFailure: (error: unknown) => void,
): Promise<Answer> {
  if (accepted.body.length > MAX_BODY_BYTES)
    return { status: 413, body: { message: `The body is larger than ${MAX_BODY_BYTES} bytes.` } };
  try {
    await acceptBody(queues, accepted);
    return { status: 202, body: { message: 'Accepted' } };
  } catch (error) {
    onFailure(error);
    return { status: 503, body: { message: 'Not accepted: the queue did not take it. Send it again.' } };
  }
}
