/**
 * A digest: what one person is told when more goes wrong at once than one can be woken for.
 *
 *   the first incident pages at once ─► a window opens for this person, led by that incident
 *   other incidents' pages wait in the window ─► when it ends, one message tells of all of them, and the next window opens
 *
 * Promises: a storm of any size wakes a person once, and then at most once a window; each page that waits is told by a digest,
 * or pages by itself; what is worse than what the person was woken for does not wait. What hangs on something that they
 * were woken for already waits too, for a first window's length: `gather.ts` says what hangs on what. A chat channel
 * takes a few incidents one by one before its window closes. Nothing here holds up an escalation: the steps of a policy go
 * on by their own clock.
 *
 * A window after a single page is short, a window after a digest is long. It ends early when nothing that the person was
 * told of in it needs them any more. A person's further ways (the call after the text) follow what they follow: an incident
 * that was told by itself is called by itself; a digest is called once for all that it told of, and opens no window.
 *
 * Waiting pages are counted in generations: a page that waits in window n is told by the message that opens window n + 1 or
 * a later one. Nobody has to mark ten thousand pages: a page that waits finds out by itself that it was told.
 *
 * Called by the page flow. Pure.
 */
import { isWorse, type Severity } from '../alert/alert.ts';
import type { Channel } from '../catalogue/catalogue.ts';
import type { Digest, Waiting, Woken } from './gather.ts';

/** A window and what came of the ones before it: one for each person, and one for each chat channel. */
export type Pace = {
  /** Counts windows; the store's condition too. */
  generation: number;
  /** The incident whose own pages (the text, then the call) go on inside the window. */
  lead: string;
  severity: Severity;
  until: string;
  /** Everything that waited in windows up to this one has been told. */
  told: number;
  /** The last window in which somebody was put to wait; 0 for none. A record of an earlier version does not say. */
  waitedIn?: number;
  /** When the digest went out that told of the last of them. */
  toldAt?: string;
  /** The further ways by which digests were followed, each under its `wayKey`. */
  followed?: Record<string, Followed>;
  /** Messages that went out in this window by themselves. */
  sent: number;
  /** What this person was told of by itself of late, newest first: what hangs on it is gathered under it. */
  woken: Woken[];
  /** The digest of this storm that grows in place, where the channel can change a message. */
  grown?: Grown;
};

/** Up to which window one further way has followed the digests; and the incident whose page is at it now, until when. */
export type Followed = { told: number; by?: string; until?: string };

/** A digest that a later one of the same storm is added to. `message`: the carrier's own reference. */
export type Grown = { message: string; digest: Digest };

/**
 * What a page that is due asks: of which incident. `waited` is the window that it has waited in, if it has; `gathered`
 * says that it hangs on something that this person was woken for and that is still open; `isFree` that nothing of the open
 * window needs this person any more; `follows` that it is a further way, so long after the first one of its step.
 */
export type Asking = {
  about: Waiting;
  waited?: number;
  gathered?: boolean;
  isFree?: boolean;
  follows?: { channel: Channel; seconds: number };
};

/** A further way by the person's rules: `voice 120` and `voice 300` are two. */
export function wayKey(channel: Channel, seconds: number): string {
  return `${channel} ${seconds}`;
}

/** How long windows are: the first of a storm, and those that follow it; and how many messages one takes by themselves. */
export type Windows = { firstSeconds: number; thenSeconds: number; burst: number };
export const USUAL_WINDOWS: Windows = { firstSeconds: 60, thenSeconds: 300, burst: 1 };
/** Nobody is woken by a chat channel, and Slack takes one message a second there. [Slack "Rate limits"] */
export const CHAT_BURST = 10;

/** So many are kept of what a person was woken for, for so long: a storm's causes, not its history. */
const MAX_WOKEN = 8;
const WOKEN_SECONDS = 3600;

/** While a digest is on its way, what it tells of looks again so soon. */
const LOOK_AGAIN_SECONDS = 10;
/** A page that follows a digest has so long; after it another may. Longer than a lease on a page. */
const FOLLOWING_SECONDS = 30;

export type Paced =
  /** Send it. `next` is to be written first, on condition that nobody else has; `untold` windows may have somebody waiting. */
  | { do: 'send'; next?: Pace; untold?: { from: number; to: number } }
  /** A digest has told of it: nothing is to be sent. */
  | { do: 'told' }
  /** Wait in this window and look again then. */
  | { do: 'wait'; generation: number; until: string };

/**
 * What becomes of a page that is due.
 * In: the person's pace (undefined where they were never paged), what asks, `now`, how long windows are.
 */
