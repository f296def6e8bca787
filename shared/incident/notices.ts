/**
 * What notices of alerts do to an incident: open it, join it, make it worse, end it.
 *
 * Promises: for each signal the latest state by the sender's clock counts; an older notice never undoes a newer one, and
 * a repeated one changes nothing. Called by `decide.ts` alone. Pure.
 */
import { type Alert, isWorse, type Severity } from '../alert/alert.ts';
import type { Urgency } from '../catalogue/catalogue.ts';
import type { Routed } from '../routing/routing.ts';
import type { Choice } from '../runbook/runbook.ts';
import type { Suspect } from '../suspect/suspect.ts';
import { after, earliest, latest, millis } from '../time/time.ts';
import { addTimer, type Context, note, repeatStep } from './escalation.ts';
import { blankIncident, draftOf, FLAPPING, firingKeys, type Incident, REOPEN_SECONDS } from './incident.ts';
import { move } from './states.ts';
import { handedOn, takeBackTicket } from './ticket.ts';
import { askAgain, clearAnswer, currentPlace, finish, settle, startPaging, takeBackRelief } from './transitions.ts';

/** How many candidates for a runbook an incident keeps. */
const MAX_CANDIDATES = 3;

/** One alert as triage understood it. A resolve needs no more than the alert. */
export type Notice = {
  alert: Omit<Alert, 'raw'>;
  group: string;
  severity: Severity;
  urgency: Urgency;
  policy: string;
  service?: string;
  environment?: string;
  runbook: Choice;
  holdSeconds: number;
  silencedUntil?: string;
  /** A newer resolve of the same signal that was heard before this firing. */
  overAt?: string;
  suspects: Suspect[];
};

/** What an incident is told of a firing alert that was routed. `overAt`: a newer end of the same signal, heard before. */
export function noticeOf(
  { alert, service, environment, choice, severity, urgency, policy, holdSeconds, silencedUntil }: Routed,
  { group, overAt, suspects }: { group: string; overAt?: string | undefined; suspects: Suspect[] },
): Notice {
  return {
    alert: withoutBody(alert),
    group,
    severity,
    urgency,
    policy,
    ...(service === undefined ? {} : { service: service.name }),
    ...(environment === undefined ? {} : { environment }),
    runbook: { ...choice, candidates: choice.candidates.slice(0, MAX_CANDIDATES) },
    holdSeconds,
    ...(silencedUntil === undefined ? {} : { silencedUntil }),
    ...(overAt === undefined ? {} : { overAt }),
    suspects,
  };
}

/** What an incident is told of the end of one of its signals. */
export function resolveOf(alert: Alert, incident: Incident): Notice {
  const { group, severity, urgency, policy, runbook } = incident;
  return { alert: withoutBody(alert), group, severity, urgency, policy, runbook, holdSeconds: 0, suspects: [] };
}

/** An incident is one small item: the body of an alert is kept beside it. */
function withoutBody({ raw: _raw, ...rest }: Alert): Notice['alert'] {
  return rest;
}

/** See `decide`. `spilledFiring`: how many other signals fire in items beside the incident. */
export function decideNotices(
  incident: Incident | undefined,
  notices: Notice[],
  spilledFiring: number,
  context: Context,
): Incident | undefined {
  const ordered = inOrder(notices);
  const news = ordered.filter((notice) => isNews(incident, notice));
  const startsAnother =
    incident === undefined || (isLongOver(incident, context.now) && news.some((notice) => isFiring(notice)));
  const first = news.find((notice) => notice.alert.status === 'firing');
  if (startsAnother && !first) return incident;
  const draft = startsAnother ? newIncident(first!, incident, context) : draftOf(incident);

  const from = draft.severity;
  for (const notice of news) remember(draft, notice, context);
  // Not only the news: a signal kept beside the incident may have been written when the write of the incident was lost.
  const live = ordered.filter((notice) => isStanding(draft, notice));
  const firing = firingKeys(draft);
  if (live.length > 0) takeWorst(draft, live, firing);

  const isOpen = draft.openedAt !== undefined && draft.state !== 'resolved';
  if (!isOpen && live.length > 0) open(draft, live, context);
  else if (draft.openedAt === undefined) openAndOver(draft, context);
  else if (isOpen && firing.length + spilledFiring === 0) resolveBySignals(draft, context);
  else if (isOpen && isQuiet(draft, context.now)) shortenQuiet(draft, live, context);
  else if (isOpen && isWorse(draft.severity, draft.pagedSeverity ?? draft.severity)) worsen(draft, from, context);
  else if (news.length === 0) return incident;
  return finish(draft, context);
}

