/**
 * The state machine of an incident: every transition there is, in sight.
 *
 * Promises: `decide` is a function of its arguments; it never changes the incident it is given, and returns that very
 * value where nothing changes, so that nothing is written. What must follow from a decision (pages, timers) is inside the
 * incident it returns. Late, repeated and reordered notices end in the same state as in order.
 *
 * Called by triage, page, respond and the console, each through the store's `change`. Pure.
 */
import type { Suspect } from '../suspect/suspect.ts';
import { after } from '../time/time.ts';
import { pageFailed, pageReceipt, pageSent, pageWaits } from './delivery.ts';
import { addTimer, type Context, dropStepTimers, fireStep, handTo, note, policyOf } from './escalation.ts';
import type { Event } from './event.ts';
import { draftOf, firingKeys, type Incident } from './incident.ts';
import { decideNotices } from './notices.ts';
import { asksSomebody, holdFor, mayStandBy } from './standby.ts';
import { move } from './states.ts';
import { changeTest, openTest } from './test-page.ts';
import { askForTicket, ticketMade, ticketWaits } from './ticket.ts';
import { askAgain, cancelPages, currentPlace, finish, oweUpdates, settle, startPaging } from './transitions.ts';
import { judge } from './verdict.ts';

/**
 * What becomes of an incident when something happens.
 * In: the current incident of the group (undefined where there never was one), the event, and the context.
 * Out: the next incident, with the same `version` (the store counts); the same value where nothing changes; a new
 * incident with the next `sequence` where a resolved one fires again much later; undefined where there is still none.
 */
export function decide(incident: Incident | undefined, event: Event, context: Context): Incident | undefined {
  if (event.type === 'notices') return decideNotices(incident, event.notices, event.spilledFiring ?? 0, context);
  if (event.type === 'test-page') return openTest(incident, event, context);
  if (!incident) return undefined;
  const draft = draftOf(incident);
  const changed = changeDraft(draft, event, context);
  return changed ? finish(draft, context) : incident;
}

function changeDraft(
  draft: Incident,
  event: Exclude<Event, { type: 'notices' | 'test-page' }>,
  context: Context,
): boolean {
  if (draft.test) return changeTest(draft, event, context);
  switch (event.type) {
    case 'timer':
      return timerFires(draft, event.id, context);
    case 'sent':
      return pageSent(draft, event.page, event.reference, event.how, context);
    case 'receipt':
      return pageReceipt(draft, event.page, event.delivered, event.reason, context);
    case 'waits':
      return pageWaits(draft, event, context);
    case 'failed':
      return pageFailed(draft, event, context);
    case 'acknowledge':
      return acknowledge(draft, event.by, event.via, context, event.at);
    case 'resolve':
      return resolveByPerson(draft, event.by, event.via, context, event.at);
    case 'escalate':
      return escalateByPerson(draft, event.by, event.via, context);
    case 'hand-over':
      return handOver(draft, event.to, event.by, event.via, context);
    case 'snooze':
      return snooze(draft, event.until, event.by, event.via, context);
    case 'wrong-runbook':
      return wrongRunbook(draft, event.right, event.by, event.via, context);
    case 'judge':
      return judge(draft, event, context);
    case 'note':
      note(draft, context.now, event.text, `${event.by} (${event.via})`);
      return true;
    case 'open-problem':
      return askForTicket(draft, event.by, event.via, context);
    case 'ticket-made':
      return ticketMade(draft, event.id, event, context);
    case 'ticket-waits':
      return ticketWaits(draft, event, context);
    case 'stand-by':
      return standBy(draft, event.until, context);
    case 'stand-in':
      return standIn(draft, context);
    case 'suspects':
      if (draft.state === 'resolved' || JSON.stringify(draft.suspects) === JSON.stringify(event.suspects)) return false;
      return suspectsChange(draft, event.suspects, context);
  }
}

/** What was deployed is known late: messages that can change say it too. */
function suspectsChange(draft: Incident, suspects: Suspect[], context: Context): boolean {
  const known = draft.suspects[0]?.deployment;
  draft.suspects = suspects;
  const first = suspects[0];
  if (first === undefined || first.deployment === known) return true;
  const what = `${first.version ?? first.title ?? 'a change'}${first.service === undefined ? '' : ` of ${first.service}`}`;
  note(draft, context.now, `${first.likely ? 'Suspect' : 'Deployed lately'}: ${what.slice(0, 120)}, ${first.why}`);
  if (draft.messages) oweUpdates(draft, context);
  return true;
}

// ---- timers -----------------------------------------------------------------------------------------------------------

function timerFires(draft: Incident, id: string, context: Context): boolean {
  const timer = draft.timers.find((item) => item.id === id);
  if (!timer || timer.due > context.now) return false;
  draft.timers = draft.timers.filter((item) => item.id !== id);
  switch (timer.kind) {
    case 'hold':
      if (draft.state === 'triggered') startPaging(draft, context);
      return true;
    case 'step':
      if (draft.state === 'triggered') fireStep(draft, { round: timer.round ?? 0, step: timer.step ?? 0 }, context);
      return true;
    case 'test-ends':
      return true;
    case 'ack-expires':
      if (draft.state !== 'acknowledged') return true;
      note(
        draft,
        context.now,
        `The acknowledgement by ${draft.acknowledgedBy ?? 'somebody'} was not followed up: paging again`,
      );
      askAgain(draft, 'acknowledgement-lapses', context);
      startPaging(draft, context);
      return true;
  }
}

