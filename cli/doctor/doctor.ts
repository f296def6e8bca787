/**
 * Doctor: whether a Pageturner that is set up would page people tonight, from what its parts answer.
 *
 * Promises: every finding says what was seen and what to do; what could not be asked is said as such and is never well.
 * Called by `pageturner doctor`, which asks. Pure.
 */
import { type Heard, MISSING_SECONDS, mustAsk, type Report } from '../../shared/standby/standby.ts';
import { phones, type SmsAccount } from './phones.ts';
import { type Secrets, secrets } from './secrets.ts';
import { type Answered, trackers } from './trackers.ts';
import type { Found, Verdict } from './verdict.ts';

/** What could be asked, or why not. */
export type Asked<Answer> = Answer | { why: string };

export type Examined = {
  health: Asked<{ status: number; serverTime?: string; ourTime: string }>;
  /** The catalogue in force, and that of a folder where one was given. */
  catalogue: Asked<{ inForce?: { digest: string; at: string }; folder?: string }>;
  oncall: Asked<{ rota: string; person: string | null }[]>;
  contacts: Asked<{ person: string; unproved: string[]; stopped: string[] }[]>;
  /** The secrets of the stage, as Systems Manager keeps them. */
  secrets: Asked<Secrets>;
  /** AWS End User Messaging, beside what is set up. */
  sms: Asked<SmsAccount>;
  email: Asked<{ production: boolean; sending: boolean }>;
  /** What this region tells of itself and last heard of the other; no role where there is no other. */
  peer: Asked<Pick<Report, 'at' | 'role' | 'catalogue'> & { heard?: Heard }>;
  /** What the trackers of problem tickets say. */
  trackers: Asked<Answered[]>;
  /** Who hears of Pageturner's own alarms: `PendingConfirmation`, or an ARN. */
  alarms: Asked<string[]>;
  /** What a hook answered an alert that wakes nobody, sent with a sender's own key. */
  hook: Asked<{ status: number }>;
  /** The channels of the test page that the caller has sent to themselves. */
  testPage: Asked<{ person: string; channels: string[] }>;
};

/** SigV4 refuses what is signed more than five minutes off; sessions and links are read by the clock too. */
const SKEW_SECONDS = 60;

/** One verdict for each thing that was asked, in the order in which a page goes. */
export function examine(examined: Examined): Verdict[] {
  return [
    ...('why' in examined.health ? [unreachable(examined.health.why)] : judge('address', examined.health, health)),
    ...judge('catalogue', examined.catalogue, catalogue),
    ...judge('on call', examined.oncall, oncall),
    ...judge('contacts', examined.contacts, contacts),
    ...judge('secrets', examined.secrets, secrets),
    ...judge('SMS and calls', examined.sms, phones),
    ...judge('email', examined.email, email),
    ...judge('own alarms', examined.alarms, alarms),
    ...judge('other region', examined.peer, otherRegion),
    ...judge('trackers', examined.trackers, trackers),
    ...judge('hook', examined.hook, hook),
    ...judge('test page', examined.testPage, testPage),
  ];
}

function judge<Answer>(what: string, asked: Asked<Answer>, by: (answer: Answer) => Found[]): Verdict[] {
  const isAnswer = typeof asked !== 'object' || asked === null || !('why' in asked);
  const found: Found[] = isAnswer
    ? by(asked as Answer)
    : [{ level: 'unknown', said: `could not be asked: ${(asked as { why: string }).why}` }];
  return found.map((one) => ({ what, ...one }));
}

/** Everything else hangs on it. */
function unreachable(why: string): Verdict {
  return {
    level: 'error',
    what: 'address',
    said: why,
    mend: 'Say where it is with --to or PAGETURNER_URL; is the stack deployed?',
  };
}

function health({ status, serverTime, ourTime }: { status: number; serverTime?: string; ourTime: string }): Found[] {
  if (status !== 200)
    return [
      { level: 'error', said: `/health answers ${status}`, mend: 'Look at the log of console; is the stack deployed?' },
    ];
  if (serverTime === undefined) return [{ level: 'well', said: 'answers' }];
  const skew = Math.abs(Date.parse(serverTime) - Date.parse(ourTime)) / 1000;
  if (skew <= SKEW_SECONDS) return [{ level: 'well', said: 'answers, and its clock is ours' }];
  return [
    {
      level: 'warning',
      said: `its clock is ${Math.round(skew)} s from ours`,
      mend: 'Set the clock of this machine: AWS refuses what is signed five minutes off.',
    },
  ];
}

