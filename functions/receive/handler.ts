/** Receive: authenticates a hook and queues its body; understands nothing, so it can lose nothing. */
import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import { answerAlertHook } from '../../shared/hook/alerts.ts';
import type { Log } from '../../shared/hook/hook.ts';
import { answerAsJson, bodyAsBytes, type HookEvent } from '../../shared/hook/middleware.ts';
import { openQueues } from '../../shared/queue/queue.ts';
import { isWeakAllowed } from '../../shared/world/secrets.ts';

const CONSOLE = { info: 'log', warn: 'warn', error: 'error' } as const;
/** Powertools' logger would be a third of this bundle, and its cold start is what a sender waits for. */
const log: Log = (level, message, fields) =>
  console[CONSOLE[level]](JSON.stringify({ level: level.toUpperCase(), message, ...fields }));
const world = {
  queues: openQueues({ alerts: process.env['ALERTS_QUEUE_URL'] }),
  settings: {
    hookKeys: process.env['HOOK_KEYS'] ?? '',
    senders: process.env['SENDERS'] ?? '',
    weakAllowed: isWeakAllowed(),
  },
  log,
};

export const handler = middy<HookEvent>()
  .use(httpHeaderNormalizer())
  .use(bodyAsBytes())
  .use(answerAsJson(log))
  .handler(({ rawPath, pathParameters, headers, bytes, requestContext }) =>
    answerAlertHook(
      {
        path: rawPath,
        key: pathParameters?.['key'],
        headers,
        body: bytes,
        receivedAt: new Date().toISOString(),
        id: randomUUID(),
        from: requestContext?.http?.sourceIp ?? '',
      },
      world,
    ),
  );
