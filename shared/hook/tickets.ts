/** Notices of trackers among those of deployments: which bodies tell of a ticket. Called by the function `deployments`. Pure. */
import { azureDevopsNews } from '../tracker/azure-devops/hook.ts';
import { githubNews } from '../tracker/github/hook.ts';
import { gitlabNews } from '../tracker/gitlab/hook.ts';
import { jiraNews } from '../tracker/jira/hook.ts';
import { serviceNowNews } from '../tracker/servicenow/hook.ts';
import type { News } from '../tracker/tracker.ts';

/** By the hook that they come to. */
const READERS: Record<string, (body: unknown) => News | undefined> = {
  gitlab: gitlabNews,
  github: githubNews,
  'azure-devops': azureDevopsNews,
  jira: jiraNews,
  servicenow: serviceNowNews,
};

/** Hooks of trackers that send no deployments. */
export const TICKET_HOOKS = ['jira', 'servicenow'] as const;

/** What a body tells of a ticket; undefined for any other body. */
export function newsIn(hook: string, body: Uint8Array): News | undefined {
  const read = READERS[hook];
  if (read === undefined) return undefined;
  try {
    const text = Buffer.from(body).toString('utf8');
    // GitHub sends a form where its hook is set up so.
    return read(JSON.parse(text.startsWith('payload=') ? (new URLSearchParams(text).get('payload') ?? '') : text));
  } catch {
    return undefined;
  }
}
