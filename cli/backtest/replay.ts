/**
 * Replaying: what a catalogue would have done with each alert of a history, alert by alert, in the order of time.
 *
 * Promises: it decides nothing. The normaliser, routing and the state machine are the night's own. Nobody answers in it: whom the
 * first step would have told is known, what would have followed is not, and is not guessed. Overrides and silences that people
 * made then are left out. Pure; called by `pageturner backtest`.
 */
import type { Alert, Severity } from '../../shared/alert/alert.ts';
import type { Urgency } from '../../shared/catalogue/catalogue.ts';
import { decide } from '../../shared/incident/decide.ts';
import type { Context } from '../../shared/incident/escalation.ts';
import { type Incident, type KnownAlert, MAX_ALERTS } from '../../shared/incident/incident.ts';
import { type Notice, noticeOf, resolveOf } from '../../shared/incident/notices.ts';
import { normaliseTaught } from '../../shared/intake/taught.ts';
import { type Loaded, withChoicesKept } from '../../shared/routing/loaded.ts';
import { opensNothing, type Routed, route } from '../../shared/routing/routing.ts';
import { type Teacher, teacherOf } from '../../shared/sender/mapping.ts';
import type { Line } from './history.ts';

/** Whom an alert leads to. `at`: when they are told, after any hold. */
export type Told = { to: string; person: boolean; channel: string; at: string };

/** What became of one alert. `told` is empty where it joined an open incident, was held back or was not told. */
export type Outcome = {
  at: string;
  title: string;
  service: string;
  runbook: string;
  policy: string;
  severity: Severity;
  urgency: Urgency;
  nobody?: string;
  /** It opened an incident, or asked again. */
  asks: boolean;
  /** It asks for somebody, and its policy reaches no person and no channel. */
  reachesNobody: boolean;
  told: Told[];
};

export type Replayed = {
  /** One for each line; undefined where it could not be replayed. */
  outcomes: (Outcome | undefined)[];
  /** Why lines could not be replayed, and how many. */
  reasons: Record<string, number>;
  /** How many were replayed from the alert, because their notice was not kept. */
  fromAlert: number;
};

/**
 * An incident while it is replayed, and the outcome that waits for its hold to end. `beside`: its signals past the first few
 * hundred, as the table keeps them beside the incident: a storm of ten thousand must not be copied at each alert.
 */
type Open = { incident: Incident; held?: Outcome; beside: Map<string, KnownAlert> };

/** The replay needs no story: the last entries are enough. */
const KEPT_ENTRIES = 5;

/** A line as the normaliser reads it now, or why it cannot be replayed. */
export type Read = { at: string; alert: Alert; isKept: boolean } | { why: string };

/** Reads every line as `catalogue` reads it: two catalogues with the same senders read the same. */
export async function readAll(lines: Line[], { catalogue }: Loaded): Promise<Read[]> {
  const teacher = teacherOf(catalogue);
  const reads: Read[] = [];
  for (const line of lines) reads.push(await alertOf(line, teacher));
  return reads;
}

/** In: what was read of lines in the order of time. */
export function replay(reads: Read[], by: Loaded): Replayed {
  // An alarm that fires a hundred times a month has one runbook: it is looked for once.
  const loaded = withChoicesKept(by);
  const groups = new Map<string, Open>();
  const signals = new Map<string, string>();
  const reasons: Record<string, number> = {};
  let fromAlert = 0;
  let end: string | undefined;
  const outcomes = reads.map((read) => {
    if ('why' in read) {
      reasons[read.why] = (reasons[read.why] ?? 0) + 1;
      return undefined;
    }
    if (read.isKept) fromAlert++;
    end = read.at;
    return step(read.alert, { loaded, groups, signals, now: read.at });
  });
  if (end !== undefined) for (const open of groups.values()) endHold(open, loaded, end);
  return { outcomes, reasons, fromAlert };
}

async function alertOf(line: Line, teacher: Teacher): Promise<Read> {
  if (line.raw === undefined) return { at: line.at, alert: { ...line.alert, raw: {} } as Alert, isKept: true };
  const body = typeof line.raw === 'string' ? line.raw : JSON.stringify(line.raw);
  const { alerts } = await normaliseTaught(body, undefined, { receivedAt: line.at }, teacher);
  const [alert] = alerts;
  if (alert === undefined) return { why: 'its notice is no alert any more' };
  if (alerts.length > 1) return { why: 'its notice is several alerts now' };
  return { at: line.at, alert, isKept: false };
}

