/** The hooks whose bodies become deployments. Called by the function `deployments`. */
import { DEPLOYMENT_HOOKS, recordBody } from '../flow/deployments.ts';
import type { Answer } from '../flow/receive.ts';
import type { World } from '../world/world.ts';
import type { HookRequest } from './alerts.ts';
import { answerUnlessKnown, type KnownSettings } from './hook.ts';

/** Answers a request at `/hooks/NAME/KEY` of a sender of deployments. */
export async function answerDeploymentHook(
  world: World,
  { path, key, headers, body }: Pick<HookRequest, 'path' | 'key' | 'headers' | 'body'>,
  settings: KnownSettings,
): Promise<Answer> {
  const hook = DEPLOYMENT_HOOKS.find((name) => path.includes(`/hooks/${name}/`));
  if (hook === undefined) return { status: 404, body: { message: 'Not found' } };
  const refusal = await answerUnlessKnown(hook, key, { headers, body }, settings, world.log);
  if (refusal) return refusal;
  const status = await recordBody(world, hook, body, headers['content-type']);
  return { status, body: { message: status === 202 ? 'Recorded' : 'Not recorded' } };
}
