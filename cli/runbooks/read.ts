/**
 * From a Markdown file to a runbook. What a team already has is a runbook as it is: front matter is optional, and keys that
 * are not ours belong to other tools and are left alone. Pure; reading folders is `folder.ts`.
 */
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { SEVERITIES, type Severity } from '../../shared/alert/alert.ts';
import { compile } from '../../shared/pattern/pattern.ts';
import { bodyFor, idOf, lostFence, ownWords, splitPage } from '../../shared/runbook/foreign.ts';
import type { Runbook } from '../../shared/runbook/runbook.ts';
import type { Finding } from '../finding.ts';

/** A runbook that nobody could read at night is a mistake, and so is one that would fill a Lambda's memory. */
export const MAX_RUNBOOK_CHARACTERS = 512 * 1024;
export const MAX_FRONT_MATTER_CHARACTERS = 64 * 1024;
/** YAML aliases can make a small text a huge value. */
const MAX_YAML_ALIASES = 100;
export const MAX_HOLD_SECONDS = 24 * 60 * 60;
const MAX_ALIASES = 50;

/**
 * @param path relative to the catalogue's folder, with forward slashes
 * @param text the file
 * @returns the runbook, always, and what is wrong with its front matter; a key that is wrong is as if it were not there
 */
export function readRunbook(path: string, text: string): { runbook: Runbook; findings: Finding[] } {
  const findings: Finding[] = [];
  const report: Report = (code, line, message, mend) =>
    findings.push({ level: 'error', code, file: path, line, message, mend });
  let source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  if (source.length > MAX_RUNBOOK_CHARACTERS) {
    report(
      'runbook-too-long',
      1,
      `longer than ${MAX_RUNBOOK_CHARACTERS} characters; the rest is not read`,
      'split it into several runbooks',
    );
    source = source.slice(0, MAX_RUNBOOK_CHARACTERS);
  }
  const split = splitPage(source) ?? { front: '', body: source, end: 0 };
  if (split.end === 0 && lostFence(source) !== undefined)
    report('front-matter-lost', 1, 'the front matter has no first ---', 'put a line --- before it');
  const front = split.end === 0 ? {} : readFrontMatter(split.front, report);
  const id = idOf(path);
  const { title: written, ...rest } = front;
  const title = written ?? firstHeading(bodyFor(split.body, nameFromId(id))) ?? nameFromId(id);
  return { runbook: { id, title, body: bodyFor(split.body, title), aliases: [], ...rest }, findings };
}

type Front = Partial<Omit<Runbook, 'id' | 'body'>>;
type Report = (code: string, line: number, message: string, mend: string) => void;

function readFrontMatter(yaml: string, report: Report): Front {
  if (yaml.length > MAX_FRONT_MATTER_CHARACTERS) {
    report(
      'front-matter-too-long',
      1,
      `front matter is longer than ${MAX_FRONT_MATTER_CHARACTERS} characters`,
      'shorten it',
    );
    return {};
  }
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  // The front matter begins on the file's second line.
  const lineOf = (offset: number) => lines.linePos(offset).line + 1;
  for (const error of document.errors) {
    report('front-matter-yaml', lineOf(error.pos[0]), error.message, 'fix the YAML between the two --- lines');
  }
  if (document.errors.length > 0 || document.contents === null) return {};
  if (!isMap(document.contents)) {
    report(
      'front-matter-yaml',
      2,
      'front matter must be a list of key: value',
      'write one key a line, like "title: Payments API is down"',
    );
    return {};
  }
  let values: Record<string, unknown>;
  try {
    values = document.toJS({ maxAliasCount: MAX_YAML_ALIASES });
  } catch (error) {
    report('front-matter-yaml', 2, (error as Error).message, 'write values out instead of using YAML aliases');
    return {};
  }
  const { review_by: reviewBy, aliases } = ownWords(values);
  const front: Front = {
    ...(reviewBy === undefined ? {} : { reviewBy }),
    ...(aliases === undefined ? {} : { aliases }),
  };
  for (const { key, value } of document.contents.items) {
    if (!isScalar(key) || typeof key.value !== 'string' || !Object.hasOwn(KEYS, key.value)) continue;
    const line = lineOf((value as Node | null)?.range?.[0] ?? key.range![0]);
    const name = key.value as keyof typeof KEYS;
    const problem = KEYS[name](values[name], front);
    if (problem === undefined) continue;
    const at = document.getIn([name, ...(problem.at ?? [])], true) as Node | undefined;
    report(
      problem.code ?? `front-matter-${name.replaceAll('_', '-')}`,
      at?.range ? lineOf(at.range[0]) : line,
      problem.message,
      problem.mend,
    );
  }
  return front;
}

