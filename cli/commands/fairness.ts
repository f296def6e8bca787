/** `pageturner fairness`: what each person of a rota carries, beside the mean; with `--pages` also how often they were paged. */
import type { Incident } from '../../shared/incident/incident.ts';
import { compileRota } from '../../shared/rota/compile.ts';
import { writeInstant } from '../../shared/rota/wall.ts';
import { DAY, zoneNamed } from '../../shared/rota/zone.ts';
import { fairnessOf, type Paged, pagesOf } from '../fairness/fairness.ts';
import { openCatalogue, saying } from '../folder.ts';
import { sayBoth } from '../say.ts';
import { call, type ServerOptions } from '../server.ts';
import { rangeOf, rotasAsked } from './shifts.ts';

const DEFAULT_DAYS = 90;
/** As many incidents as the API lists at once. */
const MAX_INCIDENTS = 500;
const COLUMNS = {
  hours: 'hours',
  nights: 'nights',
  weekendDays: 'weekend days',
  holidays: 'holidays',
  pages: 'pages',
  pagesAtNight: 'pages at night',
};
type Column = keyof typeof COLUMNS;
type Figures = Partial<Record<Column, number>>;

type Options = {
  from?: string;
  to?: string;
  rota?: string;
  catalogue: string;
  pages?: boolean;
  token?: string;
  json?: boolean;
};

/** @param server its address; `--to` is the end of the time here */
export async function runFairness(options: Options, server?: string): Promise<void> {
  await saying(async () => {
    const catalogue = await openCatalogue(options.catalogue);
    const now = Date.now();
    const asked = { from: options.from ?? writeInstant(now - DEFAULT_DAYS * DAY), to: options.to ?? writeInstant(now) };
    const known = options.pages
      ? await pagesKnown({
          ...(server === undefined ? {} : { to: server }),
          ...(options.token === undefined ? {} : { token: options.token }),
        })
      : undefined;
    const rotas = rotasAsked(catalogue, options).map((name) => {
      const written = catalogue.rotas[name]!;
      const { from, to } = rangeOf(asked, zoneNamed(written.time_zone)!);
      const rota = compileRota(written);
      const { people, mean } = fairnessOf(rota, from, to, rota.holidays);
      const ids = people.map(({ person }) => person);
      const paged = known && pagesOf(rota, ids, known.pages, from, to);
      return {
        rota: name,
        from: writeInstant(from),
        to: writeInstant(to),
        ...(known?.since !== undefined && known.since > writeInstant(from) ? { pagesSince: known.since } : {}),
        people: people.map((load) => ({ ...load, ...paged?.people.get(load.person) })),
        mean: { ...mean, ...paged?.mean },
      };
    });
    const say = (rota: string, instant: string) =>
      sayBoth(zoneNamed(catalogue.rotas[rota]!.time_zone)!, Date.parse(instant));
    if (options.json) process.stdout.write(`${JSON.stringify({ rotas })}\n`);
    else
      for (const { rota, from, to, pagesSince, people, mean } of rotas) {
        const columns = (Object.keys(COLUMNS) as Column[]).filter((column) => column in mean);
        const heads = columns.map((column) => COLUMNS[column]);
        process.stdout.write(`${rota}, ${say(rota, from)} to ${say(rota, to)}\n${row('', heads)}`);
        for (const { person, ...load } of people) process.stdout.write(row(person, cells(columns, load, mean)));
        process.stdout.write(
          row(
            'mean',
            columns.map((column) => String((mean as Figures)[column])),
          ),
        );
        if (pagesSince) process.stdout.write(`  pages are known since ${say(rota, pagesSince)}\n`);
      }
  });
}

/** Pages that went out to people, of the incidents that the running system lists; `since` where it lists no older ones. */
async function pagesKnown(options: ServerOptions): Promise<{ pages: Paged[]; since?: string }> {
  const list = async (state: string) =>
    ((await call(options, 'GET', `/incidents?state=${state}&limit=${MAX_INCIDENTS}`)) as { incidents: Incident[] })
      .incidents;
  const [open, over] = [await list('open'), await list('resolved')];
  const pages = [...open, ...over].flatMap((incident) =>
    incident.test
      ? []
      : incident.pages
          .filter(({ person, kind, state, at }) => person && kind === 'alert' && state === 'sent' && at !== undefined)
          .map(({ to, at }) => ({ to, at: at! })),
  );
  const oldest = over.length < MAX_INCIDENTS ? undefined : over.at(-1)?.openedAt;
  return { pages, ...(oldest === undefined ? {} : { since: oldest }) };
}

/** Each figure with how far it is from the mean. */
function cells(columns: Column[], load: Figures, mean: Figures): string[] {
  return columns.map((field) => {
    const off = Math.round(((load[field] ?? 0) - (mean[field] ?? 0)) * 10) / 10;
    return `${load[field] ?? 0}${off === 0 ? '' : ` (${off > 0 ? '+' : ''}${off})`}`;
  });
}

function row(first: string, cellTexts: string[]): string {
  return `  ${first.padEnd(20)}${cellTexts.map((text) => text.padStart(18)).join('')}\n`;
}
