/**
 * A channel: how one message is handed to a carrier or a chat system. One folder a vendor.
 *
 * Promises: a channel never throws for what a carrier answers. It says whether the carrier took the message, and if not,
 * whether the same way may work in a moment. No number and no address reaches a log, an error or an incident.
 *
 * Called by the page function (alerts, digests, relief) and the respond function (answers to replies). To add a vendor:
 * write `<vendor>/<vendor>.ts` that returns a `Send`, open it in `shared/world/channels.ts`, and add it to the contract
 * suite in `test/channel/channel.test.ts`.
 */
import type { Message } from '../message/message.ts';

/** What became of handing a message over. */
export type Sent =
  | { ok: true; detail?: string; optedOut?: true }
  /**
   * `afterSeconds`: the carrier said when it takes messages again. `optedOut`: the owner of the phone has sent STOP to this
   * carrier, and texts by it vanish.
   */
  | { ok: false; reason: string; again: boolean; afterSeconds?: number; optedOut?: true };

/** What a text says by a carrier that brings replies back to us, and by one that does not. */
export function textFor(message: Message, canReply: boolean): string {
  return canReply ? message.text : (message.oneWay?.text ?? message.text);
}

/** What a call without keys says, where the person who is called can or cannot answer by text. */
export function speechFor(message: Message, canReply: boolean): string {
  return canReply ? message.speech : (message.oneWay?.speech ?? message.speech);
}

/** How a refusal reads where the owner of the phone has sent STOP. */
export const OPTED_OUT = 'the owner of this phone has sent STOP';

/**
 * How a channel sends: to one address, once. `idempotency` is the same when the same page is sent again.
 * `earlier` is the reference of an earlier message about the same incident, where the channel gave one as `detail`: an
 * update and a digest change that message, anything else answers it.
 */
export type Send = (address: string, message: Message, idempotency: string, earlier?: string) => Promise<Sent>;