/** A firing that was not over before we heard of it. */
function isFiring(notice: Notice): boolean {
  return notice.alert.status === 'firing' && !(notice.overAt !== undefined && notice.overAt > notice.alert.at);
}

/** Whether this very notice is what is known of its signal, and it fires. */
function isStanding(draft: Incident, notice: Notice): boolean {
  const known = draft.alerts[notice.alert.key];
  return known?.status === 'firing' && !known.closed && known.id === notice.alert.id;
}

/** By the sender's clock; at the same instant a firing comes last, so that it is never lost. */
function inOrder(notices: Notice[]): Notice[] {
  const rank = (notice: Notice) => (notice.alert.status === 'firing' ? 1 : 0);
  return [...notices].sort(
    (a, b) => compare(a.alert.at, b.alert.at) || rank(a) - rank(b) || compare(a.alert.id, b.alert.id),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a notice says something newer of its signal than what is known. */
function isNews(incident: Incident | undefined, notice: Notice): boolean {
  const known = incident?.alerts[notice.alert.key];
  if (!known) return notice.alert.status === 'firing';
  const { at, status, id } = notice.alert;
  if (at !== known.at) return at > known.at;
  // Two different notices of one instant: firing wins, then the larger id, so that order does not matter.
  if (status !== known.status) return status === 'firing';
  return status === 'firing' && id > known.id && !known.closed;
}

function isLongOver(incident: Incident, now: string): boolean {
  return incident.state === 'resolved' && millis(now) - millis(incident.resolvedAt ?? now) > REOPEN_SECONDS * 1000;
}

/** `before`: the last incident of the group, which is over. */
function newIncident(notice: Notice, before: Incident | undefined, context: Context): Incident {
  return {
    ...blankIncident(notice.group, (before?.sequence ?? 0) + 1, context.now),
    ...handedOn(before, context.now),
    state: 'resolved',
    title: notice.alert.title,
    severity: notice.severity,
    urgency: notice.urgency,
    ...(notice.service === undefined ? {} : { service: notice.service }),
    ...(notice.environment === undefined ? {} : { environment: notice.environment }),
    policy: notice.policy,
    runbook: notice.runbook,
    lead: leadOf(notice),
    suspects: notice.suspects,
  };
}

/** An alarm's ARN is up to a few hundred bytes, and the incident is one small item. */
const MAX_CHILDREN = 30;

function leadOf({ alert }: Notice): Incident['lead'] {
  return {
    key: alert.key,
    id: alert.id,
    title: alert.title.slice(0, 256),
    source: alert.source.kind,
    ...(alert.description === undefined ? {} : { description: alert.description.slice(0, 1000) }),
    ...(alert.signal === undefined ? {} : { signal: alert.signal }),
    resources: alert.resources.slice(0, 3),
    labels: Object.fromEntries(
      Object.entries(alert.labels)
        .slice(0, 30)
        .map(([name, value]) => [name.slice(0, 100), value.slice(0, 300)]),
    ),
    ...(alert.source.variant === 'composite' && alert.resources.length > 0
      ? { children: alert.resources.slice(0, MAX_CHILDREN).map(({ id }) => id) }
      : {}),
    links: alert.links,
  };
}

function remember(draft: Incident, notice: Notice, context: Context): void {
  const { key, id, status, at, title } = notice.alert;
  const isNewSignal = !draft.alerts[key];
  const over = status === 'firing' && !isFiring(notice);
  draft.alerts[key] = {
    status: over ? 'resolved' : status,
    at: over ? notice.overAt! : at,
    id,
    severity: status === 'firing' ? notice.severity : (draft.alerts[key]?.severity ?? draft.severity),
    title: title.slice(0, 256),
  };
  if (status === 'resolved') note(draft, context.now, `Over: ${title.slice(0, 120)}`);
  else if (over) note(draft, context.now, `Fired and was over before we heard: ${title.slice(0, 120)}`);
  else note(draft, context.now, `${isNewSignal ? 'Firing' : 'Firing again'}: ${title.slice(0, 120)}`);
}

/** Severity and urgency are those of the worst that fires; who leads changes only for the worse. */
function takeWorst(draft: Incident, live: Notice[], firing: string[]): void {
  const worst = firing.map((key) => draft.alerts[key]!.severity).reduce((a, b) => (isWorse(b, a) ? b : a));
  const leads = live.find((notice) => notice.severity === worst);
  if (leads && (isWorse(worst, draft.severity) || draft.state === 'resolved')) {
    draft.lead = leadOf(leads);
    draft.title = leads.alert.title;
    draft.urgency = leads.urgency;
    if (leads.suspects.length > 0) draft.suspects = leads.suspects;
  }
  draft.severity = worst;
}

function open(draft: Incident, live: Notice[], context: Context): void {
  const again = draft.openedAt !== undefined;
  move(draft, again ? 'fires-again' : 'fires');
  draft.openedAt ??= context.now;
  draft.firingSince = earliest([...live.map(began), context.now])!;
  clearAnswer(draft);
  takeBackRelief(draft);
  takeBackTicket(draft);
  delete draft.resolvedAt;
  delete draft.resolvedBy;
  delete draft.quietUntil;
  if (again) draft.triggeredAt = context.now;
  note(draft, context.now, again ? 'Triggered again' : 'Incident opened');
  const flaps = again ? flapsUntil(draft, context.now) : undefined;
  const quiet = [allQuietUntil(live, context.now), flaps].filter((until) => until !== undefined);
  const until = latest(quiet);
  if (until === undefined) startPaging(draft, context);
  else keepQuiet(draft, until, context);
}

/** Counts that it triggers again; where it flaps, until when it pages nobody. */
function flapsUntil(draft: Incident, now: string): string | undefined {
  const recent = (draft.again ?? []).filter((at) => after(at, FLAPPING.withinSeconds) > now);
  draft.again = [...recent, now].slice(-FLAPPING.times);
  if (draft.again.length < FLAPPING.times) return undefined;
  note(draft, now, `It flaps: ${FLAPPING.times} times in an hour or less. It pages again once it keeps firing`);
  return after(now, FLAPPING.holdSeconds);
}

function began({ alert }: Notice): string {
  return alert.startsAt ?? alert.at;
}

function isQuiet(draft: Incident, now: string): boolean {
  return draft.quietUntil !== undefined && draft.quietUntil > now;
}

function keepQuiet(draft: Incident, until: string, context: Context): void {
  draft.quietUntil = until;
  draft.timers = draft.timers.filter((timer) => timer.kind !== 'hold');
  addTimer(draft, { kind: 'hold', due: until });
  note(draft, context.now, `Pages nobody before ${until}`);
}

/** A signal that need not wait joins one that must. */
function shortenQuiet(draft: Incident, live: Notice[], context: Context): void {
  if (live.length === 0) return;
  // What is held because it flaps is not let go by one more notice of it, only by worse news.
  const flaps = (draft.again?.length ?? 0) >= FLAPPING.times;
  if (flaps && !isWorse(draft.severity, draft.pagedSeverity ?? draft.severity)) return;
  const until = allQuietUntil(live, context.now);
  if (until === undefined) startPaging(draft, context);
  else if (until < draft.quietUntil!) keepQuiet(draft, until, context);
}

/** The earliest end of quiet among notices; undefined where one of them need not wait. */
function allQuietUntil(live: Notice[], now: string): string | undefined {
  const ends = live.map((notice) => quietUntil(notice, began(notice), now));
  return ends.includes(undefined) ? undefined : ends.reduce((a, b) => (a! < b! ? a : b));
}

/** Until when a notice pages nobody: its hold counted from when it began to fire, or its silence; undefined for neither. */
function quietUntil(notice: Notice, since: string, now: string): string | undefined {
  const held = notice.holdSeconds > 0 ? after(since < now ? since : now, notice.holdSeconds) : now;
  const silenced = notice.silencedUntil ?? now;
  const until = held > silenced ? held : silenced;
  return until > now ? until : undefined;
}

/** All that fired was over before we heard of it: on record, and nobody is woken. */
function openAndOver(draft: Incident, context: Context): void {
  move(draft, 'over-before-heard');
  draft.openedAt = context.now;
  draft.resolvedAt = context.now;
  note(draft, context.now, 'It was over before we heard of it: nobody is paged');
}

/** The incident has become worse than what people were paged for. */
function worsen(draft: Incident, from: Severity, context: Context): void {
  note(draft, context.now, `Worse: ${from} to ${draft.severity}`);
  const stepTimer = draft.timers.find((timer) => timer.kind === 'step');
  if (draft.state === 'acknowledged' || !stepTimer) {
    askAgain(draft, 'worsens', context);
    startPaging(draft, context);
    return;
  }
  draft.pagedSeverity = draft.severity;
  repeatStep(draft, currentPlace(draft) ?? { round: 0, step: 0 }, context);
}

function resolveBySignals(draft: Incident, context: Context): void {
  settle(draft, { cause: 'signals-over' }, context);
  note(draft, context.now, 'All signals are over: resolved');
}
