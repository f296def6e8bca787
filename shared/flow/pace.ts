/**
 * Pace: whether a page goes out now, waits for a digest, or was in a digest already; and what that digest says.
 *
 *   what they were woken for that this hangs on, and is open? → their window → wait beside it, or gather all that waits
 *
 * Promises: the function that opens the next window sees every page that waits; under too much contention, a page goes out once too
 * often and not once too few. What a person's window can hold is put there before the incident is written (`placed`), so
 * that a storm needs no look for each of its pages. Called by `change.ts` and the page flow alone.
 */
import { isWorse } from '../alert/alert.ts';
import {
  type Asking,
  afterDigest,
  CHAT_BURST,
  type Pace,
  type Paced,
  pace,
  USUAL_WINDOWS,
  type Windows,
  wayKey,
} from '../digest/digest.ts';
import { type Digest, digestOf, grownBy, parentsOf, type Waiting } from '../digest/gather.ts';
import { upstreamOf, waitingOf } from '../incident/around.ts';
import { isFollowing, type Wait, withWaits } from '../incident/delivery.ts';
import { type Incident, isCanary, needs, type Page, paceKey } from '../incident/incident.ts';
import type { Loaded } from '../routing/loaded.ts';
import { commitPace, keepWaiting, markFollowed, markTold, markWaited, paceOf, waitingIn } from '../store/digests.ts';
import type { World } from '../world/world.ts';
import { type Ledger, openLedger, readIncident } from './ledger.ts';

/**
 * What a page that opens a window tells beside itself. `isDigest`: others wait too, and it tells of all of them. `grows`:
 * the reference of this storm's earlier digest, which this one is added to. `follows`: the further way by which it follows a digest.
 */
export type Gathered = {
  worst: Incident;
  digest: Digest;
  upTo: number;
  isDigest: boolean;
  follows?: string;
  grows?: string;
};
export type AtItsPace =
  | { do: 'send'; digest?: Gathered }
  | { do: 'told' }
  | { do: 'wait'; generation: number; until: string };

/** A page, and the incident that owes it. */
type Due = { incident: Incident; page: Page };

const MAX_ATTEMPTS = 12;
/** Up to so many incidents that wait are looked at one by one, so that none is counted that is over by now. */
const MAX_LOOKED_AT = 25;
/** Whether a person still needs to answer is looked for in so many windows of digests. */
const LAST_DIGESTS = 2;
/** The channels that can change a message. */
const CHANGES_MESSAGES: readonly Page['channel'][] = ['slack'];

/**
 * The decision with those of its new pages put to wait that would only wait: `before` is what it was decided on. Where a
 * window cannot be read, nothing waits, and the look decides.
 */
export async function placed(
  world: World,
  loaded: Loaded,
  before: Incident | undefined,
  next: Incident,
  ledger: Ledger,
): Promise<Incident> {
  if (next.test || isCanary(next)) return next;
  const now = world.now();
  const known = new Set(before?.id === next.id ? before.pages.map(({ id }) => id) : []);
  const fresh = next.pages.filter(
    ({ id, kind, state, due, followsSeconds }) =>
      kind === 'alert' && state === 'owed' && due <= now && followsSeconds === undefined && !known.has(id),
  );
  // One of each target.
  const pages = [...new Map(fresh.map((page) => [paceKey(page), page])).values()];
  const waits = await Promise.all(
    pages.map((page) =>
      waitFor(world, loaded, { incident: next, page }, ledger).catch((error: unknown) => {
        world.log('warn', 'A window could not be read; the page looks for itself', { error: String(error) });
        return undefined;
      }),
    ),
  );
  return withWaits(
    next,
    waits.filter((wait) => wait !== undefined),
    now,
  );
}

/** Puts an incident that is about to be written into a window; undefined where its page is to look for itself. */
async function waitFor(world: World, loaded: Loaded, due: Due, ledger: Ledger): Promise<Wait | undefined> {
  const whose = paceKey(due.page);
  const record = await ledger.paceOf(whose);
  const paced = await ask(world, loaded, due, record, ledger);
  if (paced.do !== 'wait') return undefined;
  const about = { ...waitingOf(due.incident), version: due.incident.version + 1 };
  if (!(await joined(world, whose, record, paced.generation, about))) return undefined;
  return { page: due.page.id, generation: paced.generation, until: paced.until };
}

/**
 * Whether a page goes out now, waits, or was told. Relief, updates and test pages never wait.
 * `mayOpen`: false for a page that is not in our hands yet; what is to be sent then asks again when it is. `ledger`: what
 * was read for this look already; a window is opened on condition that it is still as it was read.
 */
export async function atItsPace(
  world: World,
  loaded: Loaded,
  due: Due,
  { mayOpen, ledger }: { mayOpen: boolean; ledger: Ledger },
): Promise<AtItsPace> {
  const { incident, page } = due;
  if (page.kind !== 'alert' || incident.test) return { do: 'send' };
  const whose = paceKey(page);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const read = attempt === 0 ? ledger : openLedger(world);
    const record = await read.paceOf(whose);
    const paced = await ask(world, loaded, due, record, read);
    if (paced.do === 'told') return paced;
    if (paced.do === 'wait') {
      const about = { ...waitingOf(incident), version: incident.version };
      if (await joined(world, whose, record, paced.generation, about)) return paced;
      continue;
    }
    if (!mayOpen) return { do: 'send' };
    if (paced.next && !(await commitPace(world.table, whose, record, paced.next))) continue;
    const found = await gatheredBy(world, loaded, due, paced.next ?? record, paced.untold);
    return { do: 'send', ...(found === undefined ? {} : { digest: found }) };
  }
  // Too many conflicts to join the window: send the page now, because a page too many is better than a lost page.
  return { do: 'send' };
}

