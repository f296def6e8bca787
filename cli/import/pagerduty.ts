/**
 * PagerDuty's REST API answers: users with contact methods and notification rules, schedules with layers and rendered
 * entries, escalation policies, services.
 *
 * Rules that come from outside (PagerDuty REST API v2: Users, Schedules, Escalation Policies, Services; the order of layers
 * by PagerDuty/public-support-scripts pull request 60 and terraform-provider-pagerduty pull request 610):
 *   - a later layer goes before an earlier one; a GET gives the layers with the last first, but not from every account;
 *   - turns are counted from `rotation_virtual_start`, which may be before the layer's own `start`;
 *   - restrictions are a time of day (and a weekday, Monday 1) with a length in seconds;
 *   - a rule's delay is how long it waits before the next rule.
 */
import { zoneNamed } from '../../shared/rota/zone.ts';
import {
  contactOf,
  type Exported,
  type ExportedLayer,
  type ExportedSchedule,
  type ExportedTarget,
  emptyExport,
  internationalNumber,
  isObject,
  type Json,
  objects,
  type Rule,
  textOf,
  turnLength,
} from './exported.ts';
import type { ImportPlan } from './import.ts';
import { isShiftBased, shiftLayers } from './pagerduty-shifts.ts';
import { answersOfTerraform } from './pagerduty-terraform.ts';
import { planOf } from './plan.ts';
import { resourcesOf, splitDocuments } from './terraform/terraform.ts';
import { DAY_MINUTES, daily, minutesOf, windowsOf } from './week.ts';

type Found = Record<'users' | 'schedules' | 'escalation_policies' | 'services', Json[]>;

const KINDS: Record<string, keyof Found> = {
  user: 'users',
  schedule: 'schedules',
  escalation_policy: 'escalation_policies',
  service: 'services',
};

/**
 * In: the answers as parsed, in any order, whole (`{"schedule": …}`, `{"users": […]}`), or Terraform as JSON; `now`, epoch milliseconds.
 * Out: the plan. Throws a RangeError for any other document.
 */
export function planPagerduty(documents: unknown[], now: number): ImportPlan {
  const found: Found = { users: [], schedules: [], escalation_policies: [], services: [] };
  const { files, others } = splitDocuments(documents);
  for (const document of others) sort(document, found);
  const exported = emptyExport();
  const { resources, lost } = resourcesOf(files);
  exported.lost.push(...lost);
  for (const answer of answersOfTerraform(resources, exported.lost)) sort(answer, found);
  for (const user of found.users) person(user, exported);
  for (const schedule of latest(found.schedules, 'schedule_layers'))
    exported.schedules.push(
      isShiftBased(schedule) ? shiftBased(schedule, exported) : scheduleOf(schedule, exported, now),
    );
  for (const policy of latest(found.escalation_policies, 'escalation_rules'))
    policyOf(policy, exported, found.services);
  for (const service of found.services) serviceOf(service, exported);
  return planOf(exported, now);
}

function sort(document: unknown, found: Found): void {
  if (Array.isArray(document)) {
    for (const item of document) sort(item, found);
    return;
  }
  if (!isObject(document))
    throw new RangeError('A document is no answer of the PagerDuty API: it is neither an object nor a list.');
  const kind = KINDS[String(document['type'] ?? '')];
  if (kind !== undefined) {
    found[kind].push(document);
    return;
  }
  const known = Object.entries(KINDS).flatMap(([one, many]) => [
    ...objects(document[many]).map((item) => [many, item] as const),
    ...(isObject(document[one]) ? [[many, document[one]] as const] : []),
  ]);
  const named = Object.keys(KINDS).some((one) => one in document || KINDS[one]! in document);
  if (!named)
    throw new RangeError(
      `A document is no answer of the PagerDuty API that is known: it has ${Object.keys(document).slice(0, 6).join(', ')}.`,
    );
  for (const [many, item] of known) found[many].push(item);
}

