import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { deploymentSchema } from '../../shared/deployment/deployment.ts';
import { MAX_OF_A_NOTICE } from '../../shared/deployment/parse.ts';
import { type Normalised, normalise, normaliseBody } from '../../shared/intake/intake.ts';

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

describe('what a script tells', () => {
  const idOf = (changes: object) =>
    normalise({ deployment: { ref: 'a/b', environment: 'staging', version: 'v1', ...changes } }, { receivedAt })
      .deployments?.[0]?.id;
  test.each([
    ['is one deployment from its start to its end', { status: 'started' }, { status: 'succeeded' }, true],
    ['is another in another environment', {}, { environment: 'production' }, false],
    ['is another of another version', {}, { version: 'v2' }, false],
    ['is another of another id', { id: '7' }, { id: '8' }, false],
  ])('%s', (_, one, other, isOne) => expect(idOf(one) === idOf(other)).toBe(isOne));
});

describe('what reached no environment is no deployment, and no alert either', () => {
  test.each([
    'gitlab/job-without-environment',
    'gitlab/job-that-stops-an-environment',
    'gitlab/deployment-blocked',
    'gitlab/release',
    'gitlab/push',
    'github/check-suite',
    'github/deployment-protection-rule',
    'github/deployment-review',
    'github/workflow-job-without-deployment',
    'github/workflow-run',
    'github/release',
    'github/ping',
    'github/deployment-status-inactive',
    'azure-devops/build',
    'azure-devops/stage-build-succeeded',
    'azure-devops/release-approval-pending',
    'azure-devops/release-approval-completed',
    'azure-devops/job',
    'azure-devops/stage-default',
    'azure-devops/stage-skipped',
    'azure-devops/stage-unit-tests',
    'azure-devops/stage-waiting',
    'aws/codebuild-succeeded',
    'aws/codepipeline-stage',
    'aws/codedeploy-instance',
    'aws/codedeploy-instance-by-sns',
    'aws/lambda-dry-run',
    'aws/ecr-image-action',
    'generic/unheard-of-status',
    'aws/cloudformation-resource',
    'aws/cloudformation-review-in-progress',
    'terraform/planning',
    'terraform/planned-and-finished',
    'terraform/verification',
    'terraform/discarded',
    'terraform/drift',
    'terraform/needs-attention',
    'terraform/run-task',
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

describe('the change that was deployed', () => {
  const job = (changes: object) =>
    normalise(
      { ...JSON.parse(readFileSync(join(FIXTURES, 'gitlab/job-with-environment.json'), 'utf8')), ...changes },
      { receivedAt },
    ).deployments?.[0]?.links.change;
  const page = 'https://gitlab.example.gov.uk/payments/api';
  test.each([
    [
      'the merge request that the message names',
      { commit: { message: 'Merge\n\nSee merge request payments/api!7' } },
      '7',
    ],
    ['the merge request that the ref names', { ref: 'refs/merge-requests/8/merge', commit: { message: 'x' } }, '8'],
    [
      'of two that are named, the last line wins',
      { commit: { message: 'a\nSee merge request x/y!1 and more\nSee merge request x/y!2' } },
      '2',
    ],
  ])('%s', (_, changes, number) => expect(job(changes)).toBe(`${page}/-/merge_requests/${number}`));

  test('a message that only mentions one leads to the commit', () =>
    expect(job({ sha: 'abc1234567', commit: { message: 'Not as in !7 (see merge request x!8)' } })).toBe(
      `${page}/-/commit/abc1234567`,
    ));

  test('what a message says never becomes the host of a link', () =>
    expect(job({ commit: { message: 'See merge request https://evil.example/x!9' } })).toBe(
      `${page}/-/merge_requests/9`,
    ));
});

describe('limits', () => {
  test('of a notice of a thousand deployments the latest hundred are kept', () => {
    const builds = Array.from({ length: 1000 }, (_, number) => ({
      id: number,
      status: 'success',
      finished_at: new Date(Date.parse(receivedAt) - number * 1000).toISOString(),
      environment: { name: `review/${number}`, action: 'start' },
    }));
    const payload = {
      object_kind: 'pipeline',
      object_attributes: { ref: 'main' },
      project: { path_with_namespace: 'a/b' },
      builds,
    };
    const { deployments = [] } = normalise(payload, { receivedAt });
    expect(deployments).toHaveLength(MAX_OF_A_NOTICE);
    expect(deployments.at(-1)?.environment).toBe('review/99');
  });

  test('a push with ten thousand commits is no deployment, and says so at once', () => {
    const commits = Array.from({ length: 10_000 }, (_, number) => ({ id: String(number), message: 'm'.repeat(200) }));
    const push = { object_kind: 'push', ref: 'refs/heads/main', project: { path_with_namespace: 'a/b' }, commits };
    expect(normalise(push, { receivedAt })).toEqual({ alerts: [] });
  });

  test('a commit message of a megabyte becomes a title of one line, cut', () => {
    const text = JSON.parse(readFileSync(join(FIXTURES, 'gitlab/deployment-success.json'), 'utf8')) as object;
    const { deployments } = normalise({ ...text, commit_title: `${'x'.repeat(1_000_000)}\nmore` }, { receivedAt });
    expect(deployments?.[0]?.title).toHaveLength(1024);
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
