/**
 * What becomes of a page: taken into somebody's hands, sent, or failed and fallen over to the next way.
 *
 * Promises: an owed page is never forgotten (a lease runs out, a failure is followed by another way or the next step); a
 * page is in one sender's hands at a time. Called by `decide.ts` and the page function. Pure.
 */

import { after } from '../time/time.ts';
import { type Context, note, owePage, untriedWays } from './escalation.ts';
import { draftOf, type Incident, isSamePlace, messageKey, type Page } from './incident.ts';
import { close, currentPlace, markReached } from './transitions.ts';

/** How often a way that may work in a moment is tried, and the pauses between; a carrier may ask for longer ones. */
const BACKOFF_SECONDS = [2, 5, 15];
const LONGEST_PAUSE_SECONDS = 120;
/** How much of a carrier's reference or reason a page keeps. */
const MAX_TEXT = 200;

export function pageSent(
  draft: Incident,
  id: string,
  reference: string | undefined,
  how: 'digest' | 'shadow' | undefined,
  context: Context,
): boolean {
  const page = draft.pages.find((item) => item.id === id);
  if (!page || page.state === 'sent') return false;
  close(page, 'sent', context.now);
  if (reference !== undefined) page.reference = reference.slice(0, MAX_TEXT);
  // A person who only had it in a digest is not told of its end: the end of a storm would be a second storm.
  if (page.kind === 'alert' && how !== 'digest') markReached(draft, page);
  if (page.kind === 'alert' && page.person && how !== 'shadow') draft.pagedAt ??= context.now;
  if (page.kind === 'update') return true;
  if (page.kind === 'alert' && page.channel === 'slack' && reference !== undefined) {
    draft.messages = { [messageKey(page)]: reference, ...draft.messages };
    // What happened while it was on its way is not in it yet.
    if (draft.state !== 'triggered') delete draft.shownAs;
  }
  const done = { digest: 'told in a digest', shadow: 'in shadow, nobody was told', sent: 'sent' }[how ?? 'sent'];
  note(draft, context.now, `${page.kind === 'relief' ? 'Relief by ' : ''}${page.channel} to ${page.to}: ${done}`);
  return true;
}

/**
 * The carrier's receipt. Delivered is written down; undelivered brings the person's next way at once, as a refusal does, and
 * wins over a delivered that came before it. A receipt may take days or never come: no step waits for one.
 * [AWS End User Messaging, "Event types"]
 */
export function pageReceipt(
  draft: Incident,
  id: string,
  delivered: boolean,
  reason: string,
  context: Context,
): boolean {
  const page = draft.pages.find((item) => item.id === id);
  if (page?.state !== 'sent' || (delivered && page.receipt !== undefined)) return false;
  page.receipt = delivered ? 'delivered' : 'undelivered';
  note(draft, context.now, `${page.channel} to ${page.to}: ${delivered ? 'delivered' : `not delivered, ${reason}`}`);
  if (delivered) return true;
  page.state = 'failed';
  if (page.kind === 'alert' && draft.state === 'triggered') fallOver(draft, page, context);
  return true;
}

/** A window of a person's digest that a page is put to wait in, until when. */
export type Wait = { page: string; generation: number; until: string };

/** A page is put back until the person's next digest; the person's further ways of that step follow the digest. */
export function pageWaits(
  draft: Incident,
  { page: id, generation, until }: Wait,
  context: Pick<Context, 'now'>,
): boolean {
  const page = draft.pages.find((item) => item.id === id);
  if (page?.state !== 'owed') return false;
  delete page.leaseUntil;
  if (page.waits === undefined && page.followsSeconds === undefined) {
    note(draft, context.now, `${page.channel} to ${page.to}: waits for the digest, other incidents came first`);
  }
  page.waits = generation;
  page.due = until;
  if (page.followsSeconds !== undefined) return true;
  for (const other of draft.pages) {
    const follows = isSameStep(other, page) && other.state === 'owed' && other.leaseUntil === undefined;
    if (!follows || other.followsSeconds === undefined) continue;
    other.waits = generation;
    other.due = after(until, other.followsSeconds);
  }
  return true;
}

/** A decision whose pages are put to wait before it is written: what the person's window holds needs no look for that. */
export function withWaits(incident: Incident, waits: Wait[], now: string): Incident {
  if (waits.length === 0) return incident;
  const draft = draftOf(incident);
  for (const wait of waits) pageWaits(draft, wait, { now });
  return draft;
}

