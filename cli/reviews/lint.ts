/**
 * What is wrong with a review that a merge request adds: no owner or date, whys that nobody asked, follow-ups that are nobody's, and
 * what must not be in it.
 *
 * Promises: an error is what a reader would miss or must not read; a warning is what is still to be done. Pure.
 */
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { personNamed } from '../../shared/problem/blameless.ts';
import { parseBox } from '../../shared/problem/follow-ups.ts';
import { withoutNumbers } from '../../shared/problem/markdown.ts';
import { readDate } from '../../shared/rota/wall.ts';
import { type CatalogueFile, parseSource } from '../catalogue/source.ts';
import type { Finding } from '../finding.ts';

const FRONT = /^---\n([\s\S]*?)\n---\n/;
const BOX = /^\s*[-*] \[([ xX])\] (.*)$/;
const ANSWER = /^\s+- \*\*Why\?\*\* (?!\*)/;

/** @param catalogue where it compiles: who may not be named. @param today YYYY-MM-DD */
export function lintReview(file: CatalogueFile, catalogue: Catalogue | undefined, today: string): Finding[] {
  const text = file.text.replace(/^\uFEFF/, '').replace(/\r\n/g, '\n');
  const front = FRONT.exec(text);
  if (front === null)
    return [
      {
        level: 'error',
        code: 'review-front-matter',
        file: file.path,
        line: 1,
        message: 'The review has no front matter.',
        mend: 'Begin it with ---, title, date, owner and incident, and ---; `review ID --file` writes it.',
      },
    ];
  const head = front[0].split('\n').length - 1;
  const lines = text.slice(front[0].length).split('\n');
  const scene: Scene = { file: file.path, lines, head, today };
  return [
    ...checkFront(file.path, front[1]!),
    ...checkWhys(scene),
    ...checkFollowUps(scene),
    ...checkUnfinished(scene),
    ...checkPersons(scene, catalogue),
  ];
}

/** `head`: how many lines the front matter has. */
type Scene = { file: string; lines: string[]; head: number; today: string };

function checkFront(path: string, written: string): Finding[] {
  const { source, findings: unreadable } = parseSource(path, written, 1);
  if (source === undefined) return unreadable;
  const { value } = source;
  const front = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const findings: Finding[] = [];
  const owner = front['owner'];
  if (typeof owner !== 'string' || owner.trim() === '')
    findings.push({
      level: 'error',
      code: 'review-owner',
      file: path,
      line: 1,
      message: 'The review has no owner.',
      mend: 'Write owner: the team that sees to its follow-ups.',
    });
  const date = String(front['date'] ?? '');
  if (readDate(date) === undefined || !path.startsWith(`reviews/${date}-`))
    findings.push({
      level: 'error',
      code: 'review-date',
      file: path,
      line: 1,
      message: 'The review has no date, or its name has another.',
      mend: 'Write date: 2026-11-23, and begin the name of the file with it.',
    });
  return findings;
}

function checkWhys({ file, lines, head }: Scene): Finding[] {
  if (lines.some((line) => ANSWER.test(line))) return [];
  const heading = lines.findIndex((line) => /^#+ .*whys/i.test(line));
  return [
    {
      level: 'warning',
      code: 'review-whys',
      file,
      line: head + Math.max(heading, 0) + 1,
      message: 'Nobody has answered a why.',
      mend: 'Ask them: `pageturner why INCIDENT`, or write an answer after **Why?**.',
    },
  ];
}

function checkFollowUps({ file, lines, head, today }: Scene): Finding[] {
  return lines.flatMap((line, n): Finding[] => {
    const box = BOX.exec(line);
    if (box === null || box[1] !== ' ' || line.includes('Not doing, because')) return [];
    const { text, owner, due } = parseBox(box[2]!);
    const at = { file, line: head + n + 1 };
    if (owner === undefined || due === undefined)
      return [
        {
          level: 'error',
          code: 'review-follow-up',
          ...at,
          message: `The follow-up "${text.slice(0, 80)}" has no ${owner === undefined ? 'owner' : 'date'}.`,
          mend: 'Write (owner: team, due: 2027-01-31) after it, or: Not doing, because …',
        },
      ];
    if (due >= today) return [];
    const message = `The follow-up "${text.slice(0, 80)}" was due on ${due}.`;
    return [{ level: 'warning', code: 'review-overdue', ...at, message, mend: 'Tick it, or agree on another date.' }];
  });
}

function checkUnfinished({ file, lines, head }: Scene): Finding[] {
  return lines.flatMap((line, n): Finding[] =>
    line.includes('*To be written:')
      ? [
          {
            level: 'warning',
            code: 'review-unfinished',
            file,
            line: head + n + 1,
            message: 'A part is still to be written.',
            mend: 'Write it, or take the line out.',
          },
        ]
      : [],
  );
}

/** Names where they are off, and phone numbers always. */
function checkPersons({ file, lines, head }: Scene, catalogue: Catalogue | undefined): Finding[] {
  const names = catalogue?.defaults.problems?.names ?? false;
  return lines.flatMap((line, n): Finding[] => {
    const at = { file, line: head + n + 1 };
    const read = line.replace(/<!--.*?-->/g, '').replace(/\(<?https?:[^)\s]*\)|https?:\S+/g, '');
    const named = catalogue === undefined || names ? undefined : personNamed(read, catalogue);
    const number = withoutNumbers(read) !== read;
    return [
      ...(named === undefined
        ? []
        : [
            {
              level: 'error' as const,
              code: 'review-names',
              ...at,
              message: `"${named}" is a person, and reviews name no people.`,
              mend: 'Write the part that the person played, like: on call, step 1. Or set problems.names in catalogue.yaml.',
            },
          ]),
      ...(number
        ? [
            {
              level: 'error' as const,
              code: 'review-number',
              ...at,
              message: 'There is a phone number in the review.',
              mend: 'Take it out.',
            },
          ]
        : []),
    ];
  });
}
