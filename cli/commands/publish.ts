/** `pageturner publish DIR`: checks, compiles and puts a catalogue into force; atomic. */

import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import {
  CatalogueRefused,
  catalogueInForce,
  type InForce,
  loadCatalogue,
  publishCatalogue,
  refuseOverNewer,
} from '../../shared/store/catalogues.ts';
import { openTable, type Table } from '../../shared/store/store.ts';
import { readCatalogueFolder } from '../catalogue/read.ts';
import { Misuse, sayFinding, saying } from '../folder.ts';
import { lintFiles, lintSamplesOf } from '../lint/lint.ts';

export async function runPublish(
  folder: string,
  options: { table: string; by?: string; dryRun?: boolean },
): Promise<void> {
  await saying(async () => {
    const read = await readCatalogueFolder(folder).catch((error: Error) => {
      throw new Misuse(error.message);
    });
    const { catalogue, findings } = lintFiles(read.files, Date.now());
    const samples = await lintSamplesOf(read.files, Date.now());
    const errors = [...read.findings, ...findings, ...samples].filter(({ level }) => level === 'error');
    process.stderr.write(errors.map(sayFinding).join(''));
    if (!catalogue || samples.some(({ level }) => level === 'error')) {
      process.stderr.write('Nothing was published: the catalogue in force stays.\n');
      process.exitCode = 1;
      return;
    }
    const table = openTable(options.table);
    const before = await catalogueInForce(table);
    const known = await refusing(() => inForceNow(table, before));
    const changes = known ? changed(known, catalogue) : ['everything: nothing that can be read was published before'];
    process.stdout.write(changes.length === 0 ? 'Nothing changes.\n' : `${changes.join('\n')}\n`);
    if (options.dryRun || (known && before?.digest === catalogue.digest)) return;
    const prepared = prepareRunbooks(Object.values(catalogue.runbooks), catalogue.defaults.runbookHosts);
    const by = options.by ?? process.env['USER'] ?? 'somebody';
    await refusing(() => publishCatalogue(table, catalogue, prepared, new Date().toISOString(), by));
    process.stdout.write(
      `Published ${catalogue.digest.slice(0, 12)}. Running functions take it up within half a minute.\n`,
    );
  });
}

/** The person who publishes can fix what is refused: print a sentence, not a stack. */
async function refusing<Result>(run: () => Promise<Result>): Promise<Result> {
  return run().catch((error: unknown) => {
    throw error instanceof CatalogueRefused ? new Misuse(error.message) : error;
  });
}

/** The catalogue in force; undefined where there is none, or it is damaged: then publishing fixes it. */
async function inForceNow(table: Table, inForce: InForce | undefined): Promise<Catalogue | undefined> {
  refuseOverNewer(inForce);
  if (!inForce) return undefined;
  try {
    return (await loadCatalogue(table, inForce)).catalogue;
  } catch (error) {
    process.stderr.write(`What is in force cannot be read and is written anew. ${String(error)}\n`);
    return undefined;
  }
}

/** What differs, a line each. Bodies of runbooks are not in what functions load, so a change of words alone is not listed. */
function changed(before: object, after: object): string[] {
  const lines: string[] = [];
  for (const kind of ['services', 'people', 'rotas', 'policies', 'runbooks'] as const) {
    const old = (before as Record<string, Record<string, object>>)[kind]!;
    const now = (after as Record<string, Record<string, object>>)[kind]!;
    const told = (value: object | undefined) => value && JSON.stringify({ ...value, body: '' });
    for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
      if (!old[name]) lines.push(`+ ${kind}/${name}`);
      else if (!now[name]) lines.push(`- ${kind}/${name}`);
      else if (told(old[name]) !== told({ ...now[name], ...('body' in now[name]! ? { body: '' } : {}) }))
        lines.push(`~ ${kind}/${name}`);
    }
  }
  return lines;
}
