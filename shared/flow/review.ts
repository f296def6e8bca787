/**
 * The review of an incident: its text, the answers to the five whys, and its follow-ups, with a tracker or without one.
 *
 * Promises: the text is the ticket's own, by the same template; who may not be named there is not named here. A change is on
 * record first, then the ticket is told. Called by the API.
 */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { problemsOf } from '../catalogue/resolve.ts';
import { type GroupDigest, type Incident, parseIncidentId } from '../incident/incident.ts';
import type { Changed } from '../problem/changes.ts';
import { type Cost, costSince } from '../problem/cost.ts';
import { openFollowUps } from '../problem/follow-ups.ts';
import { newProblem } from '../problem/lifecycle.ts';
import type { FollowUp, Problem, Why } from '../problem/problem.ts';
import { firstWhyOf, ticketBody, ticketTitle } from '../problem/text.ts';
import { queueStale } from '../queue/queue.ts';
import { incidentsOfCause } from '../store/history.ts';
import { currentIncident, incidentById } from '../store/incidents.ts';
import { commitProblem, listProblems, problemOf } from '../store/problems.ts';
import type { World } from '../world/world.ts';
import { gather } from './tickets.ts';

const MAX_ATTEMPTS = 6;

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
  const found = await find(world, id);
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

/**
 * Changes the problem of an incident's cause, or of a cause itself. Where it has none yet, one begins: it is kept without a
 * ticket until a rule or a person asks for one. Out: undefined where there is no such incident.
 */
export async function changeProblem(
  world: World,
  id: string,
  apply: (problem: Problem, catalogue: Catalogue) => Changed,
): Promise<Changed | undefined> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const found = await find(world, id);
    if (found === undefined) return undefined;
    const changed = apply(found.problem, found.catalogue);
    if ('why' in changed) return changed;
    const committed = await commitProblem(world.table, changed.problem);
    if (committed === 'conflict') continue;
    if (committed.stale !== undefined) await tellTicket(world, committed);
    return { problem: committed };
  }
  return { why: 'Others change it at this moment. Try again.' };
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

async function tellTicket(world: World, { cause }: Problem): Promise<void> {
  await queueStale(world.queues, { problem: cause, tries: 0 }).catch((error: unknown) =>
    world.log('warn', 'A ticket is brought up to date by the daily look: it could not be queued', {
      error: String(error),
    }),
  );
}

type Found = { incident: Incident; problem: Problem; catalogue: Catalogue };

/** By an incident's id, or by its cause: the digest that the ids of its incidents begin with. */
async function find(world: World, id: string): Promise<Found | undefined> {
  const parsed = parseIncidentId(id) ?? parseIncidentId(`${id}-1`);
  if (parsed === undefined) return undefined;
  const [incident, known, { catalogue }] = await Promise.all([
    parseIncidentId(id) === undefined ? currentIncident(world.table, parsed.group) : incidentById(world.table, id),
    problemOf(world.table, parsed.group),
    world.catalogue(),
  ]);
  if (incident === undefined || incident.test !== undefined) return undefined;
  return { incident, problem: known ?? begun(incident, catalogue, world.now()), catalogue };
}

function begun(incident: Incident, catalogue: Catalogue, now: string): Problem {
  const settings = problemsOf(catalogue, incident.service);
  const names = settings?.names ?? false;
  const about = {
    title: ticketTitle({ incident, catalogue, names }),
    owner: incident.service === undefined ? undefined : catalogue.services[incident.service]?.owner,
    tracker: settings?.tracker ?? '',
    project: settings?.setting.project ?? '',
  };
  return newProblem(incident, about, now);
}
