/** Respond: acknowledgements and other answers, from a page's buttons and from SMS replies. */
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { whisperBySlack } from '../../shared/channel/slack/slack.ts';
import { handleForm, handlePress, handleReply, type SlackSettings } from '../../shared/flow/respond.ts';
import { openChannels } from '../../shared/world/channels.ts';
import { openWorld } from '../../shared/world/open.ts';
import { reveal } from '../../shared/world/secrets.ts';

const world = openWorld(openChannels());

async function slackSettings(): Promise<SlackSettings> {
  const { SLACK_SIGNING_SECRET = '', SLACK_API } = process.env;
  // Where Slack is not set up there is no secret, and a press is refused as what it is: not ours.
  const secret = await reveal(SLACK_SIGNING_SECRET, Date.now()).catch(() => '');
  return {
    secrets: secret === '' ? [] : [secret],
    whisper: (responseUrl, text) => whisperBySlack(SLACK_API || 'https://slack.com/api', responseUrl, text),
  };
}

export const handler = middy(
  async (event: APIGatewayProxyEventV2 | SQSEvent): Promise<APIGatewayProxyStructuredResultV2 | SQSBatchResponse> => {
    if (!('Records' in event)) {
      const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
      if (event.rawPath.endsWith('/slack/actions')) {
        return handlePress(world, { body, headers: event.headers as Record<string, string> }, await slackSettings());
      }
      return handleForm(world, {
        token: event.pathParameters?.['token'] ?? '',
        body: body.toString('utf8'),
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
