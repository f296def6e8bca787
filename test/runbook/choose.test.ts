import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRunbooks } from '../../cli/runbooks/folder.ts';
import type { Alert } from '../../shared/alert/alert.ts';
import { type ChoiceContext, choose, FLOOR, openRunbooks, prepareRunbooks } from '../../shared/runbook/choose.ts';
import type { Runbook } from '../../shared/runbook/runbook.ts';

type Parts = Partial<Omit<Alert, 'signal'>> & { signal?: Partial<NonNullable<Alert['signal']>> };

function alert(parts: Parts): Alert {
  return {
    id: 'a-1',
    key: 'a',
    status: 'firing',
    source: { kind: 'cloudwatch' },
    title: 'something',
    resources: [],
    labels: {},
    links: {},
    at: '2026-11-23T03:12:04.000Z',
    test: false,
    ...parts,
  } as Alert;
}

function book(id: string, parts: Partial<Runbook> = {}): Runbook {
  return { id, title: id.split('/').at(-1)!, body: '', aliases: [], ...parts };
}

const CATALOGUE = [
  book('payments/5xx', {
    title: 'Payments API is returning 5xx',
    match: { service: ['payments-api'], signal: { name: [{ wildcard: 'HTTPCode_*_5XX_Count' }] } },
  }),
  book('payments/anything', { title: 'Payments in general', match: { service: ['payments-api'] } }),
  book('payments/slow', {
    title: 'Payments API is slow',
    aliases: ['legacy/payments-latency', 'https://wiki.example/pages/4711'],
  }),
  book('ledger/database-full', {
    title: 'Ledger database is running out of storage',
    body: '# Ledger database\n\nFree storage space of the RDS instance is low. Extend the volume.',
  }),
  book('ledger/replica-lag', { title: 'Ledger read replica is lagging' }),
  book('shared/certificate-expiry', { title: 'A TLS certificate is about to expire', service: 'edge' }),
];

const open = (runbooks: Runbook[]) =>
  openRunbooks(JSON.parse(JSON.stringify(prepareRunbooks(runbooks, ['runbooks.example']))));
const ask = (parts: Parts, context?: ChoiceContext, runbooks = CATALOGUE) =>
  choose(open(runbooks), alert(parts), context);

