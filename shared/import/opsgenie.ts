/**
 * From Opsgenie's API answers to a catalogue: users, schedules with their rotations and overrides, escalations, services.
 *
 * Rules that come from outside (Opsgenie REST API v2: Schedule, Schedule Rotation, Schedule Override, Escalation, User and
 * Contact API; v1: Service API):
 *   - rotations of one schedule are on call side by side, where a catalogue's later layer goes before the earlier: rotations
 *     that are never active at once become layers of one rota, others become rotas of their own;
 *   - `startDate` is an instant, shown on the clock of the schedule's `timezone`; a turn is `length` hours, days or weeks;
 *   - a time restriction by weekday is one stretch from a day and time to a day and time, so it may run over several days;
 *   - an escalation rule's delay counts from the alert, where a catalogue's step counts from the one before.
 */
import { stringify } from 'yaml';
import { checkRota } from '../rota/check.ts';
import { compileRota } from '../rota/compile.ts';
import type { Layer, Override, Rota } from '../rota/rota.ts';
import { stintsBetween } from '../rota/shifts.ts';
import { writeWall } from '../rota/wall.ts';
import { DAY, wallAt, type Zone, zoneNamed } from '../rota/zone.ts';
import { compareEntries, type Entry, type ImportPlan, slug } from './import.ts';

type Json = Record<string, unknown>;
type Participant = { type?: string; id?: string; username?: string; name?: string };
type Restriction = {
  startDay?: string;
  endDay?: string;
  startHour?: number;
  startMin?: number;
  endHour?: number;
  endMin?: number;
};
type Rotation = {
  id?: string;
  name?: string;
  startDate?: string;
  endDate?: string;
  type?: string;
  length?: number;
  participants?: Participant[];
  timeRestriction?: { type?: string; restriction?: Restriction; restrictions?: Restriction[] };
};
type Schedule = { id?: string; name?: string; timezone?: string; enabled?: boolean; rotations?: Rotation[] };
type Period = { startDate?: string; endDate?: string; recipient?: Participant; flattenedRecipients?: Participant[] };

/** What was found in the files, by kind. */
type Export = {
  users: Json[];
  schedules: Schedule[];
  escalations: Json[];
  services: Json[];
  overrides: Json[];
  timelines: Json[];
};

const PROOF_WEEKS = 8;
const MAX_DIFFERENCES = 20;

/**
 * In: the answers as parsed, in any order, each whole (`{"data": …}`) or its data; `now`, epoch milliseconds.
 * Out: the plan. Throws a RangeError for a document that is none of these.
 */
export function planOpsgenie(documents: unknown[], now: number): ImportPlan {
  const found: Export = { users: [], schedules: [], escalations: [], services: [], overrides: [], timelines: [] };
  for (const document of documents) sort(document, found);
  const plan: ImportPlan = { files: [], audit: [], lost: [], proof: [] };
  const idOf = people(found, plan);
  const rotasOf = new Map<string, string[]>();
  for (const schedule of found.schedules) rotasOf.set(schedule.name ?? '', rotas(schedule, found, idOf, plan, now));
  const policies = escalations(found, idOf, rotasOf, plan);
  services(found, policies, plan);
  unused(found, plan);
  plan.files.unshift(
    file('catalogue.yaml', { policy: policies[0] ?? 'TODO', time_zone: found.schedules[0]?.timezone ?? 'UTC' }),
  );
  if (policies.length === 0) plan.lost.push('No escalation was in the export: catalogue.yaml needs a policy by hand.');
  return plan;
}

/** Puts a document where it belongs, told by its shape. */
function sort(document: unknown, found: Export): void {
  const data = isObject(document) && 'data' in document ? document['data'] : document;
  if (Array.isArray(data)) {
    for (const item of data) sort(item, found);
    return;
  }
  if (!isObject(data))
    throw new RangeError('A document is no answer of the Opsgenie API: it is neither an object nor a list.');
  if ('rotations' in data && 'timezone' in data) found.schedules.push(data as Schedule);
  else if ('finalTimeline' in data) found.timelines.push(data);
  else if ('rules' in data) found.escalations.push(data);
  else if ('username' in data && ('fullName' in data || 'role' in data)) found.users.push(data);
  else if ('startDate' in data && 'endDate' in data && 'user' in data) found.overrides.push(data);
  else if ('teamId' in data || ('name' in data && 'tags' in data)) found.services.push(data);
  else if (['schedules', 'users', 'escalations', 'services', 'overrides', 'timelines'].some((key) => key in data)) {
    for (const part of Object.values(data)) sort(part, found);
  } else
    throw new RangeError(
      `A document is no answer of the Opsgenie API that is known: it has ${Object.keys(data).slice(0, 6).join(', ')}.`,
    );
}

