/**
 * Rich text between Markdown and what another tracker speaks: ADF (Jira), HTML (Azure DevOps).
 *
 * Promises: every word of a text is still there after a translation there and back; nothing that is written as text becomes
 * a tag, a link or a node of the other language; links lead to `http:`, `https:` and `mailto:` alone. Pure.
 */
/** `comment`: a mark of ours, which Markdown does not show; its text is what is between `<!--` and `-->`. */
export type Inline =
  | { text: string; strong?: true; em?: true; strike?: true; code?: true; comment?: true; href?: string }
  | 'break';

/** `isDone` is there for an item with a check box. */
export type Item = { blocks: Block[]; isDone?: boolean };

export type Block =
  | { kind: 'paragraph'; inlines: Inline[] }
  | { kind: 'heading'; level: number; inlines: Inline[] }
  | { kind: 'list'; start?: number; items: Item[] }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'code'; language: string; text: string }
  | { kind: 'table'; rows: Inline[][][] }
  | { kind: 'rule' };

/** How deep lists and quotes may be in one another; what is deeper is moved up to there. */
export const DEEPEST = 20;

/** The first word of what follows a fence; nothing that could be more than a name. */
export function languageOf(info: string): string {
  return /^[A-Za-z0-9+#._-]{1,30}$/.exec(info.trim().split(/\s/)[0] ?? '')?.[0] ?? '';
}

export function isLinkAllowed(href: string): boolean {
  return /^(?:https?:\/\/|mailto:)[^\s<>"]+$/i.test(href);
}

/** The words of some inlines, without what they look like. */
export function wordsOf(inlines: Inline[]): string {
  return inlines.map((inline) => (inline === 'break' ? '\n' : inline.text)).join('');
}

/** `<!-- text -->` as it is written where a comment cannot be hidden, and its text read back. */
export const commentOf = (text: string) => `<!-- ${text} -->`;
export function textOfComment(written: string): string | undefined {
  const [, text] = /^<!--([\s\S]*)-->$/.exec(written.trim()) ?? [];
  return text === undefined || text.includes('--') ? undefined : text.replace(/\s+/g, ' ').trim();
}

/**
 * As it is read: neighbours that look alike are one, spaces are one space and are not at an end of a line, and no line is empty
 * at an end.
 */
export function joined(inlines: Inline[]): Inline[] {
  const all: Inline[] = [];
  for (const inline of inlines) {
    const last = all.at(-1);
    if (inline === 'break') {
      if (last !== undefined) all.push(inline);
      continue;
    }
    const isAfterSpace = last === undefined || last === 'break' || (!last.comment && last.text.endsWith(' '));
    const text = inline.comment
      ? inline.text
      : inline.text.replace(/[\s\u00a0]+/g, ' ').slice(isAfterSpace && /^[\s\u00a0]/.test(inline.text) ? 1 : 0);
    if (text === '') continue;
    if (last !== undefined && last !== 'break' && !inline.comment && looksOf(last) === looksOf(inline))
      all[all.length - 1] = { ...last, text: last.text + text };
    else all.push({ ...inline, text });
  }
  return withoutEnd(all);
}

function withoutEnd(inlines: Inline[]): Inline[] {
  const all = [...inlines];
  for (let last = all.at(-1); last !== undefined; last = all.at(-1)) {
    if (last !== 'break' && (last.comment || !last.text.endsWith(' '))) break;
    all.pop();
    if (last === 'break') continue;
    const text = last.text.trimEnd();
    if (text !== '') {
      all.push({ ...last, text });
      break;
    }
  }
  return all;
}

const looksOf = ({ strong, em, strike, code, comment, href }: Exclude<Inline, 'break'>) =>
  JSON.stringify([strong, em, strike, code, comment, href]);

/** How a box is written: in Markdown, and where there are no boxes but letters. */
export const TYPED_BOX = /^\[([ xX])\]\s+/;
export const DRAWN_BOX = /^([☐☑☒])\s+/u;

/** An item whose text begins with a box: the box is taken from the text. */
export function withBox(blocks: Block[], box: RegExp): Item {
  const [first, ...rest] = blocks;
  if (first?.kind !== 'paragraph') return { blocks };
  const [start, ...others] = first.inlines;
  if (start === undefined || start === 'break' || start.code || start.comment) return { blocks };
  const [whole, tick] = box.exec(start.text) ?? [];
  if (whole === undefined || tick === undefined) return { blocks };
  const inlines = joined([{ ...start, text: start.text.slice(whole.length) }, ...others]);
  return { blocks: [{ kind: 'paragraph', inlines }, ...rest], isDone: tick !== ' ' && tick !== '☐' };
}

/** A list that is too deep, as the blocks of its items. */
export function flat(items: Item[]): Block[] {
  return items.flatMap(({ blocks }) => blocks);
}
