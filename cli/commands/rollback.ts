/** `pageturner rollback`: an earlier catalogue in force again; without a digest, which there are. */
import {
  catalogueInForce,
  type InForce,
  loadCatalogue,
  publishedVersions,
  rollbackTo,
} from '../../shared/store/catalogues.ts';
import { openTable, type Table } from '../../shared/store/store.ts';
import { type Clocks, clocks } from '../clocks.ts';
import { Misuse, saying } from '../folder.ts';

const SHOWN = 20;

export async function runRollback(digest: string | undefined, options: { table: string; by?: string }): Promise<void> {
  await saying(async () => {
    const table = openTable(options.table);
    const [inForce, versions] = await Promise.all([catalogueInForce(table), publishedVersions(table, SHOWN)]);
    if (digest === undefined) {
      const { say } = await clocksIn(table, inForce);
      for (const version of versions)
        process.stdout.write(
          `${version.digest.slice(0, 12)}  ${say(version.at)}  ${version.by}${version.digest === inForce?.digest ? '  in force' : ''}\n`,
        );
      return;
    }
    const found = versions.filter((version) => version.digest.startsWith(digest));
    const distinct = new Set(found.map((version) => version.digest));
    if (distinct.size !== 1)
      throw new Misuse(
        `${distinct.size === 0 ? 'No' : 'More than one'} published version begins with ${digest}; 'pageturner rollback' lists them.`,
      );
    await rollbackTo(table, found[0]!, new Date().toISOString(), options.by ?? process.env['USER'] ?? 'somebody');
    process.stdout.write(
      `${found[0]!.digest.slice(0, 12)} is in force again. Running functions take it up within half a minute.\n`,
    );
  });
}

/** The clocks of the catalogue in force; UTC where it cannot be read: then going back is the way out, and must work. */
async function clocksIn(table: Table, inForce: InForce | undefined): Promise<Clocks> {
  if (inForce === undefined) return clocks(undefined);
  const loaded = await loadCatalogue(table, inForce).catch(() => undefined);
  return clocks(loaded && { catalogue: loaded.catalogue.defaults.timeZone, rotas: {} });
}
