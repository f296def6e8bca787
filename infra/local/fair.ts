/**
 * Fair queues: the order in which a standard queue gives out the messages of several tenants, as Amazon SQS does it.
 *
 * A tenant is a `MessageGroupId`; a message without one is a tenant by itself. A tenant is noisy while it has more than a tenth
 * of the queue's messages in flight and at least 30 of them, or took more than a tenth of the recent processing time.
 * Messages of quiet tenants come first; among noisy tenants, those of the one with the fewest messages in flight. A tenant
 * that has no backlog is not noisy.
 * Source: Amazon SQS developer guide, "How Amazon SQS fair queues work". The engine itself knows no tenants.
 *
 * Called by `engine.ts`. Pure: `now` is handed in, in milliseconds.
 */

const NOISY_SHARE = 0.1;
const NOISY_IN_FLIGHT = 30;
/** The guide says "recent" and no more: what a tenant took counts half after so long. */
const HALF_LIFE_MILLISECONDS = 30_000;
/** Of a long backlog so many are looked through for a quiet tenant's message; the engine of AWS sees them all. */
const LOOKED_THROUGH = 100_000;

type Group = string | undefined;

/** What each tenant took of the consumer of late. */
export type Taken = {
  add: (group: Group, tookMilliseconds: number, now: number) => void;
  share: (group: string, now: number) => number;
};

export function takenOfLate(): Taken {
  const tenants = new Map<string, { milliseconds: number; at: number }>();
  let all = { milliseconds: 0, at: 0 };
  const faded = ({ milliseconds, at }: { milliseconds: number; at: number }, now: number) =>
    milliseconds * 0.5 ** ((now - at) / HALF_LIFE_MILLISECONDS);
  return {
    add: (group, took, now) => {
      all = { milliseconds: faded(all, now) + took, at: now };
      if (group === undefined) return;
      const known = tenants.get(group) ?? { milliseconds: 0, at: now };
      tenants.set(group, { milliseconds: faded(known, now) + took, at: now });
    },
    share: (group, now) => {
      const known = tenants.get(group);
      const total = faded(all, now);
      return known === undefined || total === 0 ? 0 : faded(known, now) / total;
    },
  };
}

/** Positions of the messages that come first, at most `count` of them, in the order in which they are given out. */
export function fairOrder(
  waiting: readonly { messageGroupId?: Group }[],
  inFlight: readonly Group[],
  shareOf: (group: string) => number,
  count: number,
): number[] {
  const flying = new Map<string, number>();
  for (const group of inFlight) if (group !== undefined) flying.set(group, (flying.get(group) ?? 0) + 1);
  const judged = new Map<string, boolean>();
  const isNoisy = (group: string): boolean => {
    const known = judged.get(group);
    if (known !== undefined) return known;
    const own = flying.get(group) ?? 0;
    const noisy = (own >= NOISY_IN_FLIGHT && own > inFlight.length * NOISY_SHARE) || shareOf(group) > NOISY_SHARE;
    judged.set(group, noisy);
    return noisy;
  };
  const first: number[] = [];
  const noisy = new Map<string, number[]>();
  const until = Math.min(waiting.length, LOOKED_THROUGH);
  for (let n = 0; n < until && first.length < count; n++) {
    const group = waiting[n]!.messageGroupId;
    if (group === undefined || !isNoisy(group)) first.push(n);
    else {
      const positions = noisy.get(group) ?? [];
      if (positions.length < count) positions.push(n);
      noisy.set(group, positions);
    }
  }
  const ranked = [...noisy].sort(([a], [b]) => (flying.get(a) ?? 0) - (flying.get(b) ?? 0));
  return [...first, ...ranked.flatMap(([, positions]) => positions)].slice(0, count);
}
