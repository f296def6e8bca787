/** `pageturner shadow`: whom Pageturner would have told, with what words; beside another tool's incidents. */
import { readFile } from 'node:fs/promises';
import { oneLine } from '../../shared/message/gsm.ts';
import type { Shadow } from '../../shared/store/shadows.ts';
import { type Clocks, clocksOf } from '../clocks.ts';
import { Misuse, saying } from '../folder.ts';
import { call, type ServerOptions } from '../server.ts';
import { besideOf, type Ours, oursOf, readTheirs } from '../shadow/shadow.ts';
import { sinceOf } from './deployments.ts';

export async function runShadow(options: ServerOptions & { since: string; beside?: string }): Promise<void> {
  await saying(async () => {
    const since = sinceOf(options.since, Date.now());
    const { shadow } = (await call(options, 'GET', `/shadow?since=${since}`)) as { shadow: Shadow[] };
    const ours = oursOf(shadow);
    const clocks = await clocksOf(options);
    if (options.beside === undefined) {
      print(
        options,
        { ours },
        ours.length === 0
          ? [`Nobody would have been told anything since ${clocks.say(since)}.`]
          : ours.flatMap((one) => told(one, clocks)),
      );
      return;
    }
    const theirs = readTheirs(await readJson(options.beside)).filter(({ at }) => at >= since);
    const beside = besideOf(ours, theirs);
    print(options, beside, [
      `Both: ${beside.both.length}`,
      ...beside.both.map(
        ({ ours: { title }, theirs: { id }, secondsLater }) =>
          `  ${oneLine(`${id}  ${secondsLater <= 0 ? `${-secondsLater}s sooner` : `${secondsLater}s later`}  ${title}`)}`,
      ),
      `Only the other tool: ${beside.onlyTheirs.length}`,
      ...beside.onlyTheirs.map(({ at, id, title }) => `  ${oneLine(`${clocks.say(at)}  ${id}  ${title}`)}`),
      `Only Pageturner: ${beside.onlyOurs.length}`,
      ...beside.onlyOurs.map(({ at, incident, title }) => `  ${oneLine(`${clocks.say(at)}  ${incident}  ${title}`)}`),
    ]);
  });
}

function told({ incident, at, title, told: pages }: Ours, clocks: Clocks): string[] {
  return [
    oneLine(`${clocks.say(at)}  ${incident}  ${title}`),
    ...pages.map((page) => `  ${oneLine(`${clocks.say(page.at)}  ${page.channel} to ${page.to}: ${page.text}`)}`),
  ];
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Misuse(`${file} cannot be read.`);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new Misuse(`${file} is not one JSON document.`);
  }
}

function print(options: ServerOptions, value: unknown, lines: string[]): void {
  process.stdout.write(options.json ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`);
}
