/** Rich text as HTML: a few plain tags, every text and attribute escaped. Pure. */
import { type Block, commentOf, type Inline, type Item, isLinkAllowed } from '../rich-text.ts';

/** The grey in which our own marks are written: only text in it is read back as a mark. */
export const COMMENT_COLOUR = '#97a0af';
export const BOXES = { done: '☑', open: '☐' };

export function toHtml(blocks: Block[]): string {
  return blocks.map(htmlOf).join('\n');
}

function htmlOf(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${inlineHtml(block.inlines)}</p>`;
    case 'heading': {
      const level = Math.min(Math.max(block.level, 1), 6);
      return `<h${level}>${inlineHtml(block.inlines)}</h${level}>`;
    }
    case 'list': {
      const items = block.items.map(itemHtml).join('');
      if (block.start === undefined) return `<ul>${items}</ul>`;
      return `<ol${block.start === 1 ? '' : ` start="${block.start}"`}>${items}</ol>`;
    }
    case 'quote':
      return `<blockquote>${toHtml(block.blocks)}</blockquote>`;
    case 'code':
      return `<pre><code${block.language === '' ? '' : ` class="language-${escapeHtml(block.language)}"`}>${escapeHtml(block.text)}</code></pre>`;
    case 'table':
      return `<table>${block.rows.map((row, n) => rowHtml(row, n === 0 ? 'th' : 'td')).join('')}</table>`;
    case 'rule':
      return '<hr>';
  }
}

/** The first paragraph of an item has no tags around it: Azure DevOps would leave a line empty. */
function itemHtml({ blocks, isDone }: Item): string {
  const [first, ...rest] = blocks;
  const box = isDone === undefined ? '' : `${isDone ? BOXES.done : BOXES.open} `;
  if (first?.kind !== 'paragraph') return `<li>${box}${toHtml(blocks)}</li>`;
  return `<li>${box}${inlineHtml(first.inlines)}${toHtml(rest)}</li>`;
}

function rowHtml(row: Inline[][], tag: 'th' | 'td'): string {
  return `<tr>${row.map((cell) => `<${tag}>${inlineHtml(cell)}</${tag}>`).join('')}</tr>`;
}

function inlineHtml(inlines: Inline[]): string {
  return inlines.map((inline) => (inline === 'break' ? '<br>' : textHtml(inline))).join('');
}

function textHtml({ text, strong, em, strike, code, comment, href }: Exclude<Inline, 'break'>): string {
  if (comment) return `<span style="color:${COMMENT_COLOUR}">${escapeHtml(commentOf(text))}</span>`;
  let html = escapeHtml(text);
  if (code) html = `<code>${html}</code>`;
  if (strike) html = `<s>${html}</s>`;
  if (em) html = `<em>${html}</em>`;
  if (strong) html = `<strong>${html}</strong>`;
  return href !== undefined && isLinkAllowed(href) ? `<a href="${escapeHtml(href)}">${html}</a>` : html;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
