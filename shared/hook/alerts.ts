/**
 * The hooks whose bodies become alerts: which one an address means, who may call it, and what it answers.
 *
 * Promises: a body goes on only when its sender is known; 503 where that cannot be told just now. Called by the function
 * `receive`.
 */
import { ALERT_HOOKS, type Answer, receive } from '../flow/receive.ts';
import type { Queues } from '../queue/queue.ts';
import { enqueueAnswer } from './enqueue.ts';
import { answerUnlessKnown, type KnownSettings, keysInForce, type Log, unprovenKinds } from './hook.ts';

/** A request at a hook. `id`: a fresh one, for an event that names no signal. */
export type HookRequest = {
  path: string;
  key: string | undefined;
  headers: Record<string, string | undefined>;
  body: Uint8Array;
  receivedAt: string;
  id: string;
  /** The address that it came from, where the front door says it. */
  from?: string;
};

export type HookWorld = { queues: Queues; settings: KnownSettings; log: Log };

/** Answers a request at `/hooks/NAME/KEY` or `/v2/enqueue`. Throws where the hook keys cannot be read. */
export async function answerAlertHook(request: HookRequest, { queues, settings, log }: HookWorld): Promise<Answer> {
  const { path, key, headers, body, receivedAt, id, from = '' } = request;
  const contentType = headers['content-type'];
  const sender = `${key ?? ''} ${from}`;
  const accepted = { receivedAt, body, sender, ...(contentType === undefined ? {} : { contentType }) };
  const notTaken = (error: unknown) => log('error', 'The queue did not take a body', { error: String(error) });
  if (path.endsWith('/v2/enqueue')) {
    const keys = await keysInForce('events', settings, log);
    if (keys.length === 0) return { status: 503, body: { message: 'No hook keys are set.' } };
    return enqueueAnswer(queues, accepted, keys, id, notTaken);
  }
  // The route names the hook, so its name is in the path and only the key is a parameter.
  const hook = ALERT_HOOKS.find((name) => path.includes(`/hooks/${name}/`));
  if (hook === undefined) return { status: 404, body: { message: 'Not found' } };
  const refusal = await answerUnlessKnown(hook, key, { headers, body }, settings, log);
  if (refusal !== undefined) return refusal;
  const unproven = await unprovenKinds(hook, settings);
  return receive(queues, { hook, ...accepted, ...(unproven.length === 0 ? {} : { unproven }) }, notTaken);
}
