/** Exports as people have them, each folder beside its plan: what is written, what is odd, what is lost. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planGrafanaOncall } from '../../../cli/import/grafana-oncall.ts';
import { planIncidentManager } from '../../../cli/import/incident-manager.ts';
import { planOpsgenie } from '../../../cli/import/opsgenie.ts';
import { planPagerduty } from '../../../cli/import/pagerduty.ts';
import { fromJson, readTerraform, resourcesOf, TerraformDocument } from '../../../cli/import/terraform/terraform.ts';
import { lintFiles } from '../../../cli/lint/lint.ts';

// By a name that the compiler does not follow: its types bring those of browsers along.
const { parse: parseTerraform } = (await import('@cdktf/hcl2json' as string)) as {
  parse: (name: string, text: string) => Promise<unknown>;
};
const NOW = Date.parse('2026-11-23T09:00:00.000Z');
const folder = new URL('fixtures/', import.meta.url).pathname;
const PLANNERS: [begins: string, plan: typeof planPagerduty][] = [
  ['pagerduty', planPagerduty],
  ['opsgenie', planOpsgenie],
  ['jira', planOpsgenie],
  ['grafana', planGrafanaOncall],
  ['incident', planIncidentManager],
];
/** What the export itself lacks: a phone or an address for somebody, somebody for every hour. */
const OF_THE_EXPORT = new Set(['unreachable-person', 'wakes-nobody', 'tells-nobody', 'rota-gap']);

function documentsIn(name: string): unknown[] {
  const files = (readdirSync(join(folder, name), { recursive: true }) as string[]).filter((one) => /\.\w+$/.test(one));
  return files.sort().map((file) => {
    const text = readFileSync(join(folder, name, file), 'utf8');
    return /\.tf(vars)?$/.test(file) ? readTerraform(file, text) : (JSON.parse(text) as unknown);
  });
}

const names = readdirSync(folder).filter((name) => !name.includes('.'));

describe('an export', () => {
  it.each(names)('%s gives the plan beside it, which passes lint', async (name) => {
    const [, plan] = PLANNERS.find(([begins]) => name.startsWith(begins))!;
    const { files, audit, lost } = plan(documentsIn(name), NOW);
    const text = [
      ...files.map(({ path, text: content }) => `--- ${path}\n${content.replace(/^# yaml.*\n/, '')}`),
      ...audit.map((one) => `odd: ${one}\n`),
      ...lost.map((one) => `lost: ${one}\n`),
    ].join('');
    await expect(text).toMatchFileSnapshot(join(folder, `${name}.plan`));
    const errors = lintFiles(files, NOW).findings.filter(
      ({ level, code }) => level === 'error' && !OF_THE_EXPORT.has(code),
    );
    expect(errors).toEqual([]);
  });
});

describe('Terraform', () => {
  it.each(names.filter((name) => documentsIn(name).some((one) => one instanceof TerraformDocument)))(
    '%s makes the same resources as by way of hcl2json',
    async (name) => {
      const files = (readdirSync(join(folder, name), { recursive: true }) as string[]).filter((one) =>
        one.endsWith('.tf'),
      );
      const theirs = await Promise.all(
        files.map(async (file) => {
          const json = await parseTerraform(file, readFileSync(join(folder, name, file), 'utf8'));
          return { path: file, body: fromJson(json) };
        }),
      );
      const ours = files.map((file) => {
        const document = readTerraform(file, readFileSync(join(folder, name, file), 'utf8'));
        return document.file;
      });
      const seen = (list: typeof ours) =>
        resourcesOf(list)
          .resources.map(({ address, body }) => JSON.stringify({ address, body }, sorted))
          .sort();
      expect(seen(ours)).toEqual(seen(theirs));
    },
  );

  it.each([
    ['resource "a" "b" {', 'line 1: a block is not closed'],
    ['a = [1,\nb = 2', 'line 2: "]" is missing before "= 2"'],
    ['a = "x', 'line 1: a text is not closed'],
    [
      'terraform {\n  required_providers pagerduty\n}',
      'line 2: "required_providers" is followed by neither "=" nor a block',
    ],
    [`a = ${'['.repeat(500)}`, 'line 1: it is nested more than 100 deep'],
  ])('%j is refused with its line', (text, message) => {
    expect(() => readTerraform('main.tf', text)).toThrow(`main.tf, ${message}.`);
  });
});

it('any text is read as Terraform or refused in a sentence', () => {
  const piece = fc.constantFrom(
    'resource "a_b" "c" {',
    '}',
    'x = ',
    '"${',
    '"',
    '[',
    ']',
    'for k in v : k',
    '<<E\n',
    'E\n',
    'dynamic "d" {',
    'a.b[0].*.c',
    '\n',
    '? 1 : 2',
    'f(',
    ')',
    '%{ if }',
    '\\',
    '-',
    '/*',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (pieces) => {
      try {
        const { file } = readTerraform('main.tf', pieces.join(' '));
        expect(Array.isArray(resourcesOf([file]).resources)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        expect((error as Error).message).toMatch(/^main\.tf, line \d+: /);
      }
    }),
    { numRuns: 500 },
  );
});

/** Keys in order, so that two ways of reading compare. */
function sorted(_key: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
}