type Past = { loaded: Loaded; groups: Map<string, Open>; signals: Map<string, string>; now: string };

function step(alert: Alert, { loaded, groups, signals, now }: Past): Outcome {
  const routed = route(alert, { loaded, silences: [], now });
  const outcome = outcomeOf(routed, now);
  if (opensNothing(routed)) return outcome;
  const isOver = alert.status === 'resolved';
  const group = isOver ? signals.get(alert.key) : routed.group;
  const open = groups.get(group ?? '');
  if (group === undefined || (isOver && !open)) return outcome;
  if (open) endHold(open, loaded, now);
  const notice = isOver ? resolveOf(alert, open!.incident) : noticeOf(routed, { group, suspects: [] });
  const before = open?.incident;
  const next = decided(open, notice, contextAt(loaded, now));
  if (!next) return outcome;
  signals.set(alert.key, group);
  if (!isOver) noteTold(outcome, before, next);
  const waits = next.timers.some(({ kind }) => kind === 'hold');
  const held = waits ? (open?.held ?? outcome) : undefined;
  groups.set(group, kept(next, open?.beside ?? new Map(), held));
  return outcome;
}

/** The decision on one notice, its signal brought back where it is kept beside the incident. */
function decided(open: Open | undefined, notice: Notice, context: Context): Incident | undefined {
  const beside = open?.beside ?? new Map<string, KnownAlert>();
  const own = beside.get(notice.alert.key);
  const incident =
    open && own ? { ...open.incident, alerts: { ...open.incident.alerts, [notice.alert.key]: own } } : open?.incident;
  let spilledFiring = 0;
  for (const [key, { status, closed }] of beside)
    if (key !== notice.alert.key && status === 'firing' && !closed) spilledFiring++;
  return decide(incident, { type: 'notices', notices: [notice], spilledFiring }, context);
}

/** The incident as the table would keep it. */
function kept(next: Incident, beside: Map<string, KnownAlert>, held: Outcome | undefined): Open {
  const all = Object.entries(next.alerts);
  for (const [key, known] of all.slice(MAX_ALERTS)) beside.set(key, known);
  for (const [key] of all.slice(0, MAX_ALERTS)) beside.delete(key);
  const incident = {
    ...next,
    alerts: all.length > MAX_ALERTS ? Object.fromEntries(all.slice(0, MAX_ALERTS)) : next.alerts,
    timeline: next.timeline.slice(-KEPT_ENTRIES),
  };
  return { incident, beside, ...(held === undefined ? {} : { held }) };
}

/** What is held pages when it still fires at the end of its hold: the alert that opened it is told then. */
function endHold(open: Open, loaded: Loaded, now: string): void {
  const hold = open.incident.timers.find(({ kind, due }) => kind === 'hold' && due <= now);
  if (hold === undefined) return;
  const next = decide(open.incident, { type: 'timer', id: hold.id }, contextAt(loaded, hold.due));
  if (!next) return;
  if (open.held) noteTold(open.held, open.incident, next);
  open.incident = next;
  delete open.held;
}

function contextAt(loaded: Loaded, now: string): Context {
  return { now, catalogue: loaded.catalogue, onCall: (rota) => loaded.onCall(rota, now) };
}

function outcomeOf({ alert, service, choice, policy, severity, urgency, nobody }: Routed, now: string): Outcome {
  return {
    at: now,
    title: alert.title,
    service: service?.name ?? 'none',
    runbook: choice.runbook ?? choice.url ?? 'none',
    policy,
    severity,
    urgency,
    ...(nobody === undefined ? {} : { nobody: nobody.because }),
    asks: false,
    reachesNobody: false,
    told: [],
  };
}

/** The pages that a change owes anew: at the instant of the change, or by the person's rules after it. */
function noteTold(outcome: Outcome, before: Incident | undefined, after: Incident): void {
  const known = new Set(before?.id === after.id ? before.pages.map(({ id }) => id) : []);
  const fresh = after.pages.filter(({ id, kind }) => kind === 'alert' && !known.has(id));
  for (const { to, person, channel, due } of fresh) outcome.told.push({ to, person, channel, at: due });
  outcome.asks = outcome.asks || fresh.length > 0;
  const asks = after.state === 'triggered' && after.urgency === 'high' && after.quietUntil === undefined;
  outcome.reachesNobody = asks && after.pages.length === 0;
}
