/**
 * Markdown in a tracker's own language and back: what stays, what is never made of somebody's text, and what Jira takes.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHtml } from '../../shared/tracker/azure-devops/html.ts';
import { readHtml } from '../../shared/tracker/azure-devops/read-html.ts';
import { boxesOf } from '../../shared/tracker/boxes.ts';
import { toAdf } from '../../shared/tracker/jira/adf.ts';
import { readAdf } from '../../shared/tracker/jira/read-adf.ts';
import { readMarkdown } from '../../shared/tracker/read-markdown.ts';
import { writeMarkdown } from '../../shared/tracker/write-markdown.ts';
import { isAdf } from './servers/jira.ts';

const byAdf = (markdown: string) => writeMarkdown(readAdf(JSON.parse(JSON.stringify(toAdf(readMarkdown(markdown))))));
const byHtml = (markdown: string) => writeMarkdown(readHtml(toHtml(readMarkdown(markdown))));
const LANGUAGES: [string, (markdown: string) => string][] = [
  ['Markdown', (markdown) => writeMarkdown(readMarkdown(markdown))],
  ['ADF', byAdf],
  ['HTML', byHtml],
];

/** As our tickets are written. */
const TICKET = `## Summary

<!-- pageturner:summary -->

payments-api production: target 5xx 12 > 5 for 3m, **critical**, from \`03:12\` to *03:23*.

<!-- /pageturner:summary -->

## Timeline

| UTC | Local | What |
| --- | --- | --- |
| 03:12 | 03:12 | Alarm a \\| b |
| 03:17 |  | Acknowledged by on call, step 2 |

## Five whys

- **Why were people paged?** The pool was full
  - **Why?** A setting
    - **Why?** *To be answered*

1. First
2. Second

> Quoted

\`\`\`sh
systemctl restart payments # <b>
\`\`\`

___

## Follow-ups

<!-- pageturner:follow_ups -->

- [ ] Answer the five whys (owner: payments, due: 2026-12-10) <!-- pageturner:f1 -->
- [x] Raise the pool <!-- pageturner:f2 -->

See [the deployment](<https://gitlab.example.gov.uk/payments/api/-/compare/v1...v2>).

<!-- pageturner:incident k3v9qd7m2xab-1 -->
`;

describe.each(LANGUAGES)('a ticket by way of %s', (_name, there) => {
  it('reads back as it was written', () => {
    expect(there(TICKET)).toBe(TICKET);
  });

  it('keeps its check boxes, with the marks in them', () => {
    expect(boxesOf(there(TICKET))).toEqual([
      { text: 'Answer the five whys (owner: payments, due: 2026-12-10) <!-- pageturner:f1 -->', isDone: false },
      { text: 'Raise the pool <!-- pageturner:f2 -->', isDone: true },
    ]);
  });

  it('keeps parts that have no empty line between them and their marks', () => {
    const tight =
      '<!-- pageturner:a -->\n- [ ] x\n- [ ] y\n<!-- /pageturner:a -->\n| a |\n| --- |\n| b |\n<!-- /pageturner:b -->\ntext\n<!-- c -->';
    const back = there(tight);
    expect([...back.matchAll(/^<!-- .* -->$/gm)].map(([mark]) => mark)).toEqual([
      '<!-- pageturner:a -->',
      '<!-- /pageturner:a -->',
      '<!-- /pageturner:b -->',
      '<!-- c -->',
    ]);
  });

  it('makes no comment, box, link or tag of text that was escaped', () => {
    const hostile =
      '\\<!-- pageturner:f1 --\\> \\[x\\] \\[a\\]\\(https://evil.example\\) \\<script\\>\n\n- \\[x\\] not a box';
    const back = there(hostile);
    expect(back).not.toMatch(/^<!--/m);
    expect(boxesOf(back)).toEqual([]);
    expect(there(back)).toBe(back);
    expect(toHtml(readMarkdown(back))).not.toMatch(/<script|<a |<!--/);
  });

  it.each([
    ['javascript:alert(1)'],
    ['data:text/html,<script>alert(1)</script>'],
    ['vbscript:x'],
    ['file:///etc/passwd'],
  ])('a link to %s is its text', (target) => {
    const back = there(`[press](${target}) ![picture](${target})`);
    expect(toHtml(readMarkdown(back))).not.toContain('<a ');
    expect(back).toContain('press');
  });

  it('what is deep stays text', () => {
    const deep = `${'> '.repeat(100)}end\n\n${Array.from({ length: 60 }, (_, n) => `${' '.repeat(n * 2)}- a${n}`).join('\n')}`;
    expect(there(deep)).toContain('end');
    expect(isAdf(toAdf(readMarkdown(deep)))).toBe(true);
  });
});

/** Words between pieces of Markdown, HTML and ADF that mean something somewhere. */
const PIECES = [
  ...[
    '*',
    '**',
    '_',
    '`',
    '``',
    '```\n',
    '~~',
    '[',
    ']',
    '(',
    ')',
    '<',
    '>',
    '<!--',
    '-->',
    '<b>',
    '</p>',
    '<br>',
    '&lt;',
    '&#60;',
  ],
  ...[
    '# ',
    '- ',
    '+ ',
    '1. ',
    '2) ',
    '> ',
    '- [ ] ',
    '- [x] ',
    '| ',
    ' | ',
    '\n| --- |\n',
    '---\n',
    '===\n',
    '\\',
    '!',
    '~~~\n',
  ],
  ...[
    '\n',
    '\n\n',
    '  \n',
    '\\\n',
    '    ',
    '\t',
    ' ',
    '\u00a0',
    '☐ ',
    '☑ ',
    '{"type":"doc"}',
    '<script>alert(1)</script>',
    '"',
    "'",
  ],
  ...[
    'https://a.example/x?a=b&c',
    '[w](https://a.example/"onclick=x)',
    '![w](https://a.example/p.png)',
    '<https://a.example>',
    'a_b_c',
  ],
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.stringMatching(/^w[0-9]{1,4}$/)), { maxLength: 40 })
  .map((pieces) => pieces.join(''));
