import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ENTRY = join(import.meta.dirname, '../../cli/pageturner.ts');
const FIXTURES = join(import.meta.dirname, 'fixtures');

function pageturner(args: string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [ENTRY, 'normalise', ...args], {
    input,
    encoding: 'utf8',
  });
  return { status, stderr, stdout };
}

describe('pageturner normalise', () => {
  test('answers every line in its place; a line that is not JSON says so and stops nothing', () => {
    const alarm = '{"AlarmName":"disk","NewStateValue":"ALARM"}';
    const deployment = '{"deployment":{"ref":"a/b","status":"succeeded"}}';
    const { status, stdout } = pageturner(['--jsonl', '-'], `${alarm}\nnot json\n\n"plain text"\n${deployment}\r\n[]`);
    expect(status).toBe(0);
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers).toHaveLength(5);
    expect(answers[0].alerts[0].title).toBe('disk');
    expect(Object.keys(answers[1])).toEqual(['error']);
    expect(answers[2].alerts[0].source.kind).toBe('unknown');
    expect(answers[3]).toMatchObject({ alerts: [], deployments: [{ ref: 'a/b' }] });
    expect(answers[4].alerts).toHaveLength(1);
  });

  test('reads files, and standard input as one body of any kind', () => {
    const file = pageturner([
      join(FIXTURES, 'cloudwatch/sns-raw-delivery.json'),
      join(FIXTURES, 'events/trigger.json'),
    ]);
    expect(JSON.parse(file.stdout).alerts.map((alert: { title: string }) => alert.title)).toEqual([
      'payments-api-5xx',
      'Disk of db1 at 99%',
    ]);
    expect(JSON.parse(pageturner(['-'], 'disk full').stdout).alerts[0].title).toBe('disk full');
  });

  test.each([
    ['a file that is not there', ['nowhere.json'], 'Check its path'],
    ['a file beside --jsonl', ['--jsonl', 'some.json'], 'pipe some.json in'],
    ['an option that does not exist', ['--loud'], 'unknown option'],
  ])('%s is misuse, with the mend on standard error', (_, args, mend) => {
    const { status, stderr, stdout } = pageturner(args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(mend);
  });
});
