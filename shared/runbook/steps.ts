/**
 * What to do first: the section of a runbook that is at the top of the page that people are sent.
 * Pure. Called by the console and by lint.
 */
/** Headings under which runbooks say what to do first, best first. */
const FIRST = [
  /^(first steps?|do (this )?first|first (five|5|ten|10) minutes|immediate actions?|what to do( first)?|quick (fix|steps))\b/i,
  /^(mitigation|remediation|resolution|fix|steps?|actions?|procedure)\b/i,
  /^(diagnosis|diagnose|triage|investigat\w*|troubleshooting|debug\w*)\b/i,
];

/** The section that says what to do first, and the runbook without its title; the whole where no heading says so. */
export function firstSteps(text: string): { first?: { heading: string; body: string }; rest: string } {
  const body = withoutTitle(text);
  const parts = body.split(/^(?=#{2,3} )/m);
  for (const pattern of FIRST) {
    const found = parts.find((part) => pattern.test(headingOf(part)));
    if (found) {
      return {
        first: { heading: headingOf(found), body: found.replace(/^#+ [^\n]*\n?/, '') },
        rest: parts.filter((part) => part !== found).join(''),
      };
    }
  }
  return { rest: body };
}

/** A runbook without the heading that is its title: the page has one already. */
export function withoutTitle(text: string): string {
  return text.replace(/^\s*# [^\n]*\n/, '');
}

/** The body of the first section whose heading is so called; undefined where there is none. */
export function sectionCalled(text: string, heading: RegExp): string | undefined {
  const found = text.split(/^(?=#{2,4} )/m).find((part) => heading.test(headingOf(part)));
  return found?.replace(/^#+ [^\n]*\n?/, '');
}

function headingOf(part: string): string {
  return (
    /^#{2,4} +([^\n]*)/
      .exec(part)?.[1]
      ?.replace(/#+\s*$/, '')
      .trim() ?? ''
  );
}
