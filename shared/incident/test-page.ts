/**
 * A test page: one person is asked, by one way, to answer; nothing is wrong and nobody else is ever paged for it.
 *
 * It goes the whole way of a page, so that what it proves is the way itself. Called by `decide.ts` alone. Pure.
 */
import type { Channel } from '../catalogue/catalogue.ts';
import { after } from '../time/time.ts';
import { pageFailed, pageReceipt, pageSent } from './delivery.ts';
import { addTimer, type Context, hasContact, note, owePage } from './escalation.ts';
import type { Event } from './event.ts';
import { blankIncident, type Incident } from './incident.ts';
import { type Ending, finish, settle } from './transitions.ts';

/** After this long a test that nobody answered is over, and proved nothing. */
const TEST_SECONDS = 3600;

/** The group of a person's test pages by one way. */
export function testGroup(person: string, channel: Channel): string {
  return `test:${person}:${channel}`;
}

/** The incident of a new test page; undefined where the catalogue has no such person, or no such way for them. */
export function openTest(
  before: Incident | undefined,
  { person, channel, by, via }: { person: string; channel: Channel; by: string; via: string },
  context: Context,
): Incident | undefined {
  const known = context.catalogue.people[person];
  if (!known || !hasContact(known, channel)) return undefined;
  const group = testGroup(person, channel);
  const sequence = (before?.sequence ?? 0) + 1;
  const blank = blankIncident(group, sequence, context.now);
  const title = `Test page for ${known.name} by ${channel}`;
  const draft: Incident = {
    ...blank,
    test: { person, channel },
    state: 'triggered',
    title,
    severity: 'info',
    urgency: 'high',
    policy: context.catalogue.defaults.policy,
    runbook: { runbook: null, by: 'none', candidates: [] },
    lead: { key: group, id: blank.id, title, source: 'pageturner', resources: [], links: {} },
    suspects: [],
    openedAt: context.now,
    firingSince: context.now,
  };
  note(draft, context.now, `Test page by ${channel} asked for`, `${by} (${via})`);
  owePage(draft, { to: person, person: true, channel, place: { round: 0, step: 0 }, due: context.now });
  addTimer(draft, { kind: 'test-ends', due: after(context.now, TEST_SECONDS) });
  return finish(draft, context);
}

/** What an event does to a test; false where it does nothing. What would page somebody else does nothing. */
export function changeTest(draft: Incident, event: Event, context: Context): boolean {
  switch (event.type) {
    case 'sent':
      return pageSent(draft, event.page, event.reference, undefined, context);
    case 'receipt':
      return pageReceipt(draft, event.page, event.delivered, event.reason, context);
    case 'failed':
      return pageFailed(draft, event, context);
    case 'acknowledge':
    case 'resolve':
      if (draft.state === 'resolved') return false;
      end(draft, { cause: 'resolve', by: event.by }, context);
      note(draft, context.now, 'Answered: this way works', `${event.by} (${event.via})`);
      return true;
    case 'timer': {
      const timer = draft.timers.find(({ id }) => id === event.id);
      if (!timer || timer.due > context.now) return false;
      end(draft, { cause: 'test-ends' }, context);
      note(draft, context.now, 'Nobody answered: this way is not proved');
      return true;
    }
    case 'note':
      note(draft, context.now, event.text, `${event.by} (${event.via})`);
      return true;
    default:
      return false;
  }
}

/** Ends a test and tells nobody: the person who answered knows, and the person who did not is asleep. */
function end(draft: Incident, ending: Ending, context: Context): void {
  settle(draft, ending, context);
  for (const page of draft.pages) if (page.kind === 'relief' && page.state === 'owed') page.state = 'cancelled';
}
