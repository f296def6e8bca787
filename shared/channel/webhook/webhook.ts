/**
 * A webhook for anything else, signed as Standard Webhooks says, so that a receiver can verify it with that library.
 * Source: standardwebhooks.com, "Specification": the secret is base64 after `whsec_`; an id holds no full stop.
 */
import { Webhook } from 'standardwebhooks';
import type { Send } from '../channel.ts';
import { post } from '../http.ts';

/** `whsec_` and the base64 of 24 to 64 bytes, as the specification asks. */
const SECRET = /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/;

/**
 * `address` is a URL. `secret` is `whsec_…`; `now` gives UTC ISO.
 * A secret in another form cannot sign anything that a receiver could verify: every page by this channel is refused, and
 * says why.
 */
export function webhookBy(secret: string, now: () => string): Send {
  if (!SECRET.test(secret)) {
    return async () => ({
      ok: false,
      reason: 'the webhook secret must be whsec_ and the base64 of 24 to 64 bytes',
      again: false,
    });
  }
  const signer = new Webhook(secret);
  return async (address, message, idempotency) => {
    const body = JSON.stringify({
      kind: message.kind,
      subject: message.subject,
      facts: message.facts,
      link: message.link,
      incident: message.thread,
    });
    const id = idempotency.replaceAll('.', '_');
    const at = new Date(now());
    const answer = await post(address, body, {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signer.sign(id, at, body),
    });
    return answer.ok ? { ok: true } : answer;
  };
}
