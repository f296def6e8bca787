/** `pageturner off PERSON`: a person is off for a time; which of their shifts somebody must take, and how to write it. */
import { compileRota } from '../../shared/rota/compile.ts';
import { shifts } from '../../shared/rota/shifts.ts';
import { writeWall } from '../../shared/rota/wall.ts';
import { wallAt, zoneNamed } from '../../shared/rota/zone.ts';
import { openCatalogue, saying } from '../folder.ts';
import { sayInstant } from '../say.ts';
import { rangeOf, rotasAsked } from './shifts.ts';

type Options = { from: string; to: string; catalogue: string; json?: boolean };

/** Ends with 1 where a shift is left without anybody. */
export async function runOff(person: string, options: Options): Promise<void> {
  await saying(async () => {
    const catalogue = await openCatalogue(options.catalogue);
    const uncovered = rotasAsked(catalogue, { person, catalogue: options.catalogue }).flatMap((name) => {
      const written = catalogue.rotas[name]!;
      const zone = zoneNamed(written.time_zone)!;
      const { from, to } = rangeOf(options, zone);
      return shifts(compileRota(written), from, to)
        .shifts.filter((shift) => shift.person === person)
        .map(({ start, end }) => ({ rota: name, zone, start, end }));
    });
    if (uncovered.length > 0) process.exitCode = 1;
    if (options.json) {
      process.stdout.write(`${JSON.stringify({ person, uncovered: uncovered.map(({ zone: _, ...rest }) => rest) })}\n`);
      return;
    }
    if (uncovered.length === 0) {
      process.stdout.write(`${person} is on call nowhere then.\n`);
      return;
    }
    process.stdout.write(`Somebody must take ${uncovered.length} of ${person}'s shifts:\n`);
    for (const { rota, zone, start, end } of uncovered) {
      const [from, to] = [Date.parse(start), Date.parse(end)];
      const line = `{ person: WHO, instead_of: ${person}, from: ${writeWall(wallAt(zone, from))}, to: ${writeWall(wallAt(zone, to))} }`;
      process.stdout.write(`  ${rota}: ${sayInstant(zone, from)} to ${sayInstant(zone, to)}\n`);
      process.stdout.write(`    under overrides of rotas/${rota}.yaml:  - ${line}\n`);
    }
  });
}
