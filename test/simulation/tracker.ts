/**
 * The tracker of a simulation: tickets in memory, made by calls that can be lost, refused or cut short by a kill.
 *
 * Promises: a call is an effect, as those of the table are; what was done stays done when its answer is lost. It finds by label at once.
 */
import { type Box, type Draft, type Tracker, TrackerFailure } from '../../shared/tracker/tracker.ts';
import type { Clock } from './clock.ts';
import { type FaultKind, SECOND } from './plan.ts';
import type { Random } from './random.ts';
import type { Effect, Process } from './system.ts';

export type SimulatedTicket = {
  key: string;
  mark: string;
  title: string;
  body: string;
  notes: Map<string, string>;
  madeAt: number;
};

export type TrackerModel = {
  tickets: SimulatedTicket[];
  open: (process: Process) => Tracker;
};

export function startTracker(
  clock: Clock,
  random: Random,
  effect: Effect,
  fault: (kind: FaultKind) => number,
): TrackerModel {
  const tickets: SimulatedTicket[] = [];
  const byKey = (key: string) => tickets.find((one) => one.key === key)!;
  const shown = ({ key }: SimulatedTicket) => ({
    key,
    name: `#${key}`,
    url: `https://gitlab.example.gov.uk/sre/problems/-/issues/${key}`,
    state: 'open' as const,
  });
  const open = (process: Process): Tracker => {
    const call = async <Result>(what: string, act: () => Result): Promise<Result> => {
      const took = random.chance(fault('tracker hangs')) ? random.whole(10, 90) * SECOND : random.whole(50, 800);
      return effect(process, `tracker: ${what}`, took, () => {
        if (random.chance(fault('tracker token expired'))) throw new TrackerFailure('the token is refused', false);
        if (random.chance(fault('tracker is busy'))) throw new TrackerFailure('429', true, random.whole(1, 40));
        const result = act();
        if (random.chance(fault('tracker answer lost'))) throw new TrackerFailure('no answer', true);
        return result;
      });
    };
    return {
      findsAfterSeconds: 0,
      find: (mark) =>
        call('find', () => {
          const found = tickets.findLast((one) => one.mark === mark);
          return found && shown(found);
        }),
      create: ({ mark, title, body }: Draft) =>
        call(`create ${mark}`, () => {
          const key = String(tickets.length + 1);
          const made = { key, mark, title, body, notes: new Map(), madeAt: clock.now() };
          tickets.push(made);
          return shown(made);
        }),
      read: (key) => call('read', () => ({ ...shown(byKey(key)), body: byKey(key).body, boxes: [] as Box[] })),
      rewrite: (key, body) => call('rewrite', () => void Object.assign(byKey(key), { body })),
      note: (key, text, mark) => call('note', () => void byKey(key).notes.set(mark, text)),
      reopen: () => call('reopen', () => true),
      link: () => call('link', () => {}),
      check: async () => [],
    };
  };
  return { tickets, open };
}
