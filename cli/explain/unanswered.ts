/**
 * An incident that nobody answers: what the state machine does with it when every page is sent and every timer fires.
 *
 * Promises: every step is `decide`, the code that pages at night. `explain` shows the ladder of a policy with it, and `lint`
 * finds the hours at which nobody would be woken. Pure.
 */
import { decide } from '../../shared/incident/decide.ts';
import type { Context } from '../../shared/incident/escalation.ts';
import type { Incident } from '../../shared/incident/incident.ts';

/** The incident as it opened, and as it is after each of so many timers. It ends where no timer is left. */
export function* unanswered(
  opened: Incident,
  contextAt: (now: string) => Context,
  timers: number,
): Generator<Incident> {
  let incident = opened;
  yield incident;
  for (let fired = 0; fired < timers; fired++) {
    const timer = incident.timers.reduce<Incident['timers'][number] | undefined>(
      (first, one) => (first === undefined || one.due < first.due ? one : first),
      undefined,
    );
    if (!timer) return;
    const context = contextAt(timer.due);
    for (const page of incident.pages) {
      if (page.state !== 'owed' || page.due > timer.due) continue;
      incident = decide(incident, { type: 'sent', page: page.id }, context)!;
    }
    incident = decide(incident, { type: 'timer', id: timer.id }, context)!;
    yield incident;
  }
}
