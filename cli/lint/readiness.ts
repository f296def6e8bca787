/**
 * Readiness: what an alert of every severity of every service would lead to in the coming weeks, for each stretch of time
 * between two changes of the rotas that its policy asks. A stretch in which an alert would wake nobody, wake somebody late
 * or tell nobody is a finding, with the services, the times and the reason.
 *
 * Promises: exact, not sampled: a gap of a minute is found. The state machine that pages at night walks each policy, so
 * the two cannot disagree. Pure; called by `lint.ts`.
 */
import { SEVERITIES, type Severity } from '../../shared/alert/alert.ts';
import type { Catalogue, Channel, Policy } from '../../shared/catalogue/catalogue.ts';
import { policyFor, urgencyFor } from '../../shared/catalogue/resolve.ts';
import { decide } from '../../shared/incident/decide.ts';
import type { Context, Unreached } from '../../shared/incident/escalation.ts';
import { type Incident, isSamePlace, type Page } from '../../shared/incident/incident.ts';
import type { Notice } from '../../shared/incident/notices.ts';
import type { CompiledRota } from '../../shared/rota/compile.ts';
import { openHours } from '../../shared/rota/hours.ts';
import { mergeStints, type Stint, stintsBetween } from '../../shared/rota/shifts.ts';
import type { Zone } from '../../shared/rota/zone.ts';
import { earliest, millis } from '../../shared/time/time.ts';
import type { Where } from '../catalogue/compile.ts';
import { unanswered } from '../explain/unanswered.ts';
import type { Finding } from '../finding.ts';
import { sayInterval, sayLength } from '../say.ts';

/** What wakes a sleeper; the other channels wait on a screen. */
const WAKING: Channel[] = ['sms', 'voice'];

export type Horizon = { from: number; to: number };

/** What becomes of an alert: who is woken first and when, or for low urgency who hears of it; why nobody sooner. */
export type Course = { woken: string[]; afterSeconds: number; told: boolean; because: string[] };

type OnCall = (rota: string) => string | undefined;

/** What is walked: an alert of this urgency that opens an incident under this policy at `at` (UTC ISO). */
export type Walk = { catalogue: Catalogue; policy: Policy; urgency: 'high' | 'low'; at: string; onCall: OnCall };

/**
 * The course of an alert that nobody answers. The state machine of incidents walks it, so this is what the night would do:
 * through the policy, and where that reaches nobody through the default one.
 */
export function courseOf({ catalogue, policy, urgency, at, onCall }: Walk): Course {
  const unreached: string[] = [];
  const contextAt = (now: string): Context => ({
    now,
    catalogue,
    onCall,
    onUnreached: (why) => unreached.push(sayUnreached(why, urgency)),
  });
  const opened = decide(undefined, { type: 'notices', notices: [probe(policy, urgency, at)] }, contextAt(at))!;
  const timers = (policy.repeat + 2) * policy.steps.length;
  let last = opened;
  for (const incident of unanswered(opened, contextAt, timers)) {
    const course = courseSoFar(incident, { catalogue, urgency, at }, unreached);
    if (course !== undefined) return course;
    last = incident;
  }
  return wakesNobody(last, catalogue, unreached);
}

function wakesNobody(incident: Incident, catalogue: Catalogue, unreached: string[]): Course {
  const told = incident.pages.some(({ kind }) => kind === 'alert');
  return { woken: [], afterSeconds: 0, told, because: reasons(incident, catalogue, unreached) };
}

function reasons(incident: Incident, catalogue: Catalogue, unreached: string[]): string[] {
  return [...new Set([...unreached, ...obstacles(incident, catalogue)])];
}

/** A notice of an alert that nothing else is known of. */
function probe(policy: Policy, urgency: 'high' | 'low', at: string): Notice {
  return {
    alert: {
      id: 'lint',
      key: 'lint',
      status: 'firing',
      source: { kind: 'unknown' },
      title: 'lint',
      resources: [],
      labels: {},
      links: {},
      at,
      test: false,
    },
    group: 'lint',
    severity: urgency === 'high' ? 'critical' : 'warning',
    urgency,
    policy: policy.name,
    runbook: { runbook: null, by: 'none', candidates: [] },
    holdSeconds: 0,
    suspects: [],
  };
}

/** The course once it is decided: a phone rings before the next step fires, or low urgency is heard of. */
function courseSoFar(
  incident: Incident,
  { catalogue, urgency, at }: Pick<Walk, 'catalogue' | 'urgency' | 'at'>,
  unreached: string[],
): Course | undefined {
  const asked = incident.pages.filter(({ kind }) => kind === 'alert');
  if (urgency === 'low') return asked.length === 0 ? undefined : wakesNobody(incident, catalogue, unreached);
  const rings = asked.filter(({ person, channel }) => person && WAKING.includes(channel));
  const first = earliest(rings.map(({ due }) => due));
  const nextStep = earliest(incident.timers.filter(({ kind }) => kind === 'step').map(({ due }) => due));
  if (first === undefined) return nextStep === undefined ? wakesNobody(incident, catalogue, unreached) : undefined;
  if (nextStep !== undefined && nextStep < first) return undefined;
  const woken = [...new Set(rings.filter(({ due }) => due === first).map(({ to }) => to))];
  return {
    woken,
    afterSeconds: (millis(first) - millis(at)) / 1000,
    told: true,
    because: reasons(incident, catalogue, unreached),
  };
}

