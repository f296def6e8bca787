/** Planned maintenance as people write it: a YAML list of silences that begin later. */
import { LineCounter, parseDocument } from 'yaml';
import { compile } from '../../shared/pattern/pattern.ts';
import { readInstant } from '../../shared/rota/wall.ts';
import { readDuration } from '../../shared/written/shapes.ts';
import { Misuse } from '../folder.ts';

export type Planned = { match: unknown; from: string; minutes: number; why: string; line: number };

const MAX_ENTRIES = 200;
const FORM = 'Write a list: - match: {service: [ledger]}, from: 2026-12-01T22:00:00Z, for: 4h, why: new disks.';

/**
 * The entries of a file, each with an instant, minutes (1 to 43,200), a pattern that compiles and a reason.
 * Throws `Misuse` that names the line and how to mend it.
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
  return written.map((entry, n) => {
    const line = lines.linePos(items[n]?.range?.[0] ?? 0).line;
    return { ...readEntry(entry, `${file}:${line}`), line };
  });
}

function readEntry(entry: unknown, where: string): Omit<Planned, 'line'> {
  const {
    match,
    from,
    for: long,
    why,
  } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  const compiled = compile(match);
  if (!compiled.ok)
    throw new Misuse(`${where}: match ${compiled.error.path}: ${compiled.error.message}. ${compiled.error.mend}`);
  const instant = readInstant(from instanceof Date ? from.toISOString() : String(from));
  if (instant === undefined) throw new Misuse(`${where}: from: write an instant, like 2026-12-01T22:00:00Z.`);
  const minutes = /^[1-9][0-9]{0,5}[smhd]$/.test(String(long)) ? readDuration(String(long)) / 60 : 0;
  if (minutes < 1 || minutes > 43_200) throw new Misuse(`${where}: for: write how long, from 1m to 30d, like 4h.`);
  if (typeof why !== 'string' || why.trim() === '')
    throw new Misuse(`${where}: why: say what is done, for whoever asks.`);
  return { match, from: new Date(instant).toISOString(), minutes, why };
}
