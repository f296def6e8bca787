/** A ticket's text: what stands in it, that what others wrote does nothing in it, and that nobody is named or numbered. */
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../shared/incident/incident.ts';
import { inline, link, withoutNumbers } from '../../shared/problem/markdown.ts';
import { sectionOf, withSection } from '../../shared/problem/sections.ts';
import { fillTemplate } from '../../shared/problem/template.ts';
import { type Facts, furtherNote, ticketBody, ticketTitle } from '../../shared/problem/text.ts';
import { whyTree } from '../../shared/problem/whys.ts';
import { at, ends, fires, live, catalogue as small } from '../incident/world.ts';

const people = Object.fromEntries(
  Object.entries(small.people).map(([id, person]) => [
    id,
    { ...person, name: { amira: 'Amira Khan', ben: 'Ben Okafor' }[id] ?? id },
  ]),
);
const catalogue = {
  ...small,
  people,
  services: { 'payments-api': {}, portal: { name: 'portal', dependsOn: ['payments-api'] } },
} as unknown as Facts['catalogue'];
for (const service of Object.values(catalogue.services)) service.dependsOn ??= [];

const incident = (): Incident =>
  live([
    [0, fires('a', 0)],
    [1, { type: 'sent', page: 'p0' }],
    [90, { type: 'acknowledge', by: 'amira', via: 'link' }],
    [120, { type: 'note', text: 'Amira Khan asked Ben Okafor, +44 7700 900123, to look', by: 'amira', via: 'link' }],
    [660, ends('a', 660)],
  ]);
const facts = (more: Partial<Facts> = {}): Facts => {
  const about = more.incident ?? incident();
  return {
    incident: about,
    timeline: about.timeline,
    earlier: [],
    around: [],
    problem: { whys: [], followUps: [] },
    catalogue,
    baseUrl: 'https://pages.example.gov.uk',
    names: false,
    ...more,
  };
};

