/** `pageturner search WORDS`: the runbooks that answer, each with the section that does. */
import type { Runbook } from '../../shared/runbook/runbook.ts';
import { sectionsOf } from '../../shared/search/document.ts';
import { buildWordIndex, openWordIndex } from '../../shared/search/search.ts';
import { readRunbooks } from '../runbooks/folder.ts';
import { type LookedUp, lookUp, vocabularyOf } from '../search/lookup.ts';

type Shown = { runbook: string; title: string; score: number; heading: string; text: string };

const SHOWN = 5;
const SHOWN_LINES = 3;
const LINE_CHARACTERS = 120;

/** @returns the exit status: 1 where no runbook answers, 2 where the folder cannot be read */
export async function runSearch(text: string, options: { catalogue: string; json?: boolean }): Promise<number> {
  let runbooks: Runbook[];
  try {
    ({ runbooks } = readRunbooks(options.catalogue));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 2;
  }
  const found = searchRunbooks(runbooks, text);
  process.stdout.write(options.json ? `${JSON.stringify(found)}\n` : asText(found));
  return found.answers.length > 0 ? 0 : 1;
}

/** @returns the best answers first, each with the heading and the first lines of the section that answers */
export function searchRunbooks(
  runbooks: Runbook[],
  text: string,
): { answers: Shown[]; corrected: LookedUp['corrected'] } {
  const index = openWordIndex(buildWordIndex(runbooks));
  const vocabulary = vocabularyOf(runbooks.map(({ id, title, body }) => `${id} ${title} ${body}`));
  const { answers, corrected } = lookUp(index, text, vocabulary);
  const byId = new Map(runbooks.map((one) => [one.id, one]));
  return {
    corrected,
    answers: answers.slice(0, SHOWN).map(({ id, score, section }) => {
      const { title, body } = byId.get(id)!;
      const { heading = '', text: below = '' } = sectionsOf(body)[section] ?? {};
      return { runbook: id, title, score, heading, text: firstLines(below) };
    }),
  };
}

function firstLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s*(```|~~~)/.test(line));
  return lines
    .slice(0, SHOWN_LINES)
    .map((line) => line.slice(0, LINE_CHARACTERS))
    .join('\n');
}

function asText({ answers, corrected }: ReturnType<typeof searchRunbooks>): string {
  const taken = corrected.map(({ said, meant }) => `No runbook says "${said}": searched for "${meant}".\n`);
  if (answers.length === 0) return `${taken.join('')}No runbook says any of this.\n`;
  const blocks = answers.map(({ runbook, title, heading, text }) => {
    const where = heading === '' || heading === title ? title : `${title} › ${heading}`;
    const indented = text === '' ? '' : `${text.replace(/^/gm, '    ')}\n`;
    return `${runbook}\n  ${where}\n${indented}`;
  });
  return `${taken.join('')}${blocks.join('\n')}`;
}
