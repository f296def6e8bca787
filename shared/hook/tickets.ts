/** Notices of trackers among those of deployments: which bodies tell of a ticket. Called by the function `deployments`. Pure. */
import { gitlabNews } from '../tracker/gitlab/hook.ts';
import type { News } from '../tracker/tracker.ts';

/** By the hook that they come to. */
const READERS: Record<string, (body: unknown) => News | undefined> = { gitlab: gitlabNews };

/** What a body tells of a ticket; undefined for any other body. */
export function newsIn(hook: string, body: Uint8Array): News | undefined {
  const read = READERS[hook];
  if (read === undefined) return undefined;
  try {
    return read(JSON.parse(Buffer.from(body).toString('utf8')));
  } catch {
    return undefined;
  }
}
