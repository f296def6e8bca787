/**
 * Reads a catalogue's folder from disk (adapter): which files there are and what is in them, within limits.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isPage, unreadForm } from '../../shared/runbook/foreign.ts';
import type { Finding } from '../finding.ts';
import type { CatalogueFile } from './source.ts';

export const LIMITS = { files: 5000, bytes: 1_000_000, depth: 8 };

/** Folders that are beside the catalogue and not of it: `pageturner test` reads the tests. */
const LEFT_OUT = new Set(['schema', 'node_modules', 'tests']);

/** Bodies of senders and the alerts that they must become. */
function isSample(path: string): boolean {
  return /^senders\/.+\.(json|txt)$/.test(path);
}

async function list(folder: string, below: string, depth: number, found: string[]): Promise<void> {
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    if (entry.name.startsWith('.') || LEFT_OUT.has(below + entry.name)) continue;
    const path = below + entry.name;
    // A link is neither followed nor read: it may lead out of the folder.
    if (entry.isDirectory() && depth < LIMITS.depth) await list(folder, `${path}/`, depth + 1, found);
    else if (entry.isFile() && (isOurs(path) || isSample(path))) found.push(path);
  }
}

/** What may be part of a catalogue, and what stands among the runbooks and is not read: lint names it. */
function isOurs(path: string): boolean {
  return (
    /\.(ya?ml|ics)$/.test(path) ||
    /^templates\/[^/]+\.md$/.test(path) ||
    isPage(path) ||
    (path.startsWith('runbooks/') && unreadForm(path) !== undefined)
  );
}

/**
 * @param folder where `catalogue.yaml` is
 * @returns the files by path; findings for those that are too large, not UTF-8 or too many
 * @throws where there is no such folder
 */
export async function readCatalogueFolder(folder: string): Promise<{ files: CatalogueFile[]; findings: Finding[] }> {
  const about = await stat(folder).catch(() => undefined);
  if (!about?.isDirectory()) throw new Error(`There is no folder ${folder}. Name the one that holds catalogue.yaml.`);
  const paths: string[] = [];
  await list(folder, '', 0, paths);
  paths.sort();
  const findings: Finding[] = [];
  const refuse = (file: string, message: string, mend: string) =>
    findings.push({ level: 'error', code: 'unreadable', file, message, mend });
  if (paths.length > LIMITS.files) {
    refuse('.', `There are ${paths.length} files; the limit is ${LIMITS.files}.`, 'Split the catalogue.');
  }
  const files: CatalogueFile[] = [];
  for (const path of paths.slice(0, LIMITS.files)) {
    if (path.startsWith('runbooks/') && unreadForm(path) !== undefined) {
      files.push({ path, text: '' });
      continue;
    }
    const bytes = await readFile(join(folder, path));
    if (bytes.length > LIMITS.bytes) {
      refuse(path, `The file has ${bytes.length} bytes; the limit is ${LIMITS.bytes}.`, 'Split it.');
      continue;
    }
    try {
      files.push({ path, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) });
    } catch {
      refuse(path, 'The file is not UTF-8.', 'Save it as UTF-8.');
    }
  }
  return { files, findings };
}