// ---- the other region -------------------------------------------------------------------------------------------------

function standBy(draft: Incident, until: string, context: Context): boolean {
  if (!mayStandBy(draft) || until <= context.now) return false;
  const stoodIn = draft.stand === 'in';
  if (stoodIn) delete draft.stand;
  if (!asksSomebody(draft)) return stoodIn;
  holdFor(draft, until, context);
  return true;
}

function standIn(draft: Incident, context: Context): boolean {
  if (!mayStandBy(draft) || draft.stand === 'in') return false;
  const isHeld = draft.stand === 'by';
  draft.stand = 'in';
  note(draft, context.now, 'The other region lives and has not got this: paging here');
  if (isHeld) startPaging(draft, context);
  return true;
}

/** An answer of the other region to what has asked again since. */
function isStale(draft: Incident, answeredAt: string): boolean {
  return draft.triggeredAt !== undefined && answeredAt < draft.triggeredAt;
}

// ---- people -----------------------------------------------------------------------------------------------------------

function acknowledge(draft: Incident, by: string, via: string, context: Context, at = context.now): boolean {
  if (draft.state !== 'triggered' || isStale(draft, at)) return false;
  move(draft, 'acknowledge');
  draft.acknowledgedAt = at;
  draft.acknowledgedBy = by;
  draft.pagedSeverity ??= draft.severity;
  delete draft.quietUntil;
  delete draft.stand;
  cancelPages(draft);
  dropStepTimers(draft);
  draft.timers = draft.timers.filter((timer) => timer.kind !== 'hold');
  const expires = policyOf(draft, context.catalogue).ackExpiresSeconds;
  if (expires !== undefined) addTimer(draft, { kind: 'ack-expires', due: after(at, expires) });
  note(draft, context.now, 'Acknowledged', `${by} (${via})`);
  return true;
}

function resolveByPerson(draft: Incident, by: string, via: string, context: Context, at = context.now): boolean {
  if (draft.state === 'resolved' || isStale(draft, at)) return false;
  for (const key of firingKeys(draft)) draft.alerts[key]!.closed = true;
  settle(draft, { cause: 'resolve', by, at }, context);
  note(draft, context.now, 'Resolved', `${by} (${via})`);
  return true;
}

function handOver(draft: Incident, to: string, by: string, via: string, context: Context): boolean {
  if (draft.state === 'resolved' || !context.catalogue.people[to]) return false;
  note(draft, context.now, `Handed over to ${to}`, `${by} (${via})`);
  const place = currentPlace(draft) ?? { round: 0, step: 0 };
  askAgain(draft, 'hand-over', context);
  delete draft.quietUntil;
  draft.pagedSeverity ??= draft.severity;
  cancelPages(draft);
  // A named person is paged: that does not wait for working hours.
  draft.urgency = 'high';
  handTo(draft, to, place, context);
  return true;
}

function snooze(draft: Incident, until: string, by: string, via: string, context: Context): boolean {
  if (draft.state === 'resolved' || until <= context.now) return false;
  acknowledge(draft, by, via, context);
  draft.timers = draft.timers.filter((timer) => timer.kind !== 'ack-expires');
  addTimer(draft, { kind: 'ack-expires', due: until });
  note(draft, context.now, `Snoozed until ${until}: it pages again then`, `${by} (${via})`);
  return true;
}

function wrongRunbook(draft: Incident, right: string | undefined, by: string, via: string, context: Context): boolean {
  const wrong = draft.runbook.runbook ?? 'none';
  if (draft.runbook.runbook !== null) draft.wrongRunbook = draft.runbook.runbook;
  const known = right !== undefined && context.catalogue.runbooks[right] !== undefined ? right : undefined;
  note(draft, context.now, `Wrong runbook: ${wrong}${known ? `; right: ${known}` : ''}`, `${by} (${via})`);
  if (known) {
    const chosen = { runbook: known, score: 1, by: 'person' as const, why: `${by} says that this is the right one` };
    draft.runbook = { runbook: known, by: 'person', candidates: [chosen] };
  }
  return true;
}

function escalateByPerson(draft: Incident, by: string, via: string, context: Context): boolean {
  if (draft.state === 'resolved') return false;
  note(draft, context.now, 'Escalated', `${by} (${via})`);
  const timer = draft.timers.find((item) => item.kind === 'step');
  const place = currentPlace(draft) ?? { round: 0, step: -1 };
  askAgain(draft, 'escalate', context);
  delete draft.quietUntil;
  draft.pagedSeverity ??= draft.severity;
  // Somebody asks for help: low urgency is over.
  draft.urgency = 'high';
  fireStep(draft, { round: timer?.round ?? place.round, step: timer?.step ?? place.step + 1 }, context);
  return true;
}
