/**
 * Readiness, said as consequences: what every severity of every service comes to in the coming weeks, stretch by stretch
 * between the changes of the rotas that its policy asks. Whatever would wake nobody, or only somebody late, or tell nobody,
 * is said with whom it hits, when, and why.
 *
 * Promises: exact, not sampled: a gap of a minute is found; and the same as escalation does, which a test walks beside it.
 * Pure; called by `lint.ts`.
 */
import { SEVERITIES, type Severity } from '../../shared/alert/alert.ts';
import { type Catalogue, CHANNELS, type Channel, type Person, type Policy } from '../../shared/catalogue/catalogue.ts';
import type { Where } from '../../shared/catalogue/compile.ts';
import { policyFor, urgencyFor } from '../../shared/catalogue/resolve.ts';
import type { CompiledRota } from '../../shared/rota/compile.ts';
import { openHours } from '../../shared/rota/hours.ts';
import { sayInterval, sayLength } from '../../shared/rota/say.ts';
import { mergeStints, type Stint, stintsBetween } from '../../shared/rota/shifts.ts';
import type { Zone } from '../../shared/rota/zone.ts';
import type { Finding } from '../../shared/written/finding.ts';

/** What wakes a sleeper; the other channels wait on a screen. */
const WAKING: Channel[] = ['sms', 'voice'];

export type Horizon = { from: number; to: number };

/** The contact that a channel needs. */
export function contactFor(person: Person, channel: Channel): string | undefined {
  return person.contact[channel === 'sms' || channel === 'voice' ? 'phone' : channel];
}

/** Asking a person, at some instant: whether they hear of it at all, and when it rings, seconds after they are asked. */
type Asked = { reached: boolean; ringsAfterSeconds?: number; obstacle: string };

/** What becomes of an alert: who is woken first and when, or for low urgency who hears of it; why nobody sooner. */
export type Course = { woken: string[]; afterSeconds: number; told: boolean; because: string[] };

/** As escalation does it: rules that have a contact, the first of them at once; where none is left, any way there is. */
function ask(person: Person, urgency: 'high' | 'low', ringing: boolean): Asked {
  const ways = CHANNELS.filter((channel) => (ringing || !WAKING.includes(channel)) && contactFor(person, channel));
  const rules = person.rules[urgency].filter(({ channel }) => ways.includes(channel));
  if (ways.length === 0)
    return { reached: false, obstacle: `${person.id} has no contact${ringing ? '' : ' that waits on a screen'}` };
  const phone = person.contact.phone !== undefined;
  if (rules.length === 0)
    return phone && ringing
      ? { reached: true, ringsAfterSeconds: 0, obstacle: '' }
      : { reached: true, obstacle: `${person.id} has no phone` };
  const earliest = rules.reduce((a, b) => (b.afterSeconds < a.afterSeconds ? b : a));
  const rings = rules
    .filter(({ channel }) => WAKING.includes(channel))
    .map((rule) => (rule === earliest ? 0 : rule.afterSeconds));
  if (rings.length === 0)
    return { reached: true, obstacle: phone ? `${person.id}'s own rules ring no phone` : `${person.id} has no phone` };
  const ringsAfterSeconds = Math.min(...rings);
  return { reached: true, ringsAfterSeconds, obstacle: `${person.id}'s own rules ring late` };
}

type OnCall = (rota: string) => string | undefined;

/** One step: whom it asks, and what keeps it from waking anybody at once. */
function fire(
  catalogue: Catalogue,
  step: Policy['steps'][number],
  urgency: 'high' | 'low',
  ringing: boolean,
  onCall: OnCall,
) {
  const rings: { id: string; seconds: number }[] = [];
  const because: string[] = [];
  const people = step.notify.filter(({ kind }) => kind === 'rota' || kind === 'person');
  const chat = people.length < step.notify.length;
  let reached = 0;
  for (const target of people) {
    const id = target.kind === 'person' ? target.name : onCall(target.name);
    const person = id === undefined ? undefined : catalogue.people[id];
    if (id === undefined || person === undefined) {
      because.push(`nobody is on call in ${target.name}`);
      continue;
    }
    const asked = ask(person, urgency, ringing);
    if (asked.reached) reached++;
    if (asked.ringsAfterSeconds !== undefined) rings.push({ id, seconds: asked.ringsAfterSeconds });
    if (asked.ringsAfterSeconds !== 0) because.push(asked.obstacle);
  }
  if (people.length === 0) because.push('it only writes to a chat');
  // Escalation goes on at once from a step that asks people and reaches none; one for a chat alone was never meant to.
  return { rings, because, goesOn: people.length > 0 && reached === 0, told: chat || reached > 0 };
}

