/**
 * The review of an incident: its text, the answers to the five whys, and its follow-ups, with a tracker or without one.
 *
 * Promises: the text is the ticket's own, by the same template; who may not be named there is not named here. Reads only; called
 * by the API.
 */
import { problemsOf } from '../catalogue/resolve.ts';
import type { GroupDigest, Incident } from '../incident/incident.ts';
import { type Cost, costSince } from '../problem/cost.ts';
import { openFollowUps } from '../problem/follow-ups.ts';
import type { FollowUp, Problem, Why } from '../problem/problem.ts';
import { firstWhyOf, ticketBody } from '../problem/text.ts';
import { incidentsOfCause } from '../store/history.ts';
import { listProblems } from '../store/problems.ts';
import type { World } from '../world/world.ts';
import { findProblem } from './problem.ts';
import { gather } from './tickets.ts';

export type Review = {
  incident: string;
  cause: GroupDigest;
  title: string;
  /** YYYY-MM-DD on which the incident was opened, by UTC. */
  date: string;
  owner?: string;
  service?: string;
  ticket?: { name: string; url: string };
  /** What people were paged for: the answer to the first why, as Markdown. */
  first: string;
  whys: Why[];
  followUps: FollowUp[];
  markdown: string;
};

/** The review of an incident; undefined where there is no such incident. */
export async function reviewOf(world: World, id: string): Promise<Review | undefined> {
  const found = await findProblem(world, id);
  if (found === undefined) return undefined;
  const { incident, problem, catalogue } = found;
  const settings = problemsOf(catalogue, incident.service) ?? catalogue.defaults.problems;
  const names = settings?.names ?? false;
  const facts = await gather(world, catalogue, incident, problem, names);
  return {
    incident: incident.id,
    cause: problem.cause,
    title: problem.title,
    date: (incident.openedAt ?? incident.updatedAt).slice(0, 10),
    ...(problem.owner === undefined ? {} : { owner: problem.owner }),
    ...(incident.service === undefined ? {} : { service: incident.service }),
    ...(problem.ticket === undefined ? {} : { ticket: { name: problem.ticket.name, url: problem.ticket.url } }),
    first: firstWhyOf(facts),
    whys: problem.whys,
    followUps: problem.followUps,
    markdown: ticketBody(facts, settings?.template),
  };
}

export type OpenFollowUp = {
  problem: Pick<Problem, 'cause' | 'title' | 'ticket' | 'service'>;
  followUp: FollowUp;
  cost: Cost;
};

/** So many are listed; each cause of theirs is read once. */
const MAX_LISTED = 200;

/** Follow-ups that are proposed or agreed, of a team or of all; those that are due first come first. */
export async function openFollowUpsOf(world: World, owner: string | undefined): Promise<OpenFollowUp[]> {
  const [{ catalogue }, problems] = await Promise.all([world.catalogue(), listProblems(world.table)]);
  const open = problems
    .flatMap((problem) => openFollowUps(problem).map((followUp) => ({ problem, followUp })))
    .filter(({ problem, followUp }) => owner === undefined || (followUp.owner ?? problem.owner) === owner)
    .sort((a, b) => ((a.followUp.due ?? '9999') < (b.followUp.due ?? '9999') ? -1 : 1))
    .slice(0, MAX_LISTED);
  const causes = new Map<GroupDigest, Incident[]>();
  for (const { problem } of open)
    if (!causes.has(problem.cause)) causes.set(problem.cause, await incidentsOfCause(world.table, problem.cause));
  return open.map(({ problem, followUp }) => {
    const { cause, title, ticket, service } = problem;
    const about = {
      cause,
      title,
      ...(ticket === undefined ? {} : { ticket }),
      ...(service === undefined ? {} : { service }),
    };
    return {
      problem: about,
      followUp,
      cost: costSince(causes.get(cause)!, followUp.proposedAt, catalogue, world.now()),
    };
  });
}
