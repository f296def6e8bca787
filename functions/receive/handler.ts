/** Receive: authenticates a hook and queues its body; understands nothing, so it can lose nothing. */
import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ALERT_HOOKS, receive } from '../../shared/flow/receive.ts';
import { enqueueAnswer } from '../../shared/hook/enqueue.ts';
import { answerUnlessKnown, type Log, unprovenKinds } from '../../shared/hook/hook.ts';
import { openQueues } from '../../shared/queue/queue.ts';
import { keysOf } from '../../shared/sender/secret.ts';
import { reveal } from '../../shared/world/secrets.ts';

const queues = openQueues({ alerts: process.env['ALERTS_QUEUE_URL'] });
const settings = { hookKeys: process.env['HOOK_KEYS'] ?? '', senders: process.env['SENDERS'] ?? '' };
const CONSOLE = { info: 'log', warn: 'warn', error: 'error' } as const;
const log: Log = (level, message, fields) =>
  console[CONSOLE[level]](JSON.stringify({ level: level.toUpperCase(), message, ...fields }));
const notTaken = (error: unknown) => log('error', 'The queue did not take a body', { error: String(error) });

export const handler = middy(async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  const contentType = event.headers['content-type'];
  const accepted = {
    receivedAt: new Date().toISOString(),
    body,
    ...(contentType === undefined ? {} : { contentType }),
  };
  if (event.rawPath.endsWith('/v2/enqueue')) {
    const keys = await reveal(settings.hookKeys, Date.now()).catch((error: unknown) => {
      log('error', 'The hook keys cannot be read', { error: String(error) });
    });
    // A 5xx is sent again by every client of this API.
    if (keys === undefined) return json({ status: 503, body: { message: 'Not accepted. Send it again.' } });
    return json(await enqueueAnswer(queues, accepted, keysOf(keys, 'events'), randomUUID(), notTaken));
  }
  // The route names the hook, so its name is in the path and only the key is a parameter.
  const hook = ALERT_HOOKS.find((name) => event.rawPath.includes(`/hooks/${name}/`));
  if (hook === undefined) return json({ status: 404, body: { message: 'Not found' } });
  const refusal = await answerUnlessKnown(
    hook,
    event.pathParameters?.['key'],
    { headers: event.headers, body },
    settings,
    log,
  );
  if (refusal !== undefined) return json(refusal);
  const unproven = await unprovenKinds(hook, settings);
  const marked = unproven.length === 0 ? accepted : { ...accepted, unproven };
  return json(await receive(queues, { hook, ...marked }, notTaken));
});

function json({ status, body }: { status: number; body: unknown }): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}
