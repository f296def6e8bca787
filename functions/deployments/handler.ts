/** Deployments: what senders and EventBridge say was deployed goes on the record. */
import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import type { SNSEvent } from 'aws-lambda';
import { recordEvent } from '../../shared/flow/deployments.ts';
import { answerDeploymentHook } from '../../shared/hook/deployments.ts';
import { answerAsJson, bodyAsBytes, type HookEvent } from '../../shared/hook/middleware.ts';
import { openWorld, setting } from '../../shared/world/open.ts';
import { isWeakAllowed } from '../../shared/world/secrets.ts';

const world = openWorld();
const settings = {
  hookKeys: setting('HOOK_KEYS'),
  senders: process.env['SENDERS'] ?? '',
  weakAllowed: isWeakAllowed(),
};

const hooks = middy<HookEvent>()
  .use(httpHeaderNormalizer())
  .use(bodyAsBytes())
  .use(answerAsJson(world.log))
  .handler(({ rawPath, pathParameters, headers, bytes }) =>
    answerDeploymentHook(world, { path: rawPath, key: pathParameters?.['key'], headers, body: bytes }, settings),
  );
const events = middy((event: SNSEvent | Record<string, unknown>) => recordEvent(world, event));

export const handler = (event: HookEvent | SNSEvent | Record<string, unknown>, context: never) =>
  'requestContext' in event && 'rawPath' in event
    ? hooks(event as HookEvent, context)
    : events(event as SNSEvent, context);
