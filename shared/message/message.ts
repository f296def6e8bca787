/**
 * A page: what one person is told, by one channel, about one incident; and how it is handed to a carrier.
 *
 * Promises: the words are a function of the incident, the time and the link. Text from senders is harmless in the channel
 * it goes to. A channel never throws for what a carrier answers: it says whether it was sent, and if not, whether the
 * same way may work in a moment. No number or address reaches a log or an incident.
 *
 * `words.ts` and `speech.ts` are pure. The channels (`sms.ts`, `voice.ts`, …) are adapters, called by the page function.
 */

/** What a channel has to send, made by the words. */
export type Message = {
  /** For SMS, chat notifications and the plain part of email. */
  text: string;
  /** For voice: SSML. */
  speech: string;
  /** For email and cards. */
  subject: string;
  /** Lines of facts for email, Slack and Teams, most important first: plain text, not escaped. */
  facts: { label: string; value: string }[];
  /** The page's own address. */
  link: string;
  /** Where the same thread or message is continued: the incident. */
  thread: string;
  /** notice: a word to a team, which no button answers. digest: what a chat channel was not told one by one. */
  kind: 'alert' | 'relief' | 'update' | 'digest' | 'notice';
  /** For chat: buttons that act at once, each with what it asks for. */
  buttons: { label: string; action: string }[];
};

/** What became of handing a message over. */
export type Sent =
  | { ok: true; detail?: string; optedOut?: true }
  /**
   * `afterSeconds`: the carrier said when it takes messages again. `optedOut`: the owner of the phone has sent STOP to this
   * carrier, and texts by it vanish.
   */
  | { ok: false; reason: string; again: boolean; afterSeconds?: number; optedOut?: true };

/** How a refusal reads where the owner of the phone has sent STOP. */
export const OPTED_OUT = 'the owner of this phone has sent STOP';

/**
 * How a channel sends: to one address, once. `idempotency` is the same when the same page is sent again.
 * `earlier` is the reference of an earlier message about the same incident, where the channel gave one as `detail`: an
 * update and a digest change that message, anything else answers it.
 */
export type Send = (address: string, message: Message, idempotency: string, earlier?: string) => Promise<Sent>;
