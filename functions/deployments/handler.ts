/** Deployments: what senders and EventBridge say was deployed goes on the record. */
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { recordBody, recordEvent } from '../../shared/flow/deployments.ts';
import { openWorld, setting } from '../../shared/flow/open.ts';
import { isHookKey } from '../../shared/flow/receive.ts';
import { reveal } from '../../shared/flow/secrets.ts';

const world = openWorld();

export const handler = middy(
  async (
    event: APIGatewayProxyEventV2 | Record<string, unknown>,
  ): Promise<APIGatewayProxyStructuredResultV2 | undefined> => {
    if (!isHttp(event)) {
      await recordEvent(world, event);
      return undefined;
    }
    const keys = (await reveal(setting('HOOK_KEYS'), Date.now())).split(',');
    if (!isHookKey(event.pathParameters?.['key'] ?? '', keys)) return { statusCode: 404, body: '' };
    const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
    return { statusCode: await recordBody(world, body, event.headers['content-type']), body: '' };
  },
);

function isHttp(event: object): event is APIGatewayProxyEventV2 {
  return 'requestContext' in event;
}
