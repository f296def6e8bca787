/**
 * AWS Incident Manager's answers (`aws ssm-contacts`, `aws ssm-incidents`): contacts with their plans and channels, on-call
 * schedules with their rotations and shifts, escalation plans, response plans.
 *
 * Rules that come from outside (Incident Manager API reference: Contact, Plan, Stage, ContactChannel, GetRotation,
 * RecurrenceSettings, RotationShift, RotationOverride, GetResponsePlan):
 *   - rotations of one schedule are on call side by side, and `NumberOfOnCalls` of a rotation too;
 *   - turns follow the order of `ContactIds`; they change at each hand-off time of a period, which is repeated every
 *     `RecurrenceMultiplier` days, weeks or months;
 *   - a stage's duration is how long it waits before the next stage;
 *   - `list-rotation-shifts` and `list-rotation-overrides` do not say of which rotation they are.
 */
import { wallAt, type Zone, zoneNamed } from '../../shared/rota/zone.ts';
import {
  contactOf,
  type Exported,
  type ExportedLayer,
  type ExportedSchedule,
  type ExportedTarget,
  emptyExport,
  every,
  instantOf,
  internationalNumber,
  isObject,
  type Json,
  objects,
  type Rule,
  renderedFrom,
  type Turn,
  textOf,
} from './exported.ts';
import type { ImportPlan } from './import.ts';
import { planOf } from './plan.ts';
import { DAY_MINUTES, daily, dayNamed, intersect, type Stretch, WEEK_MINUTES, windowsOf } from './week.ts';

type Found = {
  contacts: Map<string, Json>;
  channels: Map<string, Json>;
  rotations: Map<string, Json>;
  shifts: { rotation: string | undefined; shifts: Json[] }[];
  overrides: { rotation: string | undefined; override: Json }[];
  responsePlans: Json[];
};

/**
 * In: the answers as parsed, in any order; `now`, epoch milliseconds. Out: the plan. Throws a RangeError for a document
 * of another kind.
 */
export function planIncidentManager(documents: unknown[], now: number): ImportPlan {
  const found: Found = {
    contacts: new Map(),
    channels: new Map(),
    rotations: new Map(),
    shifts: [],
    overrides: [],
    responsePlans: [],
  };
  for (const document of documents) sort(document, found);
  const exported = emptyExport();
  for (const contact of found.contacts.values()) {
    if (contact['Type'] === 'PERSONAL') person(contact, found, exported);
    else if (contact['Type'] === 'ONCALL_SCHEDULE') scheduleOf(contact, found, exported);
  }
  ownSchedules(found, exported);
  for (const contact of found.contacts.values())
    if (contact['Type'] === 'ESCALATION') escalation(contact, found, exported);
  for (const plan of found.responsePlans) responsePlan(plan, found, exported);
  return planOf(exported, now);
}

function sort(document: unknown, found: Found): void {
  if (Array.isArray(document)) {
    for (const item of document) sort(item, found);
    return;
  }
  if (!isObject(document))
    throw new RangeError('A document is no answer of Incident Manager: it is neither an object nor a list.');
  const rotation = textOf(document['RotationArn']) ?? textOf(document['RotationId']);
  if (Array.isArray(document['Contacts']))
    for (const one of objects(document['Contacts'])) keep(found.contacts, 'ContactArn', one);
  else if (Array.isArray(document['ContactChannels']))
    for (const one of objects(document['ContactChannels'])) keep(found.channels, 'ContactChannelArn', one);
  else if (Array.isArray(document['Rotations']))
    for (const one of objects(document['Rotations'])) keep(found.rotations, 'RotationArn', one);
  else if (Array.isArray(document['RotationShifts']))
    found.shifts.push({ rotation, shifts: objects(document['RotationShifts']) });
  else if (Array.isArray(document['RotationOverrides']))
    for (const override of objects(document['RotationOverrides'])) found.overrides.push({ rotation, override });
  else if ('RotationOverrideId' in document) found.overrides.push({ rotation, override: document });
  else if ('ContactChannelArn' in document) keep(found.channels, 'ContactChannelArn', document);
  else if ('Recurrence' in document) keep(found.rotations, 'RotationArn', document);
  else if ('ContactArn' in document) keep(found.contacts, 'ContactArn', document);
  else if ('incidentTemplate' in document || 'engagements' in document) found.responsePlans.push(document);
  else if (!('responsePlanSummaries' in document))
    throw new RangeError(
      `A document is no answer of Incident Manager that is known: it has ${Object.keys(document).slice(0, 6).join(', ')}.`,
    );
}

/** Short forms of lists and whole answers become one. */
function keep(map: Map<string, Json>, key: string, one: Json): void {
  const arn = String(one[key] ?? '');
  map.set(arn, { ...map.get(arn), ...one });
}

