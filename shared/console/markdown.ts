/**
 * Runbooks as HTML that is safe to show: Markdown without raw HTML, links and images only where they may lead.
 */
import MarkdownIt from 'markdown-it';
import { fillForPeople } from '../runbook/fill.ts';

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });

/** What a page knows beside the text. `pathOf` is our own path for a relative link; undefined where it leads nowhere. */
export type Around = { values?: unknown; pathOf?: (target: string) => string | undefined };

const isRelative = (url: string) => !/^([a-z][a-z0-9+.-]*:|\/\/|#)/i.test(url.trim());

/** Only http(s), mailto, places on this page and what stands beside the runbook are links at all. */
markdown.validateLink = (url) => /^(https?:|mailto:|#)/i.test(url.trim()) || isRelative(url);
/** Links to other sites tell them nothing. A relative one goes to our own page of it, or is text with its path. */
markdown.renderer.rules['link_open'] = (tokens, at, options, env, self) => {
  const token = tokens[at]!;
  const target = String(token.attrGet('href') ?? '');
  if (!isRelative(target)) {
    token.attrSet('rel', 'noopener noreferrer');
    return self.renderToken(tokens, at, options);
  }
  const path = (env as Around).pathOf?.(target);
  if (path !== undefined) {
    token.attrSet('href', path);
    return self.renderToken(tokens, at, options);
  }
  const close = tokens.slice(at).find(({ type, level }) => type === 'link_close' && level === token.level);
  if (close) close.meta = { beside: target };
  return '';
};
markdown.renderer.rules['link_close'] = (tokens, at, options, _env, self) => {
  const beside = (tokens[at]!.meta as { beside?: string } | null)?.beside;
  return beside === undefined ? self.renderToken(tokens, at, options) : ` (${escaped(beside)})`;
};
/** So that links to a heading lead there, on this page and from another runbook. */
markdown.renderer.rules['heading_open'] = (tokens, at, options, _env, self) => {
  tokens[at]!.attrSet('id', anchorOf(tokens[at + 1]?.content ?? ''));
  return self.renderToken(tokens, at, options);
};

const escaped = (text: string) => markdown.utils.escapeHtml(text);

/** `First steps!` is `first-steps`, as GitLab, GitHub and MkDocs have it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}
/** An image would be fetched before anybody decides to: it becomes a link to itself. */
markdown.renderer.rules['image'] = (tokens, at) => {
  const target = String(tokens[at]!.attrGet('src') ?? '');
  const label = escaped(tokens[at]!.content || 'image');
  // A picture beside the runbook stays in its repository: it is named.
  if (isRelative(target)) return `${label} (picture: ${escaped(target)})`;
  const source = escaped(target);
  return `<a rel="noopener noreferrer" href="${source}">${label}</a>`;
};
markdown.renderer.rules['table_open'] = () => '<div class="table" tabindex="0"><table>';
markdown.renderer.rules['table_close'] = () => '</table></div>';
markdown.renderer.rules['fence'] = (tokens, at, _options, env) => block(tokens[at]!.content, env);
markdown.renderer.rules['code_block'] = (tokens, at, _options, env) => block(tokens[at]!.content, env);
markdown.renderer.rules['code_inline'] = (tokens, at, _options, env) =>
  `<code>${markdown.utils.escapeHtml(filled(tokens[at]!.content, env))}</code>`;

/** A block of code can be reached and scrolled with the keyboard; its commands have the alert's values in them. */
function block(text: string, env: unknown): string {
  return `<pre tabindex="0"><code>${markdown.utils.escapeHtml(filled(text, env))}</code></pre>`;
}

function filled(text: string, env: unknown): string {
  return fillForPeople(text, (env as Around).values);
}

/** `around.values` go into the placeholders of code, and nowhere else. */
export function renderMarkdown(text: string, around: Around = {}): string {
  return markdown.render(text, around);
}
