/**
 * Knowing the sender: the key in the address, then the proofs that are configured for its hook, then what SNS wants done
 * about a subscription. Both functions that take hooks begin with it.
 *
 * Promises: nothing of the request reaches a log but the hook's name; a refusal has the status that makes its sender come
 * again when it should and give up when it should; a subscription is confirmed only for a topic that is configured.
 */
import { createRemoteJWKSet } from 'jose';
import type { Answer } from '../flow/receive.ts';
import { unprovenAt } from '../intake/allowed.ts';
import type { EntraContext } from '../sender/entra.ts';
import { get } from '../sender/get.ts';
import { type Hook, parseSenders, type Senders, verifySender } from '../sender/known.ts';
import { isWeak, keysOf, verifyHookKey } from '../sender/secret.ts';
import type { SenderRequest } from '../sender/sender.ts';
import { reveal } from '../world/secrets.ts';

export type KnownSettings = {
  /** Keys in force, parted by commas; a value or `ssm:/…`. */
  hookKeys: string;
  /** The configuration of the senders as JSON; a value or `ssm:/…`; empty where the key is enough. */
  senders: string;
  /** On this machine alone: keys that could be guessed open a hook too. */
  weakAllowed?: boolean;
};

export type Log = (level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>) => void;

const certificates = new Map<string, string>();
const keySets = new Map<string, EntraContext['keys']>();

/** Undefined when the body may go on; else what to answer, and the body goes no further. */
export async function answerUnlessKnown(
  hook: Hook,
  key: string | undefined,
  request: SenderRequest,
  settings: KnownSettings,
  log: Log,
  fetchText: (url: string) => Promise<string> = get,
): Promise<Answer | undefined> {
  let senders: Senders;
  try {
    const byKey = verifyHookKey(key, await keysInForce(hook, settings, log));
    if (!byKey.ok) {
      log('warn', 'A hook was called with an unknown key', { hook, reason: byKey.reason });
      return { status: byKey.status, body: { message: byKey.status === 404 ? 'Not found' : 'No hook keys are set.' } };
    }
    senders = parseSenders(await reveal(settings.senders, Date.now()));
  } catch (error) {
    // The fault is on our side: a sender that retries comes again until it is fixed.
    log('error', 'Senders cannot be told: their configuration cannot be read', { error: String(error) });
    return { status: 503, body: { message: 'Not accepted: its configuration cannot be read. Send it again.' } };
  }
  const context = { now: new Date().toISOString(), get: fetchText, certificates, entraKeys };
  const verdict = await verifySender(hook, request, senders, context);
  if (!verdict.ok) {
    log('warn', 'A sender with the right key could not prove itself', { hook, reason: verdict.reason });
    return { status: verdict.status, body: { message: `Refused: ${verdict.reason}` } };
  }
  if (verdict.subscription === undefined) return undefined;
  if ('ended' in verdict.subscription) {
    log('warn', 'A topic no longer sends here', { topic: verdict.subscription.ended });
    return { status: 200, body: { message: 'Noted' } };
  }
  return confirm(verdict.subscription.confirm, fetchText, log);
}

/** The keys that open a hook. One that could be guessed opens nothing, and is said. Throws where they cannot be read. */
export async function keysInForce(hook: string, settings: KnownSettings, log: Log): Promise<string[]> {
  const keys = keysOf(await reveal(settings.hookKeys, Date.now()), hook).filter((key) => key !== '');
  const strong = settings.weakAllowed ? keys : keys.filter((key) => !isWeak(key));
  if (strong.length < keys.length)
    log('error', 'A hook key is too weak and opens nothing: put one of 32 random bytes into hook-keys', { hook });
  return strong;
}

/** The kinds that a request which was let in at this hook has not proven to be of; see `intake/allowed.ts`. */
export async function unprovenKinds(hook: Hook, settings: KnownSettings): Promise<string[]> {
  return unprovenAt(hook, parseSenders(await reveal(settings.senders, Date.now())));
}

async function confirm(url: string, fetchText: (url: string) => Promise<string>, log: Log): Promise<Answer> {
  try {
    await fetchText(url);
    log('info', 'A subscription was confirmed');
    return { status: 200, body: { message: 'Confirmed' } };
  } catch (error) {
    log('error', 'A subscription could not be confirmed; SNS sends it again', { error: String(error) });
    return { status: 503, body: { message: 'Not confirmed. Send it again.' } };
  }
}

function entraKeys(tenant: string): EntraContext['keys'] {
  const kept = keySets.get(tenant);
  if (kept !== undefined) return kept;
  const address = new URL(`https://login.microsoftonline.com/${tenant}/discovery/v2.0/keys`);
  const keys = createRemoteJWKSet(address, { timeoutDuration: 4000 });
  keySets.set(tenant, keys);
  return keys;
}
