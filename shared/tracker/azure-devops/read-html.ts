/**
 * HTML as rich text: our own, and what people wrote with the editor of Azure DevOps (divs, spans, pasted tables). A tag that
 * is not known is left out and its text stays. Pure; the time that it takes grows with the text alone.
 */
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
import { COMMENT_COLOUR } from './html.ts';

type Element = { tag: string; attributes: string; children: (Element | string)[] };

const VOID = new Set(['br', 'hr', 'img', 'input', 'meta', 'link', 'col', 'wbr']);
/** What is inside is no text for people. */
const HIDDEN = new Set(['script', 'style', 'head', 'title', 'template', 'noscript']);
const BLOCKS = new Set(
  'address article aside blockquote body dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody td tfoot th thead tr ul'.split(
    ' ',
  ),
);
/** A tag of these ends one of the same kind that was not ended. */
const ENDS_ITSELF = new Set(['p', 'li', 'tr', 'td', 'th', 'dt', 'dd']);
const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  hellip: '…',
  ndash: '–',
  mdash: '—',
};

export function readHtml(html: string): Block[] {
  return blocksOf(parse(html).children, {}, 0);
}

/** A tree of elements. What is left open is ended by its parent; an end without a start is left out. */
function parse(html: string): Element {
  const root: Element = { tag: '', attributes: '', children: [] };
  const open: Element[] = [root];
  let at = 0;
  while (at < html.length) {
    const next = html.indexOf('<', at);
    const end = next < 0 ? -1 : html.indexOf('>', next);
    if (next < 0 || end < 0) {
      open.at(-1)!.children.push(html.slice(at));
      break;
    }
    if (next > at) open.at(-1)!.children.push(html.slice(at, next));
    if (!/[a-z/!?]/i.test(html[next + 1] ?? '')) {
      // A less-than sign that was not escaped.
      open.at(-1)!.children.push('<');
      at = next + 1;
      continue;
    }
    at = html.startsWith('<!--', next) ? afterComment(html, next) : end + 1;
    if (!html.startsWith('<!', next)) addTag(open, html.slice(next + 1, end));
  }
  return root;
}

function afterComment(html: string, at: number): number {
  const end = html.indexOf('-->', at + 4);
  return end < 0 ? html.length : end + 3;
}

function addTag(open: Element[], inside: string): void {
  const [, slash, name = '', attributes = ''] = /^(\/?)([a-zA-Z][a-zA-Z0-9-]{0,30})([\s\S]*)$/.exec(inside) ?? [];
  const tag = name.toLowerCase();
  // Not a tag after all.
  if (tag === '') open.at(-1)!.children.push(`<${inside}>`);
  else if (slash === '/') {
    const start = open.findLastIndex((one) => one.tag === tag);
    if (start > 0) open.length = start;
  } else {
    if (ENDS_ITSELF.has(tag) && open.at(-1)!.tag === tag) open.pop();
    const element: Element = { tag, attributes, children: [] };
    open.at(-1)!.children.push(element);
    if (!VOID.has(tag) && !attributes.endsWith('/') && open.length < 200) open.push(element);
  }
}

type Look = Omit<Exclude<Inline, 'break'>, 'text'>;
const LOOKS: Record<string, Look> = {
  strong: { strong: true },
  b: { strong: true },
  em: { em: true },
  i: { em: true },
  s: { strike: true },
  del: { strike: true },
  strike: { strike: true },
  code: { code: true },
};

function blocksOf(children: (Element | string)[], look: Look, depth: number): Block[] {
  const blocks: Block[] = [];
  let line: Inline[] = [];
  const flush = () => {
    const inlines = joined(line);
    if (inlines.length > 0) blocks.push({ kind: 'paragraph', inlines });
    line = [];
  };
  for (const child of children) {
    if (typeof child === 'string') line.push({ text: textOf(child), ...look });
    else if (!hasBlocks(child)) line.push(...inlinesOf(child, look));
    else {
      flush();
      blocks.push(...blockOf(child, look, depth));
    }
  }
  flush();
  return blocks;
}

const hasBlocks = (element: Element): boolean =>
  BLOCKS.has(element.tag) ||
  (!HIDDEN.has(element.tag) && element.children.some((child) => typeof child !== 'string' && hasBlocks(child)));

