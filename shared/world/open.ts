/**
 * Opens the real world of a function from its environment variables, as `serverless.yml` sets them.
 *
 *   TABLE, ALERTS_QUEUE_URL, PAGES_QUEUE_URL, REPLIES_QUEUE_URL, BASE_URL, LINK_SECRET (a value or `ssm:/…`),
 *   STANDBY, PEER_URL, PEER_TOKEN (likewise), PEER_MISSING_SECONDS where there is a second region
 */
import { randomInt } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { openQueues } from '../queue/queue.ts';
import type { Loaded } from '../routing/loaded.ts';
import { load } from '../routing/loaded.ts';
import { MISSING_SECONDS } from '../standby/standby.ts';
import { catalogueInForce, type InForce, loadCatalogue } from '../store/catalogues.ts';
import { openTable, type Table } from '../store/store.ts';
import { measureLine } from './measure.ts';
import { isWeakAllowed, reveal, revealStrong } from './secrets.ts';
import type { Peer, Setup, World } from './world.ts';

/** How old a catalogue may be before its pointer is looked at again. */
const CATALOGUE_MILLISECONDS = 30_000;

/** A required setting. Throws with its name, so that a function that is set up wrongly says so at its first breath. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new Error(`Environment variable ${name} is not set: see serverless.yml.`);
  return value;
}

export function openLog(): World['log'] {
  const logger = new Logger({ serviceName: 'pageturner' });
  return (level, message, fields) => logger[level](message, { ...fields });
}

/** What is set up, from the environment of the function that is asked. */
export function openSetup(): Setup {
  const value = (name: string) => process.env[name] ?? '';
  const smsNumber = value('SMS_NUMBER');
  return {
    stage: value('STAGE'),
    smsNumber,
    smsReplies: smsNumber.startsWith('+') && value('SMS_REPLIES') !== 'no',
    voiceNumber: value('VOICE_NUMBER'),
    smsBySns: value('SMS_BY_SNS') === 'yes',
    twilioNumber: value('TWILIO_NUMBER'),
    twilioReplies: value('TWILIO_REPLIES') === 'yes',
    configurationSet: value('CONFIGURATION_SET'),
    optOutList: value('OPT_OUT_LIST'),
    emailFrom: value('EMAIL_FROM'),
    repliesTopic: value('REPLIES_TOPIC'),
    ownAlarmsTopic: value('OWN_ALARMS_TOPIC'),
  };
}

/** The world of a function; the page function adds its channels. */
export function openWorld(channels: World['channels'] = {}): World {
  const log = openLog();
  const table = openTable(setting('TABLE'));
  const peer = openPeer();
  return {
    now: () => new Date().toISOString(),
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    random: () => randomInt(1_000_000) / 1_000_000,
    table,
    queues: openQueues({
      alerts: process.env['ALERTS_QUEUE_URL'],
      pages: process.env['PAGES_QUEUE_URL'],
      replies: process.env['REPLIES_QUEUE_URL'],
      tickets: process.env['TICKETS_QUEUE_URL'],
    }),
    catalogue: catalogueOf(table, log),
    channels,
    address: (contact) => reveal(contact, Date.now()),
    linkSecret: () => revealStrong(setting('LINK_SECRET'), Date.now()),
    baseUrl: setting('BASE_URL').replace(/\/$/, ''),
    ...(peer === undefined ? {} : { peer }),
    weakAllowed: isWeakAllowed(),
    log,
    measure: (name, value) => {
      const stage = process.env['STAGE'] ?? 'local';
      if (stage !== 'local') console.log(measureLine(name, value, stage, Date.now()));
    },
  };
}

/** A question that is not answered by then is asked again in a minute. */
const PEER_TIMEOUT_MILLISECONDS = 3000;

/** The other region, as `serverless.yml` names it; undefined where there is none. */
export function openPeer(): Peer | undefined {
  const url = (process.env['PEER_URL'] ?? '').replace(/\/$/, '');
  if (url === '') return undefined;
  return {
    role: process.env['STANDBY'] === 'yes' ? 'standby' : 'first',
    missingSeconds: Number(process.env['PEER_MISSING_SECONDS']) || MISSING_SECONDS,
    ask: async (groups) => {
      if (!/^https:|^http:\/\/127\.0\.0\.1:/.test(url))
        throw new Error('peerUrl must begin with https://, for a token goes there.');
      const response = await fetch(`${url}/api/peer?groups=${groups.join(',')}`, {
        headers: { authorization: `Bearer ${await reveal(setting('PEER_TOKEN'), Date.now())}` },
        redirect: 'error',
        signal: AbortSignal.timeout(PEER_TIMEOUT_MILLISECONDS),
      });
      if (!response.ok) throw new Error(`it answered ${response.status}`);
      return response.json();
    },
  };
}

/**
 * The catalogue in force, looked up at most every half minute. A new version that cannot be loaded does not replace the
 * one in memory: it is said, and tried again.
 */
export function catalogueOf(table: Table, log: World['log']): () => Promise<Loaded> {
  let current: { digest: string; loaded: Loaded; checkedAt: number } | undefined;
  return async () => {
    const now = Date.now();
    if (current && now - current.checkedAt < CATALOGUE_MILLISECONDS) return current.loaded;
    try {
      const inForce = await catalogueInForce(table);
      if (!inForce) throw new Error('No catalogue was ever published: run `pageturner publish`.');
      const loaded = current?.digest === inForce.digest ? current.loaded : await loadVersion(table, inForce);
      current = { digest: inForce.digest, loaded, checkedAt: now };
      return current.loaded;
    } catch (error) {
      if (!current) throw error;
      log('error', 'The catalogue in force could not be loaded; the one in memory stays', { error: String(error) });
      current = { ...current, checkedAt: now };
      return current.loaded;
    }
  };
}

async function loadVersion(table: Table, inForce: InForce): Promise<Loaded> {
  const { catalogue, prepared } = await loadCatalogue(table, inForce);
  return load(catalogue, prepared);
}
