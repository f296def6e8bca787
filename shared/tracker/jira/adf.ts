/**
 * Rich text as ADF, the Atlassian Document Format, version 1.
 *
 * What ADF does not allow inside a list or a quote (headings, tables, rules) is written there as paragraphs.
 * Source: Atlassian "Document format: structure", and the JSON schema `@atlaskit/adf-schema` v1. Pure.
 */
import { type Block, commentOf, type Inline, type Item, wordsOf } from '../rich-text.ts';

export type Node = { type: string; attrs?: object; marks?: object[]; content?: Node[]; text?: string };
export type AdfDocument = { type: 'doc'; version: 1; content: Node[] };

/** The grey in which our own marks are written: only text in it is read back as a mark. */
export const COMMENT_COLOUR = '#97a0af';

export function toAdf(blocks: Block[]): AdfDocument {
  const numbers = { next: 1 };
  const content = blocks.flatMap((block) => nodesOf(block, numbers));
  return { type: 'doc', version: 1, content: content.length > 0 ? content : [paragraph([])] };
}

type Numbers = { next: number };

function nodesOf(block: Block, numbers: Numbers): Node[] {
  switch (block.kind) {
    case 'paragraph':
      return [paragraph(block.inlines)];
    case 'heading':
      return [{ type: 'heading', attrs: { level: block.level }, content: inlineNodes(block.inlines) }];
    case 'list':
      return block.start === undefined && isTaskList(block.items)
        ? [taskList(block.items, numbers)]
        : [list(block, numbers)];
    case 'quote':
      return [{ type: 'blockquote', content: filled(block.blocks.flatMap((inner) => plainer(inner, numbers))) }];
    case 'code':
      return [codeBlock(block)];
    case 'table':
      return block.rows.length === 0 ? [] : [table(block.rows)];
    case 'rule':
      return [{ type: 'rule' }];
  }
}

/** What may be inside an item and a quote: paragraphs, lists and code. */
function plainer(block: Block, numbers: Numbers): Node[] {
  if (block.kind === 'paragraph' || block.kind === 'code') return nodesOf(block, numbers);
  if (block.kind === 'list') return [list(block, numbers)];
  if (block.kind === 'quote') return block.blocks.flatMap((inner) => plainer(inner, numbers));
  if (block.kind === 'heading')
    return [paragraph(block.inlines.map((one) => (one === 'break' ? one : { ...one, strong: true })))];
  if (block.kind === 'table') return block.rows.map((row) => paragraph([{ text: row.map(wordsOf).join(' | ') }]));
  return [];
}

const filled = (content: Node[]): Node[] => (content.length > 0 ? content : [paragraph([])]);

/** A list of tasks holds tasks alone, each of one paragraph and, below it, tasks. */
function isTaskList(items: Item[]): boolean {
  return items.every(
    ({ blocks, isDone }) =>
      isDone !== undefined &&
      blocks.every((block, n) =>
        n === 0
          ? block.kind === 'paragraph'
          : block.kind === 'list' && block.start === undefined && isTaskList(block.items),
      ),
  );
}

function taskList(items: Item[], numbers: Numbers): Node {
  const localId = `pageturner-${numbers.next++}`;
  const content = items.flatMap(({ blocks, isDone }): Node[] => {
    const [first, ...below] = blocks;
    const attrs = { localId: `pageturner-${numbers.next++}`, state: isDone ? 'DONE' : 'TODO' };
    const item: Node = {
      type: 'taskItem',
      attrs,
      content: first && 'inlines' in first ? inlineNodes(first.inlines) : [],
    };
    return [item, ...below.flatMap((block) => (block.kind === 'list' ? [taskList(block.items, numbers)] : []))];
  });
  return { type: 'taskList', attrs: { localId }, content };
}

function list({ start, items }: { start?: number; items: Item[] }, numbers: Numbers): Node {
  const content = items.map(({ blocks, isDone }): Node => {
    const inner = blocks.flatMap((block) => plainer(block, numbers));
    const isParagraph = inner[0]?.type === 'paragraph';
    const box = isDone === undefined ? [] : [{ type: 'text', text: isDone ? '☑ ' : '☐ ' }];
    // An item begins with a paragraph.
    const [first, rest] = isParagraph ? [inner[0]!, inner.slice(1)] : [paragraph([]), inner];
    return { type: 'listItem', content: [{ ...first, content: [...box, ...(first.content ?? [])] }, ...rest] };
  });
  return start === undefined
    ? { type: 'bulletList', content }
    : { type: 'orderedList', attrs: { order: start }, content };
}

function codeBlock({ language, text }: { language: string; text: string }): Node {
  return {
    type: 'codeBlock',
    ...(language === '' ? {} : { attrs: { language } }),
    content: text === '' ? [] : [{ type: 'text', text }],
  };
}

function table(rows: Inline[][][]): Node {
  const width = Math.max(...rows.map((row) => row.length));
  const content = rows.map((row, n) => ({
    type: 'tableRow',
    content: Array.from({ length: width }, (_, column) => ({
      type: n === 0 ? 'tableHeader' : 'tableCell',
      attrs: {},
      content: [paragraph(row[column] ?? [])],
    })),
  }));
  return { type: 'table', attrs: { isNumberColumnEnabled: false, layout: 'default' }, content };
}

function paragraph(inlines: Inline[]): Node {
  return { type: 'paragraph', content: inlineNodes(inlines) };
}

function inlineNodes(inlines: Inline[]): Node[] {
  return inlines.map((inline): Node => {
    if (inline === 'break') return { type: 'hardBreak' };
    const marks = marksOf(inline);
    const text = inline.comment ? commentOf(inline.text) : inline.text;
    return { type: 'text', text, ...(marks.length > 0 ? { marks } : {}) };
  });
}

/** Code may be a link and nothing else. */
function marksOf({ strong, em, strike, code, comment, href }: Exclude<Inline, 'break'>): object[] {
  if (comment) return [{ type: 'textColor', attrs: { color: COMMENT_COLOUR } }];
  const looks = code ? ['code'] : [...(strong ? ['strong'] : []), ...(em ? ['em'] : []), ...(strike ? ['strike'] : [])];
  return [...looks.map((type) => ({ type })), ...(href === undefined ? [] : [{ type: 'link', attrs: { href } }])];
}
