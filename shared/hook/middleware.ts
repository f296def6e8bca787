/**
 * The edge of a function that takes hooks, as middy middlewares: the body as bytes on the way in, the answer as API Gateway
 * wants it on the way out, and 503 for any failure in between.
 *
 * `@middy/http-json-body-parser` keeps no raw body, and signatures are over the bytes; `@middy/http-error-handler` answers
 * 500, which Azure drops and 503 makes come again. Source: middy 7, "Writing a middleware"; API Gateway developer guide,
 * "Lambda proxy integrations for HTTP APIs", payload format 2.0.
 */
import type middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Answer } from '../flow/receive.ts';
import type { Log } from './hook.ts';

/** An HTTP event with its body as bytes. */
export type HookEvent = APIGatewayProxyEventV2 & { bytes: Uint8Array };

/** Decodes the body. */
export function bodyAsBytes(): middy.MiddlewareObj<HookEvent> {
  return {
    before: ({ event }) => {
      event.bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
    },
  };
}

/** Turns an `Answer` into a response. A failure is logged by its name and answered 503, so that the sender comes again. */
export function answerAsJson(log: Log): middy.MiddlewareObj<HookEvent, unknown> {
  return {
    after: (request) => {
      request.response = json(request.response as Answer);
    },
    onError: (request) => {
      log('error', 'A hook could not be answered', { error: String(request.error) });
      request.response = json({ status: 503, body: { message: 'Not accepted. Send it again.' } });
    },
  };
}

function json({ status, body }: Answer): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: status === 204 ? '' : JSON.stringify(body),
  };
}