// ---- people -------------------------------------------------------------------------------------------------------------

function people({ users, schedules }: Export, plan: ImportPlan): (participant: Participant) => string | undefined {
  const ids = new Map<string, string>();
  for (const user of users) {
    const username = String(user['username'] ?? '');
    const id = free(slug(username.split('@')[0]!), new Set(ids.values()));
    ids.set(username, id);
    if (user['id'] !== undefined) ids.set(String(user['id']), id);
    const contact = contactOf(user, username);
    const zone = String(user['timeZone'] ?? '');
    if (contact['phone'] === undefined)
      plan.audit.push(
        `${id} (${username}) has no phone in the export: nobody can ring them. Export users with ?expand=contact.`,
      );
    const name = String(user['fullName'] ?? id);
    plan.files.push(file(`people/${id}.yaml`, { id, name, contact, ...(zoneNamed(zone) ? { time_zone: zone } : {}) }));
  }
  if (users.length > 0)
    plan.lost.push(
      "People's notification rules and quiet hours are not in these answers: each has the usual rules; write their own under rules and quiet_hours.",
    );
  const idOf = ({ id, username }: Participant) => ids.get(username ?? '') ?? ids.get(id ?? '');
  const unknown = new Set<string>();
  for (const { type, id, username } of schedules
    .flatMap((schedule) => schedule.rotations ?? [])
    .flatMap((rotation) => rotation.participants ?? []))
    if (type === 'user' && !idOf({ id: id ?? '', username: username ?? '' })) unknown.add(username ?? id ?? '');
  for (const name of unknown) plan.audit.push(`${name} takes turns and is not among the users of the export.`);
  return idOf;
}

function contactOf(user: Json, username: string): Record<string, string> {
  const listed = [user['userContacts'], user['contacts']].find(Array.isArray) as Json[] | undefined;
  const contacts = (listed ?? []).filter(
    (contact) => (contact['status'] as Json | undefined)?.['enabled'] !== false && contact['enabled'] !== false,
  );
  const of = (...methods: string[]) =>
    contacts
      .filter((contact) => methods.includes(String(contact['contactMethod'] ?? contact['method'])))
      .map((contact) => String(contact['to'] ?? ''));
  const phones = [
    ...new Set(
      of('voice', 'sms')
        .map(internationalNumber)
        .filter((phone) => phone !== undefined),
    ),
  ];
  const email = of('email')[0] ?? (username.includes('@') ? username : undefined);
  return {
    ...(phones[0] === undefined ? {} : { phone: phones[0] }),
    ...(phones[1] === undefined ? {} : { phone2: phones[1] }),
    ...(email === undefined ? {} : { email }),
  };
}

/** `44-7700900001` → `+447700900001` */
function internationalNumber(written: string): string | undefined {
  const digits = written.replace(/\D/g, '');
  return digits.length >= 7 && digits.length <= 15 ? `+${digits}` : undefined;
}

// ---- schedules ----------------------------------------------------------------------------------------------------------

/** The rotas of a schedule: their names, for the policies that ask for it. */
function rotas(
  schedule: Schedule,
  found: Export,
  idOf: (participant: Participant) => string | undefined,
  plan: ImportPlan,
  now: number,
): string[] {
  const name = slug(schedule.name ?? 'schedule');
  const zone = zoneNamed(schedule.timezone ?? '');
  if (!zone) {
    plan.lost.push(
      `Schedule ${schedule.name}: its time zone ${schedule.timezone} is not known here; write the rota by hand.`,
    );
    return [];
  }
  if (schedule.enabled === false) plan.audit.push(`Schedule ${schedule.name} is switched off in Opsgenie.`);
  const layers = (schedule.rotations ?? []).flatMap((rotation) => layerOf(schedule, rotation, zone, idOf, plan));
  const until = now + PROOF_WEEKS * 7 * DAY;
  const overrides = overridesOf(schedule, found, zone, idOf, plan, now);
  const groups = sideBySide(layers, schedule.timezone!, now, until);
  if (groups.length > 1)
    plan.audit.push(
      `Schedule ${schedule.name} has ${groups.length} people on call at once: it becomes ${groups.length} rotas, and a policy asks for all of them.`,
    );
  const written = groups.map((group, n): Rota => {
    const own = groups.length === 1 ? name : free(`${name}-${slug(group[0]!.name ?? String(n + 1))}`, new Set());
    return {
      name: own,
      time_zone: schedule.timezone!,
      layers: group,
      ...(overrides.length === 0 ? {} : { overrides }),
    };
  });
  for (const rota of written) {
    const [mistake] = checkRota(rota);
    if (mistake) plan.lost.push(`Rota ${rota.name}: ${mistake.message} ${mistake.mend}`);
    plan.files.push(file(`rotas/${rota.name}.yaml`, rota));
  }
  prove(schedule, written, found, idOf, plan, now, until);
  return written.map((rota) => rota.name);
}

