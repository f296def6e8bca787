/** `pageturner silence`: lists silences, makes one or those of a file, and ends one, against a running Pageturner. */
import { readFile } from 'node:fs/promises';
import { duration } from '../../shared/time/time.ts';
import { type Clocks, clocksOf } from '../clocks.ts';
import { Misuse, saying } from '../folder.ts';
import { call, type ServerOptions } from '../server.ts';
import { type Planned, readMaintenance } from './maintenance.ts';

type Silence = { id: string; match: unknown; from: string; until: string; by: string; why: string };
type Made = { silence: Silence; warnings?: string[] };
type SilenceOptions = ServerOptions & {
  pattern?: string;
  minutes?: string;
  why?: string;
  file?: string;
  end?: string;
};

export async function runSilence(options: SilenceOptions): Promise<void> {
  await saying(async () => {
    const { pattern, minutes, file, end } = options;
    const asked = [pattern, minutes, file, options.why].filter((one) => one !== undefined).length;
    if (end !== undefined) {
      if (asked > 0) throw new Misuse('--end ends a silence and goes with no other option.');
      return endSilence(options, end);
    }
    if (asked === 0) return listSilences(options);
    if (file !== undefined) return silenceFromFile(options, file);
    if (pattern === undefined || minutes === undefined)
      throw new Misuse('Give --pattern and --minutes, or --file with planned maintenance.');
    return silenceNow(options, await readPattern(pattern), Number(minutes));
  });
}

async function inForce(options: ServerOptions): Promise<Silence[]> {
  return ((await call(options, 'GET', '/silences')) as { silences: Silence[] }).silences;
}

async function listSilences(options: ServerOptions): Promise<void> {
  const silences = await inForce(options);
  if (silences.length === 0) return print(options, { silences }, ['No silence is in force.']);
  const clocks = await clocksOf(options);
  print(
    options,
    { silences },
    silences.map((one) => line(one, clocks)),
  );
}

async function endSilence(options: ServerOptions, id: string): Promise<void> {
  const ended = (await inForce(options)).find((one) => one.id === id);
  if (ended === undefined)
    throw new Misuse(`There is no silence ${id}. \`pageturner silence\` lists those in force, with their ids.`);
  await call(options, 'DELETE', `/silences/${encodeURIComponent(id)}`);
  print(options, { ended }, [
    `Ended: ${JSON.stringify(ended.match)}. Alerts that match page again when they next arrive; an incident that is open and silent stays silent until ${(await clocksOf(options)).say(ended.until)}.`,
  ]);
}

async function silenceNow(options: ServerOptions & { why?: string }, match: unknown, minutes: number): Promise<void> {
  const made = (await call(options, 'POST', '/silences', { match, minutes, why: options.why })) as Made;
  warn(made);
  const until = (await clocksOf(options)).say(made.silence.until);
  print(options, made, [
    `Silent until ${until}; what still fires then pages.`,
    `To end it before: pageturner silence --end ${made.silence.id}`,
  ]);
}

/** Planned maintenance: every entry is checked, here and by the catalogue in force, before the first is sent. */
async function silenceFromFile(options: ServerOptions, file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Misuse(`${file} cannot be read.`);
  });
  const planned = readMaintenance(text, file);
  await checkAll(options, planned, file);
  const made: Silence[] = [];
  for (const { line: _line, ...entry } of planned)
    made.push(((await call(options, 'POST', '/silences', entry)) as Made).silence);
  const clocks = await clocksOf(options);
  const lines = planned.map(
    ({ minutes, why }, n) => `From ${clocks.say(made[n]!.from)} for ${duration(minutes * 60)}: ${why}`,
  );
  print(options, { silences: made }, lines);
}

async function checkAll(options: ServerOptions, planned: Planned[], file: string): Promise<void> {
  const wrong: string[] = [];
  for (const { line: at, ...entry } of planned) {
    const where = `${file}:${at}: `;
    try {
      warn((await call(options, 'POST', '/silences', { ...entry, check: true })) as Made, where);
    } catch (error) {
      if (!(error instanceof Misuse)) throw error;
      wrong.push(`${where}${error.message}`);
    }
  }
  if (wrong.length > 0) throw new Misuse(wrong.join('\n'));
}

/** A silence that may match nothing is made, and said: to find out at night is too late. */
function warn({ warnings = [] }: Made, where = ''): void {
  process.stderr.write(warnings.map((warning) => `${where}${warning}\n`).join(''));
}

async function readPattern(pattern: string): Promise<unknown> {
  const text = pattern.trim().startsWith('{')
    ? pattern
    : await readFile(pattern, 'utf8').catch(() => {
        throw new Misuse(`${pattern} is neither a JSON pattern nor a file.`);
      });
  try {
    return JSON.parse(text);
  } catch {
    throw new Misuse('--pattern is not JSON; write it like {"service":["payments-api"]}.');
  }
}

function line({ id, match, from, until, by, why }: Silence, clocks: Clocks): string {
  const because = why === '' ? '' : `: ${why}`;
  return `${JSON.stringify(match)} from ${clocks.say(from)} until ${clocks.say(until)}, by ${by}${because} (${id})`;
}

function print(options: ServerOptions, value: unknown, lines: string[]): void {
  process.stdout.write(options.json ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`);
}
