/** How lists of incidents say the state of one: a test page and one that pages nobody yet must not look as if they rang. */
import type { Incident } from './incident.ts';

/** `acknowledged by amira`, `triggered, pages nobody yet`, `test page, not answered`. */
export function listedState(incident: Incident, now: string): string {
  const { state, test, acknowledgedBy, quietUntil } = incident;
  if (test) return state === 'triggered' ? 'test page, not answered' : 'test page, answered';
  if (state === 'triggered' && quietUntil !== undefined && quietUntil > now) return 'triggered, pages nobody yet';
  return `${state}${acknowledgedBy === undefined ? '' : ` by ${acknowledgedBy}`}`;
}
