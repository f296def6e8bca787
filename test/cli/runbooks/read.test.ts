import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRunbooks } from '../../../cli/runbooks/folder.ts';
import { MAX_RUNBOOK_CHARACTERS, readRunbook } from '../../../cli/runbooks/read.ts';

const page = (...frontMatter: string[]) =>
  `---\n${frontMatter.join('\n')}\n---\n# Payments API is returning 5xx\n\nDo this.\n`;

describe('reading a runbook', () => {
  test('every key of ours is understood', () => {
    const { runbook, findings } = readRunbook(
      'runbooks/payments/5xx.md',
      page(
        'title: Payments 5xx',
        'match: { service: [payments-api], signal: { name: [{ wildcard: "HTTPCode_*" }] } }',
        'severity: critical',
        'hold: 2m',
        'group: [service, environment]',
        'review_by: 2027-03-01',
        'aliases: [payments/errors]',
        'service: payments-api',
      ),
    );
    expect(findings).toEqual([]);
    expect(runbook).toEqual({
      id: 'payments/5xx',
      title: 'Payments 5xx',
      body: '# Payments API is returning 5xx\n\nDo this.\n',
      match: { service: ['payments-api'], signal: { name: [{ wildcard: 'HTTPCode_*' }] } },
      severity: 'critical',
      holdSeconds: 120,
      group: ['service', 'environment'],
      reviewBy: '2027-03-01',
      aliases: ['payments/errors'],
      service: 'payments-api',
    });
  });

  test('without front matter the first heading is the title and the whole file is the body', () => {
    const text = '\nSome words\n\n# Disk is **full** {#disk}\n';
    expect(readRunbook('runbooks/disk.md', text).runbook).toEqual({
      id: 'disk',
      title: 'Disk is full',
      body: '\nSome words\n\n# Disk is **full**\n',
      aliases: [],
    });
  });

  test('a heading inside a code block is not the title; without any heading the file name is', () => {
    expect(readRunbook('runbooks/a/DiskFull.md', '```\n# comment\n```\n').runbook.title).toBe('DiskFull');
  });

  test('keys of other tools are nobody’s mistake', () => {
    const { runbook, findings } = readRunbook(
      'runbooks/a.md',
      page('layout: manual', 'weight: 20', 'tags: [a, b]', 'owner: { team: x }'),
    );
    expect(findings).toEqual([]);
    expect(runbook.title).toBe('Payments API is returning 5xx');
  });

  test('Windows line ends and a byte order mark change nothing', () => {
    const { runbook } = readRunbook('runbooks/a.md', `\uFEFF${page('hold: 90s').replaceAll('\n', '\r\n')}`);
    expect(runbook.holdSeconds).toBe(90);
  });
});

describe('a mistake in front matter is told with its line and its fix, and the runbook is still read', () => {
  test.each<[line: string, code: string]>([
    ['match: payments', 'pattern'],
    ['match: { service: payments-api }', 'pattern'],
    ['severity: urgent', 'front-matter-severity'],
    ['hold: 2', 'front-matter-hold'],
    ['hold: 2 minutes', 'front-matter-hold'],
    ['hold: 25h', 'front-matter-hold'],
    ['group: { a: 1 }', 'front-matter-group'],
    ['review_by: 2027-02-30', 'front-matter-review-by'],
    ['aliases: [1]', 'front-matter-aliases'],
    ['service: [a, b]', 'front-matter-service'],
    ['title: [x]', 'front-matter-title'],
    ['severity: [unclosed', 'front-matter-yaml'],
    ['service: a\nservice: b', 'front-matter-yaml'],
  ])('%s', (wrong, code) => {
    const { runbook, findings } = readRunbook('runbooks/a.md', page('layout: manual', wrong));
    expect(findings.length).toBeGreaterThan(0);
    expect(findings[0]).toMatchObject({ level: 'error', code, file: 'runbooks/a.md' });
    expect(findings[0]!.line).toBeGreaterThanOrEqual(3);
    expect(findings[0]!.mend).not.toBe('');
    expect(runbook.body).toContain('Do this.');
  });

  test('an error deep in a pattern is told at its own line', () => {
    const { findings } = readRunbook(
      'runbooks/a.md',
      page('match:', '  service: [a]', '  signal:', '    name:', '      - wildcard: "a**b"'),
    );
    expect(findings).toMatchObject([{ code: 'pattern', line: 6 }]);
    expect(findings[0]!.message).toContain('signal.name[0].wildcard');
  });

  test('aliases that would blow up are refused', () => {
    const bomb = [
      'a: &a [1,1,1,1,1,1,1,1,1,1]',
      ...'bcdefgh'
        .split('')
        .map((name, at) => `${name}: &${name} [${`*${'abcdefg'[at]},`.repeat(9)}*${'abcdefg'[at]}]`),
    ];
    expect(readRunbook('runbooks/a.md', page(...bomb)).findings).toMatchObject([{ code: 'front-matter-yaml' }]);
  });

  test('a file past the limit is read to the limit and said to be too long', () => {
    const { runbook, findings } = readRunbook('runbooks/a.md', `# Long\n${'x'.repeat(MAX_RUNBOOK_CHARACTERS)}`);
    expect(runbook.body).toHaveLength(MAX_RUNBOOK_CHARACTERS);
    expect(findings).toMatchObject([{ code: 'runbook-too-long' }]);
  });
});

describe('folders that teams have already', () => {
  function withFolder(files: string[], see: (folder: string) => void): void {
    const folder = mkdtempSync(join(tmpdir(), 'runbooks-'));
    try {
      for (const file of files) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), file.endsWith('.yml') ? 'docs_dir: pages\n' : `# ${file}\n`);
      }
      see(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test.each<[what: string, files: string[], ids: string[]]>([
    ['a catalogue', ['runbooks/b.md', 'runbooks/a/c.md', 'README.md', 'docs/x.md'], ['a/c', 'b']],
    ['TechDocs', ['docs/index.md', 'docs/alerts/disk.md', 'mkdocs.md'], ['alerts/disk', 'index']],
    ['mkdocs with its own folder', ['mkdocs.yml', 'pages/disk.md', 'other/no.md'], ['disk']],
    ['docs with a runbooks folder in it', ['docs/runbooks/disk.md', 'docs/design.md'], ['disk']],
    ['runbook.md files', ['api/runbook.md', 'web/RUNBOOK.md', 'api/README.md'], ['api/runbook', 'web/RUNBOOK']],
    ['a wiki', ['home.md', 'Disk-full.md', '_sidebar.md', '.hidden/x.md'], ['Disk-full', 'home']],
  ])('%s', (_what, files, ids) => {
    withFolder(files, (folder) => expect(readRunbooks(folder).runbooks.map(({ id }) => id)).toEqual(ids));
  });

  test('symbolic links are not followed', () => {
    withFolder(['runbooks/a.md'], (folder) => {
      symlinkSync('..', join(folder, 'runbooks/round'));
      expect(readRunbooks(folder).runbooks.map(({ id }) => id)).toEqual(['a']);
    });
  });

  test('a folder that is not there is told in a sentence', () => {
    expect(() => readRunbooks('/nowhere/at/all')).toThrow(/not a folder/);
  });
});
