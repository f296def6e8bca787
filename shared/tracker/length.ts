/** Texts cut to what a tracker takes. Pure; called by the vendors' folders. */

/** A title on one line, at most so many characters long. */
export function titleWithin(title: string, most: number): string {
  const line = title.replace(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most - 1).toWellFormed()}…`;
}

const CUT = '\n\n*The rest is too long for this tracker: `pageturner review` has it.*\n';

/** A text of whole lines, at most so many characters long; the last line says where it was cut. */
export function textWithin(text: string, most: number): string {
  if (text.length <= most) return text;
  const room = text.slice(0, most - CUT.length);
  const end = room.lastIndexOf('\n');
  return `${(end > 0 ? room.slice(0, end) : room).toWellFormed()}${CUT}`;
}