/** Whether a page is a further way behind a first one that is out or will be; a first one that failed is followed by nobody. */
export function isFollowing({ pages }: Incident, page: Page): boolean {
  if (page.followsSeconds === undefined) return false;
  return pages.some(
    (first) =>
      isSameStep(first, page) &&
      first.followsSeconds === undefined &&
      (first.state === 'sent' || (first.state === 'owed' && first.attempts === 0)),
  );
}

function isSameStep(a: Page, b: Page): boolean {
  return a.id !== b.id && a.kind === 'alert' && a.to === b.to && a.person === b.person && isSamePlace(a.place, b.place);
}

export function pageFailed(
  draft: Incident,
  failed: { page: string; reason: string; again: boolean; afterSeconds?: number },
  context: Context,
): boolean {
  const { reason, again, afterSeconds = 0 } = failed;
  const page = draft.pages.find((item) => item.id === failed.page);
  if (page?.state !== 'owed') return false;
  page.attempts++;
  delete page.leaseUntil;
  const pause = BACKOFF_SECONDS[page.attempts - 1];
  if (page.kind !== 'update') note(draft, context.now, `${page.channel} to ${page.to}: ${reason}`);
  if (again && pause !== undefined)
    page.due = after(context.now, Math.max(pause, Math.min(afterSeconds, LONGEST_PAUSE_SECONDS)));
  else {
    close(page, 'failed', context.now);
    page.failure = reason.slice(0, MAX_TEXT);
  }
  if (page.kind === 'alert' && draft.state === 'triggered') fallOver(draft, page, context);
  return true;
}

/** The person's next way comes at once; where none is left and nobody of the step is reached, the next step does. */
export function fallOver(draft: Incident, failed: Page, context: Context): void {
  // A test asks whether this way works: no other may answer for it.
  if (draft.test) return;
  const sameStep = draft.pages.filter(
    (page) => isSamePlace(page.place, failed.place) && page.kind === 'alert' && page.person,
  );
  const next = sameStep.find(
    (page) => page.to === failed.to && page.state === 'owed' && page.attempts === 0 && page.due > context.now,
  );
  if (next) {
    next.due = context.now;
    return;
  }
  if (!failed.person || failed.state === 'owed') return;
  const person = context.catalogue.people[failed.to];
  const another = person ? untriedWays(draft, person, failed.place)[0] : undefined;
  if (another && !sameStep.some((page) => page.to === failed.to && page.state !== 'failed')) {
    owePage(draft, {
      to: failed.to,
      person: true,
      channel: another,
      ...(failed.place === undefined ? {} : { place: failed.place }),
      due: context.now,
    });
    return;
  }
  if (sameStep.some((page) => page.state === 'sent' || page.state === 'owed')) return;
  const timer = draft.timers.find((item) => item.kind === 'step');
  if (timer && timer.due > context.now && isSamePlace(currentPlace(draft), failed.place)) {
    note(draft, context.now, 'Nobody of this step could be reached: the next step at once');
    timer.due = context.now;
  }
}

export type Claim = { claimed: Incident; page: Page } | { refused: 'done' | 'cancelled' | 'leased' | 'early' };

/**
 * Takes an owed page into one sender's hands until `leaseSeconds` from now. Refused when it is sent or cancelled already,
 * when the incident no longer wants it, when somebody else holds it, or when it is not due.
 */
export function claim(incident: Incident | undefined, pageId: string, now: string, leaseSeconds: number): Claim {
  const found = incident?.pages.find((page) => page.id === pageId);
  if (!incident || !found) return { refused: 'done' };
  if (found.state !== 'owed') return { refused: found.state === 'cancelled' ? 'cancelled' : 'done' };
  const wanted = found.kind === 'update' || incident.state === (found.kind === 'relief' ? 'resolved' : 'triggered');
  if (!wanted) return { refused: 'cancelled' };
  if (found.due > now) return { refused: 'early' };
  if (found.leaseUntil !== undefined && found.leaseUntil > now) return { refused: 'leased' };
  const claimed = draftOf(incident);
  const page = claimed.pages.find((item) => item.id === pageId)!;
  page.leaseUntil = after(now, leaseSeconds);
  claimed.updatedAt = now;
  return { claimed, page };
}
