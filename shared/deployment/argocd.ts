/**
 * Argo CD notifications. Argo CD sends what a template prints; ours prints the application itself, under `app`, so that
 * this table and not a template says what becomes of it. See docs/sources/argocd.md.
 *
 * Source: Argo CD "Notifications", `Application` resource (`status.operationState`, `status.sync`).
 */
import { instant } from '../alert/instant.ts';
import { environmentOf } from '../alert/labels.ts';
import { type Fields, fields, first, isFields, link, list, pairs, text } from '../alert/read.ts';
import { githubChange, gitlabChange } from './change.ts';
import { type DeploymentDraft, firstLine, type StatusWords, statusFrom } from './draft.ts';

const PHASES: StatusWords = {
  Running: 'started',
  Succeeded: 'succeeded',
  Failed: 'failed',
  Error: 'failed',
  Terminating: 'cancelled',
};

function applicationOf(payload: Fields): Fields | undefined {
  for (const app of [payload.app, payload.application, payload]) {
    const status = isFields(app) ? fields(app.status) : {};
    const isSynced = 'operationState' in status || (isFields(status.sync) && isFields(status.health));
    if (isSynced && isFields(app) && isFields(app.metadata)) return app;
  }
  return undefined;
}

/** Only where the host says whose addresses these are. */
function changeOf(repository: string | undefined, commit: string | undefined): string | undefined {
  const page = link(repository)?.replace(/\.git$/, '');
  if (page === undefined || !URL.canParse(page) || commit === undefined) return undefined;
  const { hostname, username } = new URL(page);
  if (username !== '') return undefined;
  if (hostname === 'github.com') return githubChange({ page, commit });
  return hostname.startsWith('gitlab.') ? gitlabChange({ page, commit }) : undefined;
}

export function isArgocd(payload: Fields): boolean {
  return applicationOf(payload) !== undefined || isSyncResult(payload);
}

/** What the example of Argo CD's documentation prints: the result of the sync alone, without the application's name. */
function isSyncResult(payload: Fields): boolean {
  const [resource] = list(payload.resources);
  return 'revision' in payload && 'syncPhase' in fields(resource) && 'repoURL' in fields(payload.source);
}

function syncResult(payload: Fields): DeploymentDraft {
  const { source, revision } = payload;
  const resources = list(payload.resources).map(fields);
  const repository = text(fields(source).repoURL)?.replace(/\.git$/, '');
  const commit = text(revision);
  return {
    sender: 'argocd',
    ref: /^https?:\/\/[^/]+\/(.+)$/.exec(repository ?? '')?.[1] ?? repository,
    number: commit,
    environment: text(resources[0]?.namespace),
    version: text(fields(source).targetRevision),
    commit,
    status: resources.every(({ status }) => status === 'Synced' || status === 'Pruned') ? 'succeeded' : 'failed',
    links: { change: changeOf(repository, commit) },
  };
}

export function argocdDeployments(payload: Fields): DeploymentDraft[] {
  const app = applicationOf(payload);
  if (app === undefined) return [syncResult(payload)];
  const metadata = fields(app.metadata);
  const spec = fields(app.spec);
  const status = fields(app.status);
  const operation = fields(status.operationState);
  const sync = fields(status.sync);
  const result = fields(operation.syncResult);
  // Applications of several sources have a list of revisions, the first being the first source's.
  const revision = first(
    text(result.revision),
    text(list(result.revisions)[0]),
    text(sync.revision),
    text(list(sync.revisions)[0]),
  );
  const isCommit = /^[0-9a-f]{7,64}$/.test(revision ?? '');
  const source = fields(spec.source ?? list(spec.sources)[0]);
  const name = text(metadata.name);
  const base = text(fields(payload.context).argocdUrl) ?? text(payload.argocdUrl);
  return [
    {
      sender: 'argocd',
      ref: name,
      number: `${revision ?? ''}:${text(operation.startedAt) ?? ''}`,
      environment: environmentOf(pairs(metadata.labels)) ?? text(fields(spec.destination).namespace),
      version: isCommit ? text(source.targetRevision) : revision,
      commit: isCommit ? revision : undefined,
      status: statusFrom(PHASES, text(operation.phase) ?? (sync.status === 'Synced' ? 'Succeeded' : undefined)),
      title: firstLine(operation.message),
      by: text(fields(fields(operation.operation).initiatedBy).username),
      at: first(instant(operation.finishedAt), instant(operation.startedAt), instant(status.reconciledAt)),
      links: {
        deployment: base && name && `${base.replace(/\/$/, '')}/applications/${encodeURIComponent(name)}`,
        change: isCommit ? changeOf(text(source.repoURL), revision) : undefined,
      },
    },
  ];
}
