/**
 * Opens the channels that this deployment has set up, from environment variables:
 *
 *   PHONE_NUMBER (sends SMS and calls), CONFIGURATION_SET, EMAIL_FROM, SLACK_TOKEN, SLACK_API, WEBHOOK_SECRET
 *
 * A channel that is not set up is absent, and a page by it falls over to the person's next way.
 */
import { slackBy, teamsBy, webhookBy } from '../page/channels/chat.ts';
import { emailBy } from '../page/channels/email.ts';
import { openPhone, smsBy, voiceBy } from '../page/channels/sms.ts';
import type { Send } from '../page/page.ts';
import { reveal } from './secrets.ts';
import type { World } from './world.ts';

export function openChannels(): World['channels'] {
  const { PHONE_NUMBER, CONFIGURATION_SET, EMAIL_FROM, SLACK_TOKEN, SLACK_API, WEBHOOK_SECRET } = process.env;
  const channels: World['channels'] = { teams: teamsBy() };
  if (PHONE_NUMBER) {
    const phone = openPhone(PHONE_NUMBER, CONFIGURATION_SET || undefined);
    channels.sms = smsBy(phone);
    channels.voice = voiceBy(phone);
  }
  if (EMAIL_FROM) channels.email = emailBy(EMAIL_FROM);
  if (SLACK_TOKEN)
    channels.slack = withSecret(SLACK_TOKEN, (token) => slackBy(SLACK_API || 'https://slack.com/api', token));
  if (WEBHOOK_SECRET)
    channels.webhook = withSecret(WEBHOOK_SECRET, (secret) => webhookBy(secret, () => new Date().toISOString()));
  return channels;
}

function withSecret(setting: string, make: (secret: string) => Send): Send {
  return async (...page) => make(await reveal(setting, Date.now()))(...page);
}
