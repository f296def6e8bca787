/**
 * Reads the tests of a catalogue from disk, with the payloads that they name (adapter), and writes down what is so.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isMap, isScalar, type Node, parseDocument, stringify } from 'yaml';
import { findingsOf } from '../catalogue/findings.ts';
import { LIMITS } from '../catalogue/read.ts';
import { parseSource } from '../catalogue/source.ts';
import type { Finding } from '../finding.ts';
import { Misuse } from '../folder.ts';
import { type Expected, testsSchema, type WrittenCase } from './schema.ts';

/** A case with its place: file relative to the catalogue's folder, line, and which of its file it is. */
export type Placed = { file: string; line: number; index: number; written: WrittenCase; payload?: Buffer };

const FOLDER = 'tests';

/** The cases of a folder, in the order of files; findings for files that cannot be read. A folder without tests has none. */
export async function readCases(folder: string): Promise<{ cases: Placed[]; findings: Finding[] }> {
  const names = await readdir(join(folder, FOLDER), { recursive: true }).catch(() => []);
  const cases: Placed[] = [];
  const findings: Finding[] = [];
  for (const name of names.filter((one) => /\.ya?ml$/.test(one)).sort()) {
    const file = `${FOLDER}/${name.replaceAll('\\', '/')}`;
    const { source, findings: wrong } = parseSource(file, await readFile(join(folder, file), 'utf8'));
    const mistakes = source === undefined ? wrong : [...wrong, ...findingsOf(source, testsSchema)];
    findings.push(...mistakes);
    if (source === undefined || mistakes.length > 0) continue;
    const { tests } = source.value as { tests: WrittenCase[] };
    for (const [index, written] of tests.entries()) {
      const line = source.lineOf(['tests', index]) ?? 1;
      const payload = await payloadOf(join(folder, file), written);
      if (payload instanceof Error)
        findings.push({
          level: 'error',
          code: 'missing-payload',
          file,
          line,
          message: `${written.payload} cannot be read.`,
          mend: 'Write a path from this file to the body, or the body itself.',
        });
      else cases.push({ file, line, index, written, ...(payload === undefined ? {} : { payload }) });
    }
  }
  return { cases, findings };
}

async function payloadOf(file: string, { payload }: WrittenCase): Promise<Buffer | undefined | Error> {
  if (typeof payload !== 'string') return undefined;
  try {
    const bytes = await readFile(resolve(dirname(file), payload));
    return bytes.length > LIMITS.bytes ? new Error('too large') : bytes;
  } catch (error) {
    return error as Error;
  }
}

/** Writes what is so into the files of these cases; comments and everything else stay as they are. */
export async function writeExpectations(folder: string, now: { case: Placed; expect: Expected }[]): Promise<string[]> {
  const files = new Map<string, typeof now>();
  for (const one of now) files.set(one.case.file, [...(files.get(one.case.file) ?? []), one]);
  for (const [file, ones] of files) {
    const path = join(folder, file);
    let text = await readFile(path, 'utf8');
    // From the last to the first: what is written moves nothing that is still to be found.
    for (const { case: of, expect } of [...ones].sort((a, b) => b.case.index - a.case.index)) {
      const { words, alert } = of.written.expect ?? {};
      text = withExpectation(text, of.index, { ...(alert ? { alert } : {}), ...expect, ...(words ? { words } : {}) });
    }
    await writeFile(path, text);
  }
  return [...files.keys()];
}

/** The text of a file with another `expect` in one of its tests; no other line changes. */
export function withExpectation(text: string, index: number, expect: Expected): string {
  const item = parseDocument(text).getIn(['tests', index], true);
  if (!isMap(item) || item.flow) throw new Misuse(`Test ${index + 1} is written in braces; write its fields on lines.`);
  const offsetOf = (node: unknown) => (node as Node).range![0];
  const column = (offset: number) => offset - (text.lastIndexOf('\n', offset - 1) + 1);
  const indent = ' '.repeat(column(offsetOf(item.items[0]!.key)));
  const known = item.items.find(({ key }) => isScalar(key) && key.value === 'expect');
  const lines = asLines(expect).map((line) => `${indent}${line}\n`);
  if (known === undefined) {
    const end = lineEnd(text, endOf(item.items.at(-1)!.value as Node));
    const gap = text[end - 1] === '\n' ? '' : '\n';
    return `${text.slice(0, end)}${gap}${lines.join('')}${text.slice(end)}`;
  }
  const from = offsetOf(known.key) - indent.length;
  return `${text.slice(0, from)}${lines.join('')}${text.slice(lineEnd(text, endOf(known.value as Node)))}`;
}

function asLines({ pages, ...others }: Expected): string[] {
  const plain = stringify(others, { lineWidth: 0 }).trimEnd().split('\n');
  const inBraces = (page: object) => stringify(page, { collectionStyle: 'flow', lineWidth: 0 }).trim();
  const all =
    pages === undefined
      ? []
      : pages.length === 0
        ? ['pages: []']
        : ['pages:', ...pages.map((one) => `  - ${inBraces(one)}`)];
  return ['expect:', ...[...plain, ...all].map((line) => `  ${line}`)];
}

/** Where the value of a node ends; its range reaches over the comments that follow. */
function endOf(node: Node): number {
  return node.range![1];
}

/** Behind the end of the line that an offset is in, or at it where it begins one. */
function lineEnd(text: string, offset: number): number {
  if (text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
}
