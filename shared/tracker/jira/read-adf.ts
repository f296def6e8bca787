/** ADF as rich text, also what people added in Jira: panels, mentions, dates, cards. Pure. */
import {
  type Block,
  DEEPEST,
  DRAWN_BOX,
  flat,
  type Inline,
  type Item,
  isLinkAllowed,
  joined,
  languageOf,
  textOfComment,
  withBox,
} from '../rich-text.ts';
import { COMMENT_COLOUR } from './adf.ts';

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const fields = (value: unknown): Fields => (isFields(value) ? value : {});
const content = (node: Fields): Fields[] => (Array.isArray(node['content']) ? node['content'].filter(isFields) : []);
const word = (value: unknown): string => (typeof value === 'string' ? value : '');

/** No document of Jira is so deep. */
const HARD_END = 200;

/** Anything that is no document gives no text. */
export function readAdf(document: unknown): Block[] {
  return blocksOf(content(fields(document)), 0);
}

function blocksOf(nodes: Fields[], depth: number): Block[] {
  return depth > HARD_END ? [] : nodes.flatMap((node) => blockOf(node, depth));
}

function blockOf(node: Fields, depth: number): Block[] {
  const attrs = fields(node['attrs']);
  const inner = () => blocksOf(content(node), depth + 1);
  switch (node['type']) {
    case 'paragraph':
      return [{ kind: 'paragraph', inlines: inlinesOf(content(node)) }];
    case 'heading':
      return [{ kind: 'heading', level: Number(attrs['level']) || 2, inlines: inlinesOf(content(node)) }];
    case 'bulletList':
      return listOf(itemsOf(node, depth + 1), depth);
    case 'orderedList':
      return listOf(itemsOf(node, depth + 1), depth, Number(attrs['order'] ?? 1) || 0);
    case 'taskList':
      return listOf(tasksOf(node, depth + 1), depth);
    case 'blockquote':
    case 'panel':
      return depth >= DEEPEST ? inner() : [{ kind: 'quote', blocks: inner() }];
    case 'codeBlock':
      return [
        {
          kind: 'code',
          language: languageOf(word(attrs['language'])),
          text: content(node)
            .map((one) => word(one['text']))
            .join(''),
        },
      ];
    case 'table':
      return [{ kind: 'table', rows: rowsOf(node) }];
    case 'rule':
      return [{ kind: 'rule' }];
    case 'expand':
    case 'nestedExpand':
      return [...(word(attrs['title']) === '' ? [] : [titleOf(attrs)]), ...inner()];
    case 'text':
    case 'hardBreak':
      return [{ kind: 'paragraph', inlines: inlinesOf([node]) }];
    default:
      return content(node).length > 0 ? inner() : unknownOf(node);
  }
}

/** A list within others that are too deep is its items. */
function listOf(items: Item[], depth: number, start?: number): Block[] {
  if (depth >= DEEPEST) return flat(items);
  return [{ kind: 'list', ...(start === undefined ? {} : { start }), items }];
}

const titleOf = (attrs: Fields): Block => ({
  kind: 'paragraph',
  inlines: [{ text: word(attrs['title']), strong: true }],
});

/** Cards and pictures: what they link to, or their words. */
function unknownOf(node: Fields): Block[] {
  const inlines = inlinesOf([node]);
  return inlines.length > 0 ? [{ kind: 'paragraph', inlines }] : [];
}

function itemsOf(node: Fields, depth: number): Item[] {
  return content(node).map((item) => withBox(blocksOf(content(item), depth), DRAWN_BOX));
}

/** A list of tasks within one belongs to the task before it. */
function tasksOf(node: Fields, depth: number): Item[] {
  const items: Item[] = [];
  for (const task of depth > HARD_END ? [] : content(node)) {
    const last = items.at(-1);
    if (task['type'] === 'taskList' && last) last.blocks.push(...listOf(tasksOf(task, depth + 1), depth));
    else if (task['type'] === 'taskList') items.push(...tasksOf(task, depth + 1));
    else items.push(taskOf(task, depth));
  }
  return items;
}

function taskOf(task: Fields, depth: number): Item {
  const isDone = fields(task['attrs'])['state'] === 'DONE';
  if (task['type'] === 'blockTaskItem') return { blocks: blocksOf(content(task), depth + 1), isDone };
  return { blocks: [{ kind: 'paragraph', inlines: inlinesOf(content(task)) }], isDone };
}

function rowsOf(node: Fields): Inline[][][] {
  return content(node).map((row) =>
    content(row).map((cell) => {
      const blocks = blocksOf(content(cell), DEEPEST);
      return joined(
        blocks.flatMap((block, n): Inline[] => [
          ...(n > 0 ? [{ text: ' ' }] : []),
          ...('inlines' in block ? block.inlines : 'text' in block ? [{ text: block.text }] : []),
        ]),
      );
    }),
  );
}

function inlinesOf(nodes: Fields[]): Inline[] {
  return joined(nodes.flatMap(inlineOf));
}

function inlineOf(node: Fields): Inline[] {
  const attrs = fields(node['attrs']);
  switch (node['type']) {
    case 'text':
      return [textOf(node)];
    case 'hardBreak':
      return ['break'];
    case 'inlineCard':
    case 'blockCard':
    case 'embedCard': {
      const href = word(attrs['url']);
      return href === '' ? [] : [{ text: href, ...(isLinkAllowed(href) ? { href } : {}) }];
    }
    case 'date':
      return [{ text: dateOf(attrs['timestamp']) }];
    case 'media':
    case 'mediaInline':
      return [{ text: `(picture${word(attrs['alt']) === '' ? '' : `: ${word(attrs['alt'])}`})` }];
    default: {
      // A mention, an emoji, a status: each has its words.
      const text = word(attrs['text']) || word(attrs['shortName']) || word(attrs['title']);
      return text === '' ? inlinesOf(content(node)) : [{ text }];
    }
  }
}

/** Only grey text of our form is a comment: what people type is not. */
function textOf(node: Fields): Inline {
  const marks = Array.isArray(node['marks']) ? node['marks'].filter(isFields) : [];
  const isGrey = marks.some((mark) => word(fields(mark['attrs'])['color']).toLowerCase() === COMMENT_COLOUR);
  const comment = isGrey ? textOfComment(word(node['text'])) : undefined;
  return comment === undefined ? { text: word(node['text']), ...looksOf(marks) } : { text: comment, comment: true };
}

function dateOf(timestamp: unknown): string {
  const at = new Date(Number(timestamp));
  return Number.isNaN(at.getTime()) ? '' : at.toISOString().slice(0, 10);
}

function looksOf(marks: Fields[]): Omit<Exclude<Inline, 'break'>, 'text'> {
  const looks: Omit<Exclude<Inline, 'break'>, 'text'> = {};
  for (const mark of marks) {
    const href = word(fields(mark['attrs'])['href']);
    if (mark['type'] === 'strong') looks.strong = true;
    else if (mark['type'] === 'em') looks.em = true;
    else if (mark['type'] === 'strike') looks.strike = true;
    else if (mark['type'] === 'code') looks.code = true;
    else if (mark['type'] === 'link' && isLinkAllowed(href)) looks.href = href;
  }
  return looks;
}