function sayUnreached(why: Unreached, urgency: 'high' | 'low'): string {
  if (why.kind === 'nobody-on-call') return `nobody is on call in ${why.rota}`;
  return `${why.person} has no contact${urgency === 'high' ? '' : ' that waits on a screen'}`;
}

/** What keeps the people and chats that were asked from waking anybody at once, step by step. */
function obstacles({ pages, policy }: Incident, catalogue: Catalogue): string[] {
  const asked = pages.filter(({ kind }) => kind === 'alert');
  const places = [...new Map(asked.map(({ place }) => [`${place?.round}.${place?.step}`, place])).values()];
  return places.flatMap((place) => {
    const here = asked.filter((page) => isSamePlace(page.place, place));
    const people = [...new Set(here.filter(({ person }) => person).map(({ to }) => to))];
    const step = catalogue.policies[policy]?.steps[place?.step ?? 0];
    const isChat = step?.notify.every(({ kind }) => kind !== 'rota' && kind !== 'person') ?? false;
    if (isChat) return [`step ${(place?.step ?? 0) + 1} only writes to a chat`];
    return people.flatMap((id) => obstacleOf(id, here, catalogue));
  });
}

function obstacleOf(id: string, pages: Page[], catalogue: Catalogue): string[] {
  const own = pages.filter(({ to }) => to === id);
  const asked = earliest(own.map(({ due }) => due));
  const rings = earliest(own.filter(({ channel }) => WAKING.includes(channel)).map(({ due }) => due));
  if (rings !== undefined) return rings === asked ? [] : [`${id}'s own rules ring late`];
  const hasPhone = catalogue.people[id]?.contact.phone !== undefined;
  return [hasPhone ? `${id}'s own rules ring no phone` : `${id} has no phone`];
}

type Stretch = { start: number; end: number; course: Course };

/** Instants in the horizon at which any of the rotas changes hands, with both ends. */
function changesIn(plans: Stint[][], { from, to }: Horizon): number[] {
  const instants = plans.flatMap((stints) => stints.flatMap(({ start, end }) => [start, end]));
  return [...new Set([from, ...instants.filter((at) => at > from && at < to), to])].sort((a, b) => a - b);
}

function rotasOf(policy: Policy | undefined): string[] {
  return (policy?.steps ?? []).flatMap(({ notify }) =>
    notify.filter(({ kind }) => kind === 'rota').map(({ name }) => name),
  );
}

/** The course of alerts through the horizon, a stretch for each change of hands. */
function stretchesOf(scene: Scene, policy: Policy, urgency: 'high' | 'low'): Stretch[] {
  const { catalogue, plans } = scene;
  const names = [...new Set([...rotasOf(policy), ...rotasOf(catalogue.policies[catalogue.defaults.policy])])];
  const ranges =
    urgency === 'low' && policy.workingHours ? openHours(policy.workingHours, scene.horizon) : [scene.horizon];
  const cursors = new Map(names.map((name) => [name, 0]));
  const courses = new Map<string, Course>();
  return ranges.flatMap((range) => {
    const changes = changesIn(
      names.map((name) => plans.get(name) ?? []),
      range,
    );
    return changes.slice(0, -1).map((start, i) => {
      const onCall = (rota: string) => {
        const stints = plans.get(rota) ?? [];
        let at = cursors.get(rota) ?? 0;
        while (at < stints.length && stints[at]!.end <= start) at++;
        cursors.set(rota, at);
        const stint = stints[at];
        return stint !== undefined && stint.start <= start ? stint.person : undefined;
      };
      const who = new Map(names.map((name) => [name, onCall(name)]));
      // The same people on call make the same course: it is walked once, however many weeks it comes round.
      const key = JSON.stringify([...who.values()].map((one) => one ?? null));
      const at = new Date(start).toISOString();
      const course = courses.get(key) ?? courseOf({ catalogue, policy, urgency, at, onCall: (rota) => who.get(rota) });
      courses.set(key, course);
      return { start, end: changes[i + 1]!, course };
    });
  });
}

/** What a course means for the people who wait for an answer; undefined where it is as it should be. */
function consequence(urgency: 'high' | 'low', course: Course): Consequence | undefined {
  const because = [...new Set(course.because)].join(', and ');
  if (urgency === 'low')
    return course.told ? undefined : { level: 'error', code: 'tells-nobody', text: `tells nobody, because ${because}` };
  if (course.woken.length === 0)
    return { level: 'error', code: 'wakes-nobody', text: `wakes nobody, because ${because}` };
  if (course.because.length === 0) return undefined;
  if (
    course.afterSeconds === 0 &&
    !course.because.some((why) => why.startsWith('nobody is on call') || why.includes('no contact'))
  )
    return undefined;
  const delay = course.afterSeconds === 0 ? 'at once' : `${sayLength(course.afterSeconds * 1000)} late`;
  const text = `wakes only ${course.woken.join(' and ')}, ${delay}, because ${because}`;
  return { level: 'warning', code: 'wakes-late', text };
}

