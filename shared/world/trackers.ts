/**
 * The trackers of the catalogue, opened with their tokens. Called by the function tickets alone, no other bundle holds them; and by
 * `doctor`.
 *
 * Promises: a token is read from Systems Manager when it is needed, kept for minutes, and reaches nothing but the tracker's requests.
 */
import type { TrackerSetting } from '../catalogue/catalogue.ts';
import { openAzureDevops } from '../tracker/azure-devops/azure-devops.ts';
import { openGitHub } from '../tracker/github/github.ts';
import { openGitlab } from '../tracker/gitlab/gitlab.ts';
import { openJira } from '../tracker/jira/jira.ts';
import { openServiceNow } from '../tracker/servicenow/servicenow.ts';
import { type OpenProject, type OpenTracker, type Tracker, TrackerFailure } from '../tracker/tracker.ts';
import { reveal } from './secrets.ts';

/** What opens each kind. */
export const KINDS: Record<TrackerSetting['kind'], OpenTracker> = {
  gitlab: openGitlab,
  servicenow: openServiceNow,
  jira: openJira,
  github: openGitHub,
  'azure-devops': openAzureDevops,
};

/** A tracker knows its types, its group and its OAuth token for so long; then it asks again. */
const KEEP_MILLISECONDS = 300_000;

/**
 * `local`: on this machine, the address of a tracker that stands in for every one of the catalogue; empty elsewhere. `tokenBehind`:
 * the token behind a reference; throws `TrackerFailure` where it cannot be read.
 */
export function openTrackers(local: string, tokenBehind: (setting: string) => Promise<string> = tokenOf): OpenProject {
  const opened = new Map<string, { tracker: Tracker; token: string; until: number }>();
  return async ({ kind, url, project, token: setting }) => {
    if (local !== '') return openGitlab({ url: local, project, token: 'local' });
    const token = await tokenBehind(setting);
    const name = JSON.stringify([kind, url, project]);
    const kept = opened.get(name);
    if (kept?.token === token && kept.until > performance.now()) return kept.tracker;
    const tracker = KINDS[kind]({ url, project, token });
    opened.set(name, { tracker, token, until: performance.now() + KEEP_MILLISECONDS });
    return tracker;
  };
}

async function tokenOf(setting: string): Promise<string> {
  try {
    return await reveal(setting, Date.now());
  } catch {
    // A token is put there by somebody: it may be there in an hour.
    throw new TrackerFailure('the token of the tracker could not be read: is its parameter there?', true);
  }
}
