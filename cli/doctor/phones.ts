/**
 * Whether the numbers that are set up would reach people tonight and bring their answers back. Pure.
 *
 * Called by `doctor.ts`. Sources: AWS End User Messaging SMS user guide, "Phone numbers", "Two-way SMS messaging", "Keywords",
 * "Moving from the sandbox", "Monitoring with CloudWatch".
 */
import type { Setup } from '../../shared/world/world.ts';
import type { Found } from './verdict.ts';

/** A number that is set up, as the account describes it; `isThere` is false where the account has no such number. */
export type Phone = {
  use: 'texts' | 'calls';
  isThere: boolean;
  status: string;
  messageType: string;
  capabilities: string[];
  /** Where replies go; empty where two-way messaging is off. */
  channel: string;
  /** Its keywords, with what each does. */
  keywords: Record<string, string>;
  /** So many phones are on its opt-out list. */
  optedOut: number;
  /** The state of its registration, where it has one. */
  registration?: string;
};

/** End User Messaging as the account describes it. Limits in USD a month. */
export type SmsAccount = {
  setup: Setup;
  tier?: string;
  /** So many numbers may be texted and called in the sandbox. */
  verified: number;
  limits: { name: string; enforced: number; max: number }[];
  phones: Phone[];
  /** The topics that the configuration set tells what became of messages; undefined where there is no such set. */
  receipts?: string[];
  /** Whether the role is there without which spending is not measured. */
  hasMetricsRole: boolean;
};

/** AWS gives new accounts one dollar a month. */
const LITTLE_MONEY = 20;
const DONE = 'COMPLETE';

export function phones(account: SmsAccount): Found[] {
  const { setup } = account;
  const usesAws = setup.smsNumber !== '' || setup.voiceNumber !== '';
  const found = [
    ...reach(setup),
    ...(usesAws ? [...sandbox(account), ...limits(account), ...receipts(account), ...metrics(account)] : []),
    ...account.phones.flatMap((phone) => ofPhone(phone, setup)),
  ];
  if (found.length > 0) return found;
  const uses = account.phones.map(({ use }) => use).join(' and ');
  return [{ level: 'well', said: `${uses === '' ? 'the second carrier' : uses} would go out, and answers come back` }];
}

/** By what people are reached at all. */
function reach(setup: Setup): Found[] {
  const found: Found[] = [];
  if (setup.smsNumber === '' && !setup.smsBySns && setup.twilioNumber === '')
    found.push({ level: 'error', said: 'nobody is texted', mend: 'Set smsNumber or requestNumber, or twilioAccount.' });
  else if (setup.smsBySns && setup.smsNumber === '')
    found.push({
      level: 'warning',
      said: 'texts go by SNS: nobody can answer one, and nothing tells whether it arrived',
      mend: 'Request a number, and set smsNumber.',
    });
  if (setup.voiceNumber === '' && setup.twilioNumber === '')
    found.push({
      level: 'warning',
      said: 'nobody is called: who sleeps through a text is not woken',
      mend: 'Set voiceNumber to a number with VOICE, or twilioAccount.',
    });
  if (setup.twilioNumber !== '' && !setup.twilioReplies)
    found.push({
      level: 'warning',
      said: 'a text by Twilio cannot be answered',
      mend: "Let the number's messages call https://…/twilio/sms, then set twilioReplies to 'yes'.",
    });
  return found;
}

function sandbox({ tier, verified }: SmsAccount): Found[] {
  if (tier !== 'SANDBOX') return [];
  return [
    {
      level: 'error',
      said: `the account is in the sandbox: only ${verified} verified numbers are texted and called`,
      mend: 'Ask AWS for production access, for texts and for calls, in the console of End User Messaging; it takes a day or more.',
    },
  ];
}

