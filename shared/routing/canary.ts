/** How a canary is known: an Events alert of our own that carries the time at which it was sent. Pure. */
import type { Alert } from '../alert/alert.ts';

/** The label of a canary. Anybody who may post alerts may also post one that pages nobody. */
export const CANARY_LABEL = 'pageturner-canary';

/** Whether an alert is a canary. */
export function isCanaryAlert({ source, labels }: Pick<Alert, 'source' | 'labels'>): boolean {
  return source.kind === 'events' && labels[CANARY_LABEL] !== undefined;
}
