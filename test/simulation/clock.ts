/**
 * The clock of a simulation: things happen one after the other, each at its instant; between two of them no time passes.
 *
 * Promises: what is due first happens first, and of two at one instant the one that was asked for first; before the next
 * thing happens, all code that the last one woke has run until it waits again.
 */
export type Clock = {
  /** Milliseconds since 1970. */
  now: () => number;
  iso: () => string;
  /** Does something so many milliseconds from now. */
  after: (milliseconds: number, act: () => void) => void;
  /** Does something at an instant, or now where that is past. */
  at: (instant: number, act: () => void) => void;
  /** Lets time pass until an instant. Out: how many things happened. */
  run: (until: number) => Promise<number>;
};

type Due = { at: number; order: number; act: () => void };

export function startClock(from: number): Clock {
  const heap: Due[] = [];
  let now = from;
  let order = 0;
  const at = (instant: number, act: () => void) => push(heap, { at: Math.max(instant, now), order: order++, act });
  return {
    now: () => now,
    iso: () => new Date(now).toISOString(),
    at,
    after: (milliseconds, act) => at(now + milliseconds, act),
    run: async (until) => {
      let happened = 0;
      while (heap.length > 0 && heap[0]!.at <= until) {
        const due = pop(heap);
        now = due.at;
        due.act();
        happened++;
        // Whatever was woken runs on promises alone, and all of those are done when this turn of the loop is over.
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      now = Math.max(now, until);
      return happened;
    },
  };
}

const isBefore = (a: Due, b: Due) => a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap: Due[], due: Due): void {
  let n = heap.push(due) - 1;
  while (n > 0) {
    const parent = (n - 1) >> 1;
    if (!isBefore(due, heap[parent]!)) break;
    heap[n] = heap[parent]!;
    n = parent;
  }
  heap[n] = due;
}

function pop(heap: Due[]): Due {
  const first = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return first;
  let n = 0;
  for (;;) {
    const left = 2 * n + 1;
    if (left >= heap.length) break;
    const child = left + 1 < heap.length && isBefore(heap[left + 1]!, heap[left]!) ? left + 1 : left;
    if (!isBefore(heap[child]!, last)) break;
    heap[n] = heap[child]!;
    n = child;
  }
  heap[n] = last;
  return first;
}
