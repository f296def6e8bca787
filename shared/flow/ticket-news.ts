/**
 * News of tickets: what their trackers tell by webhook, and once a day what was missed.
 *
 * Promises: a notice of a ticket that is not ours changes nothing; the same notice twice changes nothing. Called by the functions
 * deployments (webhooks) and tickets (once a day).
 */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { heard, parseMark, type Said } from '../problem/lifecycle.ts';
import type { Problem } from '../problem/problem.ts';
import { commitProblem, listProblems, problemOf } from '../store/problems.ts';
import { after } from '../time/time.ts';
import { type News, type OpenProject, TrackerFailure } from '../tracker/tracker.ts';
import type { World } from '../world/world.ts';

const MAX_ATTEMPTS = 6;
/** The daily look ends before its function does. */
const LONGEST_SECONDS = 45;

/** Takes over what a tracker tells. Out: whether the ticket is one of ours. */
export async function hearTicket(world: World, news: News): Promise<boolean> {
  const problem = await problemBehind(world, news);
  if (problem === undefined) return false;
  await change(world, problem, news);
  return true;
}

/** By its mark, which people may have taken off; else by its key and address. */
async function problemBehind(world: World, { labels, key, url }: News): Promise<Problem | undefined> {
  for (const label of labels) {
    const mark = parseMark(label);
    const found = mark && (await problemOf(world.table, mark.cause));
    // The key too: a label can be put on any issue. Addresses are not compared, for a tracker writes one in several ways.
    if (found && mark.round === found.round && found.ticket?.key === key) return found;
  }
  // Every other issue of the project ends here; a mark that people took off with this label is met once a day.
  if (!labels.includes('pageturner')) return undefined;
  const all = await listProblems(world.table);
  return all.find(({ ticket }) => ticket?.key === key && ticket.url === url);
}

async function change(world: World, problem: Problem, said: Said): Promise<void> {
  let latest: Problem | undefined = problem;
  for (let attempt = 0; attempt < MAX_ATTEMPTS && latest !== undefined; attempt++) {
    // Until the try that made it is over, the ticket is that try's to record.
    if (latest.ticket === undefined) return;
    const next = heard(latest, said, world.now());
    if (next === latest) return;
    if ((await commitProblem(world.table, next)) !== 'conflict') {
      world.log('info', 'A ticket has news', { ticket: latest.ticket.name, state: next.state });
      return;
    }
    latest = await problemOf(world.table, problem.cause);
  }
}

/** Once a day: reads every ticket that is open, or was closed lately. Out: how many were read, and how many could not be. */
export async function readTickets(world: World, open: OpenProject): Promise<{ read: number; failed: number }> {
  const { catalogue } = await world.catalogue();
  const now = world.now();
  const stopAt = after(now, LONGEST_SECONDS);
  const wanted = (await listProblems(world.table))
    .filter(
      ({ ticket, state, watchedUntil }) => ticket !== undefined && (state !== 'closed' || (watchedUntil ?? '') > now),
    )
    // In any order: where the time does not suffice for all, each has its turn on one of the next days.
    .map((problem) => ({ problem, turn: world.random() }))
    .sort((a, b) => a.turn - b.turn)
    .map(({ problem }) => problem);
  let read = 0;
  let failed = 0;
  for (const problem of wanted) {
    if (world.now() >= stopAt) break;
    try {
      await readOne(world, catalogue, problem, open);
      read++;
    } catch (error) {
      if (!(error instanceof TrackerFailure)) throw error;
      failed++;
      world.log('warn', 'A ticket could not be read', { ticket: problem.ticket!.name, error: error.message });
    }
  }
  return { read, failed };
}

async function readOne(world: World, catalogue: Catalogue, problem: Problem, open: OpenProject): Promise<void> {
  const setting = catalogue.defaults.trackers?.[problem.tracker];
  if (setting === undefined) return;
  const tracker = await open({ ...setting, project: problem.project });
  const ticket = await tracker.read(problem.ticket!.key);
  // Gone from there: nobody works on it any more.
  await change(world, problem, ticket ?? { state: 'closed', labels: problem.labels, due: problem.due });
}
