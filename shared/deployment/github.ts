/**
 * GitHub: `deployment`, `deployment_status`, and workflow jobs that GitHub itself ties to a deployment. A release or a
 * workflow run names no environment.
 *
 * Sources: octokit/webhooks schemas; GitHub documentation "Webhook events and payloads".
 */
import { instant } from '../alert/instant.ts';
import { type Fields, fields, first, isFields, link, list, prose, text } from '../alert/read.ts';
import { githubChange } from './change.ts';
import { type DeploymentDraft, firstLine, type StatusWords, statusFrom } from './draft.ts';

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
  const run = fields(payload.workflow_run);
  const repository = fields(payload.repository);
  const sha = text(deployment.sha);
  return [
    {
      sender: 'github',
      ref: text(repository.full_name),
      number: text(deployment.id),
      environment: text(status.environment) ?? text(deployment.environment) ?? text(deployment.original_environment),
      // `refs/tags/v2` is v2, and as often written so.
      version: text(deployment.ref)?.replace(/^refs\/(heads|tags)\//, ''),
      commit: sha,
      status: statusOf(payload, status, job),
      title: firstLine(deployment.description) ?? text(run.display_title) ?? firstLine(messageOf(run)),
      by: authorOf([status.creator, deployment.creator, run.triggering_actor, run.actor, payload.sender]),
      at: first(
        instant(status.updated_at ?? status.created_at),
        instant(job.completed_at ?? job.started_at),
        instant(deployment.updated_at ?? deployment.created_at),
      ),
      links: {
        deployment:
          link(status.target_url) ?? link(status.log_url) ?? link(job.html_url) ?? link(status.environment_url),
        change:
          pullOf(run, repository.html_url) ??
          githubChange({ page: repository.html_url, ref: text(deployment.ref), message: messageOf(run), commit: sha }),
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

function messageOf(run: Fields): string | undefined {
  return prose(fields(run.head_commit).message);
}

/** GitHub lists the pull requests of a run by number; the address that it gives is the API's. */
function pullOf(run: Fields, page: unknown): string | undefined {
  const number = text(fields(list(run.pull_requests)[0]).number);
  return number !== undefined && /^[0-9]{1,9}$/.test(number) && link(page) ? `${link(page)}/pull/${number}` : undefined;
}

/** The first of them who is a person: workflows deploy as `github-actions[bot]`, on behalf of somebody. */
function authorOf(users: unknown[]): string | undefined {
  const logins = users.map((user) => text(fields(user).login)).filter((login) => login !== undefined);
  return logins.find((login) => !login.endsWith('[bot]')) ?? logins[0];
}
