/**
 * An incident: alerts that one person would handle by following one runbook, from the first firing to the last resolve.
 *
 * Promises: an incident is one small value with a `version`. It holds everything that must still happen because of what
 * was decided: the pages it owes and its timers. Nothing else is the truth; queue messages only say "look at this one".
 *
 * Its states, and every change between them, are the table in `states.ts`.
 *
 * Anybody may import this file. It is pure. `decide.ts` alone makes new ones.
 */
import { createHash } from 'node:crypto';
import type { Alert, Resource, Severity, Signal } from '../alert/alert.ts';
import type { Channel, Urgency } from '../catalogue/catalogue.ts';
import { CANARY_LABEL } from '../routing/canary.ts';
import type { Choice } from '../runbook/runbook.ts';
import type { Suspect } from '../suspect/suspect.ts';

export type State = 'triggered' | 'acknowledged' | 'resolved';

/** What an incident remembers of one signal: its latest state by the sender's clock. */
export type KnownAlert = {
  status: 'firing' | 'resolved';
  /** The sender's `at` of that state; an older notice never undoes it. */
  at: string;
  id: string;
  severity: Severity;
  title: string;
  /** A person closed the incident over it: it counts as over until a newer notice fires. */
  closed?: true;
};

/** What the words and the page need of the alert that people are told about. */
export type Lead = {
  key: string;
  id: string;
  title: string;
  source: string;
  description?: string;
  signal?: Signal;
  resources: Resource[];
  /** Some of them, for the commands of the runbook. */
  labels?: Record<string, string>;
  /** The signals that a composite alarm is made of, where it said them. */
  children?: string[];
  links: Alert['links'];
};

export type PageState = 'owed' | 'sent' | 'failed' | 'cancelled';

/** A firing of a step of a policy: the round and the step, both from 0. */
export type Place = { round: number; step: number };

/** One attempt to reach one person (or one chat channel) by one channel. */
export type Page = {
  id: string;
  /** A person's id; or for a chat target its name, and then `channel` is slack, teams or webhook. */
  to: string;
  person: boolean;
  channel: Channel;
  /** alert: somebody must look. relief: it is over. update: a message that can change says how things stand. */
  kind: 'alert' | 'relief' | 'update';
  /** Which firing of which step owes it. Only on alert pages. */
  place?: Place;
  due: string;
  state: PageState;
  attempts: number;
  /** Until then one sender is at it; a crash lets the lease run out and the page is sent again. */
  leaseUntil?: string;
  /** What the carrier said of it later. */
  receipt?: 'delivered' | 'undelivered';
  /** How long after the first way of its step, by the person's rules; absent on the first way itself. */
  followsSeconds?: number;
  /** The window of the person's digest that it waits in. */
  waits?: number;
  at?: string;
  /** The carrier's own id for what it took. Never a number or an address. */
  reference?: string;
  /** Why it failed. Never a number or an address. */
  failure?: string;
  /** On an update: the reference of the message that it changes. */
  changes?: string;
};

export type Timer = {
  id: string;
  kind: 'hold' | 'step' | 'ack-expires' | 'test-ends';
  due: string;
  round?: number;
  step?: number;
};

export type Entry = {
  n: number;
  at: string;
  what: string;
  by?: string;
};

