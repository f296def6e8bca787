/**
 * Chat and hooks: Slack (chat.postMessage), Microsoft Teams (a Workflows webhook) and a signed webhook for anything else.
 * Sources: Slack "chat.postMessage"; Microsoft "Create incoming webhooks with Workflows"; standardwebhooks.com.
 *
 * Addresses of Teams and webhooks are secrets: they are never part of an answer.
 */
import { createHmac } from 'node:crypto';
import type { Message, Send, Sent } from '../page.ts';

const TIMEOUT_MILLISECONDS = 4000;
/** Slack's own errors that may pass. [Slack "chat.postMessage" errors] */
const SLACK_PASSING = new Set([
  'ratelimited',
  'service_unavailable',
  'fatal_error',
  'internal_error',
  'request_timeout',
]);

/** `address` is a channel or a user's id. */
export function slackBy(api: string, token: string): Send {
  return async (address, message, idempotency) => {
    const answer = await post(
      `${api}/chat.postMessage`,
      JSON.stringify({ channel: address, ...slackBody(message), client_msg_id: idempotency }),
      { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
    );
    if (!answer.ok) return answer;
    const { ok, error, ts } = answer.body as { ok?: boolean; error?: string; ts?: string };
    if (ok) return { ok: true, ...(ts === undefined ? {} : { detail: ts }) };
    return { ok: false, reason: `Slack answered ${error ?? 'no'}`, again: SLACK_PASSING.has(error ?? '') };
  };
}

function slackBody(message: Message): object {
  const lines = message.facts.map(({ label, value }) => `*${escapeSlack(label)}* ${escapeSlack(value)}`);
  const heading = message.kind === 'relief' ? ':white_check_mark: ' : ':rotating_light: ';
  return {
    text: escapeSlack(message.subject),
    unfurl_links: false,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `${heading}*${escapeSlack(message.subject)}*` } },
      { type: 'section', text: { type: 'mrkdwn', text: lines.join('\n').slice(0, 2900) } },
      {
        type: 'actions',
        elements: [
          { type: 'button', text: { type: 'plain_text', text: 'Open runbook and acknowledge' }, url: message.link },
        ],
      },
    ],
  };
}

/** Slack asks for these three and no others; text so escaped cannot mention or link. [Slack "Formatting text"] */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** `address` is the flow's own URL. */
export function teamsBy(): Send {
  return async (address, message) => {
    const answer = await post(address, JSON.stringify(teamsBody(message)), { 'content-type': 'application/json' });
    return answer.ok ? { ok: true } : answer;
  };
}

function teamsBody(message: Message): object {
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.2',
          body: [
            { type: 'TextBlock', text: escapeCard(message.subject), weight: 'Bolder', wrap: true },
            {
              type: 'FactSet',
              facts: message.facts.map(({ label, value }) => ({ title: label, value: escapeCard(value) })),
            },
          ],
          actions: [{ type: 'Action.OpenUrl', title: 'Open runbook and acknowledge', url: message.link }],
        },
      },
    ],
  };
}

/** Card text is Markdown: what could link or format is taken out of its meaning. */
function escapeCard(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>~]/g, '\\$&');
}

/** `address` is a URL; the body is signed as standardwebhooks.com says. */
export function webhookBy(secret: string, now: () => string): Send {
  return async (address, message, idempotency) => {
    const body = JSON.stringify({
      kind: message.kind,
      subject: message.subject,
      facts: message.facts,
      link: message.link,
      incident: message.thread,
    });
    const timestamp = String(Math.floor(Date.parse(now()) / 1000));
    const signature = createHmac('sha256', secret).update(`${idempotency}.${timestamp}.${body}`).digest('base64');
    const answer = await post(address, body, {
      'content-type': 'application/json',
      'webhook-id': idempotency,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    });
    return answer.ok ? { ok: true } : answer;
  };
}

async function post(
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<{ ok: true; body: unknown } | (Sent & { ok: false })> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    const text = await response.text();
    if (!response.ok) {
      return {
        ok: false,
        reason: `answered ${response.status}`,
        again: response.status === 429 || response.status >= 500,
      };
    }
    return { ok: true, body: parse(text) };
  } catch {
    // The error may quote the address, which is a secret.
    return { ok: false, reason: 'could not be reached', again: true };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
