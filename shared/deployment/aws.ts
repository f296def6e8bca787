/**
 * AWS: CodeDeploy, CodePipeline, ECS, CloudFormation and Lambda by EventBridge; CodeDeploy and CloudFormation also by
 * their own SNS notices. Instances of a deployment, stages and actions of a pipeline, builds and resources of a stack are
 * parts of a deployment, not deployments.
 *
 * Sources: the services' EventBridge event references; CodeDeploy "JSON data formats for triggers"; CloudTrail record
 * contents; CloudFormation "Stack status codes".
 */
import { arnOf, consoleHost } from '../alert/aws-names.ts';
import { instant } from '../alert/instant.ts';
import { entry, type Fields, fields, isFields, json, list, prose, text } from '../alert/read.ts';
import { githubChange, gitlabChange } from './change.ts';
import { type DeploymentDraft, firstLine, type StatusWords, statusFrom } from './draft.ts';

const CODEDEPLOY: StatusWords = {
  START: 'started',
  READY: 'started',
  CREATED: 'started',
  INPROGRESS: 'started',
  SUCCESS: 'succeeded',
  SUCCEEDED: 'succeeded',
  FAILURE: 'failed',
  FAILED: 'failed',
  STOP: 'cancelled',
  STOPPED: 'cancelled',
  ABORTED: 'cancelled',
};

const CODEPIPELINE: StatusWords = {
  STARTED: 'started',
  RESUMED: 'started',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  CANCELED: 'cancelled',
  STOPPED: 'cancelled',
  STOPPING: 'cancelled',
  SUPERSEDED: 'cancelled',
};

const ECS: StatusWords = {
  SERVICE_DEPLOYMENT_IN_PROGRESS: 'started',
  SERVICE_DEPLOYMENT_COMPLETED: 'succeeded',
  SERVICE_DEPLOYMENT_FAILED: 'failed',
};

const CLOUDFORMATION: StatusWords = {
  CREATE_IN_PROGRESS: 'started',
  UPDATE_IN_PROGRESS: 'started',
  IMPORT_IN_PROGRESS: 'started',
  DELETE_IN_PROGRESS: 'started',
  CREATE_COMPLETE: 'succeeded',
  UPDATE_COMPLETE: 'succeeded',
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: 'succeeded',
  IMPORT_COMPLETE: 'succeeded',
  DELETE_COMPLETE: 'succeeded',
  CREATE_FAILED: 'failed',
  UPDATE_FAILED: 'failed',
  DELETE_FAILED: 'failed',
  ROLLBACK_IN_PROGRESS: 'failed',
  UPDATE_ROLLBACK_IN_PROGRESS: 'failed',
  IMPORT_ROLLBACK_IN_PROGRESS: 'failed',
  ROLLBACK_FAILED: 'failed',
  UPDATE_ROLLBACK_FAILED: 'failed',
  IMPORT_ROLLBACK_FAILED: 'failed',
  ROLLBACK_COMPLETE: 'rolled-back',
  UPDATE_ROLLBACK_COMPLETE: 'rolled-back',
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: 'rolled-back',
  IMPORT_ROLLBACK_COMPLETE: 'rolled-back',
};

/** Undefined where the event is of no deploying service. */
export function awsDeployments(event: Fields): DeploymentDraft[] | undefined {
  const type = text(event['detail-type']);
  if (type === undefined) return undefined;
  const read = entry(BY_TYPE, type);
  if (read !== undefined) return read(event, fields(event.detail));
  // A build that failed deploys nothing, and somebody asked to be told of it.
  const isFailedBuild =
    type === 'CodeBuild Build State Change' &&
    /FAILED|FAULT|TIMED_OUT/.test(text(fields(event.detail)['build-status']) ?? '');
  return PARTS.test(type) && !isFailedBuild ? [] : undefined;
}

const PARTS = /^(?:(?:CodeDeploy|CodePipeline|CodeBuild|CodeCommit|CloudFormation) |ECR Image Action$)/;

