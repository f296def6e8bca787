/** `pageturner override` and `swap`: somebody else on call for a time, against a running Pageturner. */
import { Misuse, saying } from '../folder.ts';
import { call, type ServerOptions } from '../server.ts';

type Override = {
  id: string;
  rota: string;
  person: string;
  insteadOf?: string;
  from: string;
  until: string;
  by: string;
  swap?: true;
};

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
      print(options, { ended }, [`Ended:`, ...ended.map(line)]);
      return;
    }
    if (asked === 0) {
      const { overrides } = (await call(options, 'GET', '/overrides')) as { overrides: Override[] };
      print(options, { overrides }, overrides.length === 0 ? ['No override is in force.'] : overrides.map(line));
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
    const starts = from === undefined ? '' : `from ${done.override.from} `;
    const undo = `To undo it: pageturner override --end ${done.override.id}`;
    print(options, done, [`${person} is on call in ${rota} ${starts}until ${done.override.until}.`, undo]);
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
    print(options, done, [...done.overrides.map(line), `To undo it: pageturner override --end ${done.id}`]);
  });
}

function line({ id, rota, person, insteadOf, from, until, by, swap }: Override): string {
  const instead = insteadOf === undefined ? '' : ` instead of ${insteadOf}`;
  return `${rota}: ${person}${instead}, ${from} to ${until}, ${swap ? 'swapped' : 'set'} by ${by} (${id})`;
}

function print(options: ServerOptions, value: unknown, lines: string[]): void {
  process.stdout.write(options.json ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`);
}
