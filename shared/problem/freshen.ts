/**
 * A ticket's body with what people changed here since it was written.
 *
 * Promises: what people wrote in the ticket stays: a tree of whys that they changed is theirs, and the new one comes as a note; of
 * the follow-ups only their own lines are changed, and lines that people added are read and kept. Pure.
 */
import { boxOf, parseBox, readBoxes } from './follow-ups.ts';
import type { FollowUp, Problem } from './problem.ts';
import { sectionOf, withSection } from './sections.ts';
import { grownTree, whyTree } from './whys.ts';

type Ticket = { body: string; boxes: readonly { text: string; isDone: boolean }[] };

export type Fresh = {
  body: string;
  /** What the body had no place for. */
  note?: string;
  /** With the lines that people added to the ticket. */
  followUps: FollowUp[];
};

/** @param first the answer to the first why, for a note */
export function freshened(problem: Problem, ticket: Ticket, { first, now }: { first: string; now: string }): Fresh {
  const followUps = withTheirs(problem.followUps, ticket.boxes, now);
  const stale = problem.stale ?? [];
  let { body } = ticket;
  let note: string | undefined;
  if (stale.includes('whys')) {
    const tree = sectionOf(body, 'whys');
    const grown = tree === undefined ? undefined : grownTree(tree, problem.whys);
    if (grown === undefined) note = `The five whys, as they were answered:\n\n${whyTree(first, problem.whys)}`;
    else if (grown !== tree) body = withSection(body, 'whys', grown);
  }
  if (stale.includes('follow_ups')) {
    const list = sectionOf(body, 'follow_ups');
    if (list !== undefined) body = withSection(body, 'follow_ups', withLines(list, followUps));
  }
  return { body, followUps, ...(note === undefined ? {} : { note }) };
}

/** What is said here of those that both know, then those that people added there. */
function withTheirs(ours: readonly FollowUp[], boxes: Ticket['boxes'], now: string): FollowUp[] {
  return [...ours, ...readBoxes(ours, boxes, now).slice(ours.length)];
}

const BOX = /^(\s*)[-*] \[[ xX]\] /;

function withLines(list: string, followUps: readonly FollowUp[]): string {
  const left = new Set(followUps);
  const lines = list.split('\n').map((line) => {
    const box = BOX.exec(line);
    if (box === null) return line;
    const { id, text } = parseBox(line.slice(box[0].length));
    const found = [...left].find((one) => one.id === id) ?? [...left].find((one) => one.text === text);
    if (found === undefined) return line;
    left.delete(found);
    return `${box[1]}${boxOf(found)}`;
  });
  const last = lines.findLastIndex((line) => BOX.test(line));
  return lines.toSpliced(last + 1, 0, ...[...left].map(boxOf)).join('\n');
}