type Consequence = { level: Finding['level']; code: string; text: string };

/** `A critical or error on api and db`: what of an urgency goes through this policy. */
function affected(catalogue: Catalogue, policy: Policy, urgency: 'high' | 'low'): string | undefined {
  const bySeverities = new Map<string, string[]>();
  const note = (name: string, severities: Severity[]) => {
    const key = severities.join(' or ');
    if (severities.length > 0) bySeverities.set(key, [...(bySeverities.get(key) ?? []), name]);
  };
  for (const service of Object.values(catalogue.services)) {
    if (policyFor(catalogue, service) !== policy) continue;
    note(
      service.name,
      SEVERITIES.filter((severity) => urgencyFor(catalogue, service, severity) === urgency),
    );
  }
  if (catalogue.defaults.policy === policy.name) {
    note(
      'alerts that no service claims',
      SEVERITIES.filter((severity) => catalogue.defaults.urgency[severity] === urgency),
    );
  }
  if (bySeverities.size === 0) return undefined;
  const said = [...bySeverities].map(([severities, names]) => `a ${severities} on ${names.join(', ')}`).join('; ');
  return said
    .replace(/^a/, 'A')
    .replaceAll('a error', 'an error')
    .replace(/^A error/, 'An error');
}

/** `on Saturday 28 November 2026 from 03:00 to 09:00`, with how often it comes again. */
function sayWhen(stretches: Stretch[], zone: Zone, always: boolean): string {
  if (always) return 'at any hour';
  const [first] = stretches as [Stretch];
  const total = stretches.reduce((sum, { start, end }) => sum + end - start, 0);
  const said = sayInterval(zone, first.start, first.end);
  const more = stretches.length - 1;
  const times = more === 0 ? '' : ` (and ${more} ${more === 1 ? 'time' : 'times'} more, ${sayLength(total)} in all)`;
  return `${said.includes(' from ') ? 'on' : 'from'} ${said}${times}`;
}

function findingsOf(scene: Scene, policy: Policy, urgency: 'high' | 'low'): Finding[] {
  const whom = affected(scene.catalogue, policy, urgency);
  if (whom === undefined) return [];
  const all = stretchesOf(scene, policy, urgency);
  const groups = new Map<string, { found: Consequence; stretches: Stretch[] }>();
  for (const stretch of all) {
    const found = consequence(urgency, stretch.course);
    if (found === undefined) continue;
    const group = groups.get(found.text) ?? { found, stretches: [] };
    const before = group.stretches.at(-1);
    if (before?.end === stretch.start) before.end = stretch.end;
    else group.stretches.push({ ...stretch });
    groups.set(found.text, group);
  }
  const length = (stretches: Stretch[]) => stretches.reduce((sum, { start, end }) => sum + end - start, 0);
  return [...groups.values()].map(({ found: { level, code, text }, stretches }) => ({
    level,
    code,
    ...scene.where('policy', policy.name, ['steps', 0]),
    message: `${whom} ${sayWhen(stretches, scene.zone, length(stretches) === length(all))} ${text}.`,
    mend: mendOf(urgency, text),
  }));
}

function mendOf(urgency: 'high' | 'low', text: string): string {
  if (urgency === 'low') return 'Add a chat to the first step, or a contact that does not ring, or fill the rota.';
  if (!/only writes to a chat/.test(text))
    return 'Give them a phone number, fill the rota, or add a step that reaches somebody.';
  if (text.startsWith('wakes nobody')) return 'Add a step that notifies a rota or a person.';
  return 'Add a rota or a person to that step; or leave it, if chat is meant to come first.';
}

type Scene = { catalogue: Catalogue; plans: Map<string, Stint[]>; horizon: Horizon; zone: Zone; where: Where };

/**
 * Whom nobody would reach, and when, within the horizon: for high urgency who is not woken, for low who never hears.
 *
 * @param rotas every rota of the catalogue, compiled
 * @param horizon epoch milliseconds
 * @param zone in which dates are said
 */
export function checkReadiness(
  catalogue: Catalogue,
  rotas: Map<string, CompiledRota>,
  horizon: Horizon,
  zone: Zone,
  where: Where,
): Finding[] {
  const plans = new Map<string, Stint[]>();
  for (const [name, rota] of rotas) plans.set(name, mergeStints(stintsBetween(rota, horizon.from, horizon.to)));
  const scene = { catalogue, plans, horizon, zone, where };
  return Object.values(catalogue.policies).flatMap((policy) => [
    ...findingsOf(scene, policy, 'high'),
    ...findingsOf(scene, policy, 'low'),
  ]);
}
