/**
 * Grafana OnCall as written for Terraform, as the answers that its API would give: the provider's arguments have the names
 * that the API has.
 *
 * Source: terraform-provider-grafana (oncall_schedule, oncall_on_call_shift, oncall_escalation_chain, oncall_escalation,
 * oncall_integration, oncall_route, oncall_user, oncall_user_notification_rule). Pure.
 */
import { type Json, objects } from './exported.ts';
import type { Resource } from './terraform/resource.ts';
import { notCarried } from './terraform/terraform.ts';

const CARRIED = new Set(
  [
    'user',
    'user_notification_rule',
    'schedule',
    'on_call_shift',
    'escalation_chain',
    'escalation',
    'integration',
    'route',
  ].map((kind) => `grafana_oncall_${kind}`),
);
const WHY: Record<string, string> = {
  grafana_oncall_outgoing_webhook: 'write it as a webhook of the policy',
  grafana_oncall_team: 'a catalogue has no teams; write the team as owner of its services',
};

export function answersOfTerraform(resources: Resource[], lost: string[]): Json[] {
  lost.push(...notCarried(resources, { prefix: /^grafana_oncall_/, isCarried: (type) => CARRIED.has(type), why: WHY }));
  return resources
    .filter(({ type, isData }) => CARRIED.has(type) && (!isData || type === 'grafana_oncall_user'))
    .map(({ type, body, address, name, path, line }) => ({
      ...body,
      id: address,
      ...(body['name'] === undefined && type !== 'grafana_oncall_user' ? { name } : {}),
      ...(type === 'grafana_oncall_user' ? { username: body['username'] ?? name } : {}),
      ...(type === 'grafana_oncall_schedule' ? { shifts: body['shifts'] ?? [], written: `${path}:${line}` } : {}),
      ...(type === 'grafana_oncall_integration' ? { default_route: objects(body['default_route'])[0] ?? {} } : {}),
      ...(type === 'grafana_oncall_escalation' ? { position: body['position'] ?? 0 } : {}),
    }));
}
