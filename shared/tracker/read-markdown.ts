/** Markdown as rich text: CommonMark with tables and struck-out text, by markdown-it. Raw HTML is text. Pure. */
import MarkdownIt from 'markdown-it';
import {
  type Block,
  DEEPEST,
  flat,
  type Inline,
  type Item,
  isLinkAllowed,
  joined,
  languageOf,
  TYPED_BOX,
  textOfComment,
  withBox,
} from './rich-text.ts';

type Token = ReturnType<InstanceType<typeof MarkdownIt>['parse']>[number];

const markdown = new MarkdownIt({ html: true, linkify: false, typographer: false, maxNesting: 400 });
markdown.validateLink = (url) => isLinkAllowed(url.trim());
// Escaped characters stay apart, so that `\[ ] text` is no check box.
markdown.core.ruler.disable('text_join');

/** @param text Markdown as people and our templates write it */
export function readMarkdown(text: string): Block[] {
  return new Reader(markdown.parse(text, {})).blocks();
}

class Reader {
  readonly #tokens: Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  /** The blocks up to the end of the one that we are in. */
  blocks(): Block[] {
    const all: Block[] = [];
    while (this.#at < this.#tokens.length) {
      const token = this.#tokens[this.#at]!;
      if (token.nesting === -1) break;
      this.#at++;
      all.push(...this.#block(token));
    }
    return all;
  }

  #block(token: Token): Block[] {
    switch (token.type) {
      case 'paragraph_open':
        return [{ kind: 'paragraph', inlines: this.#inlines() }];
      case 'heading_open':
        return [{ kind: 'heading', level: Number(token.tag.slice(1)), inlines: this.#inlines() }];
      case 'bullet_list_open':
        return this.#list();
      case 'ordered_list_open':
        return this.#list(Number(token.attrGet('start') ?? 1));
      case 'blockquote_open':
        return this.#quote();
      case 'table_open':
        return [{ kind: 'table', rows: this.#rows() }];
      case 'fence':
      case 'code_block':
        return [{ kind: 'code', language: languageOf(token.info), text: token.content.replace(/\n$/, '') }];
      case 'hr':
        return [{ kind: 'rule' }];
      case 'html_block':
        return htmlBlock(token.content.trim());
      default:
        return token.nesting === 1 ? this.#inner() : [];
    }
  }

  /** What is inside a token that was opened, past its end. */
  #inner(): Block[] {
    const inner = this.blocks();
    this.#at++;
    return inner;
  }

  /** Every inline before the end of the block that was opened, past its end. */
  #inlines(): Inline[] {
    const token = this.#tokens[this.#at]!;
    if (token.type !== 'inline') {
      this.#at++;
      return [];
    }
    this.#at += 2;
    return inlinesOf(token.children ?? []);
  }

  #list(start?: number): Block[] {
    this.#depth++;
    const items = this.#items();
    this.#depth--;
    if (this.#depth >= DEEPEST) return flat(items);
    return [{ kind: 'list', ...(start === undefined ? {} : { start }), items }];
  }

  #quote(): Block[] {
    this.#depth++;
    const blocks = this.#inner();
    this.#depth--;
    return this.#depth >= DEEPEST ? blocks : [{ kind: 'quote', blocks }];
  }

  #items(): Item[] {
    const items: Item[] = [];
    while (this.#tokens[this.#at]?.type === 'list_item_open') {
      this.#at++;
      const isEscaped = this.#tokens[this.#at + 1]?.children?.[0]?.type === 'text_special';
      const blocks = this.#inner();
      items.push(isEscaped ? { blocks } : withBox(blocks, TYPED_BOX));
    }
    this.#at++;
    return items;
  }

  #rows(): Inline[][][] {
    const rows: Inline[][][] = [];
    for (let token = this.#tokens[this.#at]; token !== undefined && token.type !== 'table_close'; ) {
      this.#at++;
      if (token.type === 'tr_open') rows.push([]);
      if (token.type === 'th_open' || token.type === 'td_open') rows.at(-1)!.push(this.#inlines());
      token = this.#tokens[this.#at];
    }
    this.#at++;
    return rows;
  }
}

/** A comment is kept as one, and what follows it on its line is another block; other HTML is text, a line a line. */
function htmlBlock(content: string): Block[] {
  const end = content.startsWith('<!--') ? content.indexOf('-->') + 3 : 0;
  const comment = textOfComment(content.slice(0, end));
  if (comment !== undefined) {
    const after = content.slice(end).trim();
    const own: Block = { kind: 'paragraph', inlines: [{ text: comment, comment: true }] };
    return [own, ...(after === '' ? [] : readMarkdown(after))];
  }
  const inlines = content
    .split('\n')
    .flatMap((line, n): Inline[] => [...(n > 0 ? ['break' as const] : []), { text: line }]);
  return [{ kind: 'paragraph', inlines: joined(inlines) }];
}

function htmlInline(content: string, look: Look): Inline {
  const comment = textOfComment(content);
  return comment === undefined ? { text: content, ...look } : { text: comment, comment: true };
}

type Look = Omit<Exclude<Inline, 'break'>, 'text' | 'code'>;
const LOOKS: Record<string, 'strong' | 'em' | 'strike'> = { strong: 'strong', em: 'em', s: 'strike' };

function inlinesOf(tokens: Token[]): Inline[] {
  const all: Inline[] = [];
  const looks: Look[] = [{}];
  for (const token of tokens) {
    const look = looks.at(-1)!;
    const name = LOOKS[token.type.replace(/_(open|close)$/, '')];
    if (token.nesting === -1) looks.pop();
    else if (name !== undefined) looks.push({ ...look, [name]: true });
    else if (token.type === 'link_open') looks.push({ ...look, href: String(token.attrGet('href') ?? '') });
    else if (token.type === 'softbreak') all.push({ text: ' ', ...look });
    else if (token.type === 'hardbreak') all.push('break');
    else if (token.type === 'code_inline') all.push({ text: token.content, ...look, code: true });
    else if (token.type === 'image') all.push(imageOf(token, look));
    else if (token.type === 'html_inline') all.push(htmlInline(token.content, look));
    else all.push({ text: token.content, ...look });
  }
  return joined(all);
}

/** A picture is a link to itself: it would be fetched from wherever the text says. */
function imageOf(token: Token, look: Look): Inline {
  return { text: token.content || 'picture', ...look, href: String(token.attrGet('src') ?? '') };
}
