/** `pageturner pair --alarms FILE`: each alarm of an estate with its runbook, confirmed by a person and written as `match`. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { instantOption, Misuse, openLoaded, saying } from '../folder.ts';
import { checklist, coverageText, readChecklist } from '../pair/checklist.ts';
import { readEstate } from '../pair/estate.ts';
import { withMatch } from '../pair/front-matter.ts';
import { type Confirmed, coverageOf, type Pairing, pairAll, patternsFor } from '../pair/pair.ts';

type Options = { alarms: string; catalogue: string; markdown?: boolean; apply?: string; json?: boolean; at?: string };

export async function runPair(options: Options): Promise<void> {
  await saying(async () => {
    const now = new Date(instantOption('at', options.at)).toISOString();
    const loaded = await openLoaded(options.catalogue, Date.parse(now));
    const { runbooks } = loaded.catalogue;
    const isRunbook = (id: string) => Object.hasOwn(runbooks, id);
    const pairings = pairAll(readEstate(await readText(options.alarms), now), { loaded, silences: [], now });
    const coverage = coverageOf(pairings, Object.keys(runbooks));
    if (options.json) {
      const shown = pairings.map(({ alert: _, ...rest }) => rest);
      process.stdout.write(`${JSON.stringify({ coverage, pairings: shown })}\n`);
      return;
    }
    if (options.markdown) {
      process.stdout.write(checklist(pairings, coverage));
      return;
    }
    const confirmed =
      options.apply === undefined
        ? await askAbout(pairings, isRunbook)
        : readChecklist(await readText(options.apply), isRunbook);
    const existing = new Map(Object.entries(runbooks).flatMap(([id, { match }]) => (match ? [[id, match]] : [])));
    await writeAll(options.catalogue, patternsFor(confirmed, pairings, existing));
    const left = { ...coverage, certain: coverage.certain + confirmed.length };
    process.stdout.write(
      `${coverageText({ ...left, proposed: Math.max(0, left.alarms - left.certain - left.none) })}\n`,
    );
  });
}

/** Asks on the terminal; without one, nothing is confirmed and the proposals are shown. */
async function askAbout(pairings: Pairing[], isRunbook: (id: string) => boolean): Promise<Confirmed[]> {
  const open = pairings.filter(({ state }) => state !== 'certain');
  if (!process.stdin.isTTY) {
    process.stdout.write(open.map((one) => `${questionOf(one)}\n`).join(''));
    return [];
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const confirmed: Confirmed[] = [];
  try {
    for (const one of open) {
      const answer = (await terminal.question(`${questionOf(one)}\n  yes, no, another path, or quit? `)).trim();
      if (/^q(uit)?$/i.test(answer)) break;
      const runbook = /^y(es)?$/i.test(answer) ? one.runbook : /^(n(o)?)?$/i.test(answer) ? undefined : answer;
      if (runbook === undefined) continue;
      if (isRunbook(runbook)) confirmed.push({ where: one.where, runbook });
      else process.stdout.write(`  The catalogue has no runbook ${JSON.stringify(runbook)}: passed over.\n`);
    }
  } finally {
    terminal.close();
  }
  return confirmed;
}

function questionOf({ name, runbook, why, score = 0, second, state }: Pairing): string {
  if (state === 'none') return `${name}: none proposed; ${why}`;
  const besides =
    second === undefined ? '' : `\n  second best: ${second.runbook} (${Math.round(second.score * 100)} %)`;
  return `${name}: ${runbook} (${Math.round(score * 100)} %)\n  ${why}${besides}`;
}

async function writeAll(folder: string, patterns: Map<string, object>): Promise<void> {
  for (const [runbook, match] of patterns) {
    const file = join(folder, 'runbooks', `${runbook}.md`);
    if (!existsSync(file)) {
      process.stderr.write(`${file} is not there: write match: ${JSON.stringify(match)} by hand.\n`);
      process.exitCode = 1;
      continue;
    }
    try {
      await writeFile(file, withMatch(await readFile(file, 'utf8'), match));
      process.stdout.write(`${file}: match ${JSON.stringify(match)}\n`);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      process.stderr.write(`${file}: ${error.message}. It needs match: ${JSON.stringify(match)}\n`);
      process.exitCode = 1;
    }
  }
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => {
    throw new Misuse(`${file} cannot be read.`);
  });
}
