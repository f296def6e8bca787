/** `pageturner oncall`: who is on call in each rota, until when, and who is next. */
import { compileRota } from '../shared/rota/compile.ts';
import { onCallAt } from '../shared/rota/oncall.ts';
import { sayInstant } from '../shared/rota/say.ts';
import { onCallUntil } from '../shared/rota/shifts.ts';
import { writeInstant } from '../shared/rota/wall.ts';
import { suggestion } from '../shared/written/written.ts';
import { instantOption, Misuse, openCatalogue, saying } from './folder.ts';

type Options = { at?: string; rota?: string; catalogue: string; json?: boolean };

type Line = {
  rota: string;
  /** Null in a gap. */
  person: string | null;
  layer: string | null;
  /** Null where nothing changes within a year. */
  until: string | null;
  next: string | null;
  said: string;
};

export async function runOncall(options: Options): Promise<void> {
  await saying(async () => {
    const at = instantOption('at', options.at);
    const { rotas, people } = await openCatalogue(options.catalogue);
    const names = options.rota === undefined ? Object.keys(rotas) : [options.rota];
    const lines = names.map((name): Line => {
      if (!Object.hasOwn(rotas, name))
        throw new Misuse(`There is no rota ${name}. ${suggestion(name, Object.keys(rotas))}`);
      const rota = compileRota(rotas[name]!);
      const { person, layer } = onCallAt(rota, at);
      const until = onCallUntil(rota, at);
      const next = until === undefined ? undefined : onCallAt(rota, until).person;
      const called = (id: string | undefined) => (id === undefined ? 'NOBODY' : `${id} (${people[id]?.name ?? id})`);
      const then =
        until === undefined ? 'for at least a year' : `until ${sayInstant(rota.zone, until)}, then ${next ?? 'NOBODY'}`;
      return {
        rota: name,
        person: person ?? null,
        layer: layer ?? null,
        until: until === undefined ? null : writeInstant(until),
        next: next ?? null,
        said: `${name}: ${called(person)} ${then}\n`,
      };
    });
    const answer = { at: writeInstant(at), rotas: lines.map(({ said: _, ...line }) => line) };
    process.stdout.write(options.json ? `${JSON.stringify(answer)}\n` : lines.map(({ said }) => said).join(''));
  });
}
