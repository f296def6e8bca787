import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explainChoice } from '../../../cli/explain/choice.ts';
import { lintRunbooks } from '../../../cli/lint/runbooks.ts';
import { draftRunbook } from '../../../cli/runbooks/draft.ts';
import type { Alert } from '../../../shared/alert/alert.ts';
import { normaliseBody } from '../../../shared/intake/intake.ts';
import { compile, matches } from '../../../shared/pattern/pattern.ts';

const SAMPLES = join(import.meta.dirname, '../../../samples');
const sample = (name: string): Alert =>
  normaliseBody(readFileSync(join(SAMPLES, name)), undefined, { receivedAt: '2026-11-23T03:12:04.000Z' }).alerts[0]!;
const fits = (match: unknown, alert: unknown) => {
  const compiled = compile(match);
  return compiled.ok && matches(compiled.pattern, alert);
};

describe('a runbook drafted from a payload', () => {
  it.each(['cloudwatch-alarm.json', 'azure-metric.json'])('has a pattern that fits %s, and passes lint', (name) => {
    const alert = sample(name);
    const draft = draftRunbook(alert, 'payments-api');
    expect(fits(draft.match, { ...alert, service: 'payments-api' })).toBe(true);
    expect(Object.keys(draft.match).length).toBeGreaterThan(1);
    const runbook = { ...draft, aliases: [] };
    expect(lintRunbooks([runbook], { services: ['payments-api'], environments: {} }, (file) => ({ file }))).toEqual([]);
  });

  it('fits the same alarm of another machine with another value, and not another alarm', () => {
    const alert = sample('cloudwatch-alarm.json');
    const { match } = draftRunbook(alert, undefined);
    const next = {
      ...alert,
      id: 'other',
      at: '2026-12-01T00:00:00.000Z',
      resources: [],
      signal: { ...alert.signal, value: 99 },
    };
    expect(fits(match, next)).toBe(true);
    expect(fits(match, { ...next, signal: { ...alert.signal, name: 'TargetResponseTime' } })).toBe(false);
  });

  it('leaves the number of a title out, which is another one the next time', () => {
    const alert = { ...sample('cloudwatch-alarm.json'), title: 'Disk of vault-07 is 93 % full' };
    delete (alert as Partial<Alert>).signal;
    const { match } = draftRunbook(alert, 'vault');
    expect(fits(match, { ...alert, service: 'vault', title: 'Disk of vault-11 is 97 % full' })).toBe(true);
  });
});

describe('why this runbook', () => {
  const alert = sample('cloudwatch-alarm.json');
  const candidate = (runbook: string, by: 'link' | 'pattern' | 'words', score: number) => ({
    runbook,
    by,
    score,
    why: 'because',
  });

  it('says what was tried, and by how much the second is behind', () => {
    const candidates = [candidate('a', 'words', 0.8), candidate('b', 'words', 0.15)];
    const why = explainChoice({ runbook: 'a', by: 'words', candidates }, alert, 7);
    expect(why.tried.map(({ way, said }) => [way, said])).toEqual([
      ['link', 'The alert has no runbook link.'],
      ['pattern', '0 of 7 patterns match.'],
      ['words', 'The nearest is a with 0.80, above the floor of 0.7.'],
    ]);
    expect(why.second).toEqual({ runbook: 'b', by: 'words', behind: '0.65 less likely' });
  });

  it('tells the truth when there is none', () => {
    const why = explainChoice({ runbook: null, by: 'none', candidates: [candidate('a', 'words', 0.2)] }, alert, 0);
    expect(why.tried[2]!.said).toBe('The nearest is a with 0.20, below the floor of 0.7.');
    expect(why.second).toBeNull();
  });
});