/** `at`: the steps to the wrong value inside the key's. */
type Problem = { message: string; mend: string; code?: string; at?: (string | number)[] };

/** What we understand of front matter. Everything else is somebody else's. */
const KEYS = {
  title(value: unknown, front: Front): Problem | undefined {
    if (typeof value !== 'string' || value.trim() === '')
      return { message: 'title must be text', mend: 'title: Payments API is returning 5xx' };
    front.title = value.trim();
    return undefined;
  },
  match(value: unknown, front: Front): Problem | undefined {
    const compiled = compile(value);
    if (!compiled.ok) {
      const { path, message, mend } = compiled.error;
      return {
        message: path === '' ? `match: ${message}` : `match, at ${path}: ${message}`,
        mend,
        at: stepsOf(path),
        code: 'pattern',
      };
    }
    front.match = value;
    return undefined;
  },
  severity(value: unknown, front: Front): Problem | undefined {
    if (!SEVERITIES.includes(value as Severity)) {
      return { message: `"${String(value)}" is no severity`, mend: `use one of ${SEVERITIES.join(', ')}` };
    }
    front.severity = value as Severity;
    return undefined;
  },
  hold(value: unknown, front: Front): Problem | undefined {
    const seconds = durationSeconds(value);
    if (seconds === undefined)
      return { message: `"${String(value)}" is no duration`, mend: 'write a number and s, m or h: 90s, 2m, 1h' };
    if (seconds > MAX_HOLD_SECONDS)
      return { message: 'a page may be held back for a day at most', mend: 'hold: 24h or less' };
    front.holdSeconds = seconds;
    return undefined;
  },
  group(value: unknown, front: Front): Problem | undefined {
    const fields = texts(value);
    if (fields === undefined || fields.length === 0)
      return { message: 'group must be a list of fields of the alert', mend: 'group: [service, environment]' };
    front.group = fields;
    return undefined;
  },
  review_by(value: unknown, front: Front): Problem | undefined {
    if (typeof value !== 'string' || !isDate(value))
      return { message: `"${String(value)}" is no date`, mend: 'review_by: 2027-03-01' };
    front.reviewBy = value;
    return undefined;
  },
  aliases(value: unknown, front: Front): Problem | undefined {
    const aliases = texts(value);
    if (aliases === undefined)
      return {
        message: 'aliases must be a list of paths or addresses',
        mend: 'aliases: [old/path, https://wiki.example/old-page]',
      };
    if (aliases.length > MAX_ALIASES)
      return { message: `more than ${MAX_ALIASES} aliases`, mend: 'keep those that alerts still link to' };
    front.aliases = [...new Set([...aliases, ...(front.aliases ?? [])])];
    return undefined;
  },
  service(value: unknown, front: Front): Problem | undefined {
    if (typeof value !== 'string' || value.trim() === '')
      return { message: 'service must be the name of one service', mend: 'service: payments-api' };
    front.service = value.trim();
    return undefined;
  },
};

/** `2m`, `90s`, `1h` in seconds. */
function durationSeconds(value: unknown): number | undefined {
  const parts = typeof value === 'string' ? /^(\d{1,6})(s|m|h)$/.exec(value.trim()) : null;
  if (parts === null) return undefined;
  return Number(parts[1]) * { s: 1, m: 60, h: 3600 }[parts[2] as 's' | 'm' | 'h'];
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function texts(value: unknown): string[] | undefined {
  const list = typeof value === 'string' ? [value] : value;
  return Array.isArray(list) && list.every((each) => typeof each === 'string' && each !== '') ? list : undefined;
}

/** `signal.name[0].wildcard` as the steps to a YAML node; a field name with a dot in it ends at its parent. */
function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([name, index]) => (index === undefined ? name : Number(index)));
}

/** The first heading, without the marks that Markdown and generators of sites put there. */
function firstHeading(body: string): string | undefined {
  let fenced = false;
  for (const line of body.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    const heading = fenced ? null : /^#{1,2}\s+(.+?)\s*#*\s*$/.exec(line);
    if (heading !== null) return heading[1]!.replace(/\{[#.:][^}]*\}|[`*_]{1,2}(?=\S)|(?<=\S)[`*]{1,2}/g, '').trim();
  }
  return undefined;
}

function nameFromId(id: string): string {
  return id.split('/').at(-1)!;
}
