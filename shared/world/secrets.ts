/**
 * Secrets and addresses: a value in the open, or a reference `ssm:/path` to a parameter of Systems Manager.
 *
 * Promises: a parameter is read at most once in five minutes by an instance; what is asked for at the same moment is read
 * together; a value that was read before serves for twelve hours while Systems Manager does not answer; a failure is not
 * asked about again at once, however often its value is wanted. A value never reaches a log.
 */
import { randomInt } from 'node:crypto';
import { isWeak } from '../sender/secret.ts';
import { readParameters, UnreadableParameter } from './parameter.ts';

const KEEP_MILLISECONDS = 300_000;
const STALE_MILLISECONDS = 12 * 3_600_000;
const FIRST_PAUSE_MILLISECONDS = 5000;
const LONGEST_PAUSE_MILLISECONDS = 60_000;

type Kept = {
  value?: string;
  readAt: number;
  /** Until then nobody asks again: the value is fresh, or the last try has failed. */
  until: number;
  error?: UnreadableParameter;
  failures: number;
};
const kept = new Map<string, Kept>();
/** What is being read now, by name. */
const inFlight = new Map<string, Promise<string>>();

/**
 * The value behind a setting or a contact. Throws `UnreadableParameter` where it cannot be read and was not read lately.
 * `now` in milliseconds.
 */
export async function reveal(setting: string, now: number): Promise<string> {
  if (!setting.startsWith('ssm:')) return setting;
  const name = setting.slice(4);
  const known = kept.get(name);
  if (known && known.until > now) return valueAt(known, now);
  const flying = inFlight.get(name);
  if (flying) return flying;
  const reading = askTogether(name)
    .then(
      (value) => noteRead(name, value, now),
      (error: UnreadableParameter) => noteFailed(name, error, now),
    )
    .then((fresh) => valueAt(fresh, now))
    .finally(() => inFlight.delete(name));
  inFlight.set(name, reading);
  return reading;
}

/** A value that is not fresh any more serves for hours; a parameter that is known to be gone serves no more. */
function valueAt({ value, readAt, error }: Kept, now: number): string {
  if (value !== undefined && (error === undefined || (error.passing && now - readAt < STALE_MILLISECONDS)))
    return value;
  throw error!;
}

function noteRead(name: string, value: string, now: number): Kept {
  const fresh: Kept = { value, readAt: now, until: now + jittered(KEEP_MILLISECONDS), failures: 0 };
  kept.set(name, fresh);
  return fresh;
}

function noteFailed(name: string, error: UnreadableParameter, now: number): Kept {
  const before = kept.get(name) ?? { readAt: now, failures: 0 };
  const pause = Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** before.failures, LONGEST_PAUSE_MILLISECONDS);
  const failed: Kept = { ...before, error, until: now + jittered(pause), failures: before.failures + 1 };
  kept.set(name, failed);
  console.warn(JSON.stringify({ level: 'WARN', message: 'A parameter could not be read', error: error.message }));
  return failed;
}

/** Instances that began together must not ask together for ever. */
function jittered(milliseconds: number): number {
  return milliseconds * (0.9 + randomInt(200) / 1000);
}

type Waiting = { name: string; resolve: (value: string) => void; reject: (error: unknown) => void };
let waiting: Waiting[] = [];

/** Reads a parameter in one call with all that are asked for before this turn of the event loop ends. */
function askTogether(name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    waiting.push({ name, resolve, reject });
    if (waiting.length === 1) queueMicrotask(readWaiting);
  });
}

async function readWaiting(): Promise<void> {
  const all = waiting;
  waiting = [];
  const answers = await readParameters(all.map(({ name }) => name));
  for (const { name, resolve, reject } of all) {
    const answer = answers.get(name)!;
    if (answer instanceof UnreadableParameter) reject(answer);
    else resolve(answer);
  }
}

/** Secrets that could be guessed serve on this machine alone, where everybody knows them. */
export function isWeakAllowed(): boolean {
  return process.env['STAGE'] === 'local';
}

/** The secret that links and sessions are signed with. Throws where it cannot be read, or could be guessed. */
export async function revealStrong(setting: string, now: number): Promise<string> {
  const secret = await reveal(setting, now);
  if (isWeak(secret) && !isWeakAllowed())
    throw new Error('The link secret is too weak and signs nothing: put 32 random bytes into link-secret.');
  return secret;
}
