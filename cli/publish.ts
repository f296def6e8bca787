/** `pageturner publish DIR`: checks, compiles and puts a catalogue into force; atomic. */
import { lintFiles } from '../shared/catalogue/lint.ts';
import { readCatalogueFolder } from '../shared/catalogue/read.ts';
import { prepareRunbooks } from '../shared/runbook/choose.ts';
import { catalogueInForce, loadCatalogue, publishCatalogue } from '../shared/store/catalogues.ts';
import { openTable } from '../shared/store/store.ts';
import { Misuse, sayFinding, saying } from './folder.ts';

export async function runPublish(
  folder: string,
  options: { table: string; by?: string; dryRun?: boolean },
): Promise<void> {
  await saying(async () => {
    const read = await readCatalogueFolder(folder).catch((error: Error) => {
      throw new Misuse(error.message);
    });
    const { catalogue, findings } = lintFiles(read.files, Date.now());
    const errors = [...read.findings, ...findings].filter(({ level }) => level === 'error');
    process.stderr.write(errors.map(sayFinding).join(''));
    if (!catalogue) {
      process.stderr.write('Nothing was published: the catalogue in force stays.\n');
      process.exitCode = 1;
      return;
    }
    const table = openTable(options.table);
    const before = await catalogueInForce(table);
    const changes = before
      ? changed((await loadCatalogue(table, before)).catalogue, catalogue)
      : ['everything: nothing was published before'];
    process.stdout.write(changes.length === 0 ? 'Nothing changes.\n' : `${changes.join('\n')}\n`);
    if (options.dryRun || before?.digest === catalogue.digest) return;
    const prepared = prepareRunbooks(Object.values(catalogue.runbooks), catalogue.defaults.runbookHosts);
    await publishCatalogue(
      table,
      catalogue,
      prepared,
      new Date().toISOString(),
      options.by ?? process.env['USER'] ?? 'somebody',
    );
    process.stdout.write(
      `Published ${catalogue.digest.slice(0, 12)}. Running functions take it up within half a minute.\n`,
    );
  });
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
