/** The manifest of the Slack app asks for what the code uses, and sends buttons to where they are taken. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readTemplate } from '../../infra/local/template.ts';

const ROOT = join(import.meta.dirname, '../..');
const manifest = parse(readFileSync(join(ROOT, 'infra/slack/manifest.yaml'), 'utf8')) as {
  oauth_config: { scopes: { bot: string[] } };
  settings: { interactivity: { is_enabled: boolean; request_url: string }; socket_mode_enabled: boolean };
};
const code = readFileSync(join(ROOT, 'shared/channel/slack/slack.ts'), 'utf8');

/** What each method of the Web API asks for. [docs.slack.dev/reference/methods] */
const SCOPES: Record<string, string[]> = {
  // The second where the app is not in a public channel.
  'chat.postMessage': ['chat:write', 'chat:write.public'],
  'chat.update': ['chat:write'],
};

it('asks for the scopes of the methods that are called, and for no other', () => {
  const called = [
    ...new Set(
      [...code.matchAll(/'((?:chat|conversations|users|views|files)\.[A-Za-z.]+)'/g)].map(([, name]) => name!),
    ),
  ];
  expect(called.sort()).toEqual(Object.keys(SCOPES).sort());
  const wanted = [...new Set(called.flatMap((name) => SCOPES[name]!))];
  expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual(wanted.toSorted());
});

it('sends the press of a button to an address that the stack has', () => {
  const { is_enabled, request_url } = manifest.settings.interactivity;
  const routes = readTemplate().functions.flatMap(({ routes: all }) =>
    all.map(({ method, path }) => `${method} ${path}`),
  );
  expect([is_enabled, manifest.settings.socket_mode_enabled]).toEqual([true, false]);
  expect(routes).toContain(`POST ${new URL(request_url).pathname}`);
});
