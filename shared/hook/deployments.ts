/** The hooks whose bodies become deployments, or tell what became of a ticket. Called by the function `deployments`. */
import { DEPLOYMENT_HOOKS, recordBody } from '../flow/deployments.ts';
import type { Answer } from '../flow/receive.ts';
import { hearTicket } from '../flow/ticket-news.ts';
import type { News } from '../tracker/tracker.ts';
import type { World } from '../world/world.ts';
import type { HookRequest } from './alerts.ts';
import { answerUnlessKnown, type KnownSettings } from './hook.ts';
import { newsIn, TICKET_HOOKS } from './tickets.ts';

/** Answers a request at `/hooks/NAME/KEY` of a sender of deployments. */
export async function answerDeploymentHook(
  world: World,
  { path, key, headers, body }: Pick<HookRequest, 'path' | 'key' | 'headers' | 'body'>,
  settings: KnownSettings,
): Promise<Answer> {
  const hook = [...DEPLOYMENT_HOOKS, ...TICKET_HOOKS].find((name) => path.includes(`/hooks/${name}/`));
  if (hook === undefined) return { status: 404, body: { message: 'Not found' } };
  const refusal = await answerUnlessKnown(hook, key, { headers, body }, settings, world.log);
  if (refusal) return refusal;
  const news = newsIn(hook, body);
  if (news !== undefined) return answerTicket(world, news);
  if (TICKET_HOOKS.some((name) => name === hook)) return { status: 204, body: {} };
  const status = await recordBody(world, hook, body, headers['content-type']);
  return { status, body: { message: status === 202 ? 'Recorded' : 'Not recorded' } };
}

/** 204 for an issue that is no ticket of ours: a tracker switches off hooks that refuse events. */
async function answerTicket(world: World, news: News): Promise<Answer> {
  try {
    const isOurs = await hearTicket(world, news);
    return { status: isOurs ? 202 : 204, body: { message: isOurs ? 'Recorded' : 'Not recorded' } };
  } catch (error) {
    world.log('error', 'The news of a ticket could not be kept', { error: String(error) });
    return { status: 503, body: { message: 'Try again' } };
  }
}
