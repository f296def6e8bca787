/**
 * A sender: a system that posts to Pageturner, and how it proves who it is. One file a way of proving it.
 *
 * Promises: every check is a pure function of the request, the secrets, the time and (where a certificate or a key set is
 * needed) a `fetch` that is handed in; it looks at the raw bytes, never at what was parsed from them; secrets are compared
 * in constant time over digests; two secrets may be valid at once, so that they can be changed without losing an alert.
 * A refusal is a value, never an exception, and its status is the one that makes this sender do the right thing: what is
 * wrong for good makes it give up (4xx), what is our fault or passes by makes it come again (503, which Azure, SNS and
 * Alertmanager all retry; Azure drops a 500).
 *
 * Called by the receiving functions, before anything else looks at the body.
 */

/** A request as it came in. Header names in lower case, as API Gateway gives them. */
export type SenderRequest = {
  headers: Readonly<Record<string, string | undefined>>;
  body: Uint8Array;
};

/** The closed list of why a request is refused. It names no secret and holds nothing of the request. */
export type Refusal =
  | 'missing'
  | 'malformed'
  | 'wrong'
  | 'stale'
  | 'unknown-topic'
  | 'unknown-certificate'
  | 'expired-certificate'
  | 'not-configured'
  | 'unavailable';

export type Verdict = { ok: true } | Refused;
export type Refused = { ok: false; reason: Refusal; status: 401 | 403 | 404 | 503 };

export const KNOWN: Verdict = { ok: true };

const STATUS: Record<Refusal, Refused['status']> = {
  missing: 401,
  malformed: 401,
  wrong: 401,
  stale: 401,
  'unknown-topic': 403,
  'unknown-certificate': 403,
  'expired-certificate': 403,
  // Ours to mend: the sender should come again until we have.
  'not-configured': 503,
  unavailable: 503,
};

export function refused(reason: Refusal): Refused {
  return { ok: false, reason, status: STATUS[reason] };
}

/** How far a sender's clock may be from ours, where it signs a time: Slack's and Standard Webhooks' five minutes. */
const WINDOW_SECONDS = 300;

/** Seconds since 1970 as text, beside our time. A time in the future is as wrong as one long past. */
export function isRecent(seconds: string, now: string, window: number = WINDOW_SECONDS): boolean {
  if (!/^[0-9]{9,11}$/.test(seconds)) return false;
  return Math.abs(Date.parse(now) / 1000 - Number(seconds)) <= window;
}
