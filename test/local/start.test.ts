/** What `npm start` says when it cannot start: one sentence that says what to do, and nothing left running. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const PORT = 4760;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pageturner-start-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

function start(...options: string[]): Promise<{ code: number | null; out: string; errors: string }> {
  const script = join(import.meta.dirname, '../../infra/local/start.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...options]);
  let [out, errors] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
    // It runs: that is all that is asked of it.
    if (out.includes('Ctrl-C')) child.kill('SIGINT');
  });
  child.stderr.on('data', (text) => {
    errors += text;
  });
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, out, errors })));
}
const here = () => ['--port', String(PORT), '--state', join(folder, 'state')];

it('prints the addresses, the hook key and a line to paste, and stops on Ctrl-C', async () => {
  const { code, out, errors } = await start(...here());
  // Nothing runs before there is a catalogue, so nothing complains.
  expect([code, errors]).toEqual([0, '']);
  expect(out.split('\n')[0]).toMatch(/^Building the functions and starting them: .* up to two minutes/);
  expect(out).toContain(`its state stays in ${join(folder, 'state')}/.`);
  expect(out).toMatch(/Catalogue +catalogue\/ /);
  for (const said of [`http://127.0.0.1:${PORT + 1}/`, '/hooks/', 'local', 'npx pageturner send']) {
    expect(out).toContain(said);
  }
});

it.each([
  ['web', PORT],
  ['phone', PORT + 1],
  ['queues', PORT + 2],
  ['table', PORT + 3],
])('a port in use is named once, with the way to another: %s', async (_, port) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  const { code, errors } = await start(...here());
  other.close();
  expect(code).toBe(1);
  expect(errors).toContain(`Port ${port} is in use on this machine.`);
  expect(errors).toContain('--port');
  expect(errors.trim().split('\n')).toHaveLength(1);
});

it('a state folder of another version is left alone', async () => {
  await start(...here());
  writeFileSync(join(folder, 'state', 'format'), '99');
  const { code, errors } = await start(...here());
  expect(code).toBe(1);
  expect(errors).toContain('is of format 99');
  expect(errors).toContain('--state');
});

it('a folder without a catalogue is named', async () => {
  const { code, errors } = await start(...here(), '--catalogue', join(folder, 'nothing'));
  expect(code).toBe(1);
  expect(errors).toContain(join(folder, 'nothing'));
});

it('a catalogue that does not compile is reported with file, line and fix, and the published one stays in force', async () => {
  const { cpSync, appendFileSync } = await import('node:fs');
  const catalogue = join(folder, 'catalogue');
  cpSync(join(import.meta.dirname, '../../catalogue'), catalogue, { recursive: true });
  expect((await start(...here(), '--catalogue', catalogue)).code).toBe(0);
  appendFileSync(join(catalogue, 'services/payments-api.yaml'), '\npolcy: payments\n');
  const again = await start(...here(), '--catalogue', catalogue);
  expect(again.errors).toMatch(/services\/payments-api\.yaml:\d+: .*polcy/);
  expect(again.errors).toContain('stays in force');
  expect(again.code).toBe(0);
  const afresh = await start('--port', String(PORT), '--state', join(folder, 'fresh'), '--catalogue', catalogue);
  expect(afresh.errors).toMatch(/services\/payments-api\.yaml:\d+: .*polcy/);
  expect(afresh.code).toBe(1);
}, 40_000);
