/** A runbook file as the catalogue reads it: front matter checked, title found, the rest kept as it is. */
import { bodyFor, FOREIGN_KEYS, idOf, lostFence, ownWords, splitPage } from '../../shared/runbook/foreign.ts';
import type { Runbook } from '../../shared/runbook/runbook.ts';
import { readDuration } from '../../shared/written/shapes.ts';
import { nearest } from '../../shared/written/written.ts';
import type { Finding } from '../finding.ts';
import { findingsOf } from './findings.ts';
import { frontMatterSchema, type WrittenFrontMatter } from './schema.ts';
import { parseSource } from './source.ts';

function titleOf(body: string, id: string): string {
  const heading = body.split('\n').find((line) => line.startsWith('# '));
  return heading?.slice(2).trim() || id;
}

const KEYS = Object.keys(frontMatterSchema.entries);

/**
 * Front matter of other tools (mkdocs, Docusaurus, Backstage, Hugo) is theirs: keys that Pageturner does not know, and are not
 * nearly one of ours, are left alone.
 */
function withoutForeign(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).filter(
      ([key]) => KEYS.includes(key) || (!FOREIGN_KEYS.has(key) && nearest(key, KEYS) !== undefined),
    ),
  );
}

/**
 * @param path `runbooks/payments/5xx.md`
 * @returns the runbook, and findings where its front matter is not as it should be (what can be read is kept)
 */
export function readRunbook(path: string, text: string): { runbook: Runbook; findings: Finding[] } {
  const id = idOf(path);
  const bare = (body: string, called?: string): Runbook => {
    const title = called ?? titleOf(bodyFor(body, id), id);
    return { id, title, body: bodyFor(body, title), aliases: [] };
  };
  const split = splitPage(text);
  if (split === undefined) {
    const finding: Finding = {
      level: 'error',
      code: 'bad-front-matter',
      file: path,
      line: 1,
      message: 'The front matter begins and never ends.',
      mend: 'Add a line --- (+++ for TOML) after it.',
    };
    return { runbook: bare(text), findings: [finding] };
  }
  const lost = split.end === 0 ? lostFence(text) : undefined;
  if (lost !== undefined) return { runbook: bare(split.body), findings: [lostFinding(path, lost)] };
  const { source: whole, findings } = parseSource(path, split.front, 1);
  if (whole === undefined || whole.value === null) return { runbook: bare(split.body), findings };
  const foreign = isFront(whole.value) ? whole.value : {};
  const runbook = bare(split.body, typeof foreign['title'] === 'string' ? foreign['title'] : undefined);
  const theirs = ownWords(foreign);
  const source = { ...whole, value: withoutForeign(whole.value) };
  const mistakes = findingsOf(source, frontMatterSchema);
  if (mistakes.length > 0) return { runbook, findings: mistakes };
  const { hold, review_by = theirs.review_by, ...front } = source.value as WrittenFrontMatter;
  return {
    runbook: {
      ...runbook,
      ...front,
      aliases: [...new Set([...(front.aliases ?? []), ...(theirs.aliases ?? [])])],
      ...(hold === undefined ? {} : { holdSeconds: readDuration(hold) }),
      ...(review_by === undefined ? {} : { reviewBy: review_by }),
    } as Runbook,
    findings: [],
  };
}

function isFront(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lostFinding(file: string, line: number): Finding {
  return {
    level: 'error',
    code: 'front-matter-lost',
    file,
    line: 1,
    message: `The file begins with keys and has --- on line ${line}: the first --- of its front matter is missing.`,
    mend: 'Put a line --- before the first key.',
  };
}