function blockOf(element: Element, look: Look, depth: number): Block[] {
  const { tag, children } = element;
  const [, level] = /^h([1-6])$/.exec(tag) ?? [];
  if (level !== undefined) return [{ kind: 'heading', level: Number(level), inlines: lineOf(children, look) }];
  if (tag === 'ul' || tag === 'ol') {
    const items = itemsOf(children, look, depth + 1);
    if (depth >= DEEPEST) return flat(items);
    return [{ kind: 'list', ...(tag === 'ul' ? {} : { start: startOf(element) }), items }];
  }
  if (tag === 'blockquote') {
    const blocks = blocksOf(children, look, depth + 1);
    return depth >= DEEPEST ? blocks : [{ kind: 'quote', blocks }];
  }
  if (tag === 'pre') return [{ kind: 'code', language: languageIn(children), text: rawText(children) }];
  if (tag === 'hr') return [{ kind: 'rule' }];
  if (tag === 'table') return [{ kind: 'table', rows: rowsOf(element, look) }];
  return blocksOf(children, { ...look, ...LOOKS[tag] }, depth);
}

function languageIn(children: (Element | string)[]): string {
  const code = children.find((child): child is Element => typeof child !== 'string' && child.tag === 'code');
  return languageOf(/\blanguage-([^\s"']{1,30})/.exec(code?.attributes ?? '')?.[1] ?? '');
}

function startOf({ attributes }: Element): number {
  return Number(/\bstart\s*=\s*["']?([0-9]{1,6})/i.exec(attributes)?.[1] ?? 1);
}

function itemsOf(children: (Element | string)[], look: Look, depth: number): Item[] {
  return children.flatMap((child): Item[] => {
    if (typeof child === 'string') return child.trim() === '' ? [] : [{ blocks: blocksOf([child], look, depth) }];
    const blocks = child.tag === 'li' ? blocksOf(child.children, look, depth) : blocksOf([child], look, depth);
    return [withBox(blocks, DRAWN_BOX)];
  });
}

function rowsOf(element: Element, look: Look): Inline[][][] {
  return element.children.flatMap((child): Inline[][][] => {
    if (typeof child === 'string') return [];
    if (child.tag !== 'tr') return rowsOf(child, look);
    const cells = child.children.filter((cell): cell is Element => typeof cell !== 'string');
    return [cells.map((cell) => lineOf(cell.children, look))];
  });
}

/** Everything on one line. */
function lineOf(children: (Element | string)[], look: Look): Inline[] {
  const inlines = inlinesOf({ tag: '', attributes: '', children }, look);
  return joined(inlines.map((one) => (one === 'break' ? { text: ' ', ...look } : one)));
}

function inlinesOf({ tag, attributes, children }: Element, look: Look): Inline[] {
  if (HIDDEN.has(tag)) return [];
  if (tag === 'br') return ['break'];
  // Only grey text of our form is a comment: what people type is not.
  const isGrey = attributes.toLowerCase().replace(/\s/g, '').includes(`color:${COMMENT_COLOUR}`);
  const comment = isGrey ? textOfComment(rawText(children)) : undefined;
  if (comment !== undefined) return [{ text: comment, comment: true }];
  if (tag === 'img') return [{ text: textOf(attribute(attributes, 'alt') ?? '') || '(picture)', ...look }];
  const href = tag === 'a' ? textOf(attribute(attributes, 'href') ?? '').trim() : '';
  const inner: Look = { ...look, ...LOOKS[tag], ...(isLinkAllowed(href) ? { href } : {}) };
  return children.flatMap((child) =>
    typeof child === 'string' ? [{ text: textOf(child), ...inner }] : inlinesOf(child, inner),
  );
}

function attribute(attributes: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(attributes);
  return found?.[1] ?? found?.[2] ?? found?.[3];
}

function rawText(children: (Element | string)[]): string {
  const text = children.map((child) =>
    typeof child === 'string' ? entities(child) : child.tag === 'br' ? '\n' : rawText(child.children),
  );
  return text.join('').replace(/\n$/, '');
}

const textOf = (html: string) => entities(html.replace(/[ \t\r\n]+/g, ' '));

function entities(html: string): string {
  return html.replace(/&(?:#([0-9]{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : ' ';
  });
}
