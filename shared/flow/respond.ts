/**
 * Responding: what people answer by the form of a page's link, by a button in Slack, or by a text message; and what a
 * carrier says became of a message.
 *
 * Promises: an act is done at most once however often it is sent; what is refused says why and changes nothing. HTTP is not
 * this file's business: `shared/answers/answers.ts` speaks it.
 */
import type { Send } from '../channel/channel.ts';
import type { Incident } from '../incident/incident.ts';
import { isVerdict, VERDICTS, type VerdictName } from '../incident/verdict.ts';
import { type Kept, keepAnswer } from '../queue/queue.ts';
import { verifySlack } from '../sender/signature.ts';
import type { World } from '../world/world.ts';
import { ACTIONS, type Action, type Actor, act, actByForm, askForTicketBy } from './act.ts';
import { change } from './change.ts';
import { noteProved, noteStarted } from './contacts.ts';
import { answerReply, openLink, type Reply } from './reply.ts';

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

/** How the person who pressed is told what nobody else needs to know. */
export type Whisper = (responseUrl: string, text: string) => Promise<void>;

/**
 * A button of a Slack message, kept and answered at once: Slack waits three seconds, and a function that has just started
 * may need them to read the catalogue. What came of it is in the message itself. 401 for a signature that is wrong or old; a
 * press of another button changes nothing. Throws where the queue has not taken it.
 * Source: Slack, "Verifying requests from Slack" and "Handling user interaction in your Slack apps".
 */
export async function answerPress(world: World, press: Press, secrets: string[]): Promise<Said> {
  const verdict = verifySlack(press, secrets, world.now());
  if (!verdict.ok) {
    world.log('warn', 'A press of a Slack button is refused', { why: verdict.reason });
    return { status: verdict.status as Said['status'], text: 'Refused. Nothing was changed.' };
  }
  const asked = readPress(press.body);
  if (asked) await keepAnswer(world.queues, { kept: 'press', ...asked });
  return { status: 200, text: '' };
}

/** Does what was pressed. A person whom the catalogue does not know changes nothing and is told so. */
async function actOnPress(world: World, asked: Pressed, whisper: Whisper): Promise<void> {
  const { catalogue } = await world.catalogue();
  const person = Object.values(catalogue.people).find(({ contact }) => contact.slack === asked.user);
  if (!person) {
    world.log('warn', 'A Slack user whom the catalogue does not know pressed a button');
    await whisper(
      asked.responseUrl,
      'Pageturner does not know you: your Slack id is in no file of the catalogue. Nothing was changed.',
    );
    return;
  }
  await noteProved(world, person.id, 'slack');
  const actor = { by: person.id, via: 'slack' };
  if (asked.action === 'open-problem')
    return whisper(asked.responseUrl, await asksForTicket(world, asked.incident, actor));
  if (isVerdict(asked.action)) {
    await act(world, asked.incident, { type: 'judge', verdict: asked.action, ...actor });
    return whisper(asked.responseUrl, `Noted: ${VERDICTS[asked.action].toLowerCase()}.`);
  }
  const done = await act(world, asked.incident, { type: asked.action, ...actor });
  if (!done?.changed) await whisper(asked.responseUrl, whatStands(done?.incident));
}

/** A ticket that somebody asked for by a button: what came of it. */
async function asksForTicket(world: World, id: string, actor: Actor): Promise<string> {
  const done = await askForTicketBy(world, id, actor);
  if ('why' in done) return `${done.why} Nothing was changed.`;
  const { problem } = done.incident;
  if (done.changed) return 'A problem ticket is on its way.';
  return problem === undefined ? 'A problem ticket is on its way already.' : `There is one already: ${problem.name}.`;
}

function whatStands(incident: Incident | undefined): string {
  if (!incident) return 'This incident is not known any more. Nothing was changed.';
  if (incident.state === 'resolved') return 'It is over already. Nothing was changed.';
  return `It is with ${incident.acknowledgedBy ?? 'nobody'}. Nothing was changed.`;
}

/** What a button asks for: an answer, or a word afterwards. */
type Asked = Action | VerdictName | 'open-problem';
type Pressed = { user: string; action: Asked; incident: string; responseUrl: string };

function isAsked(action: unknown): action is Asked {
  return (
    typeof action === 'string' &&
    ((ACTIONS as readonly string[]).includes(action) || isVerdict(action) || action === 'open-problem')
  );
}

/** `payload={"type":"block_actions","user":{"id"},"actions":[{"action_id","value"}],"response_url"}`; undefined for others. */
function readPress(body: Uint8Array): Pressed | undefined {
  try {
    const payload = JSON.parse(new URLSearchParams(Buffer.from(body).toString('utf8')).get('payload') ?? '');
    const pressed = payload?.actions?.[0];
    if (payload?.type !== 'block_actions' || !isAsked(pressed?.action_id)) return undefined;
    return {
      user: String(payload.user?.id ?? ''),
      action: pressed.action_id,
      incident: String(pressed.value ?? ''),
      responseUrl: String(payload.response_url ?? ''),
    };
  } catch {
    return undefined;
  }
}

/** What handles the replies queue needs beside its world. `twilio`: texts by the carrier that a reply came by. */
export type ReplySettings = { whisper: Whisper; twilio?: Send | undefined };

/**
 * A message of the replies queue: what was kept of a press, a reply or a receipt; or what End User Messaging published, in
 * SNS's envelope or without it.
 */
export async function handleReply(world: World, message: string, settings: ReplySettings): Promise<void> {
  const kept = readKept(message);
  if (kept?.kept === 'press') return actOnPress(world, { ...kept, action: kept.action as Asked }, settings.whisper);
  const receipt = kept?.kept === 'receipt' ? withPlace(kept) : readReceipt(message);
  if (receipt) return noteReceipt(world, receipt);
  if (kept?.kept === 'reply') return answerText(world, kept, settings.twilio);
  const reply = readReply(message);
  if (!reply) {
    world.log('warn', 'A message on the replies queue is no reply; it is left');
    return;
  }
  await answerText(world, reply, world.channels.sms);
}

/** Acts on a text message, and answers it by a carrier. */
async function answerText(world: World, reply: Reply & { id: string }, sms: Send | undefined): Promise<void> {
  const { person, answer, starts } = await answerReply(world, reply);
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

/** What this program kept itself; undefined for a message of a topic, whose sender chooses none of these fields. */
function readKept(message: string): Kept | undefined {
  if (!message.startsWith('{"kept":')) return undefined;
  return JSON.parse(message) as Kept;
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
    if (!delivered && !UNDELIVERED.has(type)) return undefined;
    return withPlace({
      page: String(context?.page ?? ''),
      delivered,
      reason: type.toLowerCase().replaceAll('_', ' '),
    });
  } catch {
    return undefined;
  }
}

/** A receipt of `INCIDENT.PAGE`, which is our own name for it; undefined for another. */
function withPlace(receipt: Omit<Receipt, 'incident'>): Receipt | undefined {
  const [incident, page] = receipt.page.split('.');
  return incident && page ? { ...receipt, incident, page } : undefined;
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
