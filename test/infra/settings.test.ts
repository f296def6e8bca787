/** What a deployment is refused for before anything is packaged, and that osls asks. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SETTINGS, type Settings, wrongSettings } from '../../infra/build/settings.ts';

const root = join(import.meta.dirname, '../..');
const { params } = parse(readFileSync(join(root, 'serverless.yml'), 'utf8')) as {
  params: { default: Record<string, unknown> };
};
const defaults = Object.fromEntries(
  Object.entries(params.default).map(([name, value]) => [name, String(value).replace(/\$\{sls:stage\}/, 'prod')]),
) as Settings;
const GOOD: Settings = { ...defaults, alarmEmail: 'team@example.gov.uk', emailFrom: 'pageturner@example.gov.uk' };

it('the settings that are checked are those of serverless.yml', () => {
  expect([...SETTINGS].sort()).toEqual(Object.keys(params.default).sort());
});

describe('a deployment', () => {
  it.each<[string, string, Settings, RegExp[]]>([
    ['with somebody to hear of it and a way to page is right', 'prod', {}, []],
    ['by SMS alone is right', 'prod', { emailFrom: '', smsBySns: 'yes' }, []],
    [
      'as it stands in the repository is not',
      'prod',
      defaults,
      [/^Nobody would hear/, /^Pageturner could reach nobody/],
    ],
    ['whose alarms only ring is right', 'prod', { alarmEmail: '', alarmPhone: '+447700900123' }, []],
    ['with half a second carrier is not', 'prod', { twilioAccount: 'AC1' }, [/^The second carrier is set up by half/]],
    [
      'that stands by one that it is told of is right',
      'prod',
      { standby: 'yes', peerUrl: 'https://a.example.gov.uk' },
      [],
    ],
    ['that stands by nobody is not', 'prod', { standby: 'yes' }, [/^A standby without peerUrl/]],
    [
      'whose other stack is a page of one is not',
      'prod',
      { peerUrl: 'https://a.example.gov.uk/k' },
      [/^peerUrl must be/],
    ],
    [
      'that gives up its other stack in a moment is not',
      'prod',
      { peerMissingSeconds: '5' },
      [/^peerMissingSeconds must/],
    ],
    ['of stage local is not', 'local', {}, [/^Stage 'local' is this machine's/]],
    ['whose stage has capitals is not', 'Prod', {}, [/^Stage 'Prod' is no name/]],
    ['whose stage makes too long a name is not', 'p'.repeat(41), {}, [/is no name/]],
    ['with a number in a form of its country is not', 'prod', { alarmPhone: '07700 900123' }, [/^alarmPhone must be/]],
    ['with a word for a number is not', 'prod', { smsSpendWarning: 'forty' }, [/^smsSpendWarning must be USD/]],
    ['with accounts that are none is not', 'prod', { alarmAccounts: '1111,2222' }, [/^alarmAccounts must be/]],
    ['without a secret of links is not', 'prod', { linkSecret: '' }, [/^linkSecret is empty/]],
    [
      'whose secret no role may read is not',
      'prod',
      { hookKeys: 'ssm:/elsewhere' },
      [/^hookKeys names a parameter that no function may read: put it at ssm:\/pageturner\/prod\/hook-keys\.$/],
    ],
  ])('%s', (_name, stage, settings, expected) => {
    const wrong = wrongSettings(stage, { ...GOOD, ...settings }).filter(
      (one) => stage === 'prod' || !/parameter that/.test(one),
    );
    expect(wrong).toHaveLength(expected.length);
    for (const [n, sentence] of expected.entries()) expect(wrong[n]).toMatch(sentence);
  });

  it('is refused without repeating a number or a secret', () => {
    const settings = { ...GOOD, alarmPhone: '07700900123', hookKeys: 'ssm:/secret-place', twilioNumber: '07700900124' };
    expect(wrongSettings('prod', settings).join()).not.toMatch(/0770|secret-place/);
  });
});

describe('osls refuses before it writes anything', () => {
  it.each<[string, string[], RegExp]>([
    [
      'a stage with a sign in it',
      ['--stage', 'prod!'],
      /Stage names may contain only ASCII letters, numbers, and hyphens/,
    ],
    [
      'a region that AWS does not have',
      ['--region', 'nowhere-1', '--param=alarmEmail=a@example.gov.uk', '--param=emailFrom=b@example.gov.uk'],
      /'provider\.region': must be equal to one of the allowed values/,
    ],
    [
      'settings that reach nobody',
      ['--stage', 'prod'],
      /Nothing was packaged\.\n- Nobody would hear that Pageturner is broken: set alarmEmail/,
    ],
  ])('%s', (_name, options, said) => {
    const folder = mkdtempSync(join(tmpdir(), 'pageturner-refused-'));
    try {
      const osls = join(root, 'node_modules/.bin/osls');
      const { status, stdout } = spawnSync(osls, ['package', ...options, '--package', join(folder, 'out')], {
        cwd: root,
        encoding: 'utf8',
      });
      expect([status, stdout]).toEqual([1, expect.stringMatching(said)]);
      expect(existsSync(join(folder, 'out'))).toBe(false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
