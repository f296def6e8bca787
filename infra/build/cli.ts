/**
 * Builds the command as a package that installs nothing else: one bundled file, a small starter that runs on old Nodes too, the
 * schemas that files of a catalogue name, and the licences of what is inside. `npm run build:cli` also packs it, as
 * `.build/NAME-VERSION.tgz`.
 *
 * The default name has a scope that is an example. To publish to a registry, give a scope that your organisation owns:
 * `npm run build:cli -- --name @your-scope/pageturner`.
 */
import { execFileSync } from 'node:child_process';
import { copyFile, cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import about from '../../package.json' with { type: 'json' };
import { OUT } from './build.ts';
import { licencesOf } from './licences.ts';

const ROOT = join(import.meta.dirname, '../..');
const DEFAULT_NAME = '@example-org/pageturner';

/** The form that npm asks of a scoped name; a name without a scope could be claimed by a stranger. */
const SCOPED = /^@[a-z0-9][a-z0-9._-]{0,99}\/[a-z0-9][a-z0-9._-]{0,99}$/;

/** The packed file: a pipeline fetches it for each job. */
export const TARBALL_BUDGET_BYTES = 3_000_000;

/**
 * Writes the package's folder and packs it. Returns the tarball's path and size in bytes.
 * @throws {RangeError} where the name has no scope.
 */
export async function buildCli(options: { name?: string } = {}): Promise<{ tarball: string; bytes: number }> {
  const { name = DEFAULT_NAME } = options;
  if (!SCOPED.test(name)) throw new RangeError(`--name ${name}: write a name with a scope, like ${DEFAULT_NAME}.`);
  const folder = join(OUT, 'cli');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await bundle(folder);
  await copyFile(join(ROOT, 'cli/pageturner.js'), join(folder, 'pageturner.js'));
  await copyFile(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  await copyFile(join(ROOT, 'docs/install-the-command.md'), join(folder, 'README.md'));
  await cp(join(ROOT, 'catalogue/schema'), join(folder, 'schema'), { recursive: true });
  await copyFile(join(ROOT, 'docs/alert.schema.json'), join(folder, 'schema/alert.json'));
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest(name), null, 2)}\n`);
  return pack(folder);
}

async function bundle(folder: string): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { pageturner: 'cli/pageturner.ts' },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    // Names of functions and classes are in what a stack trace says.
    keepNames: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    // Parts of the SDK are CommonJS and require Node's own modules.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    metafile: true,
    logLevel: 'warning',
  });
  await writeFile(join(folder, 'THIRD-PARTY.txt'), await licencesOf(metafile, ROOT));
}

/** No dependencies: all that the command needs is in the bundle. */
function manifest(name: string): object {
  const { version, description, license } = about;
  return {
    name,
    version,
    description: `The command of Pageturner. ${description}`,
    license,
    type: 'module',
    bin: { pageturner: 'pageturner.js' },
    engines: { node: '>=24' },
  };
}

async function pack(folder: string): Promise<{ tarball: string; bytes: number }> {
  const said = execFileSync('npm', ['pack', folder, '--pack-destination', OUT, '--silent'], { encoding: 'utf8' });
  const tarball = join(OUT, basename(said.trim()));
  return { tarball, bytes: (await stat(tarball)).size };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { name: { type: 'string' } } });
  const { tarball, bytes } = await buildCli(values);
  const size = (await readFile(join(OUT, 'cli/pageturner.mjs'))).length;
  console.log(`${tarball}: ${Math.round(bytes / 1000)} KB packed, the command itself ${Math.round(size / 1000)} KB`);
  if (bytes > TARBALL_BUDGET_BYTES) {
    console.error(`The tarball is ${bytes} bytes and its budget is ${TARBALL_BUDGET_BYTES}.`);
    process.exitCode = 1;
  }
}
