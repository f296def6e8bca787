/** Check boxes of Markdown, as GitLab and GitHub read them. [GitHub Flavored Markdown, "Task list items"] */
import type { Box } from './tracker.ts';

const BOX = /^[ \t]{0,20}(?:[-*+]|[0-9]{1,4}[.)]) \[([ xX~])\] (.{1,1000})/;
const MAX_BOXES = 200;

/** In the order of the text. GitLab's `[~]` is a box that does not apply any more: it is left out. */
export function boxesOf(markdown: string): Box[] {
  const found: Box[] = [];
  for (const line of markdown.split(/\r?\n/)) {
    const [, tick, text] = BOX.exec(line) ?? [];
    if (tick === undefined || tick === '~' || found.length >= MAX_BOXES) continue;
    found.push({ text: text!.trim(), isDone: tick !== ' ' });
  }
  return found;
}
