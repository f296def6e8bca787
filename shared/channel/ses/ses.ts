/**
 * Email by SES v2: text and HTML, one thread an incident. Mail scanners fetch links, so the link only shows.
 * Source: API reference of sesv2, SendEmail; RFC 3834 for Auto-Submitted.
 */
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Message } from '../../message/message.ts';
import { refusal } from '../aws-refusal.ts';
import type { Send } from '../channel.ts';

export function emailBy(from: string): Send {
  const client = new SESv2Client({ maxAttempts: 2, requestHandler: { connectionTimeout: 1000, requestTimeout: 4000 } });
  return async (address, message) => {
    try {
      const answer = await client.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          Destination: { ToAddresses: [address] },
          Content: {
            Simple: {
              Subject: { Data: message.subject, Charset: 'UTF-8' },
              Body: {
                Text: { Data: emailText(message), Charset: 'UTF-8' },
                Html: { Data: emailHtml(message), Charset: 'UTF-8' },
              },
              Headers: [
                { Name: 'Auto-Submitted', Value: 'auto-generated' },
                { Name: 'List-Id', Value: 'Pageturner <pages.pageturner>' },
                { Name: 'References', Value: `<${message.thread}@pageturner>` },
              ],
            },
          },
        }),
      );
      return { ok: true, ...(answer.MessageId === undefined ? {} : { detail: answer.MessageId }) };
    } catch (error) {
      return refusal(error);
    }
  };
}

/** The plain part. */
export function emailText(message: Message): string {
  const rows = message.facts.map(({ label, value }) => `${label}: ${value}`);
  return [
    ...rows,
    '',
    `${message.kind === 'relief' ? 'What happened' : 'Runbook and acknowledge'}: ${message.link}`,
  ].join('\n');
}

/** The HTML part: no picture, no script, no style from elsewhere. */
export function emailHtml(message: Message): string {
  const rows = message.facts.map(
    ({ label, value }) =>
      `<tr><th align="left" valign="top">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  const button = message.kind === 'relief' ? 'What happened' : 'Runbook and acknowledge';
  return `<!doctype html><html lang="en-GB"><body><table>${rows.join('')}</table><p><a href="${escapeHtml(message.link)}">${button}</a></p></body></html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