const UNITS: Record<string, string> = { hourly: 'hour', daily: 'day', weekly: 'week' };

function layerOf(
  schedule: Schedule,
  rotation: Rotation,
  zone: Zone,
  idOf: (participant: Participant) => string | undefined,
  plan: ImportPlan,
): Layer[] {
  const called = `Schedule ${schedule.name}, rotation ${rotation.name ?? rotation.id ?? ''}`;
  const turns = rotation.participants ?? [];
  const ids = turns.map((participant) =>
    participant.type === 'user' || participant.type === undefined ? idOf(participant) : undefined,
  );
  for (const [n, id] of ids.entries())
    if (id === undefined)
      plan.lost.push(
        `${called}: a turn is ${turns[n]!.type === 'user' ? `${turns[n]!.username ?? turns[n]!.id}, who is unknown` : `a ${turns[n]!.type}`}; it is left out, which moves the turns after it.`,
      );
  const names = ids.filter((id) => id !== undefined);
  const start = Date.parse(rotation.startDate ?? '');
  const unit = UNITS[rotation.type ?? ''];
  if (names.length === 0 || Number.isNaN(start) || unit === undefined) {
    plan.lost.push(
      `${called}: it has no people, no start or an unknown kind of turn (${rotation.type}); write it by hand.`,
    );
    return [];
  }
  const length = rotation.length ?? 1;
  const active = windowsOf(rotation);
  const end = Date.parse(rotation.endDate ?? '');
  return [
    {
      name: rotation.name ?? 'rotation',
      people: names,
      starts: writeWall(wallAt(zone, start)),
      every: `${length} ${unit}${length === 1 ? '' : 's'}`,
      ...(Number.isNaN(end) ? {} : { until: writeWall(wallAt(zone, end)) }),
      ...(active === undefined ? {} : { active }),
    },
  ];
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
type Window = NonNullable<Layer['active']>[number];

function windowsOf({ timeRestriction }: Rotation): Window[] | undefined {
  if (!timeRestriction) return undefined;
  const { restriction, restrictions } = timeRestriction;
  const list = restrictions ?? (restriction ? [restriction] : []);
  const windows = list.flatMap(stretch);
  return windows.length === 0 ? undefined : windows;
}

/** One restriction as windows of a day each: whatever runs over several days is cut at midnight. */
function stretch(restriction: Restriction): Window[] {
  const from = time(restriction.startHour, restriction.startMin);
  const to = time(restriction.endHour, restriction.endMin);
  const [first, last] = [dayOf(restriction.startDay), dayOf(restriction.endDay)];
  if (first === undefined || last === undefined) return [{ from, to }];
  if (first === last && to > from) return [{ days: [DAYS[first]!], from, to }];
  const between = (last - first + 7) % 7 || 7;
  const windows: Window[] = [{ days: [DAYS[first]!], from, to: '24:00' }];
  for (let n = 1; n < between; n++) windows.push({ days: [DAYS[(first + n) % 7]!], from: '00:00', to: '24:00' });
  if (to !== '00:00') windows.push({ days: [DAYS[last]!], from: '00:00', to });
  return windows;
}

function dayOf(written: string | undefined): number | undefined {
  const at = DAYS.findIndex((day) => written?.toLowerCase().startsWith(day));
  return at < 0 ? undefined : at;
}

function time(hour = 0, minute = 0): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** Layers that are never active at once may stand in one rota; others are on call side by side. */
function sideBySide(layers: Layer[], zone: string, from: number, to: number): Layer[][] {
  const groups: { layers: Layer[]; stints: { start: number; end: number }[] }[] = [];
  for (const layer of layers) {
    const stints = stintsBetween(compileRota({ name: 'one', time_zone: zone, layers: [layer] }), from, to);
    const room = groups.find(
      (group) => !group.stints.some((a) => stints.some((b) => a.start < b.end && b.start < a.end)),
    );
    if (room) {
      room.layers.push(layer);
      room.stints.push(...stints);
    } else groups.push({ layers: [layer], stints });
  }
  return groups.map((group) => group.layers);
}

function overridesOf(
  schedule: Schedule,
  { overrides }: Export,
  zone: Zone,
  idOf: (participant: Participant) => string | undefined,
  plan: ImportPlan,
  now: number,
): Override[] {
  return overrides.flatMap((override): Override[] => {
    const parent = (override['_parent'] ?? override['schedule']) as Json | undefined;
    if (parent !== undefined && parent['name'] !== schedule.name && parent['id'] !== schedule.id) return [];
    const [from, to] = [Date.parse(String(override['startDate'])), Date.parse(String(override['endDate']))];
    if (!(to > now)) return [];
    const person = idOf((override['user'] ?? {}) as Participant);
    if (person === undefined) {
      plan.lost.push(`Schedule ${schedule.name}: an override from ${override['startDate']} is for somebody unknown.`);
      return [];
    }
    if (Array.isArray(override['rotations']) && (schedule.rotations?.length ?? 0) > 1)
      plan.lost.push(
        `Schedule ${schedule.name}: the override from ${override['startDate']} is for some rotations; here it is for all of its rotas.`,
      );
    return [{ person, from: writeWall(wallAt(zone, from)), to: writeWall(wallAt(zone, to)) }];
  });
}

/** The coming weeks beside what Opsgenie rendered itself. */
function prove(
  schedule: Schedule,
  written: Rota[],
  { timelines }: Export,
  idOf: (participant: Participant) => string | undefined,
  plan: ImportPlan,
  now: number,
  until: number,
): void {
  const timeline = timelines.find((one) => {
    const parent = one['_parent'] as Json | undefined;
    return parent?.['id'] === schedule.id || parent?.['name'] === schedule.name || timelines.length === 1;
  });
  if (!timeline) {
    plan.audit.push(
      `Schedule ${schedule.name}: no timeline in the export, so its rota is not proved. Ask for /timeline?interval=8&intervalUnit=weeks.`,
    );
    return;
  }
  const rotations = ((timeline['finalTimeline'] as Json)['rotations'] ?? []) as { periods?: Period[] }[];
  const theirs = rotations
    .flatMap(({ periods }) => periods ?? [])
    .flatMap(({ startDate, endDate, recipient, flattenedRecipients }): Entry[] =>
      (flattenedRecipients ?? [recipient ?? {}]).flatMap((one) => {
        const person = idOf({ ...one, username: one.username ?? one.name ?? '' });
        return person === undefined
          ? []
          : [{ start: Date.parse(startDate ?? ''), end: Date.parse(endDate ?? ''), person }];
      }),
    );
  const from = Math.max(now, Date.parse(String(timeline['startDate'] ?? '')) || now);
  const to = Math.min(until, Date.parse(String(timeline['endDate'] ?? '')) || until);
  if (to <= from) return;
  const ours = written.flatMap((rota) => stintsBetween(compileRota(rota), from, to));
  const proof = compareEntries(schedule.name ?? '', ours, theirs, from, to);
  plan.proof.push({ ...proof, differences: proof.differences.slice(0, MAX_DIFFERENCES) });
}

// ---- escalations and services -------------------------------------------------------------------------------------------

const SECONDS: Record<string, number> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

function escalations(
  { escalations: list }: Export,
  idOf: (participant: Participant) => string | undefined,
  rotasOf: Map<string, string[]>,
  plan: ImportPlan,
): string[] {
  return list
    .map((escalation) => {
      const name = slug(String(escalation['name'] ?? 'policy'));
      const byDelay = new Map<number, string[]>();
      for (const rule of (escalation['rules'] ?? []) as Json[]) {
        const { timeAmount = 0, timeUnit = 'minutes' } = (rule['delay'] ?? {}) as {
          timeAmount?: number;
          timeUnit?: string;
        };
        const delay = timeAmount * (SECONDS[timeUnit] ?? 60);
        const targets = targetsOf(name, rule, idOf, rotasOf, plan);
        if (targets.length > 0) byDelay.set(delay, [...(byDelay.get(delay) ?? []), ...targets]);
        if (rule['condition'] === 'if-not-closed')
          plan.lost.push(
            `Escalation ${name}: a rule goes on until the alert is closed; here an acknowledgement stops every step (ack_expires makes it lapse).`,
          );
      }
      let before = 0;
      const steps = [...byDelay]
        .sort(([a], [b]) => a - b)
        .map(([delay, notify]) => {
          const after = delay - before;
          before = delay;
          return { ...(after === 0 ? {} : { after: duration(after) }), notify: [...new Set(notify)] };
        });
      if (steps.length === 0)
        plan.lost.push(`Escalation ${name}: none of its rules could be carried over; it is left out.`);
      const repeat = Number((escalation['repeat'] as Json | undefined)?.['count'] ?? 0);
      if (steps.length > 0)
        plan.files.push(
          file(`policies/${name}.yaml`, { name, steps, ...(repeat > 0 ? { repeat: Math.min(20, repeat) } : {}) }),
        );
      return steps.length > 0 ? name : undefined;
    })
    .filter((name) => name !== undefined);
}

function targetsOf(
  policy: string,
  rule: Json,
  idOf: (participant: Participant) => string | undefined,
  rotasOf: Map<string, string[]>,
  plan: ImportPlan,
): string[] {
  const recipient = (rule['recipient'] ?? {}) as Participant;
  if (recipient.type === 'schedule') {
    const rotas = rotasOf.get(recipient.name ?? '') ?? [];
    if (rotas.length === 0)
      plan.lost.push(
        `Escalation ${policy}: it asks for schedule ${recipient.name ?? recipient.id}, which is not in the export.`,
      );
    if (rule['notifyType'] !== undefined && rule['notifyType'] !== 'default')
      plan.lost.push(
        `Escalation ${policy}: it asks for the ${String(rule['notifyType'])} of schedule ${recipient.name}; here it asks whoever is on call.`,
      );
    return rotas.map((rota) => `rota:${rota}`);
  }
  const person = recipient.type === 'user' ? idOf(recipient) : undefined;
  if (person === undefined)
    plan.lost.push(
      `Escalation ${policy}: it asks ${recipient.type ?? 'somebody'} ${recipient.name ?? recipient.username ?? recipient.id ?? ''}, for which there is nothing here; name people or a rota.`,
    );
  return person === undefined ? [] : [`person:${person}`];
}

function services({ services: list }: Export, policies: string[], plan: ImportPlan): void {
  for (const service of list) {
    const name = slug(String(service['name'] ?? 'service'));
    const description = String(service['description'] ?? '').slice(0, 2000);
    plan.files.push(file(`services/${name}.yaml`, { name, ...(description === '' ? {} : { description }) }));
  }
  if (list.length > 0)
    plan.lost.push(
      `Which team answers for which service is in Opsgenie's routing rules, not in these answers: all ${list.length} services have the default policy${policies[0] ? ` ${policies[0]}` : ''} until policy says otherwise.`,
    );
}

function unused({ schedules, escalations: list }: Export, plan: ImportPlan): void {
  const asked = new Set(
    list.flatMap((one) =>
      ((one['rules'] ?? []) as Json[]).map((rule) => ((rule['recipient'] ?? {}) as Participant).name),
    ),
  );
  for (const { name } of schedules)
    if (!asked.has(name)) plan.audit.push(`Schedule ${name} is asked for by no escalation.`);
}

// ---- written ------------------------------------------------------------------------------------------------------------

function file(path: string, value: object): { path: string; text: string } {
  const kind = path.includes('/')
    ? { people: 'person', rotas: 'rota', policies: 'policy', services: 'service' }[path.split('/')[0]!]
    : 'catalogue';
  const up = path.includes('/') ? '../' : '';
  return {
    path,
    text: `# yaml-language-server: $schema=${up}schema/${kind}.json\n${stringify(value, { lineWidth: 120 })}`,
  };
}

function duration(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}

function free(name: string, taken: Set<string>): string {
  if (!taken.has(name)) return name;
  for (let n = 2; ; n++) if (!taken.has(`${name}-${n}`)) return `${name}-${n}`;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
