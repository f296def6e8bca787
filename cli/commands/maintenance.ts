/** Planned maintenance as people write it: a YAML list of silences that begin later. */
import { LineCounter, parseDocument } from 'yaml';
import { compile } from '../../shared/pattern/pattern.ts';
import { readInstant, readWall } from '../../shared/rota/wall.ts';
import { readDuration } from '../../shared/written/shapes.ts';
import { suggestion } from '../../shared/written/written.ts';
import { Misuse } from '../folder.ts';

/** `from`: an instant, or a wall time that the server reads on the catalogue's clock. */
export type Planned = { match: unknown; from: string; minutes: number; why: string; line: number };

const MAX_ENTRIES = 200;
const FORM = 'Write a list: - match: {service: [ledger]}, from: 2026-12-01T22:00, for: 4h, why: new disks.';

/**
 * The entries of a file, each with a time, minutes (1 to 43,200), a pattern that compiles and a reason.
 * Throws `Misuse` that names every mistake with its line and what to write.
 */
export function readMaintenance(text: string, file: string): Planned[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken) throw new Misuse(`${file}:${lines.linePos(broken.pos[0]).line}: not YAML. ${FORM}`);
  const written: unknown = document.toJS();
  if (!Array.isArray(written) || written.length === 0) throw new Misuse(`${file}:1: no list. ${FORM}`);
  if (written.length > MAX_ENTRIES) throw new Misuse(`${file}: at most ${MAX_ENTRIES} entries; make two files.`);
  const items = (document.contents as { items?: { range?: [number, number, number] }[] }).items ?? [];
  const read = written.map((entry, n) => {
    const line = lines.linePos(items[n]?.range?.[0] ?? 0).line;
    return { entry, line, mistakes: mistakesOf(entry).map((mistake) => `${file}:${line}: ${mistake}`) };
  });
  const mistakes = read.flatMap((one) => one.mistakes);
  if (mistakes.length > 0) throw new Misuse(mistakes.join('\n'));
  return read.map(({ entry, line }) => ({ ...entryOf(fieldsOf(entry)), line }));
}

type Fields = { match?: unknown; from?: unknown; for?: unknown; why?: unknown };

function fieldsOf(entry: unknown): Fields {
  return typeof entry === 'object' && entry !== null ? entry : {};
}

function mistakesOf(entry: unknown): string[] {
  const { match, from, for: long, why, ...others } = fieldsOf(entry);
  const compiled = compile(match);
  const unknown = Object.keys(others).map((key) => `${key}: ${suggestion(key, ['match', 'from', 'for', 'why'])}`);
  return [
    ...unknown,
    ...(compiled.ok ? [] : [`match ${compiled.error.path}: ${compiled.error.message}. ${compiled.error.mend}`]),
    ...(isTime(from)
      ? []
      : [
          "from: write a wall time of the catalogue's zone or an instant, like 2026-12-01T22:00 or 2026-12-01T22:00:00Z.",
        ]),
    ...(minutesOf(long) === undefined ? ['for: write how long, from 1m to 30d, like 4h.'] : []),
    ...(typeof why === 'string' && why.trim() !== '' ? [] : ['why: say what is done, for those who ask.']),
  ];
}

/** Of an entry without mistakes. */
function entryOf({ match, from, for: long, why }: Fields): Omit<Planned, 'line'> {
  const instant = readInstant(from);
  return {
    match,
    from: instant === undefined ? String(from) : new Date(instant).toISOString(),
    minutes: minutesOf(long)!,
    why: String(why),
  };
}

function isTime(from: unknown): boolean {
  return typeof from === 'string' && (readInstant(from) ?? readWall(from)) !== undefined;
}

/** A week and more may be written here, other than in the catalogue. */
function minutesOf(long: unknown): number | undefined {
  const minutes = /^[1-9][0-9]{0,5}[smhd]$/.test(String(long)) ? readDuration(String(long)) / 60 : 0;
  return minutes < 1 || minutes > 43_200 ? undefined : minutes;
}