const BY_TYPE: Record<string, (event: Fields, detail: Fields) => DeploymentDraft[] | undefined> = {
  'CodeDeploy Deployment State-change Notification': (event, detail) => [
    {
      sender: 'codedeploy',
      ref: text(detail.application),
      number: text(detail.deploymentId),
      environment: text(detail.deploymentGroup),
      status: statusFrom(CODEDEPLOY, text(detail.state)),
      at: instant(event.time),
      links: { deployment: codedeployPage(event.region ?? detail.region, detail.deploymentId) },
    },
  ],
  'CodePipeline Pipeline Execution State Change': (event, detail) => {
    const status = statusFrom(CODEPIPELINE, text(detail.state));
    const execution = text(detail['execution-id']);
    const isRollback = detail['execution-type'] === 'ROLLBACK' && status === 'succeeded';
    const trigger = fields(detail['execution-trigger']);
    return [
      {
        sender: 'codepipeline',
        ref: text(detail.pipeline),
        number: execution,
        commit: text(trigger['commit-id']),
        status: isRollback ? 'rolled-back' : status,
        title: firstLine(trigger['commit-message']) ?? failureOf(event),
        by: text(trigger['author-display-name']) ?? personOf(text(trigger['trigger-detail'])),
        at: instant(event.time),
        links: {
          deployment: consoleOf(
            event.region,
            `codesuite/codepipeline/pipelines/${text(detail.pipeline) ?? ''}/executions/${execution ?? ''}/timeline`,
          ),
          change: changeOf(trigger),
        },
      },
    ];
  },
  'ECS Deployment State Change': (event, detail) => {
    const status = statusFrom(ECS, text(detail.eventName));
    const reason = text(detail.reason);
    // The reason of a failure says what the circuit breaker did about it.
    const isRollback = status === 'failed' && /rolling back to/i.test(reason ?? '');
    const arn = text(list(event.resources)[0]);
    const [cluster, service] = clusterAndService(arn, text(detail.clusterArn));
    return [
      {
        sender: 'ecs',
        ref: [cluster, service].filter((part) => part !== undefined).join('/') || undefined,
        number: text(detail.deploymentId),
        status: isRollback ? 'rolled-back' : status,
        title: reason,
        at: instant(detail.updatedAt) ?? instant(event.time),
        links: {
          deployment:
            cluster && service && consoleOf(event.region, `ecs/v2/clusters/${cluster}/services/${service}/deployments`),
        },
      },
    ];
  },
  'CloudFormation Stack Status Change': (event, detail) => {
    const stack = text(detail['stack-id']) ?? text(list(event.resources)[0]);
    const details = fields(detail['status-details']);
    return [
      stackDraft(
        stack,
        text(detail['client-request-token']),
        text(details.status),
        text(details['status-reason']),
        event.time,
      ),
    ];
  },
  // Other calls that a trail tells of are no deployments; they may still be what somebody wants to be woken for.
  'AWS API Call via CloudTrail': (_event, detail) => lambda(detail),
};

function stackDraft(
  stack: string | undefined,
  token: string | undefined,
  status: string | undefined,
  reason: string | undefined,
  time: unknown,
): DeploymentDraft {
  const arn = arnOf(stack);
  const resource = arn?.resource;
  const inConsole = `cloudformation/home?region=${arn?.region ?? ''}#/stacks/stackinfo?stackId=${encodeURIComponent(stack ?? '')}`;
  return {
    sender: 'cloudformation',
    ref: resource?.split('/')[1] ?? stack,
    // The token names the operation; without one, notices of the same stack are one record, its latest.
    number: token ?? resource?.split('/')[2] ?? stack,
    status: statusFrom(CLOUDFORMATION, status),
    title: reason,
    at: instant(time),
    links: { deployment: arn && consoleOf(arn.region, inConsole) },
  };
}

const LAMBDA_CHANGE =
  /^(CreateFunction|UpdateFunctionCode|UpdateFunctionConfiguration|UpdateAlias|PublishVersion)[0-9]*/;

function lambda(detail: Fields): DeploymentDraft[] | undefined {
  const change = LAMBDA_CHANGE.exec(text(detail.eventName) ?? '')?.[1];
  if (detail.eventSource !== 'lambda.amazonaws.com' || change === undefined) return undefined;
  const request = fields(detail.requestParameters);
  const response = fields(detail.responseElements);
  const identity = fields(detail.userIdentity);
  const name = text(request.functionName) ?? text(response.functionName);
  const bare = arnOf(name)?.resource.replace(/^function:/, '') ?? name;
  const version = text(response.functionVersion) ?? text(response.version) ?? text(request.functionVersion);
  if (request.dryRun === true) return [];
  return [
    {
      sender: 'lambda',
      ref: bare,
      number: text(detail.requestID) ?? text(detail.eventID),
      // The latest upload has this name.
      version: version === '$LATEST' ? undefined : version,
      status: detail.errorCode === undefined || detail.errorCode === null ? 'succeeded' : 'failed',
      title: change === 'UpdateAlias' ? `${change} ${text(request.name) ?? ''}`.trim() : change,
      by: text(identity.userName) ?? personOf(text(identity.arn)),
      at: instant(detail.eventTime),
      links: {
        deployment:
          bare && consoleOf(detail.awsRegion, `lambda/home#/functions/${encodeURIComponent(bare.split(':')[0]!)}`),
      },
    },
  ];
}

