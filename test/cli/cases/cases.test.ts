/** Tests of a catalogue: what a case may expect, how a difference is said, and what `--write` changes. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { judge } from '../../../cli/cases/cases.ts';
import { readCases, withExpectation } from '../../../cli/cases/read.ts';
import type { WrittenCase } from '../../../cli/cases/schema.ts';
import { NIGHT, sampleCatalogue } from '../../world.ts';

const CLI = join(import.meta.dirname, '../../../cli/pageturner.ts');
const runCli = (args: string[]) => {
  const { status, stdout } = spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8' });
  return { code: status, stdout };
};
const loaded = await sampleCatalogue();
const CATALOGUE = join(import.meta.dirname, '../../../catalogue');
const alert = { title: 'payments-api-5xx', severity: 'critical', service: 'payments-api' };
const at = NIGHT;
const of = (written: Partial<WrittenCase>): WrittenCase => ({ name: 'a test', at, alert, ...written }) as WrittenCase;
const fields = async (written: Partial<WrittenCase>) =>
  (await judge(of(written), loaded)).differences.map(({ field, wanted, found }) => `${field}: ${wanted} / ${found}`);

describe('what a case expects', () => {
  it.each<[string, WrittenCase['expect'], string[]]>([
    ['nothing', {}, []],
    ['the right service', { service: 'payments-api' }, []],
    ['another severity', { severity: 'info' }, ['severity: info / critical']],
    ['another policy', { policy: 'platform' }, ['policy: platform / payments']],
    ['fields of the alert', { alert: { title: 'payments-api-5xx', status: 'firing' } }, []],
    ['another field of the alert', { alert: { status: 'resolved' } }, ['alert.status: "resolved" / "firing"']],
    ['the first page', { pages: [{ to: 'amira', by: 'sms', after: '0s' }] }, []],
    [
      'the first page in other units',
      { pages: [{ to: 'amira' }, { to: '#payments' }, { to: 'amira', after: '120s' }] },
      [],
    ],
    ['another person', { pages: [{ to: 'ben' }] }, ['pages[0]: ben / amira by sms after 0s']],
    ['words that are said', { words: ['CRIT payments-api'] }, []],
    ['a silence', { nobody: 'silenced' }, ['nobody: silenced / somebody is told']],
  ])('%s', async (_, expected, differences) => {
    expect(await fields({ expect: expected })).toEqual(differences);
  });

  it('that nobody is told, and says who is', async () => {
    expect(await fields({ expect: { pages: [] } })).toEqual([
      expect.stringMatching(/^pages: nobody \/ amira by sms after 0s/),
    ]);
  });

  it('words that are not said, and shows the message', async () => {
    expect(await fields({ expect: { words: ['rollback'] } })).toEqual([
      expect.stringMatching(/^words: rollback \/ CRIT/),
    ]);
  });

  it('what is so under silences', async () => {
    const silences = [{ service: ['payments-api'] }];
    expect(await fields({ silences, expect: { nobody: 'silenced', pages: [] } })).toEqual([]);
  });

  it('who is on call at its instant and not now', async () => {
    const { now: then } = await judge(of({ at: '2026-11-23T03:12:00Z' }), loaded);
    const { now: later } = await judge(of({ at: '2026-12-07T03:12:00Z' }), loaded);
    expect(then?.pages?.[0]?.to).not.toBe(later?.pages?.[0]?.to);
  });
});

describe('a payload', () => {
  const events = {
    routing_key: 'k',
    event_action: 'trigger',
    dedup_key: 'd',
    payload: { summary: 's', source: 'h', severity: 'error' },
  };

  it('is read as its sender posts it', async () => {
    const { alert: _, ...rest } = of({ payload: events });
    expect((await judge(rest as WrittenCase, loaded)).now).toMatchObject({ severity: 'error', policy: 'platform' });
  });

  it.each([
    [
      { Type: 'SubscriptionConfirmation', Token: 't', TopicArn: 'arn:aws:sns:eu-west-2:111122223333:t' },
      1,
      'The payload is no alert: it holds none.',
    ],
    [events, 2, 'The payload has 1 alert, and number is 2.'],
  ])('that does not hold the alert says so', async (payload, number, problem) => {
    const { alert: _, ...rest } = of({ payload, number });
    expect(await judge(rest as WrittenCase, loaded)).toEqual({ differences: [], problem });
  });
});

describe('--write', () => {
  const text = `# a comment
tests:
  - name: one # kept
    at: 2026-11-23T03:12:00Z
    alert: { title: x }
    expect: { service: old }   # gone with it
  # about the second
  - name: two
    at: 2026-11-23T03:12:00Z
    alert:
      title: y
`;

  it.each([0, 1])('changes the expectation of one test and no other line: test %i', (index) => {
    const written = withExpectation(text, index, { service: 'none', pages: [{ to: 'amira', by: 'sms', after: '0s' }] });
    const before = parse(text) as { tests: object[] };
    const expected = before.tests.map((one, n) =>
      n === index ? { ...one, expect: { service: 'none', pages: [{ to: 'amira', by: 'sms', after: '0s' }] } } : one,
    );
    expect(parse(written)).toEqual({ tests: expected });
    const kept = text.split('\n').filter((line) => !line.includes('expect:'));
    for (const line of kept) expect(written.split('\n')).toContain(line);
  });

  it('refuses a test that is written in braces', () => {
    expect(() => withExpectation('tests: [{ name: x }]\n', 0, {})).toThrow(/written in braces/);
  });
});

describe('the command', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pageturner-cases-'));
    await cp(CATALOGUE, folder, { recursive: true });
    await mkdir(join(folder, 'tests/payloads'), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('passes on the sample catalogue, with the samples of its senders', async () => {
    const { code, stdout } = runCli(['test', CATALOGUE]);
    expect({ code, last: stdout.trim().split('\n').at(-1) }).toEqual({ code: 0, last: '3 passed, 0 failed' });
  });

  it('exits 1 with place, what was wanted and what is; --write mends the file and then it passes', async () => {
    const file = join(folder, 'tests/payments.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('runbook: payments/5xx', 'runbook: payments/slow'));
    const failed = runCli(['test', folder]);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(
      /FAIL {2}tests\/payments\.yaml:4[^\n]*\n\s+runbook\s+wanted payments\/slow\n\s+is\s+payments\/5xx \(by pattern\)/,
    );
    const asJson = JSON.parse(runCli(['test', folder, '--json']).stdout) as {
      failed: number;
      tests: { ok: boolean }[];
    };
    expect([asJson.failed, asJson.tests.map(({ ok }) => ok)]).toEqual([1, [false, true, true]]);
    runCli(['test', folder, '--write']);
    expect(runCli(['test', folder]).code).toBe(0);
  });

  it.each([
    ['tests:\n  - { name: x, at: 2026-11-23T03:12:00Z }\n', /Write either a payload or an alert/],
    ['tests:\n  - { name: x, at: yesterday, alert: { title: t } }\n', /Write an instant with its zone/],
    ['tests:\n  - { name: x, at: 2026-11-23T03:12:00Z, payload: nowhere.json }\n', /nowhere\.json cannot be read/],
    ['tests:\n  - { name: x, at: 2026-11-23T03:12:00Z, alert: { title: t }, expects: {} }\n', /expect/],
  ])('names file and line of what cannot be read: %#', async (text, said) => {
    writeFileSync(join(folder, 'tests/broken.yaml'), text);
    const { findings } = await readCases(folder);
    expect(findings.map(({ file, line, message, mend }) => `${file}:${line} ${message} ${mend}`)).toEqual([
      expect.stringMatching(said),
    ]);
    rmSync(join(folder, 'tests/broken.yaml'));
  });
});
