/**
 * One request to a tracker: the same time limit and the same reading of refusals for every vendor.
 *
 * Promises: it throws `TrackerFailure` and nothing else; neither the token, nor the address, nor a body is in its reason. A request
 * that was not answered may have been done.
 */
import { TrackerFailure } from './tracker.ts';

const TIMEOUT_MILLISECONDS = 10_000;
/** A page of notes of a busy ticket is some hundreds of kilobytes. */
const MAX_BYTES = 8_000_000;

export type Request = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers: Record<string, string>;
  body?: string;
};

export type Answer = { status: number; body: unknown; headers: Headers };

/** Asks and reads the answer, of any status. `body` is parsed JSON, an empty object where it is not JSON. */
export async function ask({ url, method, headers, body }: Request): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    const length = Number(response.headers.get('content-length') ?? 0);
    if (length > MAX_BYTES) throw new TrackerFailure('the tracker answered more than can be read', false);
    return { status: response.status, body: parse(await response.text()), headers: response.headers };
  } catch (error) {
    if (error instanceof TrackerFailure) throw error;
    // The error may quote the address.
    throw new TrackerFailure('the tracker could not be reached', true);
  }
}

/** What an answer that is no success means. `doing`: what was asked, for people: `to make a ticket`. */
export function failureOf({ status, headers }: Answer, doing: string): TrackerFailure {
  const afterSeconds = retryAfter(headers.get('retry-after'));
  if (status === 429 || status === 408 || status === 425 || status >= 500)
    return new TrackerFailure(`the tracker answered ${status} when asked ${doing}`, true, afterSeconds);
  if (status === 401)
    return new TrackerFailure('the tracker refuses the token: it is wrong, expired or revoked', false);
  if (status === 403) return new TrackerFailure(`the token may not be used ${doing} (403)`, false, afterSeconds);
  return new TrackerFailure(`the tracker answered ${status} when asked ${doing}`, false);
}

/** Whole seconds, or a date. [RFC 9110, 10.2.3] */
export function retryAfter(said: string | null, now: number = Date.now()): number | undefined {
  if (said === null) return undefined;
  if (/^[0-9]{1,7}$/.test(said)) return Number(said);
  const at = said.length < 60 ? Date.parse(said) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
