/**
 * A runbook's commands with the alert's own values in them: `kubectl logs {{ labels.pod }}`.
 *
 * Promises: a value that was filled in is one word of the command and nothing else, for any text of the sender; where that
 * cannot be promised the placeholder stays as it was written, and a command that lacks a version never reaches a person. Only code is filled: prose stays the author's. Pure.
 *
 * A placeholder is a path into the alert: names, dots, and numbers in brackets. Called by the page that shows a runbook.
 */

const PLACEHOLDER = /\{\{ {0,4}([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[\d{1,3}\]){0,8}) {0,4}\}\}/g;
/** Characters that no shell takes for anything but themselves, in quotes or out of them. */
const HARMLESS = /^[A-Za-z0-9_@%+:,./][A-Za-z0-9_@%+=:,./-]*$/;
const MAX_VALUE_CHARACTERS = 300;

/** Fills the placeholders of a block or span of code from a plain value, such as an alert. */
export function fillCommands(code: string, values: unknown): string {
  return code
    .split('\n')
    .map((line) => fillLine(line, values))
    .join('\n');
}

/** What of a deployment a command may name, and what is the matter where it could not be filled in. */
const WANTING: Record<string, string> = {
  'deployment.lastGood': 'no earlier version that ran well is on record',
  'deployment.version': 'the version that was deployed is not known',
  service: 'the service is not known',
  environment: 'the environment is not known',
};

/**
 * Why a filled command is not to be used: the first value of a deployment that it still lacks. Undefined where it is whole.
 *
 * @param values that were filled in: one that is there was refused, for a shell could take it for more than one word
 */
export function lacking(
  filled: string,
  values: unknown,
  only: readonly string[] = Object.keys(WANTING),
): string | undefined {
  for (const [, path = ''] of filled.matchAll(PLACEHOLDER)) {
    if (!only.includes(path) || WANTING[path] === undefined) continue;
    return look(values, path) === undefined ? WANTING[path] : `${path} cannot be put into a command safely`;
  }
  return undefined;
}

/** Fills code for a person: a line that still lacks a version is left out and says why. */
export function fillForPeople(code: string, values: unknown): string {
  return code
    .split('\n')
    .map((line) => {
      const filled = fillLine(line, values);
      const why = lacking(filled, values, ['deployment.lastGood', 'deployment.version']);
      return why === undefined ? filled : `# A command is left out here: ${why}.`;
    })
    .join('\n');
}

function fillLine(line: string, values: unknown): string {
  return line.replace(PLACEHOLDER, (written, path: string, offset: number) => {
    const value = look(values, path);
    if (value === undefined) return written;
    // A path that climbs is harmless to the shell and to nothing else.
    if (value.includes('..')) return written;
    if (HARMLESS.test(value)) return value;
    // Like an option, or in the middle of a word or of quotes: it could not be kept to one word.
    if (value.startsWith('-') || value === '') return written;
    return standsAlone(line, offset, offset + written.length) ? quoted(value) : written;
  });
}

/** A POSIX shell takes what is in single quotes as it is; only the quote itself ends them. [POSIX 2.2.2] */
function quoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

function standsAlone(line: string, from: number, to: number): boolean {
  const before = line[from - 1];
  const after = line[to];
  const isEdge = (character: string | undefined) => character === undefined || /[\s=]/.test(character);
  // A comment or a quote that was opened before it leaves nothing certain.
  return isEdge(before) && (after === undefined || /\s/.test(after)) && !/["'`#\\$]/.test(line.slice(0, from));
}

/** The text at a path of own properties; undefined where there is none, or what is there is no single value. */
function look(values: unknown, path: string): string | undefined {
  let at: unknown = values;
  for (const [, name, index] of path.matchAll(/([A-Za-z_][\w-]*)|\[(\d+)\]/g)) {
    const key = name ?? index!;
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  if (typeof at !== 'string' && typeof at !== 'number') return undefined;
  // A line break would be a second command.
  const text = String(at)
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ')
    .trim();
  return text.length > MAX_VALUE_CHARACTERS ? undefined : text;
}
