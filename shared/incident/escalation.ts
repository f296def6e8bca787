/**
 * Escalation: which pages a step of a policy owes, and when the next step fires.
 *
 * Promises: whom a step reaches is decided when it fires, not when the incident opened. A policy never goes silent: when
 * its steps run out it repeats, then stays on its last step; a step that reaches nobody gives way to the next at once.
 *
 * Called by `decide.ts` alone, on its draft. Pure: who is on call is handed in.
 */
import type { Catalogue, Channel, Person, Policy, Rule, Step, Target } from '../catalogue/catalogue.ts';
import { endOfHours, isWithinHours, nextWithinHours } from '../rota/hours.ts';
import { after } from '../time/time.ts';
import { type Incident, isSamePlace, type Page, type Place, type Timer } from './incident.ts';

/** What a decision is handed besides the incident and the event. */
export type Context = {
  now: string;
  catalogue: Catalogue;
  /** Who is on call in a rota at `now`, overrides included; undefined in a gap or for a rota nobody knows. */
  onCall: (rota: string) => string | undefined;
  /** Only in a standby: until when the other region pages in its place, and when that was last heard. */
  standby?: { heldUntil?: string; heardAt?: string };
  /** Told of each target of a step that reaches nobody, with the reason. `lint` listens; the night writes a timeline. */
  onUnreached?: (why: Unreached) => void;
};

/** Why a target of a step reaches nobody. */
export type Unreached = { kind: 'nobody-on-call'; rota: string } | { kind: 'no-contact'; person: string };

/** Between the end of a policy and its repetition, at least; and between attempts while nobody can be reached: one minute. */
const PAUSE_SECONDS = 300;
const NOBODY_SECONDS = 60;
/** The ways tried when a person's own rules leave none, likeliest to wake first. */
const ANY_WAY: Channel[] = ['sms', 'voice', 'email', 'slack', 'teams', 'webhook'];
/** Ways that do not wake anybody: all that low urgency may use out of hours. */
const QUIET_WAYS: Channel[] = ['slack', 'teams', 'email', 'webhook'];

/** Whether a person can be reached by a channel at all. */
export function hasContact(person: Person, channel: Channel): boolean {
  const field = channel === 'sms' || channel === 'voice' ? 'phone' : channel;
  return person.contact[field] !== undefined;
}

/** The policy in force for an incident: its own, or the default where the catalogue no longer knows it. */
export function policyOf(incident: Pick<Incident, 'policy'>, catalogue: Catalogue): Policy {
  const policy = catalogue.policies[incident.policy] ?? catalogue.policies[catalogue.defaults.policy];
  // A compiled catalogue always has its default policy; without one there is nobody to wake and somebody must be told.
  if (!policy) throw new Error(`The catalogue has no policy '${catalogue.defaults.policy}'; publish one that has.`);
  return policy;
}

/** Fires a step, and at once the ones after it for as long as nobody is reached; then sets the timer for the next. */
export function fireStep(draft: Incident, { round, step }: Place, context: Context): void {
  const policy = policyOf(draft, context.catalogue);
  dropStepTimers(draft);
  if (waitsForHours(draft, policy, { round, step }, context)) return;
  let at = { round, step: Math.min(step, policy.steps.length - 1) };
  for (let tried = 0; tried < policy.steps.length; tried++) {
    const fired = policy.steps[at.step]!;
    const next = following(policy, at);
    if (notify(draft, fired, at, context)) {
      if (draft.urgency === 'high' || policy.workingHours !== undefined)
        addTimer(draft, { kind: 'step', due: after(context.now, next.afterSeconds), ...next.place });
      return;
    }
    note(draft, context.now, `Step ${at.step + 1} of policy ${policy.name} reaches nobody: on to the next at once`);
    at = next.place;
  }
  if (
    policy.name !== context.catalogue.defaults.policy &&
    context.catalogue.policies[context.catalogue.defaults.policy]
  ) {
    note(
      draft,
      context.now,
      `Policy ${policy.name} reaches nobody: policy ${context.catalogue.defaults.policy} instead`,
    );
    draft.policy = context.catalogue.defaults.policy;
    fireStep(draft, { round: 0, step: 0 }, context);
    return;
  }
  note(draft, context.now, 'Nobody can be reached: trying again in a minute');
  addTimer(draft, { kind: 'step', due: after(context.now, NOBODY_SECONDS), round: round + 1, step: 0 });
}

