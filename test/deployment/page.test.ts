import { describe, expect, test } from 'vitest';
import { incidentPage, runbookPage } from '../../shared/console/pages.ts';
import type { Suspect } from '../../shared/suspect/suspect.ts';
import { alertOf, incidentOf, NOW } from '../message/incidents.ts';

const suspect: Suspect = {
  deployment: 'gitlab:payments/api:81234',
  service: 'payments-api',
  environment: 'production',
  version: 'v1.42.0',
  by: 'chidi',
  author: 'Chidi Eze (@chidi)',
  at: '2026-11-23T02:58:01.000Z',
  status: 'succeeded',
  compare: 'https://gitlab.example.gov.uk/payments/api/-/compare/v1.41.3...v1.42.0',
  change: 'https://gitlab.example.gov.uk/payments/api/-/merge_requests/12',
  lastGood: 'v1.41.3',
  rollback: "git push deploy 'v1.41.3 <b>':main",
  score: 0.93,
  likely: true,
  why: '14m before it began, to the service itself',
};
const RUNBOOK = '# 5xx\n## Steps\n    deploy {{ deployment.lastGood }}\n';

function page(suspects: Suspect[]): string {
  const incident = incidentOf(alertOf('cloudwatch/eventbridge-metric'), suspects);
  return String(
    incidentPage({
      incident,
      timeline: [],
      earlier: [],
      last: undefined,
      lastWhy: undefined,
      markdown: RUNBOOK,
      around: { above: [], below: [] },
      who: 'amira',
      address: '/p/x',
      now: NOW,
      names: {},
      imageHosts: [],
      hasTracker: true,
      isRunbook: (id) => id === 'ledger/connections',
    }),
  );
}

describe('the page of an incident', () => {
  test('names the author, leads to the comparison and to the merge request, and says how to roll back', () => {
    const html = page([suspect]);
    expect(html).toContain('by Chidi Eze (@chidi)');
    expect(html).toContain(`href="${suspect.compare}">compare</a>`);
    expect(html).toContain(`href="${suspect.change}">merge request</a>`);
    expect(html).toContain('git push deploy &#39;v1.41.3 &lt;b&gt;&#39;:main</code>');
  });

  test('fills the last good version into the commands of the runbook', () =>
    expect(page([suspect])).toContain('deploy v1.41.3'));

  test.each([
    ['of another service', { service: 'ledger' }],
    ['in another environment', { environment: 'staging' }],
    ['after the onset', { score: 0 }],
  ])('never fills in a deployment %s', (_, changes) =>
    expect(page([{ ...suspect, ...changes }])).toContain('# A command is left out here: '),
  );
});

describe('the links of a runbook', () => {
  const withLinks = (markdown: string) => {
    const incident = incidentOf(alertOf('cloudwatch/eventbridge-metric'), []);
    const view = { incident, markdown, address: '/p/x', isRunbook: (id: string) => id === 'ledger/connections' };
    return String(runbookPage({ ...view, id: 'payments/5xx', title: 'Payments' }));
  };
  test('lead to the page of another runbook, below the page that the person was sent', () =>
    expect(withLinks('See [ledger](../ledger/connections.md#first-steps).')).toContain(
      '<a href="/p/x/r/ledger/connections#first-steps">ledger</a>',
    ));
  test.each([
    ['a file beside it', '[sheet](sheet.pdf)', 'sheet (sheet.pdf)'],
    ['a picture beside it', '![Graph](img/graph.png)', 'Graph (picture: img/graph.png)'],
    ['a path that leads out', '[x](../../../../etc/passwd)', 'x (../../../../etc/passwd)'],
    ['another site without its scheme', '[x](//evil.example/a)', '[x](//evil.example/a)'],
    ['a script', '[x](javascript:alert(1))', '[x](javascript:alert(1))'],
    ['a script in disguise', '[x](java&#10;script:alert(1))', 'x (java'],
  ])('are text for %s', (_, written, shown) => {
    const html = withLinks(written);
    expect(html).toContain(shown);
    expect(html).not.toMatch(/href="(?!\/p\/x|\/style\.css)/);
  });
  test('to a heading find it', () => expect(withLinks('## First steps!')).toContain('<h2 id="first-steps">'));
});
