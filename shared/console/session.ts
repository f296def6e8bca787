/**
 * Who is asking: a bearer token of the API, or the cookie that was given for one.
 *
 * Promises: tokens are compared by digest in constant time; the cookie is signed (Hono's signed cookies), names a person and
 * the token that it was given for, lasts twelve hours, and is of no use to scripts or other sites. A session ends when its
 * token is rotated.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import { isWeak } from '../sender/secret.ts';

/** Digests (SHA-256, hex) of the tokens in force, by whose they are. */
export type Keys = Record<string, string>;

const SESSION_SECONDS = 12 * 3600;
const COOKIE = 'pageturner';
/** Browsers take a Secure cookie over plain HTTP from loopback too, so there is no second kind for local use. */
const OPTIONS = { path: '/', httpOnly: true, sameSite: 'Lax', secure: true } as const;
/** So many digits of a token's digest tie a session to it. */
const TIE = 16;

/** `amira:9f86d0…,ops:…` → keys. Throws where an entry is no name and 64 hex digits. */
export function parseKeys(text: string): Keys {
  const keys: Keys = {};
  for (const entry of text.split(',').filter((part) => part.trim() !== '')) {
    const [name, digest, ...rest] = entry.trim().split(':');
    if (!name || !digest || rest.length > 0 || !/^[0-9a-f]{64}$/.test(digest)) {
      throw new Error(
        'API_TOKENS holds entries of the form NAME:SHA256, separated by commas, the digest in 64 hex digits.',
      );
    }
    keys[name] = digest;
  }
  return keys;
}

/** Whose token this is; nobody's where it could be guessed, unless that is allowed. Every key is compared. */
export function ownerOf(token: string, keys: Keys, weakAllowed: boolean): string | undefined {
  if (isWeak(token) && !weakAllowed) return undefined;
  const given = createHash('sha256').update(token).digest();
  let owner: string | undefined;
  for (const [name, digest] of Object.entries(keys)) {
    if (timingSafeEqual(Buffer.from(digest, 'hex'), given)) owner = name;
  }
  return owner;
}

/** What sessions are checked against. `secret` signs the cookie; `now`: UTC ISO. */
export type Asking = { keys: Keys; secret: string; now: string; weakAllowed: boolean };

/** Starts a session for a token. Out: false for a token that nobody has. */
export async function startSession(
  c: Context,
  token: string,
  { keys, secret, now, weakAllowed }: Asking,
): Promise<boolean> {
  const owner = ownerOf(token, keys, weakAllowed);
  if (owner === undefined) return false;
  const until = Math.floor(Date.parse(now) / 1000) + SESSION_SECONDS;
  const claim = `${owner}\n${keys[owner]!.slice(0, TIE)}\n${until}`;
  await setSignedCookie(c, COOKIE, claim, keyOf(secret), { ...OPTIONS, maxAge: SESSION_SECONDS });
  return true;
}

/** Ends the session of a browser. */
export function endSession(c: Context): void {
  deleteCookie(c, COOKIE, OPTIONS);
}

/** Whether a request brings anything that could prove who sent it: what brings nothing must not make us read any secret. */
export function bringsProof(c: Context): boolean {
  return c.req.header('authorization') !== undefined || `; ${c.req.header('cookie') ?? ''}`.includes(`; ${COOKIE}=`);
}

/** Who sent this request; undefined for nobody we know. */
export async function knownBy(c: Context, { keys, secret, now, weakAllowed }: Asking): Promise<string | undefined> {
  const bearer = /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  if (bearer !== undefined) return ownerOf(bearer, keys, weakAllowed);
  const claim = await getSignedCookie(c, keyOf(secret), COOKIE);
  if (!claim) return undefined;
  const [owner, tie, until] = claim.split('\n');
  const digest = owner === undefined ? undefined : keys[owner];
  return digest?.startsWith(tie || '-') && Number(until) * 1000 > Date.parse(now) ? owner : undefined;
}

/** The link secret also makes the links of pages: what it signs here is kept apart from those. */
function keyOf(secret: string): string {
  return `session\n${secret}`;
}
