/** Sweep: every minute, queues again what is due and not done. */
import middy from '@middy/core';
import { sweep } from '../../shared/flow/sweep.ts';
import { openWorld } from '../../shared/world/open.ts';

const world = openWorld();

export const handler = middy(async () => {
  const found = await sweep(world);
  world.log('info', 'Swept', found);
  return found;
});
