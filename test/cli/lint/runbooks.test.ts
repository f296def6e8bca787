import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lintRunbooks } from '../../../cli/lint/runbooks.ts';
import { ALERT_FIELDS } from '../../../shared/alert/fields.ts';
import { compile, matches } from '../../../shared/pattern/pattern.ts';
import type { Runbook } from '../../../shared/runbook/runbook.ts';

const BODY = '# It is down\n\n## First steps\nLook.\n';
const runbook = (id: string, match?: unknown, more: Partial<Runbook> = {}): Runbook => ({
  id,
  title: id,
  body: BODY,
  aliases: [],
  ...(match === undefined ? {} : { match }),
  ...more,
});
const names = { services: ['payments-api', 'a', 'b', 'c'], environments: { production: ['prod', 'live'] } };
const lint = (...runbooks: Runbook[]) => lintRunbooks(runbooks, names, (id) => ({ file: `runbooks/${id}.md` }));
const codes = (...runbooks: Runbook[]) => lint(...runbooks).map(({ code, file }) => `${code} ${file}`);

it('a pattern for a service that the catalogue lacks is named with the nearest', () => {
  expect(lint(runbook('one', { service: ['payment-api'] }))).toMatchObject([
    { level: 'warning', code: 'unknown-service', mend: 'Did you mean payments-api?' },
  ]);
});

describe('two runbooks that match as narrowly', () => {
  it.each([
    ['the same value', { service: ['a'] }, { service: ['a'] }],
    [
      'two fields each, none the same',
      { service: ['a'], severity: ['critical'] },
      { title: ['x'], environment: ['e'] },
    ],
    ['a prefix that another continues', { title: [{ prefix: 'disk ' }] }, { title: [{ prefix: 'disk full' }] }],
    ['a wildcard and a wildcard', { title: [{ wildcard: 'disk*' }] }, { title: [{ wildcard: 'disk*full' }] }],
    ['one of several values', { service: ['a', 'b'] }, { service: ['b', 'c'] }],
    ['without regard to case', { title: [{ 'equals-ignore-case': 'Disk' }] }, { title: ['disk'] }],
    ['numbers in ranges', { 'signal.value': [{ numeric: ['>', 5] }] }, { 'signal.value': [{ numeric: ['<', 9] }] }],
  ])('tie: %s', (_, a, b) => {
    expect(codes(runbook('one', a), runbook('two', b))).toEqual(['runbooks-tie runbooks/two.md']);
  });

  it('the alert that proves it is shown, and both match it', () => {
    const [a, b] = [
      { service: ['a'], title: [{ prefix: 'disk' }] },
      { title: ['disk full'], severity: [{ prefix: 'c' }] },
    ];
    const { message } = lint(runbook('one', a), runbook('two', b))[0]!;
    const alert = JSON.parse(/like (\{.*\})\.$/.exec(message)![1]!);
    for (const pattern of [a, b]) {
      const compiled = compile(pattern);
      expect(compiled.ok && matches(compiled.pattern, alert)).toBe(true);
    }
  });

  it.each([
    ['different values', { service: ['a'] }, { service: ['b'] }],
    ['one asks more', { service: ['a'] }, { service: ['a'], severity: ['critical'] }],
    ['one asks exactly', { title: ['disk full'] }, { title: [{ prefix: 'disk' }] }],
    ['what one wants absent the other wants', { labels: { a: [{ exists: false }] } }, { labels: { a: ['x'] } }],
  ])('do not tie: %s', (_, a, b) => {
    expect(codes(runbook('one', a), runbook('two', b))).toEqual([]);
  });

  it('are never said to tie without an alert that both match', () => {
    const value = fc.constantFrom('a', 'ab', 'abc', 'b');
    const condition = fc.oneof(
      value,
      value.map((prefix) => ({ prefix })),
      value.map((suffix) => ({ suffix })),
      value.map((text) => ({ 'anything-but': [text] })),
      value.map((text) => ({ wildcard: `${text}*` })),
    );
    const conditions = fc.array(condition, { minLength: 1, maxLength: 2 });
    const pattern = fc.dictionary(fc.constantFrom('service', 'title', 'severity'), conditions, {
      minKeys: 1,
      maxKeys: 3,
    });
    fc.assert(
      fc.property(pattern, pattern, (a, b) => {
        for (const { code, message } of lint(runbook('one', a), runbook('two', b))) {
          if (code !== 'runbooks-tie') continue;
          const alert = JSON.parse(/like (\{.*\})\.$/.exec(message)![1]!);
          for (const written of [a, b]) {
            const compiled = compile(written);
            expect(compiled.ok && matches(compiled.pattern, alert)).toBe(true);
          }
        }
      }),
    );
  });
});

