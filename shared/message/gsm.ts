/**
 * What fits into an SMS: the GSM 03.38 alphabet, its segments, and text from outside made harmless.
 *
 * Promises: what `plainText` returns has only characters of the GSM alphabet that cost one septet, no control, bidirectional
 * or line-breaking characters, and nothing that a phone would turn into a link or a mention. Pure.
 */

/** The basic set of 3GPP TS 23.038 without its control characters; each costs one septet. */
const BASIC =
  '@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà\n';
/** The extension table: an escape and the character, two septets. */
const EXTENDED = '^{}\\[~]|€';
const basic = new Set(BASIC);
const extended = new Set(EXTENDED);

/** Characters that mean the same to a reader; everything else outside the alphabet loses its accents or becomes `?`. */
const LOOKALIKES: Record<string, string> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '–': '-',
  '—': '-',
  '‐': '-',
  '‑': '-',
  '−': '-',
  '…': '...',
  '•': '-',
  '→': '->',
  '≥': '>=',
  '≤': '<=',
  '×': 'x',
  '°': 'deg',
  '\u00a0': ' ',
  '[': '(',
  ']': ')',
  '{': '(',
  '}': ')',
  '\\': '/',
  '|': '/',
  '~': '-',
  '^': '',
  '`': "'",
  '€': 'EUR',
  ı: 'i',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  þ: 'th',
  ð: 'd',
};

const CONTROL_OR_BIDI =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** One line of senders' text, harmless in every channel: no control or direction characters, no runs of spaces. */
export function oneLine(text: string): string {
  return text.replace(CONTROL_OR_BIDI, ' ').replace(/\s+/g, ' ').trim();
}

/**
 * Senders' text for chat and email, where addresses without a scheme stay text and names of hosts must stay whole: no
 * scheme and no `www.` that a client would link.
 */
export function unlinked(text: string): string {
  return text.replace(/:\/\/+/g, ': //').replace(/\bwww\./gi, 'www ');
}

/**
 * Senders' text for an SMS: GSM alphabet only, and nothing that a phone links: no scheme, no `name.tld`, no `@name`.
 */
export function plainText(text: string): string {
  let out = '';
  for (const character of oneLine(text).normalize('NFC')) {
    if (basic.has(character) && character !== '\n') out += character;
    else out += LOOKALIKES[character] ?? withoutAccent(character);
  }
  return out
    .replace(/:\/+/g, ' ')
    .replace(/(\w)\.(?=[A-Za-z])/g, '$1_')
    .replace(/@/g, ' at ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

function withoutAccent(character: string): string {
  const bare = character.normalize('NFKD').replace(/\p{M}/gu, '');
  return [...bare].every((part) => basic.has(part)) && bare !== '' ? bare : '?';
}

/** Septets of a text in the GSM alphabet; undefined where it has a character outside it (then it is UCS-2). */
export function septets(text: string): number | undefined {
  let count = 0;
  for (const character of text) {
    if (basic.has(character)) count += 1;
    else if (extended.has(character)) count += 2;
    else return undefined;
  }
  return count;
}

/** How many SMS a text costs: 160 septets alone, 153 each when joined; 70 and 67 code units in UCS-2. */
export function segments(text: string): number {
  const count = septets(text);
  if (count === undefined) return text.length <= 70 ? 1 : Math.ceil(text.length / 67);
  return count <= 160 ? 1 : Math.ceil(count / 153);
}
