/**
 * Tickets: what one message of the tickets queue asks for.
 *
 *   look → still owed? → problem: begin a try → ask the tracker for the mark → make, or tell of it → record → the incident knows
 *
 * Promises: exactly one ticket for a cause, however often its incident comes, and where a failure falls between "made there" and
 * "recorded here": that a ticket is asked for is on record before it is asked for, and each try looks for the ticket's mark first. A tracker
 * that fails is asked again later, and neither delays nor stops a page: nothing that pages waits for this flow.
 */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { type ProblemsOf, problemsOf } from '../catalogue/resolve.ts';
import { aroundOf } from '../incident/around.ts';
import { type Incident, parseIncidentId } from '../incident/incident.ts';
import { isExercise } from '../incident/ticket.ts';
import {
  askedNow,
  daysSince,
  markOf,
  newProblem,
  nextRound,
  REOPEN_DAYS,
  released,
  told,
  tried,
  unseenUntil,
} from '../problem/lifecycle.ts';
import type { Problem } from '../problem/problem.ts';
import { tellsOf, withSection } from '../problem/sections.ts';
import type { Part } from '../problem/template.ts';
import { againNote, type Facts, furtherNote, partsOf, ticketBody, ticketTitle } from '../problem/text.ts';
import type { TicketLook } from '../queue/queue.ts';
import { earlierIncidents, incidentById, listIncidents, timelineOf } from '../store/incidents.ts';
import { commitProblem, problemOf } from '../store/problems.ts';
import { after } from '../time/time.ts';
import { type OpenProject, type Read, type Ticket, type Tracker, TrackerFailure } from '../tracker/tracker.ts';
import type { World } from '../world/world.ts';
import { change } from './change.ts';

/** Pauses after the first failures; then once an hour. What the tracker asks for wins, up to a day. */
const PAUSES_SECONDS = [60, 300, 900];
const LONG_PAUSE_SECONDS = 3600;
const LONGEST_PAUSE_SECONDS = 86_400;
const MAX_ATTEMPTS = 6;
const MAX_AROUND = 100;
const MAX_EARLIER = 5;
/** Parts that are facts: they are written anew where the incident went on after its ticket was made. */
const FACTS: Part[] = ['summary', 'paged', 'timeline', 'suspects', 'runbook', 'around'];

/** A try to make or tell a ticket: everything it needs. */
type Try = {
  world: World;
  by: string;
  catalogue: Catalogue;
  incident: Incident;
  settings: ProblemsOf;
  facts: Facts;
};

/** Handles one message. `by` names this try alone. Throws where the message must come again. */
export async function makeTicket(world: World, open: OpenProject, look: TicketLook, by: string): Promise<void> {
  const incident = await incidentById(world.table, look.incident);
  if (incident?.ticket?.id !== look.ticket || incident.ticket.due > world.now()) return;
  const { catalogue } = await world.catalogue();
  const settings = problemsOf(catalogue, incident.service);
  if (settings === undefined)
    return settle(world, incident, { said: 'No problem ticket: no tracker is set up for it' });
  const root = await rootOf(world, catalogue, incident);
  if (root !== undefined)
    return settle(world, incident, { said: `No separate problem ticket: it depends on ${root.service ?? root.id}` });
  const about = aboutOf(catalogue, incident, settings);
  const problem = await begin(world, incident, about, by);
  // Somebody else is at it; while the incident owes its ticket, the sweep asks again every minute.
  if (problem === undefined) return;
  const facts = await gather(world, catalogue, incident, problem, settings.names ?? false);
  await tryOnce({ world, by, catalogue, incident, settings, facts }, problem, open);
}

async function tryOnce(one: Try, problem: Problem, open: OpenProject): Promise<void> {
  const { world, incident, by } = one;
  try {
    const tracker = await open(settingOf(one, problem));
    const unseen = unseenUntil(problem, tracker.findsAfterSeconds, world.now());
    if (unseen !== undefined) {
      await release(one, problem, false);
      return await wait(world, incident, unseen, 'whether it was made cannot be seen yet');
    }
    const { ticket, said } = await tell(one, problem, tracker);
    await record(world, problem, (latest) => told(latest, ticket, incident.id, world.now()));
    world.measure?.('TicketsMade', 1);
    await settle(world, incident, { problem: { name: ticket.name, url: ticket.url }, said });
  } catch (error) {
    const known = error instanceof TrackerFailure ? error : undefined;
    world.measure?.('TicketsFailed', 1);
    world.log('error', 'A problem ticket could not be made; it is tried again', {
      incident: incident.id,
      by,
      error: known ? known.message : (error as Error).name,
    });
    // What is no answer of the tracker may be anything: the lease runs out, and the message comes again.
    if (known === undefined) throw error;
    await release(one, problem, !known.again);
    await wait(world, incident, after(world.now(), pauseAfter(incident, known)), known.message);
  }
}

