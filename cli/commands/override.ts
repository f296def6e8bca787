/** `pageturner override` and `swap`: somebody else on call for a time, against a running Pageturner. */
import type { Override } from '../../shared/exception/exception.ts';
import { type Clocks, clocksOf } from '../clocks.ts';
import { Misuse, saying } from '../folder.ts';
import { call, type ServerOptions } from '../server.ts';

type OverrideOptions = ServerOptions & {
  rota?: string;
  person?: string;
  minutes?: string;
  from?: string;
  until?: string;
  insteadOf?: string;
  end?: string;
};

export async function runOverride(options: OverrideOptions): Promise<void> {
  await saying(async () => {
    const { rota, person, insteadOf, minutes, from, until, end } = options;
    const asked = [rota, person, insteadOf, minutes, from, until].filter((one) => one !== undefined).length;
    if (end !== undefined) {
      if (asked > 0) throw new Misuse('--end ends an override and goes with no other option.');
      const { overrides } = (await call(options, 'GET', '/overrides')) as { overrides: Override[] };
      const ended = overrides.filter(({ id }) => id === end);
      if (ended.length === 0)
        throw new Misuse(`There is no override ${end}. \`pageturner override\` lists those in force, with their ids.`);
      await call(options, 'DELETE', `/overrides/${encodeURIComponent(end)}`);
      print(options, { ended }, [`Ended:`, ...(await linesOf(options, ended))]);
      return;
    }
    if (asked === 0) {
      const { overrides } = (await call(options, 'GET', '/overrides')) as { overrides: Override[] };
      print(
        options,
        { overrides },
        overrides.length === 0 ? ['No override is in force.'] : await linesOf(options, overrides),
      );
      return;
    }
    if (rota === undefined || person === undefined || (minutes === undefined) === (until === undefined))
      throw new Misuse('Write --rota, --person, and either --minutes or --until.');
    const done = (await call(options, 'POST', '/overrides', {
      rota,
      person,
      insteadOf,
      from,
      ...(until === undefined ? { minutes: Number(minutes) } : { until }),
    })) as { override: Override };
    const clocks = await clocksOf(options);
    const starts = from === undefined ? '' : `from ${clocks.say(done.override.from, rota)} `;
    const undo = `To undo it: pageturner override --end ${done.override.id}`;
    print(options, done, [
      `${person} is on call in ${rota} ${starts}until ${clocks.say(done.override.until, rota)}.`,
      undo,
    ]);
  });
}

export async function runSwap(
  options: ServerOptions & { rota: string; person: string; with: string; give: string; take?: string },
): Promise<void> {
  await saying(async () => {
    const { rota, person, with: other, give, take } = options;
    const done = (await call(options, 'POST', '/swaps', { rota, person, with: other, give, take })) as {
      id: string;
      overrides: Override[];
      warnings: string[];
    };
    for (const warning of done.warnings) process.stderr.write(`${warning}\n`);
    print(options, done, [
      ...(await linesOf(options, done.overrides)),
      `To undo it: pageturner override --end ${done.id}`,
    ]);
  });
}

async function linesOf(options: ServerOptions, overrides: Override[]): Promise<string[]> {
  const clocks = await clocksOf(options);
  return overrides.map((override) => line(override, clocks));
}

function line({ id, rota, person, insteadOf, from, until, by, swap }: Override, clocks: Clocks): string {
  const instead = insteadOf === undefined ? '' : ` instead of ${insteadOf}`;
  return `${rota}: ${person}${instead}, ${clocks.say(from, rota)} to ${clocks.say(until, rota)}, ${swap ? 'swapped' : 'set'} by ${by} (${id})`;
}

function print(options: ServerOptions, value: unknown, lines: string[]): void {
  process.stdout.write(options.json ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`);
}
