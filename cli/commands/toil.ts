/** `pageturner toil`: what alerts cost people over a time, and what would pay off first; with `--patch` as a patch. */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Toil } from '../../shared/toil/toil.ts';
import { clocksOf } from '../clocks.ts';
import { Misuse, saying } from '../folder.ts';
import { call, type ServerOptions } from '../server.ts';
import { patchOf } from '../toil/patch.ts';
import { sayToil } from '../toil/say.ts';

type Options = {
  from?: string;
  to?: string;
  by: string;
  patch?: boolean;
  catalogue: string;
  token?: string;
  json?: boolean;
};

/** @param server its address; `--to` is the end of the time here */
export async function runToil(options: Options, server?: string): Promise<void> {
  await saying(async () => {
    const asked: ServerOptions = {
      ...(server === undefined ? {} : { to: server }),
      ...(options.token === undefined ? {} : { token: options.token }),
    };
    const query = new URLSearchParams({
      by: options.by,
      ...(options.from === undefined ? {} : { from: options.from }),
      ...(options.to === undefined ? {} : { to: options.to }),
    });
    const toil = (await call(asked, 'GET', `/toil?${query}`)) as Toil;
    if (options.patch) return writePatch(toil, options.catalogue);
    if (options.json) process.stdout.write(`${JSON.stringify(toil)}\n`);
    else {
      const clocks = await clocksOf(asked);
      process.stdout.write(sayToil(toil, (at) => clocks.say(at)));
    }
  });
}

/** The patch on standard output; what must be done by hand on standard error. */
function writePatch({ advice }: Toil, folder: string): void {
  if (!existsSync(join(folder, 'catalogue.yaml')))
    throw new Misuse(`${folder} has no catalogue.yaml: name the folder with --catalogue.`);
  const read = (path: string) => {
    const file = join(folder, path);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  };
  const prefix = relative('.', folder).replaceAll('\\', '/');
  const { patch, notes } = patchOf(advice, read, prefix === '' ? '' : `${prefix}/`);
  process.stdout.write(patch);
  process.stderr.write(notes.map((note) => `${note}\n`).join(''));
  if (patch === '' && notes.length === 0) process.stderr.write('Nothing to change that five incidents or more show.\n');
}
