/**
 * Azure DevOps service hooks: classic release deployments, and stages of YAML pipelines. Builds and whole runs name no
 * environment. None of them carries a commit.
 *
 * Source: Azure DevOps "Service hook events".
 */
import { instant } from '../alert/instant.ts';
import { type Fields, fields, first, isFields, link, list, text } from '../alert/read.ts';
import { type DeploymentDraft, firstLine, type StatusWords, statusFrom } from './draft.ts';

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
const NO_DEPLOYMENT =
  /^_*(default|build|compile|(unit|integration|smoke|e2e)?[ _-]?test|lint|validat(e|ion)|verify|plan|ci|(code|security)?[ _-]?scan|codeql|sonar\w*|analy[sz]e|package|publish|prepare|approval|notify)s?\b/i;
const IS_DEPLOYMENT = /deploy|release|roll ?out/i;

// The documentation writes `azure-devops` where the product sends `vss`.
const RELEASE_EVENT = /^ms\.(vss|azure-devops)-release\.deployment-(started|completed)/;
const STAGE_EVENT = /^ms\.(vss|azure)-pipelines\.stage-state-changed/;

export function isAzureDevops(payload: Fields): boolean {
  return (
    typeof payload.eventType === 'string' && 'publisherId' in payload && ('resource' in payload || 'message' in payload)
  );
}

export function azureDevopsDeployments(payload: Fields): DeploymentDraft[] {
  const type = text(payload.eventType) ?? '';
  const resource = fields(payload.resource);
  if (RELEASE_EVENT.test(type)) return [release(payload, resource, type)];
  return STAGE_EVENT.test(type) ? stage(payload, resource) : [];
}

function release(payload: Fields, resource: Fields, type: string): DeploymentDraft {
  const deployment = fields(resource.deployment);
  // In newer versions of the event the environment and the release stand within the deployment.
  const environment = oneOf(resource.environment, deployment.environment, deployment.releaseEnvironment);
  const made = oneOf(resource.release, environment.release, deployment.release);
  const definition = oneOf(environment.releaseDefinition, made.releaseDefinition, deployment.releaseDefinition);
  const word = text(environment.status) ?? text(deployment.deploymentStatus) ?? text(deployment.status);
  return {
    sender: 'azure-devops',
    ref: text(oneOf(resource.project, made.project).name) ?? text(definition.name),
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
  if (name === undefined || (NO_DEPLOYMENT.test(name) && !IS_DEPLOYMENT.test(name))) return [];
  const change = fields(fields(list(resource.repositories)[0]).change);
  const pipeline = oneOf(resource.pipeline, run.pipeline);
  const isOver = text(of.state)?.toLowerCase() === 'completed';
  return [
    {
      sender: 'azure-devops',
      ref: text(pipeline.name),
      number: `${text(run.id) ?? text(run.name) ?? ''}:${text(of.name) ?? name}`,
      environment: name,
      version: text(run.name),
      status: statusFrom(RESULTS, text(isOver ? of.result : of.state)?.toLowerCase()),
      title: firstLine(change.message) ?? text(fields(payload.message).text),
      by: nameOf(run.requestedFor ?? run.requestedBy) ?? text(fields(change.author).name),
      // The run ends with its last stage, perhaps an hour after this one.
      at: isOver
        ? first(instant(of.finishTime), instant(payload.createdDate), instant(run.finishedDate))
        : first(instant(of.startTime), instant(payload.createdDate)),
      links: { deployment: webOf(of) ?? webOf(run) },
    },
  ];
}

function oneOf(...candidates: unknown[]): Fields {
  return fields(candidates.find(isFields));
}

function nameOf(person: unknown): string | undefined {
  const who = fields(person);
  return text(who.displayName) ?? text(who.uniqueName);
}

function webOf(thing: Fields): string | undefined {
  return link(fields(fields(thing._links).web).href);
}
