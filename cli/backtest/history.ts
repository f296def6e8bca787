/**
 * A history: the alerts of a time, one a line, as `pageturner history` prints them and `pageturner backtest` reads them.
 *
 * Promises: a line holds the notice as it was accepted (`raw`), or, redacted, the alert alone without its free text. Numbers,
 * addresses and links never are in a redacted line. Pure.
 */
import type { Alert } from '../../shared/alert/alert.ts';

/** One line. `raw`: the notice as its sender posted it; absent where the line is redacted, or the notice was too large to keep. */
export type Line = { at: string; alert: Omit<Alert, 'raw'>; raw?: unknown };

/** A line of an alert that was kept. */
export function lineOf(alert: Alert, isRedacted: boolean): Line {
  const { raw, ...rest } = alert;
  if (isRedacted) return { at: alert.at, alert: redacted(rest) };
  return { at: alert.at, alert: rest, ...(raw === undefined ? {} : { raw }) };
}

/** What routing reads, without what people wrote or could follow. */
function redacted({
  description: _description,
  links,
  labels,
  title,
  ...rest
}: Omit<Alert, 'raw'>): Omit<Alert, 'raw'> {
  return {
    ...rest,
    title: masked(title),
    labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, masked(value)])),
    links: links.runbook === undefined ? {} : { runbook: links.runbook },
  };
}

/** Words that look like a number of a phone or an address of a person. */
function masked(text: string): string {
  return text
    .split(' ')
    .map((word) => (word.includes('@') || isPhone(word) ? '…' : word))
    .join(' ');
}

function isPhone(word: string): boolean {
  const digits = [...word].filter((letter) => letter >= '0' && letter <= '9').length;
  return word.startsWith('+') && digits >= 7;
}

/** A line that somebody hands in. Throws a sentence where it is not one. */
export function readLine(text: string): Line {
  const value = JSON.parse(text) as Partial<Line> | null;
  if (
    typeof value !== 'object' ||
    value === null ||
    typeof value.at !== 'string' ||
    typeof value.alert?.title !== 'string'
  )
    throw new Error("a line must be one that 'pageturner history' prints: { at, alert, raw }");
  return value as Line;
}
