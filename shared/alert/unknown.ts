/**
 * What no table knows. It is an alert all the same, of source `unknown`, with everything it said kept: an alert that is
 * badly formed at 03:12 is still an alert.
 *
 * Pure; called by `normalise.ts`.
 */
import { firstLine } from './aws-sns.ts';
import { type Draft, digest } from './draft.ts';
import type { Envelope } from './envelope.ts';
import { instant } from './instant.ts';
import { runbookOf } from './labels.ts';
import { type Fields, fields, first, link, pairs, prose, text } from './read.ts';
import { severityWord } from './severity.ts';

const RESOLVED = /^(resolved|ok|recovered|closed|up|normal|cleared)$/i;

/** `said` is the body's text where it has one that people can read. */
export function unknownNotice(payload: unknown, said: string | undefined, envelope: Envelope): Draft {
  const body = fields(payload);
  const title = titleOf(body) ?? firstLine(typeof payload === 'string' ? payload : undefined) ?? envelope.subject;
  const at = first(instant(body.timestamp), instant(body.time), instant(body.date), instant(envelope.sentAt));
  const status = RESOLVED.test(text(body.status ?? body.state) ?? '') ? 'resolved' : 'firing';
  const labels = pairs(body.labels ?? body.tags);
  const description =
    prose(body.description ?? body.message ?? body.text) ?? prose(typeof payload === 'string' ? payload : undefined);
  return {
    source: { kind: 'unknown' },
    notice: envelope.messageId ?? (said === undefined ? undefined : digest(said)),
    status,
    severity: severityWord(body.severity ?? body.priority ?? body.level),
    title: title ?? namesOf(body) ?? firstLine(said) ?? 'Empty notice',
    description: description === title ? undefined : description,
    service: text(body.service),
    environment: text(body.environment),
    labels,
    links: { source: link(body.url ?? body.link), runbook: runbookOf(labels, description) },
    at,
  };
}

/** Of JSON that has nothing like a title, the names in it say more than its first line, which is a brace. */
function namesOf(body: Fields): string | undefined {
  const names = Object.keys(body).slice(0, 8).join(', ');
  return names === '' ? undefined : text(`Unrecognised notice with ${names}`, 200);
}

function titleOf(body: Fields): string | undefined {
  return first(
    text(body.title),
    text(body.subject),
    text(body.summary),
    text(body.name),
    text(body.alertname),
    text(body.message),
    text(body.text),
  );
}
