/** Reads the reviews beside a catalogue from disk (adapter), within the limits of the catalogue's own files. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LIMITS } from '../catalogue/read.ts';
import type { CatalogueFile } from '../catalogue/source.ts';
import type { Finding } from '../finding.ts';

/** The files `reviews/*.md` below a catalogue's folder; none where there is no such folder. */
export async function readReviews(folder: string): Promise<{ files: CatalogueFile[]; findings: Finding[] }> {
  const entries = await readdir(join(folder, 'reviews'), { withFileTypes: true }).catch(() => []);
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map(({ name }) => `reviews/${name}`)
    .sort();
  const files: CatalogueFile[] = [];
  const findings: Finding[] = [];
  for (const path of paths.slice(0, LIMITS.files)) {
    const { size } = await stat(join(folder, path));
    if (size > LIMITS.bytes)
      findings.push({
        level: 'error',
        code: 'unreadable',
        file: path,
        message: `The file has ${size} bytes; the limit is ${LIMITS.bytes}.`,
        mend: 'Split it.',
      });
    else files.push({ path, text: await readFile(join(folder, path), 'utf8') });
  }
  return { files, findings };
}
