/** `pageturner backtest`: what a catalogue would have done with a history, beside another. Exit 1 where an alert would reach nobody. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { normaliseTaught } from '../../shared/intake/taught.ts';
import { oneLine } from '../../shared/message/gsm.ts';
import type { Loaded } from '../../shared/routing/loaded.ts';
import { teacherOf } from '../../shared/sender/mapping.ts';
import { type Change, compare } from '../backtest/compare.ts';
import { type Line, readLine } from '../backtest/history.ts';
import { placeOf, writeNote } from '../backtest/note.ts';
import { type Read, type Replayed, readAll, replay } from '../backtest/replay.ts';
import { asMarkdown, asText } from '../backtest/words.ts';
import { clocks } from '../clocks.ts';
import { explain } from '../explain/explain.ts';
import { Misuse, openLoaded, saying } from '../folder.ts';
import { asText as explanation } from './explain.ts';

type Options = {
  history: string;
  catalogue: string;
  base?: string;
  line?: string;
  markdown?: boolean;
  codeQuality?: string;
  note?: boolean;
  json?: boolean;
};

export async function runBacktest(options: Options): Promise<void> {
  await saying(async () => {
    const { lines, unread } = await readHistory(options.history);
    const [first] = lines;
    if (first === undefined)
      throw new Misuse(`${options.history} has no alert. 'pageturner history' writes one a line.`);
    // Calendars become shifts from this instant on.
    const from = Date.parse(first.at);
    const loaded = await openLoaded(options.catalogue, from);
    if (options.line !== undefined) return explainLine(options, lines, loaded);
    const reads = await readAll(lines, loaded);
    const after = replay(reads, loaded);
    const base = options.base === undefined ? after : await replayBase(options.base, { lines, reads, loaded, from });
    const zone = loaded.catalogue.defaults.timeZone;
    const found = compare(lines, base, after, (person) => loaded.catalogue.people[person]?.timeZone ?? zone);
    if (unread > 0) found.notReplayed['its line cannot be read'] = unread;
    found.alerts += unread;
    if (options.json) process.stdout.write(`${JSON.stringify(found)}\n`);
    else process.stdout.write(options.markdown ? asMarkdown(found) : asText(found, options.history));
    if (options.codeQuality !== undefined)
      await writeFile(
        options.codeQuality,
        `${JSON.stringify(found.lost.map((one) => asCodeQuality(options.catalogue, one)))}\n`,
      );
    if (options.note) await noteOn(asMarkdown(found));
    if (found.lost.length > 0) process.exitCode = 1;
  });
}

/** On the merge request, where that can be; a note that cannot be written fails nothing, for the log says the same. */
async function noteOn(markdown: string): Promise<void> {
  const place = placeOf(process.env);
  if ('missing' in place) {
    process.stderr.write(`No note was written: ${place.missing}.\n`);
    return;
  }
  try {
    process.stderr.write(`The note on the merge request was ${await writeNote(place, markdown)}.\n`);
  } catch (error) {
    process.stderr.write(`No note was written. ${error instanceof Error ? error.message : ''}\n`);
  }
}

/** An alert that would reach nobody, as merge requests of GitLab show it. Source: GitLab, "Code Quality report format". */
function asCodeQuality(folder: string, { title, what, at }: Change): object {
  return {
    description: oneLine(`${title}: ${what.join('; ')}`).slice(0, 300),
    check_name: 'would-reach-nobody',
    fingerprint: createHash('sha256').update(`${at}\n${title}`).digest('hex'),
    severity: 'critical',
    location: { path: `${folder.replaceAll('\\', '/')}/catalogue.yaml`, lines: { begin: 1 } },
  };
}

async function replayBase(
  folder: string,
  { lines, reads, loaded, from }: { lines: Line[]; reads: Read[]; loaded: Loaded; from: number },
): Promise<Replayed> {
  const base = await openLoaded(folder, from);
  const sendersOf = ({ catalogue }: Loaded) => JSON.stringify(catalogue.senders ?? {});
  return replay(sendersOf(base) === sendersOf(loaded) ? reads : await readAll(lines, base), base);
}

/** The lines in the order of time, and how many could not be read. A line's number is its place in that order, from 1. */
async function readHistory(file: string): Promise<{ lines: Line[]; unread: number }> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  const lines: Line[] = [];
  let unread = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (text.trim() === '') continue;
      try {
        lines.push(readLine(text));
      } catch {
        unread++;
      }
    }
  } catch {
    throw new Misuse(`${file} cannot be read.`);
  }
  lines.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return { lines, unread };
}

/** What `explain` says of one alert of the history, by the catalogue and by the base. */
async function explainLine({ line: written, base, catalogue }: Options, lines: Line[], loaded: Loaded): Promise<void> {
  const line = lines[Number(written) - 1];
  if (line === undefined) throw new Misuse(`--line: write a number from 1 to ${lines.length}.`);
  const both = [
    [catalogue, loaded] as const,
    ...(base === undefined ? [] : [[base, await openLoaded(base, Date.parse(line.at))] as const]),
  ];
  for (const [folder, by] of both) {
    const body =
      line.raw === undefined ? undefined : typeof line.raw === 'string' ? line.raw : JSON.stringify(line.raw);
    const alerts =
      body === undefined
        ? [{ ...line.alert, raw: {} }]
        : (await normaliseTaught(body, undefined, { receivedAt: line.at }, teacherOf(by.catalogue))).alerts;
    const clock = clocks({ catalogue: by.catalogue.defaults.timeZone, rotas: {} });
    process.stdout.write(`${folder}:\n`);
    for (const alert of alerts)
      process.stdout.write(
        explanation(explain(alert, { loaded: by, silences: [], now: line.at, suspectsOf: () => [] }), clock),
      );
  }
}
