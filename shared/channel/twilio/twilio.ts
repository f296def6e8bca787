/**
 * SMS and voice by Twilio: the second carrier, outside AWS.
 * Sources: Twilio "Messages resource" and "Calls resource"; errors 20429 and 21610 of its error dictionary.
 */
import { OPTED_OUT, type Send, type Sent, textFor } from '../channel.ts';
import { ask, mayWorkAgain } from '../http.ts';
import { twimlAsking, twimlCall } from './twiml.ts';

/** After so many seconds a page is history: Twilio drops it from its queue. */
const VALIDITY_SECONDS = 600;
/** The recipient has sent STOP. */
const STOPPED = 21610;

/**
 * `hooks`: the address under which Twilio calls us back, like `https://…/twilio`. `canReply`: whether the number's messages
 * are sent there.
 */
export type Twilio = { api: string; account: string; token: string; from: string; hooks: string; canReply: boolean };

export function smsByTwilio(twilio: Twilio): Send {
  return (address, message, idempotency) =>
    post(twilio, 'Messages', {
      To: address,
      Body: textFor(message, twilio.canReply),
      ValidityPeriod: String(VALIDITY_SECONDS),
      StatusCallback: hookOf(twilio.hooks, 'status', idempotency),
    });
}

/** A call takes keys: no number has to be set up for it. */
export function voiceByTwilio(twilio: Twilio): Send {
  return (address, message, idempotency) => {
    const keys = hookOf(twilio.hooks, message.answersAll ? 'keys-all' : 'keys', idempotency);
    return post(twilio, 'Calls', {
      To: address,
      Twiml: message.keys === undefined ? twimlCall(message.speech) : twimlAsking(message.keys, keys),
      StatusCallback: hookOf(twilio.hooks, 'status', idempotency),
    });
  };
}

/** Where Twilio tells what became of a page. The whole address is part of what it signs. [Twilio "Webhooks security"] */
export function hookOf(hooks: string, what: 'status' | 'keys' | 'keys-all', page: string): string {
  return `${hooks}/${what}?page=${encodeURIComponent(page)}`;
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
