/** Console: the pages people read and the JSON API. */
import middy from '@middy/core';
import { handle } from 'hono/aws-lambda';
import { consoleApp } from '../../shared/console/console.ts';
import { parseKeys } from '../../shared/console/session.ts';
import { openSetup, openWorld, setting } from '../../shared/world/open.ts';
import { reveal } from '../../shared/world/secrets.ts';

const setup = openSetup();
const world = { ...openWorld(), setup };
const numbers = [setup.smsNumber, setup.voiceNumber, setup.twilioNumber];
const serve = handle(
  consoleApp(world, async () => parseKeys(await reveal(setting('API_TOKENS'), Date.now())), numbers),
);

export const handler = middy(async (event: Parameters<typeof serve>[0], context: Parameters<typeof serve>[1]) =>
  serve(event, context),
);
