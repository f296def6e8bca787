/**
 * What people changed of a problem here is written into its ticket: answers to the whys, states of follow-ups.
 *
 * Promises: what is stale is on record before anything is queued, so a lost message delays it by a day and loses nothing; a
 * tracker that fails is asked again. Called by the function tickets.
 */
import type { GroupDigest, Incident } from '../incident/incident.ts';
import { freshened } from '../problem/freshen.ts';
import type { Problem } from '../problem/problem.ts';
import { firstWhyOf } from '../problem/text.ts';
import { queueStale, type StaleLook } from '../queue/queue.ts';
import { incidentById } from '../store/incidents.ts';
import { commitProblem, listProblems, problemOf } from '../store/problems.ts';
import { type OpenProject, TrackerFailure } from '../tracker/tracker.ts';
import type { World } from '../world/world.ts';

const MAX_ATTEMPTS = 6;
/** After so many the daily look does it. */
const MAX_TRIES = 8;
const PAUSE_SECONDS = 300;

/** Handles one message of the queue. Throws where it must come again. */
export async function freshenTicket(world: World, open: OpenProject, look: StaleLook): Promise<void> {
  try {
    await freshen(world, open, look.problem);
  } catch (error) {
    if (!(error instanceof TrackerFailure)) throw error;
    world.log('warn', 'A ticket could not be brought up to date; it is tried again', { error: error.message });
    if (look.tries + 1 < MAX_TRIES)
      await queueStale(
        world.queues,
        { ...look, tries: look.tries + 1 },
        Math.max(PAUSE_SECONDS, error.afterSeconds ?? 0),
      );
  }
}

/** Once a day: all that is stale still. Out: how many were tried. */
export async function freshenAll(world: World, open: OpenProject): Promise<number> {
  const stale = (await listProblems(world.table)).filter((one) => one.stale !== undefined && one.ticket !== undefined);
  for (const { cause } of stale) await freshenTicket(world, open, { problem: cause, tries: MAX_TRIES });
  return stale.length;
}

async function freshen(world: World, open: OpenProject, cause: GroupDigest): Promise<void> {
  const { catalogue } = await world.catalogue();
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const problem = await problemOf(world.table, cause);
    const setting = problem && catalogue.defaults.trackers?.[problem.tracker];
    if (problem?.ticket === undefined || problem.stale === undefined || setting === undefined) return;
    const tracker = await open({ ...setting, project: problem.project });
    const ticket = await tracker.read(problem.ticket.key);
    if (ticket !== undefined) {
      const incident = await newestOf(world, problem);
      const names = catalogue.defaults.problems?.names ?? false;
      const first = incident === undefined ? '' : firstWhyOf({ incident, catalogue, names });
      const fresh = freshened(problem, ticket, { first, now: world.now() });
      if (fresh.body !== ticket.body) await tracker.rewrite(ticket.key, fresh.body);
      if (fresh.note !== undefined) await tracker.note(ticket.key, fresh.note, `whys-${problem.whys.length}`);
      problem.followUps = fresh.followUps;
    }
    const { stale: _, ...rest } = problem;
    // Where people changed more meanwhile, it is written once more.
    if ((await commitProblem(world.table, { ...rest, updatedAt: world.now() })) !== 'conflict') return;
  }
}

async function newestOf(world: World, { incidents }: Problem): Promise<Incident | undefined> {
  const newest = incidents.at(-1);
  return newest === undefined ? undefined : incidentById(world.table, newest);
}
