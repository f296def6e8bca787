/**
 * PagerDuty as written for Terraform: resources of the provider, as the answers that the API would give of them.
 *
 * Rules that come from outside (terraform-provider-pagerduty: user, user_contact_method, user_notification_rule, schedule,
 * escalation_policy, service): blocks are lists; references are `${type.name.id}`; the first layer is the lowest, where an
 * answer of the API has the last first. What is an expression and no plain reference cannot be followed. Pure.
 */
import { isObject, type Json, objects } from './exported.ts';

const KINDS = ['user', 'schedule', 'escalation_policy', 'service', 'user_contact_method', 'user_notification_rule'];

/** Whether a parsed document is Terraform, as JSON: it has resources or data sources. */
export function isTerraform(document: unknown): document is Json {
  return isObject(document) && (isObject(document['resource']) || isObject(document['data']));
}

type Resource = { address: string; body: Json };

/** Documents in the shapes of the API, of all files together: references lead from one to another. */
export function answersOfTerraform(files: Json[]): unknown[] {
  const of = (kind: string) => files.flatMap((file) => resources(file, `pagerduty_${kind}`));
  const [users, schedules, policies, services, methods, rules] = KINDS.map(of) as Resource[][];
  return [
    {
      users: users!.map(({ address, body }) => ({
        ...body,
        id: address,
        contact_methods: methods!
          .filter((method) => refOf(method.body['user_id']) === address)
          .map((method) => ({ ...method.body, id: method.address })),
        notification_rules: rules!
          .filter((rule) => refOf(rule.body['user_id']) === address)
          .map(({ body: rule }) => {
            const method = [rule['contact_method']].flat().find(isObject) ?? {};
            return {
              ...rule,
              type: 'assignment_notification_rule',
              contact_method: { ...method, id: refOf(method['id']) },
            };
          }),
      })),
    },
    {
      schedules: schedules!.map(({ address, body }) => ({
        ...body,
        id: address,
        schedule_layers: objects(body['layer'])
          .map((layer) => ({
            ...layer,
            users: [layer['users'] ?? []].flat().map((user) => ({ user: { id: refOf(user) } })),
            restrictions: objects(layer['restriction']),
          }))
          .reverse(),
      })),
    },
    {
      escalation_policies: policies!.map(({ address, body }) => ({
        ...body,
        id: address,
        escalation_rules: objects(body['rule']).map((rule) => ({
          ...rule,
          targets: objects(rule['target']).map((target) => ({ ...target, id: refOf(target['id']) })),
        })),
      })),
    },
    {
      services: services!.map(({ address, body }) => ({
        ...body,
        id: address,
        escalation_policy: { id: refOf(body['escalation_policy']) },
        incident_urgency_rule: objects(body['incident_urgency_rule'])[0],
      })),
    },
  ];
}

/** Resources and data sources of a type, with the address that references use. */
function resources(file: Json, type: string): Resource[] {
  return [
    ['resource', ''],
    ['data', 'data.'],
  ].flatMap(([block, prefix]) => {
    const named = (file[block!] as Json | undefined)?.[type];
    if (!isObject(named)) return [];
    return Object.entries(named).flatMap(([name, bodies]) =>
      [bodies]
        .flat()
        .filter(isObject)
        .map((body) => ({ address: `${prefix}${type}.${name}`, body })),
    );
  });
}

/** `${pagerduty_user.amira.id}` → `pagerduty_user.amira`; anything else stays as it is written. */
function refOf(written: unknown): string {
  const text = String(written ?? '');
  return /^\$\{([\w.-]+)\.id\}$/.exec(text)?.[1] ?? text;
}
