/**
 * Builds each function as it goes to Lambda: one CommonJS file, the SDK inside, in a zip whose bytes depend on nothing but
 * the source. Prints the sizes and fails when a bundle is over its budget.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { build } from 'esbuild';
import { ZipFile } from 'yazl';

const root = new URL('../../', import.meta.url).pathname;
export const OUT = `${root}.build`;
export const FUNCTIONS = [
  'receive',
  'triage',
  'page',
  'sweep',
  'respond',
  'deployments',
  'console',
  'canary',
  'tickets',
] as const;

/**
 * Minified bytes: every one costs at each cold start. 10 KB of every function with a catalogue make the index of runbooks
 * anew where the published one has an older form, so that nothing is lost between a deployment and the next publish.
 */
export const BUDGET_BYTES: Record<(typeof FUNCTIONS)[number], number> = {
  receive: 250_000,
  // Beside the others it has JSONata, for the senders of the catalogue.
  triage: 760_000,
  // Temporal for rotas, a signed request for each of five carriers, words for each way to answer, and the rest of an answer.
  page: 655_000,
  // It reads every open incident for the other region; the words that the search of runbooks knows are 10 KB of it.
  sweep: 490_000,
  // As page, for it answers replies by every carrier; Hono for forms and buttons; and Twilio's hooks with what calls say.
  // An answer to a why begins a problem, whose title is the ticket's.
  respond: 690_000,
  // It reads the open incidents whose suspects a late notice may change; a change of an incident puts pages to wait.
  deployments: 700_000,
  // hono-openapi and the schemas of the API as JSON Schema are 30 KB of it.
  console: 730_000,
  canary: 30_000,
  // Temporal for wall clocks, a change of an incident, and the trackers: 49 KB, and 90 KB of markdown-it for those that speak ADF and HTML.
  tickets: 660_000,
};

/** Before 1980 there is no time in a zip; this one says nothing, so equal sources are equal zips. */
const NO_TIME = new Date(1980, 0, 1);

/** A separate package.json keeps Node from reading the project's and taking the bundles for modules. */
const COMMONJS = '{"type":"commonjs"}\n';

export type Built = { name: string; file: string; bytes: number; zipBytes: number };

/** Bundles every function; with `zip`, packs them too. */
export async function buildFunctions(options: { zip: boolean }): Promise<Built[]> {
  await mkdir(OUT, { recursive: true });
  await writeFile(`${OUT}/package.json`, COMMONJS);
  const result = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(FUNCTIONS.map((name) => [`${name}/handler`, `functions/${name}/handler.ts`])),
    outdir: OUT,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    sourcemap: 'external',
    legalComments: 'none',
    // CommonJS has no import.meta; nothing in a function may need it.
    logOverride: { 'empty-import-meta': 'error' },
    mainFields: ['module', 'main'],
    // Lambda gives credentials in the environment; the SDK's other ways of finding some are 100 KB of every bundle.
    alias: { '@aws-sdk/credential-provider-node': `${root}infra/build/credentials.ts` },
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  await Promise.all(result.outputFiles.map(({ path, contents }) => writeWhole(path, contents)));
  await writeFile(`${OUT}/meta.json`, JSON.stringify(result.metafile));
  return Promise.all(FUNCTIONS.map((name) => describe(name, options.zip)));
}

/** A reader finds the file as it was or as it is, never half of it: a stack may be starting functions from it. */
async function writeWhole(path: string, contents: Uint8Array): Promise<void> {
  const there = await readFile(path).catch(() => undefined);
  if (there?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.${process.pid}`, contents);
  await rename(`${path}.${process.pid}`, path);
}

async function describe(name: string, zip: boolean): Promise<Built> {
  const file = `${OUT}/${name}/handler.js`;
  const code = await readFile(file);
  return { name, file, bytes: code.length, zipBytes: zip ? await pack(name, code) : 0 };
}

async function pack(name: string, code: Buffer): Promise<number> {
  const archive = new ZipFile();
  archive.addBuffer(code, 'handler.js', { mtime: NO_TIME, mode: 0o100644 });
  archive.addBuffer(Buffer.from(COMMONJS), 'package.json', { mtime: NO_TIME, mode: 0o100644 });
  archive.end();
  const path = `${OUT}/${name}.zip`;
  await pipeline(archive.outputStream, createWriteStream(path));
  return (await readFile(path)).length;
}

/** Bundles that are over their budget, as sentences. */
export function overBudget(built: Built[]): string[] {
  return built
    .filter(({ name, bytes }) => bytes > BUDGET_BYTES[name as keyof typeof BUDGET_BYTES])
    .map(
      ({ name, bytes }) =>
        `${name} is ${bytes} bytes and its budget is ${BUDGET_BYTES[name as keyof typeof BUDGET_BYTES]}: see .build/meta.json for what it imports.`,
    );
}

if (import.meta.main) {
  const built = await buildFunctions({ zip: true });
  for (const { name, bytes, zipBytes } of built) {
    console.log(
      `${name.padEnd(12)} ${String(Math.round(bytes / 1000)).padStart(5)} KB minified ${String(Math.round(zipBytes / 1000)).padStart(5)} KB zipped`,
    );
  }
  const over = overBudget(built);
  for (const sentence of over) console.error(sentence);
  process.exitCode = over.length > 0 ? 1 : 0;
}
