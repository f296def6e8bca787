/** Deployments: what EventBridge says was deployed goes on the record; hooks come in by `receive` and `triage`. */
import middy from '@middy/core';
import { normalise } from '../../shared/alert/normalise.ts';
import { attribute } from '../../shared/flow/deployments.ts';
import { openWorld } from '../../shared/flow/open.ts';
import { keepDeployment } from '../../shared/store/deployments.ts';

const world = openWorld();

export const handler = middy(async (event: unknown) => {
  const now = world.now();
  const { catalogue } = await world.catalogue();
  const { deployments = [] } = normalise(event, { receivedAt: now });
  for (const deployment of deployments) await keepDeployment(world.table, attribute(catalogue, deployment), now);
  world.log('info', 'Deployments recorded', { count: deployments.length });
  return { deployments: deployments.length };
});
