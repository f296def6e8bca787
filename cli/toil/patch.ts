/**
 * What pays off first as a patch of the catalogue: front matter of runbooks, and first drafts of those that are missing.
 *
 * Promises: nothing is written; what `git apply` takes goes out, one file after another. An alarm to delete and a runbook
 * that cannot be changed are said, not patched. Pure: the files are handed in.
 */
import { stringify } from 'yaml';
import type { Advice } from '../../shared/toil/advice.ts';
import { withFields } from '../pair/front-matter.ts';
import { unifiedDiff } from './diff.ts';

/** Below the catalogue's folder; the text of a file there, undefined where there is none. */
export type ReadFile = (path: string) => string | undefined;

export type Patch = { patch: string; notes: string[] };

/** @param prefix the catalogue's folder below the root of the repository, such as `catalogue/` */
export function patchOf(advice: readonly Advice[], read: ReadFile, prefix: string): Patch {
  const texts = new Map<string, string>();
  const before = new Map<string, string | undefined>();
  const notes: string[] = [];
  for (const one of advice) {
    const path = pathOf(one);
    if (path === undefined) {
      notes.push(byHand(one));
      continue;
    }
    if (!before.has(path)) before.set(path, read(path));
    const known = texts.get(path) ?? before.get(path);
    const next = changed(one, known);
    if (typeof next === 'string') texts.set(path, next);
    else notes.push(`${path}: ${next.why}`);
  }
  const patch = [...texts].map(([path, text]) => unifiedDiff(`${prefix}${path}`, before.get(path), text)).join('');
  return { patch, notes };
}

function pathOf({ change, service, title }: Advice): string | undefined {
  if (change.kind === 'delete') return undefined;
  if (change.kind === 'runbook') return `runbooks/${slug(service ?? 'alerts')}/${slug(title)}.md`;
  return change.runbook === undefined ? undefined : `runbooks/${change.runbook}.md`;
}

function byHand({ change, title, service }: Advice): string {
  const alarm = `${title}${service === undefined ? '' : ` of ${service}`}`;
  if (change.kind === 'delete') return `${alarm}: delete the alarm where it is made.`;
  const line = 'holdSeconds' in change ? `hold: ${minutes(change.holdSeconds)}` : 'severity: warning';
  return `${alarm}: it has no runbook, or several. Write one that matches it, with ${line}.`;
}

function changed({ change, title }: Advice, text: string | undefined): string | { why: string } {
  if (change.kind === 'runbook')
    return text === undefined ? draft(title, change.match) : { why: 'it is there already.' };
  if (text === undefined) return { why: 'it is not in this catalogue.' };
  if (change.kind === 'delete') return { why: 'nothing to change here.' };
  const fields = change.kind === 'hold' ? { hold: minutes(change.holdSeconds) } : { severity: change.severity };
  try {
    return withFields(text, fields);
  } catch (error) {
    return { why: `${(error as Error).message}.` };
  }
}

function draft(title: string, match: object): string {
  const front = stringify({ title, match }, { lineWidth: 120 });
  const todo = (heading: string, what: string) => `## ${heading}\nTODO: ${what}\n`;
  return [
    `---\n${front}---\n# ${title}\n`,
    todo('First steps', 'what somebody who has just been woken does first.'),
    todo('Meaning', 'what is wrong when this fires, in one sentence.'),
    todo('Impact', 'who notices, and when.'),
    todo('Diagnosis', 'where to look.'),
  ].join('\n');
}

function minutes(seconds: number): string {
  return `${Math.ceil(seconds / 60)}m`;
}

function slug(text: string): string {
  const words = text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return words.replace(/^-|-$/g, '').slice(0, 60) || 'alert';
}
