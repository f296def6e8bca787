/**
 * What a log may hold: lines of JSON with a level and a message, the incident's id where they are about one, and never a
 * number of a person. Pure; `test/local/build.ts` asks it of every line that the functions wrote while the tests ran.
 */

/** Any number with its country, and those that the samples use (Ofcom keeps 07700 900000 to 900999 for drama). */
const NUMBER = /\+\d{8,15}|(?:44|0)7700 ?900 ?\d{3}/;
/** Said of one incident, so that whoever looks for its id finds the line. */
const ABOUT_AN_INCIDENT = /^(Incident changed|Nothing new|Page sent|Page failed|An incident |What an incident owes )/;

/** Sentences about the lines (`function<TAB>line`) that a log may not hold; a number is not repeated. */
export function unfit(lines: readonly string[]): string[] {
  return [...new Set(lines.flatMap(unfitIn))];
}

function unfitIn(whole: string): string[] {
  const [who, ...rest] = whole.split('\t');
  const line = rest.join('\t');
  const wrong = (what: string) => [`The log of ${who} ${what}: ${line.replace(new RegExp(NUMBER, 'g'), '<number>')}`];
  if (NUMBER.test(line)) return wrong('holds a phone number');
  // A measure, as CloudWatch makes metrics of it: no level, no message.
  if (line.startsWith('{"_aws":')) return [];
  const read = readLine(line);
  if (!read) return wrong('has a line that is no JSON with a level and a message');
  if (ABOUT_AN_INCIDENT.test(read.message) && !read.incident) return wrong('tells of an incident without its id');
  return [];
}

function readLine(line: string): { message: string; incident?: string } | undefined {
  try {
    const read = JSON.parse(line) as { level?: unknown; message?: unknown; incident?: string };
    return typeof read.level === 'string' && typeof read.message === 'string'
      ? (read as { message: string; incident?: string })
      : undefined;
  } catch {
    return undefined;
  }
}
