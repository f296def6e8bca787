/**
 * Who is asking: a bearer token of the API, or the cookie that was given for one.
 *
 * Promises: tokens are compared by digest in constant time; the cookie is signed, names a person, lasts twelve hours, and
 * is of no use to scripts or other sites.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Digests (SHA-256, hex) of the tokens in force, by whose they are. */
export type Keys = Record<string, string>;

const SESSION_SECONDS = 12 * 3600;
const COOKIE = 'pageturner';
/** Browsers take a Secure cookie over plain HTTP from loopback too, so there is no second kind for local use. */
const SECURE = '; Secure';

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

/** Whose token this is. Every key is compared. */
export function ownerOf(token: string, keys: Keys): string | undefined {
  const given = createHash('sha256').update(token).digest();
  let owner: string | undefined;
  for (const [name, digest] of Object.entries(keys)) {
    if (timingSafeEqual(Buffer.from(digest, 'hex'), given)) owner = name;
  }
  return owner;
}

/** The cookie for a token; undefined for a token that nobody has. */
export async function startSession(
  token: string,
  keys: Keys,
  secret: string,
  now: string,
): Promise<string | undefined> {
  const owner = ownerOf(token, keys);
  if (owner === undefined) return undefined;
  const until = Math.floor(Date.parse(now) / 1000) + SESSION_SECONDS;
  const claim = Buffer.from(`${owner}\n${until}`).toString('base64url');
  return `${COOKIE}=${claim}.${sign(claim, secret)}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${SESSION_SECONDS}${SECURE}`;
}

export function endSession(): string {
  return `${COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0${SECURE}`;
}

/** Who sent these headers; undefined for nobody we know. */
export function knownBy(headers: Headers, keys: Keys, secret: string, now: string): string | undefined {
  const bearer = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  if (bearer !== undefined) return ownerOf(bearer, keys);
  const cookie = (headers.get('cookie') ?? '')
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${COOKIE}=`));
  const [claim, signature] = (cookie ?? '').slice(COOKIE.length + 1).split('.');
  if (!claim || !signature || !isSame(signature, sign(claim, secret))) return undefined;
  const [owner, until] = Buffer.from(claim, 'base64url').toString('utf8').split('\n');
  return owner && Number(until) * 1000 > Date.parse(now) && keys[owner] !== undefined ? owner : undefined;
}

/** Whether a browser says that a form came from our own pages. Tools that send neither header hold a token. */
export function isSameSite(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin' || site === 'none';
  const origin = headers.get('origin');
  return origin === null || (URL.canParse(origin) && new URL(origin).host === headers.get('host'));
}

function sign(claim: string, secret: string): string {
  return createHmac('sha256', secret).update(`session\n${claim}`).digest('base64url');
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
