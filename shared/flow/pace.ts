/**
 * Pace: whether a page goes out now, waits for a digest, or was in a digest already; and what that digest says.
 *
 *   what they were woken for that this hangs on, and is open? → their window → wait beside it, or gather all that waits
 *
 * Promises: the function that opens the next window sees every page that waits; under too much contention, a page goes out once too
 * often and not once too few. Called by the page flow alone.
 */
import { isWorse } from '../alert/alert.ts';
import { CHAT_BURST, type Pace, pace, USUAL_WINDOWS, type Windows } from '../digest/digest.ts';
import { type Digest, digestOf, grownBy, parentsOf, type Waiting } from '../digest/gather.ts';
import { upstreamOf, waitingOf } from '../incident/around.ts';
import { type Incident, messageKey, type Page } from '../incident/incident.ts';
import type { Loaded } from '../routing/loaded.ts';
import { commitPace, keepWaiting, markTold, paceOf, waitingIn } from '../store/digests.ts';
import { incidentById } from '../store/incidents.ts';
import type { World } from '../world/world.ts';

/**
 * What a page that opens a window tells beside itself. `isDigest`: others wait too, and it tells of all of them. `grows`:
 * the reference of this storm's earlier digest, which this one is added to.
 */
export type Gathered = { worst: Incident; digest: Digest; upTo: number; isDigest: boolean; grows?: string };
export type AtItsPace =
  | { do: 'send'; digest?: Gathered }
  | { do: 'told' }
  | { do: 'wait'; generation: number; until: string };

const MAX_ATTEMPTS = 12;
/** Up to so many incidents that wait are looked at one by one, so that none is counted that is over by now. */
const MAX_LOOKED_AT = 25;
/** The channels that can change a message. */
const CHANGES_MESSAGES: readonly Page['channel'][] = ['slack'];

/** Whether a page goes out now, waits, or was told. Relief, updates and test pages never wait. */
export async function atItsPace(
  world: World,
  loaded: Loaded,
  { incident, page }: { incident: Incident; page: Page },
): Promise<AtItsPace> {
  if (page.kind !== 'alert' || incident.test) return { do: 'send' };
  const whose = paceKey(page);
  const windows: Windows = {
    ...(loaded.catalogue.defaults.digest ?? USUAL_WINDOWS),
    burst: page.person ? USUAL_WINDOWS.burst : CHAT_BURST,
  };
  const about = waitingOf(incident);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const record = await paceOf(world.table, whose);
    // A page that has waited is told together with all that waits.
    const gathered = page.waits === undefined && (await hangsOnSomethingOpen(world, loaded, about, record));
    const asking = { about, gathered, ...(page.waits === undefined ? {} : { waited: page.waits }) };
    const paced = pace(record, asking, world.now(), windows);
    if (paced.do === 'told') return paced;
    if (paced.do === 'wait') {
      await keepWaiting(world.table, whose, paced.generation, about, world.now());
      // Another function may have opened the next window between our read and our write, without this page: then read again.
      const now = await paceOf(world.table, whose);
      if (paced.generation < (record?.generation ?? 0) || now?.generation === record?.generation) return paced;
      continue;
    }
    if (paced.next && !(await commitPace(world.table, whose, record, paced.next))) continue;
    const found = await gatheredBy(world, loaded, { incident, page }, paced.next ?? record, paced.untold);
    return { do: 'send', ...(found === undefined ? {} : { digest: found }) };
  }
  // Too many conflicts to join the window: send the page now, because a page too many is better than a lost page.
  return { do: 'send' };
}

/** After a message is out: all that waited in its windows has been told, and which message can grow. */
export async function noteTold(world: World, page: Page, told: Gathered, message: string | undefined): Promise<void> {
  const reference = message ?? told.grows;
  const grows = told.isDigest && growsInPlace(page) && reference !== undefined;
  await markTold(
    world.table,
    paceKey(page),
    told.upTo,
    grows ? { message: reference, digest: told.digest } : undefined,
  );
}

/** A person has one pace by all their ways; a chat channel has its own. */
function paceKey(page: Page): string {
  return page.person ? page.to : messageKey(page);
}

/** A message that is only changed rings nobody: a person's digests are new messages. */
function growsInPlace(page: Page): boolean {
  return !page.person && CHANGES_MESSAGES.includes(page.channel);
}

async function hangsOnSomethingOpen(
  world: World,
  loaded: Loaded,
  about: Waiting,
  record: Pace | undefined,
): Promise<boolean> {
  for (const parent of parentsOf(about, record?.woken ?? [], upstreamOf(loaded.catalogue))) {
    const now = await read(world, parent.incident);
    if (now !== 'unknown' && now !== undefined && now.state !== 'resolved') return true;
  }
  return false;
}

/** All that waits and was not told of, with the incident that asks. */
async function gatheredBy(
  world: World,
  loaded: Loaded,
  { incident, page }: { incident: Incident; page: Page },
  record: Pace | undefined,
  untold: { from: number; to: number } | undefined,
): Promise<Gathered | undefined> {
  if (!untold) return undefined;
  const own = waitingOf(incident);
  const { waiting, more } = await waitingIn(world.table, paceKey(page), untold.from, untold.to);
  const others = [...new Map(waiting.map((one) => [one.incident, one])).values()].filter(
    (one) => one.incident !== incident.id,
  );
  const live = others.length > MAX_LOOKED_AT ? others : await stillTriggered(world, others);
  const worstWaiting = live.reduce<Waiting>((a, b) => (isWorse(b.severity, a.severity) ? b : a), own);
  const found = worstWaiting.incident === incident.id ? incident : await read(world, worstWaiting.incident);
  const now = digestOf([own, ...live], more, upstreamOf(loaded.catalogue));
  const grown = growsInPlace(page) && now.count > 1 ? record?.grown : undefined;
  return {
    worst: found !== 'unknown' && found?.state === 'triggered' ? found : incident,
    digest: grown ? grownBy(grown.digest, now) : now,
    upTo: untold.to,
    isDigest: now.count > 1,
    ...(grown ? { grows: grown.message } : {}),
  };
}

async function stillTriggered(world: World, waiting: Waiting[]): Promise<Waiting[]> {
  const looked = await Promise.all(
    waiting.map(async (one) => {
      const now = await read(world, one.incident);
      // What stands by is told by the other region.
      return now === 'unknown' || (now?.state === 'triggered' && now.stand !== 'by') ? [one] : [];
    }),
  );
  return looked.flat();
}

/** An incident that only a digest asks for: one that cannot be read must not hold up the page that can be sent. */
async function read(world: World, id: string): Promise<Incident | undefined | 'unknown'> {
  try {
    return await incidentById(world.table, id);
  } catch (error) {
    world.log('warn', 'An incident of a digest could not be read; it is counted', {
      incident: id,
      error: String(error),
    });
    return 'unknown';
  }
}
