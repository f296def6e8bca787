/** `pageturner rollback`: an earlier catalogue in force again; without a digest, which there are. */
import { catalogueInForce, publishedVersions, rollbackTo } from '../../shared/store/catalogues.ts';
import { openTable } from '../../shared/store/store.ts';
import { Misuse, saying } from '../folder.ts';

const SHOWN = 20;

export async function runRollback(digest: string | undefined, options: { table: string; by?: string }): Promise<void> {
  await saying(async () => {
    const table = openTable(options.table);
    const [inForce, versions] = await Promise.all([catalogueInForce(table), publishedVersions(table, SHOWN)]);
    if (digest === undefined) {
      for (const version of versions)
        process.stdout.write(
          `${version.digest.slice(0, 12)}  ${version.at}  ${version.by}${version.digest === inForce?.digest ? '  in force' : ''}\n`,
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