/** `arn:aws:sts::1:assumed-role/deploy/chidi` is chidi; connections, rules and repositories trigger, and are nobody. */
function personOf(value: string | undefined): string | undefined {
  const arn = arnOf(value);
  return arn?.service === 'sts' || arn?.service === 'iam' ? text(arn.resource.split('/').at(-1)) : undefined;
}

/** The console's page, in the partition of the region; none where the text is not a region. */
function consoleOf(region: unknown, path: string): string | undefined {
  const host = consoleHost(text(region) ?? '');
  return host === undefined ? undefined : `https://${host}/${path}`;
}

function codedeployPage(region: unknown, deployment: unknown): string | undefined {
  const id = text(deployment);
  return id && consoleOf(region, `codesuite/codedeploy/deployments/${encodeURIComponent(id)}`);
}

/** ARNs of the old form name the service alone. [ECS guide, "Amazon Resource Names"] */
function clusterAndService(arn: string | undefined, clusterArn: string | undefined): (string | undefined)[] {
  const parts = (arnOf(arn)?.resource.replace(/^service\//, '') ?? arn)?.split('/') ?? [];
  return parts.length > 1 ? parts : [arnOf(clusterArn)?.resource.replace(/^cluster\//, ''), parts[0]];
}

/** Connections name the provider's own repository. */
function changeOf(trigger: Fields): string | undefined {
  const repository = text(trigger['full-repository-name']);
  const told = { message: prose(trigger['commit-message']), commit: text(trigger['commit-id']) };
  if (repository === undefined || !/^[\w./-]+$/.test(repository)) return undefined;
  if (trigger['provider-type'] === 'GitHub') return githubChange({ page: `https://github.com/${repository}`, ...told });
  if (trigger['provider-type'] === 'GitLab') return gitlabChange({ page: `https://gitlab.com/${repository}`, ...told });
  return undefined;
}

/** What notification rules add of the first action that failed. */
function failureOf(event: Fields): string | undefined {
  const [failed] = list(fields(event.additionalAttributes).failedActions).map(fields);
  return failed && firstLine(failed.additionalInformation);
}

/** CodeDeploy's own SNS notice (JSON), or CloudFormation's (lines of `Name='value'`). Undefined for anything else. */
export function snsDeployments(message: unknown, sentAt: unknown): DeploymentDraft[] | undefined {
  if (typeof message === 'string') return stackText(message, sentAt);
  const notice = fields(message);
  if (!('deploymentId' in notice)) return undefined;
  if ('instanceId' in notice && 'instanceStatus' in notice) return [];
  if (!('applicationName' in notice)) return undefined;
  const status = statusFrom(CODEDEPLOY, text(notice.status)?.toUpperCase());
  // Objects travel as text in these notices.
  const error = fields(json(notice.errorInformation));
  const rollback = fields(json(notice.rollbackInformation));
  const isRolledBack = isFields(rollback) && text(rollback.RollbackDeploymentId) !== undefined && status !== 'started';
  return [
    {
      sender: 'codedeploy',
      ref: text(notice.applicationName),
      number: text(notice.deploymentId),
      environment: text(notice.deploymentGroupName),
      status: isRolledBack ? 'rolled-back' : status,
      title: firstLine(error.ErrorMessage) ?? firstLine(rollback.RollbackMessage),
      at:
        instant(notice.completeTime) ??
        (status === 'started' ? instant(notice.createTime) : undefined) ??
        instant(sentAt),
      links: { deployment: codedeployPage(notice.region, notice.deploymentId) },
    },
  ];
}

function stackText(message: string, sentAt: unknown): DeploymentDraft[] | undefined {
  if (!message.includes("StackId='") || !message.includes("ResourceStatus='")) return undefined;
  const field = (name: string) => {
    const start = message.indexOf(`${name}='`);
    if (start < 0) return undefined;
    const from = start + name.length + 2;
    return text(message.slice(from, message.indexOf("'", from)));
  };
  if (field('ResourceType') !== 'AWS::CloudFormation::Stack') return [];
  const token = field('ClientRequestToken');
  const time = field('Timestamp') ?? sentAt;
  const isNone = token === undefined || token === 'null';
  return [
    stackDraft(
      field('StackId'),
      isNone ? undefined : token,
      field('ResourceStatus'),
      field('ResourceStatusReason'),
      time,
    ),
  ];
}