/** One of each id: of a list's short form and the whole answer, the whole. */
function latest(list: Json[], whole: string): Json[] {
  const byId = new Map<string, Json>();
  for (const one of list) {
    const id = idOf(one);
    const other = byId.get(id);
    if (other === undefined || !(whole in other) || objects(one[whole]).length > 0) byId.set(id, one);
  }
  return [...byId.values()];
}

function idOf(one: unknown): string {
  return isObject(one) ? String(one['id'] ?? one['summary'] ?? one['name'] ?? '') : '';
}

// ---- people -------------------------------------------------------------------------------------------------------------

const CHANNELS: Record<string, Rule['channel']> = {
  phone_contact_method: 'voice',
  sms_contact_method: 'sms',
  email_contact_method: 'email',
};

function person(user: Json, exported: Exported): void {
  const methods = objects(user['contact_methods']);
  const of = (...types: string[]) => methods.filter((method) => types.includes(String(method['type'])));
  const email = textOf(user['email']) ?? textOf(of('email_contact_method')[0]?.['address']);
  const name = textOf(user['name']) ?? textOf(user['summary']) ?? email ?? idOf(user);
  const zone = textOf(user['time_zone']);
  const channelOf = new Map(methods.map((method) => [idOf(method), CHANNELS[String(method['type'])]]));
  if (of('push_notification_contact_method').length > 0)
    exported.lost.push(`${name}: pushes to PagerDuty's app have no counterpart here; texts and calls stand for them.`);
  const rulesFor = (urgency: string): Rule[] =>
    objects(user['notification_rules'])
      .filter((rule) => rule['type'] !== 'escalation_rule' && (rule['urgency'] ?? 'high') === urgency)
      .flatMap((rule): Rule[] => {
        const method = rule['contact_method'];
        const channel =
          channelOf.get(idOf(method)) ?? CHANNELS[String((method as Json)?.['type']).replace('_reference', '')];
        if (channel === undefined) return [];
        return [{ channel, afterSeconds: Number(rule['start_delay_in_minutes'] ?? 0) * 60 }];
      });
  exported.people.push({
    refs: [idOf(user)],
    handle: email?.split('@')[0] ?? name,
    name,
    contact: contactOf(
      of('phone_contact_method', 'sms_contact_method')
        .filter((method) => method['enabled'] !== false && method['blacklisted'] !== true)
        .map((method) => internationalNumber(String(method['address'] ?? ''), String(method['country_code'] ?? ''))),
      email,
    ),
    rules: { high: rulesFor('high'), low: rulesFor('low') },
    ...(zone === undefined ? {} : { zone }),
  });
  if (methods.length === 0 && user['written'] === undefined)
    exported.audit.push(
      `${name} came without contact methods: export users with ?include[]=contact_methods&include[]=notification_rules.`,
    );
}

// ---- schedules ----------------------------------------------------------------------------------------------------------

