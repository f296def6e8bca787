/**
 * Runbooks as other tools keep them: GOV.UK's Tech Docs Template, MkDocs, Hugo, Docusaurus, wikis of GitLab and GitHub.
 *
 * Promises: nobody is asked to change a file; what is only meant for a generator of sites (tags, shortcodes, marks of a
 * table of contents) never reaches a person, and what it encloses does; code is left as it is written. Every line is
 * looked at once. Pure. Called by the readers of runbooks.
 *
 * Source: Tech Docs Template (front matter: last_reviewed_on, review_in), Hugo (front matter in TOML, shortcodes, aliases),
 * Docusaurus (admonitions, id, slug), Material for MkDocs (admonitions), GitLab wiki (links in double brackets).
 */

/** The endings of pages that are read; the longest first. */
const READ = /\.(html\.md\.erb|html\.md|md\.erb|markdown|md)$/i;
/** Endings of pages that are not read, and what they are. */
const NOT_READ: [RegExp, string][] = [
  [/\.mdx$/i, 'MDX'],
  [/\.(adoc|asciidoc)$/i, 'AsciiDoc'],
  [/\.rst$/i, 'reStructuredText'],
  [/\.html?(\.erb)?$/i, 'HTML'],
  [/\.(docx?|odt|pdf)$/i, 'a document of an office program'],
  [/\.(org|textile|rtf|txt)$/i, 'text in another form'],
];

/** Whether a file is a page that is read as a runbook. */
export function isPage(path: string): boolean {
  return READ.test(path);
}

