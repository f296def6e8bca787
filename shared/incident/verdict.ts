/**
 * Verdicts: what a person says of an incident afterwards, with one press. Was it worth waking somebody?
 *
 * Promises: the newest word counts, and it is on record with who said it and when; a verdict never changes the state, pages
 * nobody and stops no page. GoAlert asks for the same reasons. [GoAlert, "Alert feedback"] Pure; anybody may import this file.
 */
import { type Context, note } from './escalation.ts';
import type { Incident } from './incident.ts';

/** Each verdict with its words on a button. */
export const VERDICTS = {
  acted: 'Acted on',
  noise: 'Noise',
  'ended-by-itself': 'Ended by itself',
  'poor-details': 'Details poor',
} as const satisfies Record<NonNullable<Incident['verdict']>['is'], string>;
export type VerdictName = NonNullable<Incident['verdict']>['is'];

/** Whether a text names a verdict. */
export function isVerdict(text: string): text is VerdictName {
  return Object.hasOwn(VERDICTS, text);
}

/** Writes a verdict down. Out: false where it was the last word already. */
export function judge(
  draft: Incident,
  { verdict, by, via }: { verdict: VerdictName; by: string; via: string },
  context: Context,
): boolean {
  if (draft.verdict?.is === verdict && draft.verdict.by === by) return false;
  draft.verdict = { is: verdict, by, at: context.now };
  note(draft, context.now, `Judged: ${VERDICTS[verdict].toLowerCase()}`, `${by} (${via})`);
  return true;
}
