/**
 * HTML that senders write to people, as plain words: a text message and a page want its words.
 *
 * Called by the normalisers. Pure; no expression in it can take longer than the text is long.
 */
import { prose } from './read.ts';

const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '-',
  mdash: '-',
};

/** The words of an HTML text, on one line; undefined where none are left. */
export function words(html: unknown): string | undefined {
  const said = prose(html);
  if (said === undefined) return undefined;
  const plain = said
    .replace(/<(style|script)\b[^<>]{0,200}>[^<]{0,4000}<\/\1>/gi, ' ')
    .replace(/<[^<>]{0,2000}>/g, ' ')
    .replace(/&(?:#([0-9]{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hex, name) => {
      if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
      return code >= 32 && code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
    })
    .replace(/[\s\u00a0]+/g, ' ')
    .replace(/ (?=[.,;:!?](?: |$))/g, '');
  return prose(plain);
}
