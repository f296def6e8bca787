/**
 * The trackers of the catalogue, opened with their tokens. Called by the function tickets alone: no other bundle holds them.
 *
 * Promises: a token is read from Systems Manager when it is needed, kept for minutes, and reaches nothing but the tracker's requests.
 */
import type { TrackerSetting } from '../catalogue/catalogue.ts';
import { openGitlab } from '../tracker/gitlab/gitlab.ts';
import { type OpenProject, type OpenTracker, TrackerFailure } from '../tracker/tracker.ts';
import { reveal } from './secrets.ts';

const KINDS: Partial<Record<TrackerSetting['kind'], OpenTracker>> = { gitlab: openGitlab };

/** `local`: on this machine, the address of a tracker that stands in for every one of the catalogue; empty elsewhere. */
export function openTrackers(local: string): OpenProject {
  return async ({ kind, url, project, token }) => {
    const open = KINDS[local === '' ? kind : 'gitlab'];
    if (open === undefined) throw new TrackerFailure(`there is no tracker of the kind ${kind} yet`, false);
    if (local !== '') return open({ url: local, project, token: 'local' });
    return open({ url, project, token: await tokenOf(token) });
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