export type Incident = {
  id: string;
  group: string;
  /** 1 for the first incident of its group. */
  sequence: number;
  /** A test page: nothing is wrong, and one person is asked to answer by one way. */
  test?: { person: string; channel: Channel };
  /** Counts writes; the store's condition. 0 has never been written. */
  version: number;
  /** Two characters for replies: `7Y`. */
  code: string;
  state: State;
  title: string;
  severity: Severity;
  urgency: Urgency;
  service?: string;
  environment?: string;
  policy: string;
  runbook: Choice;
  lead: Lead;
  alerts: Record<string, KnownAlert>;
  /** Some signals live in separate items beside this one. */
  spilledAlerts: boolean;
  suspects: Suspect[];
  /** Absent where only a resolve has been seen so far. */
  openedAt?: string;
  /** When the signal began to be wrong, by the sender, not later than we heard of it. */
  firingSince?: string;
  /** When it last began to ask for somebody, where that is after its opening: an answer given before does not count. */
  triggeredAt?: string;
  /** Nobody is paged before this instant (a hold, a silence, or the other region pages). */
  quietUntil?: string;
  /** In a standby. `by`: the other region pages, this one does not. `in`: that one lives and lacks it, this one pages. */
  stand?: 'by' | 'in';
  acknowledgedAt?: string;
  acknowledgedBy?: string;
  resolvedAt?: string;
  resolvedBy?: string;
  /** The worst severity that people have been paged for. */
  pagedSeverity?: Severity;
  timers: Timer[];
  pages: Page[];
  /** Messages that can be changed in place: `slack #payments` → the carrier's own reference. One for each target. */
  messages?: Record<string, string>;
  /** How messages that can change show it. */
  shownAs?: string;
  /** When it triggered again after it was over, of late: what flaps is held. */
  again?: string[];
  /** The last word on whether it was worth waking somebody (`verdict.ts`). */
  verdict?: { is: 'acted' | 'noise' | 'ended-by-itself' | 'poor-details'; by: string; at: string };
  /** The runbook that somebody said was the wrong one. */
  wrongRunbook?: string;
  /** When a person was first sent a page for it, by any way; not in shadow. */
  pagedAt?: string;
  /** When earlier incidents of its cause opened that people were paged for: 90 days of them. See ticket.ts. */
  openings?: string[];
  /** The problem ticket of its cause. */
  problem?: { name: string; url: string };
  /** A problem ticket that is owed: made, or told of this incident. `by`: the person who asked. `since`: first tried. */
  ticket?: { id: string; due: string; why: string; by?: string; since?: string; tries: number };
  /** Who was reached for this incident, and by what: they are told when it is over. */
  reached: Record<string, Channel[]>;
  timeline: Entry[];
  /** Timeline entries with n below this live in separate items. */
  timelineFrom: number;
  nextEntry: number;
  /** Numbers pages and timers: `p7`, `t8`. */
  nextOwed: number;
  updatedAt: string;
};

/** A resolved incident that fires again within this long is the same incident. */
export const REOPEN_SECONDS = 600;
/** What triggers again so often within so long flaps, and pages only once it has fired for so long. */
export const FLAPPING = { times: 3, withinSeconds: 3600, holdSeconds: 600 };
/** Past this many signals the others live in separate items. */
export const MAX_ALERTS = 200;
export const MAX_TIMELINE = 40;
export const MAX_FINISHED_PAGES = 40;

/** 32 letters and digits that are not mistaken for one another, read aloud or typed. */
const CODE_ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';

/** What every incident begins with: its names, and nothing that happened or is owed. */
export function blankIncident(group: string, sequence: number, now: string) {
  const id = incidentId(group, sequence);
  return {
    id,
    group,
    sequence,
    version: 0,
    code: replyCode(id),
    alerts: {},
    spilledAlerts: false,
    timers: [],
    pages: [],
    reached: {},
    timeline: [],
    timelineFrom: 0,
    nextEntry: 0,
    nextOwed: 0,
    updatedAt: now,
  } satisfies Partial<Incident>;
}

/** A copy to change. An incident is plain JSON, which is copied by its text in a third of the time of a structured clone. */
export function draftOf(incident: Incident): Incident {
  return JSON.parse(JSON.stringify(incident)) as Incident;
}

/** The digest of a group. A separate type keeps it from being used where the group itself is needed. */
export type GroupDigest = string & { readonly kind: 'GroupDigest' };

/** Twelve characters that identify a group: the partition of its incidents. */
export function groupDigest(group: string): GroupDigest {
  const bytes = createHash('sha256').update(group).digest();
  let out = '';
  for (let i = 0; i < 12; i++) out += BASE32[bytes[i]! & 31];
  return out as GroupDigest;
}

/** `k3v9qd7m2xab-1`: the group's digest and which of its incidents this is. */
export function incidentId(group: string, sequence: number): string {
  return `${groupDigest(group)}-${sequence}`;
}

