/**
 * Two regions: once a minute each asks the other for its health and for the state of the incidents that both have.
 *
 *   sweep → ask → what it answers becomes of each open incident → what was heard is kept
 *
 * Promises: answers are taken in before it is kept that the other was heard, so that nobody pages in between what was
 * answered there. A region that was gone itself asks before it pages. Without a peer nothing here does anything.
 */
import { type GroupDigest, type Incident, parseIncidentId } from '../incident/incident.ts';
import { readReport } from '../standby/report.ts';
import {
  afterHearing,
  counterparts,
  type Heard,
  hearing,
  mustAsk,
  type PeerIncident,
  type Report,
  told,
} from '../standby/standby.ts';
import { catalogueInForce } from '../store/catalogues.ts';
import { copyExceptions, exceptionsOf } from '../store/exceptions.ts';
import { currentIncident, incidentById, listIncidents } from '../store/incidents.ts';
import { keepHeard, lastHeard, signsOf } from '../store/peer.ts';
import type { Peer, World } from '../world/world.ts';
import { change } from './change.ts';

/** Past so many open incidents the older ones are not asked about: nothing is concluded of them. */
const MAX_INCIDENTS = 1000;
/** An address holds at most so many groups: API Gateway takes 10 KB of request line and headers. */
export const MAX_GROUPS = 200;
const AT_ONCE = 20;

/** Asks the other region about all that is open here. Called by the sweep. */
export async function hearPeer(world: World): Promise<Heard | undefined> {
  const { peer } = world;
  if (!peer) return undefined;
  const [before, open] = await Promise.all([lastHeard(world.table), listIncidents(world.table, 'open', MAX_INCIDENTS)]);
  const { heard, answer } = await ask(world, peer, before, open);
  // Who is on call, and what is silenced, must be known here before that region is lost.
  if (peer.role === 'standby' && answer.silences) await copyExceptions(world.table, 'SILENCES', answer.silences);
  if (peer.role === 'standby' && answer.overrides) await copyExceptions(world.table, 'OVERRIDES', answer.overrides);
  await keepHeard(world.table, heard);
  // The alarm OtherRegionIsMissing counts this line.
  if (heard.why !== undefined)
    world.log('warn', 'The other region is not heard', { why: heard.why, heardAt: heard.heardAt });
  return heard;
}

/** Where this region was gone itself, asks about one incident before anybody is paged for it. */
export async function catchUp(world: World, id: string): Promise<void> {
  const { peer } = world;
  if (!peer) return;
  const before = await lastHeard(world.table);
  if (!mustAsk(before, world.now(), peer.missingSeconds)) return;
  const incident = await incidentById(world.table, id);
  const { heard } = await ask(world, peer, before, incident ? [incident] : []);
  // The first region asks about each until the sweep has asked about all; a standby must know now whether it holds.
  if (peer.role === 'standby') await keepHeard(world.table, heard);
}

async function ask(
  world: World,
  peer: Peer,
  before: Heard | undefined,
  open: Incident[],
): Promise<{ heard: Heard; answer: Partial<Report> }> {
  const answer = await answerOf(peer, open);
  const now = world.now();
  const heard = hearing(before, answer, peer, now);
  if ('incidents' in answer) {
    const isWell = heard.why === undefined;
    await takeIn(world, open, answer.incidents, {
      standsBy: peer.role === 'standby' && isWell,
      livesSince: heard.askedSince,
      now,
      missingSeconds: peer.missingSeconds,
    });
  }
  return { heard, answer: 'incidents' in answer ? answer : {} };
}

async function answerOf(peer: Peer, open: Incident[]): Promise<Report | { why: string }> {
  const groups = [...new Set(open.map(({ id }) => parseIncidentId(id)!.group))];
  try {
    let whole = readReport(await peer.ask(groups.slice(0, MAX_GROUPS)));
    for (let from = MAX_GROUPS; from < groups.length; from += MAX_GROUPS) {
      const next = readReport(await peer.ask(groups.slice(from, from + MAX_GROUPS)));
      whole = { ...next, incidents: [...whole.incidents, ...next.incidents] };
    }
    return whole;
  } catch (error) {
    const { name, message } = error as Error;
    return { why: (name === 'Error' ? message : `it did not answer: ${name}`).slice(0, 200) };
  }
}

/** Tells our incidents what became of them there. One that cannot be told is told in a minute, and holds up no other. */
async function takeIn(
  world: World,
  open: Incident[],
  theirs: PeerIncident[],
  answered: Parameters<typeof afterHearing>[2],
): Promise<void> {
  const loaded = await world.catalogue();
  const counterpart = counterparts(theirs);
  const told = open.flatMap((ours) => {
    const event = afterHearing(ours, counterpart(ours), answered);
    return event ? [{ id: ours.id, event }] : [];
  });
  for (let from = 0; from < told.length; from += AT_ONCE) {
    await Promise.all(
      told.slice(from, from + AT_ONCE).map(({ id, event }) =>
        change(world, loaded, { id }, event).catch((error: unknown) =>
          world.log('error', 'What the other region said of an incident could not be taken in; the next sweep does', {
            incident: id,
            error: String(error),
          }),
        ),
      ),
    );
  }
}

/** What this region tells the other: how it is, and the latest incident of each group it is asked about (their digests). */
export async function report(world: World, groups: GroupDigest[]): Promise<Report & { heard?: Heard }> {
  const at = world.now();
  const [signs, inForce, exceptions] = await Promise.all([
    signsOf(world.table),
    catalogueInForce(world.table),
    world.peer?.role === 'first' ? exceptionsIn(world) : {},
  ]);
  const incidents: PeerIncident[] = [];
  for (let from = 0; from < groups.length; from += AT_ONCE) {
    const found = await Promise.all(
      groups.slice(from, from + AT_ONCE).map((group) => currentIncident(world.table, group)),
    );
    for (const incident of found) if (incident) incidents.push(told(incident));
  }
  return {
    at,
    ...(world.peer === undefined ? {} : { role: world.peer.role }),
    ...(inForce === undefined ? {} : { catalogue: inForce.digest }),
    ...signs,
    ...exceptions,
    incidents,
  };
}

async function exceptionsIn(world: World): Promise<Pick<Report, 'silences' | 'overrides'>> {
  const [silences, overrides] = await Promise.all([
    exceptionsOf(world.table, 'SILENCES', world.now()),
    exceptionsOf(world.table, 'OVERRIDES', world.now()),
  ]);
  return { silences, overrides };
}

/** The digests in `groups=a,b`; undefined where one is not a digest, or where there are too many. */
export function groupsIn(text: string | undefined): GroupDigest[] | undefined {
  const groups = (text ?? '').split(',').filter((group) => group !== '');
  const known = groups.flatMap((group) => parseIncidentId(`${group}-1`)?.group ?? []);
  return known.length === groups.length && groups.length <= MAX_GROUPS ? known : undefined;
}
