/**
 * AWS: CodeDeploy, CodePipeline, ECS, CloudFormation and Lambda by EventBridge; CodeDeploy and CloudFormation also by
 * their own SNS notices. Instances of a deployment, stages and actions of a pipeline, builds and resources of a stack are
 * parts of a deployment, not deployments.
 *
 * Sources: the services' EventBridge event references; CodeDeploy "JSON data formats for triggers"; CloudTrail record
 * contents; CloudFormation "Stack status codes".
 */
import { arnOf } from '../alert/aws-names.ts';
import { instant } from '../alert/instant.ts';
import { entry, type Fields, fields, list, text } from '../alert/read.ts';
import { type DeploymentDraft, type StatusWords, statusFrom } from './draft.ts';

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
  ROLLBACK_FAILED: 'failed',
  UPDATE_ROLLBACK_FAILED: 'failed',
  IMPORT_ROLLBACK_FAILED: 'failed',
  ROLLBACK_COMPLETE: 'rolled-back',
  UPDATE_ROLLBACK_COMPLETE: 'rolled-back',
  IMPORT_ROLLBACK_COMPLETE: 'rolled-back',
};

/** Undefined where the event is of no deploying service. */
export function awsDeployments(event: Fields): DeploymentDraft[] | undefined {
  const type = text(event['detail-type']);
  if (type === undefined) return undefined;
  const read = entry(BY_TYPE, type);
  if (read !== undefined) return read(event, fields(event.detail));
  return PARTS.test(type) ? [] : undefined;
}

const PARTS = /^(CodeDeploy|CodePipeline|CodeBuild|CodeCommit|CloudFormation) /;

const BY_TYPE: Record<string, (event: Fields, detail: Fields) => DeploymentDraft[] | undefined> = {
  'CodeDeploy Deployment State-change Notification': (event, detail) => [
    {
      sender: 'codedeploy',
      ref: text(detail.application),
      number: text(detail.deploymentId),
      environment: text(detail.deploymentGroup),
      status: statusFrom(CODEDEPLOY, text(detail.state)),
      at: instant(event.time),
      links: { deployment: consoleOf(event, `codesuite/codedeploy/deployments/${text(detail.deploymentId) ?? ''}`) },
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
        title: text(trigger['commit-message']),
        by: text(trigger['author-display-name']) ?? personOf(text(trigger['trigger-detail'])),
        at: instant(event.time),
        links: {
          deployment: consoleOf(
            event,
            `codesuite/codepipeline/pipelines/${text(detail.pipeline) ?? ''}/executions/${execution ?? ''}/timeline`,
          ),
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
    return [
      {
        sender: 'ecs',
        ref: arnOf(arn)?.resource.replace(/^service\//, '') ?? arn,
        number: text(detail.deploymentId),
        status: isRollback ? 'rolled-back' : status,
        title: reason,
        at: instant(detail.updatedAt) ?? instant(event.time),
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
  const resource = arnOf(stack)?.resource;
  return {
    sender: 'cloudformation',
    ref: resource?.split('/')[1] ?? stack,
    // The token names the operation; without one, notices of the same stack are one record, its latest.
    number: token ?? resource?.split('/')[2] ?? stack,
    status: statusFrom(CLOUDFORMATION, status),
    title: reason,
    at: instant(time),
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
  return [
    {
      sender: 'lambda',
      ref: arnOf(name)?.resource.replace(/^function:/, '') ?? name,
      number: text(detail.requestID) ?? text(detail.eventID),
      version: text(response.functionVersion) ?? text(response.version) ?? text(request.functionVersion),
      status: detail.errorCode === undefined || detail.errorCode === null ? 'succeeded' : 'failed',
      title: change === 'UpdateAlias' ? `${change} ${text(request.name) ?? ''}`.trim() : change,
      by: text(identity.userName) ?? personOf(text(identity.arn)),
      at: instant(detail.eventTime),
    },
  ];
}

/** `arn:aws:sts::1:assumed-role/deploy/chidi` is chidi. */
function personOf(arn: string | undefined): string | undefined {
  return arn?.startsWith('arn:') ? text(arn.split('/').at(-1)) : arn;
}

function consoleOf(event: Fields, path: string): string | undefined {
  const region = text(event.region);
  return region === undefined ? undefined : `https://${region}.console.aws.amazon.com/${path}`;
}

/** CodeDeploy's own SNS notice (JSON), or CloudFormation's (lines of `Name='value'`). Undefined for anything else. */
export function snsDeployments(message: unknown, sentAt: unknown): DeploymentDraft[] | undefined {
  if (typeof message === 'string') return stackText(message, sentAt);
  const json = fields(message);
  if (!('deploymentId' in json) || !('applicationName' in json)) return undefined;
  if ('instanceId' in json) return [];
  return [
    {
      sender: 'codedeploy',
      ref: text(json.applicationName),
      number: text(json.deploymentId),
      environment: text(json.deploymentGroupName),
      status: statusFrom(CODEDEPLOY, text(json.status)?.toUpperCase()),
      title: text(fields(json.errorInformation).ErrorMessage),
      at: instant(sentAt),
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
