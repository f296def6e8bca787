/**
 * Opsgenie's API answers, those of Jira Service Management Operations, and Terraform for both: users, schedules with their rotations, overrides and timelines, escalations, services.
 *
 * Rules that come from outside (Opsgenie REST API v2: Schedule, Schedule Rotation, Schedule Override, Escalation, User and
 * Contact API; v1: Service API):
 *   - rotations of one schedule are on call side by side;
 *   - `startDate` is an instant, shown on the clock of the schedule's `timezone`; a turn is `length` hours, days or weeks;
 *   - a time restriction by weekday is one stretch from a day and time to a day and time, so it may run over several days;
 *   - an escalation rule's delay counts from the alert.
 */
import {
  contactOf,
  type Exported,
  type ExportedLayer,
  type ExportedSchedule,
  emptyExport,
  every,
  internationalNumber,
  isObject,
  type Json,
  objects,
  textOf,
} from './exported.ts';
import type { ImportPlan } from './import.ts';
import { answersOfTerraform } from './opsgenie-terraform.ts';
import { planOf } from './plan.ts';
import { resourcesOf, splitDocuments } from './terraform/terraform.ts';
import { DAY_MINUTES, daily, dayNamed, type Stretch, WEEK_MINUTES, windowsOf } from './week.ts';

/** What was found in the files, by kind. */
type Found = Record<
  'users' | 'schedules' | 'rotations' | 'escalations' | 'services' | 'overrides' | 'timelines',
  Json[]
>;

/**
 * In: the answers as parsed, in any order, each whole (`{"data": …}`) or its data; `now`, epoch milliseconds.
 * Out: the plan. Throws a RangeError for any other document.
 */
export function planOpsgenie(documents: unknown[], now: number): ImportPlan {
  const found: Found = {
    users: [],
    schedules: [],
    rotations: [],
    escalations: [],
    services: [],
    overrides: [],
    timelines: [],
  };
  const { files, others } = splitDocuments(documents);
  for (const document of others) sort(document, found);
  const exported = emptyExport();
  const { resources, lost } = resourcesOf(files);
  exported.lost.push(...lost);
  for (const answer of answersOfTerraform(resources, exported.lost)) sort(answer, found);
  joinRotations(found, exported);
  people(found, exported);
  for (const schedule of found.schedules) exported.schedules.push(scheduleOf(schedule, found, exported));
  for (const escalation of found.escalations) policy(escalation, exported);
  services(found, exported);
  return planOf(exported, now);
}

/** Puts a document where it belongs, told by its shape. */
function sort(document: unknown, found: Found): void {
  // Jira Service Management lists under `values`; its users come from Jira, some as a plain list.
  const wrapped = ['data', 'values'].find((key) => isObject(document) && key in document);
  const data = wrapped === undefined ? document : (document as Json)[wrapped];
  if (Array.isArray(data)) {
    for (const item of data) sort(item, found);
    return;
  }
  if (!isObject(data))
    throw new RangeError('A document is no answer of the Opsgenie API: it is neither an object nor a list.');
  if ('accountId' in data && !('rules' in data)) found.users.push(jiraUser(data));
  else if ('timezone' in data && 'name' in data && !('participants' in data)) found.schedules.push(data);
  else if ('participants' in data && 'startDate' in data) found.rotations.push(data);
  else if ('finalTimeline' in data) found.timelines.push(data);
  else if ('rules' in data) found.escalations.push(data);
  else if ('username' in data && ('fullName' in data || 'role' in data)) found.users.push(data);
  else if ('startDate' in data && 'endDate' in data && ('user' in data || 'responder' in data))
    found.overrides.push(data);
  else if ('teamId' in data || ('name' in data && 'tags' in data)) found.services.push(data);
  else if (Object.keys(found).some((key) => key in data)) {
    for (const part of Object.values(data)) sort(part, found);
  } else
    throw new RangeError(
      `A document is no answer of the Opsgenie API that is known: it has ${Object.keys(data).slice(0, 6).join(', ')}.`,
    );
}

/** A user of Jira: Jira Service Management names people by accountId. */
function jiraUser(user: Json): Json {
  const { accountId, displayName, emailAddress, timeZone } = user;
  return { username: emailAddress ?? accountId, fullName: displayName, id: accountId, timeZone, userContacts: [] };
}