function scheduleOf(schedule: Json, exported: Exported, now: number): ExportedSchedule {
  const name = textOf(schedule['name']) ?? textOf(schedule['summary']) ?? idOf(schedule);
  const listed = objects(schedule['schedule_layers']);
  if (listed.length === 0)
    exported.audit.push(
      textOf(schedule['written']) === undefined
        ? `Schedule ${name} came without layers: export it whole, GET /schedules/${idOf(schedule)}.`
        : `Schedule ${name} (${String(schedule['written'])}) has no layers that could be read.`,
    );
  const levelled = (layers: Json[]) => layers.flatMap((layer, level) => layerOf(name, layer, level, exported, now));
  const lastFirst = levelled([...listed].reverse());
  const ended = listed.filter((layer) => Date.parse(String(layer['end'] ?? '')) <= now).length;
  if (ended > 0) exported.audit.push(`Schedule ${name}: ${ended} layers have ended and are left out.`);
  const rendered = renderedOf(schedule);
  return {
    refs: [idOf(schedule)],
    name,
    zone: String(schedule['time_zone'] ?? ''),
    layers: lastFirst,
    // Terraform's order is known.
    ...(listed.length - ended < 2 || schedule['written'] !== undefined
      ? {}
      : {
          otherwise: {
            said: 'its layers are read as the API gives them, the last first; some accounts give the first first',
            layers: levelled(listed),
          },
        }),
    overrides: objects((schedule['overrides_subschedule'] as Json | undefined)?.['rendered_schedule_entries']).map(
      (entry) => ({
        by: { ref: idOf(entry['user']), said: String((entry['user'] as Json)?.['summary'] ?? idOf(entry['user'])) },
        from: Date.parse(String(entry['start'])),
        to: Date.parse(String(entry['end'])),
      }),
    ),
    ...(rendered === undefined ? {} : { rendered }),
    unproved: unprovedOf(schedule),
  };
}

/** What to do where nothing rendered is in the export: Terraform files never have it. */
function unprovedOf(schedule: Json): string {
  return schedule['written'] === undefined
    ? `Ask for GET /schedules/${idOf(schedule)}?since=…&until=… over eight weeks.`
    : "Compare pageturner shifts with PagerDuty's page of the schedule, or give the API's answer for it as well.";
}

function shiftBased(schedule: Json, exported: Exported): ExportedSchedule {
  const name = textOf(schedule['name']) ?? textOf(schedule['summary']) ?? idOf(schedule);
  const written = String(schedule['time_zone'] ?? '');
  const zone = zoneNamed(written);
  const where = textOf(schedule['written']) === undefined ? '' : `${String(schedule['written'])}: `;
  const lose = (what: string) => exported.lost.push(`${where}Schedule ${name}: ${what}.`);
  return {
    refs: [idOf(schedule)],
    name,
    zone: written,
    layers: zone === undefined ? [] : shiftLayers(schedule, zone, lose),
    overrides: [],
    unproved: unprovedOf(schedule),
  };
}

function renderedOf(schedule: Json): ExportedSchedule['rendered'] {
  const listed = objects((schedule['final_schedule'] as Json | undefined)?.['rendered_schedule_entries']);
  if (listed.length === 0) return undefined;
  const entries = listed.map((entry) => ({
    ref: idOf(entry['user']),
    start: Date.parse(String(entry['start'])),
    end: Date.parse(String(entry['end'])),
  }));
  return {
    from: Math.min(...entries.map(({ start }) => start)),
    to: Math.max(...entries.map(({ end }) => end)),
    entries,
  };
}

function layerOf(schedule: string, layer: Json, level: number, exported: Exported, now: number): ExportedLayer[] {
  const name = textOf(layer['name']) ?? `layer ${level + 1}`;
  const until = Date.parse(String(layer['end'] ?? ''));
  if (until <= now) return [];
  const seconds = Number(layer['rotation_turn_length_seconds']);
  const every = turnLength(seconds);
  if (every === undefined) {
    exported.lost.push(
      `Schedule ${schedule}, ${name}: a turn of ${seconds} seconds is no whole number of hours; write it by hand.`,
    );
    return [];
  }
  const turns = objects(layer['users']).map((item) => {
    const user = isObject(item['user']) ? item['user'] : item;
    return { ref: idOf(user), said: String(user['summary'] ?? idOf(user)) };
  });
  const start = Date.parse(String(layer['start'] ?? ''));
  const counted = Date.parse(String(layer['rotation_virtual_start'] ?? '')) || start;
  // A layer that is still to begin begins with a whole turn: the one that is under way at its start.
  const begun = start > now ? Math.max(0, Math.floor((start - counted) / (seconds * 1000))) : 0;
  if (start > now && (start - counted) % (seconds * 1000) !== 0)
    exported.lost.push(
      `Schedule ${schedule}, ${name}: it begins within a turn, at ${new Date(start).toISOString()}; here it begins with that turn.`,
    );
  const active = windowsOfLayer(layer);
  return [
    {
      name,
      turns: turns.map((_, n) => turns[(n + begun) % turns.length]!),
      starts: counted + begun * seconds * 1000,
      every,
      ...(Number.isNaN(until) ? {} : { until }),
      ...(active === undefined ? {} : { active }),
      level,
    },
  ];
}

