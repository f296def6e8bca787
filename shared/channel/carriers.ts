/**
 * Several carriers for one channel: the next is tried at once where one does not take a message.
 *
 * A person's next way is tried only when no carrier takes it: a carrier that is down for hours must not cost a person
 * their phone. A carrier that answers too late may have taken it all the same; twice is better than never.
 */
import type { Send, Sent } from './channel.ts';

/** The first of `carriers` that takes the message; the last refusal where none does. */
export function firstThatTakes(carriers: Send[]): Send {
  return async (address, message, idempotency, earlier) => {
    const reasons: string[] = [];
    let again = false;
    let stopped: { optedOut?: true } = {};
    for (const carrier of carriers) {
      const sent: Sent = await carrier(address, message, idempotency, earlier);
      if (sent.optedOut) stopped = { optedOut: true };
      if (sent.ok) {
        const after = reasons.length === 0 ? [] : [`after ${reasons.join(', ')}`];
        return { ok: true, detail: [sent.detail ?? 'sent', ...after].join(' '), ...stopped };
      }
      reasons.push(sent.reason);
      again ||= sent.again;
    }
    return { ok: false, reason: reasons.join(', then '), again, ...stopped };
  };
}
