/**
 * How to roll back: one hint of the catalogue, with the versions of a deployment filled in.
 *
 * The first that is there: `rollback` in the runbook's front matter; the first code of its section called Roll back, or
 * its first paragraph; `rollback` of the service that was deployed. A runbook speaks for its incident's service alone.
 *
 * Promises: what a sender wrote (a version may be called anything) is one word of the command, quoted for the shell; a
 * hint is whole, or it is a sentence that says why there is none. Pure. Called by the flow of suspects.
 */
import { fillCommands, lacking } from './fill.ts';
import { sectionCalled } from './steps.ts';

/** What `rollback` of a runbook or service may name. */
export const ROLLBACK_PLACEHOLDERS = ['deployment.version', 'deployment.lastGood', 'service', 'environment'] as const;

export type RollbackValues = {
  service?: string | undefined;
  environment?: string | undefined;
  deployment: { version?: string | undefined; lastGood?: string | undefined };
};

/** Longest hint that travels with an incident; a longer one is only pointed at. */
const MAX_CHARACTERS = 600;
const MAX_LINES = 5;
const HEADING = /^(roll(ing)?[ -]?back|revert|undo)\b/i;

/** Lines of the command or sentence; undefined where neither runbook nor service says how. */
export function rollbackHint(
  runbook: { rollback?: string; body: string } | undefined,
  service: { rollback?: string } | undefined,
  values: RollbackValues,
): string | undefined {
  const written = runbook?.rollback ?? sectionHint(runbook?.body) ?? service?.rollback;
  if (written === undefined) return undefined;
  const filled = fillCommands(written.trim(), values);
  const why = lacking(filled, values);
  if (why !== undefined) return `The command is left out: ${why}.`;
  const isShort = filled.length <= MAX_CHARACTERS && filled.split('\n').length <= MAX_LINES;
  return isShort ? filled : 'See how to roll back in the runbook.';
}

function sectionHint(body: string | undefined): string | undefined {
  const section = body === undefined ? undefined : sectionCalled(body, HEADING);
  return section === undefined ? undefined : (firstCode(section) ?? firstParagraph(section));
}

/** The first block of code, fenced or indented, without the prompts of a terminal. */
function firstCode(section: string): string | undefined {
  const lines = section.split('\n');
  const start = lines.findIndex((line) => /^ {0,3}(```|~~~)/.test(line) || /^(?: {4}|\t)\s*\S/.test(line));
  if (start < 0) return undefined;
  const isFenced = /^ {0,3}(```|~~~)/.test(lines[start]!);
  const code: string[] = [];
  for (const line of lines.slice(isFenced ? start + 1 : start)) {
    if (isFenced ? /^ {0,3}(```|~~~)/.test(line) : !/^(?: {4}|\t)/.test(line)) break;
    code.push(line.trim().replace(/^\$ /, ''));
  }
  return code.join('\n').trim() || undefined;
}

function firstParagraph(section: string): string | undefined {
  return (
    section
      .trim()
      .split(/\n\s*\n/, 1)[0]
      ?.replace(/\s+/g, ' ') || undefined
  );
}