function catalogue({ inForce, folder }: { inForce?: { digest: string; at: string }; folder?: string }): Found[] {
  if (!inForce)
    return [
      { level: 'error', said: 'none was ever published: nothing can be paged', mend: "Run 'pageturner publish'." },
    ];
  const since = `${inForce.digest.slice(0, 12)} in force since ${inForce.at}`;
  if (folder === undefined || folder === inForce.digest) return [{ level: 'well', said: since }];
  return [
    {
      level: 'warning',
      said: `${since}; the folder is another, ${folder.slice(0, 12)}`,
      mend: "Run 'pageturner publish --dry-run' to see what differs.",
    },
  ];
}

function oncall(rotas: { rota: string; person: string | null }[]): Found[] {
  const gaps = rotas.filter(({ person }) => person === null);
  if (gaps.length === 0) return [{ level: 'well', said: `somebody is on call in each of ${rotas.length} rotas` }];
  return gaps.map(({ rota }) => ({
    level: 'warning',
    said: `nobody is on call in ${rota} now`,
    mend: `'pageturner override --rota ${rota} …', or mend the rota; pages go on to the next step.`,
  }));
}

function contacts(people: { person: string; unproved: string[]; stopped: string[] }[]): Found[] {
  const found: Found[] = people.flatMap(({ person, unproved, stopped }) => [
    ...(stopped.length > 0
      ? [
          {
            level: 'warning' as const,
            said: `${person} has sent STOP`,
            mend: 'Let them send START to the number that texts them; a text that arrives shows that it worked.',
          },
        ]
      : []),
    ...(unproved.length > 0
      ? [
          {
            level: 'warning' as const,
            said: `${unproved.join(', ')} of ${person} never proved`,
            mend: `Run 'pageturner test-page ${person}'.`,
          },
        ]
      : []),
  ]);
  return found.length > 0 ? found : [{ level: 'well', said: `every way of ${people.length} people is proved` }];
}

function email({ production, sending }: { production: boolean; sending: boolean }): Found[] {
  if (!sending)
    return [
      {
        level: 'error',
        said: 'SES does not let this account send',
        mend: 'See its console: bounces or complaints may have stopped it.',
      },
    ];
  if (!production)
    return [
      {
        level: 'warning',
        said: 'SES is in the sandbox: only verified addresses get email',
        mend: 'Ask for production access.',
      },
    ];
  return [{ level: 'well', said: 'SES sends' }];
}

function alarms(subscriptions: string[]): Found[] {
  const confirmed = subscriptions.filter((one) => one.startsWith('arn:')).length;
  const pending = subscriptions.length - confirmed;
  const found: Found[] = [];
  if (confirmed === 0)
    found.push({
      level: 'error',
      said: 'nobody hears of them',
      mend: 'Subscribe two people by email and SMS to OwnAlarmsTopic.',
    });
  else if (confirmed === 1)
    found.push({
      level: 'warning',
      said: 'one subscriber: who hears when that one sleeps?',
      mend: 'Subscribe another.',
    });
  if (pending > 0)
    found.push({
      level: 'warning',
      said: `${pending} not confirmed`,
      mend: 'Let them press the link of the email that SNS sent; it is good for two days.',
    });
  return found.length > 0 ? found : [{ level: 'well', said: `${confirmed} subscribers` }];
}

function otherRegion({ at, role, catalogue: ours, heard }: Exclude<Examined['peer'], { why: string }>): Found[] {
  // Most have one region: nothing is missing.
  if (role === undefined) return [];
  const is = role === 'standby' ? 'this is the standby' : 'this is the first';
  if (heard === undefined || mustAsk(heard, at, MISSING_SECONDS))
    return [{ level: 'error', said: `${is}; the other has not been asked lately`, mend: 'Look at the log of sweep.' }];
  if (heard.why !== undefined)
    return [
      {
        level: 'error',
        said: `${is}; the other was last heard ${heard.heardAt === undefined ? 'never' : `at ${heard.heardAt}`}: ${heard.why}`,
        mend: 'See the runbook pageturner/other-region.',
      },
    ];
  if (heard.catalogue !== ours)
    return [
      {
        level: 'warning',
        said: `${is}; the other has another catalogue, ${heard.catalogue?.slice(0, 12) ?? 'none'}`,
        mend: "Run 'pageturner publish' for both tables.",
      },
    ];
  return [{ level: 'well', said: `${is}, and the other is heard` }];
}

function hook({ status }: { status: number }): Found[] {
  if (status === 202) return [{ level: 'well', said: 'takes an alert with this key' }];
  return [
    {
      level: 'error',
      said: `answers ${status} to an alert with this key`,
      mend:
        status < 500
          ? 'Give senders a key that is in the parameter hook-keys; a changed one is in force within five minutes.'
          : 'Look at the log of receive: can it read its parameters, and write to its queue?',
    },
  ];
}

function testPage({ person, channels }: { person: string; channels: string[] }): Found[] {
  return [{ level: 'well', said: `on its way to ${person} by ${channels.join(', ')}: answer each, which proves it` }];
}
