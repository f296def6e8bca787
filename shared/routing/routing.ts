/**
 * Routing: the step from an alert to its service, environment, runbook, severity, urgency, policy and group, or to the
 * reason why nobody is told.
 *
 *   alert → service → environment → runbook → severity → urgency, policy → group → is anybody told?
 *
 * Promises: nothing else in the product decides any of this. Triage, `explain`, `lint --alarms` and `new runbook` call
 * `route`, so they cannot disagree. A runbook that was only guessed from words is shown, and decides nothing: its `hold`,
 * `severity` and `group` do not apply.
 *
 * Pure: the catalogue, the silences and the time are handed in.
 */
import type { Alert, Severity } from '../alert/alert.ts';
import type { Heartbeat, Service, Urgency } from '../catalogue/catalogue.ts';
import { policyFor, urgencyFor } from '../catalogue/resolve.ts';
import { type Silence, silenceOf } from '../exception/exception.ts';
import { type Lesson, withMemory } from '../memory/memory.ts';
import type { Choice, Runbook } from '../runbook/runbook.ts';
import { isCanaryAlert } from './canary.ts';
import { groupOf } from './grouping.ts';
import type { Loaded } from './loaded.ts';

/** Why nobody is told of an alert, with a sentence for people. */
export type Nobody = {
  because: 'test' | 'suppressed' | 'acknowledgement' | 'heartbeat' | 'canary' | 'silenced' | 'urgency' | 'resolved';
  said: string;
};

/** What the catalogue makes of one alert. */
export type Routed = {
  /** The alert with the catalogue's names for its service and environment: people write patterns with those. */
  alert: Alert;
  service?: Service;
  /** Why it is this service or none, as a sentence. */
  serviceWhy: string;
  environment?: string;
  choice: Choice;
  /** The runbook that decides: chosen by a link, a pattern or a person, not by words. */
  runbook?: Runbook;
  severity: Severity;
  urgency: Urgency;
  policy: string;
  group: string;
  /** Seconds for which the alert must keep firing before it pages. */
  holdSeconds: number;
  /** Where a silence matches: until when, UTC ISO. */
  silencedUntil?: string;
  heartbeat?: Heartbeat;
  /** Absent where somebody is told. */
  nobody?: Nobody;
};

/** What is asked beside the alert. `now`: UTC ISO. */
export type Asked = {
  loaded: Loaded;
  silences: Silence[];
  now: string;
  /** What people said about runbooks of alerts of this name. */
  lessons?: readonly Lesson[];
};

/** Routes one alert. */
export function route(alert: Alert, { loaded, silences, now, lessons = [] }: Asked): Routed {
  const { catalogue } = loaded;
  const isCanary = isCanaryAlert(alert);
  const { service, why: serviceWhy } = isCanary ? CANARY_SERVICE : loaded.serviceOf(alert);
  const environment = loaded.environmentOf(alert);
  const named: Alert = {
    ...alert,
    ...(service === undefined ? {} : { service: service.name }),
    ...(environment === undefined ? {} : { environment }),
  };
  const isRunbook = (id: string) => Object.hasOwn(catalogue.runbooks, id);
  const choice = isCanary
    ? NO_RUNBOOK
    : withMemory(loaded.runbookFor(named, service), named, lessons, { isRunbook, now });
  const runbook = isCertain(choice) ? catalogue.runbooks[choice.runbook!] : undefined;
  const severity = isCanary ? 'info' : (runbook?.severity ?? alert.severity ?? catalogue.defaults.severity);
  const silence = silenceOf(silences, named, now);
  const heartbeat = isCanary ? undefined : loaded.heartbeatOf?.(named);
  const routed: Omit<Routed, 'nobody'> = {
    alert: named,
    serviceWhy,
    ...(service === undefined ? {} : { service }),
    ...(environment === undefined ? {} : { environment }),
    choice,
    ...(runbook === undefined ? {} : { runbook }),
    severity,
    // The canary measures the way to the person whom the default policy would wake.
    urgency: isCanary ? 'high' : urgencyFor(catalogue, service, severity),
    policy: isCanary ? catalogue.defaults.policy : policyFor(catalogue, service).name,
    group: groupOf(named, runbook),
    holdSeconds: runbook?.holdSeconds ?? 0,
    ...(silence === undefined ? {} : { silencedUntil: silence.until }),
    ...(heartbeat === undefined ? {} : { heartbeat }),
  };
  const nobody = whyNobody(routed, silence);
  return nobody === undefined ? routed : { ...routed, nobody };
}

const CANARY_SERVICE: { service?: Service; why: string } = { why: 'It is the canary: it belongs to no service.' };
const NO_RUNBOOK: Choice = { runbook: null, by: 'none', candidates: [] };

/** Whether a runbook may decide: a link or a pattern named it, or a person did. Words only guess. */
export function isCertain({ runbook, by }: Pick<Choice, 'runbook' | 'by'>): boolean {
  return runbook !== null && by !== 'words';
}

/** An Events v2 client that says "somebody has it": never a new alert. [PagerDuty, Events API v2, `event_action`] */
export function isAcknowledgement(alert: Alert): boolean {
  return alert.source.kind === 'events' && alert.labels['action'] === 'acknowledge';
}

/** The first reason that applies, in the order in which triage would meet them; undefined where somebody is told. */
function whyNobody(
  { alert, heartbeat, severity, urgency }: Omit<Routed, 'nobody'>,
  silence: Silence | undefined,
): Nobody | undefined {
  if (alert.test) return { because: 'test', said: "It is the sender's own test notification." };
  if (isAcknowledgement(alert)) return { because: 'acknowledgement', said: 'The sender says that somebody has it.' };
  if (heartbeat) {
    return { because: 'heartbeat', said: `It is a sign of life of ${heartbeat.name}: its absence pages.` };
  }
  if (isCanaryAlert(alert)) {
    return { because: 'canary', said: "It is Pageturner's canary: it goes the whole way and is not sent." };
  }
  if (alert.status === 'resolved') return { because: 'resolved', said: 'It says that a signal is over.' };
  if (alert.labels['suppressed'] !== undefined) {
    return { because: 'suppressed', said: `The alarm's actions are suppressed by ${alert.labels['suppressed']}.` };
  }
  if (silence) {
    const why = silence.why === '' ? '' : ` (${silence.why})`;
    return {
      because: 'silenced',
      said: `${silence.by} silenced it until ${silence.until}${why}. It pages then if it still fires.`,
    };
  }
  if (urgency === 'none')
    return { because: 'urgency', said: `Severity ${severity} has urgency none here: it is recorded.` };
  return undefined;
}

/** Whether triage keeps the alert on record and opens no incident for it. */
export function opensNothing({ nobody }: Pick<Routed, 'nobody'>): boolean {
  return nobody !== undefined && ['test', 'suppressed', 'acknowledgement', 'heartbeat'].includes(nobody.because);
}
