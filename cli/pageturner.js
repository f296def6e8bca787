#!/usr/bin/env node
// The one JavaScript file of the tree: it must start on an old Node too, so that it gets a sentence instead of a syntax error.
// In a package the command is bundled beside this file; in a clone it is TypeScript.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;
const beside = (path) => fileURLToPath(new URL(path, import.meta.url));
const packed = existsSync(beside('./pageturner.mjs'));
const entry = new URL(packed ? './pageturner.mjs' : './pageturner.ts', import.meta.url);
const broughtAlong = beside('../node_modules/.bin/node');
const recent = Number(process.versions.node.split('.')[0]) >= NEEDED;

if (!packed && /[\\/]node_modules[\\/]/.test(beside('.'))) {
  refuse(
    'This is the source of pageturner, which Node does not run from node_modules. Install the tarball that "npm run build:cli" makes in a clone of it.',
  );
} else if (recent) {
  await import(entry.href);
} else if (!packed && existsSync(broughtAlong)) {
  const run = spawnSync(broughtAlong, [fileURLToPath(entry), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = run.status === null ? 1 : run.status;
} else {
  const here = packed ? '' : ", or run 'npm ci' here, which brings one along on Linux";
  refuse(`pageturner needs Node ${NEEDED} or newer and this is ${process.version}. Install Node ${NEEDED}${here}.`);
}

function refuse(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 2;
}
