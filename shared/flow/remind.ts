/**
 * Follow-ups that happen: once an hour it is looked at who is to be reminded of what; and a ticket that was closed is told, after it
 * was watched, whether its cause came back.
 *
 * Promises: nobody is reminded twice of the same: that they are told is on record before it is queued, so a function that dies in
 * between costs one reminder. It reads and writes problems alone; no page waits for it. Called by the function tickets.
 */
import type { Catalogue, Target } from '../catalogue/catalogue.ts';
import type { Incident } from '../incident/incident.ts';
import { isExercise } from '../incident/ticket.ts';
import { costSince } from '../problem/cost.ts';
import type { Problem } from '../problem/problem.ts';
import { reminderText, watchedNote } from '../problem/reminder-text.ts';
import { type Item, nameOf, type Reminder, remindersDue, withTold } from '../problem/reminders.ts';
import { queueHandOver } from '../queue/queue.ts';
import { exceptionsOf } from '../store/exceptions.ts';
import { incidentsOfCause } from '../store/history.ts';
import { commitProblem, listProblems, problemOf } from '../store/problems.ts';
import { type OpenProject, TrackerFailure } from '../tracker/tracker.ts';
import type { World } from '../world/world.ts';
import { standingOf } from './change.ts';

const MAX_ATTEMPTS = 6;
/** More than these are counted: a channel reads no list of a hundred. */
const MAX_ITEMS = 15;

/** Queues the digests that are due. Out: how many. */
export async function remind(world: World): Promise<number> {
  // The other region tells them.
  if ((await standingOf(world))?.heldUntil !== undefined) return 0;
  const [{ catalogue }, problems] = await Promise.all([world.catalogue(), listProblems(world.table)]);
  const now = world.now();
  const overrides = await exceptionsOf(world.table, 'OVERRIDES', now);
  const due = remindersDue(problems, { catalogue, overrides, now });
  let queued = 0;
  for (const reminder of due) {
    const items = await claim(world, reminder, now);
    if (items.length === 0) continue;
    const costs = new Map<Item, ReturnType<typeof costSince>>();
    for (const item of items.slice(0, MAX_ITEMS)) costs.set(item, await costOf(world, catalogue, item, now));
    await queueHandOver(world.queues, { kind: 'reminder', to: reminder.to, ...reminderText(items, costs) });
    queued++;
  }
  return queued;
}

/** What this function alone tells: where another was first, or somebody decided meanwhile, it is left out. */
async function claim(world: World, { to, items }: Reminder, now: string): Promise<Item[]> {
  const mine: Item[] = [];
  for (const theirs of Map.groupBy(items, ({ problem }) => problem.cause).values()) {
    const ids = new Set(theirs.map(({ followUp }) => followUp.id));
    const told = (latest: Problem) => withTold(latest, ids, to, now);
    if (await isClaimed(world, { read: theirs[0]!.problem, told, to, now })) mine.push(...theirs);
  }
  return items.filter((item) => mine.includes(item));
}

/** Writes on the problem as it is now; false where a follow-up of it was changed or told since it was read. */
async function isClaimed(
  world: World,
  { read, told, to, now }: { read: Problem; told: (latest: Problem) => Problem; to: Target; now: string },
): Promise<boolean> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const latest = await problemOf(world.table, read.cause);
    if (latest === undefined || !isAsRead(read, latest, { to, now })) return false;
    if ((await commitProblem(world.table, told(latest))) !== 'conflict') return true;
  }
  return false;
}

/** That the same look told others meanwhile is no change. */
function isAsRead(read: Problem, latest: Problem, { to, now }: { to: Target; now: string }): boolean {
  const shown = ({ followUps }: Problem) =>
    JSON.stringify(
      followUps.map(({ told, ...one }) => ({
        ...one,
        told: Object.entries(told?.to ?? {}).filter(([name, at]) => at !== now || name === nameOf(to)),
      })),
    );
  return shown(read) === shown(latest);
}

async function costOf(world: World, catalogue: Catalogue, { problem, followUp }: Item, now: string) {
  return costSince(await incidentsOfCause(world.table, problem.cause), followUp.proposedAt, catalogue, now);
}

/** Tells tickets whose watch is over whether their cause came back. Out: how many were told. */
export async function endWatches(world: World, open: OpenProject): Promise<number> {
  const [{ catalogue }, problems] = await Promise.all([world.catalogue(), listProblems(world.table)]);
  const over = problems.filter(
    ({ ticket, state, watchedUntil }) =>
      ticket !== undefined && state === 'closed' && watchedUntil !== undefined && watchedUntil <= world.now(),
  );
  let told = 0;
  for (const problem of over) {
    try {
      if (await endWatch(world, catalogue, problem, open)) told++;
    } catch (error) {
      if (!(error instanceof TrackerFailure)) throw error;
      world.log('warn', 'A ticket could not be told how its watch went', { error: error.message });
    }
  }
  return told;
}

async function endWatch(world: World, catalogue: Catalogue, problem: Problem, open: OpenProject): Promise<boolean> {
  const setting = catalogue.defaults.trackers?.[problem.tracker];
  if (setting === undefined) return false;
  const { closedAt = problem.updatedAt, ticket, watchedUntil } = problem;
  const since = (await incidentsOfCause(world.table, problem.cause)).filter((one) =>
    isOfWatch(one, closedAt, watchedUntil!),
  );
  const tracker = await open({ ...setting, project: problem.project });
  // The note has a mark: where the write after it fails, the next look adds no second one.
  await tracker.note(ticket!.key, watchedNote(problem, since, world.baseUrl), `watched-${closedAt}`);
  const { watchedUntil: _, ...rest } = problem;
  return (await commitProblem(world.table, { ...rest, updatedAt: world.now() })) !== 'conflict';
}

function isOfWatch(incident: Incident, from: string, until: string): boolean {
  const { openedAt } = incident;
  return !isExercise(incident) && openedAt !== undefined && openedAt > from && openedAt <= until;
}
