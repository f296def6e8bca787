/** The judges' packages: each at one version, from the registry that a machine is set up for, and of no need to `npm test`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

it('are pinned one by one, and no line says where from', () => {
  const lines = read('test/judge/requirements.txt')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of lines) expect(line).toMatch(/^[A-Za-z0-9._-]+==[A-Za-z0-9.]+$/);
  for (const judge of ['cfn-lint', 'moto', 'cloudsplaining', 'schemathesis'])
    expect(lines.filter((line) => line.startsWith(`${judge}==`))).toHaveLength(1);
});

it('are run by .ci/run, and not by `npm test`', () => {
  expect(read('.ci/run')).toContain('npm run judge');
  expect(read('package.json')).toContain('"test": "vitest run"');
});
