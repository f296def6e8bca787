/**
 * The shapes that written files share: texts, lists, names, durations. Each message is a mend, for `written.ts` to show;
 * each description is for editors, which complete and explain from the JSON Schema made of it.
 */
import * as v from 'valibot';

/** The longest single-line text anybody may write; a description may be ten times that. */
export const MAX_TEXT = 200;

/** The same schema with an explanation for people who write it in an editor. */
export function described<T extends v.GenericSchema>(schema: T, description: string) {
  return v.pipe(schema, v.description(description));
}

/** One line of text, not empty. */
export function text(mend: string, limit: number = MAX_TEXT) {
  return v.pipe(v.string(mend), v.nonEmpty(mend), v.maxLength(limit, `Write at most ${limit} characters.`));
}

/** A text in a special form, such as a date. */
export function formed(form: RegExp, mend: string) {
  return v.pipe(v.string(mend), v.maxLength(2000, 'Write something shorter.'), v.regex(form, mend));
}

/** A list with at least one entry and at most so many. */
export function list<T extends v.GenericSchema>(item: T, limit: number, mend: string) {
  return v.pipe(v.array(item, mend), v.nonEmpty(mend), v.maxLength(limit, `Write at most ${limit} here.`));
}

const NAME_MEND = 'Write a name of letters, digits, - . _ and /, beginning with a letter or digit.';

/** What other files call it by. */
export const name = v.pipe(
  v.string(NAME_MEND),
  v.maxLength(100, 'Write at most 100 characters.'),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, NAME_MEND),
);

const DURATION_MEND = 'Write a number and a unit: 90s, 5m, 2h or 1d; at most 7d.';
const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `90s`, `5m`, `2h`, `1d` in seconds. */
export function readDuration(duration: string): number {
  return Number(duration.slice(0, -1)) * SECONDS[duration.slice(-1)]!;
}

/** At most a week: what should wait longer than that is no alert. */
export const duration = v.pipe(
  v.string(DURATION_MEND),
  v.regex(/^[0-9]{1,6}[smhd]$/, DURATION_MEND),
  v.check((written) => readDuration(written) <= 7 * 86_400, DURATION_MEND),
);

const LONG_MEND = 'Write a number and a unit: 90m, 12h or 30d; at most 90d.';

/** For what is counted over weeks: at most 90 days. */
export const longDuration = v.pipe(
  v.string(LONG_MEND),
  v.regex(/^[0-9]{1,6}[smhd]$/, LONG_MEND),
  v.check((written) => readDuration(written) <= 90 * 86_400, LONG_MEND),
);
