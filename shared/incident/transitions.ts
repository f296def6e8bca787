/**
 * What several transitions of the state machine share: how paging starts, how an incident ends, how it stays small.
 *
 * Called by the other files of this folder alone, on their draft. Pure.
 */
import { type Context, fireStep, note, owePage } from './escalation.ts';
import { type Incident, MAX_FINISHED_PAGES, type Page, type Place } from './incident.ts';
import { asksSomebody, holdFor, isHeld } from './standby.ts';
import { move } from './states.ts';
import { oweTicket } from './ticket.ts';

export function startPaging(draft: Incident, context: Context): void {
  delete draft.quietUntil;
  draft.timers = draft.timers.filter((timer) => timer.kind !== 'hold');
  draft.pagedSeverity = draft.severity;
  if (draft.urgency === 'none') {
    note(draft, context.now, 'Its urgency is none: recorded, nobody is paged');
    return;
  }
  cancelPages(draft);
  if (isHeld(draft, context)) {
    holdFor(draft, context.standby!.heldUntil!, context);
    return;
  }
  if (draft.stand === 'by') {
    note(draft, context.now, `${notHeard(context)}: paging here`);
    delete draft.stand;
  }
  fireStep(draft, { round: 0, step: 0 }, context);
}

function notHeard({ standby }: Context): string {
  return standby?.heardAt === undefined
    ? 'The other region was never heard'
    : `The other region has not been heard since ${standby.heardAt}`;
}

/** It asks for somebody again: what was answered before does not count any more. */
export function askAgain(
  draft: Incident,
  cause: 'worsens' | 'acknowledgement-lapses' | 'hand-over' | 'escalate',
  context: Context,
): void {
  move(draft, cause);
  draft.triggeredAt = context.now;
  clearAnswer(draft);
}

/** How an incident ends: by a person (`by`), or by itself. `at`: when it was said, where that was earlier. */
export type Ending = { cause: 'resolve'; by: string; at?: string } | { cause: 'signals-over' | 'test-ends' };

/** Ends an incident: nothing more is owed but the relief of those who were paged. */
export function settle(draft: Incident, ending: Ending, context: Context): void {
  const by = ending.cause === 'resolve' ? ending.by : undefined;
  const inFlight = draft.pages.filter((page) => page.kind === 'alert' && page.state === 'owed' && page.leaseUntil);
  for (const page of inFlight) markReached(draft, page);
  cancelPages(draft);
  draft.timers = [];
  move(draft, ending.cause);
  draft.resolvedAt = (ending.cause === 'resolve' ? ending.at : undefined) ?? context.now;
  if (by !== undefined) draft.resolvedBy = by;
  delete draft.quietUntil;
  delete draft.stand;
  for (const [to, channels] of Object.entries(draft.reached)) {
    if (to === by) continue;
    const isPerson = context.catalogue.people[to] !== undefined;
    owePage(draft, {
      to,
      person: isPerson,
      channel: reliefChannel(channels),
      kind: 'relief',
      due: context.now,
    });
  }
  // Told once: should it fire again, they are reached again or need not hear of its end.
  draft.reached = {};
  oweTicket(draft, context);
}

/** It fires again before its relief went out: the relief is dropped, and sent when the incident is over. */
export function takeBackRelief(draft: Incident): void {
  for (const page of draft.pages) {
    if (page.kind !== 'relief' || page.state !== 'owed') continue;
    page.state = 'cancelled';
    markReached(draft, page);
  }
}

/** Relief never rings: a person who was called is told by text. */
export function reliefChannel(channels: Page['channel'][]): Page['channel'] {
  const quiet = channels.find((channel) => channel !== 'voice');
  return quiet ?? 'sms';
}

export function markReached(draft: Incident, page: Page): void {
  const channels = draft.reached[page.to] ?? [];
  if (!channels.includes(page.channel)) channels.push(page.channel);
  draft.reached[page.to] = channels;
}

/** Cancels the pages that are not sent yet. Updates of messages that were sent are kept. */
export function cancelPages(draft: Incident): void {
  for (const page of draft.pages) if (page.state === 'owed' && page.kind !== 'update') page.state = 'cancelled';
}

/** Messages that can change say how things stand now: one update for each, also where several things happened since the last. */
export function oweUpdates(draft: Incident, context: Context): void {
  for (const [key, reference] of Object.entries(draft.messages ?? {})) {
    const [channel, ...name] = key.split(' ');
    const to = name.join(' ');
    const isOwed = draft.pages.some(
      (page) => page.kind === 'update' && page.state === 'owed' && page.to === to && page.leaseUntil === undefined,
    );
    if (isOwed) continue;
    const person = context.catalogue.people[to] !== undefined;
    owePage(draft, {
      to,
      person,
      channel: channel as Page['channel'],
      kind: 'update',
      due: context.now,
    });
    draft.pages.at(-1)!.changes = reference;
  }
}

/** The incident has no owner any more and pages again: the timers of its hold and its acknowledgement are dropped. */
export function clearAnswer(draft: Incident): void {
  delete draft.acknowledgedAt;
  delete draft.acknowledgedBy;
  draft.timers = draft.timers.filter((timer) => timer.kind === 'step');
}

export function close(page: Page, state: Page['state'], at: string): void {
  page.state = state;
  page.at = at;
  delete page.leaseUntil;
}

/** The firing of the step that asked last; undefined where nobody was asked yet. */
export function currentPlace(draft: Incident): Place | undefined {
  return draft.pages.filter((page) => page.kind === 'alert').at(-1)?.place;
}

/**
 * The end of every transition: a standby holds the pages that the decision would have made, messages that can change
 * are brought up to date, and the incident stays small: pages that are done leave after a while; the timeline still tells of
 * them.
 */
export function finish(draft: Incident, context: Context): Incident {
  if (isHeld(draft, context) && asksSomebody(draft)) holdFor(draft, context.standby!.heldUntil!, context);
  const stands = `${draft.state} ${draft.acknowledgedBy ?? ''} ${draft.severity}`;
  if (draft.messages && draft.shownAs !== stands) oweUpdates(draft, context);
  draft.shownAs = stands;
  const done = draft.pages.filter((page) => page.state !== 'owed');
  if (done.length > MAX_FINISHED_PAGES) {
    const drop = new Set(done.slice(0, done.length - MAX_FINISHED_PAGES).map((page) => page.id));
    draft.pages = draft.pages.filter((page) => !drop.has(page.id));
  }
  draft.updatedAt = context.now;
  return draft;
}