function pauseAfter({ ticket }: Incident, { again, afterSeconds }: TrackerFailure): number {
  const pause = again ? (PAUSES_SECONDS[ticket?.tries ?? 0] ?? LONG_PAUSE_SECONDS) : LONG_PAUSE_SECONDS;
  return Math.min(Math.max(pause, afterSeconds ?? 0), LONGEST_PAUSE_SECONDS);
}

// ---- the record -------------------------------------------------------------------------------------------------------

type About = ReturnType<typeof aboutOf>;

function aboutOf(catalogue: Catalogue, incident: Incident, { tracker, setting, names = false }: ProblemsOf) {
  const owner = incident.service === undefined ? undefined : catalogue.services[incident.service]?.owner;
  return { title: ticketTitle({ incident, catalogue, names }), owner, tracker, project: setting.project };
}

/** Where the problem's ticket is: the tracker on record while the catalogue has it, else the one that the catalogue names now. */
function settingOf({ catalogue, settings }: Try, { tracker, project, ticket }: Problem): ProblemsOf['setting'] {
  const recorded = catalogue.defaults.trackers?.[tracker];
  return ticket === undefined || recorded === undefined ? settings.setting : { ...recorded, project };
}

/** A problem that people began before there was a ticket is kept where the catalogue says now. */
function placed(problem: Problem, { tracker, project }: About): Problem {
  return problem.ticket === undefined && problem.askedAt === undefined ? { ...problem, tracker, project } : problem;
}

/** Begins a try, on record before anything is asked of the tracker. Undefined while another is under way. */
async function begin(world: World, incident: Incident, about: About, by: string): Promise<Problem | undefined> {
  const { group } = parseIncidentId(incident.id)!;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const now = world.now();
    const known = placed((await problemOf(world.table, group)) ?? newProblem(incident, about, now), about);
    const trying = tried(known, by, now);
    if (trying === undefined) return undefined;
    const committed = await commitProblem(world.table, trying);
    if (committed !== 'conflict') return committed;
  }
  throw new Error('The problem was changed by others at every attempt; the message goes back to the queue.');
}

/** Changes a problem, on what it is at that moment: its tracker may have told something meanwhile. */
async function record(world: World, problem: Problem, apply: (latest: Problem) => Problem): Promise<Problem> {
  let latest = problem;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const next = apply(latest);
    if (next === latest) return latest;
    const committed = await commitProblem(world.table, next);
    if (committed !== 'conflict') return committed;
    latest = (await problemOf(world.table, problem.cause)) ?? { ...problem, version: 0 };
  }
  throw new Error('The problem was changed by others at every attempt; the message goes back to the queue.');
}

async function release({ world, by }: Try, problem: Problem, refused: boolean): Promise<void> {
  await record(world, problem, (latest) => released(latest, by, refused, world.now()));
}

async function settle(
  world: World,
  incident: Incident,
  made: { problem?: { name: string; url: string }; said: string },
): Promise<void> {
  const event = { type: 'ticket-made' as const, id: incident.ticket!.id, ...made };
  await change(world, await world.catalogue(), { id: incident.id }, event);
}

async function wait(world: World, incident: Incident, until: string, reason: string): Promise<void> {
  const event = { type: 'ticket-waits' as const, id: incident.ticket!.id, until, reason };
  await change(world, await world.catalogue(), { id: incident.id }, event);
}

// ---- the ticket -------------------------------------------------------------------------------------------------------

type Told = { ticket: Ticket; said: string };

/** Makes the ticket, or tells the one that is there of the incident. */
async function tell(one: Try, problem: Problem, tracker: Tracker): Promise<Told> {
  const { world, incident } = one;
  const found = await lookUp(problem, tracker);
  if (found === undefined) {
    // What is on record and is not there any more was deleted: the next one.
    const next = problem.ticket === undefined ? problem : nextRound(problem, incident, aboutNow(one), world.now());
    return create(one, next, tracker);
  }
  const { name } = found;
  if (tellsOf(found.body, incident.id) || problem.incidents.includes(incident.id))
    return { ticket: found, said: await goOn(one, problem, found, tracker) };
  const closed =
    found.state === 'closed' ? daysSince(found.closedAt ?? problem.closedAt ?? world.now(), world.now()) : undefined;
  if (closed === undefined || closed <= REOPEN_DAYS) {
    const note = furtherNote(one.facts, closed === undefined ? undefined : { days: closed });
    await tracker.note(found.key, note, incident.id);
    if (closed === undefined) return { ticket: found, said: `Added to problem ticket ${name}` };
    if (await tracker.reopen(found.key))
      return { ticket: { ...found, state: 'open' }, said: `Problem ticket ${name} reopened` };
  }
  return create(one, nextRound(problem, incident, aboutNow(one), world.now()), tracker);
}