/** The path under `runbooks/` without its ending: `runbooks/a.html.md.erb` is `a`. */
export function idOf(path: string): string {
  return path.replace(/^runbooks\//, '').replace(READ, '');
}

/** What a page is that is not read: `AsciiDoc`; undefined for pages that are read, and for pictures and other files. */
export function unreadForm(path: string): string | undefined {
  return isPage(path) ? undefined : NOT_READ.find(([ending]) => ending.test(path))?.[1];
}

/** Keys of front matter that are other tools' and are near to ours by chance (`review_in`, `type`): no slips of the pen. */
export const FOREIGN_KEYS: ReadonlySet<string> = new Set(
  `review_in last_reviewed_on last_reviewed weight owner owner_slack owner_email slug id url permalink sidebar_label
  sidebar_position sidebar_class_name tags categories keywords draft date lastmod publishdate layout parent nav_order nav_title
  description summary authors author status template toc type types hidden hide hide_title hide_table_of_contents icon menu
  params linktitle linkTitle old_paths redirect_from related source_url parent_title expires language lang cascade outputs
  pagination_label pagination_next pagination_prev custom_edit_url image noindex search robots version versions`
    .split(/\s+/)
    .filter((key) => key !== ''),
);

/** `end` is the line of the file on which the front matter ends. */
export type Split = { front: string; body: string; end: number };

/**
 * Front matter and body. Hugo's TOML (`+++`) comes out as the YAML that says the same, line for line.
 *
 * @returns undefined where front matter begins and never ends
 */
export function splitPage(text: string): Split | undefined {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const fence = /^(---|\+\+\+)[ \t]*$/.exec(lines[0] ?? '')?.[1];
  if (fence === undefined) return { front: '', body: lines.join('\n'), end: 0 };
  const end = lines.findIndex(
    (line, n) => n > 0 && (line.trimEnd() === fence || (fence === '---' && line.trimEnd() === '...')),
  );
  if (end < 0) return undefined;
  const front = lines.slice(1, end);
  return {
    front: (fence === '---' ? front : fromToml(front)).join('\n'),
    body: lines.slice(end + 1).join('\n'),
    end: end + 1,
  };
}

/** Values of TOML on the right of `=` are YAML too, but for dates with a time; tables are left out. */
function fromToml(lines: string[]): string[] {
  let inTable = false;
  return lines.map((line) => {
    if (/^\[{1,2}[\w.-]+\]{1,2}\s*$/.test(line)) inTable = true;
    if (inTable) return '';
    const pair = /^([\w-]+)\s*=\s*(.*)$/.exec(line);
    return pair === null ? (line === '' ? '' : ` ${line}`) : `${pair[1]}: ${pair[2]}`;
  });
}

/**
 * Whether a file seems to have front matter whose first `---` is lost: keys, and then a line `---`.
 *
 * @returns the line of that `---`
 */
export function lostFence(text: string): number | undefined {
  const lines = text.split('\n', 100);
  if (!/^[a-z_][\w-]{0,30}:(\s|$)/.test(lines[0] ?? '')) return undefined;
  const end = lines.findIndex((line) => /^---\s*$/.test(line));
  const isYaml = (line: string) => /^(\s|#|$|-\s|[}\]]|[A-Za-z_][\w-]*:(\s|$))/.test(line);
  return end > 0 && lines.slice(0, end).every(isYaml) ? end + 1 : undefined;
}

/**
 * What front matter of other tools says in our words: a date of review, other names that links use.
 *
 * @param front of the page, as parsed
 */
export function ownWords(front: Record<string, unknown>): { review_by?: string; aliases?: string[] } {
  const review = reviewBy(front['last_reviewed_on'] ?? front['last_reviewed'], front['review_in']);
  const names = ['id', 'slug', 'url', 'permalink', 'aliases', 'redirect_from', 'old_paths'].flatMap((key) =>
    [front[key]].flat(),
  );
  const aliases = names
    .flatMap((one) => (typeof one === 'string' && /[a-z]/i.test(one) ? [one.replace(/^\/+|\/+$/g, '')] : []))
    .filter((one) => one !== '');
  return {
    ...(review === undefined ? {} : { review_by: review }),
    ...(aliases.length === 0 ? {} : { aliases: [...new Set(aliases)].slice(0, 50) }),
  };
}

/** `2026-03-19` and `6 months` as `2026-09-19`: the template asks for a review from that day on. */
function reviewBy(last: unknown, after: unknown): string | undefined {
  const day = /^(\d{4})-(\d{2})-(\d{2})/.exec(last instanceof Date ? last.toISOString() : String(last ?? ''));
  const length = /^\s*(\d{1,3})\s*(day|week|month|year)s?\s*$/i.exec(String(after ?? ''));
  if (day === null || length === null) return undefined;
  const [year, month, date] = day.slice(1).map(Number) as [number, number, number];
  const count = Number(length[1]);
  const unit = length[2]!.toLowerCase();
  if (unit === 'day' || unit === 'week')
    return dateText(Date.UTC(year, month - 1, date + count * (unit === 'week' ? 7 : 1)));
  const months = month - 1 + count * (unit === 'year' ? 12 : 1);
  const lastDay = new Date(Date.UTC(year, months + 1, 0)).getUTCDate();
  return dateText(Date.UTC(year, months, Math.min(date, lastDay)));
}

function dateText(milliseconds: number): string | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 10);
}

// ---- bodies -------------------------------------------------------------------------------------------------------------

/**
 * The body as a person reads it.
 *
 * @param title stands where a page names its own title (`<%= current_page.data.title %>`)
 */