/** Jira Service Management gives rotations apart, and does not say of which schedule where only one was asked for. */
function joinRotations({ rotations, schedules }: Found, exported: Exported): void {
  for (const rotation of rotations) {
    const id = textOf(rotation['scheduleId']) ?? textOf((rotation['_parent'] as Json | undefined)?.['id']);
    const schedule =
      schedules.find((one) => one['id'] === id) ??
      (id === undefined && schedules.length === 1 ? schedules[0] : undefined);
    if (schedule === undefined) {
      exported.lost.push(
        `Rotation ${String(rotation['name'] ?? rotation['id'])}: its answer does not say of which schedule it is; put "scheduleId" beside its name, or ask for schedules with expand=rotation.`,
      );
      continue;
    }
    const before = objects(schedule['rotations']);
    if (!before.some((one) => one['id'] === rotation['id'])) schedule['rotations'] = [...before, rotation];
  }
}

function people({ users }: Found, exported: Exported): void {
  for (const user of users) {
    const username = String(user['username'] ?? '');
    const listed = objects(Array.isArray(user['userContacts']) ? user['userContacts'] : user['contacts']);
    const contacts = listed.filter(
      (contact) => (contact['status'] as Json | undefined)?.['enabled'] !== false && contact['enabled'] !== false,
    );
    const of = (...methods: string[]) =>
      contacts
        .filter((contact) => methods.includes(String(contact['contactMethod'] ?? contact['method'])))
        .map((contact) => String(contact['to'] ?? ''));
    const zone = textOf(user['timeZone']);
    exported.people.push({
      refs: [username, String(user['id'] ?? username)],
      handle: username.split('@')[0]!,
      name: textOf(user['fullName']) ?? username,
      contact: contactOf(
        of('voice', 'sms').map((number) => internationalNumber(number)),
        of('email')[0] ?? (username.includes('@') ? username : undefined),
      ),
      ...(zone === undefined ? {} : { zone }),
    });
  }
  if (users.length > 0)
    exported.lost.push(
      "People's notification rules and quiet hours are not in the export: each has the usual rules; write their own under rules and quiet_hours.",
    );
}

/** What a participant or recipient is called by: Opsgenie gives an id, a name, or both. */
function refOf(who: Json, exported: Exported): string {
  const known = [who['username'], who['id'], who['name']].map((one) => textOf(one)).filter((one) => one !== undefined);
  return known.find((one) => exported.people.some(({ refs }) => refs.includes(one))) ?? known[0] ?? '';
}

const UNITS: Record<string, string> = { hourly: 'hour', daily: 'day', weekly: 'week' };

function scheduleOf(schedule: Json, { overrides, timelines }: Found, exported: Exported): ExportedSchedule {
  const name = textOf(schedule['name']) ?? 'schedule';
  const rotations = objects(schedule['rotations']);
  const isOf = (one: Json) => {
    const parent = (one['_parent'] ?? one['schedule']) as Json | undefined;
    return parent === undefined || parent['id'] === schedule['id'] || parent['name'] === schedule['name'];
  };
  const timeline = timelines.find((one) => isOf(one) && (one['_parent'] !== undefined || timelines.length === 1));
  const own = overrides.filter(isOf);
  const rendered = timeline && renderedOf(timeline, exported);
  return {
    refs: [name, textOf(schedule['id']) ?? name],
    name,
    zone: String(schedule['timezone']),
    off: schedule['enabled'] === false,
    layers: rotations.flatMap((rotation) => layerOf(name, rotation, exported)),
    overrides: own.map((override) => {
      const ref = refOf((override['user'] ?? override['responder'] ?? {}) as Json, exported);
      const some = objects(override['rotations']).flatMap(
        (one) => rotations.find(({ id, name: called }) => id === one['id'] || called === one['name'])?.['name'] ?? [],
      );
      return {
        by: { ref, said: ref },
        from: Date.parse(String(override['startDate'])),
        to: Date.parse(String(override['endDate'])),
        ...(some.length === 0 ? {} : { layers: some.map((one) => textOf(one) ?? 'rotation') }),
      };
    }),
    ...(rendered === undefined ? {} : { rendered }),
    unproved:
      schedule['written'] === undefined
        ? 'Ask for /timeline?interval=8&intervalUnit=weeks.'
        : `Compare pageturner shifts with the tool's page of the schedule (${String(schedule['written'])}).`,
  };
}

function layerOf(schedule: string, rotation: Json, exported: Exported): ExportedLayer[] {
  const name = textOf(rotation['name']) ?? 'rotation';
  const unit = UNITS[String(rotation['type'] ?? '')];
  if (unit === undefined) {
    exported.lost.push(
      `Schedule ${schedule}, ${name}: an unknown kind of turn (${String(rotation['type'])}); write it by hand.`,
    );
    return [];
  }
  const turns = objects(rotation['participants']).map((participant) => {
    const type = textOf(participant['type']) ?? 'user';
    if (type !== 'user') return { said: `a ${type}` };
    const ref = refOf(participant, exported);
    return { ref, said: ref };
  });
  const until = Date.parse(String(rotation['endDate'] ?? ''));
  const active = windowsOfRotation(rotation);
  return [
    {
      name,
      turns,
      starts: Date.parse(String(rotation['startDate'] ?? '')),
      every: every(Number(rotation['length'] ?? 1), unit),
      ...(Number.isNaN(until) ? {} : { until }),
      ...(active === undefined ? {} : { active }),
      level: 0,
    },
  ];
}