// ---- people -------------------------------------------------------------------------------------------------------------

const CHANNELS: Record<string, Rule['channel']> = { SMS: 'sms', VOICE: 'voice', EMAIL: 'email' };

function stages(contact: Json): { delaySeconds: number; targets: Json[] }[] {
  let delaySeconds = 0;
  return objects((contact['Plan'] as Json | undefined)?.['Stages']).map((stage) => {
    const at = delaySeconds;
    delaySeconds += Number(stage['DurationInMinutes'] ?? 0) * 60;
    return { delaySeconds: at, targets: objects(stage['Targets']) };
  });
}

function person(contact: Json, found: Found, exported: Exported): void {
  const arn = String(contact['ContactArn']);
  const alias = textOf(contact['Alias']) ?? arn.split('/').at(-1)!;
  const channels = [...found.channels.values()].filter(
    (channel) => channel['ContactArn'] === arn && channel['ActivationStatus'] !== 'NOT_ACTIVATED',
  );
  const address = (channel: Json) => String((channel['DeliveryAddress'] as Json | undefined)?.['SimpleAddress'] ?? '');
  const phones = channels.filter(({ Type }) => Type === 'SMS' || Type === 'VOICE').map(address);
  const email = channels.find(({ Type }) => Type === 'EMAIL');
  const rules = stages(contact).flatMap(({ delaySeconds, targets }) =>
    targets.flatMap((target): Rule[] => {
      const id = String((target['ChannelTargetInfo'] as Json | undefined)?.['ContactChannelId'] ?? '');
      const channel = CHANNELS[String(found.channels.get(id)?.['Type'])];
      return channel === undefined ? [] : [{ channel, afterSeconds: delaySeconds }];
    }),
  );
  exported.people.push({
    refs: [arn],
    handle: alias,
    name: textOf(contact['DisplayName']) ?? alias,
    contact: contactOf(
      phones.map((number) => internationalNumber(number)),
      email && address(email),
    ),
    ...(rules.length === 0 ? {} : { rules: { high: rules } }),
  });
  if (channels.length === 0)
    exported.audit.push(
      `${alias} has no activated contact channel in the export: ask for list-contact-channels --contact-id ${arn}.`,
    );
}

// ---- schedules ----------------------------------------------------------------------------------------------------------

function scheduleOf(contact: Json, found: Found, exported: Exported): void {
  const arn = String(contact['ContactArn']);
  const name = textOf(contact['DisplayName']) ?? textOf(contact['Alias']) ?? arn;
  const ids = ((contact['Plan'] as Json | undefined)?.['RotationIds'] as string[] | undefined) ?? [];
  if (ids.length === 0)
    exported.audit.push(`Schedule ${name} came without rotations: ask for get-contact --contact-id ${arn}.`);
  const rotations = ids.flatMap((id) => {
    const rotation = found.rotations.get(id);
    if (rotation === undefined) exported.audit.push(`Schedule ${name}: ask for get-rotation --rotation-id ${id}.`);
    return rotation === undefined ? [] : [rotation];
  });
  const zone = String(rotations[0]?.['TimeZoneId'] ?? 'UTC');
  for (const rotation of rotations)
    if (rotation['TimeZoneId'] !== zone)
      exported.lost.push(
        `Schedule ${name}, ${String(rotation['Name'])}: its clock is ${String(rotation['TimeZoneId'])}; here all of a rota is on ${zone}, so its handovers move when the two change apart.`,
      );
  const alone = found.rotations.size === 1;
  const shifts = found.shifts.filter(({ rotation }) => (rotation === undefined ? alone : ids.includes(rotation)));
  const proved = new Set(shifts.map(({ rotation }) => rotation)).size === rotations.length && rotations.length > 0;
  const rendered = proved ? renderedOf(shifts.flatMap((one) => one.shifts)) : undefined;
  exported.schedules.push({
    refs: [arn],
    name,
    zone,
    layers: rotations.flatMap((rotation) => layersOf(name, rotation, zoneNamed(zone), exported)),
    overrides: found.overrides
      .filter(({ rotation }) => (rotation === undefined ? alone : ids.includes(rotation)))
      .flatMap(({ override }) =>
        ((override['NewContactIds'] ?? []) as string[]).slice(0, 1).map((ref) => ({
          by: { ref, said: ref },
          from: instantOf(override['StartTime']),
          to: instantOf(override['EndTime']),
        })),
      ),
    ...(rendered === undefined ? {} : { rendered }),
    unproved:
      'Ask for list-rotation-shifts of each rotation over eight weeks, and write "RotationArn" into each answer where there are several.',
  });
}

