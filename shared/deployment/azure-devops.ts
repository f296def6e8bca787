/**
 * Azure DevOps service hooks: classic release deployments, and stages of YAML pipelines. Builds and whole runs name no
 * environment. None of them carries a commit.
 *
 * Source: Azure DevOps "Service hook events".
 */
import { instant } from '../alert/instant.ts';
import { type Fields, fields, first, isFields, link, text } from '../alert/read.ts';
import { type DeploymentDraft, type StatusWords, statusFrom } from './draft.ts';

// In lower case: releases write `succeeded`, older servers `Succeeded`.
const RESULTS: StatusWords = {
  inprogress: 'started',
  running: 'started',
  succeeded: 'succeeded',
  partiallysucceeded: 'succeeded',
  succeededwithissues: 'succeeded',
  failed: 'failed',
  rejected: 'failed',
  canceled: 'cancelled',
  cancelled: 'cancelled',
};

// A stage is where a deployment goes, unless its name says that it only makes or checks something.
const NO_DEPLOYMENT = /^_*(default|build|compile|test|tests|lint|validate|plan|ci|scan|package|publish)s?\b/i;

export function isAzureDevops(payload: Fields): boolean {
  return (
    typeof payload.eventType === 'string' && 'publisherId' in payload && ('resource' in payload || 'message' in payload)
  );
}

export function azureDevopsDeployments(payload: Fields): DeploymentDraft[] {
  const type = text(payload.eventType) ?? '';
  const resource = fields(payload.resource);
  if (type.startsWith('ms.vss-release.deployment-') && !type.includes('approval'))
    return [release(payload, resource, type)];
  return type.startsWith('ms.vss-pipelines.stage-state-changed') ? stage(payload, resource) : [];
}

function release(payload: Fields, resource: Fields, type: string): DeploymentDraft {
  const environment = fields(resource.environment);
  const made = isFields(resource.release) ? resource.release : fields(environment.release);
  const definition = fields(environment.releaseDefinition ?? made.releaseDefinition);
  const deployment = fields(resource.deployment);
  const word = text(environment.status) ?? text(deployment.deploymentStatus);
  return {
    sender: 'azure-devops',
    ref: text(fields(resource.project).name) ?? text(definition.name),
    number: `${text(made.id) ?? text(made.name) ?? ''}:${text(environment.id) ?? text(environment.name) ?? ''}`,
    environment: text(environment.name),
    version: text(made.name),
    status: type.includes('started') ? 'started' : statusFrom(RESULTS, word?.toLowerCase()),
    title: text(fields(payload.message).text),
    by: nameOf(deployment.requestedFor ?? deployment.requestedBy ?? made.createdBy),
    at: first(instant(deployment.completedOn), instant(payload.createdDate)),
    links: { deployment: webOf(made) ?? link(made.url) },
  };
}

function stage(payload: Fields, resource: Fields): DeploymentDraft[] {
  const of = fields(resource.stage);
  const run = fields(resource.run);
  const name = text(of.displayName) ?? text(of.name);
  if (name === undefined || NO_DEPLOYMENT.test(name)) return [];
  const isOver = text(of.state)?.toLowerCase() === 'completed';
  return [
    {
      sender: 'azure-devops',
      ref: text(fields(resource.pipeline).name),
      number: `${text(run.id) ?? text(run.name) ?? ''}:${text(of.name) ?? name}`,
      environment: name,
      version: text(run.name),
      status: statusFrom(RESULTS, text(isOver ? of.result : of.state)?.toLowerCase()),
      title: text(fields(payload.message).text),
      by: nameOf(run.requestedFor ?? run.requestedBy),
      at: first(instant(of.finishTime), instant(run.finishedDate), instant(payload.createdDate)),
      links: { deployment: webOf(of) ?? webOf(run) },
    },
  ];
}

function nameOf(person: unknown): string | undefined {
  const who = fields(person);
  return text(who.displayName) ?? text(who.uniqueName);
}

function webOf(thing: Fields): string | undefined {
  return link(fields(fields(thing._links).web).href);
}
