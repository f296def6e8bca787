/**
 * Libraries of runbooks with alerts whose runbook is known, for measuring and fitting the choice by words.
 *
 * Open sets lie beside the project's checkout and are not part of it; where they are missing, the reader says so loudly.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRunbooks } from '../../../cli/runbooks/folder.ts';
import type { Alert } from '../../../shared/alert/alert.ts';
import { normalise } from '../../../shared/intake/intake.ts';
import type { Runbook } from '../../../shared/runbook/runbook.ts';

/** One alert and the ID of the runbook that its authors linked to it. */
export type Pair = { alert: Alert; truth: string };

export type Library = {
  name: string;
  /** Sets of one organisation are left out together. */
  organisation: string;
  runbooks: Runbook[];
  pairs: Pair[];
  /** The alerts have their names. */
  named: boolean;
};

const BESIDE = join(import.meta.dirname, '../../../../shared');
/** Folder, organisation. */
const SETS: [folder: string, organisation: string][] = [
  ['sets/gitlab2018', 'gitlab'],
  ['sets/gitlab2022', 'gitlab'],
  ['sets/stellar', 'stellar'],
  ['corpus/prometheus-operator', 'prometheus-operator'],
];

/** All open sets that are there; says on standard error which are not. */
export function openLibraries(): Library[] {
  const read = SETS.flatMap(([folder, organisation]) => {
    const path = join(BESIDE, folder);
    if (!existsSync(path)) {
      console.error(`NOT MEASURED: ${folder} is not beside this checkout.`);
      return [];
    }
    return readLibrary(path, organisation);
  });
  const pagesOf = (organisation: string) =>
    read.find((library) => library.organisation === organisation)?.runbooks ?? [];
  const others = pagesOf('stellar').filter(({ id }) => !id.startsWith('operations/runbooks/'));
  const split = read.filter(({ organisation }) => organisation === 'prometheus-operator');
  return [...read, ...split.map((library) => asUmbrellas(library, others)), ...cloudLibrary()];
}

/** Alarms of AWS and Azure with runbooks of our own: part of the project. */
export function cloudLibrary(): Library[] {
  return readLibrary(join(import.meta.dirname, 'cloud'), 'pageturner');
}

/** One library for each file of alerts of a folder: `runbooks/` and `alerts*.jsonl`. */
export function readLibrary(path: string, organisation: string): Library[] {
  const { runbooks } = readRunbooks(path);
  const files = readdirSync(path).filter((file) => /^alerts.*\.jsonl$/.test(file));
  return files.map((file) => ({
    name: `${path.split('/').at(-1)}/${file.slice(0, -'.jsonl'.length)}`,
    organisation,
    runbooks,
    pairs: readPairs(join(path, file)),
    named: !file.includes('blind'),
  }));
}

function readPairs(file: string): Pair[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => pairOf(JSON.parse(line)));
}

/** A pair holds the alert, or the notice as its sender posts it. */
function pairOf({ alert, payload, truth }: { alert?: Alert; payload?: unknown; truth: string }): Pair {
  if (alert !== undefined) return { alert, truth };
  const { alerts } = normalise(payload, { receivedAt: '2026-11-23T03:12:06.000Z', text: JSON.stringify(payload) });
  return { alert: alerts[0]!, truth };
}

/**
 * The same alerts in a library of another shape: all pages of a folder are one umbrella page, and among them are the pages
 * of another organisation that are no runbooks. Truths are the umbrella pages.
 *
 * @param others pages that no alert of `library` is for
 */
export function asUmbrellas(library: Library, others: Runbook[]): Library {
  const folderOf = (id: string) => id.split('/').slice(0, -1).join('/') || 'general';
  const byFolder = Map.groupBy(library.runbooks, ({ id }) => folderOf(id));
  const umbrellas = [...byFolder].map(
    ([folder, pages]): Runbook => ({
      id: `operations/${folder}`,
      title: folder.split('/').at(-1)!,
      body: `# ${folder}\n${pages.map(({ title, body }) => `\n## ${title}\n${body.replace(/^#/gm, '##')}`).join('\n')}`,
      aliases: [],
    }),
  );
  return {
    ...library,
    name: `${library.name} in umbrellas`,
    runbooks: [...umbrellas, ...others],
    pairs: library.pairs.map(({ alert, truth }) => ({ alert, truth: `operations/${folderOf(truth)}` })),
  };
}