/**
 * Low urgency where the policy has working hours: outside them chat hears of it, and people are paged when they begin.
 * True where it waits.
 */
function waitsForHours(draft: Incident, policy: Policy, { round, step }: Place, context: Context): boolean {
  if (draft.urgency !== 'low' || policy.workingHours === undefined) return false;
  if (isWithinHours(policy.workingHours, context.now)) return false;
  const from = nextWithinHours(policy.workingHours, context.now);
  // Hours that never come are a mistake that must not swallow an incident.
  if (from === undefined) return false;
  const at = Math.min(step, policy.steps.length - 1);
  notifyChat(draft, policy.steps[at]!, { round, step: at }, context);
  note(
    draft,
    context.now,
    `Low urgency, outside the working hours of ${policy.name}: people are asked from ${from} on`,
  );
  addTimer(draft, { kind: 'step', due: from, round, step: at });
  return true;
}

/** Pages those of a step again without moving the policy on: the incident has become worse. */
export function repeatStep(draft: Incident, place: Place, context: Context): void {
  const policy = policyOf(draft, context.catalogue);
  notify(draft, policy.steps[Math.min(place.step, policy.steps.length - 1)]!, place, context, 'once more');
}

/** Pages one person instead of whom the step paged; the policy goes on from there, should they not answer. */
export function handTo(draft: Incident, person: string, { round, step }: Place, context: Context): void {
  const policy = policyOf(draft, context.catalogue);
  dropStepTimers(draft);
  const place = { round, step: Math.max(step, 0) };
  const next = following(policy, { round, step: Math.min(place.step, policy.steps.length - 1) });
  if (notifyPerson(draft, { kind: 'person', name: person }, place, context, 'new')) {
    addTimer(draft, { kind: 'step', due: after(context.now, next.afterSeconds), ...next.place });
  } else fireStep(draft, next.place, context);
}

/** What comes after a step, and how long after it. */
function following(policy: Policy, { round, step }: Place): { place: Place; afterSeconds: number } {
  const last = policy.steps.length - 1;
  if (step < last) return { place: { round, step: step + 1 }, afterSeconds: policy.steps[step + 1]!.afterSeconds };
  const pause = Math.max(policy.steps[last]!.afterSeconds, PAUSE_SECONDS);
  return { place: { round: round + 1, step: round < policy.repeat ? 0 : last }, afterSeconds: pause };
}

/** Owes the pages of one step. True when somebody is reached, or when the step was only ever meant for chat. */
function notify(
  draft: Incident,
  step: Step,
  place: Place,
  context: Context,
  how: 'new' | 'once more' = 'new',
): boolean {
  let people = 0;
  let reached = 0;
  for (const target of step.notify) {
    if (target.kind !== 'rota' && target.kind !== 'person') continue;
    people++;
    if (notifyPerson(draft, target, place, context, how)) reached++;
  }
  notifyChat(draft, step, place, context);
  return people === 0 || reached > 0;
}

/** Channels of a step that has not told them yet, or told them for an earlier firing. */
function notifyChat(draft: Incident, step: Step, place: Place, context: Context): void {
  for (const target of step.notify) {
    if (target.kind === 'rota' || target.kind === 'person' || hasOwed(draft, target.name, target.kind)) continue;
    // Told when the step began to wait for working hours: once is enough.
    const told = draft.pages.some(
      ({ to, channel, place: of, kind, state }) =>
        kind === 'alert' && to === target.name && channel === target.kind && isSamePlace(of, place) && state === 'sent',
    );
    if (draft.urgency === 'low' && told) continue;
    owePage(draft, { to: target.name, person: false, channel: target.kind, place, due: context.now });
  }
}

