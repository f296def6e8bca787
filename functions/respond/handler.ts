/** Respond: acknowledgements and other answers, from a page's buttons, from Slack, from text messages and from calls. */
import middy from '@middy/core';
import partialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { SQSEvent } from 'aws-lambda';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { answersApp } from '../../shared/answers/answers.ts';
import { whisperBySlack } from '../../shared/channel/slack/slack.ts';
import { handleReply, type ReplySettings } from '../../shared/flow/respond.ts';
import { openChannels, openOptIn, openTwilioSms } from '../../shared/world/channels.ts';
import { openWorld } from '../../shared/world/open.ts';
import { reveal } from '../../shared/world/secrets.ts';

const optIn = openOptIn();
const world = { ...openWorld(openChannels()), ...(optIn === undefined ? {} : { optIn }) };
const { SLACK_SIGNING_SECRET = '', SLACK_API, TWILIO_ACCOUNT, TWILIO_TOKEN = '' } = process.env;

/** Where a system is not set up there is no secret, and every call in its name is refused. */
async function secretsOf(setting: string): Promise<string[]> {
  const secret = await reveal(setting, Date.now()).catch(() => '');
  return secret === '' ? [] : [secret];
}

const settings: ReplySettings = {
  whisper: (responseUrl, text) => whisperBySlack(SLACK_API || 'https://slack.com/api', responseUrl, text),
  twilio: openTwilioSms(),
};
const web = handle(
  answersApp(world, {
    slack: () => secretsOf(SLACK_SIGNING_SECRET),
    twilio: async () => (TWILIO_ACCOUNT ? [await reveal(TWILIO_TOKEN, Date.now())] : []),
  }),
);
const replies = middy(async (event: SQSEvent) =>
  Promise.allSettled(event.Records.map((record) => handleReply(world, record.body, settings))),
).use(
  partialBatchFailure({
    logger: (reason) => world.log('error', 'A reply could not be handled and comes again', { error: String(reason) }),
  }),
);

export const handler = async (event: LambdaEvent | SQSEvent, context: LambdaContext) =>
  'Records' in event ? replies(event, context as never) : web(event, context);
