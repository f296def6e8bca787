/** `pageturner pair`: what is proposed for an estate's alarms, what a person confirms, and what is written for it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checklist, readChecklist } from '../../../cli/pair/checklist.ts';
import { type EstateAlarm, readEstate } from '../../../cli/pair/estate.ts';
import { withMatch } from '../../../cli/pair/front-matter.ts';
import { coverageOf, type Pairing, pairAll, patternsFor } from '../../../cli/pair/pair.ts';
import { readRunbook } from '../../../cli/runbooks/read.ts';
import type { Alert } from '../../../shared/alert/alert.ts';
import { compile, matches } from '../../../shared/pattern/pattern.ts';
import { sampleCatalogue } from '../../world.ts';

const NOW = '2026-11-23T03:12:04.000Z';
const loaded = await sampleCatalogue();
const pairs = (estate: EstateAlarm[]) => pairAll(estate, { loaded, silences: [], now: NOW });

const RULES = `
groups:
  - name: storage
    rules:
      - alert: LedgerStorageLow
        expr: free < 20
        labels: { severity: critical, service: ledger }
        annotations: { summary: "Ledger is running out of storage on {{ $labels.instance }}" }
      - record: ignored
        expr: 1
  - name: odd
    rules:
      - alert: QuuxWibbles
        expr: up == 0
`;
const ALARMS = {
  MetricAlarms: [
    {
      AlarmName: 'payments-api-slow',
      AlarmArn: 'arn:aws:cloudwatch:eu-west-2:1:alarm:a',
      Namespace: 'N',
      MetricName: 'M',
    },
  ],
};

describe('an estate is read from', () => {
  it.each<[string, string, string[]]>([
    ['rules of Prometheus', RULES, ['LedgerStorageLow', 'QuuxWibbles']],
    ['a PrometheusRule', `spec: ${JSON.stringify({ groups: [{ name: 'g', rules: [{ alert: 'A' }] }] })}`, ['A']],
    [
      'several documents',
      'groups: [{name: a, rules: [{alert: A}]}]\n---\ngroups: [{name: b, rules: [{alert: B}]}]',
      ['A', 'B'],
    ],
    ['the API', JSON.stringify({ data: { groups: [{ name: 'g', rules: [{ type: 'alerting', name: 'A' }] }] } }), ['A']],
    ['describe-alarms', JSON.stringify(ALARMS), ['payments-api-slow']],
    ['a history', '{"alert":{"title":"A"}}\n{"alerts":[{"title":"B"}]}\n{"title":"A"}\n', ['A', 'B']],
  ])('%s', (_, text, names) => {
    expect(readEstate(text, NOW).map(({ name }) => name)).toEqual(names);
  });

  it.each(['', '[]', '{}', 'a: [', 'plain words', '{"title":"A"}\nnot json'])(
    'nothing else: %j is refused with a sentence',
    (text) => {
      expect(() => readEstate(text, NOW)).toThrow(RangeError);
    },
  );
});

describe('proposals', () => {
  const pairings = pairs(readEstate(RULES, NOW));

  it('name the runbook, why, and what is second best', () => {
    expect(pairings[0]).toMatchObject({
      state: 'proposed',
      runbook: 'ledger/storage',
      why: expect.stringMatching(/storage/),
    });
    expect(pairings[0]!.second).toBeDefined();
  });

  it('are not made for what nothing sounds like', () => {
    expect(pairings[1]).toMatchObject({ state: 'none' });
  });

  it('are counted, and so are the runbooks that nothing reaches', () => {
    const coverage = coverageOf(pairings, ['ledger/storage', 'lonely']);
    expect(coverage).toEqual({ alarms: 2, certain: 0, proposed: 1, none: 1, unreached: ['lonely'] });
  });
});

describe('a checklist', () => {
  const pairings = pairs(readEstate(RULES, NOW));
  const text = checklist(pairings, coverageOf(pairings, []));
  const isRunbook = (id: string) => ['ledger/storage', 'payments/slow'].includes(id);

  it('confirms nothing until it is ticked', () => {
    expect(readChecklist(text, isRunbook)).toEqual([]);
  });

  it('gives back what is ticked', () => {
    expect(readChecklist(text.replace('- [ ] `Ledger', '- [x] `Ledger'), isRunbook)).toEqual([
      { where: 'storage/LedgerStorageLow/critical', runbook: 'ledger/storage' },
    ]);
  });

  it('gives back another path that somebody wrote', () => {
    const other = text.replace(/- \[ \] (`Quux.*?→ )``/, '- [X] $1`runbooks/payments/slow.md`');
    expect(readChecklist(other, isRunbook)).toEqual([{ where: 'odd/QuuxWibbles', runbook: 'payments/slow' }]);
  });

  it('that is ticked without a runbook is refused with its line', () => {
    expect(() => readChecklist(text.replaceAll('- [ ]', '- [x]'), isRunbook)).toThrow(/^Line \d+: /);
  });

  it('holds any name that an alarm may have', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ minLength: 1 }), (name, where) => {
        const one = {
          where,
          name,
          alert: {} as Alert,
          state: 'proposed',
          runbook: 'payments/slow',
          why: name,
        } as const;
        const ticked = checklist([one], coverageOf([one], [])).replace('- [ ] `', '- [x] `');
        if (name.trim() === '') return;
        expect(readChecklist(ticked, isRunbook)).toEqual([{ where, runbook: 'payments/slow' }]);
      }),
    );
  });
});

describe('the pattern that is made', () => {
  const alarm = (where: string, parts: Partial<Alert>): Pairing => ({
    where,
    name: where,
    alert: {
      title: 't',
      key: where,
      source: { kind: 'cloudwatch' },
      labels: {},
      resources: [],
      links: {},
      ...parts,
    } as Alert,
    state: 'none',
    why: '',
  });

  it('is of titles alone where these are enough', () => {
    const all = [alarm('1', { title: 'a' }), alarm('2', { title: 'b' }), alarm('3', { title: 'c' })];
    const confirmed = ['1', '2'].map((where) => ({ where, runbook: 'r' }));
    expect(patternsFor(confirmed, all, new Map()).get('r')).toEqual({ title: ['a', 'b'] });
  });

  it('names the service where another service has an alarm of the same name', () => {
    const all = [alarm('1', { service: 'x' }), alarm('2', { service: 'y' })];
    const made = patternsFor([{ where: '1', runbook: 'r' }], all, new Map()).get('r');
    expect(made).toEqual({ title: ['t'], service: ['x'] });
  });

  it('keeps what the runbook matches already', () => {
    const made = patternsFor(
      [{ where: '1', runbook: 'r' }],
      [alarm('1', {})],
      new Map([['r', { service: ['old'] }]]),
    ).get('r');
    expect(made).toEqual({ $or: [{ service: ['old'] }, { title: ['t'] }] });
  });

  it('of alarms that send the same is refused with both names', () => {
    const all = [alarm('1', { key: 'k' }), alarm('2', { key: 'k' })];
    expect(() => patternsFor([{ where: '1', runbook: 'r' }], all, new Map())).toThrow(/1 and 2 send the same alert/);
  });

  it('covers what was confirmed and no other alarm of the estate', () => {
    const parts = fc.record({
      title: fc.constantFrom('a', 'b', 'c'),
      service: fc.constantFrom(undefined, 'x', 'y'),
      severity: fc.constantFrom('critical' as const, 'warning' as const),
      confirmed: fc.constantFrom(undefined, 'r1', 'r2'),
    });
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 12 }), (list) => {
        const all = list.map(({ title, service, severity }, n) =>
          alarm(`${n}`, { title, severity, ...(service === undefined ? {} : { service }) }),
        );
        const confirmed = list.flatMap(({ confirmed: runbook }, n) => (runbook ? [{ where: `${n}`, runbook }] : []));
        for (const [runbook, pattern] of patternsFor(confirmed, all, new Map())) {
          const compiled = compile(pattern);
          if (!compiled.ok) throw new Error(compiled.error.message);
          for (const [n, { alert }] of all.entries())
            expect(matches(compiled.pattern, alert)).toBe(list[n]!.confirmed === runbook);
        }
      }),
    );
  });
});

describe('front matter', () => {
  it.each<[string, string]>([
    ['none', '# Title\n\nText with --- in it.\n'],
    ['some', '---\n# a comment\ntitle: T\nreview_by: 2027-01-01\n---\n# Title\nText\n'],
    ['an older match', '---\nmatch:\n  title: [old]\ntitle: T\n---\n# Title\n'],
    ['empty', '---\n---\n# Title\n'],
  ])('%s gets the match and keeps the rest', (_, text) => {
    const written = withMatch(text, { title: ['a "b"'] });
    const { runbook, findings } = readRunbook('runbooks/x.md', written);
    expect(findings).toEqual([]);
    expect(runbook.match).toEqual({ title: ['a "b"'] });
    expect(runbook.body).toBe(readRunbook('runbooks/x.md', text).runbook.body);
    if (text.includes('comment')) expect(written).toContain('# a comment');
  });

  it.each(['+++\ntitle = "T"\n+++\ntext', '---\ntitle: [\n---\ntext', '---\nnever ends'])('%j is refused', (text) => {
    expect(() => withMatch(text, { title: ['a'] })).toThrow(RangeError);
  });
});
