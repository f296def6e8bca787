/**
 * A digest: what one person is told when more goes wrong at once than one can be woken for.
 *
 *   the first incident pages at once ─► a window opens for this person, led by that incident
 *   other incidents' pages wait in the window ─► when it ends, one message tells of all of them, and the next window opens
 *
 * Promises: a storm of any size wakes a person once, and then at most once a window; whatever waits is told by a digest,
 * or pages by itself; what is worse than what the person was woken for does not wait. Nothing here holds up an
 * escalation: the steps of a policy go on by their own clock.
 *
 * Waiting pages are counted in generations: whatever waits in window n is told by the message that opens window n + 1 or
 * a later one. Nobody has to mark ten thousand pages: a page that waits finds out by itself that it was told.
 *
 * Called by the page flow. Pure.
 */
import { isWorse, type Severity } from '../alert/alert.ts';

/** A window and what came of the ones before it: one for each person. */
export type Pace = {
  /** Counts windows; the store's condition too. */
  generation: number;
  /** The incident whose own pages (the text, then the call) go on inside the window. */
  lead: string;
  severity: Severity;
  until: string;
  /** Everything that waited in windows up to this one has been told. */
  told: number;
};

/** What a page that is due asks. `waited` is the window that it has waited in, if it has. */
export type Asking = { incident: string; severity: Severity; waited?: number };

/** How long windows are: the first of a storm, and those that follow it. */
export type Windows = { firstSeconds: number; thenSeconds: number };
export const USUAL_WINDOWS: Windows = { firstSeconds: 60, thenSeconds: 300 };

/** While a digest is on its way, what it tells of looks again so soon. */
const LOOK_AGAIN_SECONDS = 10;

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
  if (asking.waited !== undefined && asking.waited <= record.told) return { do: 'told' };
  const untold = untoldOf(record);
  if (record.until > now) {
    if (record.lead === asking.incident) return { do: 'send', ...(untold ? { untold } : {}) };
    if (isWorse(asking.severity, record.severity)) {
      const next = { ...record, lead: asking.incident, severity: asking.severity };
      return { do: 'send', next, ...(untold ? { untold } : {}) };
    }
    if (asking.waited !== undefined && asking.waited < record.generation) {
      const soon = after(now, LOOK_AGAIN_SECONDS);
      return { do: 'wait', generation: asking.waited, until: soon < record.until ? soon : record.until };
    }
    return { do: 'wait', generation: record.generation, until: record.until };
  }
  return open(record, asking, now, windows);
}

/** A new window, led by whoever asks; in it all that waited before is told. */
function open(record: Pace | undefined, asking: Asking, now: string, windows: Windows): Paced {
  const { firstSeconds, thenSeconds } = windows;
  const inStorm = record !== undefined && now < after(record.until, thenSeconds);
  const next: Pace = {
    generation: (record?.generation ?? 0) + 1,
    lead: asking.incident,
    severity: asking.severity,
    until: after(now, inStorm ? thenSeconds : firstSeconds),
    told: record?.told ?? 0,
  };
  const untold = untoldOf(next);
  return { do: 'send', next, ...(untold ? { untold } : {}) };
}

/** The windows before this one whose waiting pages nobody was told of. */
function untoldOf({ generation, told }: Pace): { from: number; to: number } | undefined {
  return told < generation - 1 ? { from: told + 1, to: generation - 1 } : undefined;
}

function after(at: string, seconds: number): string {
  return new Date(Date.parse(at) + seconds * 1000).toISOString();
}

/** What a digest needs to know of one incident that waits. */
export type Waiting = { incident: string; service?: string; severity: Severity; title: string };

/** A digest: how many wait, counted by service, the worst first. */
export type Digest = { count: number; services: { service: string; count: number; severity: Severity }[] };

/** Counts what waits. `more` were not listed, because there were too many to read. */
export function digestOf(waiting: Waiting[], more: number): Digest {
  const services = new Map<string, { service: string; count: number; severity: Severity }>();
  for (const { service = 'no service', severity } of waiting) {
    const known = services.get(service) ?? { service, count: 0, severity };
    known.count++;
    if (isWorse(severity, known.severity)) known.severity = severity;
    services.set(service, known);
  }
  const worstFirst = [...services.values()].sort((a, b) => {
    if (isWorse(a.severity, b.severity)) return -1;
    if (isWorse(b.severity, a.severity)) return 1;
    return b.count - a.count || (a.service < b.service ? -1 : 1);
  });
  return { count: waiting.length + more, services: worstFirst };
}
