import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { compileCatalogue } from '../../../cli/catalogue/compile.ts';
import { readCatalogueFolder } from '../../../cli/catalogue/read.ts';
import { runNewSender } from '../../../cli/commands/new-sender.ts';
import { lintSamples, lintSenders } from '../../../cli/lint/senders.ts';

const BODY = { monitor: { id: 41, name: 'Badge form' }, state: 'failing', reason: 'HTTP 502', api_token: 's3cret' };
let folder: string;
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sender-'));
  write('catalogue.yaml', 'policy: all\n');
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  write('down.json', JSON.stringify(BODY));
  write('up.json', JSON.stringify({ ...BODY, state: 'passing', reason: 'HTTP 200' }));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

async function lint(): Promise<string[]> {
  const { files } = await readCatalogueFolder(folder);
  const policy = {
    path: 'policies/all.yaml',
    text: 'name: all\nsteps: [{ notify: [slack:#ops] }]\n',
  };
  const { catalogue, findings, where } = compileCatalogue([...files, policy]);
  expect(findings).toEqual([]);
  const all = [...lintSenders(catalogue!, files, where), ...(await lintSamples(catalogue!, files, where))];
  return all.map(({ code }) => code);
}
const drafted = () =>
  runNewSender([join(folder, 'up.json'), join(folder, 'down.json')], { catalogue: folder, name: 'pulse' });

describe('new sender', () => {
  test('writes a description, both bodies and their alerts, in whichever order they are given', async () => {
    await drafted();
    expect(read('senders/pulse.yaml')).toContain('key: monitor.id');
    expect(JSON.parse(read('senders/pulse/firing.alert.json'))).toMatchObject({
      status: 'firing',
      title: 'Badge form is failing',
    });
    expect(JSON.parse(read('senders/pulse/resolved.alert.json'))).toMatchObject({ status: 'resolved' });
    expect(await lint()).toEqual([]);
  });

  test('keeps no secret of a body', async () => {
    await drafted();
    expect(read('senders/pulse/firing.json')).not.toContain('s3cret');
  });
});

describe('lint finds', () => {
  test.each([
    ['an expression that cannot be read', /key: .*/, 'key: monitor..', 'bad-expression'],
    ['a mapping that gives no key', /key: .*/, 'key: nothing', 'sample-not-read'],
    ['a mapping that gives no title', /title: .*/, 'title: nothing', 'sample-not-read'],
    ['a mapping without an end', / {2}status:\n\s+path: state\n\s+resolved:\n\s+- passing\n/, '', 'never-ends'],
    ['ends that never meet what fires', /key: .*/, 'key: state', 'ends-never-meet'],
    ['a field that is not as expected', /title: .*/, "title: monitor.name & '!'", 'sample-differs'],
    ['a sample that is not there', /pulse\/resolved.json/, 'pulse/other.json', 'missing-sample'],
  ])('%s', async (_, from, to, code) => {
    await drafted();
    write('senders/pulse.yaml', read('senders/pulse.yaml').replace(from, to));
    expect(await lint()).toContain(code);
  });
});