function notifyPerson(
  draft: Incident,
  target: Target,
  place: Place,
  context: Context,
  how: 'new' | 'once more',
): boolean {
  const id = target.kind === 'rota' ? context.onCall(target.name) : target.name;
  if (id === undefined) {
    note(draft, context.now, `Nobody is on call in ${target.name}`);
    context.onUnreached?.({ kind: 'nobody-on-call', rota: target.name });
    return false;
  }
  const person = context.catalogue.people[id];
  if (!person) {
    note(draft, context.now, `${id} is on call but is not in the catalogue`);
    context.onUnreached?.({ kind: 'nobody-on-call', rota: target.name });
    return false;
  }
  const rules = usableRules(draft, person, context);
  if (rules.length === 0) {
    note(draft, context.now, `${id} has no contact that can be used`);
    context.onUnreached?.({ kind: 'no-contact', person: id });
    return false;
  }
  // A person who is being paged already is not paged a second time beside it; worse news comes at once all the same.
  const underWay = draft.pages.filter(
    (page) => page.person && page.to === id && page.kind === 'alert' && page.state === 'owed',
  );
  const comesNow = underWay.some((page) => page.due <= context.now);
  const due = underWay.length === 0 ? rules : how === 'new' || comesNow ? [] : [{ ...rules[0]!, afterSeconds: 0 }];
  // The first way asks; the others follow it, also where the rules say both at once.
  const first = due.reduce<Rule | undefined>((a, b) => (a && a.afterSeconds <= b.afterSeconds ? a : b), undefined);
  for (const rule of due) {
    const at = after(context.now, rule.afterSeconds);
    // High urgency knows no quiet hours.
    const quiet = draft.urgency === 'low' && person.quietHours !== undefined && isWithinHours(person.quietHours, at);
    owePage(draft, {
      to: id,
      person: true,
      channel: rule.channel,
      place,
      due: quiet ? endOfHours(person.quietHours!, at) : at,
      ...(rule === first ? {} : { followsSeconds: rule.afterSeconds }),
    });
  }
  return true;
}

/**
 * A person's rules for this urgency without the ways they cannot be reached by; the first that is left comes at once.
 * Where none is left, any way they have: a rule that leads nowhere must not leave them asleep.
 */
function usableRules(draft: Incident, person: Person, context: Context): Rule[] {
  const wanted = person.rules[draft.urgency === 'low' ? 'low' : 'high'];
  // Where the policy has working hours, low urgency asks people only in them, and then by any way.
  const mayRing = draft.urgency !== 'low' || policyOf(draft, context.catalogue).workingHours !== undefined;
  const allowed = (channel: Channel) => hasContact(person, channel) && (mayRing || QUIET_WAYS.includes(channel));
  const usable = wanted.filter((rule) => allowed(rule.channel));
  for (const rule of wanted) {
    if (!hasContact(person, rule.channel))
      note(draft, context.now, `${person.id} has no contact for ${rule.channel}: skipped`);
  }
  if (usable.length === 0) {
    const any = ANY_WAY.find((channel) => allowed(channel));
    return any ? [{ channel: any, afterSeconds: 0 }] : [];
  }
  const earliest = usable.reduce((a, b) => (b.afterSeconds < a.afterSeconds ? b : a));
  return usable.map((rule) => (rule === earliest ? { ...rule, afterSeconds: 0 } : rule));
}

/** The ways a person has that this firing of the step has not tried: for when all of their rules failed. */
export function untriedWays(draft: Incident, person: Person, place: Place | undefined): Channel[] {
  const tried = draft.pages
    .filter((page) => page.to === person.id && isSamePlace(page.place, place))
    .map((page) => page.channel);
  return ANY_WAY.filter((channel) => hasContact(person, channel) && !tried.includes(channel));
}

function hasOwed(draft: Incident, to: string, channel: Channel): boolean {
  return draft.pages.some(
    (page) => page.kind === 'alert' && page.state === 'owed' && page.to === to && page.channel === channel,
  );
}

export function owePage(
  draft: Incident,
  page: Pick<Page, 'to' | 'person' | 'channel' | 'place' | 'due' | 'followsSeconds'> & { kind?: Page['kind'] },
): void {
  draft.pages.push({ kind: 'alert', ...page, id: `p${draft.nextOwed++}`, state: 'owed', attempts: 0 });
}

export function addTimer(
  draft: Incident,
  timer: { kind: Timer['kind']; due: string; round?: number; step?: number },
): void {
  const { kind, due, round, step } = timer;
  draft.timers.push({
    id: `t${draft.nextOwed++}`,
    kind,
    due,
    ...(round === undefined ? {} : { round }),
    ...(step === undefined ? {} : { step }),
  });
}

export function dropStepTimers(draft: Incident): void {
  draft.timers = draft.timers.filter((timer) => timer.kind !== 'step');
}

/** Writes a line into the timeline. Never a number or an address. */
export function note(draft: Incident, at: string, what: string, by?: string): void {
  draft.timeline.push({ n: draft.nextEntry++, at, what, ...(by === undefined ? {} : { by }) });
}
