/**
 * What a message says of the suspect beside its line: who to ask, what changed, how to go back. Pure.
 * Called by `words.ts`; an SMS has no room for it. Links stand on the page alone, which every message leads to.
 */
import type { Suspect } from '../suspect/suspect.ts';
import { oneLine, unlinked } from './gsm.ts';
import type { Message } from './message.ts';

export function suspectFacts(suspect: Suspect | undefined): Message['facts'] {
  if (!suspect?.likely) return [];
  const { author, title, rollback } = suspect;
  const number = numberOf(suspect.change);
  const change = [title, number !== undefined && title?.includes(number) ? undefined : number]
    .filter((part) => part !== undefined)
    .join(' ');
  return [
    ...(author === undefined ? [] : [{ label: 'Author', value: oneLine(author) }]),
    ...(change === '' ? [] : [{ label: 'Change', value: unlinked(oneLine(change)) }]),
    ...(rollback === undefined ? [] : [{ label: 'Roll back', value: inOneLine(rollback) }]),
  ];
}

/** `(!12)` as GitLab writes it, `(#12)` as GitHub does; a title may say so already. */
function numberOf(change: string | undefined): string | undefined {
  const [, kind, number] = /\/(merge_requests|pull)\/([0-9]{1,9})$/.exec(change ?? '') ?? [];
  return kind === undefined ? undefined : `(${kind === 'pull' ? '#' : '!'}${number})`;
}

/** Commands run together would be another command. */
function inOneLine(hint: string): string {
  return hint.includes('\n') ? 'the commands are on the page' : oneLine(hint);
}
