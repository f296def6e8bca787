/** What can happen to an incident: the input of the state machine (`decide.ts`). Types alone. */
import type { Channel } from '../catalogue/catalogue.ts';
import type { Suspect } from '../suspect/suspect.ts';
import type { Notice } from './notices.ts';
import type { VerdictName } from './verdict.ts';

export type Event =
  | { type: 'notices'; notices: Notice[]; spilledFiring?: number }
  | { type: 'timer'; id: string }
  /** `how`: a digest told of it, or its service is in shadow and nobody was told; without it, it was sent. */
  | { type: 'sent'; page: string; reference?: string; how?: 'digest' | 'shadow' }
  /** What the carrier says later became of a page that it took. */
  | { type: 'receipt'; page: string; delivered: boolean; reason: string }
  /** The person is being woken for something else: it waits for their digest. */
  | { type: 'waits'; page: string; generation: number; until: string }
  /** `again`: the same way may work in a moment; `afterSeconds`: not before, says the carrier. */
  | { type: 'failed'; page: string; reason: string; again: boolean; afterSeconds?: number }
  /** `at`: when it was said, where that was in the other region. */
  | { type: 'acknowledge' | 'resolve'; by: string; via: string; at?: string }
  | { type: 'escalate'; by: string; via: string }
  /** To a person who then is paged, by their own rules; the policy goes on should they not answer. */
  | { type: 'hand-over'; to: string; by: string; via: string }
  /** Somebody has it and will look later: it pages again then. */
  | { type: 'snooze'; until: string; by: string; via: string }
  | { type: 'wrong-runbook'; right?: string; by: string; via: string }
  /** Was it worth waking somebody? */
  | { type: 'judge'; verdict: VerdictName; by: string; via: string }
  | { type: 'note'; by: string; via: string; text: string }
  | { type: 'suspects'; suspects: Suspect[] }
  /** The other region has it and pages: this one does not, until then at least. */
  | { type: 'stand-by'; until: string }
  /** The other region lives and lacks it, or lacks how bad it is: this one pages. */
  | { type: 'stand-in' }
  /** Somebody asks for a problem ticket of its cause. */
  | { type: 'open-problem'; by: string; via: string }
  /** The ticket that was owed is there, or is not wanted any more. `said`: a line for the timeline. */
  | { type: 'ticket-made'; id: string; problem?: { name: string; url: string }; said?: string }
  /** It could not be made, and is tried again then. */
  | { type: 'ticket-waits'; id: string; until: string; reason: string }
  /** A new incident of the person's test group, also where the one before is still open. */
  | { type: 'test-page'; person: string; channel: Channel; by: string; via: string };
