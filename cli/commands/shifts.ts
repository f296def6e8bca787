/** `pageturner shifts`: who is on call between two instants, as lines, JSON or a calendar. */
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { compileRota } from '../../shared/rota/compile.ts';
import { calendarOf } from '../../shared/rota/ical.ts';
import { shifts } from '../../shared/rota/shifts.ts';
import { readDate, readInstant, readWall } from '../../shared/rota/wall.ts';
import { DAY, instantOf, type Zone, zoneNamed } from '../../shared/rota/zone.ts';
import { suggestion } from '../../shared/written/written.ts';
import { Misuse, openCatalogue, readFrom, saying } from '../folder.ts';
import { sayInstant } from '../say.ts';

type Options = {
  from?: string;
  to?: string;
  rota?: string;
  person?: string;
  catalogue: string;
  json?: boolean;
  ical?: boolean;
};

/** An instant, a wall time or a date, the last two on the rota's own clock. */
function endOption(option: string, written: string, zone: Zone): number {
  const instant = readInstant(written);
  if (instant !== undefined) return instant;
  const day = readDate(written);
  const wall = day === undefined ? readWall(written) : day * DAY;
  if (wall === undefined) {
    throw new Misuse(
      `--${option}: write a date, a wall time or an instant: 2026-12-24, 2026-12-24T09:00 or 2026-12-24T09:00Z.`,
    );
  }
  return instantOf(zone, wall);
}

const DEFAULT_DAYS = 28;

export function rangeOf(options: Pick<Options, 'from' | 'to'>, zone: Zone): { from: number; to: number } {
  const from = options.from === undefined ? Date.now() : endOption('from', options.from, zone);
  const to = options.to === undefined ? from + DEFAULT_DAYS * DAY : endOption('to', options.to, zone);
  if (to <= from) throw new Misuse('--to is not after --from.');
  return { from, to };
}

/** The rotas of a folder's catalogue that are meant. Throws `Misuse` that names the folder: the one in force may have them. */
export function rotasAsked(
  catalogue: Catalogue,
  options: Pick<Options, 'rota' | 'person'> & { catalogue: string },
): string[] {
  const names = Object.keys(catalogue.rotas);
  if (options.rota !== undefined && !names.includes(options.rota)) {
    throw new Misuse(
      `There is no rota ${options.rota}. ${readFrom(options.catalogue)} ${suggestion(options.rota, names)}`,
    );
  }
  if (options.person !== undefined && !Object.hasOwn(catalogue.people, options.person)) {
    throw new Misuse(
      `Nobody has the id ${options.person}. ${readFrom(options.catalogue)} ${suggestion(options.person, Object.keys(catalogue.people))}`,
    );
  }
  return options.rota === undefined ? names : [options.rota];
}

export async function runShifts(options: Options): Promise<void> {
  await saying(async () => {
    const catalogue = await openCatalogue(options.catalogue);
    const answer = rotasAsked(catalogue, options).map((name) => {
      const written = catalogue.rotas[name]!;
      const zone = zoneNamed(written.time_zone)!;
      const { from, to } = rangeOf(options, zone);
      const found = shifts(compileRota(written), from, to);
      const theirs = found.shifts.filter(({ person }) => options.person === undefined || person === options.person);
      return { rota: name, zone, shifts: theirs, gaps: options.person === undefined ? found.gaps : [] };
    });
    if (options.json) {
      process.stdout.write(`${JSON.stringify({ rotas: answer.map(({ zone: _, ...rest }) => rest) })}\n`);
      return;
    }
    if (options.ical) {
      const feed = {
        name: options.person ?? options.rota ?? 'On call',
        zone: answer[0]?.zone.name ?? 'UTC',
        shifts: answer.flatMap(({ rota, shifts: found }) => found.map((shift) => ({ ...shift, rota }))),
      };
      const nameOf = (person: string) => catalogue.people[person]?.name ?? person;
      process.stdout.write(calendarOf(feed, nameOf, new Date().toISOString()));
      return;
    }
    for (const { rota, zone, shifts: found, gaps } of answer) {
      const rows = [...found, ...gaps.map((gap) => ({ ...gap, person: 'NOBODY' }))];
      rows.sort((a, b) => (a.start < b.start ? -1 : 1));
      const say = (instant: string) => sayInstant(zone, Date.parse(instant));
      const lines = rows.map(({ start, end, person }) => `  ${say(start)} to ${say(end)}  ${person}\n`);
      process.stdout.write(`${rota} (${zone.name})\n${lines.join('')}`);
    }
  });
}
