/** What follows from what people said about the runbook of an alert. */
import { describe, expect, it } from 'vitest';
import { learnedFindings } from '../../cli/commands/learned.ts';
import { type Lesson, withMemory } from '../../shared/memory/memory.ts';
import type { Choice } from '../../shared/runbook/runbook.ts';

const NOW = '2026-11-23T03:12:04.000Z';
const ALERT = { key: 'k-1', title: 'QueueDeep', service: 'payments-api' };
const guess: Choice = {
  runbook: 'guess',
  by: 'words',
  candidates: [
    { runbook: 'guess', score: 0.8, by: 'words', why: '' },
    { runbook: 'second', score: 0.1, by: 'words', why: '' },
  ],
};
const lesson = (parts: Partial<Lesson> = {}): Lesson => ({
  ...ALERT,
  right: 'right',
  by: 'amira',
  at: '2026-11-20T10:00:00.000Z',
  ...parts,
});
const chosen = (lessons: Lesson[], choice = guess, alert: typeof ALERT | { key: string; title: string } = ALERT) =>
  withMemory(choice, alert, lessons, { isRunbook: (id) => id !== 'gone', now: NOW });

describe('a person’s word', () => {
  it('is chosen before words, and says who said it when', () => {
    const { runbook, by, candidates } = chosen([lesson()]);
    expect([runbook, by]).toEqual(['right', 'person']);
    expect(candidates[0]!.why).toBe('amira said on 2026-11-20 that it is right for this signal');
    expect(candidates.map((one) => one.runbook)).toEqual(['right', 'guess', 'second']);
  });

  it('counts for other signals of the same rule and service', () => {
    const { runbook, candidates } = chosen([lesson({ key: 'k-2' })]);
    expect(runbook).toBe('right');
    expect(candidates[0]!.why).toContain('alerts of this name of payments-api');
  });

  it.each<[string, Lesson]>([
    ['another rule', lesson({ title: 'QueueStuck' })],
    ['the same rule of another service', lesson({ service: 'ledger' })],
    ['a runbook that the catalogue has no more', lesson({ right: 'gone' })],
    ['long ago', lesson({ at: '2026-05-01T10:00:00.000Z' })],
  ])('about %s changes nothing', (_, said) => {
    expect(chosen([said]).runbook).toBe('guess');
  });

  it('about this signal goes before a newer one about its rule', () => {
    const rule = lesson({ key: 'k-2', right: 'of-rule', at: '2026-11-22T10:00:00.000Z' });
    expect(chosen([rule, lesson()]).runbook).toBe('right');
  });

  it('that is newer goes before an older one of the same reach', () => {
    const newer = lesson({ key: 'k-3', right: 'newer', at: '2026-11-22T10:00:00.000Z' });
    expect(chosen([lesson({ key: 'k-2' }), newer]).runbook).toBe('newer');
  });

  it('"wrong" alone takes that runbook away, and no other', () => {
    const { right: _, ...wrong } = lesson({ wrong: 'guess' });
    expect(chosen([wrong])).toMatchObject({ runbook: null, by: 'none', candidates: [{ runbook: 'second' }] });
  });

  it.each(['link', 'pattern'] as const)('does not outdo a %s', (by) => {
    const certain: Choice = { runbook: 'sure', by, candidates: [{ runbook: 'sure', score: 1, by, why: '' }] };
    expect(chosen([lesson()], certain)).toBe(certain);
  });
});

describe('lint', () => {
  it('turns the newest word of a rule into a match to commit', () => {
    const newer = lesson({ key: 'k-2', right: 'newer', at: '2026-11-22T10:00:00.000Z' });
    const findings = learnedFindings([lesson(), newer], new Set(['right', 'newer']));
    expect(findings.map(({ file, mend }) => [file, mend])).toEqual([
      ['runbooks/newer.md', 'Write into its front matter: match: {"service":["payments-api"],"title":["QueueDeep"]}'],
    ]);
  });
});
