/**
 * Severities in the words that people and systems use for them.
 *
 * Promises: an unknown word has no severity (never a harmless one by default: triage then asks the catalogue, and last
 * takes `error`). Called by the normalisers. Pure.
 */
import type { Severity } from './alert.ts';

// Order of rank. P1 and sev1 are the worst of their scales outside Azure, whose Sev0 has its own table below.
const WORDS: Record<Severity, string> = {
  critical: 'critical crit page p0 p1 sev0 sev1 s0 s1 emergency emerg fatal disaster urgent blocker alert highest 0 1',
  error: 'error err high major p2 sev2 s2 severe failure 2',
  warning: 'warning warn medium moderate average minor ticket p3 sev3 s3 3',
  info: 'info information informational low notice none debug ok trivial lowest p4 p5 sev4 sev5 s4 s5 4 5',
};

const BY_WORD = new Map<string, Severity>(
  Object.entries(WORDS).flatMap(([severity, words]) => words.split(' ').map((word) => [word, severity as Severity])),
);

/** A field that holds a severity: `critical`, `P1`, `sev-1`, `P2 - High`. */
export function severityWord(value: unknown): Severity | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const word = String(value).slice(0, 40).trim().toLowerCase();
  const whole = BY_WORD.get(word) ?? BY_WORD.get(word.replace(/^(sev|severity|priority|p)[-_ ]?(?=[0-5]$)/, 'p'));
  return whole ?? BY_WORD.get(word.split(/[^a-z0-9]+/, 1)[0] ?? '');
}

const AZURE: Record<string, Severity> = { 0: 'critical', 1: 'error', 2: 'warning', 3: 'info', 4: 'info' };

/** Azure's `Sev0` to `Sev4`, in older schemas `"3"` or a word. */
export function azureSeverity(value: unknown): Severity | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const level = /^(?:sev)?([0-4])$/i.exec(String(value).trim())?.[1];
  return level === undefined ? severityWord(value) : AZURE[level];
}

// In prose only words that mean nothing else: "CPU too high", "5xx error" and "for more info" are no severities.
const STATED = /(?:^|[^a-z])(?:severity|priority|prio|sev)\s*[:=]\s*"?'?([a-z]+[0-5]?|[0-5])\b/;
const BRACKETED = /[[(<]\s*(critical|crit|error|warning|warn|info|high|medium|low|p[0-5]|sev-?[0-5])\s*[\])>]/;
const PLAIN = /(?:^|[^a-z0-9])(critical|crit|warning|warn|p[0-5]|sev-?[0-5])(?:$|[^a-z0-9])/;

/** A severity said in an alarm's name or description: `payments-critical`, `[high]`, `severity: P2`. */
export function severityIn(prose: string | undefined): Severity | undefined {
  if (prose === undefined) return undefined;
  const said = prose
    .slice(0, 2048)
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();
  const word = (STATED.exec(said) ?? BRACKETED.exec(said) ?? PLAIN.exec(said))?.[1];
  return severityWord(word?.replace('sev-', 'sev'));
}
