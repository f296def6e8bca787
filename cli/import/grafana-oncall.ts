/**
 * Grafana OnCall's API answers: users and their notification rules, schedules and on-call shifts, escalation chains and
 * policies, integrations and routes.
 *
 * Rules that come from outside (Grafana OnCall HTTP API: Schedules, OnCall shifts, Escalation chains, Escalation policies,
 * Personal notification rules, Integrations, Routes):
 *   - where shifts overlap, the one with the higher level is on call; those of one level are side by side;
 *   - `rolling_users` takes turns from `start_rotation_from_user_index` on, every `interval` of `frequency`; with `by_day` a
 *     turn has a shift of `duration` on each of these days, and weeks begin on `week_start`;
 *   - `start` is a wall time of the shift's own `time_zone`, else the schedule's;
 *   - policies of a chain are in order of `position`, with waits between them;
 *   - final shifts do not say of which schedule they are; numbers of phones are never given.
 */
import { readWall } from '../../shared/rota/wall.ts';
import { instantOf as instantOfWall, wallAt, type Zone, zoneNamed } from '../../shared/rota/zone.ts';
import {
  contactOf,
  type Exported,
  type ExportedLayer,
  type ExportedSchedule,
  type ExportedTarget,
  emptyExport,
  every,
  isObject,
  type Json,
  objects,
  type Rule,
  renderedFrom,
  type Turn,
  textOf,
} from './exported.ts';
import { answersOfTerraform } from './grafana-oncall-terraform.ts';
import type { ImportPlan } from './import.ts';
import { planOf } from './plan.ts';
import { resourcesOf, splitDocuments } from './terraform/terraform.ts';
import { DAY_MINUTES, daily, dayNamed, WEEK_MINUTES, windowsOf } from './week.ts';

const KINDS = [
  'users',
  'rules',
  'schedules',
  'shifts',
  'chains',
  'policies',
  'integrations',
  'routes',
  'finals',
] as const;
type Found = Record<(typeof KINDS)[number], Json[]>;

/**
 * In: the answers as parsed, in any order, whole (`{"results": […]}`) or their items; final shifts with the schedule's id
 * beside them (`{"schedule": "…", "results": […]}`) unless there is one schedule alone. `now`, epoch milliseconds.
 * Out: the plan. Throws a RangeError for any other document.
 */
export function planGrafanaOncall(documents: unknown[], now: number): ImportPlan {
  const found = Object.fromEntries(KINDS.map((kind) => [kind, []])) as unknown as Found;
  const { files, others } = splitDocuments(documents);
  for (const document of others) sort(document, found, undefined);
  const exported = emptyExport();
  const { resources, lost } = resourcesOf(files);
  exported.lost.push(...lost);
  for (const answer of answersOfTerraform(resources, exported.lost)) sort(answer, found, undefined);
  for (const user of found.users) person(user, found, exported);
  if (found.users.length > 0)
    exported.audit.push(
      'Grafana OnCall gives nobody their number of phone: write each into people/*.yaml, or as ssm:/….',
    );
  for (const schedule of found.schedules) exported.schedules.push(scheduleOf(schedule, found, exported));
  for (const chain of found.chains) policyOf(chain, found, exported);
  for (const integration of found.integrations) serviceOf(integration, found, exported);
  return planOf(exported, now);
}

function sort(document: unknown, found: Found, schedule: string | undefined): void {
  if (isObject(document) && Array.isArray(document['results'])) {
    for (const item of document['results']) sort(item, found, textOf(document['schedule']));
    return;
  }
  if (Array.isArray(document)) {
    for (const item of document) sort(item, found, schedule);
    return;
  }
  if (!isObject(document))
    throw new RangeError('A document is no answer of the Grafana OnCall API: it is neither an object nor a list.');
  const kind = kindOf(document);
  if (kind === undefined)
    throw new RangeError(
      `A document is no answer of the Grafana OnCall API that is known: it has ${Object.keys(document).slice(0, 6).join(', ')}.`,
    );
  found[kind].push(schedule === undefined ? document : { ...document, schedule });
}

