/** The licences of the packages inside a bundle: most of them ask that their text goes wherever their code goes. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** The folder of the package that a bundled file belongs to: `node_modules/a/node_modules/@b/c`. */
const PACKAGE_FOLDER = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/** One text: each package that gave a byte to the bundle, with its version, its licence's name and the licence. */
export async function licencesOf(metafile: Metafile, root: string): Promise<string> {
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const folders = new Set(used.flatMap((file) => PACKAGE_FOLDER.exec(file)?.[1] ?? []));
  const packages = await Promise.all([...folders].sort().map((folder) => describe(join(root, folder))));
  const byText = Map.groupBy(packages, ({ text }) => text);
  const sections = [...byText].map(([text, all]) => `${all.map(({ title }) => title).join('\n')}\n\n${text.trim()}\n`);
  return sections.join(`\n${'-'.repeat(80)}\n\n`);
}

async function describe(folder: string): Promise<{ title: string; text: string }> {
  const about = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  const file = (await readdir(folder)).find((name) => /^licen[cs]e(?:\.|$)/i.test(name));
  const text = file === undefined ? `Licence: ${String(about['license'])}` : await readFile(join(folder, file), 'utf8');
  return { title: `${String(about['name'])} ${String(about['version'])} (${String(about['license'])})`, text };
}
