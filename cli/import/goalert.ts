/**
 * GoAlert's GraphQL answers: users with contact methods and notification rules, rotations, schedules with targets and
 * rules, user overrides, escalation policies, services.
 *
 * Rules that come from outside (GoAlert's GraphQL schema: User, Rotation, Schedule, ScheduleRule, UserOverride,
 * EscalationPolicyStep, Destination):
 *   - all of a schedule's targets whose rules are active are on call at once;
 *   - a rule is a start, an end and a filter of seven weekdays, Sunday first; where start and end are the same it is a day;
 *   - whose turn it is stands in `activeUserIndex`: it is kept, and does not follow from `start`;
 *   - a step's delay is how long it waits before the next.
 */
import { compileRota } from '../../shared/rota/compile.ts';
import { onCallAt } from '../../shared/rota/oncall.ts';
import { writeWall } from '../../shared/rota/wall.ts';
import { wallAt, zoneNamed } from '../../shared/rota/zone.ts';
import {
  contactOf,
  type Exported,
  type ExportedLayer,
  type ExportedSchedule,
  type ExportedTarget,
  emptyExport,
  every,
  internationalNumber,
  isObject,
  type Json,
  objects,
  type Rule,
  renderedFrom,
  textOf,
} from './exported.ts';
import type { ImportPlan } from './import.ts';
import { planOf } from './plan.ts';
import { DAY_MINUTES, daily, minutesOf, windowsOf } from './week.ts';

const KINDS = ['users', 'rotations', 'schedules', 'userOverrides', 'escalationPolicies', 'services'] as const;
type Found = Record<(typeof KINDS)[number], Json[]>;

/**
 * In: answers of the GraphQL API as parsed, in any order (`{"data": {"schedules": {"nodes": […]}}}`, or single ones such as
 * `{"data": {"schedule": …}}`); `now`, epoch milliseconds. Out: the plan. Throws a RangeError for any other document.
 */
export function planGoalert(documents: unknown[], now: number): ImportPlan {
  const found = Object.fromEntries(KINDS.map((kind) => [kind, []])) as unknown as Found;
  for (const document of documents) sort(document, found);
  const exported = emptyExport();
  for (const user of found.users) person(user, exported);
  for (const schedule of found.schedules) exported.schedules.push(scheduleOf(schedule, found, exported, now));
  for (const policy of found.escalationPolicies) policyOf(policy, found, exported, now);
  for (const service of found.services) serviceOf(service, exported);
  return planOf(exported, now);
}

const SINGLE: Record<string, keyof Found> = {
  user: 'users',
  rotation: 'rotations',
  schedule: 'schedules',
  escalationPolicy: 'escalationPolicies',
  service: 'services',
};

function sort(document: unknown, found: Found): void {
  const data = isObject(document) && isObject(document['data']) ? document['data'] : document;
  if (!isObject(data)) throw new RangeError('A document is no answer of GoAlert: it is no object with data.');
  let known = false;
  for (const [key, value] of Object.entries(data)) {
    const kind = KINDS.find((one) => one === key) ?? SINGLE[key];
    if (kind === undefined) continue;
    known = true;
    const nodes = isObject(value) && Array.isArray(value['nodes']) ? value['nodes'] : [value].flat();
    for (const node of objects(nodes)) {
      const other = found[kind].find((one) => one['id'] !== undefined && one['id'] === node['id']);
      if (other) Object.assign(other, node);
      else found[kind].push({ ...node });
    }
  }
  if (!known)
    throw new RangeError(
      `A document is no answer of GoAlert that is known: it has ${Object.keys(data).slice(0, 6).join(', ')}; asked for are ${KINDS.join(', ')}.`,
    );
}

// ---- people -------------------------------------------------------------------------------------------------------------

const CHANNELS: Record<string, Rule['channel']> = {
  SMS: 'sms',
  VOICE: 'voice',
  EMAIL: 'email',
  SLACK_DM: 'slack',
  'builtin-twilio-sms': 'sms',
  'builtin-twilio-voice': 'voice',
  'builtin-smtp-email': 'email',
  'builtin-slack-dm': 'slack',
};

function person(user: Json, exported: Exported): void {
  const name = textOf(user['name']) ?? String(user['id']);
  const methods = objects(user['contactMethods'])
    .filter((method) => method['disabled'] !== true)
    .map((method) => {
      const to = (method['dest'] ?? {}) as Json;
      const address = textOf(method['value']) ?? Object.values((to['args'] ?? {}) as Json).map(String)[0] ?? '';
      return { id: String(method['id']), channel: CHANNELS[String(method['type'] ?? to['type'])], address };
    });
  const of = (...channels: string[]) =>
    methods.filter(({ channel }) => channel !== undefined && channels.includes(channel)).map(({ address }) => address);
  const high = objects(user['notificationRules']).flatMap((rule): Rule[] => {
    const id = textOf(rule['contactMethodID']) ?? String((rule['contactMethod'] as Json | undefined)?.['id'] ?? '');
    const channel = methods.find((method) => method.id === id)?.channel;
    return channel === undefined ? [] : [{ channel, afterSeconds: Number(rule['delayMinutes'] ?? 0) * 60 }];
  });
  const email = textOf(user['email']) ?? of('email')[0];
  exported.people.push({
    refs: [String(user['id'])],
    handle: email?.split('@')[0] ?? name,
    name,
    contact: contactOf(
      of('sms', 'voice').map((number) => internationalNumber(number)),
      email,
      of('slack')[0],
    ),
    ...(high.length === 0 ? {} : { rules: { high } }),
  });
}

