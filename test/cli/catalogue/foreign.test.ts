/** Runbooks that teams already have: the front matter of other tools is left alone, and ours is still checked. */
import { expect, it } from 'vitest';
import { readRunbook } from '../../../cli/catalogue/runbook.ts';

const read = (front: string) => readRunbook('runbooks/a/b.md', `---\n${front}\n---\n# It is down\n`);

it.each([
  ['mkdocs', 'template: overrides/main.html\nhide: [navigation]\nsearch: { boost: 2 }'],
  ['Docusaurus', 'sidebar_position: 3\nslug: /b\nkeywords: [a]'],
  ['Hugo', 'weight: 10\ndate: 2026-01-01\ndraft: false'],
  ['Backstage', 'tags: [sre]\nauthors: [amira]'],
])('front matter of %s is no mistake', (_, front) => {
  const { runbook, findings } = read(`${front}\nseverity: critical`);
  expect(findings).toEqual([]);
  expect(runbook).toMatchObject({ severity: 'critical', title: 'It is down' });
  expect(Object.keys(runbook).sort()).toEqual(['aliases', 'body', 'id', 'severity', 'title']);
});

it.each([['severty: critical'], ['alias: [x]'], ['reviewby: 2027-01-01'], ['match: x']])(
  '%s is still a mistake',
  (front) => {
    expect(read(front).findings).toHaveLength(1);
  },
);
