/** Python's judges: an environment of pinned packages under `.build`, made at the first run and whenever the pins change. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OUT } from '../../infra/build/build.ts';

const PINS = join(import.meta.dirname, 'requirements.txt');
const FOLDER = join(OUT, 'judge');
const STAMP = join(FOLDER, 'pins');

/** Why there is no environment, or undefined once there is one. */
export function preparePython(): string | undefined {
  const asked = spawnSync('python3', ['-c', 'import sys, venv; print(sys.version_info >= (3, 10))'], {
    encoding: 'utf8',
  });
  if (asked.stdout?.trim() !== 'True') return 'Python 3.10 or newer with venv is not here';
  const pins = createHash('sha256').update(readFileSync(PINS)).digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === pins) return undefined;
  rmSync(FOLDER, { recursive: true, force: true });
  const made = spawnSync('python3', ['-m', 'venv', FOLDER], { stdio: 'inherit' });
  if (made.status !== 0) return 'the environment of Python could not be made';
  const options = ['install', '--quiet', '--disable-pip-version-check', '-r', PINS];
  const installed = spawnSync(join(FOLDER, 'bin/pip'), options, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (installed.status !== 0) return 'the packages of Python could not be installed';
  writeFileSync(STAMP, pins);
  return undefined;
}

export type Ran = { code: number; output: string };

/** Runs one of the judges to its end. */
export async function runTool(tool: string, options: string[], timeoutSeconds = 120): Promise<Ran> {
  try {
    const { stdout, stderr } = await promisify(execFile)(join(FOLDER, 'bin', tool), options, {
      // They leave what they remember where they run.
      cwd: FOLDER,
      timeout: timeoutSeconds * 1000,
      maxBuffer: 64_000_000,
    });
    return { code: 0, output: `${stdout}${stderr}` };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number; stdout: string; stderr: string };
    return { code: typeof code === 'number' ? code : 1, output: `${stdout}${stderr}` };
  }
}

/** Starts a server of theirs on loopback; resolves when it answers. `stop` ends it. */
export async function startTool(tool: string, options: string[], address: string): Promise<{ stop: () => void }> {
  const child = spawn(join(FOLDER, 'bin', tool), options, { stdio: 'ignore' });
  for (let tries = 0; tries < 150; tries++) {
    if (child.exitCode !== null) throw new Error(`${tool} ended by itself (${child.exitCode}).`);
    const isThere = await fetch(address).then(
      () => true,
      () => false,
    );
    if (isThere) return { stop: () => child.kill('SIGKILL') };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  child.kill('SIGKILL');
  throw new Error(`${tool} does not answer at ${address}.`);
}