export function pace(record: Pace | undefined, asking: Asking, now: string, windows: Windows): Paced {
  if (!record) return open(undefined, asking, now, windows);
  const { about, waited, gathered } = asking;
  if (asking.follows) return follow(record, asking, asking.follows, now);
  if (waited !== undefined && waited <= record.told) return { do: 'told' };
  const untold = untoldOf(record);
  const beside = untold ? { untold } : {};
  const isOpen = record.until > now && !asking.isFree;
  if (isOpen && record.lead === about.incident) return { do: 'send', ...beside };
  if (isOpen && isWorse(about.severity, record.severity)) {
    const lead = { lead: about.incident, severity: about.severity, sent: record.sent + 1 };
    return { do: 'send', next: { ...record, ...lead, woken: wokenBy(record, asking, now) }, ...beside };
  }
  if (gathered && waited === undefined) {
    // Long enough for its siblings to come, short beside any step of a policy.
    const ends = after(now, windows.firstSeconds);
    if (ends > now)
      return { do: 'wait', generation: record.generation, until: ends > record.until ? ends : record.until };
  }
  if (!isOpen) return open(record, asking, now, windows);
  // What has waited before is told with all that waits, not by itself.
  if (waited === undefined && record.sent < windows.burst) {
    return { do: 'send', next: { ...record, sent: record.sent + 1, woken: wokenBy(record, asking, now) }, ...beside };
  }
  if (waited !== undefined && waited < record.generation) {
    const soon = after(now, LOOK_AGAIN_SECONDS);
    return { do: 'wait', generation: waited, until: soon < record.until ? soon : record.until };
  }
  return { do: 'wait', generation: record.generation, until: record.until };
}

/** A further way of a person: after its own incident's page, or once after the digest that told of it. */
function follow(record: Pace, { about, waited }: Asking, way: NonNullable<Asking['follows']>, now: string): Paced {
  if (waited === undefined) return { do: 'send' };
  const { channel, seconds } = way;
  const key = wayKey(channel, seconds);
  const followed = record.followed?.[key] ?? { told: waited - 1 };
  if (waited <= followed.told) return { do: 'told' };
  // Its digest is not out yet; the way follows it.
  const from = waited > record.told ? later(record.until, now) : (record.toldAt ?? now);
  const due = after(from, seconds);
  if (due > now) return { do: 'wait', generation: waited, until: due };
  if (waited > record.told) return { do: 'wait', generation: waited, until: after(now, LOOK_AGAIN_SECONDS) };
  const isTaken = followed.by !== about.incident && (followed.until ?? '') > now;
  if (isTaken) return { do: 'wait', generation: waited, until: after(now, LOOK_AGAIN_SECONDS) };
  const taken: Followed = { told: followed.told, by: about.incident, until: after(now, FOLLOWING_SECONDS) };
  return {
    do: 'send',
    next: { ...record, sent: record.sent + 1, followed: { ...record.followed, [key]: taken } },
    untold: { from: followed.told + 1, to: record.told },
  };
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}

/** A new window, led by the page that asks. Its message tells of all that waited before; where any did, `afterDigest` follows. */
function open(record: Pace | undefined, asking: Asking, now: string, windows: Windows): Paced {
  const { firstSeconds, thenSeconds, burst } = windows;
  const inStorm = record !== undefined && now < after(record.until, thenSeconds);
  const told = record?.told ?? 0;
  const generation = (record?.generation ?? 0) + 1;
  // A record that does not say may have somebody waiting in any window.
  const waitedIn = record === undefined ? 0 : (record.waitedIn ?? record.generation);
  const untold = untoldOf({ generation, told, waitedIn });
  const next: Pace = {
    generation,
    lead: asking.about.incident,
    severity: asking.about.severity,
    until: after(now, firstSeconds),
    told,
    waitedIn,
    ...(record?.toldAt === undefined ? {} : { toldAt: record.toldAt }),
    ...(record?.followed === undefined ? {} : { followed: record.followed }),
    // What has waited leads a digest, most likely, and that has a window to itself. A window that follows another at once
    // takes no more than the other left over: a storm that goes on across both is one.
    sent: asking.waited === undefined ? 1 + sentJustBefore(record, now, windows) : burst,
    woken: wokenBy(record, asking, now),
    ...(inStorm && record.grown !== undefined ? { grown: record.grown } : {}),
  };
  return { do: 'send', next, ...(untold ? { untold } : {}) };
}

function sentJustBefore(record: Pace | undefined, now: string, { firstSeconds, burst }: Windows): number {
  if (record === undefined || now >= after(record.until, firstSeconds)) return 0;
  return Math.min(record.sent, burst - 1);
}

function wokenBy(record: Pace | undefined, { about }: Asking, now: string): Woken[] {
  const others = (record?.woken ?? []).filter(
    ({ incident, at }) => incident !== about.incident && after(at, WOKEN_SECONDS) > now,
  );
  return [{ ...about, at: now }, ...others].slice(0, MAX_WOKEN);
}

/** What a window becomes when its message was a digest: long, and closed to others. `worst`: the worst that it told of. */
export function afterDigest(
  now: string,
  worst: Severity,
  { thenSeconds, burst }: Windows,
): Pick<Pace, 'until' | 'severity' | 'sent'> {
  return { until: after(now, thenSeconds), severity: worst, sent: burst };
}

/** The windows before this one whose waiting pages nobody was told of; undefined where none waits. */
function untoldOf({
  generation,
  told,
  waitedIn = generation,
}: Pick<Pace, 'generation' | 'told' | 'waitedIn'>): { from: number; to: number } | undefined {
  return told < generation - 1 && told < waitedIn ? { from: told + 1, to: generation - 1 } : undefined;
}

function after(at: string, seconds: number): string {
  return new Date(Date.parse(at) + seconds * 1000).toISOString();
}