describe('a pattern that can never match', () => {
  it.each([
    ['a field that no alert has', { servce: ['a'] }, 'no alert has a field servce'],
    ['a field below one that has none', { signal: { metric: ['a'] } }, 'no alert has a field signal.metric'],
    ['a severity that there is not', { severity: ['fatal'] }, 'severity is never fatal'],
    ['a source that there is not', { source: { kind: ['azure'] } }, 'source.kind is never azure'],
    ['alerts that are over', { status: ['resolved'] }, 'a runbook is looked for when an alert fires'],
    ['an environment by another spelling', { environment: ['prod'] }, 'another spelling of the environment production'],
  ])('asks for %s', (_, match, why) => {
    const [finding] = lint(runbook('one', match));
    expect(finding).toMatchObject({ level: 'error', code: 'pattern-never-matches' });
    expect(finding!.message).toContain(why);
  });

  it.each([
    [{ labels: { 'app.kubernetes.io/name': ['x'] } }],
    [{ raw: { anything: ['x'] } }],
    [{ severity: ['critical', 'fatal'] }],
    [{ $or: [{ servce: ['a'] }, { service: ['a'] }] }],
    [{ environment: ['production'] }],
    [{ nothing: [{ exists: false }] }],
  ])('is not %j', (match) => {
    expect(lint(runbook('one', match)).filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('a pattern that another always beats', () => {
  it.each([
    ['the same and what every alert has', { service: ['a'] }, { service: ['a'], title: [{ exists: true }] }],
    [
      'a narrower value, and wider where it does not count',
      { title: [{ prefix: 'disk full' }] },
      { title: [{ prefix: 'disk' }], status: ['firing'] },
    ],
  ])('is said: %s', (_, a, b) => {
    expect(codes(runbook('one', a), runbook('two', b))).toContain('runbook-shadowed runbooks/one.md');
  });

  it('is not said of one that matches more', () => {
    expect(codes(runbook('one', { service: ['a'] }), runbook('two', { service: ['a'], severity: ['error'] }))).toEqual(
      [],
    );
  });
});

describe('the text of a runbook', () => {
  it('no section that says what to do first', () => {
    expect(codes(runbook('one', undefined, { body: '# Down\n\n## Meaning\nIt is down.\n' }))).toEqual([
      'no-first-steps runbooks/one.md',
    ]);
  });

  it.each([
    ['../platform/gone.md', ['dead-link runbooks/payments/one.md']],
    ['two.md', []],
    ['./two.md#first-steps', []],
    ['/runbooks/payments/two.md', []],
    ['../old/place.md', []],
    ['https://wiki.example/gone.md', []],
    ['picture.png', []],
  ])('a link to %s', (target, expected) => {
    const body = `${BODY}See [this](${target}).\n`;
    const found = codes(
      runbook('payments/one', undefined, { body }),
      runbook('payments/two', undefined, { aliases: ['old/place'] }),
    );
    expect(found).toEqual(expected);
  });
});

it('the fields that a pattern may ask for are those of the alert schema', () => {
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../docs/alert.schema.json'), 'utf8'),
  ) as Schema;
  const paths = pathsOf(schema).filter((path) => !/^(labels|raw)\b/.test(path));
  expect(Object.keys(ALERT_FIELDS).sort()).toEqual(paths.sort());
});

type Schema = { properties?: Record<string, Schema>; items?: Schema; anyOf?: Schema[] };
function pathsOf(schema: Schema, under = ''): string[] {
  const inner = schema.properties ?? schema.items?.properties;
  if (!inner) return [under];
  return Object.entries(inner).flatMap(([name, part]) => pathsOf(part, under === '' ? name : `${under}.${name}`));
}
