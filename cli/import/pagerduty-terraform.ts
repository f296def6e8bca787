/**
 * PagerDuty as written for Terraform: resources of the provider, as the answers that the API would give of them.
 *
 * Rules that come from outside (terraform-provider-pagerduty: user, user_contact_method, user_notification_rule, schedule,
 * schedulev2, escalation_policy, service): blocks are lists; the first layer is the lowest, where an answer of the API has
 * the last first. `written` in an answer says that it is Terraform, and where. Pure.
 */
import { isObject, type Json, objects } from './exported.ts';
import type { Resource } from './terraform/resource.ts';
import { keptElsewhere, notCarried } from './terraform/terraform.ts';

const CARRIED = [
  'pagerduty_user',
  'pagerduty_user_contact_method',
  'pagerduty_user_notification_rule',
  'pagerduty_schedule',
  'pagerduty_schedulev2',
  'pagerduty_schedule_v2',
  'pagerduty_escalation_policy',
  'pagerduty_service',
  'pagerduty_business_service',
];
/** Data sources whose content is not in the files. */
const ELSEWHERE = /^pagerduty_(schedule|schedulev2|escalation_policy|service)$/;
/** Read by others only, or without meaning here. */
const WHY: Record<string, string> = {
  pagerduty_team: 'a catalogue has no teams; write the team as owner of its services',
  pagerduty_team_membership: 'a catalogue has no teams',
  pagerduty_business_service: 'business services have no counterpart',
  pagerduty_event_orchestration: 'its rules become match of services and runbooks, by hand',
  pagerduty_event_orchestration_router: 'its routes become match of services, by hand',
  pagerduty_event_orchestration_service: 'its rules become match, severity and urgency, by hand',
  pagerduty_event_orchestration_global: 'its rules become match of services and runbooks, by hand',
  pagerduty_event_orchestration_unrouted: 'what nothing matches has the default policy',
  pagerduty_service_integration: 'each sender gets an address of Pageturner instead',
  pagerduty_service_dependency: 'write it as depends_on of the service',
  pagerduty_maintenance_window: 'write it with pageturner silence',
};

/** Answers in the shapes of the API, of all resources together: references lead from one to another. */
export function answersOfTerraform(resources: Resource[], lost: string[]): unknown[] {
  const own = resources.filter(({ type, isData }) => !isData || type === 'pagerduty_user');
  lost.push(...keptElsewhere(resources, ELSEWHERE));
  const of = (...kinds: string[]) => own.filter(({ type }) => kinds.some((kind) => type === `pagerduty_${kind}`));
  const carried = new Set(CARRIED.filter((type) => WHY[type] === undefined));
  lost.push(...notCarried(resources, { prefix: /^pagerduty_/, isCarried: (type) => carried.has(type), why: WHY }));
  return [
    { users: of('user').map((user) => userOf(user, of('user_contact_method'), of('user_notification_rule'))) },
    { schedules: of('schedule').map(scheduleOf) },
    {
      schedules: of('schedulev2', 'schedule_v2').map((one) =>
        answer(one, { rotations: objects(one.body['rotation']) }),
      ),
    },
    {
      escalation_policies: of('escalation_policy').map((one) =>
        answer(one, {
          escalation_rules: objects(one.body['rule']).map((rule) => ({
            ...rule,
            targets: objects(rule['target']),
            escalation_rule_assignment_strategy: objects(rule['escalation_rule_assignment_strategy'])[0],
          })),
        }),
      ),
    },
    {
      services: of('service').map((one) =>
        answer(one, {
          ...(one.body['escalation_policy'] === undefined
            ? {}
            : { escalation_policy: { id: String(one.body['escalation_policy']) } }),
          incident_urgency_rule: objects(one.body['incident_urgency_rule'])[0],
        }),
      ),
    },
  ];
}

function answer({ address, body, path, line }: Resource, more: Json): Json {
  return { ...body, ...more, id: address, written: `${path}:${line}` };
}

function userOf(user: Resource, methods: Resource[], rules: Resource[]): Json {
  return answer(user, {
    contact_methods: methods
      .filter(({ body }) => body['user_id'] === user.address)
      .map(({ body, address }) => ({ ...body, id: address })),
    notification_rules: rules
      .filter(({ body }) => body['user_id'] === user.address)
      .map(({ body }) => ({
        ...body,
        type: 'assignment_notification_rule',
        contact_method: [body['contact_method']].flat().find(isObject) ?? {},
      })),
  });
}

function scheduleOf(schedule: Resource): Json {
  const layers = objects(schedule.body['layer']).map((layer) => ({
    ...layer,
    users: [layer['users'] ?? []].flat().map((user) => ({ user: { id: String(user) } })),
    restrictions: objects(layer['restriction']),
  }));
  return answer(schedule, { schedule_layers: layers.reverse() });
}
