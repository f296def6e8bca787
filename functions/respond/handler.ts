/** Respond: acknowledgements and other answers, from a page's buttons and from SMS replies. */
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { openChannels } from '../../shared/flow/channels.ts';
import { openWorld } from '../../shared/flow/open.ts';
import { handleForm, handleReply } from '../../shared/flow/respond.ts';

const world = openWorld(openChannels());

export const handler = middy(
  async (event: APIGatewayProxyEventV2 | SQSEvent): Promise<APIGatewayProxyStructuredResultV2 | SQSBatchResponse> => {
    if (!('Records' in event)) {
      const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString('utf8');
      return handleForm(world, {
        token: event.pathParameters?.['token'] ?? '',
        body,
        headers: new Headers(event.headers as Record<string, string>),
      });
    }
    const results = await Promise.allSettled(event.Records.map((record) => handleReply(world, record.body)));
    return {
      batchItemFailures: results.flatMap((result, n) =>
        result.status === 'fulfilled' ? [] : [{ itemIdentifier: event.Records[n]!.messageId }],
      ),
    };
  },
);
