/**
 * `pageturner normalise`: payloads as their senders send them, to alerts and deployments. Files are read as bodies, JSON
 * or not; with `--jsonl` standard input is one payload a line and each line is answered by one line, in order.
 */
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { Alert } from '../../shared/alert/alert.ts';
import type { Deployment } from '../../shared/deployment/deployment.ts';
import { type Normalised, normalise, normaliseBody } from '../../shared/intake/intake.ts';
import { eachLine } from '../jsonl.ts';

export type NormaliseOptions = { jsonl?: boolean };
type Answer = { alerts: Alert[]; deployments?: Deployment[] };

/** Exit code: 0, or 2 when a file cannot be read or the arguments make no sense. */
export async function runNormalise(files: string[], options: NormaliseOptions): Promise<number> {
  // One time for all: the same payload twice is the same notice.
  const receivedAt = new Date().toISOString();
  if (options.jsonl === true) return lines(files, receivedAt);
  const results: Normalised[] = [];
  for (const file of files.length === 0 ? ['-'] : files) {
    const body = await (file === '-' ? buffer(process.stdin) : readFile(file)).catch((error: Error) => error);
    if (body instanceof Error) {
      process.stderr.write(`pageturner normalise: cannot read ${file}: ${body.message}. Check its path.\n`);
      return 2;
    }
    results.push(normaliseBody(body, undefined, { receivedAt }));
  }
  process.stdout.write(`${JSON.stringify(answerOf(results), null, 2)}\n`);
  return 0;
}

async function lines(files: string[], receivedAt: string): Promise<number> {
  const unread = files.find((file) => file !== '-');
  if (unread !== undefined) {
    process.stderr.write(`pageturner normalise: --jsonl reads standard input; write '-' and pipe ${unread} in.\n`);
    return 2;
  }
  await eachLine((line) => answerOf([normalise(parsed(line), { receivedAt, text: line })]));
  return 0;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new Error(`not JSON: ${(error as Error).message}`);
  }
}

function answerOf(results: Normalised[]): Answer {
  for (const why of results.flatMap(({ degraded }) => degraded ?? []))
    process.stderr.write(`pageturner normalise: ${why}\n`);
  const alerts = results.flatMap((result) => result.alerts);
  const deployments = results.flatMap((result) => result.deployments ?? []);
  return deployments.length === 0 ? { alerts } : { alerts, deployments };
}
