/**
 * Opens the channels that this deployment has set up, from environment variables:
 *
 *   SMS_NUMBER (texts) with SMS_REPLIES (`no`: nobody can answer them), VOICE_NUMBER (calls), CONFIGURATION_SET, or
 *   SMS_BY_SNS (`yes`: texts by SNS alone) and SMS_SENDER_ID
 *   TWILIO_ACCOUNT, TWILIO_TOKEN, TWILIO_NUMBER, TWILIO_REPLIES, TWILIO_API (the second carrier)
 *   EMAIL_FROM, SLACK_TOKEN, SLACK_API, WEBHOOK_SECRET
 *
 * A channel that is not set up is absent, and a page by it falls over to the person's next way.
 */
import { firstThatTakes } from '../channel/carriers.ts';
import type { Send } from '../channel/channel.ts';
import { openPhone, optInBy, smsBy, voiceBy } from '../channel/end-user-messaging/end-user-messaging.ts';
import { emailBy } from '../channel/ses/ses.ts';
import { slackBy } from '../channel/slack/slack.ts';
import { smsBySns } from '../channel/sns/sns.ts';
import { teamsBy } from '../channel/teams/teams.ts';
import { smsByTwilio, type Twilio, voiceByTwilio } from '../channel/twilio/twilio.ts';
import { webhookBy } from '../channel/webhook/webhook.ts';
import { reveal } from './secrets.ts';
import type { World } from './world.ts';

export function openChannels(): World['channels'] {
  const { EMAIL_FROM, SLACK_TOKEN, SLACK_API, WEBHOOK_SECRET } = process.env;
  const channels: World['channels'] = { teams: teamsBy() };
  const { sms, voice } = openCarriers();
  if (sms.length > 0) channels.sms = firstThatTakes(sms);
  if (voice.length > 0) channels.voice = firstThatTakes(voice);
  if (EMAIL_FROM) channels.email = emailBy(EMAIL_FROM);
  if (SLACK_TOKEN)
    channels.slack = withSecret(SLACK_TOKEN, (token) => slackBy(SLACK_API || 'https://slack.com/api', token));
  if (WEBHOOK_SECRET)
    channels.webhook = withSecret(WEBHOOK_SECRET, (secret) => webhookBy(secret, () => new Date().toISOString()));
  return channels;
}

/** How a phone is taken off the opt-out list; undefined where texts do not come from a number of AWS. */
export function openOptIn(): World['optIn'] {
  const { SMS_NUMBER, OPT_OUT_LIST } = process.env;
  return SMS_NUMBER ? optInBy(openPhone(SMS_NUMBER, true), OPT_OUT_LIST || 'Default') : undefined;
}

/** Texts by the second carrier alone, for an answer to a reply that came by it; undefined where there is none. */
export function openTwilioSms(): Send | undefined {
  const twilio = openTwilio();
  return twilio && withSecret(twilio.secret, (token) => smsByTwilio({ ...twilio.settings, token }));
}

/** The carriers of texts and calls, in the order in which they are tried. */
function openCarriers(): { sms: Send[]; voice: Send[] } {
  const { SMS_NUMBER = '', SMS_REPLIES, VOICE_NUMBER, CONFIGURATION_SET, SMS_SENDER_ID, SMS_BY_SNS } = process.env;
  const sms: Send[] = [];
  const voice: Send[] = [];
  const twilio = openTwilio();
  // A sender ID and a pool are no numbers: nobody can answer them.
  const canReplyToAws = SMS_NUMBER.startsWith('+') && SMS_REPLIES !== 'no';
  const isFirstTwilio = SMS_NUMBER === '' && SMS_BY_SNS !== 'yes';
  const canReply = isFirstTwilio ? (twilio?.settings.canReply ?? false) : canReplyToAws;
  const configurationSet = CONFIGURATION_SET || undefined;
  if (SMS_NUMBER !== '') sms.push(smsBy(openPhone(SMS_NUMBER, canReply, configurationSet)));
  else if (SMS_BY_SNS === 'yes') sms.push(smsBySns(SMS_SENDER_ID ?? ''));
  if (VOICE_NUMBER) voice.push(voiceBy(openPhone(VOICE_NUMBER, canReply, configurationSet)));
  if (twilio) {
    sms.push(withSecret(twilio.secret, (token) => smsByTwilio({ ...twilio.settings, token })));
    voice.push(withSecret(twilio.secret, (token) => voiceByTwilio({ ...twilio.settings, token })));
  }
  return { sms, voice };
}

function openTwilio(): { settings: Omit<Twilio, 'token'>; secret: string } | undefined {
  const { TWILIO_ACCOUNT, TWILIO_TOKEN, TWILIO_NUMBER, TWILIO_REPLIES, TWILIO_API, BASE_URL = '' } = process.env;
  if (!TWILIO_ACCOUNT || !TWILIO_TOKEN || !TWILIO_NUMBER) return undefined;
  const settings = {
    api: TWILIO_API || 'https://api.twilio.com',
    account: TWILIO_ACCOUNT,
    from: TWILIO_NUMBER,
    hooks: `${BASE_URL.replace(/\/$/, '')}/twilio`,
    canReply: TWILIO_REPLIES === 'yes',
  };
  return { settings, secret: TWILIO_TOKEN };
}

function withSecret(setting: string, make: (secret: string) => Send): Send {
  return async (...page) => make(await reveal(setting, Date.now()))(...page);
}
