/**
 * Text from outside on its way into a ticket's Markdown.
 *
 * Promises: what an alert or a person wrote can be read and does nothing else: it formats nothing, links nowhere, mentions
 * nobody, runs no quick action and ends no table; it is one line of limited length, and holds no phone number. Works in linear time.
 * Sources: CommonMark 0.31 "Backslash escapes"; GitLab "GitLab Flavored Markdown" (references, quick actions); GitHub "Autolinked
 * references". Called by the other files of this folder. Pure.
 */
const MAX_TEXT = 500;
/** A break that nobody sees: `@` with it mentions nobody at any vendor. */
const ZERO_WIDTH = '\u200B';
/** Characters that begin something in some vendor's Markdown. Backslash first. */
const SPECIAL = /[\\`*_{}[\]<>()#!|~&$%^]/g;
const BEGINS_A_LINE = /^(?:[-+=/:]|[0-9]{1,9}[.)])/;
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/g;

/** One line of somebody else's text as Markdown that shows it as it is. */
export function inline(text: string, limit: number = MAX_TEXT): string {
  const cut = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  const line = withoutNumbers(cut.replace(UNSEEN, ' ').replace(/ {2,}/g, ' ').trim());
  const escaped = line
    .replace(SPECIAL, '\\$&')
    .replaceAll('@', `@${ZERO_WIDTH}`)
    .replaceAll('://', `:${ZERO_WIDTH}//`)
    .replace(/\bwww\./gi, (found) => found.replace('.', `${ZERO_WIDTH}.`));
  return escaped.replace(BEGINS_A_LINE, (begins) =>
    begins.length === 1 ? `\\${begins}` : `${begins.slice(0, -1)}\\${begins.slice(-1)}`,
  );
}

/** A number in international or national form, as people write it: with spaces, hyphens or brackets between its digits. */
const NUMBER = /(?:\+|\b00)[1-9](?:[ ().-]{0,2}[0-9]){6,13}\b|(?:\(0[1-9][0-9]{1,4}\)|\b0[1-9])(?:[ -]?[0-9]){6,9}\b/g;

/** The text without phone numbers. */
export function withoutNumbers(text: string): string {
  return text.replace(NUMBER, '‹number›');
}

/** A link of ours or of the catalogue; plain text where the address is no web address. */
export function link(text: string, url: string | undefined): string {
  if (url === undefined || !isWeb(url)) return inline(text);
  return `[${inline(text)}](<${new URL(url).href.replace(/[<>\\`\s|]/g, (found) => encodeURIComponent(found))}>)`;
}

function isWeb(url: string): boolean {
  if (url.length > 2000 || !URL.canParse(url)) return false;
  const { protocol, username, password } = new URL(url);
  // An address with a password in it is no address for a ticket.
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}

/** A table; every cell is Markdown already. */
export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
