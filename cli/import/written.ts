/**
 * What an import writes, in the forms that the catalogue's schemas ask for: files, names, texts of one line, delays. Pure.
 */
import { stringify } from 'yaml';

/** A delay is a week at most (`shared/written/shapes.ts`). */
export const MOST_DELAY_SECONDS = 7 * 86_400;
const MOST_TEXT = 200;
/** The schema of the files in each folder. */
const KINDS: Record<string, string> = { people: 'person', rotas: 'rota', policies: 'policy', services: 'service' };

/** A file with the line that names its schema; what is undefined in it is left out. */
export function file(path: string, value: object): { path: string; text: string } {
  const [folder = ''] = path.split('/');
  const kind = path.includes('/') ? KINDS[folder] : 'catalogue';
  const up = path.includes('/') ? '../' : '';
  const text = stringify(JSON.parse(JSON.stringify(value)), { lineWidth: 120, aliasDuplicateObjects: false });
  return { path, text: `# yaml-language-server: $schema=${up}schema/${kind}.json\n${text}` };
}

/** `90s`, `5m`, `2h` of seconds; no more than a week and never below nothing. */
export function delay(seconds: number): string {
  const whole = Math.round(Math.min(MOST_DELAY_SECONDS, Math.max(0, seconds || 0)));
  if (whole === 0) return '0m';
  if (whole % 3600 === 0) return `${whole / 3600}h`;
  return whole % 60 === 0 ? `${whole / 60}m` : `${whole}s`;
}

/** The name, or the first of it that is free with a number. */
export function free(name: string, taken: Set<string>): string {
  let found = name;
  for (let n = 2; taken.has(found); n++) found = `${name}-${n}`;
  taken.add(found);
  return found;
}

/** A text of one line that is not empty; `otherwise` where nothing is left of it. */
export function oneLine(text: string, otherwise: string): string {
  return (
    text
      .replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ')
      .trim()
      .slice(0, MOST_TEXT)
      .trim() || otherwise
  );
}

/** An address of email that a catalogue takes; undefined for anything else. */
export function addressOf(written: string | undefined): string | undefined {
  const address = written?.trim();
  return address !== undefined && address.length <= MOST_TEXT && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)
    ? address
    : undefined;
}
