/**
 * A deployment: one change that reached an environment, as told by the system that made it.
 *
 * Promises: several notices of one deployment have one `id`, and the latest by `at` wins; a build, plan or release that
 * reached no environment is not a deployment. `service` is set by the catalogue, never by a parser's guess.
 *
 * Anybody may import this file. It is pure.
 */
import * as v from 'valibot';
import { instantSchema } from '../alert/alert.ts';

export const SENDERS = [
  'gitlab',
  'github',
  'codedeploy',
  'codepipeline',
  'ecs',
  'cloudformation',
  'lambda',
  'azure-devops',
  'argocd',
  'terraform',
  'generic',
] as const;

export const DEPLOYMENT_STATUSES = ['started', 'succeeded', 'failed', 'cancelled', 'rolled-back'] as const;

const text = v.pipe(v.string(), v.nonEmpty());

export const deploymentSchema = v.strictObject({
  id: text,
  sender: v.picklist(SENDERS),
  /** Project, repository, application, pipeline, stack or workspace, as sent; the catalogue says whose it is. */
  ref: text,
  service: v.optional(text),
  environment: v.optional(text),
  version: v.optional(text),
  /** May be short: GitLab's deployment event has eight digits. */
  commit: v.optional(text),
  status: v.picklist(DEPLOYMENT_STATUSES),
  title: v.optional(text),
  by: v.optional(text),
  at: instantSchema,
  links: v.strictObject({
    deployment: v.optional(text),
    change: v.optional(text),
    compare: v.optional(text),
  }),
});

export type Deployment = v.InferOutput<typeof deploymentSchema>;
