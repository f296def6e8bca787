/**
 * Twilio calling back: a text that a person has sent, what became of a text or a call, and the key that was pressed in a call.
 *
 * Promises: nobody but Twilio is heard (its signature is over the whole address and the form); a reply and a receipt are kept
 * before Twilio has its answer; a key is done while the person listens, and the act is recorded with who did it. Whom a call
 * stands for is in the address that we gave, which the signature covers.
 * Sources: Twilio "Webhooks security", "TwiML Voice: <Gather>", "Messages resource" and "Calls resource" (status callbacks).
 */

import { hookOf } from '../channel/twilio/twilio.ts';
import { twimlAsking, twimlSaying } from '../channel/twilio/twiml.ts';
import type { Incident, Page } from '../incident/incident.ts';
import { KEYS, openSpeech } from '../message/speech.ts';
import { alertMessage } from '../message/words.ts';
import { keepAnswer } from '../queue/queue.ts';
import { verifyTwilio } from '../sender/signature.ts';
import { incidentById } from '../store/incidents.ts';
import type { World } from '../world/world.ts';
import { act } from './act.ts';
import { answerAll, countTold } from './answer-all.ts';
import { noteProved } from './contacts.ts';

/** A request as Twilio makes it. `urls`: the addresses that it may have called us by, any of which may be signed. */
export type TwilioRequest = {
  what: string;
  page: string;
  urls: string[];
  body: Uint8Array;
  headers: Record<string, string>;
};

/** What Twilio is answered; `text` is TwiML where the status is 200. */
export type TwilioSaid = { status: 200 | 401 | 404 | 503; text: string };

const NOTHING: TwilioSaid = { status: 200, text: '<Response></Response>' };
/** [Twilio "Messages resource", Message Status values; "Calls resource", Call Status values] */
const DELIVERED = new Set(['delivered', 'read', 'completed']);
const UNDELIVERED = new Set(['undelivered', 'failed', 'busy', 'no-answer', 'canceled']);
const MAX_TEXT = 1600;

/** Answers Twilio. `tokens`: the auth tokens in force; none where there is no account. Throws where the queue takes nothing. */
export async function answerTwilio(world: World, request: TwilioRequest, tokens: string[]): Promise<TwilioSaid> {
  if (tokens.length === 0) return { status: 404, text: 'Not found' };
  const verdicts = request.urls.map((url) => verifyTwilio(request, tokens, url));
  if (!verdicts.some(({ ok }) => ok)) {
    world.log('warn', 'A call of a Twilio hook is refused', { what: request.what });
    return { status: 401, text: 'Refused. Nothing was changed.' };
  }
  const form = new URLSearchParams(Buffer.from(request.body).toString('utf8'));
  switch (request.what) {
    case 'sms':
      return keepText(world, form);
    case 'status':
      return keepStatus(world, request.page, form);
    case 'keys':
      return answerKey(world, request.page, form.get('Digits') ?? '');
    case 'keys-all':
      return answerKeyForAll(world, request.page, form.get('Digits') ?? '');
    default:
      return { status: 404, text: 'Not found' };
  }
}

async function keepText(world: World, form: URLSearchParams): Promise<TwilioSaid> {
  const from = form.get('From') ?? '';
  const text = (form.get('Body') ?? '').slice(0, MAX_TEXT);
  if (from !== '') await keepAnswer(world.queues, { kept: 'reply', from, text, id: form.get('MessageSid') ?? '' });
  return NOTHING;
}

async function keepStatus(world: World, page: string, form: URLSearchParams): Promise<TwilioSaid> {
  const status = form.get('MessageStatus') ?? form.get('CallStatus') ?? '';
  if (!DELIVERED.has(status) && !UNDELIVERED.has(status)) return NOTHING;
  const code = /^[0-9]{1,6}$/.exec(form.get('ErrorCode') ?? '')?.[0];
  const reason = `${status}${code === undefined ? '' : ` (${code})`} by Twilio`;
  await keepAnswer(world.queues, { kept: 'receipt', page, delivered: DELIVERED.has(status), reason });
  return NOTHING;
}

/** A key in the call about one incident. */
async function answerKey(world: World, place: string, key: string): Promise<TwilioSaid> {
  const called = await whoWasCalled(world, place);
  if (!called) return saying('This incident is not known any more. Nothing was changed.');
  const { incident, page } = called;
  await noteProved(world, page.to, 'voice');
  const action = key === KEYS.acknowledge ? 'acknowledge' : key === KEYS.escalate ? 'escalate' : undefined;
  if (action === undefined) {
    const { keys = '' } = alertMessage(incident, world.now(), '');
    return { status: 200, text: twimlAsking(keys, hookOf(`${world.baseUrl}/twilio`, 'keys', place)) };
  }
  const done = await act(world, incident.id, { type: action, by: page.to, via: 'call' });
  return saying(saidOf(action, done?.incident ?? incident, done?.changed ?? false));
}

/** A key in the call about a digest. */
async function answerKeyForAll(world: World, place: string, key: string): Promise<TwilioSaid> {
  const called = await whoWasCalled(world, place);
  if (!called) return saying('This incident is not known any more. Nothing was changed.');
  await noteProved(world, called.page.to, 'voice');
  if (key === KEYS.acknowledge) return saying(await answerAll(world, 'acknowledge', called.page.to, 'call'));
  const count = await countTold(world, called.page.to);
  if (count === 0) return saying('Nothing is open for you.');
  return { status: 200, text: twimlAsking(openSpeech(count), hookOf(`${world.baseUrl}/twilio`, 'keys-all', place)) };
}

/** The page of a person, by our own name for it: `INCIDENT.PAGE`. */
async function whoWasCalled(world: World, place: string): Promise<{ incident: Incident; page: Page } | undefined> {
  const [id = '', pageId = ''] = place.split('.');
  const incident = await incidentById(world.table, id);
  const page = incident?.pages.find((one) => one.id === pageId && one.person);
  return incident && page ? { incident, page } : undefined;
}

function saying(words: string): TwilioSaid {
  return { status: 200, text: twimlSaying(words) };
}

function saidOf(action: 'acknowledge' | 'escalate', incident: Incident, changed: boolean): string {
  if (incident.test) return 'Thank you. It is shown that this way works.';
  if (incident.state === 'resolved') return 'It is over already. Go back to sleep.';
  if (action === 'escalate')
    return changed ? 'Passed on. The next person is being paged.' : 'It was passed on already.';
  return changed ? 'Acknowledged. It is yours.' : `${incident.acknowledgedBy ?? 'Somebody'} has it already.`;
}
