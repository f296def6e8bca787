/**
 * Plain English: words that a stranger has to read twice, with what to write instead (CONTRIBUTING.md, "Words").
 * It covers what people read: README, docs, the command's help. Comments of the code are counted, so that they only fall.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const BANNED: [RegExp, string][] = [
  [/\bwho(m)?ever\b/gi, 'the person who, anybody who'],
  [/\bwhatever\b/gi, 'what, anything that, any'],
  [/\bof (its|their|one's) own\b/gi, 'its own, separate'],
  [/(?<!\b(?:there|urgency) )\b(is|are) none\b/gi, 'is not a …, there is no …'],
  [/\bcomes to\b/gi, 'leads to, the result'],
  [/\bbe had\b/gi, 'be reached, be read'],
  [/\bwhat is none\b/gi, 'say what it is'],
];

/** Words that are also names in the code: banned on pages, not in the code. */
const BANNED_ON_PAGES: [RegExp, string][] = [
  [/\bmend(s|ed|ing)?\b/gi, 'fix'],
  [/\bstands\b/gi, 'is, is listed'],
  [/\b(is|are) asked\b/gi, 'is called, is paged, is tried'],
];

const list = (folder: string, ending: string) =>
  (readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }) as string[])
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);
const found = (file: string, banned = BANNED) => {
  const lines = readFileSync(join(ROOT, file), 'utf8').split('\n');
  return lines.flatMap((line, n) =>
    banned.flatMap(([word, instead]) =>
      [...line.matchAll(word)].map(([said]) => `${file}:${n + 1} says "${said}". Write: ${instead}`),
    ),
  );
};

describe('what people read', () => {
  it.each(['README.md', 'SECURITY.md', 'CHANGELOG.md', 'cli/pageturner.ts', ...list('docs', '.md')])(
    '%s is plain English',
    (file) => {
      expect(found(file, [...BANNED, ...BANNED_ON_PAGES])).toEqual([]);
    },
  );
});

describe('comments and texts of the code', () => {
  /** How many were there when they were last counted. Take words out and lower the number; never raise it. */
  const MOST: Record<string, number> = { shared: 0, cli: 0, functions: 0, infra: 0, test: 77 };

  it.each(Object.keys(MOST))('of %s have no more of them than before', (folder) => {
    const all = list(folder, '.ts').flatMap((file) => found(file));
    expect(all.length, all.slice(0, 20).join('\n')).toBeLessThanOrEqual(MOST[folder]!);
  });
});
