/** The docs hold what the source says: generated parts are fresh, every page is in the index, every link leads somewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatedPages } from '../../infra/docs/generate.ts';

const ROOT = join(import.meta.dirname, '../..');
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'],
  ...(readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }) as string[])
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

describe('generated docs', () => {
  it.each(generatedPages().map(({ path, ...page }) => [path.slice(ROOT.length + 1), page] as const))(
    '%s is fresh: `npm run docs` writes it',
    (_, { wanted, found }) => {
      expect(found).toBe(wanted);
    },
  );
});

describe('the index', () => {
  it('names every page of docs/', () => {
    const index = readFileSync(join(ROOT, 'docs/README.md'), 'utf8');
    const missing = pages.filter(
      (page) =>
        page.startsWith('docs/') &&
        page !== 'docs/README.md' &&
        !page.startsWith('docs/decisions/') &&
        !index.includes(`(${page.slice('docs/'.length)})`),
    );
    expect(missing).toEqual([]);
  });

  it('of decisions names every decision, and each has a number, a status and a date', () => {
    const index = readFileSync(join(ROOT, 'docs/decisions/README.md'), 'utf8');
    for (const page of pages.filter((one) => /^docs\/decisions\/\d/.test(one))) {
      const name = page.slice('docs/decisions/'.length);
      expect(index, name).toContain(`(${name})`);
      const text = readFileSync(join(ROOT, page), 'utf8');
      expect(text, name).toMatch(
        new RegExp(`^# ${name.slice(0, 4)}\\. .+\\n\\n- Status: .+\\n- Date: \\d{4}-\\d\\d-\\d\\d\\n`),
      );
    }
  });
});

describe('links', () => {
  it.each(pages)('of %s lead to files that are there', (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8').replace(/```[\s\S]*?```|`[^`\n]*`/g, '');
    const targets = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
    const local = targets.filter((target) => !/^[a-z]+:/.test(target));
    expect(local.filter((target) => !existsSync(join(ROOT, dirname(page), target)))).toEqual([]);
  });
});

describe('files of the code', () => {
  it.each(['docs/architecture.md', 'docs/glossary.md', 'CONTRIBUTING.md'])('that %s names are there', (page) => {
    const named = readFileSync(join(ROOT, page), 'utf8').matchAll(
      /`((?:shared|cli|functions|infra|test|catalogue)\/[^`\s]*)`/g,
    );
    const paths = [...named].map(([, path]) => path!).filter((path) => !/NAME|VENDOR|<|\*/.test(path));
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