/** A rotation that no schedule of the export has is a schedule by itself: its people must not be lost. */
function ownSchedules(found: Found, exported: Exported): void {
  const plans = [...found.contacts.values()].map((contact) => contact['Plan'] as Json | undefined);
  const used = new Set(plans.flatMap((plan) => (plan?.['RotationIds'] as string[] | undefined) ?? []));
  for (const [arn, rotation] of found.rotations) {
    if (used.has(arn)) continue;
    const name = textOf(rotation['Name']) ?? arn.split('/').at(-1)!;
    const instead = 'ask for get-contact of its schedule, or name it in a policy';
    exported.audit.push(
      `Rotation ${name} is in no schedule of the export and is read as a schedule by itself: ${instead}.`,
    );
    scheduleOf({ ContactArn: arn, DisplayName: name, Plan: { RotationIds: [arn] } }, found, exported);
  }
}

function renderedOf(shifts: Json[]): ExportedSchedule['rendered'] {
  const entries = shifts.flatMap((shift) =>
    ((shift['ContactIds'] ?? []) as string[]).map((ref) => ({
      ref,
      start: instantOf(shift['StartTime']),
      end: instantOf(shift['EndTime']),
    })),
  );
  return renderedFrom(entries);
}

type Handoff = { minute: number };

const minuteOf = (time: unknown) =>
  Number((time as Json | undefined)?.['HourOfDay'] ?? 0) * 60 +
  Number((time as Json | undefined)?.['MinuteOfHour'] ?? 0);

/**
 * A rotation as layers: one for each of those on call at once, and, where a period has several hand-offs, one for each
 * stretch between them, with every so-manieth of the turns.
 */
function layersOf(schedule: string, rotation: Json, zone: Zone | undefined, exported: Exported): ExportedLayer[] {
  const name = textOf(rotation['Name']) ?? 'rotation';
  const recurrence = (rotation['Recurrence'] ?? {}) as Json;
  const multiplier = Number(recurrence['RecurrenceMultiplier'] ?? 1);
  const [unit, handoffs, period] = handoffsOf(recurrence);
  if (zone === undefined || unit === undefined || (handoffs.length > 1 && (multiplier > 1 || unit === 'month'))) {
    exported.lost.push(
      `Schedule ${schedule}, ${name}: its hand-offs (${handoffs.length} in every ${multiplier} ${unit ?? 'periods'}) cannot be written as a layer; write it by hand.`,
    );
    return [];
  }
  const turns = ((rotation['ContactIds'] ?? []) as string[]).map((ref): Turn => ({ ref, said: ref }));
  const atOnce = Math.max(1, Number(recurrence['NumberOfOnCalls'] ?? 1));
  const coverage = coverageOf(recurrence);
  const starts = beginning(instantOf(rotation['StartTime']), zone, unit, handoffs);
  if (atOnce > 1)
    exported.audit.push(
      `Schedule ${schedule}, ${name}: ${atOnce} at once; it is taken that a turn is the next ${atOnce} of the list, which the proof confirms or not.`,
    );
  return Array.from({ length: atOnce }, (_, place) => place).flatMap((place) =>
    handoffs.flatMap((handoff, n): ExportedLayer[] => {
      const until = handoffs[n + 1]?.minute ?? handoffs[0]!.minute + period;
      const minutes = until - handoff.minute;
      const between = unit === 'day' ? daily(handoff.minute, minutes) : [{ from: handoff.minute, minutes }];
      const whole = handoffs.length === 1;
      const stretches = whole ? coverage : coverage ? intersect(coverage, between) : between;
      if (stretches?.length === 0) return []; // Nobody is to be on call then.
      const active = stretches && windowsOf(stretches);
      const layer = {
        name: [name, atOnce > 1 ? `${place + 1}` : '', whole ? '' : `part ${n + 1}`].filter(Boolean).join(' '),
        turns: turns.map((_, slot) => turns[((slot * handoffs.length + n) * atOnce + place) % turns.length]!),
        starts,
        every: every(multiplier, unit),
        ...(active === undefined ? {} : { active }),
        level: 0,
      };
      return [layer];
    }),
  );
}

/** The unit of a period, its hand-offs in minutes from the period's beginning, in order, and its length in minutes. */
function handoffsOf(recurrence: Json): ['day' | 'week' | 'month' | undefined, Handoff[], number] {
  const inOrder = (list: Handoff[]) => list.sort((a, b) => a.minute - b.minute);
  const days = objects(recurrence['DailySettings']);
  if (days.length > 0) return ['day', inOrder(days.map((time) => ({ minute: minuteOf(time) }))), DAY_MINUTES];
  const weeks = objects(recurrence['WeeklySettings']);
  if (weeks.length > 0)
    return [
      'week',
      inOrder(
        weeks.map((one) => ({
          minute: (dayNamed(one['DayOfWeek']) ?? 0) * DAY_MINUTES + minuteOf(one['HandOffTime']),
        })),
      ),
      WEEK_MINUTES,
    ];
  const months = objects(recurrence['MonthlySettings']);
  if (months.length > 0)
    return [
      'month',
      inOrder(
        months.map((one) => ({
          minute: (Number(one['DayOfMonth'] ?? 1) - 1) * DAY_MINUTES + minuteOf(one['HandOffTime']),
        })),
      ),
      0,
    ];
  return [undefined, [], 0];
}

