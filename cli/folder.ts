/** The catalogue's folder as commands take it: read, compiled, or refused with every finding on standard error. */
import type { Catalogue } from '../shared/catalogue/catalogue.ts';
import { readInstant } from '../shared/rota/wall.ts';
import { type Loaded, load } from '../shared/routing/loaded.ts';
import { prepareRunbooks } from '../shared/runbook/choose.ts';
import { compileCatalogue } from './catalogue/compile.ts';
import { readCatalogueFolder } from './catalogue/read.ts';
import type { Finding } from './finding.ts';

/** A mistake in how a command was called: exit 2. */
export class Misuse extends Error {}

/** `services/api.yaml:3  error  There is no policy called x. Did you mean y?` */
export function sayFinding({ level, file, line, message, mend }: Finding): string {
  return `${file}${line === undefined ? '' : `:${line}`}  ${level}  ${message}\n    ${mend}\n`;
}

/** Which catalogue an answer is of. */
export function readFrom(folder: string): string {
  return `By the catalogue in the folder ${folder}, which need not be the one in force (--catalogue names another).`;
}

/**
 * The compiled catalogue of a folder. Where it does not compile the findings go to standard error and the process ends
 * with 1: no command should answer from half a catalogue.
 */
export async function openCatalogue(folder: string, now = Date.now()): Promise<Catalogue> {
  const read = await readCatalogueFolder(folder).catch((error: Error) => {
    throw new Misuse(error.message);
  });
  const { catalogue, findings } = compileCatalogue(read.files, now);
  if (catalogue !== undefined && read.findings.length === 0) {
    // A running Pageturner may have another catalogue. A script need not be told which folder it named.
    if (process.stderr.isTTY) process.stderr.write(`${readFrom(folder)}\n`);
    return catalogue;
  }
  process.stderr.write([...read.findings, ...findings].map(sayFinding).join(''));
  process.exit(1);
}

/** The catalogue of a folder, ready for questions; refused as `openCatalogue` refuses it. `now`: epoch milliseconds. */
export async function openLoaded(folder: string, now = Date.now()): Promise<Loaded> {
  const catalogue = await openCatalogue(folder, now);
  return load(catalogue, prepareRunbooks(Object.values(catalogue.runbooks), catalogue.defaults.runbookHosts));
}

/** Runs a command and turns misuse into a sentence and exit 2. */
export async function saying(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Misuse || error instanceof RangeError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}

/** An instant given on the command line, as epoch milliseconds; now where none is. */
export function instantOption(option: string, written: string | undefined): number {
  if (written === undefined) return Date.now();
  const instant = readInstant(written);
  if (instant === undefined) throw new Misuse(`--${option}: write an instant, like 2026-11-23T03:12:00Z.`);
  return instant;
}
