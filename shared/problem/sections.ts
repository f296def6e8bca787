/**
 * The parts of a ticket's body that are ours to write anew: each lies between two comments that only we write.
 *
 * Promises: what people wrote outside of a part is never changed; a part that people took away stays away. Pure.
 */
const OPEN = (name: string) => `<!-- pageturner:${name} -->`;
const CLOSE = (name: string) => `<!-- /pageturner:${name} -->`;

/** A part with its comments around it. */
export function section(name: string, text: string): string {
  return `${OPEN(name)}\n${text}\n${CLOSE(name)}`;
}

/** The text of a part; undefined where the body has none, or only half of one. */
export function sectionOf(body: string, name: string): string | undefined {
  const found = bounds(body, name);
  return found && body.slice(found.from, found.to).trim();
}

/** The body with a part written anew; the same body where it has none. */
export function withSection(body: string, name: string, text: string): string {
  const found = bounds(body, name);
  return found ? `${body.slice(0, found.from)}\n${text}\n${body.slice(found.to)}` : body;
}

function bounds(body: string, name: string): { from: number; to: number } | undefined {
  const open = body.indexOf(OPEN(name));
  if (open < 0) return undefined;
  const from = open + OPEN(name).length;
  const to = body.indexOf(CLOSE(name), from);
  return to < 0 ? undefined : { from, to };
}

/** Says that a ticket or a note tells of an incident. */
export function toldOf(incident: string): string {
  return `<!-- pageturner:incident ${incident} -->`;
}

export function tellsOf(body: string, incident: string): boolean {
  return body.includes(toldOf(incident));
}
