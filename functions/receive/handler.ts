/** Receive: authenticates a hook and queues its body; understands nothing, so it can lose nothing. */
import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { enqueueAnswer } from '../../shared/flow/enqueue.ts';
import { HOOKS, isHookKey, receive } from '../../shared/flow/receive.ts';
import { reveal } from '../../shared/flow/secrets.ts';
import { openQueues } from '../../shared/queue/queue.ts';

const queues = openQueues({ alerts: process.env['ALERTS_QUEUE_URL'] });

export const handler = middy(async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  const keys = (await reveal(process.env['HOOK_KEYS'] ?? '', Date.now())).split(',');
  const contentType = event.headers['content-type'];
  const accepted = {
    receivedAt: new Date().toISOString(),
    body,
    ...(contentType === undefined ? {} : { contentType }),
  };
  const refused = (error: unknown) =>
    console.error(JSON.stringify({ level: 'ERROR', message: 'The queue did not take a body', error: String(error) }));
  if (event.rawPath.endsWith('/v2/enqueue')) {
    return json(await enqueueAnswer(queues, accepted, keys, randomUUID(), refused));
  }
  // The route names the hook, so its name is in the path and only the key is a parameter.
  const hook = /\/hooks\/([a-z-]{1,40})\//.exec(event.rawPath)?.[1] ?? '';
  const key = event.pathParameters?.['key'] ?? '';
  if (!(HOOKS as readonly string[]).includes(hook) || !isHookKey(key, keys)) {
    console.warn(
      JSON.stringify({
        level: 'WARN',
        message: 'A hook was called with an unknown name or key',
        hook: hook.slice(0, 40),
      }),
    );
    return json({ status: 404, body: { message: 'Not found' } });
  }
  return json(await receive(queues, { hook, ...accepted }, refused));
});

function json({ status, body }: { status: number; body: unknown }): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}
