/**
 * Shared secrets: keys in addresses, tokens in headers, user and password.
 *
 * The secret is what is configured now and, while it is being changed, what was before. Pure.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { KNOWN, type Refused, refused, type SenderRequest, type Verdict } from './sender.ts';

/**
 * True when `given` is one of the secrets. Every secret is looked at, and digests of one length are compared, so that the
 * time taken tells nothing (`timingSafeEqual` throws on unequal lengths).
 */
export function isOneOf(given: string | Uint8Array, secrets: readonly (string | Uint8Array)[]): boolean {
  const digest = (value: string | Uint8Array) => createHash('sha256').update(value).digest();
  const asked = digest(given);
  let isKnown = false;
  for (const secret of secrets) {
    const isThis = timingSafeEqual(asked, digest(secret));
    isKnown = isKnown || (isThis && secret.length > 0);
  }
  return isKnown;
}

/** The key in `/hooks/{sender}/{key}`. A wrong one is not found: 404 tells nobody that there would be something here. */
export function verifyHookKey(given: string | undefined, keys: readonly string[]): Verdict {
  if (keys.every((key) => key === '')) return refused('not-configured');
  const isKnown = given !== undefined && given !== '' && isOneOf(given, keys);
  return isKnown ? KNOWN : ({ ok: false, reason: 'wrong', status: 404 } satisfies Refused);
}

/** The names that a key can be bound to, as in `cloudwatch=KEY`; what comes before `=` in any other key is part of it. */
export const HOOK_NAMES = [
  ...['cloudwatch', 'azure-monitor', 'alertmanager', 'grafana', 'alert', 'events'],
  ...['gitlab', 'github', 'azure-devops', 'argocd', 'terraform', 'deployment'],
  ...['jira', 'servicenow'],
];
const HOOKS = new Set(HOOK_NAMES);

/** `pageturner init` makes 32 random bytes, which are 43 characters; a shorter secret is chosen by a person. */
export const SHORTEST_SECRET = 24;
const FEWEST_DIFFERENT = 8;

/** Whether a secret could be guessed: it is short, or it repeats a few characters. */
export function isWeak(secret: string): boolean {
  return secret.length < SHORTEST_SECRET || new Set(secret).size < FEWEST_DIFFERENT;
}

/**
 * The keys that open a hook. `written` is the parameter: keys parted by commas; `cloudwatch=KEY` opens that hook alone,
 * a bare KEY every hook. `events` is `/v2/enqueue`.
 */
export function keysOf(written: string, hook: string): string[] {
  return written.split(',').flatMap((entry) => {
    const [, name, key] = /^\s*([a-z-]{1,20})=([\s\S]*)$/.exec(entry) ?? [];
    if (name === undefined || key === undefined || !HOOKS.has(name)) return [entry.trim()];
    return name === hook ? [key.trim()] : [];
  });
}

/** A secret sent as it is in a header: GitLab's `X-Gitlab-Token`, Argo CD's and Azure DevOps's own headers. */
export function verifyToken(request: SenderRequest, header: string, secrets: readonly string[]): Verdict {
  if (secrets.length === 0) return refused('not-configured');
  const given = request.headers[header];
  if (given === undefined) return refused('missing');
  return isOneOf(given, secrets) ? KNOWN : refused('wrong');
}

export type Credentials = { bearer?: readonly string[]; basic?: readonly { user: string; password: string }[] };

/** `Authorization: Bearer …` or `Basic …`, as Alertmanager, Grafana and Azure DevOps are configured to send it. */
export function verifyAuthorization(request: SenderRequest, { bearer = [], basic = [] }: Credentials): Verdict {
  if (bearer.length === 0 && basic.length === 0) return refused('not-configured');
  const header = request.headers['authorization'];
  if (header === undefined) return refused('missing');
  const [scheme = '', value = '', ...rest] = header.trim().split(/ +/);
  if (value === '' || rest.length > 0) return refused('malformed');
  if (scheme.toLowerCase() === 'bearer') return isOneOf(value, bearer) ? KNOWN : refused('wrong');
  if (scheme.toLowerCase() !== 'basic') return refused('malformed');
  const known = basic.map(({ user, password }) => `${user}:${password}`);
  return isOneOf(Buffer.from(value, 'base64'), known) ? KNOWN : refused('wrong');
}