function windowsOfRotation(rotation: Json) {
  const limited = rotation['timeRestriction'];
  if (!isObject(limited)) return undefined;
  const list = Array.isArray(limited['restrictions']) ? limited['restrictions'] : [limited['restriction']];
  const stretches = objects(list).flatMap(stretchOf);
  return stretches.length === 0 ? undefined : windowsOf(stretches);
}

function stretchOf(restriction: Json): Stretch[] {
  const minute = (which: 'start' | 'end') =>
    Number(restriction[`${which}Hour`] ?? 0) * 60 + Number(restriction[`${which}Min`] ?? 0);
  const [from, to] = [minute('start'), minute('end')];
  const [first, last] = [dayNamed(restriction['startDay']), dayNamed(restriction['endDay'])];
  if (first === undefined || last === undefined) return daily(from, to > from ? to - from : to - from + DAY_MINUTES);
  const minutes = (last - first) * DAY_MINUTES + to - from;
  return [{ from: first * DAY_MINUTES + from, minutes: minutes > 0 ? minutes : minutes + WEEK_MINUTES }];
}

function renderedOf(timeline: Json, exported: Exported): ExportedSchedule['rendered'] {
  const rotations = objects((timeline['finalTimeline'] as Json)['rotations']);
  const entries = rotations
    .flatMap(({ periods }) => objects(periods))
    .flatMap((period) => {
      const flat = objects(period['flattenedRecipients']);
      const who = flat.length > 0 ? flat : objects([period['recipient']]);
      return who.map((one) => ({
        ref: refOf(one, exported),
        start: Date.parse(String(period['startDate'])),
        end: Date.parse(String(period['endDate'])),
      }));
    });
  return {
    from: Date.parse(String(timeline['startDate'] ?? '')) || 0,
    to: Date.parse(String(timeline['endDate'] ?? '')) || Number.POSITIVE_INFINITY,
    entries,
  };
}

const SECONDS: Record<string, number> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

function policy(escalation: Json, exported: Exported): void {
  const name = textOf(escalation['name']) ?? 'policy';
  const steps = objects(escalation['rules']).map((rule) => {
    const { timeAmount = 0, timeUnit = 'minutes' } = (rule['delay'] ?? {}) as {
      timeAmount?: number;
      timeUnit?: string;
    };
    const recipient = (rule['recipient'] ?? {}) as Json;
    const type = textOf(recipient['type']) ?? 'somebody';
    const called = String(recipient['name'] ?? recipient['username'] ?? recipient['id'] ?? '');
    if (rule['condition'] === 'if-not-closed')
      exported.lost.push(
        `Escalation ${name}: a rule goes on until the alert is closed; here an acknowledgement stops every step (ack_expires makes it lapse).`,
      );
    if (type === 'schedule' && rule['notifyType'] !== undefined && rule['notifyType'] !== 'default')
      exported.lost.push(
        `Escalation ${name}: it asks for the ${String(rule['notifyType'])} of schedule ${called}; here it pages the person who is on call.`,
      );
    const schedule = exported.schedules.find(({ refs }) =>
      refs.some((ref) => ref === recipient['id'] || ref === recipient['name']),
    );
    const target = {
      kind: type === 'schedule' ? ('schedule' as const) : type === 'user' ? ('person' as const) : ('other' as const),
      ref: type === 'schedule' ? (schedule?.refs[0] ?? called) : refOf(recipient, exported),
      said: `${type} ${called}`,
    };
    return { delaySeconds: timeAmount * (SECONDS[timeUnit] ?? 60), targets: [target] };
  });
  const repeat = Number((escalation['repeat'] as Json | undefined)?.['count'] ?? 0);
  exported.policies.push({ refs: [textOf(escalation['id']) ?? name], name, steps, repeat });
}

function services({ services: list }: Found, exported: Exported): void {
  for (const service of list) {
    const description = textOf(service['description']);
    exported.services.push({
      name: textOf(service['name']) ?? 'service',
      ...(description === undefined ? {} : { description }),
    });
  }
  if (list.length > 0)
    exported.lost.push(
      `Which team answers for which service is in the tool's routing rules, not in the export: all ${list.length} services have the default policy until policy says otherwise.`,
    );
}
