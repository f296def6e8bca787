/**
 * Text that people or their scripts wrote: mail, `key: value` lines, a form, HTML, XML. What it names is read as if it
 * were JSON; the rest are its sentences.
 *
 * Pure; called by the readers of unknown notices.
 */

import { withoutHtml } from './prose.ts';
import type { Fields } from './read.ts';

const MOST_LINES = 200;
const LONGEST = 20_000;
/** `Host Name: web-1`, `state=down`, `Severity - high`; no sentence is so short before its colon. */
const LINE = /^[\s*#>•-]{0,6}([\p{L}][\p{L}\p{N} _./()#-]{0,38}?)\*{0,2} ?(?:[:=]|\t) ?\*{0,2}\s{0,20}(\S.*)$/u;
const FORM = /^[\w.%+[\]-]{1,64}=[^&\s]*(?:&[\w.%+[\]-]{1,64}=[^&\s]*){1,100}$/;
const ELEMENT = /<([\w:.-]{1,60})(?: [^<>]{0,300})?>([^<>]{1,4000})<\/\1>/g;

/** The fields that a text holds, with its other lines as `text`; undefined where it holds fewer than two. */
export function fieldsIn(said: string): Fields | undefined {
  const head = said.slice(0, LONGEST).trim();
  if (FORM.test(head)) return Object.fromEntries(new URLSearchParams(head));
  if (/^<\?xml|^<[\w:.-]+(?: [^<>]{0,500})?>\s*<[\w:.-]/.test(head) && !/<html|<body|<p[ >]|<div/i.test(head))
    return elementsIn(head);
  const found: Record<string, unknown> = Object.create(null);
  const others: string[] = [];
  const lines = withoutHtml(head)
    .split(/\r\n?|\n/)
    .slice(0, MOST_LINES);
  let heading: string | undefined;
  for (const line of lines) {
    if (/^[^\p{L}\p{N}]*$/u.test(line) || /^\s*([*=#-]{3,})[^*=#]{0,60}\1\s*$/.test(line)) continue;
    if (heading !== undefined && !(heading in found)) {
      found[heading] = line.trim();
      heading = undefined;
      continue;
    }
    // A heading, `Additional Info:`, has its value on the next.
    heading = /^\s{0,4}([\p{L}][\p{L}\p{N} _-]{1,30}):\s*$/u.exec(line)?.[1];
    if (heading !== undefined) continue;
    const pair = LINE.exec(line.slice(0, 2000));
    const name = pair?.[1]?.trim();
    if (name === undefined || /^https?$/i.test(name) || name.split(' ').length > 4 || name in found)
      others.push(line.trim());
    else found[name] = pair?.[2]?.trim();
  }
  const names = Object.keys(found);
  if (names.length < 2 && !names.some((name) => /^subject$/i.test(name))) return undefined;
  const rest = others.filter((line) => line !== '').join('\n');
  return rest === '' ? found : { ...found, text: rest };
}

function elementsIn(xml: string): Fields | undefined {
  const found: Record<string, unknown> = Object.create(null);
  for (const [, name = '', value = ''] of xml.matchAll(ELEMENT))
    if (!(name in found)) found[name] = withoutHtml(value).trim();
  return Object.keys(found).length < 1 ? undefined : found;
}
