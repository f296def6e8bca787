/**
 * The runbooks of a folder: `runbooks/**` where there is one, and else what teams have already: the `docs/` of mkdocs and
 * Backstage TechDocs, a clone of a GitLab wiki, or a repository with `runbook.md` files. An adapter: reads the disk.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isPage } from '../../shared/runbook/foreign.ts';
import type { Runbook } from '../../shared/runbook/runbook.ts';
import type { Finding } from '../finding.ts';
import { readRunbook } from './read.ts';

/** A folder with more is not a folder of runbooks. */
const MAX_FILES = 20_000;
const MAX_DEPTH = 20;
/** Not runbooks, wherever they stand. */
const OTHER_FILES = /^(_sidebar|_footer|_navbar|summary|license|contributing|code_of_conduct|changelog|security)\.md$/i;

/**
 * @param folder a catalogue, or a repository or wiki of runbooks
 * @returns the runbooks in the order of their paths, and what is wrong with them
 * @throws Error where the folder cannot be read, with a sentence that says so
 */
export function readRunbooks(folder: string): { runbooks: Runbook[]; findings: Finding[] } {
  if (!isFolder(folder))
    throw new Error(`${folder} is not a folder: give the catalogue, or a folder with runbooks in it`);
  const runbooks: Runbook[] = [];
  const findings: Finding[] = [];
  const { root, only } = rootOf(folder);
  for (const path of markdownUnder(folder, root, only)) {
    const read = readRunbook(path, readFileSync(join(folder, path), 'utf8'));
    if (root !== '' && root !== 'runbooks') read.runbook.id = read.runbook.id.slice(root.length + 1);
    runbooks.push(read.runbook);
    findings.push(...read.findings);
  }
  runbooks.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { runbooks, findings };
}

/** `runbooks/` wins; then where mkdocs and TechDocs keep pages; then the files called runbook; then every page there is. */
function rootOf(folder: string): { root: string; only?: RegExp } {
  if (isFolder(join(folder, 'runbooks'))) return { root: 'runbooks' };
  const siteFolder = ['mkdocs.yml', 'mkdocs.yaml'].map((name) => docsFolderOf(join(folder, name))).find(Boolean);
  for (const root of [siteFolder ?? 'docs', 'docs/runbooks', 'doc/runbooks']) {
    if (isFolder(join(folder, root))) {
      const inner = join(root, 'runbooks');
      return { root: isFolder(join(folder, inner)) ? inner : root };
    }
  }
  const named = /(^|[-_.])runbooks?(\.html)?\.md(\.erb)?$/i;
  const hasNamed = markdownUnder(folder, '', named).length > 0;
  return hasNamed ? { root: '', only: named } : { root: '' };
}

function docsFolderOf(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    const named = /^docs_dir:\s*['"]?([\w./-]+)['"]?\s*$/m.exec(text)?.[1]?.replace(/^\.\/|\/$/g, '');
    return named === undefined || named.split('/').includes('..') ? 'docs' : named;
  } catch {
    // No such file: not a mkdocs site.
    return undefined;
  }
}

/** Paths relative to `folder`, with forward slashes. Links are not followed: they could lead out of the folder or round in it. */
function markdownUnder(folder: string, root: string, only?: RegExp): string[] {
  const found: string[] = [];
  const walk = (path: string, depth: number) => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const inner = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory() && depth < MAX_DEPTH) walk(inner, depth + 1);
      else if (entry.isFile() && isRunbookFile(entry.name, only)) found.push(inner);
      if (found.length > MAX_FILES)
        throw new Error(
          `more than ${MAX_FILES} Markdown files under ${folder}: give the folder that holds the runbooks`,
        );
    }
  };
  walk(root, 0);
  return found;
}

function isRunbookFile(name: string, only: RegExp | undefined): boolean {
  return isPage(name) && !OTHER_FILES.test(name) && (only === undefined || only.test(name));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
