/**
 * Answering for everything that is open for a person, by one text: `ACK ALL`.
 *
 *   what they were paged for and told of → what is due soonest first, twenty at once → what time does not allow, by the queue
 *
 * Promises: it ends within its function's time however many incidents there are; what is left over is queued and done by
 * the page function; one incident that cannot be changed holds up no other. The answer says how many are done.
 */
import { type Incident, nextDue } from '../incident/incident.ts';
import { type AnswerLook, queueAnswers } from '../queue/queue.ts';
import { paceOf, waitingIn } from '../store/digests.ts';
import { incidentsByIds } from '../store/incidents.ts';
import { pagedIncidents } from '../store/links.ts';
import { after } from '../time/time.ts';
import type { World } from '../world/world.ts';
import { type Action, act } from './act.ts';

/** `ACK ALL` answers so many of the last digests. */
const LAST_DIGESTS = 3;
const AT_ONCE = 20;
/** Half of the function's time: what began must end, and the answer must go out. */
const LONGEST_SECONDS = 5;

/** Does it, and says what was done: one answer for everything that a digest asks for. */
export async function answerAll(world: World, action: Action, person: string, via = 'reply'): Promise<string> {
  const open = await openFor(world, person, await toldIncidents(world, person));
  if (open.length === 0) return 'Nothing is open for you. Nothing was changed.';
  const dueAt = (incident: Incident) => nextDue(incident) ?? '~';
  const ids = open.sort((a, b) => (dueAt(a) < dueAt(b) ? -1 : 1)).map(({ id }) => id);
  const look: AnswerLook = { kind: 'answer', action, by: person, via, incidents: ids };
  const { changed, left } = await actOnAll(world, look, after(world.now(), LONGEST_SECONDS));
  await queueAnswers(world.queues, { ...look, incidents: left });
  const done = { acknowledge: 'Acknowledged', resolve: 'Resolved', escalate: 'Passed on' }[action];
  if (left.length > 0) return `${done} ${changed} of ${open.length}. The others follow within a minute.`;
  return `${done} ${changed} of ${open.length}.${action === 'acknowledge' ? ' They are yours.' : ''}`;
}

/** The rest of an answer, from the queue. Throws where some could not be changed: the message comes again, and twice is once. */
export async function continueAnswer(world: World, look: AnswerLook): Promise<void> {
  const { left } = await actOnAll(world, look, after(world.now(), LONGEST_SECONDS));
  if (left.length === look.incidents.length) throw new Error('No incident of an answer could be changed.');
  await queueAnswers(world.queues, { ...look, incidents: left });
}

async function actOnAll(world: World, look: AnswerLook, stopAt: string): Promise<{ changed: number; left: string[] }> {
  const { action, by, via, incidents } = look;
  const failed: string[] = [];
  let changed = 0;
  let from = 0;
  for (; from < incidents.length && world.now() < stopAt; from += AT_ONCE) {
    const batch = incidents.slice(from, from + AT_ONCE);
    const done = await Promise.allSettled(batch.map((id) => act(world, id, { type: action, by, via })));
    for (const [n, one] of done.entries()) {
      if (one.status === 'rejected') failed.push(batch[n]!);
      else if (one.value?.changed) changed++;
    }
  }
  if (failed.length > 0)
    world.log('warn', 'Some incidents of an answer could not be changed; they are queued', { count: failed.length });
  return { changed, left: [...incidents.slice(from), ...failed] };
}

/** How many incidents of the last digests are open for a person. */
export async function countTold(world: World, person: string): Promise<number> {
  return (await openFor(world, person, await toldIncidents(world, person))).length;
}

/** What the last digests told a person of: their own pages may not have heard of it yet. */
async function toldIncidents(world: World, person: string): Promise<string[]> {
  const record = await paceOf(world.table, person);
  if (!record || record.told === 0) return [];
  const { waiting } = await waitingIn(world.table, person, Math.max(1, record.told - LAST_DIGESTS), record.told);
  return waiting.map(({ incident }) => incident);
}

/** The open incidents that a person was paged for, and those of `more`. */
export async function openFor(world: World, person: string, more: string[] = []): Promise<Incident[]> {
  const paged = await pagedIncidents(world.table, person, world.now());
  const incidents = await incidentsByIds(world.table, [...paged.map(({ incident }) => incident), ...more]);
  return incidents.filter(({ state }) => state !== 'resolved');
}
