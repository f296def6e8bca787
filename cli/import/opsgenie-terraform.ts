/**
 * Opsgenie and Jira Service Management Operations as written for Terraform, as the answers that Opsgenie's API would give.
 *
 * Rules that come from outside (terraform-provider-opsgenie: user, user_contact, schedule, schedule_rotation, escalation,
 * service; terraform-provider-atlassian-operations: user, schedule, schedule_rotation, escalation, where blocks are
 * attributes): a rotation names its schedule; a rule's delay is in minutes. Pure.
 */
import { isObject, type Json, objects } from './exported.ts';
import type { Resource } from './terraform/resource.ts';
import { keptElsewhere, notCarried } from './terraform/terraform.ts';

const CARRIED = new Set(['user', 'user_contact', 'schedule', 'schedule_rotation', 'escalation', 'service']);
const WHY: Record<string, string> = {
  team: 'a catalogue has no teams; write the team as owner of its services',
  team_routing_rule: 'write which policy answers for a service as its policy',
  routing_rule: 'write which policy answers for a service as its policy',
  notification_rule: 'write them as rules of the person',
  notification_policy: 'write it as hold, urgency or group',
  alert_policy: 'write it as match and severity of a runbook or a sender',
  api_integration: 'each sender gets an address of Pageturner instead',
  heartbeat: 'write it under heartbeats of catalogue.yaml',
  maintenance: 'write it with pageturner silence',
};

/** Data sources whose content is not in the files. */
const ELSEWHERE = /^(opsgenie|atlassian-operations|atlassian_operations)_(schedule|escalation|service)$/;
const PREFIX = /^(opsgenie|atlassian-operations|atlassian_operations)_/;
/** `opsgenie_schedule` and `atlassian-operations_schedule` are the same kind. */
const kindOf = (type: string) => type.replace(PREFIX, '');

export function answersOfTerraform(resources: Resource[], lost: string[]): unknown[] {
  const of = (kind: string) => resources.filter(({ type }) => kindOf(type) === kind);
  const why = Object.fromEntries(
    resources.flatMap(({ type }) => (WHY[kindOf(type)] ? [[type, WHY[kindOf(type)]!]] : [])),
  );
  lost.push(...notCarried(resources, { prefix: PREFIX, isCarried: (type) => CARRIED.has(kindOf(type)), why }));
  lost.push(...keptElsewhere(resources, ELSEWHERE));
  const schedules = of('schedule');
  for (const { body, address, path, line } of of('schedule_rotation'))
    if (!schedules.some((schedule) => schedule.address === body['schedule_id']))
      lost.push(`${path}:${line}: ${address} is not carried over: its schedule is not in these files.`);
  return [
    ...of('user').map((user) => userOf(user, of('user_contact'))),
    ...schedules
      .filter(
        ({ address, isData }) => !isData || of('schedule_rotation').some(({ body }) => body['schedule_id'] === address),
      )
      .map((schedule) => scheduleOf(schedule, of('schedule_rotation'))),
    ...of('escalation')
      .filter(({ isData }) => !isData)
      .map(escalationOf),
    ...of('service').map(({ body, address }) => ({ ...body, id: address, teamId: String(body['team_id'] ?? '') })),
  ];
}

/** A block, or an attribute that is an object or a list of them. */
const list = (value: unknown): Json[] => objects([value ?? []].flat());

function userOf({ body, address, path, line }: Resource, contacts: Resource[]): Json {
  const username = String(body['username'] ?? body['email_address'] ?? body['email'] ?? address);
  return {
    username,
    fullName: body['full_name'] ?? body['display_name'] ?? username,
    id: address,
    timeZone: body['timezone'],
    written: `${path}:${line}`,
    userContacts: contacts
      .filter((contact) => [username, address].includes(String(contact.body['username'] ?? contact.body['user_id'])))
      .map((contact) => ({
        contactMethod: contact.body['method'],
        to: contact.body['to'],
        enabled: contact.body['enabled'] ?? true,
      })),
  };
}

function scheduleOf({ body, address, path, line }: Resource, rotations: Resource[]): Json {
  return {
    ...body,
    id: address,
    name: body['name'] ?? address,
    timezone: body['timezone'] ?? 'UTC',
    enabled: body['enabled'] ?? true,
    written: `${path}:${line}`,
    rotations: rotations
      .filter((rotation) => rotation.body['schedule_id'] === address)
      .map(({ body: rotation, name, address: id }) => ({
        id,
        name: rotation['name'] ?? name,
        type: rotation['type'],
        length: rotation['length'] ?? 1,
        startDate: rotation['start_date'],
        endDate: rotation['end_date'],
        participants: list(rotation['participant'] ?? rotation['participants']),
        timeRestriction: restrictionOf(list(rotation['time_restriction'])[0]),
      })),
  };
}

const camel = (object: Json): Json =>
  Object.fromEntries(
    Object.entries(object).map(([key, value]) => [
      key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );

function restrictionOf(written: Json | undefined): Json | undefined {
  if (written === undefined) return undefined;
  const all = [...list(written['restriction']), ...list(written['restrictions'])].map(camel);
  return { type: written['type'], restrictions: all };
}

function escalationOf({ body, address, path, line }: Resource): Json {
  const repeat = list(body['repeat'])[0];
  return {
    ...body,
    id: address,
    written: `${path}:${line}`,
    rules: list(body['rules']).flatMap((rule) => {
      const recipients = list(rule['recipient'] ?? rule['recipients']);
      const { delay } = rule;
      return recipients.map((recipient) => ({
        condition: rule['condition'],
        notifyType: rule['notify_type'],
        delay: isObject(delay) ? camel(delay) : { timeAmount: Number(delay ?? 0), timeUnit: 'minutes' },
        recipient,
      }));
    }),
    ...(repeat === undefined ? {} : { repeat: camel(repeat) }),
  };
}
