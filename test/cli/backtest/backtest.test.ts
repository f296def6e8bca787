/** Backtests: what a changed catalogue would have done with the past, and what is said of it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare } from '../../../cli/backtest/compare.ts';
import { type Line, lineOf, readLine } from '../../../cli/backtest/history.ts';
import { readAll, replay } from '../../../cli/backtest/replay.ts';
import { asMarkdown, asText, MARK } from '../../../cli/backtest/words.ts';
import { compileCatalogue } from '../../../cli/catalogue/compile.ts';
import type { Alert } from '../../../shared/alert/alert.ts';
import { normaliseBody } from '../../../shared/intake/intake.ts';
import { type Loaded, load } from '../../../shared/routing/loaded.ts';
import { prepareRunbooks } from '../../../shared/runbook/choose.ts';

/** Three in the morning of a Monday in London, and noon. */
const NIGHT = '2026-11-23T03:00:00.000Z';
const NOON = '2026-11-23T12:00:00.000Z';
const CLI = join(import.meta.dirname, '../../../cli/pageturner.ts');

const BASE: Record<string, string> = {
  'catalogue.yaml': 'policy: everybody\n',
  'people/dee.yaml':
    'id: dee\nname: Dee\ncontact: { phone: "+447700900101" }\nrules: { high: [{ sms: 0m }, { voice: 2m }] }\n',
  'people/eve.yaml': 'id: eve\nname: Eve\ncontact: { phone: "+447700900102" }\nrules: { high: [{ sms: 0m }] }\n',
  'policies/everybody.yaml':
    'name: everybody\nsteps:\n  - notify: [person:dee]\n  - after: 5m\n    notify: [person:eve]\n',
  'services/api.yaml': 'name: api\n',
};

const loadedOf = (changed: Record<string, string> = {}): Loaded => {
  const files = Object.entries({ ...BASE, ...changed }).map(([path, text]) => ({ path, text }));
  const { catalogue, findings } = compileCatalogue(files, Date.parse(NIGHT));
  if (!catalogue) throw new Error(JSON.stringify(findings));
  return load(catalogue, prepareRunbooks(Object.values(catalogue.runbooks), []));
};

const event = (key: string, at: string, action = 'trigger'): Line => {
  const payload = {
    summary: `${key} is down`,
    source: 'api',
    severity: 'critical',
    custom_details: { service: 'api' },
  };
  const body = JSON.stringify({ routing_key: 'k', event_action: action, dedup_key: key, payload });
  return lineOf(normaliseBody(body, undefined, { receivedAt: at }).alerts[0]!, false);
};

const change = async (lines: Line[], changed: Record<string, string>) => {
  const [base, next] = [loadedOf(), loadedOf(changed)];
  const reads = await readAll(lines, next);
  return compare(lines, replay(reads, base), replay(reads, next), () => 'Europe/London');
};
const said = (found: Awaited<ReturnType<typeof change>>) =>
  found.changes.map(({ line, what }) => `${line}: ${what.join('; ')}`);

describe('a change', () => {
  it('of nothing changes nothing', async () => {
    const found = await change([event('a', NIGHT), event('b', NOON)], {});
    expect([found.changes, found.total.before]).toEqual([[], { pages: 2, nights: 1 }]);
    expect(asText(found, 'h.jsonl')).toMatch(/nothing changes for any of them/);
  });

  it('of urgency takes pages away, and says whose and how many at night', async () => {
    const found = await change([event('a', NIGHT), event('b', NOON)], {
      'catalogue.yaml': 'policy: everybody\nurgency: { critical: none, error: high, warning: low, info: none }\n',
    });
    expect(found.people).toEqual({ dee: { before: { pages: 2, nights: 1 }, after: { pages: 0, nights: 0 } } });
    expect(said(found)).toEqual([
      '1: urgency high → none; told dee by sms → nobody (urgency)',
      '2: urgency high → none; told dee by sms → nobody (urgency)',
    ]);
  });

  it('of the person moves pages from one to the other', async () => {
    const found = await change([event('a', NIGHT)], {
      'policies/everybody.yaml': 'name: everybody\nsteps:\n  - notify: [person:eve]\n',
    });
    expect(asText(found, 'h.jsonl')).toMatch(
      /dee +1 page fewer \(1 → 0\), at night 1 → 0\n +eve +1 page more \(0 → 1\), at night 0 → 1/,
    );
  });

  it('of a hold spares what was over before it ends, and delays the others', async () => {
    const runbook = '---\nmatch: { service: [api] }\nhold: 5m\n---\n# API is down\n';
    const lines = [
      event('a', NIGHT),
      event('a', '2026-11-23T03:02:00.000Z', 'resolve'),
      event('b', NOON),
      event('c', '2026-11-23T13:00:00.000Z'),
    ];
    const found = await change(lines, { 'runbooks/api.md': runbook });
    expect(said(found)).toEqual([
      '1: runbook none → api; told dee by sms → nobody anew',
      '2: runbook none → api',
      '3: runbook none → api; told dee by sms → dee by sms after 300 s',
      '4: runbook none → api; told dee by sms → nobody anew',
    ]);
  });

  it('of grouping makes one page of several', async () => {
    const runbook = '---\nmatch: { service: [api] }\n---\n# API is down\n';
    const lines = [event('a', NIGHT), event('b', '2026-11-23T03:10:00.000Z')];
    const found = await change(lines, { 'runbooks/api.md': runbook });
    expect(found.total).toEqual({ before: { pages: 2, nights: 2 }, after: { pages: 1, nights: 1 } });
  });

  it('that leaves nobody to be told fails', async () => {
    const found = await change([event('a', NIGHT)], {
      'people/dee.yaml': 'id: dee\nname: Dee\ncontact: { }\n',
      'policies/everybody.yaml': 'name: everybody\nsteps:\n  - notify: [person:dee]\n',
    });
    expect(found.lost.map(({ what }) => what)).toEqual([['told dee by sms → nobody can be reached']]);
    expect(asText(found, 'h.jsonl')).toMatch(/1 alert would reach nobody: that fails/);
  });
});

