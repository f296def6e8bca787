/** Runbooks as other tools keep them: what is read, and what people see of it. */
import { describe, expect, it } from 'vitest';
import { readRunbook as readOfCatalogue } from '../../../cli/catalogue/runbook.ts';
import { readRunbook } from '../../../cli/runbooks/read.ts';
import { bodyFor, idOf, lostFence, ownWords, splitPage, unreadForm } from '../../../shared/runbook/foreign.ts';
import { relativeTo, runbookAt } from '../../../shared/runbook/relative.ts';

const PAGE = `---
title: Denial of service attack
last_reviewed_on: 2026-03-19
review_in: 6 months
owner_slack: "#payments"
weight: 10
---

# <%= current_page.data.title %>

<!-- for editors -->
When Shield raises an alarm, do this.
`;

describe.each([
  ['the folder', (path: string, text: string) => readRunbook(path, text)],
  ['the catalogue', (path: string, text: string) => readOfCatalogue(path, text)],
])('a page of the Tech Docs Template, read by %s', (_reader, read) => {
  it.each(['queue.html.md.erb', 'queue.html.md', 'queue.md.erb', 'queue.md'])('%s', (name) => {
    const { runbook, findings } = read(`runbooks/payments/${name}`, PAGE);
    expect(findings).toEqual([]);
    expect(runbook).toMatchObject({ id: 'payments/queue', title: 'Denial of service attack', reviewBy: '2026-09-19' });
    expect(runbook.body.trim()).toBe('# Denial of service attack\n\nWhen Shield raises an alarm, do this.');
  });

  it('Hugo, with front matter in TOML', () => {
    const text =
      '+++\ntitle = "Queue is full"\naliases = ["/old/queue/"]\ndraft = false\n[params]\nx = 1\n+++\n{{< note >}}Look.{{< /note >}}\n';
    const { runbook, findings } = read('runbooks/queue.md', text);
    expect(findings).toEqual([]);
    expect(runbook).toMatchObject({ title: 'Queue is full', body: 'Look.\n' });
    expect(runbook.aliases).toContain('old/queue');
  });

  it('Docusaurus, with id and slug', () => {
    const { runbook } = read(
      'runbooks/01-queue.md',
      '---\nid: queue\nslug: /on-call/queue\nsidebar_label: Queue\n---\n# Queue\n',
    );
    expect(runbook.aliases).toEqual(['queue', 'on-call/queue']);
  });

  it('front matter without its first --- is found', () => {
    const { findings } = read('runbooks/queue.md', 'title: Queue\nmatch:\n  service: [a]\n---\n# Queue\n');
    expect(findings).toMatchObject([{ level: 'error', code: 'front-matter-lost', line: 1 }]);
  });
});

describe('what a person sees', () => {
  it.each([
    [
      'an admonition of MkDocs',
      '!!! danger "Read this"\n    Do not restart.\n\nThen.',
      '> **Read this**\n>\n> Do not restart.\n\nThen.',
    ],
    ['an admonition of Docusaurus', ':::warning\nDo not restart.\n:::\nThen.', '**Warning**\n\nDo not restart.\nThen.'],
    ['a table of contents', '[[_TOC_]]\n[TOC]\nLook.', '\n\nLook.'],
    [
      'a link of a wiki',
      'See [[Disk full]] and [[the queue|ops/Queue]].',
      'See [Disk full](Disk-full.md) and [the queue](ops/Queue.md).',
    ],
    ['marks of kramdown', '# Steps {#steps}\n{: .no_toc }', '# Steps\n'],
    ['tags of Liquid', '{% include warning.html %}\nLook.', '\nLook.'],
    ['boxes that open', '<details><summary>More</summary>\nLook.\n</details>', '**More**\nLook.\n'],
    [
      'code, as it is',
      '```\n{% raw %} {{< x >}} <!-- y -->\n```\n`{{< x >}}`',
      '```\n{% raw %} {{< x >}} <!-- y -->\n```\n`{{< x >}}`',
    ],
    ['a placeholder, as it is', '    kubectl logs {{ labels.pod }}', '    kubectl logs {{ labels.pod }}'],
    ['a comment over lines', 'One <!-- two\nthree --> four', 'One\n four'],
  ])('of %s', (_what, written, seen) => expect(bodyFor(written, 'T')).toBe(seen));
});

describe('front matter of other tools', () => {
  it.each([
    ['2026-03-19', '6 months', '2026-09-19'],
    ['2026-08-31', '6 months', '2027-02-28'],
    ['2026-03-19', '2 weeks', '2026-04-02'],
    ['2026-03-19', '1 year', '2027-03-19'],
    ['2026-03-19', 'soon', undefined],
    [undefined, '6 months', undefined],
  ])('last reviewed %s, review in %s: %s', (last, after, expected) => {
    expect(ownWords({ last_reviewed_on: last, review_in: after }).review_by).toBe(expected);
  });

  it('that never ends is told', () => expect(splitPage('---\ntitle: x\n')).toBeUndefined());
  it.each([
    ['Title\n---\nText'],
    ['Note: this is prose.\nAnd more of it.\n---\n'],
    ['---\ntitle: x\n---\n'],
    ['# Title\n'],
  ])('is not lost in %j', (text) => expect(lostFence(text)).toBeUndefined());
});

describe('files among the runbooks', () => {
  it.each([
    ['a.mdx', 'MDX'],
    ['a.adoc', 'AsciiDoc'],
    ['a.rst', 'reStructuredText'],
    ['export/a.html', 'HTML'],
    ['a.docx', 'a document of an office program'],
    ['a.png', undefined],
    ['a.html.md', undefined],
  ])('%s is %s', (path, form) => expect(unreadForm(path)).toBe(form));
  it('an ID has no ending', () => expect(idOf('runbooks/a/b.html.md.erb')).toBe('a/b'));
});

describe('a link to what is beside a runbook', () => {
  const isRunbook = (id: string) => ['ledger/connections', 'platform/index', 'Disk-full'].includes(id);
  it.each([
    ['../ledger/connections.md', 'ledger/connections', ''],
    ['../ledger/connections.md#first-steps', 'ledger/connections', 'first-steps'],
    ['/ledger/connections', 'ledger/connections', ''],
    ['/runbooks/ledger/connections.html', 'ledger/connections', ''],
    ['../platform/', 'platform/index', ''],
    ['../Disk%20full.md', 'Disk-full', ''],
  ])('%s', (target, id, anchor) => expect(runbookAt('payments/5xx', target, isRunbook)).toEqual({ id, anchor }));
  it.each([
    'https://x.example/a.md',
    '//x.example/a',
    '#here',
    '../../../etc/passwd',
    'javascript:alert(1)',
    'nothing.md',
  ])('%s is none', (target) => expect(runbookAt('payments/5xx', target, isRunbook)).toBeUndefined());
  it('never leads out of the folder', () => expect(relativeTo('a/b', '../../x')).toBeUndefined());
});
