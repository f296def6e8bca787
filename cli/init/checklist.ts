/**
 * What is left to do by hand after `init`, in the order in which it is done, each with its page. Pure.
 *
 * Called by `pageturner init`; `docs/first-hour.md` has a section for each line, and a test holds them together.
 */

/** `at`: the section of docs/first-hour.md that says how. */
export type Left = { do: string; at: string };

/** What follows from a stage's settings. `region`: where it is deployed. */
export function leftToDo(stage: string, region: string, settings: Record<string, string>): Left[] {
  const is = (name: string) => (settings[name] ?? '') !== '';
  const usesAws = is('smsNumber') || is('requestNumber') || is('voiceNumber');
  return [
    { do: 'Raise the limit of concurrent Lambda executions of the account', at: 'before-the-hour' },
    ...(usesAws ? ofAws(settings) : []),
    ...(is('twilioAccount') ? ofTwilio(stage, settings) : []),
    ...(is('emailFrom')
      ? [{ do: 'Verify the address that email comes from, and leave the sandbox of SES', at: 'email' }]
      : []),
    ...(settings['slackToken'] === ''
      ? []
      : [
          {
            do: `Make the Slack app from infra/slack/manifest.yaml; store its token and signing secret as /pageturner/${stage}/slack-token and /pageturner/${stage}/slack-signing-secret`,
            at: 'slack',
          },
        ]),
    {
      do: 'If Azure Monitor sends alerts: make the Entra application, and write its tenant and audience into senders',
      at: 'entra',
    },
    { do: `npm run build && npx osls deploy --stage ${stage} --region ${region}`, at: 'deploy' },
    {
      do: 'Let the address that hears of failures of Pageturner confirm, and subscribe a second one',
      at: 'own-alarms',
    },
    { do: 'Publish the catalogue', at: 'publish' },
    { do: `pageturner doctor --stage ${stage} --to https://…`, at: 'doctor' },
  ];
}

function ofAws(settings: Record<string, string>): Left[] {
  const has = (name: string) => (settings[name] ?? '') !== '';
  return [
    {
      do: 'Leave the sandbox of End User Messaging for texts and for calls, or verify the numbers of your first people',
      at: 'sandbox',
    },
    ...(has('requestNumber')
      ? [
          {
            do: 'Register what the country asks for: CloudFormation requests a number and registers none',
            at: 'number',
          },
        ]
      : [
          {
            do: 'Switch on two-way messaging of the number, to the output RepliesTopicArn, and the keyword START',
            at: 'number',
          },
        ]),
    ...(has('voiceNumber')
      ? []
      : [{ do: 'Ask AWS for a number with VOICE and set voiceNumber: until then nobody is called', at: 'calls' }]),
    ...(settings['serviceLinkedRole'] === 'yes'
      ? []
      : [
          {
            do: "Set serviceLinkedRole to 'yes' in the first stage of the account, so that spending can alarm",
            at: 'spending',
          },
        ]),
  ];
}

function ofTwilio(stage: string, settings: Record<string, string>): Left[] {
  return [
    { do: `Store the auth token of Twilio as /pageturner/${stage}/twilio-token`, at: 'twilio' },
    ...(settings['twilioReplies'] === 'yes'
      ? []
      : [{ do: "Let the number's messages call https://…/twilio/sms, then set twilioReplies to 'yes'", at: 'twilio' }]),
  ];
}
