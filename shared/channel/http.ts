/**
 * One POST to a provider: the same time limit, the same reading of refusals for every channel that speaks plain HTTP.
 *
 * Promises: it never throws; the address is a secret in some channels and is never part of an answer.
 */
import type { Sent } from './channel.ts';

const TIMEOUT_MILLISECONDS = 4000;

export type Refused = Sent & { ok: false };

/** What a provider answered: its status, its body as JSON (an empty object where it is not JSON), and when to come again. */
export type Answered = { status: number; body: unknown; afterSeconds?: number };

/** Posts a body and reads the answer. Out: the answer with any status; a refusal where the provider is not reached. */
export async function ask(
  url: string,
  body: string | URLSearchParams,
  headers: Record<string, string>,
): Promise<Answered | Refused> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    const text = await response.text();
    return { status: response.status, body: parse(text), ...retryAfter(response.headers.get('retry-after')) };
  } catch {
    // The error may quote the address, which is a secret.
    return { ok: false, reason: 'could not be reached', again: true };
  }
}

/** Posts a body to a provider whose status alone tells whether it took the message. */
export async function post(
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<{ ok: true; body: unknown } | Refused> {
  const answer = await ask(url, body, headers);
  if ('ok' in answer) return answer;
  const { status, body: said, afterSeconds } = answer;
  if (status >= 200 && status < 300) return { ok: true, body: said };
  return {
    ok: false,
    reason: `answered ${status}`,
    again: mayWorkAgain(status),
    ...(afterSeconds === undefined ? {} : { afterSeconds }),
  };
}

/** Whether the same request may be taken in a moment: the provider is busy or broken. [RFC 9110, 15.6; RFC 6585, 4] */
export function mayWorkAgain(status: number): boolean {
  return status === 429 || status >= 500;
}

/** Whole seconds, as Slack sends them. [RFC 9110, 10.2.3; a date, which it allows too, is left to our own pauses] */
function retryAfter(said: string | null): { afterSeconds?: number } {
  return said !== null && /^[0-9]{1,6}$/.test(said) ? { afterSeconds: Number(said) } : {};
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
