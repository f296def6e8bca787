/**
 * GitHub: `deployment`, `deployment_status`, and workflow jobs that GitHub itself ties to a deployment. A release or a
 * workflow run names no environment.
 *
 * Sources: octokit/webhooks schemas; GitHub documentation "Webhook events and payloads".
 */
import { instant } from '../alert/instant.ts';
import { type Fields, fields, first, isFields, link, text } from '../alert/read.ts';
import { type DeploymentDraft, type StatusWords, statusFrom } from './draft.ts';

// `inactive` only says that a newer deployment took over: the record of this one stays as it ended.
const STATES: StatusWords = {
  pending: 'started',
  queued: 'started',
  waiting: 'started',
  in_progress: 'started',
  success: 'succeeded',
  failure: 'failed',
  error: 'failed',
};

const CONCLUSIONS: StatusWords = {
  success: 'succeeded',
  failure: 'failed',
  timed_out: 'failed',
  cancelled: 'cancelled',
};

export function isGithub(payload: Fields): boolean {
  if ('zen' in payload && 'hook_id' in payload) return true;
  const repository = fields(payload.repository);
  return typeof repository.full_name === 'string' && (isFields(payload.sender) || isFields(payload.deployment));
}

export function githubDeployments(payload: Fields): DeploymentDraft[] {
  const deployment = payload.deployment;
  if (!isFields(deployment)) return [];
  // Requests for a review and protection rules carry the deployment too, before it was let through.
  if ('approver' in payload || 'reviewers' in payload || 'deployment_callback_url' in payload) return [];
  const status = fields(payload.deployment_status);
  const job = fields(payload.workflow_job);
  const repository = fields(payload.repository);
  const sha = text(deployment.sha);
  const page = link(repository.html_url);
  return [
    {
      sender: 'github',
      ref: text(repository.full_name),
      number: text(deployment.id),
      environment: text(status.environment) ?? text(deployment.environment),
      version: text(deployment.ref),
      commit: sha,
      status: statusOf(payload, status, job),
      title: text(deployment.description) ?? text(fields(payload.workflow_run).display_title),
      by: loginOf(status.creator) ?? loginOf(deployment.creator) ?? loginOf(payload.sender),
      at: first(
        instant(status.updated_at ?? status.created_at),
        instant(job.completed_at ?? job.started_at),
        instant(deployment.updated_at ?? deployment.created_at),
      ),
      links: {
        deployment:
          link(status.target_url) ?? link(status.log_url) ?? link(job.html_url) ?? link(status.environment_url),
        change: page && sha && `${page}/commit/${sha}`,
      },
    },
  ];
}

function statusOf(payload: Fields, status: Fields, job: Fields) {
  if ('deployment_status' in payload) return statusFrom(STATES, text(status.state));
  if ('workflow_job' in payload) {
    return statusFrom(CONCLUSIONS, text(job.conclusion)) ?? statusFrom(STATES, text(job.status));
  }
  return 'started';
}

function loginOf(user: unknown): string | undefined {
  return text(fields(user).login);
}