describe('a link beats a pattern', () => {
  const matching = { service: 'payments-api', signal: { name: 'HTTPCode_Target_5XX_Count' } };

  test.each<[what: string, parts: Parts]>([
    ['in its own field', { links: { runbook: 'https://runbooks.example/ledger/replica-lag' } }],
    [
      'in a label',
      {
        labels: {
          runbook_url: 'https://gitlab.example/sre/book/-/blob/main/runbooks/ledger/replica-lag.md#what-to-do',
        },
      },
    ],
    [
      'in a tag',
      { labels: { RunbookURL: 'https://gitlab.example/sre/book/-/raw/main/ledger/replica-lag.md?inline=false' } },
    ],
    ['as a site', { labels: { runbook: 'https://sre.pages.example/book/ledger/replica-lag/' } }],
    ['in another case', { labels: { runbook: 'https://sre.pages.example/book/ledger/Replica-Lag.html' } }],
    ['as a path', { labels: { runbook: 'ledger/replica-lag' } }],
    ['as a path with its folder', { labels: { runbook: './runbooks/ledger/replica-lag.md' } }],
    [
      'in a line of the description',
      { description: 'Lag is high.\nRunbook: https://runbooks.example/ledger/replica-lag' },
    ],
  ])('%s', (_what, parts) => {
    expect(ask({ ...matching, ...parts })).toMatchObject({ runbook: 'ledger/replica-lag', by: 'link' });
  });

  test.each([
    'legacy/payments-latency',
    'https://github.example/x/blob/main/legacy/payments-latency.md',
    'https://wiki.example/pages/4711',
  ])('a moved runbook is found by its alias: %s', (runbook) => {
    expect(ask({ links: { runbook } })).toMatchObject({ runbook: 'payments/slow', by: 'link' });
  });

  test.each<[what: string, runbook: string]>([
    ['on another branch', 'https://gitlab.example/sre/book/-/blob/fix/lag/runbooks/ledger/replica-lag.md'],
    ['to edit it', 'https://github.example/sre/book/edit/main/runbooks/ledger/replica-lag.md'],
    ['as raw text', 'https://raw.example/sre/book/refs/heads/main/runbooks/ledger/replica-lag.md'],
    ['at the root of a repository', 'https://github.example/sre/book/blob/main/solo-page.md'],
    ['in a wiki of GitLab', 'https://gitlab.example/sre/book/-/wikis/Solo-page'],
    ['in a wiki of GitHub', 'https://github.example/sre/book/wiki/Solo-page'],
    ['in a wiki of Azure DevOps', 'https://dev.azure.example/sre/_wiki/wikis/book.wiki/12/Solo-page'],
    [
      'in a repository of Azure DevOps',
      'https://dev.azure.example/sre/_git/book?path=/runbooks/solo-page.md&version=GBmain',
    ],
    ['with a space', 'https://gitlab.example/sre/book/-/wikis/Solo%20page'],
    ['with an underscore', 'https://gitlab.example/sre/book/-/wikis/solo_page'],
    ['as a page of a site of a part of the repository', 'https://sre.pages.example/runbooks/deep-page.html'],
    ['as a folder of such a site', 'https://sre.pages.example/runbooks/deep-page/'],
  ])('a catalogue file in another form is found: %s', (_what, runbook) => {
    const books = [...CATALOGUE, book('solo-page'), book('operations/runbooks/deep-page')];
    const found = ask({ links: { runbook } }, {}, books);
    expect(found.by).toBe('link');
    expect(found.runbook).toMatch(/replica-lag|solo-page|deep-page/);
  });

  test('a link to an allowed host that is no runbook of ours is shown as it is', () => {
    expect(ask({ ...matching, links: { runbook: 'https://runbooks.example/elsewhere' } })).toMatchObject({
      runbook: null,
      by: 'link',
      url: 'https://runbooks.example/elsewhere',
    });
  });

  test.each([
    'https://evil.example/elsewhere',
    'http://runbooks.example/elsewhere',
    'javascript:alert(1)//runbooks.example',
    'https://user@runbooks.example/elsewhere',
    'https://runbooks.example.evil.example/x',
    'not a link',
  ])('a link that leads nowhere allowed is passed over: %s', (runbook) => {
    const choice = ask({ ...matching, links: { runbook } });
    expect(choice).toMatchObject({ runbook: 'payments/5xx', by: 'pattern' });
    expect(choice.url).toBeUndefined();
  });

  test('a file of one name on a host that nobody allowed is not taken for ours', () => {
    const choice = ask({ links: { runbook: 'https://docs.vendor.example/errors/5xx' } }, {}, [book('5xx')]);
    expect(choice.by).not.toBe('link');
  });
});

describe('a pattern beats words', () => {
  test('the most specific of those that match', () => {
    const choice = ask({ service: 'payments-api', signal: { name: 'HTTPCode_Target_5XX_Count' } });
    expect(choice).toMatchObject({ runbook: 'payments/5xx', by: 'pattern' });
    expect(choice.candidates.slice(0, 2).map(({ runbook, by, score }) => [runbook, by, score])).toEqual([
      ['payments/5xx', 'pattern', 1],
      ['payments/anything', 'pattern', 1],
    ]);
    expect(choice.candidates[0]!.why).toContain('service, signal.name');
  });

  test('of a pattern with several ways to match the narrowest that did match counts', () => {
    const wide = book('a', { match: { service: ['x'], status: ['firing'] } });
    const either = book('b', {
      match: { $or: [{ service: ['x'] }, { service: ['x'], status: ['firing'], title: ['t'] }] },
    });
    expect(ask({ service: 'x', title: 't' }, {}, [wide, either]).runbook).toBe('b');
    expect(ask({ service: 'x', title: 'u' }, {}, [wide, either]).runbook).toBe('a');
  });

  test('a tie goes to the first by path, and says so', () => {
    const tied = [book('b', { match: { service: ['x'] } }), book('a', { match: { status: ['firing'] } })];
    const choice = ask({ service: 'x' }, {}, tied);
    expect(choice.runbook).toBe('a');
    expect(choice.candidates[0]!.why).toContain('tied');
  });

  test('a pattern that is refused stops nothing', () => {
    const broken = [book('a', { match: { service: 'x' } }), book('b', { match: { service: ['x'] } })];
    expect(ask({ service: 'x' }, {}, broken).runbook).toBe('b');
  });
});

