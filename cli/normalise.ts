/**
 * `pageturner normalise`: payloads as their senders send them, to alerts and deployments. Files are read as bodies (JSON
 * or not); with `--jsonl` standard input is one payload a line and each line is answered by one line, in order.
 */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { type Normalised, normalise, normaliseBody } from '../shared/alert/normalise.ts';

export type NormaliseOptions = { json?: boolean; jsonl?: boolean };

/** Exit code 0, or 2 when a file cannot be read. */
export async function runNormalise(files: string[], options: NormaliseOptions): Promise<number> {
  const receivedAt = new Date().toISOString();
  if (options.jsonl === true) return lines(files, receivedAt);
  const results: Normalised[] = [];
  for (const file of files.length === 0 ? ['-'] : files) {
    try {
      const body = file === '-' ? await standardInput() : await readFile(file);
      results.push(normaliseBody(body, undefined, { receivedAt }));
    } catch (error) {
      process.stderr.write(`pageturner normalise: cannot read ${file}: ${(error as Error).message}. Check its path.\n`);
      return 2;
    }
  }
  const [only] = results;
  const document =
    options.json === true && results.length > 1 ? merged(results) : results.length === 1 ? only : merged(results);
  await write(`${JSON.stringify(document, null, 2)}\n`);
  return 0;
}

function merged(results: Normalised[]): Normalised {
  const deployments = results.flatMap((result) => result.deployments ?? []);
  const alerts = results.flatMap((result) => result.alerts);
  return deployments.length === 0 ? { alerts } : { alerts, deployments };
}

async function lines(files: string[], receivedAt: string): Promise<number> {
  const unread = files.find((file) => file !== '-');
  if (unread !== undefined) {
    process.stderr.write(`pageturner normalise: --jsonl reads standard input; write '-' and pipe ${unread} in.\n`);
    return 2;
  }
  let out = '';
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    out += `${answer(line, receivedAt)}\n`;
    if (out.length > 64 * 1024) {
      await write(out);
      out = '';
    }
  }
  await write(out);
  return 0;
}

function answer(line: string, receivedAt: string): string {
  let payload: unknown;
  try {
    payload = JSON.parse(line);
  } catch (error) {
    return JSON.stringify({ error: `not JSON: ${(error as Error).message}` });
  }
  const { alerts, deployments } = normalise(payload, { receivedAt, text: line });
  return JSON.stringify(deployments === undefined ? { alerts } : { alerts, deployments });
}

async function standardInput(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Resolves once the system has taken it: `process.exit` after this loses nothing, and a slow reader slows us. */
function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
