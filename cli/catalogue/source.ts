/**
 * One YAML text, parsed with care: which value it holds, and on which line each part of it is.
 *
 * Refused: duplicate keys, tags, several documents, `__proto__`, and aliases that multiply (a few kilobytes of them can
 * stand for gigabytes).
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { type Path, quote } from '../../shared/written/written.ts';
import type { Finding } from '../finding.ts';

/** A file of the catalogue; `path` is relative to its folder, with `/`. */
export type CatalogueFile = { path: string; text: string };

/** One written thing with the file it came from. */
export type Sourced<T> = { source: Source; value: T };

/** How often aliases of one file may be followed. */
const MAX_ALIASES = 50;

export type Source = {
  path: string;
  value: unknown;
  /** The line of the value at a path, or of the nearest thing around it that is there; from 1. */
  lineOf: (path: Path) => number | undefined;
};

const MENDS: Record<string, string> = {
  DUPLICATE_KEY: 'Keep one of the two.',
  TAB_AS_INDENT: 'Indent with spaces.',
  MULTIPLE_DOCS: 'Keep one document a file: take the --- lines out.',
  BAD_INDENT: 'Line it up with the keys beside it.',
};

/** The node at a path as far as the path leads; keys count where they stand, so that an unknown key has its own line. */
function nodeAt(root: Node | null, path: Path, resolve: (node: Node) => Node | undefined): Node | null {
  let node = root;
  let nearest = root;
  for (const part of path) {
    const held = node && isAlias(node) ? resolve(node) : node;
    if (isMap(held)) {
      const pair = held.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(part));
      if (pair === undefined) return nearest;
      nearest = pair.key as Node;
      node = pair.value as Node | null;
    } else if (isSeq(held) && typeof part === 'number') {
      node = (held.items[part] as Node | undefined) ?? null;
      nearest = node ?? nearest;
    } else {
      return nearest;
    }
  }
  return nearest;
}

/**
 * A comment on the line of a list or a map in brackets that this line opens and does not close: `[slack: #ops]`. The
 * parser's own errors are about the lines that follow. Undefined where there is none.
 */
function commentInFlow(text: string): { offset: number; text: string } | undefined {
  let offset = 0;
  for (const line of text.split('\n')) {
    const bare = line.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, (quoted) => ' '.repeat(quoted.length));
    const at = bare.search(/[ \t]#[^ \t]/);
    const before = at < 0 ? '' : bare.slice(0, at);
    const depth = (before.match(/[[{]/g) ?? []).length - (before.match(/[\]}]/g) ?? []).length;
    if (depth > 0 && /[\]}]/.test(bare.slice(at)))
      return { offset: offset + at + 1, text: line.slice(at + 1, at + 21) };
    offset += line.length + 1;
  }
  return undefined;
}

/**
 * @param path the file's, for findings
 * @param text YAML
 * @param linesBefore how many lines of the file come before `text` (front matter begins on line 2)
 */
export function parseSource(path: string, text: string, linesBefore = 0): { source?: Source; findings: Finding[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const lineAt = (offset: number) => lines.linePos(offset).line + linesBefore;
  const swallowed = document.errors.length === 0 ? undefined : commentInFlow(text);
  const problems = swallowed === undefined ? [...document.errors, ...document.warnings] : [];
  const findings: Finding[] = problems.map((problem) => ({
    level: 'error',
    code: 'bad-yaml',
    file: path,
    line: lineAt(problem.pos[0]),
    message: `${problem.message.split('\n')[0]}.`.replace('..', '.'),
    mend: MENDS[problem.code] ?? 'Write it as YAML; texts with : or # in them go in quotes.',
  }));
  if (swallowed !== undefined)
    findings.push({
      level: 'error',
      code: 'bad-yaml',
      file: path,
      line: lineAt(swallowed.offset),
      message: `YAML takes all after ${quote(swallowed.text)} for a comment, so the bracket before it is never closed.`,
      mend: 'Put the text with # in quotes, like "slack:#ops".',
    });
  visit(document, {
    Pair(_, pair) {
      if (!isScalar(pair.key) || pair.key.value !== '__proto__') return;
      const line = lineAt(pair.key.range?.[0] ?? 0);
      findings.push({
        level: 'error',
        code: 'bad-yaml',
        file: path,
        line,
        message: 'A key cannot be called __proto__.',
        mend: 'Call it something else.',
      });
    },
  });
  if (findings.length > 0) return { findings };
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    const resolve = (node: Node) => (isAlias(node) ? node.resolve(document) : undefined);
    const lineOf = (at: Path) => {
      const node = nodeAt(document.contents, at, resolve);
      return node?.range ? lineAt(node.range[0]) : undefined;
    };
    return { source: { path, value, lineOf }, findings };
  } catch {
    const message = `Aliases (*name) in this file stand for more than ${MAX_ALIASES} copies.`;
    return { findings: [{ level: 'error', code: 'bad-yaml', file: path, message, mend: 'Write the values out.' }] };
  }
}
