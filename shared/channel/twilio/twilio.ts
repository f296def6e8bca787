/**
 * SMS and voice by Twilio: the second carrier, outside AWS.
 * Sources: Twilio "Messages resource" and "Calls resource"; errors 20429 and 21610 of its error dictionary.
 */
import { OPTED_OUT, type Send, type Sent } from '../../message/message.ts';

const TIMEOUT_MILLISECONDS = 4000;
/** After so many seconds a page is history: Twilio drops it from its queue. */
const VALIDITY_SECONDS = 600;
/** The recipient has sent STOP. */
const STOPPED = 21610;
/** A British voice. */
const VOICE = 'Polly.Amy';

export type Twilio = { api: string; account: string; token: string; from: string };

export function smsByTwilio(twilio: Twilio): Send {
  return (address, message) =>
    post(twilio, 'Messages', { To: address, Body: message.text, ValidityPeriod: String(VALIDITY_SECONDS) });
}

export function voiceByTwilio(twilio: Twilio): Send {
  return (address, message) => {
    const words = message.speech.replace(/^<speak>|<\/speak>$/g, '');
    return post(twilio, 'Calls', { To: address, Twiml: `<Response><Say voice="${VOICE}">${words}</Say></Response>` });
  };
}

async function post(
  { api, account, token, from }: Twilio,
  what: string,
  fields: Record<string, string>,
): Promise<Sent> {
  try {
    const response = await fetch(`${api}/2010-04-01/Accounts/${encodeURIComponent(account)}/${what}.json`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ From: from, ...fields }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    const answer = (await response.json().catch(() => ({}))) as { sid?: string; code?: number };
    if (response.ok) return { ok: true, ...(answer.sid === undefined ? {} : { detail: answer.sid }) };
    if (answer.code === STOPPED) return { ok: false, reason: OPTED_OUT, again: false, optedOut: true };
    // The code alone: Twilio's message quotes the number.
    const code = answer.code === undefined ? '' : ` (${answer.code})`;
    return {
      ok: false,
      reason: `Twilio answered ${response.status}${code}`,
      again: response.status === 429 || response.status >= 500,
    };
  } catch {
    return { ok: false, reason: 'Twilio could not be reached', again: true };
  }
}
