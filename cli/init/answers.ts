/**
 * What `init` asks, and the settings that the answers make. Pure: who asks is handed in.
 *
 * Promises: every answer is checked as it is given, and asked again with the reason; the settings are those that the build
 * accepts (`infra/build/settings.ts`).
 */
import { Misuse } from '../folder.ts';

export type Answers = {
  region: string;
  alarmEmail: string;
  phones: 'aws' | 'twilio' | 'none';
  /** A number that the team has, or the country in which the template requests one. */
  number: string;
  twilioAccount: string;
  twilioNumber: string;
  emailFrom: string;
  slack: boolean;
  entra: boolean;
};

/** Puts a question and gives the line that was answered; undefined where nobody answers any more. */
export type Ask = (question: string) => Promise<string | undefined>;

type Check = (answer: string) => string | undefined;

const NUMBER = /^\+[1-9]\d{6,14}$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
const ADDRESS = /^[^\s@]+@[^\s@]+$/;
const TRIES = 5;

/** Asks what is not known yet. Throws `Misuse` where nobody answers. */
export async function askAnswers(ask: Ask, known: { region?: string }): Promise<Answers> {
  const region = known.region ?? (await askRegion(ask));
  const alarmEmail = await answered(ask, 'Which address hears when Pageturner itself is broken?', isAddress);
  const phones = (await answered(ask, 'How are phones reached: aws, twilio or none?', (said) =>
    ['aws', 'twilio', 'none'].includes(said) ? undefined : 'Write aws, twilio or none.',
  )) as Answers['phones'];
  const number =
    phones === 'aws'
      ? await answered(
          ask,
          'Your number at AWS, like +447700900000; or the country to request one in, like GB?',
          isNumber,
        )
      : '';
  const twilio = phones === 'twilio';
  const twilioAccount = twilio
    ? await answered(ask, 'The account of Twilio, AC and 32 digits?', (said) =>
        /^AC[0-9a-f]{32}$/.test(said) ? undefined : 'Copy the Account SID from the console of Twilio.',
      )
    : '';
  const twilioNumber = twilio ? await answered(ask, 'Your number at Twilio, like +447700900000?', isPlainNumber) : '';
  const emailFrom = await answered(
    ask,
    phones === 'none'
      ? 'From which address does it send email?'
      : 'From which address does it send email (empty: none)?',
    (said) => (said === '' && phones !== 'none' ? undefined : isAddress(said)),
  );
  const slack = await yesOrNo(ask, 'Does your team use Slack, yes or no?');
  const entra = await yesOrNo(ask, 'Do Teams or Azure Monitor (Entra) take part, yes or no?');
  return { region, alarmEmail, phones, number, twilioAccount, twilioNumber, emailFrom, slack, entra };
}

/** Asks for the region alone. Throws `Misuse` where nobody answers. */
export function askRegion(ask: Ask): Promise<string> {
  return answered(ask, 'In which region, like eu-west-2?', (said) =>
    REGION.test(said) ? undefined : 'Write a region as AWS does, like eu-west-2.',
  );
}

const isAddress: Check = (said) => (ADDRESS.test(said) ? undefined : 'Write an address, like oncall@example.gov.uk.');
const isPlainNumber: Check = (said) =>
  NUMBER.test(said) ? undefined : 'Write a number with its country and without spaces, like +447700900000.';
const isNumber: Check = (said) =>
  NUMBER.test(said) || /^[A-Z]{2}$/.test(said)
    ? undefined
    : 'Write a number with its country and without spaces, like +447700900000, or a country of two capitals, like GB.';

async function answered(ask: Ask, question: string, check: Check): Promise<string> {
  let asked = question;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const said = await ask(asked);
    if (said === undefined) break;
    const why = check(said.trim());
    if (why === undefined) return said.trim();
    asked = `${why} ${question}`;
  }
  throw new Misuse(`'${question}' was not answered. Nothing was changed.`);
}

/** A question with one of two answers. */
export async function yesOrNo(ask: Ask, question: string): Promise<boolean> {
  const said = await answered(ask, question, (answer) =>
    /^(y|yes|n|no)$/i.test(answer) ? undefined : 'Write yes or no.',
  );
  return /^y/i.test(said);
}

/** The settings of a stage, in the order in which they are read. Values that are as the default are left out. */
export function settingsOf(answers: Answers): Record<string, string> {
  const { alarmEmail, phones, number, twilioAccount, twilioNumber, emailFrom, slack } = answers;
  return {
    alarmEmail,
    ...(phones === 'aws' && number.startsWith('+') ? { smsNumber: number } : {}),
    ...(phones === 'aws' && !number.startsWith('+') ? { requestNumber: number } : {}),
    ...(phones === 'twilio' ? { twilioAccount, twilioNumber } : {}),
    ...(emailFrom === '' ? {} : { emailFrom }),
    // Empty is absent: pages by Slack fall over at once to a person's next way.
    ...(slack ? {} : { slackToken: '', slackSigningSecret: '' }),
  };
}