function limits({ limits: all }: SmsAccount): Found[] {
  return all
    .filter(({ enforced }) => enforced < LITTLE_MONEY)
    .map(({ name, enforced, max }) => ({
      level: 'warning',
      said: `${name} is ${enforced} USD a month, of at most ${max}`,
      mend: enforced < max ? 'Raise the override of the limit.' : 'Ask AWS for more, in a support case.',
    }));
}

function receipts({ receipts: topics, setup }: SmsAccount): Found[] {
  if (topics === undefined)
    return [
      {
        level: 'error',
        said: `there is no configuration set ${setup.configurationSet}: every text and call is refused`,
        mend: 'Deploy the stack: the template makes it. Is this the right region?',
      },
    ];
  if (topics.includes(setup.repliesTopic)) return [];
  return [
    {
      level: 'warning',
      said: 'nothing tells what became of texts and calls',
      mend: 'Let the configuration set send its events to the output RepliesTopicArn, or leave configurationSet to the template.',
    },
  ];
}

function metrics({ hasMetricsRole }: SmsAccount): Found[] {
  if (hasMetricsRole) return [];
  return [
    {
      level: 'warning',
      said: 'spending is not measured: its alarms never fire',
      mend: "Set serviceLinkedRole to 'yes' in one stage of the account, or run 'aws iam create-service-linked-role --aws-service-name sms-voice.amazonaws.com'.",
    },
  ];
}

function ofPhone(phone: Phone, setup: Setup): Found[] {
  const { use } = phone;
  if (!phone.isThere)
    return [
      {
        level: 'error',
        said: `the number for ${use} is not in this account and region`,
        mend: 'Look at the region, and at smsNumber and voiceNumber.',
      },
    ];
  const wants = use === 'texts' ? 'SMS' : 'VOICE';
  const found: Found[] = [];
  if (phone.status !== 'ACTIVE')
    found.push({
      level: 'error',
      said: `the number for ${use} is ${phone.status.toLowerCase()}`,
      mend: 'Wait until AWS has it active; a registration may be missing.',
    });
  if (!phone.capabilities.includes(wants))
    found.push({
      level: 'error',
      said: `the number for ${use} has ${phone.capabilities.join(' and ') || 'nothing'}, and not ${wants}`,
      mend:
        use === 'texts'
          ? 'Set smsNumber to a number with SMS.'
          : 'A long code has SMS alone: ask AWS for VOICE in a support case, and set voiceNumber to that number.',
    });
  if (phone.registration !== undefined && phone.registration !== DONE)
    found.push({
      level: 'error',
      said: `the registration of the number for ${use} is ${phone.registration.toLowerCase().replaceAll('_', ' ')}`,
      mend: 'Finish it in the console of End User Messaging, under Registrations.',
    });
  return use === 'texts' ? [...found, ...ofTexts(phone, setup)] : found;
}

function ofTexts({ messageType, channel, keywords, optedOut }: Phone, setup: Setup): Found[] {
  const found: Found[] = [];
  if (messageType !== 'TRANSACTIONAL')
    found.push({
      level: 'error',
      said: `the number for texts is ${messageType.toLowerCase()}: pages are refused`,
      mend: 'Request a number for transactional messages.',
    });
  if (setup.smsReplies && channel !== setup.repliesTopic)
    found.push({
      level: 'error',
      said: `texts ask for a reply, and replies go ${channel === '' ? 'nowhere' : 'elsewhere'}`,
      mend: "Switch on two-way messaging of the number, to the output RepliesTopicArn; or set smsReplies to 'no'.",
    });
  if (keywords['START'] !== 'OPT_IN')
    found.push({
      level: 'warning',
      said: 'START does not bring texts back after STOP',
      mend: "Add the keyword START with the action opt-in ('aws pinpoint-sms-voice-v2 put-keyword').",
    });
  if (optedOut > 0)
    found.push({
      level: 'warning',
      said: `${optedOut} phones have sent STOP and get no text`,
      mend: "See 'pageturner lint --live' for whose they are; START from the phone brings texts back.",
    });
  return found;
}
