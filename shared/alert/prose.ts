/**
 * Sentences as senders mark them up (HTML, Markdown, emoji) as plain text that reads the same in an SMS.
 *
 * Promises: linear in the length of what it is given; what is no markup stays as it is. Pure.
 */

const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  '#39': "'",
  ndash: '-',
  mdash: '-',
  '#10': '\n',
  '#13': '',
};

/** HTML to text: lines where blocks end, no tags, entities read. */
export function withoutHtml(said: string): string {
  if (!/<\/?[a-z!][^<>]{0,500}>|&[a-z#0-9]{2,8};/i.test(said)) return said;
  return said
    .replace(/<(?:style|script|head)\b[^<>]{0,500}>[^<]{0,20000}<\/(?:style|script|head)>/gi, ' ')
    .replace(/<(?:br|\/p|\/div|\/tr|\/li|\/h[1-6]|\/table)\b[^<>]{0,200}>/gi, '\n')
    .replace(/<\/?(?:b|i|em|strong|span|code|a|u|tt|font|small)(?: [^<>]{0,500})?>/gi, '')
    .replace(/<\/?[a-z!](?![^<>\s]{0,100}@)[^<>]{0,500}>/gi, ' ')
    .replace(/&([a-z#0-9]{2,8});/gi, (whole, name: string) => ENTITIES[name.toLowerCase()] ?? whole)
    .replace(/[ \t\u00a0]{1,200}(?=[ \t\u00a0\n])/g, '');
}

/** Text without markup: Slack's and GitHub's `:emoji:`, `*bold*`, Datadog's `%%%`, `<https://…|words>`. */
export function plainProse(said: string | undefined): string | undefined {
  if (said === undefined) return undefined;
  const text = withoutHtml(said.replace(/<(https?:\/\/[^<>|]{1,2000})\|([^<>|]{1,500})>/g, '$2'))
    .replace(/%%%/g, ' ')
    .replace(/(^|[\s([])(\*{1,3}|__|`{1,3})(?=\S)([^*`\n]{1,300}?)\2(?=$|[\s).,:;!?\]])/g, '$1$3')
    .replace(/(^|\s):[a-z][a-z0-9_+-]{1,40}:(?=\s|$)/g, '$1')
    .replace(/^#{1,6} /gm, '')
    .trim();
  return text === '' ? undefined : text;
}
