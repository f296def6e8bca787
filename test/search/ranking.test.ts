/** What decides between pages that share words with an alert. Each library is one in which a single score goes wrong. */
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../shared/alert/alert.ts';
import { sectionsOf, type WordSource } from '../../shared/search/document.ts';
import { kindsOf } from '../../shared/search/kind.ts';
import { alertQuery } from '../../shared/search/query.ts';
import { probabilities } from '../../shared/search/ranking.ts';
import { buildWordIndex, gatherEvidence, openWordIndex } from '../../shared/search/search.ts';

const page = (id: string, body: string, title = id.split('/').at(-1)!): WordSource => ({ id, title, body });
const FILLER = Array.from({ length: 12 }, (_, n) =>
  page(`notes/topic-${n}`, `# Topic ${n}\nNothing about alerts, number ${n} of the notes.`),
);

function ranked(library: WordSource[], alert: Partial<Alert>): string[] {
  const index = openWordIndex(JSON.parse(JSON.stringify(buildWordIndex([...library, ...FILLER]))));
  const evidence = gatherEvidence(index, alertQuery({ title: '', resources: [], labels: {}, ...alert } as Alert));
  return probabilities(evidence, () => false).map((one) => index.ids[one.evidence.runbook]!);
}

describe('of pages about one thing', () => {
  it('the page for trouble goes before the guide', () => {
    const library = [
      page('howto/redis', '# Redis\n## Installation\nInstall redis.\n## Upgrade\nUpgrade redis memory settings.'),
      page('troubleshooting/redis', '# Redis\n## Symptoms\nRedis memory is high.\n## Resolution\nFlush redis memory.'),
    ];
    expect(ranked(library, { title: 'RedisMemoryHigh' })[0]).toBe('troubleshooting/redis');
  });

  it('the umbrella page whose section answers goes before a narrow page about something else', () => {
    const library = [
      page(
        'postgres',
        '# Postgres\n## Connections\nToo many clients.\n## Replication lag\nThe replica lags: check its WAL.\n## Locks\nBlocked queries.',
      ),
      page('redis-replication', '# Redis replication\nThe replica of redis lags.'),
    ];
    expect(ranked(library, { title: 'PostgresReplicationLag' })[0]).toBe('postgres');
  });

  it('a name that only stray words cover does not win', () => {
    const library = [
      page('howto/status-page-guidelines', '# Status page guidelines\nHow to write on the status page, and when.'),
      page('registry', '# Registry\n## Symptoms\nThe registry is down and answers nothing.'),
    ];
    const alert = { title: 'RegistryDown', description: 'The registry is down. Consider a note on the status page.' };
    expect(ranked(library, alert)[0]).toBe('registry');
  });

  it('a label that names a folder leads to its README where no page says more', () => {
    const library = [
      page('sessions-cache/README', '# Sessions cache service\nWhat it is, and its dashboards.'),
      page('cache/README', '# Cache service\nWhat it is, and its dashboards.'),
      page('apdex-violating', '# Apdex violating\nThe apdex of the runners is violating its objective.'),
    ];
    const alert = { title: 'SessionsCacheServiceApdexViolation', labels: { type: 'sessions-cache' } };
    expect(ranked(library, alert)[0]).toBe('sessions-cache/README');
  });
});

describe('the kind of a page', () => {
  const kinds = kindsOf([
    page('howto/add-a-node', '# Add a node\n## Prerequisites\n## Installation'),
    page('alerts/node-down', '# Node down\n## Symptoms\n## Mitigation'),
    page('alerts/plain', 'Some text.'),
    page('plain', 'Some text.'),
  ]);
  const sum = (at: number) => kinds[at]!.path + kinds[at]!.headings;

  it('is told by name, folder and headings', () => {
    expect(sum(0)).toBeLessThan(0);
    expect(sum(1)).toBeGreaterThan(0);
  });

  it('is that of its folder where the page itself does not tell', () => {
    expect(sum(2)).toBeGreaterThan(sum(3));
  });
});

describe('sections', () => {
  it('begin at headings, and not at marks inside of code', () => {
    const sections = sectionsOf('Before.\n# One\ntext\n```\n# not a heading\n```\n## Two ##\nmore');
    expect(sections.map(({ heading, line }) => [heading, line])).toEqual([
      ['', 1],
      ['One', 2],
      ['Two', 7],
    ]);
  });
});