/**
 * The course of an alert that is answered by nobody, through a policy and, where that reaches no person and no chat, the
 * default one: as `incident/escalation.ts` walks it.
 *
 * @param ringing whether phones may be rung: low urgency rings none, unless the policy has working hours and it is in them
 */
export function courseOf(
  catalogue: Catalogue,
  policy: Policy,
  urgency: 'high' | 'low',
  ringing: boolean,
  onCall: OnCall,
): Course {
  const because: string[] = [];
  const rung: { id: string; at: number; why: string[] }[] = [];
  let told = false;
  let at = 0;
  let next = { round: 0, step: 0 };
  while (next.round <= policy.repeat + 1) {
    const reached = reachFrom(policy, next, (step) => {
      const fired = fire(catalogue, step, urgency, ringing, onCall);
      because.push(...fired.because);
      told ||= fired.told;
      rung.push(...fired.rings.map(({ id, seconds }) => ({ id, at: at + seconds, why: [...because] })));
      return fired.goesOn;
    });
    if (reached === undefined) return instead(catalogue, policy, urgency, onCall, { told, because, at });
    at += reached.afterSeconds;
    next = reached;
    // Low urgency goes no further than the first step that was heard of.
    if (urgency === 'low' || rung.some((one) => one.at <= at)) break;
  }
  const first = Math.min(...rung.map((one) => one.at));
  const woken = rung.filter((one) => one.at === first);
  if (woken.length === 0) return { woken: [], afterSeconds: 0, told, because };
  return { woken: [...new Set(woken.map(({ id }) => id))], afterSeconds: first, told, because: woken[0]!.why };
}

type Place = { round: number; step: number };

/** Between the end of a policy and its repetition, at least: as escalation pauses. */
const PAUSE_SECONDS = 300;

/** Fires steps from a place on until one reaches somebody; what then fires next and how long after it; undefined for none. */
function reachFrom(
  { steps, repeat }: Policy,
  from: Place,
  goesOn: (step: Policy['steps'][number]) => boolean,
): (Place & { afterSeconds: number }) | undefined {
  let { round, step } = from;
  const last = steps.length - 1;
  for (let tried = 0; tried < steps.length; tried++) {
    const went = goesOn(steps[step]!);
    const pause = Math.max(steps[last]!.afterSeconds, PAUSE_SECONDS);
    const after = step < last ? steps[step + 1]!.afterSeconds : pause;
    const ends = step === last;
    step = ends ? (round < repeat ? 0 : last) : step + 1;
    if (ends) round++;
    if (!went) return { round, step, afterSeconds: after };
  }
  return undefined;
}

/** A policy that reaches nobody gives way to the default one, at once. */
function instead(
  catalogue: Catalogue,
  policy: Policy,
  urgency: 'high' | 'low',
  onCall: OnCall,
  { told, because, at }: { told: boolean; because: string[]; at: number },
): Course {
  const fallback = catalogue.policies[catalogue.defaults.policy];
  if (fallback === undefined || fallback.name === policy.name) return { woken: [], afterSeconds: 0, told, because };
  const ringing = urgency === 'high' || fallback.workingHours !== undefined;
  const after = courseOf(catalogue, fallback, urgency, ringing, onCall);
  return {
    woken: after.woken,
    afterSeconds: after.woken.length === 0 ? 0 : at + after.afterSeconds,
    told: told || after.told,
    because: [...because, ...after.because.filter((why) => !because.includes(why))],
  };
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
      const ringing = urgency === 'high' || policy.workingHours !== undefined;
      const course = courses.get(key) ?? courseOf(catalogue, policy, urgency, ringing, (rota) => who.get(rota));
      courses.set(key, course);
      return { start, end: changes[i + 1]!, course };
    });
  });
}

/** What a course means for whoever waits; undefined where it is as it should be. */
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
      'whatever no service claims',
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
    mend:
      urgency === 'high'
        ? 'Give them a phone number, fill the rota, or add a step that reaches somebody.'
        : 'Add a chat to the first step, or a contact that does not ring, or fill the rota.',
  }));
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