function kindOf(one: Json): keyof Found | undefined {
  if ('shift_start' in one) return 'finals';
  if ('escalation_chain_id' in one && 'integration_id' in one) return 'routes';
  if ('escalation_chain_id' in one && 'position' in one) return 'policies';
  if ('default_route' in one || 'link' in one) return 'integrations';
  if ('user_id' in one && 'position' in one) return 'rules';
  if ('duration' in one && 'start' in one) return 'shifts';
  if ('username' in one) return 'users';
  if ('on_call_now' in one || 'shifts' in one || 'ical_url_primary' in one) return 'schedules';
  if ('id' in one && 'name' in one) return 'chains';
  return undefined;
}

// ---- people -------------------------------------------------------------------------------------------------------------

const CHANNELS: Record<string, Rule['channel']> = {
  notify_by_sms: 'sms',
  notify_by_phone_call: 'voice',
  notify_by_email: 'email',
  notify_by_slack: 'slack',
};

function person(user: Json, { rules }: Found, exported: Exported): void {
  const username = String(user['username'] ?? user['id']);
  const own = rules.filter((rule) => rule['user_id'] === user['id']);
  const inOrder = (important: boolean): Rule[] => {
    let afterSeconds = 0;
    return own
      .filter((rule) => Boolean(rule['important']) === important)
      .sort((a, b) => Number(a['position']) - Number(b['position']))
      .flatMap((rule): Rule[] => {
        if (rule['type'] === 'wait') {
          afterSeconds += Number(rule['duration'] ?? 0);
          return [];
        }
        const channel = CHANNELS[String(rule['type'])];
        if (channel === undefined)
          exported.lost.push(`${username}: the rule ${String(rule['type'])} has no counterpart here; it is left out.`);
        return channel === undefined ? [] : [{ channel, afterSeconds }];
      });
  };
  const [important, usual] = [inOrder(true), inOrder(false)];
  const high = important.length > 0 ? important : usual;
  const zone = textOf(user['timezone']);
  const slack = objects(Array.isArray(user['slack']) ? user['slack'] : [user['slack']])[0];
  exported.people.push({
    refs: [user['id'], username, user['email']].flatMap((ref) => textOf(ref) ?? []),
    handle: username.split('@')[0]!,
    name: textOf(user['name']) ?? username,
    contact: contactOf([], textOf(user['email']), textOf(slack?.['user_id'])),
    ...(high.length === 0 ? {} : { rules: { high } }),
    ...(zone === undefined ? {} : { zone }),
  });
}

// ---- schedules ----------------------------------------------------------------------------------------------------------

function scheduleOf(schedule: Json, { shifts, schedules, finals }: Found, exported: Exported): ExportedSchedule {
  const name = textOf(schedule['name']) ?? String(schedule['id']);
  const ids = ((schedule['shifts'] ?? []) as unknown[]).map(String);
  const own = shifts.filter((shift) => ids.includes(String(shift['id'])) || shift['schedule'] === schedule['id']);
  if (textOf(schedule['ical_url_primary']))
    exported.lost.push(
      `Schedule ${name} is planned in a calendar (its address is in ical_url_primary): write its rota by hand, or as a layer with source.`,
    );
  const missing = ids.length - own.filter((shift) => ids.includes(String(shift['id']))).length;
  if (missing > 0)
    exported.audit.push(`Schedule ${name}: ${missing} of its shifts are not in the export: ask for /on_call_shifts/.`);
  const clocks = new Set(own.map((shift) => textOf(shift['time_zone'])).filter((zone) => zone !== undefined));
  const said = textOf(schedule['time_zone']) ?? 'UTC';
  const clock = clocks.size === 1 && own.every((shift) => textOf(shift['time_zone'])) ? [...clocks][0]! : said;
  if ([...clocks].some((one) => one !== clock))
    exported.lost.push(
      `Schedule ${name}: its shifts are on the clocks of ${[...clocks].join(', ')}; here all of a rota is on ${clock}, so handovers move when the two change apart.`,
    );
  const rendered = renderedOf(
    finals.filter((one) =>
      one['schedule'] === undefined ? schedules.length === 1 : one['schedule'] === schedule['id'],
    ),
  );
  const zone = zoneNamed(clock);
  const exceptions = own.filter((shift) => ['single_event', 'override'].includes(String(shift['type'])));
  return {
    refs: [String(schedule['id'])],
    name,
    zone: clock,
    layers:
      zone === undefined
        ? []
        : own.filter((shift) => !exceptions.includes(shift)).flatMap((shift) => layersOf(name, shift, zone, exported)),
    overrides: zone === undefined ? [] : exceptions.flatMap((shift) => overridesOf(name, shift, zone, exported)),
    ...(rendered === undefined ? {} : { rendered }),
    unproved:
      schedule['written'] !== undefined
        ? `Compare pageturner shifts with Grafana's page of the schedule (${String(schedule['written'])}).`
        : `Ask for /schedules/${String(schedule['id'])}/final_shifts?start_date=…&end_date=… over eight weeks, and write "schedule": "${String(schedule['id'])}" into the answer.`,
  };
}

