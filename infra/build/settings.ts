/**
 * The settings of a deployment (`params` of serverless.yml), checked before anything is packaged or created.
 *
 * Promises: a Pageturner that could reach nobody, or whose own alarms would reach nobody, is not deployed; each sentence
 * says which setting is wrong and how to fix it, and repeats no value: some are numbers of people, some are secrets.
 * Called by osls through `settings.cjs`. Pure.
 */
export type Settings = Record<string, string>;

/** Names of functions are `pageturner-STAGE-deployments` at the longest, and AWS takes 64 characters. */
const STAGE = /^[a-z][a-z0-9-]{0,39}$/;

/** What a setting may be; empty is always allowed here. */
export const FORMS: Record<string, [form: RegExp, mend: string]> = {
  alarmEmail: [/^[^\s@]+@[^\s@]+$/, 'an address like oncall@example.gov.uk'],
  alarmPhone: [/^\+[1-9]\d{6,14}$/, 'a number with its country, like +44 and ten digits, without spaces'],
  emailFrom: [/^[^\s@<>"]+@[^\s@<>"]+$/, 'an address alone that SES may send from, like pageturner@example.gov.uk'],
  smsReplies: [/^(yes|no)$/, 'yes or no'],
  voiceNumber: [/^\+[1-9]\d{6,14}$/, 'a number with its country, like +44 and ten digits, without spaces'],
  requestNumber: [/^[A-Z]{2}$/, 'a country of two capitals, like GB'],
  serviceLinkedRole: [/^(yes|no)$/, 'yes or no'],
  smsBySns: [/^(yes|no)$/, 'yes or no'],
  smsSenderId: [/^[A-Za-z0-9]{1,11}$/, 'up to eleven letters and digits'],
  slackApi: [/^https:\/\//, 'an https address'],
  twilioReplies: [/^(yes|no)$/, 'yes or no'],
  twilioApi: [/^https:\/\//, 'an https address'],
  alarmAccounts: [/^\d{12}(,\d{12})*$/, 'account ids of twelve digits, parted by commas without spaces'],
  alarmOrganisation: [/^o-[a-z0-9]{10,32}$/, "an organisation's id, like o-a1b2c3d4e5"],
  alarmEvents: [/^(yes|no)$/, 'yes or no'],
  alarmPrefix: [/^[A-Za-z0-9][\w.:/ -]{0,99}$/, 'the beginning of the names of alarms, up to 100 characters'],
  smsSpendWarning: [/^[1-9]\d*(\.\d+)?$/, 'USD a month, a number above 0'],
  standby: [/^(yes|no)$/, 'yes in the stack that pages while the other is not heard, no in the first'],
  peerUrl: [/^https:\/\/[^/]+$/, 'the https address of the other stack, without a path'],
  peerMissingSeconds: [/^[1-9]\d{1,4}$/, 'whole seconds, at least 10: less than two sweeps is too hasty'],
  logLevel: [/^(DEBUG|INFO|WARN)$/, 'DEBUG, INFO or WARN: alarms count warnings'],
};

/** Secrets with the end of their parameter's name: the roles of the functions may read these and no others. */
const PARAMETERS: Record<string, string> = {
  hookKeys: 'hook-keys',
  senders: 'senders',
  linkSecret: 'link-secret',
  apiTokens: 'api-tokens',
  slackToken: 'slack-token',
  slackSigningSecret: 'slack-signing-secret',
  webhookSecret: 'webhook-secret',
  twilioToken: 'twilio-token',
  peerToken: 'peer-token',
};

const NEEDED = ['hookKeys', 'linkSecret', 'apiTokens'];

/** Every setting by name, for the caller that asks osls for their values. */
export const SETTINGS = [
  ...Object.keys(FORMS),
  ...Object.keys(PARAMETERS),
  'smsNumber',
  'twilioAccount',
  'twilioNumber',
  'configurationSet',
];

/** What is wrong with a stage and its settings, as sentences that say how to fix it; none where it may be deployed. */
export function wrongSettings(stage: string, settings: Settings): string[] {
  return [...wrongStage(stage), ...wrongReach(settings), ...wrongForms(settings), ...wrongSecrets(stage, settings)];
}

function wrongStage(stage: string): string[] {
  if (stage === 'local')
    return [
      "Stage 'local' is this machine's, and its secrets are known to everybody: deploy another, like --stage prod.",
    ];
  return STAGE.test(stage)
    ? []
    : [`Stage '${stage}' is no name for one: a letter, then letters, digits and hyphens, all small, 40 at most.`];
}

function wrongReach(settings: Settings): string[] {
  const is = (name: string) => (settings[name] ?? '') !== '';
  const wrong: string[] = [];
  if (!is('alarmEmail') && !is('alarmPhone'))
    wrong.push(
      "Nobody would hear that Pageturner is broken: set alarmEmail or alarmPhone, better both (--param='alarmEmail=…', or params in serverless.yml).",
    );
  if (is('twilioAccount') !== is('twilioNumber'))
    wrong.push('The second carrier is set up by half: set both twilioAccount and twilioNumber, or neither.');
  if (is('smsNumber') && is('requestNumber'))
    wrong.push(
      'Texts come from one number: set smsNumber, or requestNumber for one that is to be requested, not both.',
    );
  if (settings['standby'] === 'yes' && !is('peerUrl'))
    wrong.push('A standby without peerUrl would wait for nobody: set it to the address of the first stack.');
  const carried =
    is('smsNumber') ||
    is('requestNumber') ||
    is('voiceNumber') ||
    settings['smsBySns'] === 'yes' ||
    is('twilioAccount');
  if (!carried && !is('emailFrom'))
    wrong.push(
      'Pageturner could reach nobody: set smsNumber, requestNumber, smsBySns, twilioAccount with twilioNumber, or emailFrom (docs/reach-people.md).',
    );
  return wrong;
}

function wrongForms(settings: Settings): string[] {
  return Object.entries(FORMS).flatMap(([name, [form, mend]]) => {
    const value = settings[name] ?? '';
    return value === '' || form.test(value) ? [] : [`${name} must be ${mend}.`];
  });
}

function wrongSecrets(stage: string, settings: Settings): string[] {
  const missing = NEEDED.filter((name) => (settings[name] ?? '') === '').map(
    (name) => `${name} is empty: leave it out to take ssm:/pageturner/${stage}/${PARAMETERS[name]}.`,
  );
  const elsewhere = Object.entries(PARAMETERS).flatMap(([name, end]) => {
    const value = settings[name] ?? '';
    const readable = `ssm:/pageturner/${stage}/${end}`;
    return value.startsWith('ssm:') && value !== readable
      ? [`${name} names a parameter that no function may read: put it at ${readable}.`]
      : [];
  });
  return [...missing, ...elsewhere];
}
