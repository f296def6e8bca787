/**
 * A first draft of a runbook for an alert: a pattern that fits it and is not too wide, and headings to fill in.
 *
 * Promises: the pattern matches the alert it was made from. It asks for what names the kind of alert (its service, what it
 * measures, its name) and never for what is different the next time (values, times, ids, one machine of many). Pure.
 */
import type { Alert } from '../../shared/alert/alert.ts';

export type Draft = { id: string; title: string; match: Record<string, unknown>; body: string };

/** @param service by the catalogue, where it is known; @param name instead of one made of the title */
export function draftRunbook(alert: Alert, service: string | undefined, name?: string): Draft {
  const called = alert.labels['alertname'] ?? alert.signal?.name;
  return {
    id: name ?? `${slug(service ?? alert.source.kind)}/${slug(called ?? alert.title)}`,
    title: alert.title,
    match: patternFor(alert, service),
    body: bodyFor(alert),
  };
}

/** What names this kind of alert, narrowest that stays the same the next time. */
function patternFor(alert: Alert, service: string | undefined): Record<string, unknown> {
  const { signal, labels, source, title } = alert;
  const own = service === undefined ? { source: { kind: [source.kind] } } : { service: [service] };
  if (labels['alertname'] !== undefined) return { ...own, labels: { alertname: [labels['alertname']] } };
  if (signal?.name !== undefined) {
    const namespace = signal.namespace === undefined ? {} : { namespace: [signal.namespace] };
    return { ...own, signal: { ...namespace, name: [signal.name] } };
  }
  // A number in a title is another one the next time.
  const words = /^[^\d]{4,}/.exec(title)?.[0].trimEnd();
  return { ...own, title: words === undefined || words.length === title.length ? [title] : [{ prefix: words }] };
}

function bodyFor({ title, description, links }: Alert): string {
  const lines = [
    `# ${title}`,
    '',
    '## First steps',
    '1. TODO: what somebody who has just been woken does first.',
    '',
    '## Meaning',
    description ?? 'TODO: what is wrong when this fires, in one sentence.',
    '',
    '## Impact',
    'TODO: who notices, and when.',
    '',
    '## Diagnosis',
    links.graph === undefined ? 'TODO: where to look.' : `- [Graph](${links.graph})`,
    '',
  ];
  return lines.join('\n');
}

function slug(text: string): string {
  const words = text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  return words.replace(/^-+|-+$/g, '').slice(0, 60) || 'alert';
}
