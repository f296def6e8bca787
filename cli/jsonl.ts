/**
 * One JSON document a line in on standard input, one a line out on standard output, in order. A bad line answers
 * `{"error": …}` in its place and never stops the lines after it. Memory stays flat however many lines come.
 */
import { once } from 'node:events';

/** Longer than any alert that AWS or Azure can send, short enough that a stray binary file is told apart. */
const MAX_LINE_CHARACTERS = 16 * 1024 * 1024;
const FLUSH_AT_CHARACTERS = 64 * 1024;

/**
 * @param answer a line as read, never empty → the value to write; what it throws becomes the line's error
 * @returns when standard input has ended and everything is written
 */
export async function eachLine(answer: (line: string) => unknown): Promise<void> {
  let out = '';
  const flush = async () => {
    const text = out;
    out = '';
    if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain');
  };
  // A reader that has seen enough (`| head`) is not a mistake.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));
  for await (const line of lines()) {
    if (line.trim() === '') continue;
    out += `${answerTo(line, answer)}\n`;
    if (out.length >= FLUSH_AT_CHARACTERS) await flush();
  }
  await flush();
}

function answerTo(line: string, answer: (line: string) => unknown): string {
  try {
    return JSON.stringify(answer(line));
  } catch (error) {
    return JSON.stringify({ error: error instanceof Error ? error.message : String(error) });
  }
}

async function* lines(): AsyncGenerator<string> {
  let rest = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin as AsyncIterable<string>) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop()!;
    if (rest.length > MAX_LINE_CHARACTERS) throw new Error(`a line is longer than ${MAX_LINE_CHARACTERS} characters`);
    yield* parts;
  }
  if (rest !== '') yield rest;
}
