/** A runbook file as the catalogue reads it: front matter checked, title found, the rest kept as it is. */
import type { Runbook } from '../runbook/runbook.ts';
import type { Finding } from '../written/finding.ts';
import { readDuration } from '../written/shapes.ts';
import { nearest } from '../written/written.ts';
import { findingsOf } from './findings.ts';
import { frontMatterSchema, type WrittenFrontMatter } from './schema.ts';
import { parseSource } from './source.ts';

const FENCE = /^---[ \t]*$/;

/** Splits `---` front matter off; a file without it is all body. */
function splitFrontMatter(text: string): { front: string; body: string } | undefined {
  const lines = text.split('\n');
  if (!FENCE.test(lines[0]?.replace('\r', '') ?? '')) return { front: '', body: text };
  const end = lines.findIndex((line, i) => i > 0 && FENCE.test(line.replace('\r', '')));
  if (end < 0) return undefined;
  return { front: lines.slice(1, end).join('\n'), body: lines.slice(end + 1).join('\n') };
}

function titleOf(body: string, id: string): string {
  const heading = body.split('\n').find((line) => line.startsWith('# '));
  return heading?.slice(2).trim() || id;
}

const KEYS = Object.keys(frontMatterSchema.entries);

/**
 * Front matter of other tools (mkdocs, Docusaurus, Backstage, Hugo) is theirs: keys that are none of ours, and are not
 * nearly one of ours, are left alone.
 */
function withoutForeign(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => KEYS.includes(key) || nearest(key, KEYS) !== undefined),
  );
}

/**
 * @param path `runbooks/payments/5xx.md`
 * @returns the runbook, and findings where its front matter is not as it should be (what can be read is kept)
 */
export function readRunbook(path: string, text: string): { runbook: Runbook; findings: Finding[] } {
  const id = path.replace(/^runbooks\//, '').replace(/\.md$/, '');
  const bare = (body: string): Runbook => ({ id, title: titleOf(body, id), body, aliases: [] });
  const split = splitFrontMatter(text);
  if (split === undefined) {
    const finding: Finding = {
      level: 'error',
      code: 'bad-front-matter',
      file: path,
      line: 1,
      message: 'The front matter begins with --- and never ends.',
      mend: 'Add a line --- after it.',
    };
    return { runbook: bare(text), findings: [finding] };
  }
  const { source: whole, findings } = parseSource(path, split.front, 1);
  const runbook = bare(split.body);
  if (whole === undefined || whole.value === null) return { runbook, findings };
  const source = { ...whole, value: withoutForeign(whole.value) };
  const mistakes = findingsOf(source, frontMatterSchema);
  if (mistakes.length > 0) return { runbook, findings: mistakes };
  const { hold, review_by, ...front } = source.value as WrittenFrontMatter;
  return {
    runbook: {
      ...runbook,
      ...front,
      ...(hold === undefined ? {} : { holdSeconds: readDuration(hold) }),
      ...(review_by === undefined ? {} : { reviewBy: review_by }),
    } as Runbook,
    findings: [],
  };
}
