/**
 * GitLab: deployment events, and pipeline or job events whose jobs name an environment.
 *
 * Source: GitLab documentation "Webhook events".
 */
import { instant } from '../alert/instant.ts';
import { type Fields, fields, first, isFields, list, prose, text } from '../alert/read.ts';
import { gitlabChange } from './change.ts';
import { type DeploymentDraft, firstLine, type StatusWords, statusFrom } from './draft.ts';

// `created`, `blocked`, `approved` and `skipped` are not here: nothing has reached the environment.
const STATUSES: StatusWords = {
  running: 'started',
  success: 'succeeded',
  failed: 'failed',
  canceled: 'cancelled',
  cancelled: 'cancelled',
  rejected: 'cancelled',
};

// Monitoring of Kubernetes says `object_kind`, too: only GitLab's own kinds, beside what all its events have, are GitLab's.
const KINDS = new Set(
  `push tag_push issue work_item confidential_issue note confidential_note merge_request wiki_page pipeline build job
  deployment release feature_flag emoji access_token member milestone vulnerability`.split(/\s+/),
);
const OF_AN_EVENT = ['project', 'project_id', 'project_name', 'repository', 'user', 'object_attributes'];

export function isGitlab(payload: Fields): boolean {
  const isEvent = typeof payload.object_kind === 'string' && KINDS.has(payload.object_kind);
  return isEvent && OF_AN_EVENT.some((name) => name in payload);
}

export function gitlabDeployments(payload: Fields): DeploymentDraft[] {
  if (payload.object_kind === 'deployment') return [deployment(payload)];
  if (payload.object_kind === 'build' || payload.object_kind === 'job') return job(payload);
  return payload.object_kind === 'pipeline' ? pipeline(payload) : [];
}

function deployment(payload: Fields): DeploymentDraft {
  const project = fields(payload.project);
  const job = text(payload.deployable_id);
  return {
    sender: 'gitlab',
    // Some instances send an empty project; the addresses still say whose it is.
    ref: projectOf(project) ?? pathOf(text(payload.commit_url)?.split('/-/', 1)[0]),
    // The job's number, so that its job event is the same deployment; deployments by API have no job.
    number: job ?? `deployment-${text(payload.deployment_id) ?? ''}`,
    environment: text(payload.environment),
    version: text(payload.ref),
    commit: commitOf(payload),
    status: statusFrom(STATUSES, text(payload.status)),
    title: firstLine(payload.commit_title),
    by:
      text(fields(payload.user).username) ??
      text(fields(payload.user).name) ??
      pathOf(text(payload.user_url))?.split('/').at(-1),
    at: instant(payload.status_changed_at),
    links: {
      deployment: payload.deployable_url,
      change: changeOf(project, { ref: text(payload.ref) }) ?? payload.commit_url,
    },
  };
}

/** The merge request alone: the sender gives the commit's own address. */
function changeOf(project: Fields, told: { ref?: string | undefined; message?: string | undefined }) {
  return gitlabChange({ page: project.web_url, ...told });
}

/** The event has eight digits; the address of the commit ends in all of them. */
function commitOf(payload: Fields): string | undefined {
  const short = text(payload.short_sha);
  const whole = /\/commit\/([0-9a-f]{40,64})$/.exec(text(payload.commit_url) ?? '')?.[1];
  return whole !== undefined && (short === undefined || whole.startsWith(short)) ? whole : short;
}

function projectOf(project: Fields): string | undefined {
  return text(project.path_with_namespace) ?? pathOf(text(project.web_url) ?? text(project.homepage));
}

function pathOf(address: string | undefined): string | undefined {
  return address === undefined ? undefined : text(/^https?:\/\/[^/]+\/(.+?)(?:\.git)?\/?$/.exec(address)?.[1]);
}

/** `start` is the default action; `stop`, `prepare`, `verify` and `access` deploy nothing. */
function environmentOf(environment: unknown): string | undefined {
  if (!isFields(environment)) return text(environment);
  const action = text(environment.action);
  return action === undefined || action === 'start' ? text(environment.name) : undefined;
}

function job(payload: Fields): DeploymentDraft[] {
  const environment = environmentOf(payload.environment);
  if (environment === undefined) return [];
  const repository = fields(payload.repository);
  const commit = fields(payload.commit);
  const about = fields(payload.project);
  const page = text(about.web_url) ?? text(repository.homepage);
  const id = text(payload.build_id);
  const sha = text(payload.sha) ?? text(commit.sha);
  return [
    {
      sender: 'gitlab',
      ref: projectOf(about) ?? pathOf(page) ?? text(payload.project_name)?.replaceAll(' / ', '/'),
      number: id,
      environment,
      version: text(payload.ref),
      commit: sha,
      status: statusFrom(STATUSES, text(payload.build_status)),
      title: firstLine(commit.message),
      by: text(fields(payload.user).username) ?? text(fields(payload.user).name),
      at: first(
        instant(payload.build_finished_at),
        instant(payload.build_started_at),
        instant(payload.build_created_at),
      ),
      links: {
        deployment: id && page && `${page}/-/jobs/${id}`,
        change: gitlabChange({ page, message: prose(commit.message), ref: text(payload.ref), commit: sha }),
      },
    },
  ];
}

function pipeline(payload: Fields): DeploymentDraft[] {
  const attributes = fields(payload.object_attributes);
  const project = fields(payload.project);
  const commit = fields(payload.commit);
  return list(payload.builds)
    .map(fields)
    .flatMap((build) => {
      const environment = environmentOf(build.environment);
      const id = text(build.id);
      if (environment === undefined) return [];
      return [
        {
          sender: 'gitlab' as const,
          ref: projectOf(project),
          number: id,
          environment,
          version: text(attributes.ref),
          commit: text(attributes.sha),
          status: statusFrom(STATUSES, text(build.status)),
          title: firstLine(commit.title) ?? firstLine(commit.message),
          by: text(fields(build.user).username) ?? text(fields(payload.user).username),
          at: first(instant(build.finished_at), instant(build.started_at), instant(build.created_at)),
          links: {
            deployment: id && project.web_url && `${text(project.web_url)}/-/jobs/${id}`,
            change:
              fields(payload.merge_request).url ??
              changeOf(project, { ref: text(attributes.ref), message: prose(commit.message) }) ??
              commit.url,
          },
        },
      ];
    });
}
