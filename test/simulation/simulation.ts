/**
 * A simulation: one night of the whole system in one process, faults and all, decided by a seed.
 *
 *   plan (from the seed) → senders, carriers, people, faults ─► the product's flows over modelled table and queues
 *                                                           └► what was seen ─► the promises, each checked
 *
 * Promises: of one plan the same night comes every time, to the same event. What runs is the product's own code; what is
 * modelled is the clock, chance, the table, the queues, carriers, people and senders, behind the interfaces that the
 * adapters implement. The tests and `npm run simulate` call it.
 */
import type { Incident } from '../../shared/incident/incident.ts';
import { keepException } from '../../shared/store/exceptions.ts';
import { type Clock, startClock } from './clock.ts';
import { type Attempt, openOutside } from './outside.ts';
import { ALL_OVER, END, FAULTS_END, MINUTE, type Plan, type Planned, planOf, SECOND, START } from './plan.ts';
import { type Alarm, type Broken, checkPromises } from './promises.ts';
import { seeded } from './random.ts';
import { type System, startSystem } from './system.ts';
import type { SimulatedTicket } from './tracker.ts';

/** A state of an incident, from when it was written. */
export type Written = { at: number; incident: Incident };
export type Notice = Extract<Planned, { what: 'notice' }>;

/** Everything that a night showed: what the promises are checked on. */
export type Night = {
  plan: Plan;
  /** Notices with when each was first posted and when its sender had its 2xx. */
  notices: { notice: Notice; postedAt: number; takenAt: number | undefined }[];
  attempts: Attempt[];
  /** Every state of every incident, in the order of writing. */
  incidents: Map<string, Written[]>;
  /** Forms that were answered: what was asked, from whose hand, and the status. */
  answered: { at: number; pressedAt: number; person: string; asked: string; status: number }[];
  /** Writes by those who are nobody. */
  intrusions: string[];
  /** Tickets that are in the tracker when all is over. */
  tickets: SimulatedTicket[];
  kept: Set<string>;
  stillQueued: number;
  dead: number;
  /** The most dead letters at once, before anybody brought them back. */
  mostDead: number;
  sweepStopped: boolean;
  events: number;
  effects: number;
};

export type Outcome = { seed: number; events: number; effects: number; broken: Broken[]; story: string[] };

/** Simulates a night. `story`: also tells it, line by line, which costs time. `alarms`: other than the template's. */
export async function simulate(plan: Plan, options: { story?: boolean; alarms?: Alarm[] } = {}): Promise<Outcome> {
  const story: string[] = [];
  const night = await live(plan, options.story ? story : undefined);
  return {
    seed: plan.seed,
    events: night.events,
    effects: night.effects,
    broken: checkPromises(night, options.alarms),
    story,
  };
}

/** The shortest plan that still breaks the same promise: things are taken out for as long as it does. */
export async function shrink(plan: Plan, promise: number): Promise<Plan> {
  const breaks = async (planned: Planned[]) =>
    (await simulate({ ...plan, planned })).broken.some((one) => one.promise === promise);
  let planned = plan.planned;
  for (let size = Math.ceil(planned.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < planned.length; ) {
      const fewer = [...planned.slice(0, from), ...planned.slice(from + size)];
      if (await breaks(fewer)) planned = fewer;
      else from += size;
    }
  }
  return { ...plan, planned };
}

/** Simulates the night of a seed. */
export async function simulateSeed(seed: number, options: { story?: boolean } = {}): Promise<Outcome> {
  return simulate(planOf(seed), options);
}