describe('words find a runbook that has no front matter', () => {
  test.each<[title: string, runbook: string]>([
    ['RDS free disk space low', 'ledger/database-full'],
    ['ReplicaLagTooHigh', 'ledger/replica-lag'],
    ['SSL cert expiring soon', 'shared/certificate-expiry'],
    ['payments response time above threshold', 'payments/slow'],
  ])('%s', (title, runbook) => {
    const choice = ask({ title });
    expect(choice.candidates[0]).toMatchObject({ runbook, by: 'words' });
    expect(choice.candidates[0]!.why).toMatch(/^shares the words /);
  });

  test('below the floor nothing is called a match, and what came nearest is still told', () => {
    const choice = ask({ title: 'Instance of the coffee machine is low on beans' });
    expect(choice).toMatchObject({ runbook: null, by: 'none' });
    for (const { score } of choice.candidates) expect(score).toBeLessThan(FLOOR);
  });

  test('an alert that shares no word has no candidates', () => {
    expect(ask({ title: 'zzzz qqqq' })).toEqual({ runbook: null, by: 'none', candidates: [] });
  });

  test('probabilities fall, and together are at most one', () => {
    const scores = ask({ title: 'Payments API database replica is slow' }).candidates.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(scores.reduce((sum, score) => sum + score, 0)).toBeLessThanOrEqual(1.01);
  });

  test('what the alert’s service owns ranks first', () => {
    const twins = [
      book('a/disk', { title: 'Disk is full', service: 'a' }),
      book('b/disk', { title: 'Disk is full', service: 'b' }),
    ];
    const first = (name: string) => ask({ title: 'Disk full' }, { service: { name } }, twins).candidates[0]?.runbook;
    expect([first('a'), first('b')]).toEqual(['a/disk', 'b/disk']);
  });
});

describe('an alert with nothing in it, or with far too much, is answered', () => {
  test.each<[what: string, parts: Parts]>([
    ['one word', { title: 'x' }],
    ['a title of stop words', { title: 'the of and' }],
    ['a very long description', { title: 'disk', description: 'disk full '.repeat(100_000) }],
    [
      'thousands of labels',
      { title: 'disk', labels: Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`l${at}`, 'disk'])) },
    ],
    ['names of prototypes', { title: '__proto__ constructor toString', labels: { constructor: 'hasOwnProperty' } }],
  ])('%s', (_what, parts) => {
    expect(() => ask(parts)).not.toThrow();
  });

  test('a catalogue without runbooks', () => {
    expect(ask({ title: 'disk full' }, {}, [])).toEqual({ runbook: null, by: 'none', candidates: [] });
  });
});

describe('the open corpus of prometheus-operator, links and patterns absent', () => {
  test.each<[file: string, top1: number, top3: number]>([
    ['alerts-named.jsonl', 0.98, 0.98],
    ['alerts-blind.jsonl', 0.93, 0.98],
  ])('%s: the first is right in %f, one of three in %f', (file, top1, top3) => {
    const corpus = join(import.meta.dirname, '../../../shared/corpus/prometheus-operator');
    if (!existsSync(corpus)) {
      console.warn(`SKIPPED: ../shared/corpus/prometheus-operator is not here; ${file} is not asked.`);
      return;
    }
    const runbooks = open(readRunbooks(corpus).runbooks);
    const cases = readFileSync(join(corpus, file), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { alert: Alert; truth: string });
    const answers = cases.map(({ alert: asked, truth }) => {
      const choice = choose(runbooks, asked);
      return {
        called: choice.runbook !== null,
        place: choice.candidates.findIndex(({ runbook }) => runbook === truth),
      };
    });
    const share = (right: (place: number) => boolean) =>
      answers.filter(({ place }) => right(place)).length / answers.length;
    expect(share((place) => place === 0)).toBeGreaterThanOrEqual(top1);
    expect(share((place) => place >= 0 && place < 3)).toBeGreaterThanOrEqual(top3);
    const called = answers.filter((answer) => answer.called);
    expect(called.filter(({ place }) => place === 0).length / called.length).toBeGreaterThanOrEqual(0.95);
  });
});
