/**
 * HCP Terraform (and Terraform Enterprise) run notifications. A run deploys once it applies; planning changes nothing.
 *
 * Source: HCP Terraform API "Notification configurations", payload version 1.
 */
import { instant } from '../alert/instant.ts';
import { type Fields, fields, list, text } from '../alert/read.ts';
import { type DeploymentDraft, firstLine, type StatusWords, statusFrom } from './draft.ts';

// Plans, checks and estimates are not here, nor `planned_and_finished` and `discarded`: they changed nothing.
const STATUSES: StatusWords = {
  applying: 'started',
  apply_queued: 'started',
  applied: 'succeeded',
  errored: 'failed',
  canceled: 'cancelled',
  force_canceled: 'cancelled',
};

export function isTerraform(payload: Fields): boolean {
  return 'notification_configuration_id' in payload || ('run_id' in payload && 'workspace_name' in payload);
}

/** The verification that HCP sends when a configuration is saved has no run: no deployment. */
export function terraformDeployments(payload: Fields): DeploymentDraft[] {
  const run = text(payload.run_id);
  const notice = fields(list(payload.notifications)[0]);
  if (run === undefined) return [];
  return [
    {
      sender: 'terraform',
      ref: text(payload.workspace_name),
      number: run,
      status: statusFrom(STATUSES, text(notice.run_status)),
      title: firstLine(payload.run_message),
      by: text(payload.run_created_by) ?? text(notice.run_updated_by),
      at: instant(notice.run_updated_at) ?? instant(payload.run_created_at),
      links: { deployment: payload.run_url },
    },
  ];
}
