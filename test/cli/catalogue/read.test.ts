import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LIMITS, readCatalogueFolder } from '../../../cli/catalogue/read.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('files come by path with /, and what is beside the catalogue stays out', async () => {
  await mkdir(join(folder, 'runbooks/a'), { recursive: true });
  await mkdir(join(folder, 'schema'));
  await mkdir(join(folder, '.git'));
  for (const path of ['catalogue.yaml', 'runbooks/a/b.md', 'schema/x.yaml', '.git/y.yaml', 'notes.txt']) {
    await writeFile(join(folder, path), path);
  }
  await symlink('/etc/hostname', join(folder, 'link.yaml'));
  const { files, findings } = await readCatalogueFolder(folder);
  expect(files.map(({ path }) => path)).toEqual(['catalogue.yaml', 'runbooks/a/b.md']);
  expect(findings).toEqual([]);
});

test('a file too large, and one that is not UTF-8, is named and left out', async () => {
  await writeFile(join(folder, 'large.md'), 'x'.repeat(LIMITS.bytes + 1));
  await writeFile(join(folder, 'latin.md'), Buffer.from([0x63, 0x61, 0x66, 0xe9]));
  const { files, findings } = await readCatalogueFolder(folder);
  expect(files).toEqual([]);
  expect(findings.map(({ file, mend }) => [file, mend])).toEqual([
    ['large.md', 'Split it.'],
    ['latin.md', 'Save it as UTF-8.'],
  ]);
});

test('more files than the limit is an error', async () => {
  await Promise.all(Array.from({ length: LIMITS.files + 1 }, (_, i) => writeFile(join(folder, `${i}.md`), '')));
  const { findings } = await readCatalogueFolder(folder);
  expect(findings.map(({ message }) => message)).toEqual([
    `There are ${LIMITS.files + 1} files; the limit is ${LIMITS.files}.`,
  ]);
});

test('a folder that is not there says what to name', async () => {
  await expect(readCatalogueFolder(join(folder, 'nowhere'))).rejects.toThrow(/holds catalogue.yaml/);
});
