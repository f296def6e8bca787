/**
 * Why this runbook: what was tried, what it came to, what came second and by how much. For `explain` and the console.
 *
 * Promises: it says what `choose` did, from what `choose` answered and from the patterns themselves; it decides nothing.
 * Pure.
 */
import type { Alert } from '../../shared/alert/alert.ts';
import { FLOOR } from '../../shared/runbook/choose.ts';
import { runbookLinks } from '../../shared/runbook/links.ts';
import type { Candidate, Choice } from '../../shared/runbook/runbook.ts';

export type Tried = {
  way: 'link' | 'pattern' | 'person' | 'words';
  /** One sentence. */
  said: string;
  candidates: Candidate[];
};

export type Why = {
  tried: Tried[];
  /** What would have been the answer without the first, and how far behind it is. */
  second: { runbook: string; by: Candidate['by']; behind: string } | null;
};

/** @param patterns how many runbooks have a pattern */
export function explainChoice(choice: Choice, alert: Alert, patterns: number): Why {
  const of = (way: Candidate['by']) => choice.candidates.filter(({ by }) => by === way);
  const links = runbookLinks(alert);
  const [linked, matching, said, sounding] = [of('link'), of('pattern'), of('person'), of('words')];
  return {
    tried: [
      { way: 'link', said: saidOfLinks(links.length, linked, choice.url), candidates: linked },
      { way: 'pattern', said: `${matching.length} of ${patterns} patterns match.`, candidates: matching },
      ...(said[0] === undefined
        ? []
        : [{ way: 'person' as const, said: `${capital(said[0].why)}.`, candidates: said }]),
      { way: 'words', said: saidOfWords(sounding), candidates: sounding.slice(0, 3) },
    ],
    second: secondOf(choice),
  };
}

function saidOfLinks(count: number, linked: Candidate[], url: string | undefined): string {
  if (count === 0) return 'The alert has no runbook link.';
  if (linked[0]) return `${capital(linked[0].why)}.`;
  if (url !== undefined) return `Its link leads to an allowed host: ${url}.`;
  return count === 1
    ? 'Its link leads to no runbook and no allowed host.'
    : `None of its ${count} links leads to a runbook.`;
}

function saidOfWords(sounding: Candidate[]): string {
  const [first] = sounding;
  if (first === undefined) return 'No runbook shares a word with it.';
  const verdict = first.score >= FLOOR ? 'above' : 'below';
  return `The nearest is ${first.runbook} with ${first.score.toFixed(2)}, ${verdict} the floor of ${FLOOR}.`;
}

function secondOf({ candidates }: Choice): Why['second'] {
  const [first, second] = candidates;
  if (!first || !second) return null;
  const { runbook, by } = second;
  if (first.by !== by)
    return { runbook, by, behind: `a ${first.by === 'words' ? 'match by words' : first.by} goes before ${by}` };
  if (by === 'words') return { runbook, by, behind: `${(first.score - second.score).toFixed(2)} less likely` };
  return {
    runbook,
    by,
    behind: first.why.includes('tied') ? 'tied; the first by path goes first' : `less narrow: ${second.why}`,
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
