/** What is outside the system: senders that try again, carriers that fail in their ways, people with phones. */

import type { Send, Sent } from '../../shared/channel/channel.ts';
import type { Message } from '../../shared/message/message.ts';
import type { World } from '../../shared/world/world.ts';
import { PHONES } from './catalogue.ts';
import type { Clock } from './clock.ts';
import { type AnswerKind, MINUTE, type Planned, SECOND } from './plan.ts';
import type { Random } from './random.ts';
import { bodyOf } from './senders.ts';
import type { Effect, Process, System } from './system.ts';

/** One attempt of the page function to hand something to a carrier. */
export type Attempt = {
  at: number;
  startedAt: number;
  channel: string;
  to: string;
  incident: string;
  page: string;
  kind: Message['kind'];
  ok: boolean;
  text: string;
};
/** A message in somebody's hand. */
type Received = { channel: string; text: string; link: string; kind: Message['kind'] };

export type Outside = {
  attempts: Attempt[];
  carriers: (process: Process, effect: Effect) => World['channels'];
  /** Somebody does what was planned, with what is in their hand. */
  answer: (system: System, person: string, answer: AnswerKind, done: (link: string, status: number) => void) => void;
  /** A sender posts a notice until it is taken. */
  notice: (system: System, notice: Extract<Planned, { what: 'notice' }>, taken: () => void) => void;
};

const personOf = Object.fromEntries(Object.entries(PHONES).map(([person, phone]) => [phone, person]));

export function openOutside(clock: Clock, random: Random, reply: (body: string) => void, now: () => System): Outside {
  const attempts: Attempt[] = [];
  const hands = new Map<string, Received[]>();
  const hand = (to: string, received: Received) => hands.set(to, [...(hands.get(to) ?? []), received]);

  const carrier =
    (channel: string, process: Process, effect: Effect): Send =>
    async (address, message, idempotency) => {
      const fault = (kind: Parameters<System['fault']>[0]) => random.chance(now().fault(kind, channel));
      const hangs = fault('carrier hangs');
      const milliseconds = hangs ? random.whole(3 * SECOND, 9 * SECOND) : random.whole(80, 900);
      return effect(process, `${channel} to ${personOf[address] ?? address}`, milliseconds, (): Sent => {
        const [incident, page] = idempotency.split('.') as [string, string];
        const to = personOf[address] ?? address.split('@')[0]!;
        const sent = outcome(channel, fault, hangs);
        const { text, kind, link } = message;
        attempts.push({
          at: clock.now(),
          startedAt: process.startedAt,
          channel,
          to,
          incident,
          page,
          kind,
          ok: sent.ok,
          text,
        });
        if (!sent.ok) return sent;
        const isLost = fault('carrier loses');
        if (!isLost) clock.after(random.whole(200, 6 * SECOND), () => hand(to, { channel, text, link, kind }));
        if (fault('carrier sends twice'))
          clock.after(random.whole(200, MINUTE), () => hand(to, { channel, text, link, kind }));
        if (channel === 'sms' || channel === 'voice') receipt(idempotency, channel, isLost !== fault('receipts lie'));
        return sent;
      });
    };
  const receipt = (context: string, channel: string, isLost: boolean) => {
    if (random.chance(0.4)) return;
    const kind = channel.toUpperCase();
    const eventType = isLost
      ? `${kind}_${channel === 'sms' ? 'UNREACHABLE' : 'FAILED'}`.replace('SMS', 'TEXT')
      : `${kind}_${channel === 'sms' ? 'DELIVERED' : 'COMPLETED'}`.replace('SMS', 'TEXT');
    clock.after(random.whole(SECOND, 40 * SECOND), () =>
      reply(JSON.stringify({ eventType, context: { page: context } })),
    );
  };

  return {
    attempts,
    carriers: (process, effect) => ({
      sms: carrier('sms', process, effect),
      voice: carrier('voice', process, effect),
      email: carrier('email', process, effect),
      slack: carrier('slack', process, effect),
    }),
    answer: (system, person, answer, done) => {
      const received = (hands.get(person) ?? []).filter(({ kind }) => kind === 'alert').at(-1);
      if (answer === 'stranger replies') return says(reply, 'stranger +447700900666', 'ACK');
      if (answer === 'forged link') return system.form('AAAAAAAAAAAAAAAAAAAAAA', 'action=acknowledge', true, () => {});
      if (!received) return;
      const token = received.link.split('/p/')[1] ?? '';
      const code = / ACK ([A-Z0-9]{2})\b/.exec(received.text)?.[1] ?? '';
      const press = (fields: string, tries = 6): void => {
        let answered = false;
        system.form(token, fields, false, (status) => {
          answered = true;
          done(`${token} ${fields}`, status);
        });
        clock.after(12 * SECOND, () => {
          if (!answered && tries > 1) press(fields, tries - 1);
        });
      };
      if (answer === 'acknowledge by link' || answer === 'acknowledge by both') press('action=acknowledge');
      if (answer === 'acknowledge by reply' || answer === 'acknowledge by both')
        says(reply, PHONES[person]!, `ack ${code}`);
      if (answer === 'acknowledge with the wrong code') says(reply, PHONES[person]!, 'ACK ZZ');
      if (answer === 'resolve by link') press('action=resolve');
      if (answer === 'escalate by reply') says(reply, PHONES[person]!, `no ${code}`);
      if (answer === 'snooze by link') press('action=snooze&for=4m');
      if (answer === 'judge by link') press('action=judge&verdict=noise');
      if (answer === 'hand over by link') press('action=hand-over&to=chidi');
    },
    notice: (system, notice, taken) => {
      const post = () => {
        let isTaken = false;
        system.post(bodyOf(notice), (status) => {
          isTaken = status === 202;
          if (isTaken) taken();
        });
        clock.after(20 * SECOND, () => {
          if (!isTaken) post();
        });
      };
      post();
    },
  };
}

function outcome(
  channel: string,
  fault: (kind: 'carrier refuses' | 'carrier throttles') => boolean,
  hangs: boolean,
): Sent {
  if (hangs) return { ok: false, reason: 'TimeoutError', again: true };
  if (fault('carrier refuses')) return { ok: false, reason: 'refused', again: false };
  if (fault('carrier throttles')) return { ok: false, reason: 'throttled', again: true };
  return { ok: true, ...(channel === 'slack' ? { detail: 'C1 1700000000.1' } : {}) };
}

let replies = 0;
function says(reply: (body: string) => void, from: string, text: string): void {
  const inboundMessageId = `r${replies++}`;
  reply(JSON.stringify({ originationNumber: from, messageBody: text, inboundMessageId }));
}