/** The two halves of an incident's id; undefined where the text is no id. */
export function parseIncidentId(id: string): { group: GroupDigest; sequence: number } | undefined {
  const found = /^([0-9a-hjkmnp-tv-z]{12})-([1-9]\d{0,8})$/.exec(id);
  return found ? { group: found[1] as GroupDigest, sequence: Number(found[2]) } : undefined;
}

/** Two characters that a half-asleep person can type back: `7Y`. Not a secret: a reply is trusted by its sender. */
export function replyCode(id: string): string {
  const bytes = createHash('sha256').update(`code:${id}`).digest();
  return CODE_ALPHABET[bytes[0]! & 31]! + CODE_ALPHABET[bytes[1]! & 31]!;
}

/** An incident of the canary, which goes the whole way of every alert and wakes nobody. */
export function isCanary({ lead }: Pick<Incident, 'lead'>): boolean {
  return lead.source === 'events' && lead.labels?.[CANARY_LABEL] !== undefined;
}

/** Since when an incident has been asking for somebody; undefined for one that never opened. */
export function asksSince(incident: Pick<Incident, 'openedAt' | 'triggeredAt'>): string | undefined {
  return incident.triggeredAt ?? incident.openedAt;
}

/** When this incident next needs looking at: its earliest owed page or timer, or undefined where nothing is owed. */
export function nextDue(incident: Incident): string | undefined {
  let first: string | undefined;
  for (const { due } of owed(incident)) if (first === undefined || due < first) first = due;
  return first;
}

/** Whether an incident still needs somebody who was paged for it: nobody answered, and it was not handed on since. */
export function needs(incident: Incident, who: string): boolean {
  if (incident.state !== 'triggered' || incident.stand === 'by') return false;
  const since = asksSince(incident) ?? '';
  return incident.pages.some(
    ({ kind, to, state, at, due }) =>
      kind === 'alert' && to === who && (state === 'owed' || state === 'sent') && (at ?? due) >= since,
  );
}

/** Whether two pages are owed by the same firing of the same step. */
export function isSamePlace(a: Place | undefined, b: Place | undefined): boolean {
  return a?.round === b?.round && a?.step === b?.step;
}

/** Whose windows a page goes by: a person has one pace by all their ways; a chat channel has its own. */
export function paceKey(page: Pick<Page, 'person' | 'channel' | 'to'>): string {
  return page.person ? page.to : messageKey(page);
}

/** Under which name a page's target keeps its message. */
export function messageKey(page: Pick<Page, 'channel' | 'to'>): string {
  return `${page.channel} ${page.to}`;
}

/** One thing that must still happen: what queue messages point at. `for`: whom it concerns; one person's many hold up nobody else's. */
export type Owed = { kind: 'page' | 'timer'; id: string; due: string; for?: string };

/** Everything an incident owes. A page in somebody's hands is due again when the lease runs out. */
export function owed(incident: Incident): Owed[] {
  const list: Owed[] = [];
  for (const page of incident.pages) {
    if (page.state !== 'owed') continue;
    const due = page.leaseUntil && page.leaseUntil > page.due ? page.leaseUntil : page.due;
    list.push({ kind: 'page', id: page.id, due, for: paceKey(page) });
  }
  for (const timer of incident.timers) list.push({ kind: 'timer', id: timer.id, due: timer.due, for: incident.policy });
  return list;
}

/** What is owed now and was not owed, or not then, before: the messages that a commit has to queue. */
export function newlyOwed(before: Incident | undefined, now: Incident): Owed[] {
  // Nobody queued a message for the end of a lease: a page that is put back until that very instant is owed anew.
  const isHeld = ({ pages }: Incident, id: string) =>
    pages.some((page) => page.id === id && page.leaseUntil !== undefined);
  const known = new Map((before && before.id === now.id ? owed(before) : []).map((item) => [item.id, item.due]));
  return owed(now).filter(({ id, due }) => known.get(id) !== due || (isHeld(before!, id) && !isHeld(now, id)));
}

/** The keys that are wrong at this moment. */
export function firingKeys(incident: Incident): string[] {
  return Object.keys(incident.alerts).filter((key) => {
    const known = incident.alerts[key]!;
    return known.status === 'firing' && !known.closed;
  });
}