async function live(plan: Plan, story: string[] | undefined): Promise<Night> {
  const clock = startClock(START);
  const random = seeded(plan.seed ^ 0x5bd1e995);
  const night: Night = {
    plan,
    notices: [],
    attempts: [],
    incidents: new Map(),
    answered: [],
    intrusions: [],
    tickets: [],
    kept: new Set(),
    stillQueued: 0,
    dead: 0,
    mostDead: 0,
    sweepStopped: plan.planned.some((item) => item.what === 'fault' && item.fault === 'sweep stops'),
    events: 0,
    effects: 0,
  };
  const tell = (line: string) => story?.push(`${time(clock)} ${line}`);
  let system: System | undefined;
  const outside = openOutside(
    clock,
    random,
    (body) => system!.queues.replies.send(body, 0),
    () => system!,
  );
  night.attempts = outside.attempts;
  system = startSystem(clock, random, plan, outside.carriers, {
    ...(story ? { story: (line) => tell(line()) } : {}),
    onWrite: (process, { input }) => {
      const { Item } = input as { Item?: { pk: string; sk: string } };
      if (process.intruder && /^(G#|SILENCES|OVERRIDES)/.test(Item?.pk ?? ''))
        night.intrusions.push(`${time(clock)} ${Item!.pk} ${Item!.sk}`);
    },
  });
  watch(system, night, clock, tell);
  for (const item of plan.planned) clock.at(START + item.at, () => happen(system, outside, night, item, tell));
  for (const at of [FAULTS_END, FAULTS_END + 2 * MINUTE]) clock.at(START + at, () => redrive(system, night, tell));
  clock.at(START + ALL_OVER, () => {
    tell('Everything is over');
    for (const [signal, last] of lastSaid(night)) {
      const over: Notice = {
        what: 'notice',
        at: ALL_OVER,
        signal,
        severity: 'critical',
        status: 'resolved',
        said: last,
      };
      happen(system, outside, night, over, tell);
    }
  });
  night.events = await clock.run(START + END);
  night.effects = system.effects();
  night.tickets = system.tracker.tickets;
  night.stillQueued = system.queues.alerts.waiting().length + system.queues.replies.waiting().length;
  night.dead = Object.values(system.queues).reduce((sum, queue) => sum + queue.dead().length, 0);
  for (const [pk, partition] of system.table.partitions) {
    if (!pk.startsWith('K#')) continue;
    for (const [sk, item] of partition)
      if (sk.startsWith('A#')) night.kept.add((JSON.parse(item['body'] as string) as { id: string }).id);
  }
  return night;
}

/** Somebody saw the alarm and brings the dead letters back. */
function redrive({ queues }: System, night: Night, tell: (line: string) => void): void {
  const dead = Object.values(queues).reduce((sum, queue) => sum + queue.dead().length, 0);
  night.mostDead = Math.max(night.mostDead, dead);
  if (dead > 0) tell(`${dead} dead letters are brought back`);
  for (const queue of Object.values(queues)) queue.redrive();
}

/** For each signal that was heard of, an instant of its sender's clock after all that it said. */
function lastSaid(night: Night): Map<string, number> {
  const last = new Map<string, number>();
  for (const { notice } of night.notices)
    last.set(notice.signal, Math.max(last.get(notice.signal) ?? START + ALL_OVER, notice.said + SECOND));
  return last;
}

function watch(system: System, night: Night, clock: Clock, tell: (line: string) => void): void {
  system.table.watch((item) => {
    const { pk, body } = item as { pk: string; body?: string };
    if (!pk.startsWith('G#') || body === undefined) return;
    const incident = JSON.parse(body) as Incident;
    const states = night.incidents.get(incident.id) ?? [];
    const before = states.at(-1)?.incident;
    states.push({ at: clock.now(), incident });
    night.incidents.set(incident.id, states);
    for (const entry of incident.timeline)
      if (entry.n >= (before?.nextEntry ?? 0))
        tell(
          `  ${incident.id} v${incident.version} ${incident.state}: ${entry.what}${entry.by ? ` (${entry.by})` : ''}`,
        );
  });
}

function happen(
  system: System,
  outside: ReturnType<typeof openOutside>,
  night: Night,
  item: Planned,
  tell: (line: string) => void,
): void {
  const { clock } = system;
  const at = clock.now();
  tell(`* ${JSON.stringify(item)}`);
  switch (item.what) {
    case 'notice': {
      const record: Night['notices'][number] = { notice: item, postedAt: at, takenAt: undefined };
      night.notices.push(record);
      outside.notice(system, item, () => {
        record.takenAt ??= clock.now();
      });
      return;
    }
    case 'answer':
      outside.answer(system, item.person, item.answer, (asked, status) =>
        night.answered.push({ at: clock.now(), pressedAt: at, person: item.person, asked, status }),
      );
      return;
    case 'publish':
      system.publishedAt(at);
      return;
    case 'silence': {
      const until = new Date(at + item.seconds * SECOND).toISOString();
      const match = { title: [item.signal] };
      system.operate((world) =>
        keepException(world.table, 'SILENCES', { id: `s${at}`, match, from: world.now(), until, by: 'ben', why: '' }),
      );
      return;
    }
    case 'override': {
      const until = new Date(at + item.seconds * SECOND).toISOString();
      const { rota, person } = item;
      system.operate((world) =>
        keepException(world.table, 'OVERRIDES', { id: `o${at}`, rota, person, from: world.now(), until, by: 'ben' }),
      );
      return;
    }
    case 'fault':
      return;
  }
}

function time(clock: Clock): string {
  return clock.iso().slice(11, 23);
}
