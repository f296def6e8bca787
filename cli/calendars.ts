/** `pageturner calendars [DIR]`: fetches what layers name by `url`; what is down or no calendar leaves the last copy. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { zoneNamed } from '../shared/rota/zone.ts';
import { readCalendar } from './calendar/calendar.ts';
import { readCatalogueFolder } from './catalogue/read.ts';
import { Misuse, saying } from './folder.ts';

const LIMITS = { bytes: 1_000_000, milliseconds: 20_000 };
type Wanted = { rota: string; zone: string; ical: string; url: string };

/** Ends with 1 where a calendar could not be fetched. */
export async function runCalendars(folder: string, fetched: typeof fetch = fetch): Promise<void> {
  await saying(async () => {
    const { files } = await readCatalogueFolder(folder).catch((error: Error) => {
      throw new Misuse(error.message);
    });
    const wanted = files.filter(({ path }) => /^rotas\/[^/]+\.yaml$/.test(path)).flatMap(({ text }) => sourcesIn(text));
    if (wanted.length === 0) process.stdout.write('No layer names a calendar by url.\n');
    for (const one of wanted) {
      const file = join(folder, one.ical);
      const before = await readFile(file, 'utf8').catch(() => undefined);
      const got = await calendarAt(one, fetched);
      if ('why' in got) {
        process.exitCode = 1;
        const stays = before === undefined ? 'there is no earlier copy' : 'the last copy stays in force';
        process.stderr.write(`${one.rota}: ${got.why}; ${stays} (${one.ical}).\n`);
      } else if (got.text === before) process.stdout.write(`${one.rota}: ${one.ical} is as it was.\n`);
      else {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(`${file}.new`, got.text);
        await rename(`${file}.new`, file);
        process.stdout.write(`${one.rota}: ${one.ical} is new.\n`);
      }
    }
  });
}

function sourcesIn(text: string): Wanted[] {
  try {
    const rota = parse(text) as {
      name?: string;
      time_zone?: string;
      layers?: { source?: { ical?: string; url?: string } }[];
    };
    return (rota.layers ?? []).flatMap(({ source }) =>
      source?.ical !== undefined && source.url !== undefined && isInside(source.ical)
        ? [{ rota: rota.name ?? '', zone: rota.time_zone ?? 'UTC', ical: source.ical, url: source.url }]
        : [],
    );
  } catch {
    // Lint says what is wrong with the file.
    return [];
  }
}

/** Never outside the catalogue's folder. */
function isInside(path: string): boolean {
  return path.endsWith('.ics') && !path.startsWith('/') && !path.split('/').includes('..');
}

/** The calendar, or why it could not be fetched. The address is a secret and stays out of what is said. */
async function calendarAt({ url, zone }: Wanted, fetched: typeof fetch): Promise<{ text: string } | { why: string }> {
  try {
    if (!url.startsWith('https://')) return { why: 'its address is not https:' };
    const answer = await fetched(url, { signal: AbortSignal.timeout(LIMITS.milliseconds) });
    if (!answer.ok) return { why: `its calendar answers ${answer.status}` };
    const text = await answer.text();
    if (Buffer.byteLength(text) > LIMITS.bytes) return { why: `its calendar is larger than ${LIMITS.bytes} bytes` };
    const clock = zoneNamed(zone) ?? zoneNamed('UTC')!;
    const { mistakes } = readCalendar(text, clock, { from: 0, to: 0 }, () => undefined);
    const [none] = mistakes.filter(({ code }) => code === 'no-calendar');
    return none ? { why: `what its address gives is no calendar: ${none.mend}` } : { text };
  } catch {
    return { why: 'its calendar cannot be reached' };
  }
}