// ---- schedules ----------------------------------------------------------------------------------------------------------

/** Type and id of a target, in either of the two shapes that versions of GoAlert give. */
function destination(one: unknown): { type: string; id: string; name: string } {
  const target = isObject(one) ? one : {};
  const args = (target['args'] ?? {}) as Json;
  const type = String(target['type'] ?? '').replace(/^builtin-/, '');
  const id = textOf(target['id']) ?? textOf(args[`${type}_id`]) ?? Object.values(args).map(String)[0] ?? '';
  return { type, id, name: textOf(target['name']) ?? id };
}

function scheduleOf(schedule: Json, found: Found, exported: Exported, now: number): ExportedSchedule {
  const name = textOf(schedule['name']) ?? String(schedule['id']);
  const clock = textOf(schedule['timeZone']) ?? 'UTC';
  const layers = objects(schedule['targets']).flatMap((assignment) => {
    const target = destination(assignment['target'] ?? assignment['dest'] ?? assignment);
    const active = activeOf(objects(assignment['rules']));
    if (active === 'never') {
      exported.audit.push(`Schedule ${name}: ${target.name} has no active rule and is never on call.`);
      return [];
    }
    return layerOf(name, clock, target, found, exported, now).map((layer) => ({
      ...layer,
      ...(active === undefined ? {} : { active }),
    }));
  });
  for (const temporary of objects(schedule['temporarySchedules']))
    if (Date.parse(String(temporary['end'])) > now)
      exported.lost.push(
        `Schedule ${name}: the temporary schedule from ${String(temporary['start'])} to ${String(temporary['end'])}; write it as overrides.`,
      );
  const rendered = renderedOf(objects(schedule['shifts']));
  return {
    refs: [String(schedule['id'])],
    name,
    zone: clock,
    layers,
    overrides: overridesOf(schedule, name, found, exported),
    ...(rendered === undefined ? {} : { rendered }),
    unproved: 'Ask for shifts(start, end) { userID start end } of the schedule over eight weeks.',
  };
}

function activeOf(rules: Json[]): ReturnType<typeof windowsOf> | 'never' {
  const stretches = rules.flatMap((rule) => {
    const filter = Array.isArray(rule['weekdayFilter']) ? (rule['weekdayFilter'] as unknown[]) : Array(7).fill(true);
    const days = [0, 1, 2, 3, 4, 5, 6].filter((day) => filter[(day + 1) % 7] === true);
    const [from, to] = [minutesOf(rule['start']) ?? 0, minutesOf(rule['end']) ?? 0];
    return daily(from, to > from ? to - from : to - from + DAY_MINUTES, days);
  });
  return stretches.length === 0 ? 'never' : windowsOf(stretches);
}

const UNITS: Record<string, string> = { hourly: 'hour', daily: 'day', weekly: 'week', monthly: 'month' };

function layerOf(
  schedule: string,
  clock: string,
  target: { type: string; id: string; name: string },
  { rotations }: Found,
  exported: Exported,
  now: number,
): ExportedLayer[] {
  if (target.type === 'user')
    return [
      {
        name: target.name,
        turns: [{ ref: target.id, said: target.name }],
        starts: startOfWeek(now),
        every: '1 week',
        level: 0,
      },
    ];
  const rotation = rotations.find(({ id }) => id === target.id);
  const unit = UNITS[String(rotation?.['type'] ?? '')];
  const users = ((rotation?.['userIDs'] ?? objects(rotation?.['users']).map(({ id }) => id)) as unknown[]).map(String);
  const starts = Date.parse(String(rotation?.['start'] ?? ''));
  if (rotation === undefined || unit === undefined || users.length === 0 || Number.isNaN(starts)) {
    exported.lost.push(
      `Schedule ${schedule}: ${target.type} ${target.name} is not in the export whole; write it by hand.`,
    );
    return [];
  }
  const name = textOf(rotation['name']) ?? target.name;
  if (textOf(rotation['timeZone']) !== undefined && rotation['timeZone'] !== clock)
    exported.lost.push(
      `Schedule ${schedule}, ${name}: its clock is ${String(rotation['timeZone'])}; here all of a rota is on ${clock}, so its handovers move when the two change apart.`,
    );
  const length = every(Number(rotation['shiftLength'] ?? 1), unit);
  const inOrder = aligned(users, Number(rotation['activeUserIndex'] ?? -1), starts, length, clock, now);
  return [{ name, turns: inOrder.map((ref) => ({ ref, said: ref })), starts, every: length, level: 0 }];
}

