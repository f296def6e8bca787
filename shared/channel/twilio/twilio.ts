/**
 * SMS and voice by Twilio: the second carrier, outside AWS.
 * Sources: Twilio "Messages resource" and "Calls resource"; errors 20429 and 21610 of its error dictionary.
 */
import { OPTED_OUT, type Send, type Sent } from '../channel.ts';
import { ask, mayWorkAgain } from '../http.ts';

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
  const answer = await ask(
    `${api}/2010-04-01/Accounts/${encodeURIComponent(account)}/${what}.json`,
    new URLSearchParams({ From: from, ...fields }),
    {
      authorization: `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
  );
  if ('ok' in answer) return { ...answer, reason: 'Twilio could not be reached' };
  const { status } = answer;
  const { sid, code } = answer.body as { sid?: string; code?: number };
  if (status >= 200 && status < 300) return { ok: true, ...(sid === undefined ? {} : { detail: sid }) };
  if (code === STOPPED) return { ok: false, reason: OPTED_OUT, again: false, optedOut: true };
  // The code alone: Twilio's message quotes the number.
  const said = code === undefined ? '' : ` (${code})`;
  return { ok: false, reason: `Twilio answered ${status}${said}`, again: mayWorkAgain(status) };
}
