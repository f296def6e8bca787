/**
 * A defect: the product with one thing broken on purpose, to see that a promise notices.
 *
 * The simulation is bundled with a text of the source replaced; a text that is not there exactly once is an error, so that
 * a defect cannot become harmless in silence.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '../..');
/** As deep as `infra/local/`, whose reader finds `serverless.yml` from where it is. */
const OUT = join(ROOT, '.build/defects');

export type Defect = { name: string; replace: [file: string, text: string, by: string][] };
export type Simulation = typeof import('./simulation.ts');

/** The simulation of the product with a defect. Throws where a text to be replaced is not there, or is there twice. */
export async function withDefect({ name, replace }: Defect): Promise<Simulation> {
  mkdirSync(OUT, { recursive: true });
  const outfile = join(OUT, `${name}.mjs`);
  const files = new Set(replace.map(([file]) => file));
  await build({
    entryPoints: [join(import.meta.dirname, 'simulation.ts')],
    outfile,
    bundle: true,
    // The models know a call by its name.
    keepNames: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'silent',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    plugins: [
      {
        name: 'defect',
        setup: (bundle) => {
          bundle.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const file = path.slice(ROOT.length + 1);
            if (!files.has(file)) return undefined;
            let contents = readFileSync(path, 'utf8');
            for (const [of, text, by] of replace) {
              if (of !== file) continue;
              if (contents.split(text).length !== 2) throw new Error(`${file} has not exactly once: ${text}`);
              contents = contents.replace(text, () => by);
            }
            return { contents, loader: 'ts' };
          });
        },
      },
    ],
  });
  return (await import(outfile)) as Simulation;
}