/** The users in the order in which the one whose turn it is now has it now. */
function aligned(
  users: string[],
  active: number,
  starts: number,
  length: string,
  clock: string,
  now: number,
): string[] {
  const zone = zoneNamed(clock);
  if (zone === undefined || active < 0 || active >= users.length || starts > now) return users;
  const places = users.map((_, place) => String(place));
  const rota = compileRota({
    name: 'one',
    time_zone: clock,
    layers: [{ people: places, starts: writeWall(wallAt(zone, starts)), every: length }],
  });
  const turn = Number(onCallAt(rota, now).person);
  return users.map((_, place) => users[(place - turn + active + 2 * users.length) % users.length]!);
}

/** A Monday 00:00 UTC not after now: for those who take no turns it does not matter which. */
function startOfWeek(now: number): number {
  return now - ((((now - 4 * 86_400_000) % 604_800_000) + 604_800_000) % 604_800_000);
}

function overridesOf(schedule: Json, name: string, { userOverrides }: Found, exported: Exported) {
  return userOverrides
    .filter((override) => destination(override['target']).id === schedule['id'])
    .flatMap((override): ExportedSchedule['overrides'] => {
      const [add, remove] = [textOf(override['addUserID']), textOf(override['removeUserID'])];
      if (add === undefined) {
        exported.lost.push(
          `Schedule ${name}: from ${String(override['start'])} ${remove} is taken off and nobody put on; write an override with who is on call then.`,
        );
        return [];
      }
      if (remove === undefined)
        exported.lost.push(
          `Schedule ${name}: from ${String(override['start'])} ${add} is added beside the person who is on call; here they are on call alone.`,
        );
      return [
        {
          by: { ref: add, said: add },
          from: Date.parse(String(override['start'])),
          to: Date.parse(String(override['end'])),
          ...(remove === undefined ? {} : { insteadOf: remove }),
        },
      ];
    });
}

function renderedOf(shifts: Json[]): ExportedSchedule['rendered'] {
  const entries = shifts.map((shift) => ({
    ref: textOf(shift['userID']) ?? String((shift['user'] as Json | undefined)?.['id']),
    start: Date.parse(String(shift['start'])),
    end: Date.parse(String(shift['end'])),
  }));
  return renderedFrom(entries);
}

// ---- policies and services ----------------------------------------------------------------------------------------------

function policyOf(policy: Json, found: Found, exported: Exported, now: number): void {
  const name = textOf(policy['name']) ?? String(policy['id']);
  let delaySeconds = 0;
  const inOrder = objects(policy['steps']).sort((a, b) => Number(a['stepNumber'] ?? 0) - Number(b['stepNumber'] ?? 0));
  const steps = inOrder.map((step) => {
    const at = delaySeconds;
    delaySeconds += Number(step['delayMinutes'] ?? 15) * 60;
    const listed = objects(step['actions']).length > 0 ? objects(step['actions']) : objects(step['targets']);
    return { delaySeconds: at, targets: listed.map((one) => targetOf(destination(one), found, exported, now)) };
  });
  exported.policies.push({ refs: [String(policy['id'])], name, steps, repeat: Number(policy['repeat'] ?? 0) });
}

function targetOf(
  target: { type: string; id: string; name: string },
  found: Found,
  exported: Exported,
  now: number,
): ExportedTarget {
  const said = `${target.type} ${target.name}`;
  if (target.type === 'user') return { kind: 'person', ref: target.id, said };
  if (target.type === 'schedule') return { kind: 'schedule', ref: target.id, said };
  if (target.type !== 'rotation') return { kind: 'other', ref: target.id, said };
  // A rotation that a policy asks directly becomes a separate rota.
  const rotation = found.rotations.find(({ id }) => id === target.id);
  const ref = `rotation:${target.id}`;
  if (rotation !== undefined && !exported.schedules.some(({ refs }) => refs.includes(ref))) {
    const name = textOf(rotation['name']) ?? target.name;
    const zone = textOf(rotation['timeZone']) ?? 'UTC';
    exported.schedules.push({
      refs: [ref],
      name,
      zone,
      layers: layerOf(name, zone, target, found, exported, now),
      overrides: [],
      unproved: 'GoAlert renders schedules, not rotations: compare it by eye.',
    });
  }
  return { kind: 'schedule', ref, said };
}

function serviceOf(service: Json, exported: Exported): void {
  const policy =
    textOf((service['escalationPolicy'] as Json | undefined)?.['id']) ?? textOf(service['escalationPolicyID']);
  const description = textOf(service['description']);
  exported.services.push({
    name: textOf(service['name']) ?? String(service['id']),
    ...(description === undefined ? {} : { description }),
    ...(policy === undefined ? {} : { policy }),
  });
}
