/**
 * Slack: one message an incident and channel, changed in place or answered in its thread.
 * Sources: Slack "chat.postMessage", "chat.update", "Rich text block", "Handling user interaction".
 */
import type { Message } from '../../message/message.ts';
import type { Send } from '../channel.ts';
import { post } from '../http.ts';

/** Slack's own errors that may pass. [Slack "chat.postMessage" errors] */
const SLACK_PASSING = new Set([
  'ratelimited',
  'service_unavailable',
  'fatal_error',
  'internal_error',
  'request_timeout',
]);

/**
 * One message an incident and channel. `address` is a channel or a user's id; `detail` of what was sent is the message's
 * reference, `C024BE7LR/1503435956.000247`. With an earlier reference an update or a digest changes that message, and anything else
 * is an answer in its thread that the channel sees too. [Slack "chat.postMessage", "chat.update"]
 */
export function slackBy(api: string, token: string): Send {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' };
  return async (address, message, _idempotency, earlier) => {
    const [channel, ts] = earlier?.split('/') ?? [];
    const isUpdate = ts !== undefined && (message.kind === 'update' || message.kind === 'digest');
    const body = {
      ...slackBody(message),
      unfurl_links: false,
      unfurl_media: false,
      link_names: false,
      parse: 'none',
      ...(isUpdate ? { channel, ts } : { channel: channel ?? address }),
      ...(ts !== undefined && !isUpdate ? { thread_ts: ts, reply_broadcast: true } : {}),
    };
    const answer = await post(`${api}/${isUpdate ? 'chat.update' : 'chat.postMessage'}`, JSON.stringify(body), headers);
    if (!answer.ok) return answer;
    const said = answer.body as { ok?: boolean; error?: string; ts?: string; channel?: string };
    if (!said.ok)
      return { ok: false, reason: `Slack answered ${said.error ?? 'no'}`, again: SLACK_PASSING.has(said.error ?? '') };
    return { ok: true, ...(said.ts === undefined ? {} : { detail: `${said.channel ?? address}/${said.ts}` }) };
  };
}

/** Buttons that act carry the incident; who pressed is what Slack says and signs. */
export function slackBody(message: Message): { text: string; blocks: object[] } {
  const isOver = message.kind === 'relief' || (message.kind === 'update' && message.buttons.length === 0);
  const emoji = message.kind === 'notice' ? 'warning' : isOver ? 'white_check_mark' : 'rotating_light';
  const buttons = message.buttons.map(({ label, action }) => ({
    type: 'button',
    text: { type: 'plain_text', text: label },
    action_id: action,
    value: message.thread,
    ...(action === 'acknowledge' ? { style: 'primary' } : {}),
  }));
  return {
    // For notifications and for readers that show no blocks.
    text: escapeSlack(message.subject),
    blocks: [
      {
        type: 'rich_text',
        elements: [
          richLine({ type: 'emoji', name: emoji }, bold(` ${message.subject}\n`)),
          ...message.facts.map(({ label, value }) => richLine(bold(label), richText(` ${value}\n`))),
        ],
      },
      ...(message.link === '' ? [] : [{ type: 'actions', elements: [...buttons, openButton(message)] }]),
    ],
  };
}

/** Rich text is shown as it is: nothing in it formats, links or mentions. [Slack "Rich text block"] */
const richText = (text: string) => ({ type: 'text', text });
const bold = (text: string) => ({ ...richText(text), style: { bold: true } });
const richLine = (...elements: object[]) => ({ type: 'rich_text_section', elements });

function openButton({ kind, link }: Message): object {
  const text = kind === 'digest' ? 'See them all' : 'Open runbook';
  return { type: 'button', action_id: 'open', text: { type: 'plain_text', text }, url: link };
}

/**
 * Tells the one who pressed a button something that nobody else sees. The address comes with the press: it is followed
 * only to Slack's own host, or to where the API is set up to be. [Slack "Handling user interaction", `response_url`]
 */
export async function whisperBySlack(api: string, responseUrl: string, text: string): Promise<void> {
  if (!URL.canParse(responseUrl)) return;
  const { origin } = new URL(responseUrl);
  if (origin !== 'https://hooks.slack.com' && origin !== new URL(api).origin) return;
  const body = { response_type: 'ephemeral', replace_original: false, text: escapeSlack(text) };
  await post(responseUrl, JSON.stringify(body), { 'content-type': 'application/json' });
}

/** Slack asks for these three and no others; text so escaped cannot mention or link. [Slack "Formatting text"] */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
