/** Deployments: what senders and EventBridge say was deployed goes on the record. */
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, SNSEvent } from 'aws-lambda';
import { DEPLOYMENT_HOOKS, recordBody, recordEvent } from '../../shared/flow/deployments.ts';
import { answerUnlessKnown } from '../../shared/hook/hook.ts';
import { openWorld, setting } from '../../shared/world/open.ts';

const world = openWorld();
const settings = { hookKeys: setting('HOOK_KEYS'), senders: process.env['SENDERS'] ?? '' };

export const handler = middy(
  async (
    event: APIGatewayProxyEventV2 | SNSEvent | Record<string, unknown>,
  ): Promise<APIGatewayProxyStructuredResultV2 | undefined> => {
    if (!isHttp(event)) {
      await recordEvent(world, event);
      return undefined;
    }
    const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
    const hook = DEPLOYMENT_HOOKS.find((name) => event.rawPath.includes(`/hooks/${name}/`));
    if (hook === undefined) return { statusCode: 404, body: '' };
    const request = { headers: event.headers, body };
    const refusal = await answerUnlessKnown(hook, event.pathParameters?.['key'], request, settings, world.log);
    if (refusal) return { statusCode: refusal.status, body: JSON.stringify(refusal.body) };
    return { statusCode: await recordBody(world, hook, body, event.headers['content-type']), body: '' };
  },
);

function isHttp(event: object): event is APIGatewayProxyEventV2 {
  return 'requestContext' in event && 'rawPath' in event;
}
