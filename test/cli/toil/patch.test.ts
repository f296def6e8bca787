/** What would pay off first, as a patch: git itself applies it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../../cli/toil/diff.ts';
import { patchOf } from '../../../cli/toil/patch.ts';
import type { Advice, Change } from '../../../shared/toil/advice.ts';

const root = mkdtempSync(join(tmpdir(), 'pageturner-patch-'));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'repository-'));
});
afterAll(() => rmSync(root, { recursive: true }));

const advice = (change: Change, more: Partial<Advice> = {}): Advice => ({
  change,
  alarm: 'Queue is long',
  title: 'Queue is long',
  service: 'payments-api',
  why: 'Seen.',
  effect: 'Different.',
  incidents: 5,
  spares: { interruptions: 5, sleep: 5 },
  effort: 0,
  acted: { of: 5, yes: 0 },
  examples: [],
  ...more,
});
const RUNBOOK = `---
title: Queue is long
match:
  service: [payments-api] # by its alias too
review_by: 2027-02-01
---
# Queue is long

## First steps
Look at the workers.
`;

function applied(patch: string, files: Record<string, string>): (path: string) => string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  execFileSync('git', ['apply', '--whitespace=nowarn', '-'], {
    cwd: folder,
    input: patch,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return (path) => readFileSync(join(folder, path), 'utf8');
}

describe('a patch', () => {
  it.each<[Change, string]>([
    [{ kind: 'hold', runbook: 'payments/queue', holdSeconds: 300 }, 'hold: 5m'],
    [{ kind: 'severity', runbook: 'payments/queue', severity: 'warning' }, 'severity: warning'],
  ])('writes %j into the front matter and leaves everything else', (change, line) => {
    const { patch, notes } = patchOf([advice(change)], () => RUNBOOK, 'catalogue/');
    const text = applied(patch, { 'catalogue/runbooks/payments/queue.md': RUNBOOK })(
      'catalogue/runbooks/payments/queue.md',
    );
    expect(notes).toEqual([]);
    expect(text).toContain(`\n${line}\n`);
    expect(text).toContain('# by its alias too');
    expect(text.split('---\n')[2]).toBe(RUNBOOK.split('---\n')[2]);
  });

  it('makes several changes of one file one', () => {
    const changes: Change[] = [
      { kind: 'hold', runbook: 'payments/queue', holdSeconds: 300 },
      { kind: 'severity', runbook: 'payments/queue', severity: 'warning' },
    ];
    const { patch } = patchOf(
      changes.map((change) => advice(change)),
      () => RUNBOOK,
      '',
    );
    const text = applied(patch, { 'runbooks/payments/queue.md': RUNBOOK })('runbooks/payments/queue.md');
    expect(text).toMatch(/hold: 5m\nseverity: warning\n/);
  });

  it('drafts a runbook that is missing, under the name of its service and its alarm', () => {
    const change: Change = { kind: 'runbook', match: { service: ['payments-api'], title: ['Queue is long'] } };
    const { patch } = patchOf([advice(change, { title: '../../Queue is long!' })], () => undefined, '');
    const text = applied(patch, {})('runbooks/payments-api/queue-is-long.md');
    expect(text).toMatch(/^---\ntitle: /);
    expect(text).toContain('## First steps\nTODO:');
  });

  it.each<[string, Advice, string | undefined, string]>([
    ['an alarm to delete', advice({ kind: 'delete' }), RUNBOOK, 'delete the alarm where it is made'],
    ['a hold without a runbook', advice({ kind: 'hold', holdSeconds: 240 }), RUNBOOK, 'with hold: 4m'],
    [
      'a runbook of another catalogue',
      advice({ kind: 'hold', runbook: 'gone', holdSeconds: 240 }),
      undefined,
      'runbooks/gone.md: it is not in this catalogue.',
    ],
    [
      'front matter that is TOML',
      advice({ kind: 'hold', runbook: 'toml', holdSeconds: 240 }),
      '+++\ntitle = "x"\n+++\n# x\n',
      'its front matter is TOML: write hold by hand',
    ],
    [
      'a runbook that is there already',
      advice({ kind: 'runbook', match: {} }),
      RUNBOOK,
      'runbooks/payments-api/queue-is-long.md: it is there already.',
    ],
  ])('says what it cannot do: %s', (_, one, file, note) => {
    const { patch, notes } = patchOf([one], () => file, '');
    expect(patch).toBe('');
    expect(notes.join('\n')).toContain(note);
  });
});

describe('a diff', () => {
  it('is applied by git to the very text, with or without a last line break', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', '', '  d'), { maxLength: 12 })
      .map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== '' && after !== '' && before !== after);
        expect(applied(unifiedDiff('f.md', before, after), { 'f.md': before })('f.md')).toBe(after);
      }),
      { numRuns: 40 },
    );
  });

  it('of the same text is nothing', () => {
    expect(unifiedDiff('f.md', 'a\n', 'a\n')).toBe('');
  });
});
