/**
 * Which sender a deployment notice is from, by its shape alone, and what it says.
 *
 * Promises: never throws on its own account; what it gives satisfies `deploymentSchema`. Called by `normalise`. Pure.
 */
import type { Envelope } from '../alert/envelope.ts';
import { type Fields, isFields } from '../alert/read.ts';
import { argocdDeployments, isArgocd } from './argocd.ts';
import { awsDeployments, snsDeployments } from './aws.ts';
import { azureDevopsDeployments, isAzureDevops } from './azure-devops.ts';
import type { Deployment } from './deployment.ts';
import { type DeploymentDraft, finishDeployment } from './draft.ts';
import { genericDeployments, isGeneric } from './generic.ts';
import { githubDeployments, isGithub } from './github.ts';
import { gitlabDeployments, isGitlab } from './gitlab.ts';
import { isTerraform, terraformDeployments } from './terraform.ts';

// In order: GitHub's deployments would fit the generic shape, and a sender's own marks are surer than ours.
const SENDERS: [is: (payload: Fields) => boolean, read: (payload: Fields) => DeploymentDraft[]][] = [
  [isGitlab, gitlabDeployments],
  [isGithub, githubDeployments],
  [isAzureDevops, azureDevopsDeployments],
  [isTerraform, terraformDeployments],
  [isArgocd, argocdDeployments],
  [isGeneric, genericDeployments],
];

/** Deployments kept of one notice, the latest: a pipeline may have a thousand jobs, each with a different environment. */
export const MAX_OF_A_NOTICE = 100;

/**
 * Undefined where the notice is of no sender that deploys; an empty list where it is, and nothing was deployed (a build, a
 * plan, a ping). `message` is the payload, or the text that came by SNS.
 */
export function deploymentsOf(message: unknown, envelope: Envelope, receivedAt: string): Deployment[] | undefined {
  const drafts = draftsOf(message, envelope);
  const found = drafts?.map((draft) => finishDeployment(draft, receivedAt)).filter((one) => one !== undefined);
  if (found === undefined || found.length <= MAX_OF_A_NOTICE) return found;
  return found.sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, MAX_OF_A_NOTICE);
}

function draftsOf(message: unknown, envelope: Envelope): DeploymentDraft[] | undefined {
  if (!isFields(message)) return snsDeployments(message, envelope.sentAt);
  if ('detail-type' in message) return awsDeployments(message);
  // Notification rules of the developer tools send the event by SNS, with this one name in another spelling.
  if ('notificationRuleArn' in message) return awsDeployments({ ...message, 'detail-type': message.detailType });
  const [, read] = SENDERS.find(([is]) => is(message)) ?? [];
  return read === undefined ? snsDeployments(message, envelope.sentAt) : read(message);
}
