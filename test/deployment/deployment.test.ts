import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { type Normalised, normalise, normaliseBody } from '../../shared/alert/normalise.ts';
import { deploymentSchema } from '../../shared/deployment/deployment.ts';

// Beside each notice lies what it says; a new sample is two files and no code.
const FIXTURES = join(import.meta.dirname, 'fixtures');
const names = (readdirSync(FIXTURES, { recursive: true }) as string[])
  .filter((file) => file.endsWith('.json') && !file.endsWith('.expected.json'))
  .map((file) => file.replace(/\.json$/, ''))
  .sort();
const receivedAt = '2026-11-23T03:12:06.000Z';

function read(name: string): Normalised {
  const text = readFileSync(join(FIXTURES, `${name}.json`), 'utf8');
  return normalise(JSON.parse(text), { receivedAt, text });
}

describe('a notice as its sender documents it says what lies beside it', () => {
  test.each(names)('%s', (name) => {
    const expected = JSON.parse(readFileSync(join(FIXTURES, `${name}.expected.json`), 'utf8')) as Normalised;
    expect(read(name)).toEqual(expected);
    for (const deployment of expected.deployments ?? []) {
      expect(v.safeParse(deploymentSchema, deployment).issues).toBeUndefined();
    }
  });
});

const id = (name: string) => read(name).deployments?.[0]?.id;

describe('several notices of one deployment are one deployment', () => {
  test.each([
    ['GitLab: running and success', 'gitlab/deployment-running', 'gitlab/deployment-success'],
    [
      'GitLab: the deployment event and the event of its job',
      'gitlab/deployment-success',
      'gitlab/job-with-environment',
    ],
    ['GitHub: created and its status', 'github/deployment', 'github/deployment-status-success'],
    ['GitHub: a status and the job that deploys', 'github/deployment', 'github/workflow-job-of-a-deployment'],
    ['Azure DevOps: started and completed', 'azure-devops/release-started', 'azure-devops/release-succeeded'],
    [
      'Azure DevOps: a stage running and completed',
      'azure-devops/stage-production-running',
      'azure-devops/stage-production-succeeded',
    ],
    ['CodeDeploy: by EventBridge and by SNS', 'aws/codedeploy-success', 'aws/codedeploy-by-sns'],
    ['CodePipeline: started and failed', 'aws/codepipeline-started', 'aws/codepipeline-failed'],
    ['ECS: in progress and rolled back', 'aws/ecs-in_progress', 'aws/ecs-failed'],
    ['CloudFormation: by EventBridge and by SNS', 'aws/cloudformation-update-in-progress', 'aws/cloudformation-by-sns'],
    ['Argo CD: running and succeeded', 'argocd/running', 'argocd/succeeded'],
    ['HCP Terraform: applying and applied', 'terraform/applying', 'terraform/applied'],
  ])('%s', (_, one, other) => {
    expect(id(one)).toBeDefined();
    expect(id(one)).toBe(id(other));
  });
});

describe('what reached no environment is no deployment, and no alert either', () => {
  test.each([
    'gitlab/job-without-environment',
    'gitlab/job-that-stops-an-environment',
    'gitlab/deployment-blocked',
    'gitlab/release',
    'gitlab/push',
    'github/workflow-run',
    'github/release',
    'github/ping',
    'github/deployment-status-inactive',
    'azure-devops/build',
    'azure-devops/stage-build-succeeded',
    'azure-devops/release-approval-pending',
    'aws/codebuild',
    'aws/codepipeline-stage',
    'aws/codedeploy-instance',
    'aws/cloudformation-resource',
    'aws/cloudformation-review-in-progress',
    'terraform/planning',
    'terraform/planned-and-finished',
    'terraform/verification',
  ])('%s', (name) => expect(read(name)).toEqual({ alerts: [] }));
});

describe('what only looks like a deployment is an alert', () => {
  test.each([
    [
      'a script that says what failed',
      { service: 'settlement', environment: 'production', status: 'failed', version: 'v7' },
    ],
    [
      'an alert that names a deployment',
      { title: 'Pods crash', severity: 'critical', deployment: { service: 'payments-api' } },
    ],
    ['a watch over Kubernetes', { object_kind: 'Deployment', object_name: 'api', severity: 'warning' }],
    ['the same in small letters', { object_kind: 'deployment', severity: 'warning', status: 'failed' }],
    [
      'a trigger without its action',
      { routing_key: 'k', payload: { summary: 'Disk full', severity: 'critical', source: 'db1' } },
    ],
  ])('%s', (_, payload) => {
    const result = normalise(payload, { receivedAt });
    expect(result.deployments).toBeUndefined();
    expect(result.alerts.map(({ source, status }) => [source.kind, status])).toEqual([['unknown', 'firing']]);
  });
});

describe('odd notices', () => {
  test('GitHub may post a form', () => {
    const text = readFileSync(join(FIXTURES, 'github/deployment.json'), 'utf8');
    const form = `payload=${encodeURIComponent(text)}`;
    expect(normaliseBody(form, 'application/x-www-form-urlencoded', { receivedAt })).toEqual(read('github/deployment'));
  });

  test('another API call that a trail tells of is an alert: somebody asked to be told', () => {
    const event = {
      'detail-type': 'AWS API Call via CloudTrail',
      source: 'aws.iam',
      detail: { eventSource: 'iam.amazonaws.com', eventName: 'CreateUser' },
    };
    expect(normalise(event, { receivedAt }).alerts[0]?.source.kind).toBe('aws');
  });

  test('a deployment without a time happened when it was received', () => {
    const { deployments } = normalise({ deployment: { ref: 'a/b', status: 'succeeded' } }, { receivedAt });
    expect(deployments?.[0]?.at).toBe(receivedAt);
  });

  test('links that are no http are dropped', () => {
    const { deployments } = normalise(
      { deployment: { ref: 'a/b', status: 'succeeded', url: 'javascript:alert(1)' } },
      { receivedAt },
    );
    expect(deployments?.[0]?.links).toEqual({});
  });

  test('a status whose name is a property of every object is no status', () => {
    expect(
      normalise(
        { object_kind: 'deployment', status: 'constructor', project: { path_with_namespace: 'a/b' } },
        { receivedAt },
      ),
    ).toEqual({ alerts: [] });
  });
});
