#!/usr/bin/env node
// The one JavaScript file: it must start on any Node, so that an old one gets a sentence instead of a syntax error.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('./pageturner.ts', import.meta.url));
const bundled = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(entry);
} else if (existsSync(bundled)) {
  const run = spawnSync(bundled, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = run.status ?? 1;
} else {
  process.stderr.write(
    `pageturner needs Node 24 or newer and this is ${process.version}. Install Node 24, or run 'npm ci' here, which brings one along on Linux.\n`,
  );
  process.exitCode = 2;
}