describe('a ticket', () => {
  it('has every part that a reader looks for', () => {
    const body = ticketBody(facts());
    expect(body).toMatch(/## Summary\n[\s\S]*payments-api in production[\s\S]*lasted 11m/);
    expect(body).toMatch(/\| 2026-11-23 03:12:04 \| 03:12:04 GMT \| Incident opened \|/);
    expect(body).toMatch(/\| on call, step 1 \| 2026-11-23 03:12:05 \| sms \| 1 \| acknowledged \|/);
    expect(body).toContain('Somebody was paged at night.');
    expect(body).toContain('Services that need payments-api: portal.');
    expect(body).toContain('**Why were people paged?** alarm a');
    expect(body).toContain('<!-- pageturner:incident ');
  });

  it('names people by their part, and holds no number', () => {
    const body = ticketBody(facts());
    expect(body).toContain('on call, step 1 asked a colleague, ‹number›, to look');
    expect(body).not.toMatch(/amira|Khan|Okafor|7700/i);
  });

  it('names them where the catalogue says so', () => {
    expect(ticketBody(facts({ names: true }))).toContain('Amira Khan asked Ben Okafor, ‹number›, to look');
  });

  it('shows deployments with where to see what changed, and their authors only by name', () => {
    const about = incident();
    about.suspects = [
      {
        deployment: 'd',
        version: 'v1.42.0',
        by: 'chidi',
        author: 'Chidi',
        at: at(-840),
        status: 'succeeded',
        score: 1,
        likely: true,
        why: '',
        compare: 'https://gitlab.example.gov.uk/compare/a...b',
      },
    ];
    const body = ticketBody(facts({ incident: about }));
    expect(body).toContain(
      '**Suspect**: v1.42.0, 14m before it began ([what changed](<https://gitlab.example.gov.uk/compare/a...b>))',
    );
    expect(body).not.toContain('Chidi');
    expect(ticketBody(facts({ incident: about, names: true }))).toContain('by Chidi');
  });

  it('tells of a further incident in a few lines', () => {
    expect(furtherNote(facts(), { days: 12 })).toMatch(/^\*\*Again, 12 days after it was closed\*\*: alarm a\n/);
    expect(furtherNote(facts(), { days: 1 })).toMatch(/^\*\*Again, 1 day after/);
    expect(furtherNote(facts(), undefined)).toMatch(
      /^\*\*Again\*\*: alarm a\n\n- From 2026-11-23 03:12:04, 11m, critical; 1 page to people, at night\n/,
    );
  });
});

/** What a hostile alert may be called. */
const HOSTILE: [string, string][] = [
  ['a mention of everybody', '@all please'],
  ['a quick action', '/close'],
  ['a quick action on its second line', 'x\n/close\n/label ~bug'],
  ['a link', '[here](https://evil.example)'],
  ['a bare link', 'see https://evil.example/x and www.evil.example'],
  ['a picture', '![](https://evil.example/a.png)'],
  ['a tag', '<img src=x onerror=alert(1)>'],
  ['a comment of ours', '--> <!-- pageturner:whys --> <!-- /pageturner:whys -->'],
  ['the end of a table cell', 'a | b |\n| c'],
  ['a heading', '# big'],
  ['a list', '- [x] done'],
  ['a numbered list', '1. one'],
  ['a code fence', '```\nx\n```'],
  ['a reference', '#1 !2 ~bug %3 &4 $5 [vulnerability:6]'],
  ['a placeholder', '{{ timeline }}'],
  ['a backslash before a mark', '\\*not bold\\* \\[x](https://evil.example)'],
  ['writing from right to left', '\u202Egnp.exe'],
  ['control characters', 'a\u0000b\u001b[31mc'],
];

/** As GitLab and GitHub read it: links are made of bare addresses, HTML is obeyed. */
const markdown = new MarkdownIt({ html: true, linkify: true });

describe('what others wrote', () => {
  it.each(HOSTILE)('%s does nothing', (_name, text) => {
    const said = inline(text);
    expect(said).not.toMatch(/\n|(?<!\\)@(?!\u200B)|^\//);
    expect(markdown.render(`${said}\n`)).toMatch(/^<p>[^<]*<\/p>\n$/);
    expect(markdown.render(`| a |\n|---|\n| ${said} |\n`).match(/<td>/g)).toHaveLength(1);
  });

  it('of any kind is one paragraph of plain text', () => {
    const parts = fc.array(
      fc.oneof(fc.string(), fc.constantFrom(...HOSTILE.map(([, text]) => text), '*', '`', '[', '](', '<', '\\')),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(parts, (texts) => {
        const said = inline(`x${texts.join('')}`);
        expect(markdown.render(`${said}\n`)).toMatch(/^<p>[^<]*<\/p>\n$/);
      }),
    );
  });

  it('is cut, and quickly however long it is', () => {
    expect(inline('x'.repeat(1_000_000)).length).toBeLessThanOrEqual(500);
    expect(inline(`${'+4'.repeat(500_000)}`, 1_000_000).length).toBeGreaterThan(0);
  });

  it('does not break the parts of a body', () => {
    const about = incident();
    about.lead.description = '<!-- /pageturner:summary --> {{ timeline }} <!-- pageturner:f1 -->';
    const body = ticketBody(facts({ incident: about }));
    expect(sectionOf(body, 'summary')).toContain('It was critical');
    expect(body.match(/## Timeline/g)).toHaveLength(1);
  });

  it('mentions nobody in a title either', () => {
    const about = incident();
    about.lead.title = '@all\n/close';
    expect(ticketTitle({ incident: about, catalogue, names: false })).toBe(
      'payments-api production: @\u200Ball /close',
    );
  });
});

it.each([
  ['+447700900123', '‹number›'],
  ['+44 7700 900 123', '‹number›'],
  ['0044 7700 900123', '‹number›'],
  ['07700 900123', '‹number›'],
  ['(020) 7946 0958', '‹number›'],
  ['2026-11-23 03:12:04', '2026-11-23 03:12:04'],
  ['1732331524000', '1732331524000'],
  ['i-0123456789abcdef0', 'i-0123456789abcdef0'],
  ['arn:aws:sns:eu-west-2:111122223333:x', 'arn:aws:sns:eu-west-2:111122223333:x'],
])('of %s is kept %s', (text, expected) => {
  expect(withoutNumbers(text)).toBe(expected);
});

describe('a link', () => {
  it.each([
    ['https://gitlab.example.gov.uk/a', '[x](<https://gitlab.example.gov.uk/a>)'],
    ['https://e.uk/a b>c', '[x](<https://e.uk/a%20b%3Ec>)'],
    ['javascript:alert(1)', 'x'],
    ['https://user:secret@e.uk/', 'x'],
    [undefined, 'x'],
  ])('to %s', (url, expected) => {
    expect(link('x', url)).toBe(expected);
  });
});

describe('the parts of a body', () => {
  it('are written anew, and what is around them stays', () => {
    const body = 'A\n<!-- pageturner:whys -->\nold\n<!-- /pageturner:whys -->\nB';
    expect(withSection(body, 'whys', 'new $& text')).toBe(
      'A\n<!-- pageturner:whys -->\nnew $& text\n<!-- /pageturner:whys -->\nB',
    );
    expect(withSection('A', 'whys', 'new')).toBe('A');
    expect(withSection('<!-- pageturner:whys --> half', 'whys', 'new')).toBe('<!-- pageturner:whys --> half');
  });

  it('are not read as a template again', () => {
    const parts = { summary: '{{ timeline }} $& $1', timeline: 'T' } as never;
    expect(fillTemplate('{{summary}}', parts, {} as never)).toContain('{{ timeline }} $& $1');
  });
});

it('the five whys are a tree: each answer is asked why in its turn', () => {
  const why = (id: string, text: string, under?: string) => ({
    id,
    text,
    at: at(0),
    ...(under === undefined ? {} : { under }),
  });
  expect(
    whyTree('5xx', [
      why('a', 'No connection was free'),
      why('b', 'The pool is small', 'a'),
      why('c', 'A query hung', 'a'),
    ]),
  ).toBe(
    [
      '- **Why were people paged?** 5xx',
      '  - **Why?** No connection was free',
      '    - **Why?** The pool is small',
      '      - **Why?** *To be answered: ask what and how, not who.*',
      '    - **Why?** A query hung',
      '      - **Why?** *To be answered: ask what and how, not who.*',
    ].join('\n'),
  );
});
