/**
 * Runbooks as HTML that is safe to show: Markdown without raw HTML, links and images only where they may lead.
 */
import MarkdownIt from 'markdown-it';
import { fillCommands } from '../runbook/fill.ts';

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });

/** Links leave in a new page and tell it nothing; only http(s), mailto and places on this page are links at all. */
markdown.validateLink = (url) => /^(https?:|mailto:|#)/i.test(url.trim());
markdown.renderer.rules['link_open'] = (tokens, at, options, _env, self) => {
  tokens[at]!.attrSet('rel', 'noopener noreferrer');
  return self.renderToken(tokens, at, options);
};
/** An image would be fetched before anybody decides to: it becomes a link to itself. */
markdown.renderer.rules['image'] = (tokens, at) => {
  const source = markdown.utils.escapeHtml(String(tokens[at]!.attrGet('src') ?? ''));
  const label = markdown.utils.escapeHtml(tokens[at]!.content || 'image');
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
  return fillCommands(text, (env as { values?: unknown }).values);
}

/** `values` go into the placeholders of code, and nowhere else. */
export function renderMarkdown(text: string, values?: unknown): string {
  return markdown.render(text, { values });
}