describe('what is counted', () => {
  it('is interruptions: two ways within a minute are one, and what follows the first way is unknown', async () => {
    const both =
      'id: dee\nname: Dee\ncontact: { phone: "+447700900101" }\nrules: { high: [{ sms: 0m }, { voice: 0m }, { voice: 5m }] }\n';
    const found = await change([event('a', NIGHT), event('b', '2026-11-23T03:00:30.000Z')], {
      'people/dee.yaml': both,
    });
    expect(found.people['dee']?.after).toEqual({ pages: 1, nights: 1 });
  });

  it('is a night by the clock of the zone, also where clocks change', async () => {
    const found = await change([event('a', '2026-07-01T21:30:00.000Z'), event('b', '2026-11-23T21:30:00.000Z')], {});
    expect(found.total.before).toEqual({ pages: 2, nights: 1 });
  });
});

describe('what cannot be replayed', () => {
  it('is counted with its reason', async () => {
    const none: Line = {
      ...event('a', NIGHT),
      raw: { Type: 'SubscriptionConfirmation', TopicArn: 'arn:aws:sns:eu-west-2:1:t', Token: 't' },
    };
    const found = await change([none, event('b', NOON)], {});
    expect(found.notReplayed).toEqual({ 'its notice is no alert any more': 1 });
    expect(asText(found, 'h')).toMatch(/^Of 2 alerts, 1 could not be replayed: its notice is no alert any more \(1\):/);
  });

  it('is not what was redacted: that is replayed from the alert', async () => {
    const { raw: _raw, ...redacted } = event('a', NIGHT);
    expect((await change([redacted], {})).fromAlert).toBe(1);
  });
});

it('a storm of one incident is replayed in the time of its alerts', async () => {
  const runbook = '---\nmatch: { service: [api] }\n---\n# API is down\n';
  const lines = Array.from({ length: 3000 }, (_, n) =>
    event(`s${n}`, new Date(Date.parse(NIGHT) + n * 20).toISOString()),
  );
  const over = lines.map((_, n) => event(`s${n}`, NOON, 'resolve'));
  const reads = await readAll([...lines, ...over, event('again', '2026-11-23T14:00:00.000Z')], loadedOf());
  const { outcomes } = replay(reads, loadedOf({ 'runbooks/api.md': runbook }));
  expect(outcomes.map((one) => one?.told.length).filter((count) => count !== 0)).toHaveLength(2);
  expect(outcomes.at(-1)?.told.length).toBeGreaterThan(0);
});

describe('a history', () => {
  const alert = (text: string): Alert => ({
    ...normaliseBody(JSON.stringify({ title: text, message: text }), undefined, { receivedAt: NIGHT }).alerts[0]!,
  });

  it('of pipelines holds no body, no number and no address that an alert says', () => {
    const secret = fc.constantFrom('+447700900123', 'amira@example.gov.uk', 'https://wiki.example.gov.uk/x?token=abc');
    fc.assert(
      fc.property(secret, fc.string({ maxLength: 20 }), (word, around) => {
        const line = JSON.stringify(lineOf({ ...alert(`${around} ${word} ${around}`), links: { source: word } }, true));
        if (!word.startsWith('https')) expect(line).not.toContain(word);
        expect(JSON.parse(line)).not.toHaveProperty('raw');
        expect(readLine(line).alert).not.toHaveProperty('description');
      }),
    );
  });
});

describe('the note', () => {
  it('holds hostile titles as text', async () => {
    const lines = [event('<img src=x>|`@all` [a](b)', NIGHT)];
    const note = asMarkdown(
      await change(lines, { 'catalogue.yaml': 'policy: everybody\nurgency: { critical: none }\n' }),
    );
    expect(note.startsWith(MARK)).toBe(true);
    expect(note).not.toMatch(/<img|@all|[^\\]\]\(b\)/);
  });
});

it('the command exits 1 where an alert would reach nobody, and explains a line by both catalogues', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pageturner-backtest-'));
  const write = (name: string, files: Record<string, string>) => {
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, name, path);
      spawnSync('mkdir', ['-p', join(file, '..')]);
      writeFileSync(file, text);
    }
    return join(folder, name);
  };
  try {
    const base = write('base', BASE);
    const next = write('next', {
      ...BASE,
      'people/dee.yaml': 'id: dee\nname: Dee\ncontact: { }\n',
      'people/eve.yaml': 'id: eve\nname: Eve\ncontact: { }\n',
    });
    const history = join(folder, 'h.jsonl');
    writeFileSync(history, `${JSON.stringify(event('a', NIGHT))}\nnot a line\n`);
    const run = (...args: string[]) =>
      spawnSync(
        process.execPath,
        [CLI, 'backtest', '--history', history, '--base', base, '--catalogue', next, ...args],
        { encoding: 'utf8' },
      );
    const failed = run();
    expect([failed.status, failed.stdout]).toEqual([
      1,
      expect.stringMatching(/Of 2 alerts, 1 could not be replayed: its line cannot be read \(1\)/),
    ]);
    expect(run('--line', '1').stdout).toMatch(/next:\n[\s\S]*base:\n[\s\S]*page .*sms to dee/);
    expect(run('--line', '9').status).toBe(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
