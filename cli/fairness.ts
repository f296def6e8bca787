/** `pageturner fairness`: what each person of a rota carries, beside the mean. */
import { compileRota } from '../shared/rota/compile.ts';
import { fairnessOf, type Load } from '../shared/rota/fairness.ts';
import { writeInstant } from '../shared/rota/wall.ts';
import { DAY, zoneNamed } from '../shared/rota/zone.ts';
import { openCatalogue, saying } from './folder.ts';
import { rangeOf, rotasAsked } from './shifts.ts';

const DEFAULT_DAYS = 90;
type Options = { from?: string; to?: string; rota?: string; catalogue: string; json?: boolean };

export async function runFairness(options: Options): Promise<void> {
  await saying(async () => {
    const catalogue = await openCatalogue(options.catalogue);
    const now = Date.now();
    const asked = { from: options.from ?? writeInstant(now - DEFAULT_DAYS * DAY), to: options.to ?? writeInstant(now) };
    const rotas = rotasAsked(catalogue, options).map((name) => {
      const written = catalogue.rotas[name]!;
      const { from, to } = rangeOf(asked, zoneNamed(written.time_zone)!);
      const rota = compileRota(written);
      return {
        rota: name,
        from: writeInstant(from),
        to: writeInstant(to),
        ...fairnessOf(rota, from, to, rota.holidays),
      };
    });
    if (options.json) {
      process.stdout.write(`${JSON.stringify({ rotas })}\n`);
      return;
    }
    for (const { rota, from, to, people, mean } of rotas) {
      process.stdout.write(`${rota}, ${from} to ${to}\n${row('', ['hours', 'nights', 'weekend days', 'holidays'])}`);
      for (const { person, ...load } of people) process.stdout.write(row(person, cells(load, mean)));
      process.stdout.write(row('mean', [mean.hours, mean.nights, mean.weekendDays, mean.holidays].map(String)));
    }
  });
}

/** Each figure with how far it is from the mean. */
function cells(load: Load, mean: Load): string[] {
  return (['hours', 'nights', 'weekendDays', 'holidays'] as const).map((field) => {
    const off = Math.round((load[field] - mean[field]) * 10) / 10;
    return `${load[field]}${off === 0 ? '' : ` (${off > 0 ? '+' : ''}${off})`}`;
  });
}

function row(first: string, cellTexts: string[]): string {
  return `  ${first.padEnd(20)}${cellTexts.map((text) => text.padStart(18)).join('')}\n`;
}
