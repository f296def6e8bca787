/** Respond: acknowledgements and other answers, from a page's buttons, from Slack and from text messages. */
import middy from '@middy/core';
import partialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { SQSEvent } from 'aws-lambda';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { answersApp } from '../../shared/answers/answers.ts';
import { whisperBySlack } from '../../shared/channel/slack/slack.ts';
import { handleReply, type SlackSettings } from '../../shared/flow/respond.ts';
import { openChannels, openOptIn } from '../../shared/world/channels.ts';
import { openWorld } from '../../shared/world/open.ts';
import { reveal } from '../../shared/world/secrets.ts';

const optIn = openOptIn();
const world = { ...openWorld(openChannels()), ...(optIn === undefined ? {} : { optIn }) };

async function slackSettings(): Promise<SlackSettings> {
  const { SLACK_SIGNING_SECRET = '', SLACK_API } = process.env;
  // Where Slack is not set up there is no secret, and every press is refused.
  const secret = await reveal(SLACK_SIGNING_SECRET, Date.now()).catch(() => '');
  return {
    secrets: secret === '' ? [] : [secret],
    whisper: (responseUrl, text) => whisperBySlack(SLACK_API || 'https://slack.com/api', responseUrl, text),
  };
}

const web = handle(answersApp(world, slackSettings));
const replies = middy(async (event: SQSEvent) =>
  Promise.allSettled(event.Records.map((record) => handleReply(world, record.body))),
).use(
  partialBatchFailure({
    logger: (reason) => world.log('error', 'A reply could not be handled and comes again', { error: String(reason) }),
  }),
);

export const handler = async (event: LambdaEvent | SQSEvent, context: LambdaContext) =>
  'Records' in event ? replies(event, context as never) : web(event, context);
