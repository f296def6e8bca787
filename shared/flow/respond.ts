/**
 * Responding: what people answer by the form of a page's link, by a button in Slack, or by a text message; and what a
 * carrier says became of a message.
 *
 * Promises: an act is done at most once however often it is sent; what is refused says why and changes nothing. HTTP is not
 * this file's business: `shared/answers/answers.ts` speaks it.
 */
import type { Incident } from '../incident/incident.ts';
import { verifySlack } from '../sender/signature.ts';
import type { World } from '../world/world.ts';
import { ACTIONS, type Action, act, actByForm } from './act.ts';
import { change } from './change.ts';
import { noteProved, noteStarted } from './contacts.ts';
import { answerReply, openLink } from './reply.ts';

/** What is said back to a person who answers by a form or a button. `status`: as HTTP has it. */
export type Said = { status: 200 | 400 | 401 | 404 | 503; text: string };

/**
 * Does what the form of a page's link asks for. Out: undefined where it is done and the page shows it; else what to say.
 * The link is the person's own: they need no other proof.
 */
export async function answerForm(world: World, token: string, form: URLSearchParams): Promise<Said | undefined> {
  const opened = await openLink(world, token);
  if (!opened) return { status: 404, text: 'This link is not valid, or it has expired. Nothing was changed.' };
  const asked = await actByForm(world, opened.incident.id, form, { by: opened.person, via: 'link' });
  return asked.ok ? undefined : { status: asked.status, text: asked.why };
}

/** A press of a button as Slack posts it: raw, because the signature is over the bytes. */
export type Press = { body: Uint8Array; headers: Record<string, string> };

/** The signing secrets in force, and how the person who pressed is told what nobody else needs to know. */
export type SlackSettings = { secrets: string[]; whisper: (responseUrl: string, text: string) => Promise<void> };

/**
 * A button of a Slack message. Answers within Slack's three seconds, empty; what came of it is in the message itself.
 * 401 for a signature that is wrong or old; a person whom the catalogue does not know changes nothing and is told so.
 * Source: Slack, "Verifying requests from Slack" and "Handling user interaction in your Slack apps".
 */
export async function answerPress(world: World, press: Press, slack: SlackSettings): Promise<Said> {
  const verdict = verifySlack(press, slack.secrets, world.now());
  if (!verdict.ok) {
    world.log('warn', 'A press of a Slack button is refused', { why: verdict.reason });
    return { status: verdict.status as Said['status'], text: 'Refused. Nothing was changed.' };
  }
  const asked = readPress(press.body);
  if (!asked) return { status: 200, text: '' };
  const { catalogue } = await world.catalogue();
  const person = Object.values(catalogue.people).find(({ contact }) => contact.slack === asked.user);
  if (!person) {
    world.log('warn', 'A Slack user whom the catalogue does not know pressed a button');
    await slack.whisper(
      asked.responseUrl,
      'Pageturner does not know you: your Slack id is in no file of the catalogue. Nothing was changed.',
    );
    return { status: 200, text: '' };
  }
  await noteProved(world, person.id, 'slack');
  const done = await act(world, asked.incident, { type: asked.action, by: person.id, via: 'slack' });
  if (!done?.changed) await slack.whisper(asked.responseUrl, whatStands(done?.incident));
  return { status: 200, text: '' };
}

function whatStands(incident: Incident | undefined): string {
  if (!incident) return 'This incident is not known any more. Nothing was changed.';
  if (incident.state === 'resolved') return 'It is over already. Nothing was changed.';
  return `It is with ${incident.acknowledgedBy ?? 'nobody'}. Nothing was changed.`;
}

