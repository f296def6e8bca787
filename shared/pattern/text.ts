/**
 * The two ways of comparing text that need more than `===`: wildcards, and ignoring case as Event Ruler does it.
 * Both walk the value once without going back over it more than the wildcard's last star; neither builds a RegExp.
 */

/** The literal runs between the stars: `a*b` is `['a', 'b']`, `*` is `['', '']`, a pattern without a star is one run. */
export type Wildcard = string[];

/**
 * @returns the runs, or a sentence that says what is wrong: `**`, or a backslash before anything but `*` and `\`
 * (Ruler's `WildcardParser`)
 */
export function parseWildcard(text: string): Wildcard | string {
  const runs: string[] = [];
  let run = '';
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!;
    if (letter === '*') {
      if (text[at + 1] === '*') return 'two stars side by side mean no more than one: write one';
      runs.push(run);
      run = '';
    } else if (letter === '\\') {
      const next = text[at + 1];
      if (next !== '*' && next !== '\\') return 'a backslash may stand only before * or another backslash';
      run += next;
      at++;
    } else {
      run += letter;
    }
  }
  runs.push(run);
  return runs;
}

/** Anchored at both ends. Leftmost placement of each run is always right, so nothing is ever tried twice. */
export function wildcardMatches(runs: Wildcard, value: string): boolean {
  const first = runs[0]!;
  if (runs.length === 1) return value === first;
  const last = runs[runs.length - 1]!;
  if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
  const end = value.length - last.length;
  let at = first.length;
  for (let index = 1; index < runs.length - 1; index++) {
    const run = runs[index]!;
    const found = value.indexOf(run, at);
    if (found < 0 || found + run.length > end) return false;
    at = found + run.length;
  }
  return true;
}

/**
 * One step for each UTF-16 unit of the pattern: what the value may hold there. Ruler's `EqualsIgnoreCaseParser` allows the
 * unit's lower-case and its upper-case form and nothing else, so `ß` is matched by `ß` and `SS` but a title-case letter such
 * as `ǅ` is not matched by itself; and it turns half of a surrogate pair into `?`.
 */
export type Caseless = { lower: string; upper: string }[];

export function parseCaseless(text: string): Caseless {
  const steps: Caseless = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const unit = code >= 0xd800 && code <= 0xdfff ? '?' : text[at]!;
    steps.push({ lower: unit.toLowerCase(), upper: unit.toUpperCase() });
  }
  return steps;
}

/** Where the value's text stops being equal to the steps, or -1 where it is not. */
export function caselessPrefixLength(steps: Caseless, value: string): number {
  let at = 0;
  for (const { lower, upper } of steps) {
    if (value.startsWith(lower, at)) at += lower.length;
    else if (value.startsWith(upper, at)) at += upper.length;
    else return -1;
  }
  return at;
}

export function caselessEquals(steps: Caseless, value: string): boolean {
  return caselessPrefixLength(steps, value) === value.length;
}

export function caselessEndsWith(steps: Caseless, value: string): boolean {
  let at = value.length;
  for (let index = steps.length - 1; index >= 0; index--) {
    const { lower, upper } = steps[index]!;
    if (value.endsWith(lower, at)) at -= lower.length;
    else if (value.endsWith(upper, at)) at -= upper.length;
    else return false;
  }
  return true;
}
