/**
 * Secrets and addresses: a value in the open, or a reference `ssm:/path` to a parameter of Systems Manager.
 *
 * Promises: a parameter is read at most once in five minutes by an instance; its value never reaches a log.
 */
import { isWeak } from '../sender/secret.ts';
import { readParameter } from './parameter.ts';

const KEEP_MILLISECONDS = 300_000;
const kept = new Map<string, { value: string; until: number }>();

/** The value behind a setting or a contact. Throws where the parameter cannot be read. `now` in milliseconds. */
export async function reveal(setting: string, now: number): Promise<string> {
  if (!setting.startsWith('ssm:')) return setting;
  const name = setting.slice(4);
  const known = kept.get(name);
  if (known && known.until > now) return known.value;
  const value = await readParameter(name);
  kept.set(name, { value, until: now + KEEP_MILLISECONDS });
  return value;
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
