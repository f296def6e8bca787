/**
 * A problem: the follow-up of one cause. One ticket in the team's tracker, shared by all incidents of that cause.
 *
 * A cause is the group of its incidents (runbook, service and environment; without a runbook the signal), so every incident
 * of a partition has the same one. Promises: one record a cause, changed only by a conditional write on its version; a
 * ticket that is being made is on record before it is asked for. Pure; anybody may import this file.
 */
import type { GroupDigest } from '../incident/incident.ts';

export type FollowUp = {
  id: string;
  text: string;
  state: 'proposed' | 'agreed' | 'done' | 'not doing';
  /** Why it is not done; only with `not doing`. */
  because?: string;
  /** A role or a team; a person's id only where the catalogue says that names are used. */
  owner?: string;
  /** YYYY-MM-DD. */
  due?: string;
  proposedAt: string;
  /** When it was done, or decided against. */
  endedAt?: string;
  /** How often somebody was reminded of it, and when last whom: `slack:#payments`. A decision on it begins anew. */
  told?: { times: number; to: Record<string, string> };
};

/** One answer of the five whys. A why may have several: `under` is the id of the one that it answers. */
export type Why = { id: string; text: string; under?: string; at: string };

export type Problem = {
  cause: GroupDigest;
  version: number;
  title: string;
  service?: string;
  environment?: string;
  owner?: string;
  /** The tracker's name in the catalogue, and the project where its ticket is. */
  tracker: string;
  project: string;
  /** Counts the tickets of this cause: one that comes back long after its ticket was closed gets another. */
  round: number;
  ticket?: { key: string; name: string; url: string };
  /** The ticket before this one, which the new one is linked to. */
  before?: { key: string; name: string; closedAt?: string };
  /** `asked`: it may be there already, look first. */
  state: 'asked' | 'open' | 'closed';
  /** A try that is under way: nobody else makes the ticket before `until`. */
  trying?: { by: string; until: string };
  /** When the tracker was last asked to make it, with no answer so far. */
  askedAt?: string;
  openedAt: string;
  closedAt?: string;
  /** After a close the cause is watched until then. */
  watchedUntil?: string;
  /** Labels and due date, as the tracker has them. */
  labels?: string[];
  due?: string;
  /** Incidents of this cause that the ticket tells of, newest last; at most 100. */
  incidents: string[];
  whys: Why[];
  followUps: FollowUp[];
  /** What helps at night until the cause is gone. */
  workaround?: string;
  /** Parts that people changed here and the ticket does not say yet. Until it does, what it says of them is old. */
  stale?: ('whys' | 'follow_ups')[];
  updatedAt: string;
};
