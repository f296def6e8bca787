/**
 * Standing by: in a second region, an incident that the first pages for is held here and asks nobody.
 *
 * Promises: while it is held it owes no page to anybody but relief, and no step of its policy; when the hold runs out and the
 * first region has not been heard, it pages from its first step on. Test pages and canaries are never held.
 * Called by the other files of this folder, on their draft; the page function asks whether an incident is held. Pure.
 */
import { addTimer, type Context, dropStepTimers, note } from './escalation.ts';
import { type Incident, isCanary } from './incident.ts';

/** Whether the other region pages for it at this moment, and this one must not. */
export function isHeld(draft: Incident, { now, standby }: Pick<Context, 'now' | 'standby'>): boolean {
  return standby?.heldUntil !== undefined && standby.heldUntil > now && draft.stand !== 'in' && mayStandBy(draft);
}

export function mayStandBy(draft: Incident): boolean {
  return draft.state === 'triggered' && !draft.test && !isCanary(draft);
}

/** Whether it asks for somebody now or will by its policy. */
export function asksSomebody(draft: Incident): boolean {
  return (
    draft.pages.some(({ kind, state }) => kind === 'alert' && state === 'owed') ||
    draft.timers.some(({ kind }) => kind === 'step')
  );
}

/** Takes back what it asks of people, until then. */
export function holdFor(draft: Incident, until: string, context: Context): void {
  for (const page of draft.pages) if (page.kind === 'alert' && page.state === 'owed') page.state = 'cancelled';
  dropStepTimers(draft);
  draft.quietUntil = until;
  if (!draft.timers.some(({ kind, due }) => kind === 'hold' && due === until)) {
    draft.timers = draft.timers.filter(({ kind }) => kind !== 'hold');
    addTimer(draft, { kind: 'hold', due: until });
  }
  // Said once: every look at the clock would fill the timeline.
  if (draft.stand !== 'by') note(draft, context.now, 'Stands by: the other region pages');
  draft.stand = 'by';
}