export function bodyFor(body: string, title: string): string {
  const out: string[] = [];
  let fence: string | undefined;
  let inComment = false;
  let inAdmonition = false;
  for (const raw of body.split('\n')) {
    const mark = /^\s{0,8}(`{3,}|~{3,})/.exec(raw)?.[1];
    if (fence !== undefined) {
      out.push(raw);
      if (mark?.startsWith(fence)) fence = undefined;
      continue;
    }
    if (mark !== undefined && !inComment) fence = mark;
    if (inAdmonition && /^( {4}|\t)/.test(raw)) {
      out.push(`> ${plainLine(raw.replace(/^( {4}|\t)/, ''), title)}`);
      continue;
    }
    if (raw.trim() !== '' || !inAdmonition) inAdmonition = false;
    const { text, open } = withoutComment(raw, inComment);
    inComment = open;
    if (text === undefined) continue;
    const box = admonition(text);
    if (box !== undefined) {
      inAdmonition = box.indented;
      if (box.text !== '') out.push(box.text);
    } else out.push(plainLine(text, title));
  }
  return out.join('\n');
}

/** Without HTML's comments; undefined for a line that is nothing else. */
function withoutComment(line: string, inside: boolean): { text: string | undefined; open: boolean } {
  let rest = line;
  let kept = '';
  let open = inside;
  while (rest !== '') {
    const at = rest.indexOf(open ? '-->' : '<!--');
    if (at < 0) {
      if (!open) kept += rest;
      break;
    }
    if (!open) kept += rest.slice(0, at);
    rest = rest.slice(at + (open ? 3 : 4));
    open = !open;
  }
  return { text: kept.trim() === '' && line.trim() !== '' ? undefined : kept, open };
}

/** `!!! warning "Title"`, `??? note`, `:::note Title`, `:::`: a line in bold, and what it encloses as a quotation. */
function admonition(line: string): { text: string; indented: boolean } | undefined {
  const mkdocs = /^(?:!!!|\?\?\?\+?)\s+([\w-]+)[^"]*(?:"([^"]*)")?\s*$/.exec(line);
  if (mkdocs !== null) return { text: `> **${mkdocs[2] || capital(mkdocs[1]!)}**\n>`, indented: true };
  const docusaurus = /^:{3,}\s*(?:([\w-]+)\s*(?:\[([^\]]*)\]|(.*))?)?$/.exec(line);
  if (docusaurus === null) return undefined;
  const [, kind, bracketed, plain] = docusaurus;
  return { text: kind === undefined ? '' : `**${bracketed ?? (plain?.trim() || capital(kind))}**\n`, indented: false };
}

const capital = (word: string) => word[0]!.toUpperCase() + word.slice(1);

/** A line without tags; what stands in spans of code is kept, but for ERB, which is run there too. */
function plainLine(line: string, title: string): string {
  const run = line.replace(/<%=\s*(?:current_page\.data\.title|title)\s*-?%>/g, title).replace(/<%[^%]{0,500}%>/g, '');
  if (/^\s*(\[\[_?TOC_?\]\]|\[TOC\]|\{:toc\}|\{\{<\s*toc\s*>\}\}|\$CTA|\$[A-Z]{1,3})\s*$/i.test(run)) return '';
  return run
    .split(/(`[^`]*`)/)
    .map((part, n) => (n % 2 === 1 ? part : withoutTags(part)))
    .join('')
    .trimEnd();
}

function withoutTags(text: string): string {
  return text
    .replace(/\{\{[<%][^{}]{0,500}[%>]\}\}/g, '')
    .replace(/\{%[^{}]{0,500}%\}/g, '')
    .replace(/\{:?\s?[#.][\w.# -]{0,100}\}/g, '')
    .replace(
      /\[\[([^[\]|]{1,200})\|([^[\]|]{1,200})\]\]/g,
      (_, shown: string, page: string) => `[${shown}](${page.replaceAll(' ', '-')}.md)`,
    )
    .replace(/\[\[([^[\]|]{1,200})\]\]/g, (_, page: string) => `[${page}](${page.replaceAll(' ', '-')}.md)`)
    .replace(/<br\s*\/?>/gi, ' ')
    .replace(/<\/?(details|div|span|p|section|center|font|figure|figcaption|a|u|sup|sub|kbd)(\s[^<>]{0,300})?>/gi, '')
    .replace(/<\/?summary>/gi, '**')
    .replace(/<img\s[^<>]{0,300}?src="([^"<>]{1,300})"[^<>]{0,300}>/gi, (_, source: string) => `![image](${source})`);
}
