/**
 * Changing a problem: what people say of a cause is kept on its record, and its ticket is told.
 *
 * Promises: a change is on record first; where the ticket cannot be told at once, the daily look tells it. Called by the API and by
 * forms.
 */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { problemsOf } from '../catalogue/resolve.ts';
import { type Incident, parseIncidentId } from '../incident/incident.ts';
import type { Changed } from '../problem/changes.ts';
import { newProblem } from '../problem/lifecycle.ts';
import type { Problem } from '../problem/problem.ts';
import { ticketTitle } from '../problem/text.ts';
import { queueStale } from '../queue/queue.ts';
import { currentIncident, incidentById } from '../store/incidents.ts';
import { commitProblem, problemOf } from '../store/problems.ts';
import type { World } from '../world/world.ts';

const MAX_ATTEMPTS = 6;

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
    const found = await findProblem(world, id);
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

async function tellTicket(world: World, { cause }: Problem): Promise<void> {
  await queueStale(world.queues, { problem: cause, tries: 0 }).catch((error: unknown) =>
    world.log('warn', 'A ticket is brought up to date by the daily look: it could not be queued', {
      error: String(error),
    }),
  );
}

export type Found = { incident: Incident; problem: Problem; catalogue: Catalogue };

/** By an incident's id, or by its cause: the digest that the ids of its incidents begin with. */
export async function findProblem(world: World, id: string): Promise<Found | undefined> {
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
