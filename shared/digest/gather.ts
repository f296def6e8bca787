/**
 * Gathering: of many incidents, which hang on which, and how a digest counts them.
 *
 * A parent is an incident of a service that the other's service depends on, in the same environment, or a composite alarm
 * that names the other's alarm among its children. Promises: each waiting incident is counted once, under its parent where it
 * has one; what matters most comes first. Services that depend on one another in a circle are not gathered.
 *
 * Called by the page flow and the words. Pure: which services a service depends on is handed in.
 */
import { isWorse, type Severity } from '../alert/alert.ts';

/** What a digest needs to know of one incident. `key`: the signal that leads it; `children`: those of a composite alarm. */
export type Waiting = {
  incident: string;
  severity: Severity;
  title: string;
  key?: string;
  service?: string;
  environment?: string;
  children?: string[];
  /** It waits from this version of the incident on: an older one that is read is not written yet. */
  version?: number;
};

/** An incident that somebody was told of by itself, and when. */
export type Woken = Waiting & { at: string };

/** How many wait, counted by service, what matters most first. `below`: how many more hang on those. */
export type Digest = {
  count: number;
  services: { service: string; count: number; below: number; severity: Severity }[];
};

/** Every service that a service depends on, however far. */
export type Upstream = (service: string) => ReadonlySet<string>;

/** A digest names so many services; the others are counted. */
const MAX_SERVICES = 50;
const NO_SERVICE = 'no service';

/** Whether `one` hangs on `parent`. */
export function hangsOn(one: Waiting, parent: Waiting, upstream: Upstream): boolean {
  if (one.incident === parent.incident) return false;
  if (one.key !== undefined && parent.children?.includes(one.key)) return true;
  const { service } = one;
  if (service === undefined || parent.service === undefined || service === parent.service) return false;
  if (one.environment !== undefined && parent.environment !== undefined && one.environment !== parent.environment)
    return false;
  return upstream(service).has(parent.service) && !upstream(parent.service).has(service);
}

/** The incidents that a person was woken for and that this one depends on, where this one is no worse; in the order given. */
export function parentsOf(one: Waiting, woken: Woken[], upstream: Upstream): Woken[] {
  return woken.filter((parent) => hangsOn(one, parent, upstream) && !isWorse(one.severity, parent.severity));
}

/** Counts what waits, each under the topmost of its parents that waits too. `more` were too many to be read. */
export function digestOf(waiting: Waiting[], more: number, upstream: Upstream): Digest {
  const parents = possibleParents(waiting);
  const tops = new Map<string, Waiting>();
  const topOf = (one: Waiting): Waiting => {
    // Those that differ in nothing that counts here have the same parent.
    const like = JSON.stringify([one.service, one.environment, parents.named.has(one.key ?? '') ? one.key : '']);
    const known = tops.get(like);
    if (known) return known;
    let top = one;
    for (let climbed = 0; climbed < parents.list.length; climbed++) {
      const above = parents.list.find((parent) => hangsOn(top, parent, upstream));
      if (!above) break;
      top = above;
    }
    tops.set(like, top);
    return top;
  };
  const services = new Map<string, Digest['services'][number]>();
  for (const one of waiting) {
    const top = topOf(one);
    const service = top.service ?? NO_SERVICE;
    const line = services.get(service) ?? { service, count: 0, below: 0, severity: one.severity };
    if ((one.service ?? NO_SERVICE) === service) line.count++;
    else line.below++;
    if (isWorse(one.severity, line.severity)) line.severity = one.severity;
    services.set(service, line);
  }
  return {
    count: waiting.length + more,
    services: [...services.values()].sort(whatMattersMost).slice(0, MAX_SERVICES),
  };
}

/** One incident of each service and environment, and every composite alarm: enough to find any parent. */
function possibleParents(waiting: Waiting[]): { list: Waiting[]; named: Set<string> } {
  const list = new Map<string, Waiting>();
  const named = new Set<string>();
  for (const one of waiting) {
    const isComposite = one.children !== undefined && one.children.length > 0;
    const like = isComposite ? one.incident : JSON.stringify([one.service, one.environment]);
    if (!list.has(like)) list.set(like, one);
    for (const child of one.children ?? []) named.add(child);
  }
  return { list: [...list.values()], named };
}

function whatMattersMost(a: Digest['services'][number], b: Digest['services'][number]): number {
  if (isWorse(a.severity, b.severity)) return -1;
  if (isWorse(b.severity, a.severity)) return 1;
  return b.below - a.below || b.count - a.count || (a.service < b.service ? -1 : 1);
}

/** A digest with a later one of the same storm added to it. */
export function grownBy(before: Digest, now: Digest): Digest {
  const services = new Map(before.services.map((line) => [line.service, { ...line }]));
  for (const line of now.services) {
    const known = services.get(line.service);
    if (!known) services.set(line.service, { ...line });
    else {
      known.count += line.count;
      known.below += line.below;
      if (isWorse(line.severity, known.severity)) known.severity = line.severity;
    }
  }
  return {
    count: before.count + now.count,
    services: [...services.values()].sort(whatMattersMost).slice(0, MAX_SERVICES),
  };
}
