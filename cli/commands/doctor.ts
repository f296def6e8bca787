/** `pageturner doctor`: asks every part whether it would page people tonight. */

import { canaryEvents } from '../../shared/flow/canary.ts';
import type { Setup } from '../../shared/world/world.ts';
import { emailOf, secretsOf, smsOf, subscriptionsOf, valuesOf } from '../doctor/account.ts';
import { type Asked, type Examined, examine } from '../doctor/doctor.ts';
import { type Answered, askTrackers, type Project } from '../doctor/trackers.ts';
import type { Verdict } from '../doctor/verdict.ts';
import { openCatalogue, saying } from '../folder.ts';
import { addressOf, call, post, type ServerOptions } from '../server.ts';

type Options = ServerOptions & {
  catalogue?: string;
  ownAlarms?: string;
  stage?: string;
  account?: boolean;
  key?: string;
  testPage?: string;
};

export async function runDoctor(options: Options): Promise<void> {
  await saying(async () => {
    const verdicts = examine(await examined(options));
    if (options.json) process.stdout.write(`${JSON.stringify({ verdicts })}\n`);
    else process.stdout.write(verdicts.map(say).join(''));
    if (verdicts.some(({ level }) => level === 'error')) process.exitCode = 1;
  });
}

function say({ level, what, said, mend }: Verdict): string {
  return `${level.padEnd(8)} ${what}: ${said}\n${mend === undefined ? '' : `         ${mend}\n`}`;
}

async function examined(options: Options): Promise<Examined> {
  const ofAccount = <Answer>(ask: () => Promise<Answer>): Promise<Asked<Answer>> | { why: string } =>
    options.account === false ? { why: 'left out with --no-account' } : asked(ask);
  const setup = await asked(() => setupOf(options));
  /** Asks the account about what is set up; where that is not known, nothing is asked. */
  const beside = <Answer>(ask: (setup: Setup) => Promise<Answer>) =>
    'why' in setup ? setup : ofAccount(() => ask(setup));
  const [health, catalogue, oncall, contacts, secrets, sms, email, trackers, alarms, peer, hook, testPage] =
    await Promise.all([
      asked(() => healthOf(options)),
      asked(() => catalogueOf(options)),
      asked(
        async () =>
          ((await call(options, 'GET', '/oncall')) as { oncall: { rota: string; person: string | null }[] }).oncall,
      ),
      asked(() => contactsOf(options)),
      beside(({ stage }) => secretsOf(options.stage ?? stage)),
      beside(smsOf),
      ofAccount(emailOf),
      ofAccount(() => trackersOf(options)),
      options.ownAlarms === undefined
        ? beside(({ ownAlarmsTopic }) => subscriptionsOf(ownAlarmsTopic))
        : ofAccount(() => subscriptionsOf(options.ownAlarms!)),
      asked(async () => (await call(options, 'GET', '/peer')) as Exclude<Examined['peer'], { why: string }>),
      options.key === undefined
        ? { why: "give a sender's key with --key" }
        : asked(() => hookOf(options, options.key!)),
      options.testPage === undefined
        ? { why: 'name yourself with --test-page' }
        : asked(() => testPageOf(options, options.testPage!)),
    ]);
  return { health, catalogue, oncall, contacts, secrets, sms, email, trackers, alarms, peer, hook, testPage };
}

/** What a question is answered, or a sentence without an address or a number. */
async function asked<Answer>(ask: () => Promise<Answer>): Promise<Asked<Answer>> {
  try {
    return await ask();
  } catch (error) {
    const { name, message } = error as Error;
    // The SDK's messages may quote what was asked for; those of ours may be read.
    return { why: name === 'Error' || name === 'Misuse' ? message : name };
  }
}

/** What is set up, as the stack itself says. Throws where it says nothing. */
async function setupOf(options: Options): Promise<Setup> {
  const setup = (await call(options, 'GET', '/setup')) as Setup | null;
  if (setup === null) throw new Error('the stack does not say what is set up: is it older than this command?');
  return setup;
}

async function healthOf(options: Options): Promise<Exclude<Examined['health'], { why: string }>> {
  const response = await post(`${addressOf(options)}/health`, {});
  const date = response.headers.get('date');
  const ourTime = new Date().toISOString();
  return { status: response.status, ourTime, ...(date === null ? {} : { serverTime: new Date(date).toISOString() }) };
}

async function catalogueOf(options: Options): Promise<Exclude<Examined['catalogue'], { why: string }>> {
  const inForce = (await call(options, 'GET', '/catalogue')) as { digest: string; at: string } | null;
  const folder = options.catalogue === undefined ? undefined : (await openCatalogue(options.catalogue)).digest;
  return { ...(inForce === null ? {} : { inForce }), ...(folder === undefined ? {} : { folder }) };
}

/** Each project of the catalogue in force, asked with its own token. */
async function trackersOf(options: Options): Promise<Answered[]> {
  const { trackers } = (await call(options, 'GET', '/trackers')) as { trackers: Project[] };
  if (trackers.length === 0) return [];
  return askTrackers(trackers, await valuesOf(trackers.map(({ token }) => token)), new Date().toISOString());
}

/** By an alert of our own, which goes the whole way and wakes nobody. */
async function hookOf(options: Options, key: string): Promise<{ status: number }> {
  const [, trigger] = canaryEvents(key, new Date().toISOString());
  const headers = { 'content-type': 'application/json' };
  const answer = await post(`${addressOf(options)}/v2/enqueue`, {
    method: 'POST',
    headers,
    body: JSON.stringify(trigger),
  });
  return { status: answer.status };
}

async function testPageOf(options: Options, person: string): Promise<{ person: string; channels: string[] }> {
  const { pages } = (await call(options, 'POST', '/test-pages', { person })) as { pages: { channel: string }[] };
  return { person, channels: pages.map(({ channel }) => channel) };
}

async function contactsOf(options: Options): Promise<{ person: string; unproved: string[]; stopped: string[] }[]> {
  type Way = { channel: string; provedAt?: string; stoppedAt?: string };
  const { contacts } = (await call(options, 'GET', '/contacts')) as { contacts: { person: string; ways: Way[] }[] };
  return contacts.map(({ person, ways }) => ({
    person,
    unproved: ways.filter(({ provedAt }) => provedAt === undefined).map(({ channel }) => channel),
    stopped: ways.filter(({ stoppedAt }) => stoppedAt !== undefined).map(({ channel }) => channel),
  }));
}
