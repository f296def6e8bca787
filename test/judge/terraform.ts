/** The modules for senders as terraform itself sees them: their form, and where providers are at hand, their sense. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Verdict } from './judge.ts';

const MODULES = join(import.meta.dirname, '../../infra/terraform');

export async function judgeTerraform(): Promise<Verdict> {
  const run = (options: string[], cwd = MODULES) =>
    spawnSync('terraform', options, { cwd, encoding: 'utf8', timeout: 60_000 });
  if (run(['version']).status !== 0) return { found: [], notes: ['SKIPPED: terraform is not here'] };
  const form = run(['fmt', '-check', '-recursive']);
  const found = form.status === 0 ? [] : [`terraform fmt would change ${form.stdout.trim().replaceAll('\n', ', ')}`];
  const notes: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'pageturner-terraform-'));
  try {
    cpSync(MODULES, folder, { recursive: true });
    for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((one) => one.isDirectory())) {
      const example = join(folder, name, 'examples');
      if (run(['init', '-backend=false', '-input=false'], example).status !== 0) {
        notes.push(`SKIPPED: terraform validate of ${name}, for its providers cannot be fetched here`);
        continue;
      }
      const { status, stdout } = run(['validate', '-no-color'], example);
      if (status !== 0) found.push(`${name}: ${stdout.trim()}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { found, notes };
}