/** What the person's record says of a page. Reads more only where the answer hangs on it. */
async function ask(
  world: World,
  loaded: Loaded,
  { incident, page }: Due,
  record: Pace | undefined,
  ledger: Ledger,
): Promise<Paced> {
  const { waits, followsSeconds } = page;
  const about = waitingOf(incident);
  const isFirst = !isFollowing(incident, page);
  // A page that has waited is told together with all that waits.
  const gathered = isFirst && waits === undefined && (await hangsOnSomethingOpen(ledger, loaded, about, record));
  const asking: Asking = {
    about,
    gathered,
    ...(waits === undefined ? {} : { waited: waits }),
    ...(isFirst ? {} : { follows: { channel: page.channel, seconds: followsSeconds! } }),
  };
  const windows = windowsOf(loaded, page);
  const now = world.now();
  const paced = pace(record, asking, now, windows);
  const mayBeFree = paced.do === 'wait' && isFirst && !gathered && page.person && record !== undefined;
  if (!mayBeFree || record.until <= now || (await needsThem(world, record, page.to, ledger))) return paced;
  return pace(record, { ...asking, isFree: true }, now, windows);
}

function windowsOf({ catalogue }: Loaded, { person }: Page): Windows {
  return { ...(catalogue.defaults.digest ?? USUAL_WINDOWS), burst: person ? USUAL_WINDOWS.burst : CHAT_BURST };
}

/** Puts an incident beside a window. False where the next window was opened meanwhile, perhaps without it. */
async function joined(
  world: World,
  whose: string,
  record: Pace | undefined,
  generation: number,
  about: Waiting,
): Promise<boolean> {
  const isSaid = record?.waitedIn === undefined || record.waitedIn >= generation;
  await Promise.all([
    keepWaiting(world.table, whose, generation, about, world.now()),
    isSaid ? undefined : markWaited(world.table, whose, generation),
  ]);
  if (generation < (record?.generation ?? 0)) return true;
  const now = await paceOf(world.table, whose);
  return now?.generation === record?.generation;
}

/** Whether anything that a person was told of by itself, or in the last digests, still needs them. */
async function needsThem(world: World, record: Pace, person: string, ledger: Ledger): Promise<boolean> {
  const needsOne = async (id: string) => {
    const incident = await ledger.incident(id);
    return incident === 'unknown' || (incident !== undefined && needs(incident, person));
  };
  if (await needsOne(record.lead)) return true;
  const inDigests =
    record.told === 0
      ? []
      : (await waitingIn(world.table, person, Math.max(1, record.told - LAST_DIGESTS + 1), record.told)).waiting;
  const others = [...record.woken, ...inDigests.slice(0, MAX_LOOKED_AT)].map(({ incident }) => incident);
  return (await Promise.all([...new Set(others)].map(needsOne))).some((needed) => needed);
}

/** After a message is out: all that waited in its windows has been told, and which message can grow. */
export async function noteTold(
  world: World,
  loaded: Loaded,
  page: Page,
  told: Gathered,
  message: string | undefined,
): Promise<void> {
  const whose = paceKey(page);
  if (told.follows !== undefined) return markFollowed(world.table, whose, told.follows, told.upTo);
  const reference = message ?? told.grows;
  const grows = told.isDigest && growsInPlace(page) && reference !== undefined;
  const now = world.now();
  const worst = told.digest.services[0]?.severity ?? told.worst.severity;
  await markTold(world.table, whose, {
    told: told.upTo,
    toldAt: now,
    ...(grows ? { grown: { message: reference, digest: told.digest } } : {}),
    ...(told.isDigest ? { window: afterDigest(now, worst, windowsOf(loaded, page)) } : {}),
  });
}

/** A message that is only changed rings nobody: a person's digests are new messages. */
function growsInPlace(page: Page): boolean {
  return !page.person && CHANGES_MESSAGES.includes(page.channel);
}

async function hangsOnSomethingOpen(
  ledger: Ledger,
  loaded: Loaded,
  about: Waiting,
  record: Pace | undefined,
): Promise<boolean> {
  for (const parent of parentsOf(about, record?.woken ?? [], upstreamOf(loaded.catalogue))) {
    const now = await ledger.incident(parent.incident);
    if (now !== 'unknown' && now !== undefined && now.state !== 'resolved') return true;
  }
  return false;
}

/** All that waits and was not told of, with the incident that asks. */
async function gatheredBy(
  world: World,
  loaded: Loaded,
  { incident, page }: Due,
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
  const found = worstWaiting.incident === incident.id ? incident : await readIncident(world, worstWaiting.incident);
  const now = digestOf([own, ...live], more, upstreamOf(loaded.catalogue));
  const grown = growsInPlace(page) && now.count > 1 ? record?.grown : undefined;
  return {
    worst: found !== 'unknown' && found?.state === 'triggered' ? found : incident,
    digest: grown ? grownBy(grown.digest, now) : now,
    upTo: untold.to,
    isDigest: now.count > 1,
    ...(isFollowing(incident, page) ? { follows: wayKey(page.channel, page.followsSeconds!) } : {}),
    ...(grown ? { grows: grown.message } : {}),
  };
}

async function stillTriggered(world: World, waiting: Waiting[]): Promise<Waiting[]> {
  const looked = await Promise.all(
    waiting.map(async (one) => {
      const now = await readIncident(world, one.incident);
      // It waits from its next write on, which is under way.
      const isUnderWay = now !== 'unknown' && (now === undefined || now.version < (one.version ?? 0));
      // What stands by is told by the other region.
      return isUnderWay || now === 'unknown' || (now?.state === 'triggered' && now.stand !== 'by') ? [one] : [];
    }),
  );
  return looked.flat();
}
