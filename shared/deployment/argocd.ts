/**
 * Argo CD notifications. Argo CD sends what a template prints; ours prints the application itself, under `app`, so that
 * this table and not a template says what becomes of it. See docs/sources/argocd.md.
 *
 * Source: Argo CD "Notifications", `Application` resource (`status.operationState`, `status.sync`).
 */
import { instant } from '../alert/instant.ts';
import { environmentOf } from '../alert/labels.ts';
import { type Fields, fields, isFields, list, pairs, text } from '../alert/read.ts';
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
    if (isFields(app) && isFields(app.metadata) && 'operationState' in fields(app.status)) return app;
  }
  return undefined;
}

export function isArgocd(payload: Fields): boolean {
  return applicationOf(payload) !== undefined;
}

export function argocdDeployments(payload: Fields): DeploymentDraft[] {
  const app = applicationOf(payload) ?? {};
  const metadata = fields(app.metadata);
  const spec = fields(app.spec);
  const status = fields(app.status);
  const operation = fields(status.operationState);
  const revision = text(fields(operation.syncResult).revision) ?? text(fields(status.sync).revision);
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
      status: statusFrom(PHASES, text(operation.phase)),
      title: firstLine(operation.message),
      by: text(fields(fields(operation.operation).initiatedBy).username),
      at: instant(operation.finishedAt) ?? instant(operation.startedAt),
      links: { deployment: base && name && `${base.replace(/\/$/, '')}/applications/${encodeURIComponent(name)}` },
    },
  ];
}