function startOf(shift: Json, zone: Zone): number {
  const text = String(shift['start'] ?? '');
  if (/(Z|[+-]\d\d:?\d\d)$/.test(text)) return Date.parse(text);
  const wall = readWall(text.slice(0, 16));
  return wall === undefined ? Number.NaN : instantOfWall(zoneNamed(textOf(shift['time_zone']) ?? '') ?? zone, wall);
}

function overridesOf(schedule: string, shift: Json, zone: Zone, exported: Exported): ExportedSchedule['overrides'] {
  const users = [
    ...((shift['users'] ?? []) as unknown[]),
    ...((shift['rolling_users'] ?? []) as unknown[][]).flat(),
  ].map(String);
  const from = startOf(shift, zone);
  if (users.length > 1)
    exported.lost.push(
      `Schedule ${schedule}: ${String(shift['name'] ?? 'an override')} has ${users.length} people at once; the first is carried over.`,
    );
  return users.slice(0, 1).map((ref) => ({
    by: { ref, said: ref },
    from,
    to: from + Number(shift['duration'] ?? 0) * 1000,
  }));
}

const UNITS: Record<string, { unit: string; minutes: number } | undefined> = {
  hourly: { unit: 'hour', minutes: 60 },
  daily: { unit: 'day', minutes: DAY_MINUTES },
  weekly: { unit: 'week', minutes: WEEK_MINUTES },
};

/** A shift as layers: one for each of those who are on call at once in a turn. */
function layersOf(schedule: string, shift: Json, zone: Zone, exported: Exported): ExportedLayer[] {
  const name = textOf(shift['name']) ?? String(shift['id']);
  const called = `Schedule ${schedule}, ${name}`;
  const length = UNITS[String(shift['frequency'] ?? '')];
  const interval = Number(shift['interval'] ?? 1) || 1;
  const days = ((shift['by_day'] ?? []) as unknown[]).map(dayNamed).filter((day) => day !== undefined);
  const minutes = Math.round(Number(shift['duration'] ?? 0) / 60);
  const written =
    length === undefined
      ? undefined
      : shape(length.unit, length.minutes * interval, interval, days, minutes, startOf(shift, zone), zone, shift);
  if (length === undefined || written === undefined) {
    exported.lost.push(
      `${called}: ${String(shift['frequency'])} every ${interval}${days.length > 0 ? ' on some days' : ''} for ${minutes} minutes cannot be written as a layer; write it by hand.`,
    );
    return [];
  }
  const rolling = ((shift['rolling_users'] ?? []) as unknown[][]).map((one) => [one].flat().map(String));
  const all = rolling.length > 0 ? rolling : [((shift['users'] ?? []) as unknown[]).map(String)];
  const first = Number(shift['start_rotation_from_user_index'] ?? 0) || 0;
  const turns = all.map((_, n) => all[(n + first) % all.length]!);
  const atOnce = Math.max(...turns.map((turn) => turn.length));
  const until = Date.parse(String(shift['until'] ?? ''));
  return Array.from({ length: atOnce }, (_, place) => ({
    name: atOnce > 1 ? `${name} ${place + 1}` : name,
    // Where a turn has fewer people than another its first stands in: nobody else is asked, and no turn is lost.
    turns: turns.map((turn): Turn => ({ ref: turn[place] ?? turn[0] ?? '', said: turn[place] ?? turn[0] ?? 'nobody' })),
    ...written,
    every: every(interval, length.unit),
    ...(Number.isNaN(until) ? {} : { until }),
    level: Number(shift['level'] ?? 0),
  }));
}

