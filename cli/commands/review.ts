/** `pageturner review`, `pageturner why`: the review of an incident as Markdown, and the five whys, asked one by one. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Review } from '../../shared/flow/review.ts';
import { oneLine } from '../../shared/message/gsm.ts';
import type { Why } from '../../shared/problem/problem.ts';
import { Misuse, saying } from '../folder.ts';
import { reviewFile, reviewPath } from '../reviews/file.ts';
import { call, type ServerOptions } from '../server.ts';
import { idOf } from './operate.ts';

const DEEPEST = 5;

export async function runReview(
  id: string,
  options: ServerOptions & { file?: boolean; workaround?: string; catalogue: string },
): Promise<void> {
  await saying(async () => {
    if (options.workaround !== undefined) return await sayWorkaround(id, options.workaround, options);
    const review = await reviewAt(options, id);
    if (options.json) process.stdout.write(`${JSON.stringify(review)}\n`);
    else if (options.file) {
      const path = join(options.catalogue, reviewPath(review));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, reviewFile(review), { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
        throw new Misuse(error.code === 'EEXIST' ? `${path} is there already.` : `${path} cannot be written.`);
      });
      process.stdout.write(`${path}\n`);
    } else process.stdout.write(`# ${oneLine(review.title)}\n\n${review.markdown}`);
  });
}

async function sayWorkaround(id: string, text: string, options: ServerOptions): Promise<void> {
  const incident = await idOf(options, id);
  const done = await call(options, 'POST', `/incidents/${encodeURIComponent(incident)}/workaround`, { text });
  process.stdout.write(options.json ? `${JSON.stringify(done)}\n` : `The next page of ${incident} shows it.\n`);
}

async function reviewAt(options: ServerOptions, id: string): Promise<Review> {
  return (await call(options, 'GET', `/incidents/${encodeURIComponent(await idOf(options, id))}/review`)) as Review;
}

/** What is typed, line by line; undefined at the end. */
export type NextLine = () => Promise<string | undefined>;

/** Asks until an empty line; what is refused is asked again. Each answer is kept at once. Ends with 1 where one was refused. */
export async function runWhy(id: string, options: ServerOptions, next?: NextLine): Promise<void> {
  await saying(async () => {
    const review = await reviewAt(options, id);
    process.stderr.write(`${oneLine(review.title)}\nAsk what and how, not who. An empty line ends a branch.\n`);
    process.stderr.write(`Why were people paged? ${oneLine(review.first.replace(/\\(.)/g, '$1'))}\n`);
    const lines = next ?? (await linesOfInput());
    const answers = { options, incident: review.incident, next: lines };
    let { whys, refused } = await askBranch(answers, review.whys, review.whys.at(-1)?.id);
    for (;;) {
      process.stderr.write('What else made it possible, likelier or longer? ');
      const text = (await lines())?.trim();
      if (text === undefined || text === '') break;
      const kept = await keep(answers, { text });
      if (kept === undefined) refused = true;
      else {
        const branch = await askBranch(answers, kept, kept.at(-1)!.id);
        whys = branch.whys;
        refused ||= branch.refused;
      }
    }
    process.stderr.write('\n');
    if (options.json) process.stdout.write(`${JSON.stringify({ whys })}\n`);
    if (refused) process.exitCode = 1;
  });
}

type Asking = { options: ServerOptions; incident: string; next: NextLine };

/** Goes on from an answer, why by why, five deep at most. */
async function askBranch(
  asking: Asking,
  known: Why[],
  from: string | undefined,
): Promise<{ whys: Why[]; refused: boolean }> {
  let [whys, under, refused] = [known, from, false];
  while (depthOf(whys, under) < DEEPEST) {
    const before = whys.find(({ id }) => id === under)?.text;
    process.stderr.write(`Why${before === undefined ? '' : `: ${oneLine(before)}`}? `);
    const text = (await asking.next())?.trim();
    if (text === undefined || text === '') break;
    const kept = await keep(asking, { text, ...(under === undefined ? {} : { under }) });
    if (kept === undefined) refused = true;
    else [whys, under] = [kept, kept.at(-1)!.id];
  }
  return { whys, refused };
}

function depthOf(whys: Why[], id: string | undefined): number {
  let depth = 0;
  for (let at = id; at !== undefined && depth < DEEPEST; depth++) at = whys.find((why) => why.id === at)?.under;
  return depth;
}

/** Undefined for an answer that was refused: the sentence is on standard error. */
async function keep(
  { options, incident }: Asking,
  answer: { text: string; under?: string },
): Promise<Why[] | undefined> {
  try {
    const path = `/incidents/${encodeURIComponent(incident)}/whys`;
    return ((await call(options, 'POST', path, answer)) as { whys: Why[] }).whys;
  } catch (error) {
    if (!(error instanceof Misuse)) throw error;
    process.stderr.write(`${error.message}\n`);
    return undefined;
  }
}

/** Lines as they are typed, or as a file or a pipe has them. */
async function linesOfInput(): Promise<NextLine> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = await lines.next();
    return done ? undefined : value;
  };
}