function windowsOfLayer(layer: Json) {
  const stretches = objects(layer['restrictions']).flatMap((restriction) => {
    const from = minutesOf(restriction['start_time_of_day']);
    const minutes = Math.round(Number(restriction['duration_seconds']) / 60);
    if (from === undefined || !(minutes > 0)) return [];
    const day = Number(restriction['start_day_of_week'] ?? 0);
    return restriction['type'] === 'weekly_restriction' && day >= 1 && day <= 7
      ? [{ from: (day - 1) * DAY_MINUTES + from, minutes }]
      : daily(from, minutes);
  });
  return stretches.length === 0 ? undefined : windowsOf(stretches);
}

// ---- policies and services ----------------------------------------------------------------------------------------------

function policyOf(policy: Json, exported: Exported, services: Json[]): void {
  const name = textOf(policy['name']) ?? textOf(policy['summary']) ?? idOf(policy);
  let delaySeconds = 0;
  const steps = objects(policy['escalation_rules']).map((rule) => {
    const at = delaySeconds;
    delaySeconds += Number(rule['escalation_delay_in_minutes'] ?? 30) * 60;
    const targets = objects(rule['targets']).map((target): ExportedTarget => {
      const type = String(target['type'] ?? '').replace('_reference', '');
      const kind = /^schedule(_v[23])?$/.test(type) ? 'schedule' : type === 'user' ? 'person' : 'other';
      return { kind, ref: idOf(target), said: `${type} ${String(target['summary'] ?? idOf(target))}` };
    });
    const strategy = (rule['escalation_rule_assignment_strategy'] as Json | undefined)?.['type'];
    if (strategy === 'round_robin')
      exported.lost.push(
        `Policy ${name}: a rule hands incidents round in turn; here all of its targets are paged at once.`,
      );
    return { delaySeconds: at, targets };
  });
  const timeouts = services
    .filter((service) => idOf(service['escalation_policy']) === idOf(policy))
    .map((service) => Number(service['acknowledgement_timeout'] ?? 0))
    .filter((seconds) => seconds > 0);
  exported.policies.push({
    refs: [idOf(policy)],
    name,
    steps,
    repeat: Number(policy['num_loops'] ?? 0),
    ...(timeouts.length === 0 ? {} : { ackExpiresSeconds: Math.min(...timeouts) }),
  });
}

const URGENCIES: Record<string, Record<string, 'high' | 'low'> | undefined> = {
  low: { critical: 'low', error: 'low', warning: 'low', info: 'low' },
  severity_based: { critical: 'high', error: 'high', warning: 'low', info: 'low' },
};

function serviceOf(service: Json, exported: Exported): void {
  const name = textOf(service['name']) ?? textOf(service['summary']) ?? idOf(service);
  const description = textOf(service['description']);
  const rule = service['incident_urgency_rule'] as Json | undefined;
  if (rule?.['type'] === 'use_support_hours')
    exported.lost.push(
      `Service ${name}: its urgency goes by support hours; write urgency, and working_hours in the policy, by hand.`,
    );
  const urgency = rule?.['type'] === 'constant' ? URGENCIES[String(rule['urgency'])] : undefined;
  exported.services.push({
    name,
    ...(description === undefined ? {} : { description }),
    ...(isObject(service['escalation_policy']) ? { policy: idOf(service['escalation_policy']) } : {}),
    ...(urgency === undefined ? {} : { urgency }),
  });
}