/** When turns begin, and the windows in which the shift is; undefined where windows cannot say it. */
function shape(
  unit: string,
  turnMinutes: number,
  interval: number,
  days: number[],
  minutes: number,
  start: number,
  zone: Zone,
  shift: Json,
): Pick<ExportedLayer, 'starts' | 'active'> | undefined {
  if (Number.isNaN(start) || minutes <= 0) return undefined;
  const wall = wallAt(zone, start);
  const clock = Math.floor((((wall % 86_400_000) + 86_400_000) % 86_400_000) / 60_000);
  const weekday = (new Date(wall).getUTCDay() + 6) % 7;
  if (days.length > 0) {
    if (interval > 1 || unit === 'hour' || minutes > DAY_MINUTES) return undefined;
    // Turns of a week begin with the week, whichever of its days the first shift is on.
    const back = unit === 'week' ? (weekday - (dayNamed(shift['week_start']) ?? 0) + 7) % 7 : 0;
    const active = windowsOf(daily(clock, minutes, days));
    return { starts: start - back * 86_400_000, ...(active === undefined ? {} : { active }) };
  }
  if (minutes >= turnMinutes) return { starts: start };
  if (unit === 'hour' || interval > 1) return undefined;
  const stretches = unit === 'day' ? daily(clock, minutes) : [{ from: weekday * DAY_MINUTES + clock, minutes }];
  const active = windowsOf(stretches);
  return { starts: start, ...(active === undefined ? {} : { active }) };
}

function renderedOf(finals: Json[]): ExportedSchedule['rendered'] {
  const entries = finals.map((one) => ({
    ref: String(one['user_pk'] ?? one['user_email'] ?? one['user_username']),
    start: Date.parse(String(one['shift_start'])),
    end: Date.parse(String(one['shift_end'])),
  }));
  return renderedFrom(entries);
}

// ---- policies and services ----------------------------------------------------------------------------------------------

/** How often OnCall goes through a chain again where it is told to repeat. */
const REPEATS = 5;

function policyOf(chain: Json, { policies }: Found, exported: Exported): void {
  const name = textOf(chain['name']) ?? String(chain['id']);
  let delaySeconds = 0;
  let repeat = 0;
  const steps = policies
    .filter((policy) => policy['escalation_chain_id'] === chain['id'])
    .sort((a, b) => Number(a['position']) - Number(b['position']))
    .flatMap((policy) => {
      const type = String(policy['type'] ?? '');
      if (type === 'wait') delaySeconds += Number(policy['duration'] ?? 0);
      else if (type === 'repeat_escalation') repeat = REPEATS;
      else return [{ delaySeconds, targets: targetsOf(name, type, policy, exported) }];
      return [];
    });
  exported.policies.push({ refs: [String(chain['id'])], name, steps, repeat });
}

function targetsOf(chain: string, type: string, policy: Json, exported: Exported): ExportedTarget[] {
  const listed = (key: string) => ((policy[key] ?? []) as unknown[]).map(String);
  const schedule = textOf(policy['notify_on_call_from_schedule']);
  if (type === 'notify_on_call_from_schedule' && schedule !== undefined)
    return [{ kind: 'schedule', ref: schedule, said: `schedule ${schedule}` }];
  const inTurn = listed('persons_to_notify_next_each_time');
  if (inTurn.length > 0)
    exported.lost.push(`Chain ${chain}: a step asks its people in turn; here all of them are paged at once.`);
  const people = [...listed('persons_to_notify'), ...inTurn];
  if (people.length > 0) return people.map((ref) => ({ kind: 'person', ref, said: `user ${ref}` }));
  exported.lost.push(`Chain ${chain}: the step ${type} has no counterpart here; name people, a rota or a chat.`);
  return [];
}

function serviceOf(integration: Json, { routes }: Found, exported: Exported): void {
  const name = textOf(integration['name']) ?? String(integration['id']);
  const fallback = textOf((integration['default_route'] as Json | undefined)?.['escalation_chain_id']);
  for (const route of routes.filter((one) => one['integration_id'] === integration['id'] && !one['is_the_last_route']))
    exported.lost.push(
      `Integration ${name}: alerts that fit ${JSON.stringify(route['routing_regex'] ?? '')} go to chain ${String(route['escalation_chain_id'])}; make a service with match for them.`,
    );
  exported.services.push({ name, ...(fallback === undefined ? {} : { policy: fallback }) });
}
