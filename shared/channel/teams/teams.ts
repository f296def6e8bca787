/**
 * Microsoft Teams: an adaptive card posted to a Workflows webhook. The address is a secret.
 * Source: Microsoft "Create incoming webhooks with Workflows for Microsoft Teams".
 */
import type { Message } from '../../message/message.ts';
import type { Send } from '../channel.ts';
import { post } from '../http.ts';

/** `address` is the flow's own URL. */
export function teamsBy(): Send {
  return async (address, message) => {
    const answer = await post(address, JSON.stringify(teamsBody(message)), { 'content-type': 'application/json' });
    return answer.ok ? { ok: true } : answer;
  };
}

export function teamsBody(message: Message): object {
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
          actions: message.link === '' ? [] : [openAction(message)],
        },
      },
    ],
  };
}

function openAction({ kind, link }: Message): object {
  const titles: Partial<Record<Message['kind'], string>> = { relief: 'What happened', digest: 'See them all' };
  const title = titles[kind] ?? 'Open runbook and acknowledge';
  return { type: 'Action.OpenUrl', title, url: link };
}

/** Card text is Markdown: what could link or format is taken out of its meaning. */
function escapeCard(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>~]/g, '\\$&');
}
