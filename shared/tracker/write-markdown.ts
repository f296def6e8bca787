/** Rich text as Markdown that reads back as the same text. Pure. */
import { type Block, commentOf, type Inline, type Item, isLinkAllowed } from './rich-text.ts';

export function writeMarkdown(blocks: Block[]): string {
  const text = writeBlocks(blocks);
  return text === '' ? '' : `${text}\n`;
}

function writeBlocks(blocks: Block[]): string {
  let before: { block: Block; isOther: boolean } | undefined;
  const written: string[] = [];
  for (const block of blocks) {
    // Two lists of one kind side by side would be one, were their marks the same.
    const isOther = before !== undefined && areOneList(before.block, block) && !before.isOther;
    const text = writeBlock(block, isOther);
    if (text === '') continue;
    written.push(text);
    before = { block, isOther };
  }
  return written.join('\n\n');
}

const areOneList = (one: Block, other: Block) =>
  one.kind === 'list' && other.kind === 'list' && (one.start === undefined) === (other.start === undefined);

function writeBlock(block: Block, isOther: boolean): string {
  switch (block.kind) {
    case 'paragraph':
      return writeParagraph(block.inlines);
    case 'heading':
      return `${'#'.repeat(Math.min(Math.max(block.level, 1), 6))} ${writeInlines(block.inlines, ' ')}`.trim();
    case 'list':
      return writeList(block, isOther);
    case 'quote':
      return indented(writeBlocks(block.blocks), '> ', '> ');
    case 'code':
      return writeCode(block);
    case 'table':
      return writeTable(block.rows);
    case 'rule':
      // Three hyphens in an item of a list would be a rule in its place.
      return '___';
  }
}

function indented(text: string, first: string, rest: string): string {
  return text
    .split('\n')
    .map((line, n) => (n === 0 ? first + line : line === '' && rest.trim() === '' ? '' : rest + line).trimEnd())
    .join('\n');
}

function writeList({ start, items }: { start?: number; items: Item[] }, isOther: boolean): string {
  const isTight = items.every(({ blocks }) =>
    blocks.every(({ kind }, n) => (n === 0 ? kind === 'paragraph' : kind === 'list')),
  );
  return items
    .map((item, n) => {
      const mark = start === undefined ? (isOther ? '* ' : '- ') : `${start + n}${isOther ? ')' : '.'} `;
      const box = item.isDone === undefined ? '' : item.isDone ? '[x] ' : '[ ] ';
      const text = writeBlocks(item.blocks);
      const lines = isTight ? text.replace(/\n\n(?= *(?:[-*]|[0-9]+[.)]) )/g, '\n') : text;
      return indented(lines, mark + box, ' '.repeat(mark.length));
    })
    .join(isTight ? '\n' : '\n\n');
}

function writeCode({ language, text }: { language: string; text: string }): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function writeTable(rows: Inline[][][]): string {
  const width = Math.max(1, ...rows.map((row) => row.length));
  const line = (row: Inline[][]) =>
    `| ${Array.from({ length: width }, (_, n) => writeInlines(row[n] ?? [], ' ').replaceAll('|', '\\|')).join(' | ')} |`;
  const [head = [], ...rest] = rows;
  return [line(head), `|${' --- |'.repeat(width)}`, ...rest.map(line)].join('\n');
}

function writeInlines(inlines: Inline[], hardBreak: string): string {
  const trimmed = [...inlines];
  while (trimmed.at(-1) === 'break') trimmed.pop();
  while (trimmed[0] === 'break') trimmed.shift();
  const text = trimmed.map((inline, n) => writeOne(inline, trimmed[n + 1])).join('');
  // Spaces at both ends of a line are not read.
  return atLineStart(text.replace(/ *\\\n */g, hardBreak).trim());
}

function writeOne(inline: Inline, next: Inline | undefined): string {
  // A line that begins with a comment would be a block of HTML.
  if (inline === 'break') return next !== 'break' && next?.comment ? ' ' : '\\\n';
  const text = writeInline(inline);
  // Before a link it would make a picture of it.
  return next !== 'break' && next?.href !== undefined ? text.replace(/!$/, '\\!') : text;
}

/** A comment that begins a paragraph is a block of HTML, and what follows is another. */
function writeParagraph(inlines: Inline[]): string {
  const rest = inlines.findIndex((inline) => inline === 'break' || !inline.comment);
  const [comments, others] = rest < 0 ? [inlines, []] : [inlines.slice(0, rest), inlines.slice(rest)];
  const text = writeInlines(others, '\\\n');
  return [...comments.map((one) => writeOne(one, undefined)), ...(text === '' ? [] : [text])].join('\n\n');
}

function writeInline({ text, strong, em, strike, code, comment, href }: Exclude<Inline, 'break'>): string {
  if (comment) return commentOf(text);
  const line = text.replace(/[\r\n\t\u2028\u2029]+/g, ' ');
  const said = line.trim();
  if (said === '') return line === '' ? '' : ' ';
  // A mark next to a space marks nothing: spaces go outside.
  const [before, after] = [line.startsWith(' ') ? ' ' : '', line.endsWith(' ') ? ' ' : ''];
  let written = code ? inCode(said) : escaped(said);
  if (strike) written = `~~${written}~~`;
  if (em) written = `*${written}*`;
  if (strong) written = `**${written}**`;
  if (href !== undefined && isLinkAllowed(href))
    written = `[${written}](<${href.replace(/[<>\\]/g, encodeURIComponent)}>)`;
  return before + written + after;
}

function inCode(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${text}${pad}${ticks}`;
}

/** What would be read as Markdown; an underscore within a word is not. */
function escaped(text: string): string {
  return text
    .replace(/[\\`*[\]<~]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/&(?=#?[A-Za-z0-9]{1,32};)/g, '\\&');
}

/** What would begin a heading, a list, a quote, a rule or a table where a paragraph begins. */
function atLineStart(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/^([#>|=+-])/, (mark) => `\\${mark}`).replace(/^([0-9]{1,9})([.)])(?= |$)/, '$1\\$2'))
    .join('\n');
}
