/**
 * `pageturner oncall`: who is on call in each rota, until when, and who is next. Asks the running Pageturner, which knows
 * the catalogue in force and the overrides of the hour; with `--catalogue`, a folder instead.
 */
import { compileRota } from '../../shared/rota/compile.ts';
import { onCallAt } from '../../shared/rota/oncall.ts';
import { onCallUntil } from '../../shared/rota/shifts.ts';
import { writeInstant } from '../../shared/rota/wall.ts';
import { suggestion } from '../../shared/written/written.ts';
import { clocksOf } from '../clocks.ts';
import { instantOption, Misuse, openCatalogue, saying } from '../folder.ts';
import { sayBoth } from '../say.ts';
import { call, type ServerOptions } from '../server.ts';

type Options = ServerOptions & { at?: string; rota?: string; catalogue?: string };

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
  await saying(() => (options.catalogue === undefined ? askRunning(options) : readFolder(options, options.catalogue)));
}

type Running = { rota: string; person: string | null; name: string | null; until: string | null; next: string | null };

async function askRunning(options: Options): Promise<void> {
  const at = options.at === undefined ? '' : `?at=${encodeURIComponent(writeInstant(instantOption('at', options.at)))}`;
  const answer = (await call(options, 'GET', `/oncall${at}`)) as {
    at: string;
    oncall: (Running & { override?: { by: string; until: string } })[];
  };
  const lines = answer.oncall.filter(({ rota }) => options.rota === undefined || rota === options.rota);
  if (options.rota !== undefined && lines.length === 0) {
    const names = answer.oncall.map(({ rota }) => rota);
    throw new Misuse(`There is no rota ${options.rota}. ${suggestion(options.rota, names)}`);
  }
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ at: answer.at, rotas: lines })}\n`);
    return;
  }
  const clocks = await clocksOf(options);
  for (const { rota, person, name, until, next, override } of lines) {
    const who = person === null ? 'NOBODY' : `${person} (${name})`;
    const then = until === null ? 'for at least a year' : `until ${clocks.say(until, rota)}, then ${next ?? 'NOBODY'}`;
    process.stdout.write(`${rota}: ${who} ${then}${override ? `; an override by ${override.by}` : ''}\n`);
  }
}

async function readFolder(options: Options, folder: string): Promise<void> {
  const at = instantOption('at', options.at);
  const { rotas, people } = await openCatalogue(folder);
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
      until === undefined ? 'for at least a year' : `until ${sayBoth(rota.zone, until)}, then ${next ?? 'NOBODY'}`;
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
}
