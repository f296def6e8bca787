/**
 * The five whys as a tree: a why may have several answers, and each of them is asked why in its turn. Pure.
 */
import { inline } from './markdown.ts';
import type { Why } from './problem.ts';

/** No tree of people is deeper. */
const MAX_DEPTH = 10;

/** `first`: the answer to "why were people paged", as Markdown. Whys that nobody has answered are left open for five. */
export function whyTree(first: string, whys: readonly Why[]): string {
  return [`${ASKS}${first}`, ...below(undefined, whys, 1)].join('\n');
}

const ASKS = '- **Why were people paged?** ';

/**
 * The tree that a ticket has, with the answers that it lacks. Undefined where people have written into it: then it is theirs.
 *
 * @param tree as the ticket has it
 */
export function grownTree(tree: string, whys: readonly Why[]): string | undefined {
  const [line = ''] = tree.split('\n', 1);
  if (!line.startsWith(ASKS)) return undefined;
  const first = line.slice(ASKS.length);
  const isOurs = [whys.length, ...whys.keys()].some((count) => whyTree(first, whys.slice(0, count)) === tree);
  return isOurs ? whyTree(first, whys) : undefined;
}

function below(under: string | undefined, whys: readonly Why[], depth: number): string[] {
  const answers = whys.filter((why) => why.under === under);
  const indent = '  '.repeat(depth);
  if (answers.length === 0 || depth > MAX_DEPTH)
    return depth >= 5 ? [] : [`${indent}- **Why?** *To be answered: ask what and how, not who.*`];
  return answers.flatMap(({ id, text }) => [`${indent}- **Why?** ${inline(text)}`, ...below(id, whys, depth + 1)]);
}
