/**
 * Readiness, said as consequences: every policy is walked through the coming weeks, stretch by stretch between the
 * changes of its rotas, and whatever would wake nobody, or only somebody late, is said with whom it hits and why.
 *
 * Promises: exact, not sampled: a gap of a minute is found. Pure; called by `lint.ts`.
 */
import { SEVERITIES, type Severity } from '../alert/alert.ts';
import type { CompiledRota } from '../rota/compile.ts';
import { sayInterval, sayLength } from '../rota/say.ts';
import { mergeStints, type Stint, stintsBetween } from '../rota/shifts.ts';
import type { Zone } from '../rota/zone.ts';
import type { Catalogue, Channel, Finding, Person, Policy } from './catalogue.ts';
import type { Where } from './compile.ts';
import { policyFor, urgencyFor } from './resolve.ts';

/** What wakes a sleeper; the other channels wait on a screen. */
const WAKING: Channel[] = ['sms', 'voice'];

export type Horizon = { from: number; to: number };

/** The contact that a channel needs. */
export function contactFor(person: Person, channel: Channel): string | undefined {
  return person.contact[channel === 'sms' || channel === 'voice' ? 'phone' : channel];
}

/** What one step of a policy comes to at some instant: whom it wakes, and why it wakes nobody else. */
type Outcome = { woken: string[]; obstacles: string[] };

type Stretch = { start: number; end: number; outcomes: Outcome[] };

function wakes(person: Person): boolean {
  return WAKING.some((channel) => contactFor(person, channel) !== undefined);
}

/** Instants in the horizon at which any of the rotas changes hands, with both ends. */
function changesIn(plans: Stint[][], { from, to }: Horizon): number[] {
  const instants = plans.flatMap((stints) => stints.flatMap(({ start, end }) => [start, end]));
  return [...new Set([from, ...instants, to])].sort((a, b) => a - b);
}

function outcomesAt(catalogue: Catalogue, policy: Policy, onCall: (rota: string) => string | undefined): Outcome[] {
  return policy.steps.map(({ notify }) => {
    const outcome: Outcome = { woken: [], obstacles: [] };
    for (const target of notify) {
      if (target.kind !== 'rota' && target.kind !== 'person') continue;
      const id = target.kind === 'person' ? target.name : onCall(target.name);
      if (id === undefined) {
        outcome.obstacles.push(`nobody is on call in ${target.name}`);
        continue;
      }
      const person = catalogue.people[id];
      if (person !== undefined && wakes(person)) outcome.woken.push(id);
      else outcome.obstacles.push(`${id} has no phone`);
    }
    if (outcome.woken.length === 0 && outcome.obstacles.length === 0)
      outcome.obstacles.push('it only writes to a chat');
    return outcome;
  });
}

function stretchesOf(catalogue: Catalogue, policy: Policy, plans: Map<string, Stint[]>, horizon: Horizon): Stretch[] {
  const names = policy.steps.flatMap(({ notify }) =>
    notify.filter(({ kind }) => kind === 'rota').map(({ name }) => name),
  );
  const cursors = new Map(names.map((name) => [name, 0]));
  const changes = changesIn(
    names.map((name) => plans.get(name) ?? []),
    horizon,
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
    return { start, end: changes[i + 1]!, outcomes: outcomesAt(catalogue, policy, onCall) };
  });
}

/** What a stretch means for whoever waits; undefined where the first step wakes somebody, as it should. */
function consequence(policy: Policy, outcomes: Outcome[]): { level: Finding['level']; text: string } | undefined {
  const first = outcomes.findIndex(({ woken }) => woken.length > 0);
  if (first === 0) return undefined;
  const before = first < 0 ? outcomes : outcomes.slice(0, first);
  const because = [...new Set(before.flatMap(({ obstacles }) => obstacles))].join(', and ');
  if (first < 0) return { level: 'error', text: `wakes nobody, because ${because}` };
  // A step that reaches nobody gives way to the next at once; one that reaches a silent screen does not.
  const waits = policy.steps.slice(1, first + 1).filter((_, i) => !isEmpty(policy, outcomes, i));
  const late = waits.reduce((sum, step) => sum + step.afterSeconds, 0);
  const delay = late === 0 ? 'at once' : `${sayLength(late * 1000)} late`;
  return { level: 'warning', text: `wakes only ${outcomes[first]!.woken.join(' and ')}, ${delay}, because ${because}` };
}

function isEmpty(policy: Policy, outcomes: Outcome[], step: number): boolean {
  const asksPeople = policy.steps[step]!.notify.some(({ kind }) => kind === 'rota' || kind === 'person');
  return asksPeople && outcomes[step]!.obstacles.every((obstacle) => obstacle.startsWith('nobody is on call'));
}

/** `critical or error on api and db`: what pages this policy at any hour. */
function affected(catalogue: Catalogue, policy: Policy): string | undefined {
  const bySeverities = new Map<string, string[]>();
  const note = (name: string, severities: Severity[]) => {
    const key = severities.join(' or ');
    if (severities.length > 0) bySeverities.set(key, [...(bySeverities.get(key) ?? []), name]);
  };
  for (const service of Object.values(catalogue.services)) {
    if (policyFor(catalogue, service) !== policy) continue;
    note(
      service.name,
      SEVERITIES.filter((severity) => urgencyFor(catalogue, service, severity) === 'high'),
    );
  }
  if (catalogue.defaults.policy === policy.name) {
    note(
      'whatever no service claims',
      SEVERITIES.filter((severity) => catalogue.defaults.urgency[severity] === 'high'),
    );
  }
  if (bySeverities.size === 0) return undefined;
  return [...bySeverities].map(([severities, names]) => `${severities} on ${names.join(', ')}`).join('; ');
}

function findingsOfPolicy(
  catalogue: Catalogue,
  policy: Policy,
  plans: Map<string, Stint[]>,
  horizon: Horizon,
  zone: Zone,
  where: Where,
): Finding[] {
  const whom = affected(catalogue, policy);
  if (whom === undefined) return [];
  const groups = new Map<string, { level: Finding['level']; stretches: Stretch[] }>();
  for (const stretch of stretchesOf(catalogue, policy, plans, horizon)) {
    const found = consequence(policy, stretch.outcomes);
    if (found === undefined) continue;
    const group = groups.get(found.text) ?? { level: found.level, stretches: [] };
    const before = group.stretches.at(-1);
    if (before?.end === stretch.start) before.end = stretch.end;
    else group.stretches.push({ ...stretch });
    groups.set(found.text, group);
  }
  return [...groups].map(([text, { level, stretches }]) => {
    const [first] = stretches as [Stretch];
    const total = stretches.reduce((sum, { start, end }) => sum + end - start, 0);
    const always = total === horizon.to - horizon.from;
    const times = stretches.length === 1 ? '' : ` (and ${stretches.length - 1} times more, ${sayLength(total)} in all)`;
    const when = always ? 'At any hour' : `${sayInterval(zone, first.start, first.end)}${times}`;
    return {
      level,
      code: level === 'error' ? 'wakes-nobody' : 'wakes-late',
      ...where('policy', policy.name, ['steps', 0]),
      message: `${when}: a ${whom} ${text}.`,
      mend: 'Give them a phone number, fill the rota, or add a step that reaches somebody.',
    };
  });
}

/**
 * Whom nobody would reach, and when, within the horizon; high urgency only, for low urgency wakes nobody by intent.
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
  return Object.values(catalogue.policies).flatMap((policy) =>
    findingsOfPolicy(catalogue, policy, plans, horizon, zone, where),
  );
}