/** `payload={"type":"block_actions","user":{"id"},"actions":[{"action_id","value"}],"response_url"}`; undefined for others. */
function readPress(
  body: Uint8Array,
): { user: string; action: Action; incident: string; responseUrl: string } | undefined {
  try {
    const payload = JSON.parse(new URLSearchParams(Buffer.from(body).toString('utf8')).get('payload') ?? '');
    const pressed = payload?.actions?.[0];
    if (payload?.type !== 'block_actions' || !(ACTIONS as readonly string[]).includes(pressed?.action_id))
      return undefined;
    return {
      user: String(payload.user?.id ?? ''),
      action: pressed.action_id as Action,
      incident: String(pressed.value ?? ''),
      responseUrl: String(payload.response_url ?? ''),
    };
  } catch {
    return undefined;
  }
}

/** A message of the replies queue: what End User Messaging published, in SNS's envelope or without it. */
export async function handleReply(world: World, message: string): Promise<void> {
  const receipt = readReceipt(message);
  if (receipt) return noteReceipt(world, receipt);
  const reply = readReply(message);
  if (!reply) {
    world.log('warn', 'A message on the replies queue is no reply; it is left');
    return;
  }
  const { person, answer, starts } = await answerReply(world, reply);
  const sms = world.channels.sms;
  if (answer === undefined || !sms) return;
  if (starts) await world.optIn?.(reply.from);
  const sent = await sms(
    reply.from,
    { text: answer, speech: '', subject: '', facts: [], link: '', thread: 'reply', kind: 'relief', buttons: [] },
    `reply.${reply.id}`,
  );
  if (starts && person !== undefined && sent.ok && !sent.optedOut) await noteStarted(world, person);
  world.log(sent.ok ? 'info' : 'warn', 'A reply was answered', { person });
}

type Receipt = { incident: string; page: string; delivered: boolean; reason: string };

/**
 * What a carrier's events mean. TEXT_SUCCESSFUL says that the carrier of the phone has accepted the text: in some countries
 * that is the last word (`isFinal`), and only there is it delivered. What says that it is on its way, and UNKNOWN, mean nothing.
 * [AWS End User Messaging SMS user guide, "Event types for SMS, MMS, and voice" and "Example event data"]
 */
export const DELIVERED = new Set(['TEXT_DELIVERED', 'TEXT_SUCCESSFUL', 'VOICE_ANSWERED', 'VOICE_COMPLETED']);
export const UNDELIVERED = new Set([
  'TEXT_BLOCKED',
  'TEXT_CARRIER_BLOCKED',
  'TEXT_CARRIER_UNREACHABLE',
  'TEXT_INVALID',
  'TEXT_INVALID_MESSAGE',
  'TEXT_PROTECT_BLOCKED',
  'TEXT_SPAM',
  'TEXT_TTL_EXPIRED',
  'TEXT_UNREACHABLE',
  'VOICE_BUSY',
  'VOICE_FAILED',
  'VOICE_NO_ANSWER',
  'VOICE_TTL_EXPIRED',
]);

/** An event of End User Messaging with our own context in it: `{"eventType", "context": {"page": "<incident>.<page>"}}`. */
function readReceipt(message: string): Receipt | undefined {
  try {
    let value = JSON.parse(message) as Record<string, unknown>;
    if (typeof value['Message'] === 'string') value = JSON.parse(value['Message']) as Record<string, unknown>;
    const type = String(value['eventType'] ?? '');
    const delivered = DELIVERED.has(type) && (type !== 'TEXT_SUCCESSFUL' || value['isFinal'] === true);
    const context = value['context'] as { page?: unknown } | undefined;
    const [incident, page] = String(context?.page ?? '').split('.');
    if ((!delivered && !UNDELIVERED.has(type)) || !incident || !page) return undefined;
    return { incident, page, delivered, reason: type.toLowerCase().replaceAll('_', ' ') };
  } catch {
    return undefined;
  }
}

async function noteReceipt(world: World, { incident, page, delivered, reason }: Receipt): Promise<void> {
  const done = await change(
    world,
    await world.catalogue(),
    { id: incident },
    { type: 'receipt', page, delivered, reason },
  );
  const told = done?.changed && delivered ? done.incident.pages.find(({ id }) => id === page) : undefined;
  if (told?.person) await noteProved(world, told.to, told.channel);
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