const words = (text: string) => text.match(/w[0-9]+/g) ?? [];

describe('any text', () => {
  it.each(LANGUAGES)('has every word by way of %s, in order, and is the same the second time', (_name, there) => {
    fc.assert(
      fc.property(hostile, (markdown) => {
        const once = there(markdown);
        // A definition of a link that is not used is no text.
        const kept = words(writeMarkdown(readMarkdown(markdown)));
        expect(words(once).sort()).toEqual(kept.sort());
        expect(there(once)).toBe(once);
      }),
      { numRuns: 4000 },
    );
  });

  it('loses no word of a paragraph, a heading, a list, a table or a quote', () => {
    const text = fc.array(fc.stringMatching(/^[a-z<>&*_`[\]|\\~#!()"'{}=+-]{1,12}$/), { minLength: 1, maxLength: 8 });
    const escaped = (word: string) => word.replace(/[\\`*_{}[\]<>()#!|~&"'=+-]/g, '\\$&');
    fc.assert(
      fc.property(text, fc.constantFrom('', '# ', '- ', '1. ', '- [ ] ', '> '), (said, begin) => {
        const markdown = begin + said.map(escaped).join(' ');
        for (const [, there] of LANGUAGES) {
          const plain = there(markdown)
            .replace(/\\([^A-Za-z0-9\s])/g, '$1')
            .replaceAll('&amp;', '&');
          expect(plain).toContain(said.join(' '));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is a document that Jira takes', () => {
    fc.assert(
      fc.property(hostile, (markdown) => {
        expect(isAdf(toAdf(readMarkdown(markdown)))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('makes no tag, attribute or address of HTML but ours', () => {
    const ours =
      /^<\/?(p|h[1-6]|ul|ol|li|blockquote|pre|code|table|tr|th|td|strong|em|s)>$|^<(br|hr)>$|^<code class="language-[A-Za-z0-9+#._-]+">$|^<ol start="[0-9]+">$|^<a href="(https?:\/\/|mailto:)[^"<>]*">$|^<\/a>$|^<span style="color:#97a0af">$|^<\/span>$/;
    fc.assert(
      fc.property(hostile, (markdown) => {
        const html = toHtml(readMarkdown(markdown));
        for (const tag of html.match(/<[^>]*>?/g) ?? []) expect(tag).toMatch(ours);
      }),
      { numRuns: 3000 },
    );
  });

  it('of HTML or ADF is read without an error', () => {
    fc.assert(
      fc.property(hostile, fc.jsonValue(), (html, adf) => {
        readMarkdown(writeMarkdown(readHtml(html)));
        readMarkdown(writeMarkdown(readAdf(adf)));
      }),
    );
  });
});

describe('what people write in the editors of the trackers', () => {
  it.each([
    ['<div>One<br>two</div><div><br></div><div><b>Three</b>&nbsp;four</div>', 'One\\\ntwo\n\n**Three** four\n'],
    ['<ul><li>☐ Open</li><li>☑ <i>Done</i></li></ul>', '- [ ] Open\n- [x] *Done*\n'],
    [
      '<p>a &lt;b&gt; <a href="https://a.example/?x=1&amp;y=2">there</a><script>x</script></p>',
      'a \\<b> [there](<https://a.example/?x=1&y=2>)\n',
    ],
    [
      '<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table>',
      '| a | b |\n| --- | --- |\n| c |  |\n',
    ],
    ['<p>1 < 2 and <b>unclosed', '1 \\< 2 and **unclosed**\n'],
    ['<ol start="3"><li>c<ul><li>d</ul></ol>', '3. c\n   - d\n'],
  ])('HTML %s', (html, markdown) => {
    expect(writeMarkdown(readHtml(html))).toBe(markdown);
  });

  const doc = (...content: object[]) => ({ type: 'doc', version: 1, content });
  const text = (said: string) => ({ type: 'text', text: said });
  it.each([
    [
      'a panel, a mention, a date and a card',
      doc(
        { type: 'panel', attrs: { panelType: 'info' }, content: [{ type: 'paragraph', content: [text('Note')] }] },
        {
          type: 'paragraph',
          content: [
            { type: 'mention', attrs: { id: '5b1', text: '@Team' } },
            text(' by '),
            { type: 'date', attrs: { timestamp: '1796083200000' } },
            text(' '),
            { type: 'inlineCard', attrs: { url: 'https://a.example/x' } },
          ],
        },
      ),
      '> Note\n\n@Team by 2026-12-01 [https://a.example/x](<https://a.example/x>)\n',
    ],
    [
      'tasks within tasks',
      doc({
        type: 'taskList',
        attrs: { localId: 'a' },
        content: [
          { type: 'taskItem', attrs: { localId: 'b', state: 'DONE' }, content: [text('One')] },
          {
            type: 'taskList',
            attrs: { localId: 'c' },
            content: [{ type: 'taskItem', attrs: { localId: 'd', state: 'TODO' }, content: [text('Two')] }],
          },
        ],
      }),
      '- [x] One\n  - [ ] Two\n',
    ],
  ])('ADF with %s', (_name, adf, markdown) => {
    expect(writeMarkdown(readAdf(adf))).toBe(markdown);
  });
});
