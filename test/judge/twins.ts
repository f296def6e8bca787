/** Deploying twice changes nothing: two clones of the same commit pack the same bytes. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FUNCTIONS } from '../../infra/build/build.ts';
import type { Verdict } from './judge.ts';

const ROOT = join(import.meta.dirname, '../..');

export async function judgeTwins(): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), 'pageturner-twins-'));
  try {
    const commit = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' });
    if (commit.status !== 0) return { found: [], notes: ['SKIPPED: this is not a clone of Git'] };
    // Names of different lengths: no path may be in a package.
    const [one, other] = ['a', 'another-longer-name'].map((name) => digests(join(folder, name)));
    const different = FUNCTIONS.filter((name) => one![name] !== other![name]);
    return {
      found: different.map((name) => `${name}.zip differs between two clones of ${commit.stdout.trim()}`),
      notes: [
        `commit ${commit.stdout.trim().slice(0, 12)}, ${FUNCTIONS.length} packages; what is not committed is not looked at`,
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function digests(clone: string): Record<string, string> {
  const run = (command: string, options: string[], cwd: string) => {
    const { status, stderr } = spawnSync(command, options, { cwd, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command} ${options.join(' ')}: ${stderr.slice(-400)}`);
  };
  run('git', ['clone', '--quiet', '--shared', ROOT, clone], ROOT);
  symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
  run(process.execPath, ['infra/build/build.ts'], clone);
  return Object.fromEntries(
    FUNCTIONS.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(clone, `.build/${name}.zip`)))
        .digest('hex'),
    ]),
  );
}
