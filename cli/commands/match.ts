/** `pageturner match --catalogue DIR --jsonl -`: which runbook for each alert, one a line. */
import type { Alert } from '../../shared/alert/alert.ts';
import { choose, openRunbooks, prepareRunbooks } from '../../shared/runbook/choose.ts';
import { eachLine } from '../jsonl.ts';
import { readRunbooks } from '../runbooks/folder.ts';

/** @param folder a catalogue; `runbooks/` alone is enough */
export async function runMatch(folder: string): Promise<void> {
  const { runbooks, findings } = readRunbooks(folder);
  for (const { file, line, message, mend } of findings) {
    process.stderr.write(`${file}:${line ?? 1}: ${message}; ${mend}\n`);
  }
  const open = openRunbooks(prepareRunbooks(runbooks, []));
  await eachLine((line) => {
    const alert = asAlert(JSON.parse(line));
    const { runbook, by, url, candidates } = choose(open, alert);
    return { runbook, by, ...(url === undefined ? {} : { url }), candidates };
  });
}

/** Alerts come straight from normalisers; what a matcher needs of one is a title, so no more is asked. */
function asAlert(value: unknown): Alert {
  if (typeof value !== 'object' || value === null || typeof (value as { title?: unknown }).title !== 'string') {
    throw new Error('a line must be one alert: an object with at least a "title"');
  }
  return value as Alert;
}
