/**
 * Responding: a form posted from a page's link, or a reply that a carrier handed over.
 *
 * Promises: an act is done at most once however often it is sent; what is refused says why and changes nothing.
 */
import { isSameSite } from '../console/session.ts';
import { ACTIONS, type Action, act, answerReply, openLink } from './answer.ts';
import type { World } from './world.ts';

export type Form = { token: string; body: string; headers: Headers };
type HttpAnswer = { statusCode: number; headers: Record<string, string>; body: string };

export async function handleForm(world: World, form: Form): Promise<HttpAnswer> {
  if (!isSameSite(form.headers)) return say(403, 'Refused: the form was sent from another site. Nothing was changed.');
  const opened = await openLink(world, form.token);
  if (!opened) return say(404, 'This link is not valid, or it has expired. Nothing was changed.');
  const action = new URLSearchParams(form.body).get('action') ?? '';
  if (!(ACTIONS as readonly string[]).includes(action)) return say(400, 'No such action. Nothing was changed.');
  await act(world, opened.incident.id, action as Action, opened.person, 'link');
  return {
    statusCode: 303,
    headers: { location: `/p/${form.token}`, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
    body: '',
  };
}

function say(statusCode: number, body: string): HttpAnswer {
  return {
    statusCode,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
    body,
  };
}

/** A message of the replies queue: what End User Messaging published, in SNS's envelope or without it. */
export async function handleReply(world: World, message: string): Promise<void> {
  const reply = readReply(message);
  if (!reply) {
    world.log('warn', 'A message on the replies queue is no reply; it is left');
    return;
  }
  const { person, answer } = await answerReply(world, reply);
  const sms = world.channels.sms;
  if (answer === undefined || !sms) return;
  const sent = await sms(
    reply.from,
    { text: answer, speech: '', subject: '', facts: [], link: '', thread: 'reply', kind: 'relief' },
    `reply.${reply.id}`,
  );
  world.log(sent.ok ? 'info' : 'warn', 'A reply was answered', { person });
}

/** `originationNumber`, `messageBody`, `inboundMessageId`: AWS End User Messaging, "two-way SMS". */
function readReply(message: string): { from: string; text: string; id: string } | undefined {
  try {
    let value = JSON.parse(message) as Record<string, unknown>;
    if (typeof value['Message'] === 'string') value = JSON.parse(value['Message']) as Record<string, unknown>;
    const { originationNumber, messageBody, inboundMessageId } = value;
    if (typeof originationNumber !== 'string' || typeof messageBody !== 'string') return undefined;
    return { from: originationNumber, text: messageBody.slice(0, 1600), id: String(inboundMessageId ?? '') };
  } catch {
    return undefined;
  }
}