function aboutNow({ catalogue, incident, settings }: Try): About {
  return aboutOf(catalogue, incident, settings);
}

async function lookUp(problem: Problem, tracker: Tracker): Promise<Read | undefined> {
  const key = problem.ticket?.key ?? (await tracker.find(markOf(problem)))?.key;
  return key === undefined ? undefined : tracker.read(key);
}

/** The ticket tells of the incident already: our answer was lost, or the incident fired again and is over now. */
async function goOn(one: Try, problem: Problem, found: Read, tracker: Tracker): Promise<string> {
  const { incident, facts } = one;
  await linkBack(one, problem, found, tracker);
  if (!problem.incidents.includes(incident.id)) return `Problem ticket ${found.name} opened: ${incident.ticket!.why}`;
  if (!tellsOf(found.body, incident.id)) {
    await tracker.note(found.key, againNote(facts), `${incident.id}-again`);
    return `Problem ticket ${found.name} told of the end`;
  }
  const parts = partsOf(facts);
  const body = FACTS.reduce((text, part) => withSection(text, part, parts[part]), found.body);
  if (body !== found.body) await tracker.rewrite(found.key, body);
  return `Problem ticket ${found.name} brought up to date`;
}

async function create(one: Try, problem: Problem, tracker: Tracker): Promise<Told> {
  const { world, incident, settings, facts, by } = one;
  const mark = markOf(problem);
  const asked = await record(world, problem, (latest) => {
    if (latest.trying?.by !== by) throw new TrackerFailure('another try is under way', true);
    return askedNow({ ...problem, version: latest.version }, world.now());
  });
  const about = { ...facts, problem: asked };
  const before = asked.before === undefined ? '' : `This cause had ${asked.before.name} before.\n\n`;
  const ticket = await tracker.create({
    title: asked.title,
    body: `${before}${ticketBody(about, settings.template)}`,
    mark,
    labels: ['pageturner', mark],
    ...(asked.followUps[0]?.due === undefined ? {} : { due: asked.followUps[0].due }),
    confidential: settings.confidential ?? true,
  });
  await linkBack(one, asked, ticket, tracker);
  return { ticket, said: `Problem ticket ${ticket.name} opened: ${incident.ticket!.why}` };
}

/** A link is a convenience: without it the ticket still names the one before. */
async function linkBack({ world }: Try, { before }: Problem, { key, name }: Ticket, tracker: Tracker): Promise<void> {
  if (before === undefined || before.key === key) return;
  await tracker
    .link(key, before.key)
    .catch((error: Error) =>
      world.log('warn', 'Two tickets could not be linked', { ticket: name, error: error.message }),
    );
}

// ---- the facts --------------------------------------------------------------------------------------------------------

/** Everything that a ticket or a review of an incident is written from. */
export async function gather(
  world: World,
  catalogue: Catalogue,
  incident: Incident,
  problem: Facts['problem'],
  names: boolean,
): Promise<Facts> {
  const [timeline, earlier, around] = await Promise.all([
    timelineOf(world.table, incident),
    earlierIncidents(world.table, incident, MAX_EARLIER),
    overlapping(world, incident),
  ]);
  return { incident, timeline, earlier, around, problem, catalogue, baseUrl: world.baseUrl, names };
}

/** Incidents of other causes that were open at some moment while this one was. */
async function overlapping(world: World, incident: Incident): Promise<Incident[]> {
  const [open, over] = await Promise.all([
    listIncidents(world.table, 'open', MAX_AROUND),
    listIncidents(world.table, 'over', MAX_AROUND),
  ]);
  const from = incident.openedAt ?? incident.updatedAt;
  const to = incident.resolvedAt ?? world.now();
  return [...open, ...over].filter(
    (other) =>
      other.group !== incident.group &&
      !isExercise(other) &&
      (other.openedAt ?? '') <= to &&
      (other.resolvedAt ?? world.now()) >= from,
  );
}

/**
 * In a storm one ticket tells of it: an incident that hung on another one, which has a ticket or will have one, gets none by a rule
 * about that incident alone. What repeats, and what somebody asked for, gets its ticket.
 */
async function rootOf(world: World, catalogue: Catalogue, incident: Incident): Promise<Incident | undefined> {
  const { ticket, problem, openings } = incident;
  if (ticket?.by !== undefined || problem !== undefined || (openings?.length ?? 0) > 0) return undefined;
  const { above } = aroundOf(catalogue, incident, await overlapping(world, incident));
  return above.find((other) => other.problem !== undefined || other.ticket !== undefined);
}