/** The last first hand-off of a period that is not after the rotation's start, epoch milliseconds. */
function beginning(start: number, zone: Zone, unit: 'day' | 'week' | 'month', handoffs: Handoff[]): number {
  if (Number.isNaN(start)) return start;
  const MINUTE = 60_000;
  const wall = wallAt(zone, start);
  const first = handoffs[0]!.minute * MINUTE;
  const dayStart = Math.floor(wall / 86_400_000) * 86_400_000;
  const date = new Date(dayStart);
  const periodStart =
    unit === 'day'
      ? dayStart
      : unit === 'week'
        ? dayStart - ((date.getUTCDay() + 6) % 7) * 86_400_000
        : Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  let at = periodStart + first;
  if (at > wall) {
    at =
      unit === 'month'
        ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1, 1) + first
        : at - (unit === 'day' ? 1 : 7) * 86_400_000;
  }
  return start - (wall - at);
}

function coverageOf(recurrence: Json): Stretch[] | undefined {
  const coverages = recurrence['ShiftCoverages'];
  if (!isObject(coverages)) return undefined;
  const stretches = Object.entries(coverages).flatMap(([day, times]) =>
    objects(times).map((time) => {
      const [from, to] = [minuteOf(time['Start']), minuteOf(time['End'])];
      return {
        from: (dayNamed(day) ?? 0) * DAY_MINUTES + from,
        minutes: to > from ? to - from : to - from + DAY_MINUTES,
      };
    }),
  );
  return stretches.length === 0 ? undefined : stretches;
}

// ---- escalation and response plans --------------------------------------------------------------------------------------

function targetOf(arn: string, found: Found): ExportedTarget {
  const contact = found.contacts.get(arn);
  const kind =
    contact?.['Type'] === 'ONCALL_SCHEDULE' ? 'schedule' : contact?.['Type'] === 'PERSONAL' ? 'person' : 'other';
  return { kind, ref: arn, said: `contact ${textOf(contact?.['Alias']) ?? arn}` };
}

function escalation(contact: Json, found: Found, exported: Exported): void {
  const name = textOf(contact['DisplayName']) ?? textOf(contact['Alias']) ?? 'plan';
  const steps = stages(contact).map(({ delaySeconds, targets }) => ({
    delaySeconds,
    targets: targets.map((target) => {
      const info = (target['ContactTargetInfo'] ?? {}) as Json;
      if (info['IsEssential'] === true)
        exported.audit.push(
          `Plan ${name}: an acknowledgement of an essential contact stops it there; here that of anybody does.`,
        );
      return targetOf(String(info['ContactId'] ?? ''), found);
    }),
  }));
  exported.policies.push({ refs: [String(contact['ContactArn'])], name, steps, repeat: 0 });
}

function responsePlan(plan: Json, found: Found, exported: Exported): void {
  const name = textOf(plan['name']) ?? 'response plan';
  const engagements = ((plan['engagements'] ?? []) as unknown[]).map(String);
  const only = engagements.length === 1 ? found.contacts.get(engagements[0]!) : undefined;
  const policy = only?.['Type'] === 'ESCALATION' ? engagements[0] : `response-plan:${name}`;
  if (policy?.startsWith('response-plan:') && engagements.length > 0)
    exported.policies.push({
      refs: [policy],
      name,
      steps: [{ delaySeconds: 0, targets: engagements.map((arn) => targetOf(arn, found)) }],
      repeat: 0,
    });
  if (engagements.length === 0) exported.audit.push(`Response plan ${name} engages nobody.`);
  if (isObject(plan['chatChannel']) && Object.keys(plan['chatChannel']).length > 0)
    exported.lost.push(`Response plan ${name}: its chat channel; write slack:#CHANNEL into the policy.`);
  if (objects(plan['actions']).length > 0)
    exported.lost.push(`Response plan ${name}: its automation is not run from here; write it into the runbook.`);
  const template = (plan['incidentTemplate'] ?? {}) as Json;
  if (template['impact'] !== undefined)
    exported.lost.push(
      `Response plan ${name}: impact ${String(template['impact'])}; alerts bring their own severity, or severity in the runbook.`,
    );
  const description = textOf(template['summary']) ?? textOf(plan['displayName']);
  exported.services.push({
    name,
    ...(description === undefined ? {} : { description }),
    ...(policy === undefined || engagements.length === 0 ? {} : { policy }),
  });
}
