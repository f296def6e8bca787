/**
 * The system of a simulation: the flows of every function over modelled queues and a modelled table, in processes that can
 * be killed between any two of their effects.
 *
 * Promises: a process acts on the world by effects alone (a call of the table, of a queue, of a carrier); between being
 * asked for and being done each takes time, and there a fault may strike; a process that is dead never goes on.
 * What runs is the product's own code: `shared/flow/`, which the handlers hand their events to.
 */

import { readTemplate } from '../../infra/local/template.ts';
import type { Send } from '../../shared/channel/channel.ts';
import { deliver } from '../../shared/flow/deliver.ts';
import { receive } from '../../shared/flow/receive.ts';
import { answerForm, handleReply } from '../../shared/flow/respond.ts';
import { sweep } from '../../shared/flow/sweep.ts';
import { makeTicket } from '../../shared/flow/tickets.ts';
import { triage } from '../../shared/flow/triage.ts';
import type { Look, TicketLook } from '../../shared/queue/queue.ts';
import type { Loaded } from '../../shared/routing/loaded.ts';
import type { World } from '../../shared/world/world.ts';
import { catalogues, partitionOf } from './catalogue.ts';
import type { Clock } from './clock.ts';
import { type FaultKind, MINUTE, type Plan, type Planned, SECOND, START } from './plan.ts';
import { emptyQueue, type Message, type QueueModel } from './queue.ts';
import type { Random } from './random.ts';
import type { Command } from './table.ts';
import { emptyTable, type Indexes, type TableModel } from './table.ts';
import { startTracker, type TrackerModel } from './tracker.ts';

export type Process = {
  name: string;
  startedAt: number;
  dead: boolean;
  /** Acts for nobody who is known: it must change nothing. */
  intruder: boolean;
};

export type Observed = {
  onWrite?: (process: Process, command: Command) => void;
  story?: (line: () => string) => void;
};

export type System = {
  clock: Clock;
  table: TableModel;
  queues: Record<'alerts' | 'pages' | 'replies' | 'tickets', QueueModel>;
  tracker: TrackerModel;
  /** A sender posts a body. `answered` is told the status; never, where the answer is lost on the way. */
  post: (body: string, answered: (status: number) => void) => void;
  /** Somebody posts the form of a page's link. */
  form: (token: string, fields: string, intruder: boolean, answered: (status: number) => void) => void;
  /** Something of the system itself writes: an operator at a terminal. */
  operate: (act: (world: World) => Promise<unknown>) => void;
  fault: (kind: FaultKind, on?: string) => number;
  /** How many effects there were so far. */
  effects: () => number;
  publishedAt: (instant: number) => void;
};

const template = readTemplate();
const property = (name: string, field: string) => Number(template.resources[name]!.Properties[field]);
const TIMEOUTS = Object.fromEntries(template.functions.map(({ name, timeoutSeconds }) => [name, timeoutSeconds]));
const BATCH = Object.fromEntries(
  template.functions.flatMap(({ queues }) => queues.map(({ queue, batchSize }) => [queue, batchSize])),
);
const INDEXES: Indexes = { due: { hash: 'owes', range: 'due' }, listed: { hash: 'shown', range: 'shownAt' } };
const SECRET = 'a secret of the simulation';

/** Sets the system up; `carriers` make the channels of a process. */
export function startSystem(
  clock: Clock,
  random: Random,
  plan: Plan,
  carriers: (process: Process, effect: Effect) => World['channels'],
  observed: Observed,
): System {
  const windows = plan.planned.filter((item) => item.what === 'fault');
  /** How likely a fault is at this moment, 0 to 1. */
  const fault = (kind: FaultKind, on?: string) => {
    let rate = 0;
    const since = clock.now() - START;
    for (const window of windows) {
      if (window.fault !== kind || since < window.at || since >= window.until) continue;
      if (on !== undefined && window.on !== on) continue;
      rate = Math.max(rate, kind === 'partition is hot' || kind === 'region is gone' ? 1 : window.rate);
    }
    return rate;
  };
  const tell = (line: () => string) => observed.story?.(line);
  const table = emptyTable(
    INDEXES,
    clock.now,
    () => random.whole(5, 50) + (random.chance(fault('index lags')) ? random.whole(0, 30 * SECOND) : 0),
  );

  let publishedAt = Number.POSITIVE_INFINITY;
  const inForce = (): Loaded => {
    // A function looks at most every half a minute; until then an instance may still have the one before.
    const age = clock.now() - publishedAt;
    return age >= 30 * SECOND || (age >= 0 && random.chance(0.5)) ? catalogues.second : catalogues.first;
  };

  const kill = (process: Process, what: string, when: string) => {
    process.dead = true;
    tell(() => `${process.name} is killed ${when} ${what}`);
  };
  /** Names each try to make a ticket: two that begin at the same instant are two. */
  let tries = 0;
  let effects = 0;
  const cutAt = (when: 'before' | 'after') => plan.cut?.effect === effects && plan.cut.when === when;
  /** One thing that a process does to the world. */
  const effect: Effect = (process, what, milliseconds, act) =>
    new Promise((resolve, reject) => {
      if (process.dead) return;
      clock.after(milliseconds, () => {
        if (process.dead) return;
        effects++;
        if (random.chance(fault('kill')) || cutAt('before') || cutAt('after')) {
          if (cutAt('before') || (!cutAt('after') && random.chance(0.5))) return kill(process, what, 'before');
          try {
            act();
          } catch {
            // Whatever came of it, nobody hears of it.
          }
          return kill(process, what, 'after');
        }
        try {
          if (fault('region is gone') > 0) throw named('ServiceUnavailable');
          resolve(act());
        } catch (error) {
          reject(error);
        }
      });
    });

  const tableOf = (process: Process): World['table'] => {
    const send = (command: Command) =>
      effect(process, `${command.constructor.name} ${keyOf(command)}`, random.whole(1, 9), () => {
        if (random.chance(fault('table refuses'))) throw named('ProvisionedThroughputExceededException');
        if (isHot(command, windows, clock.now() - START)) throw named('ThrottlingException');
        if (isWrite(command)) observed.onWrite?.(process, command);
        // The SDK tries again by itself when an answer does not come: the second time the condition may fail.
        if (isWrite(command) && random.chance(fault('answer lost'))) {
          table.call(command);
          tell(() => `${process.name}: the answer to ${keyOf(command)} is lost, the SDK asks again`);
        }
        return table.call(command);
      });
    return { client: { send } as unknown as World['table']['client'], name: 'pageturner' };
  };

  const queuesOf = (process: Process): World['queues'] => {
    const send = (command: Command) =>
      effect(process, 'a message', random.whole(2, 12), () => {
        const input = command.input as {
          QueueUrl: 'alerts' | 'pages' | 'tickets';
          MessageBody?: string;
          Entries?: { Id: string; MessageBody: string; DelaySeconds: number }[];
        };
        if (random.chance(fault('queue refuses'))) throw named('ServiceUnavailable');
        const entries = input.Entries ?? [{ Id: '0', MessageBody: input.MessageBody!, DelaySeconds: 0 }];
        const failed = entries.filter(() => entries.length > 1 && random.chance(fault('queue refuses')));
        for (const entry of entries) {
          if (failed.includes(entry)) continue;
          queues[input.QueueUrl].send(entry.MessageBody, entry.DelaySeconds);
          if (random.chance(fault('answer lost'))) queues[input.QueueUrl].send(entry.MessageBody, entry.DelaySeconds);
        }
        return { Failed: failed.map(({ Id }) => ({ Id, Code: 'InternalError' })) };
      });
    const client = { send } as unknown as World['queues']['client'];
    // The page function has no way to the tickets: what it makes owed is the sweep's to find.
    return { client, alerts: 'alerts', pages: 'pages', ...(process.name === 'page' ? {} : { tickets: 'tickets' }) };
  };

  /** A process of a function begins and does its work; `done` hears what came of it, unless it dies. */
  const invoke = <Result>(
    name: string,
    intruder: boolean,
    work: (world: World, process: Process) => Promise<Result>,
    done: (result: Result) => void,
  ) => {
    const process: Process = { name, startedAt: clock.now(), dead: false, intruder };
    if (fault('region is gone') > 0) return;
    clock.after((TIMEOUTS[name] ?? 30) * SECOND, () => {
      process.dead = true;
    });
    const world: World = {
      now: clock.iso,
      pause: (milliseconds) => effect(process, 'a pause', milliseconds, () => undefined),
      random: random.next,
      table: tableOf(process),
      queues: queuesOf(process),
      catalogue: async () => inForce(),
      channels: carriers(process, effect),
      address: async (contact) => contact,
      linkSecret: async () => SECRET,
      baseUrl: 'https://pages.example.gov.uk',
      log: (level, message, fields) => tell(() => `${name}: ${level} ${message} ${JSON.stringify(fields ?? {})}`),
    };
    work(world, process).then(
      (result) => {
        if (!process.dead) done(result);
      },
      (error: unknown) => {
        // What a function had under way when it failed is frozen with it.
        process.dead = true;
        tell(() => `${name} fails: ${String(error)}`);
      },
    );
  };

  const queue = (name: string, resource: string, hand: (batch: Message[], done: (message: Message) => void) => void) =>
    emptyQueue(name, clock, {
      visibilitySeconds: property(resource, 'VisibilityTimeout'),
      maxReceives: plan.maxReceives,
      batchSize: BATCH[resource] ?? 1,
      transit: () => random.whole(2, 40) + (random.chance(fault('queue is slow')) ? random.whole(0, MINUTE) : 0),
      doubles: () => random.chance(fault('messages come twice')),
      hand,
    });
  const queues = {
    alerts: queue('alerts', 'AlertsQueue', (batch, done) =>
      invoke(
        'triage',
        false,
        (world) =>
          triage(
            world,
            batch.map(({ id, body, sentAt }) => ({ id, body, sentAt: new Date(sentAt).toISOString() })),
          ),
        ({ failed }) => {
          for (const message of batch) if (!failed.includes(message.id)) done(message);
        },
      ),
    ),
    pages: queue('pages', 'PagesQueue', ([message], done) =>
      invoke(
        'page',
        false,
        (world) => deliver(world, JSON.parse(message!.body) as Look),
        () => done(message!),
      ),
    ),
    replies: queue('replies', 'RepliesQueue', ([message], done) =>
      invoke(
        'respond',
        message!.body.includes('stranger'),
        (world) => handleReply(world, message!.body, { whisper: async () => {} }),
        () => done(message!),
      ),
    ),
    tickets: queue('tickets', 'TicketsQueue', ([message], done) =>
      invoke(
        'tickets',
        false,
        (world, process) =>
          makeTicket(
            world,
            async () => tracker.open(process),
            JSON.parse(message!.body) as TicketLook,
            `try-${tries++}`,
          ),
        () => done(message!),
      ),
    ),
  };

  const tracker = startTracker(clock, random, effect, (kind) => fault(kind));

  const everyMinute = () => {
    if (fault('sweep stops') === 0)
      invoke(
        'sweep',
        false,
        (world) => sweep(world),
        () => {},
      );
    clock.after(MINUTE, everyMinute);
  };
  clock.after(random.whole(0, MINUTE), everyMinute);

  return {
    clock,
    table,
    queues,
    tracker,
    fault,
    effects: () => effects,
    publishedAt: (instant) => {
      publishedAt = instant;
    },
    post: (body, answered) =>
      invoke(
        'receive',
        false,
        (world) => receive(world.queues, { hook: 'alert', receivedAt: clock.iso(), body: Buffer.from(body) }, () => {}),
        ({ status }) => answered(status),
      ),
    form: (token, fields, intruder, answered) =>
      invoke(
        'respond',
        intruder,
        (world) => answerForm(world, token, new URLSearchParams(fields)),
        (refused) => answered(refused?.status ?? 303),
      ),
    operate: (act) => invoke('console', false, act, () => {}),
  };
}

/** `milliseconds`: how long it takes until it is done. */
export type Effect = <Result>(
  process: Process,
  what: string,
  milliseconds: number,
  act: () => Result,
) => Promise<Result>;

export type Carrier = Send;

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}

function isWrite(command: Command): boolean {
  return !['GetCommand', 'QueryCommand', 'BatchGetCommand'].includes(command.constructor.name);
}

function keyOf({ input }: Command): string {
  const { Item, Key } = input as { Item?: { pk: string; sk: string }; Key?: { pk: string; sk: string } };
  const key = Item ?? Key;
  return key ? `${key.pk.slice(0, 18)} ${key.sk.slice(0, 18)}` : '';
}

/** One incident's partition answers nothing: nothing else may suffer from it. */
function isHot({ input }: Command, windows: readonly Extract<Planned, { what: 'fault' }>[], since: number): boolean {
  const { Item, Key, ExpressionAttributeValues, RequestItems } = input as {
    RequestItems?: Record<string, { Keys: { pk: string }[] } | object[]>;
    Item?: { pk: string };
    Key?: { pk: string };
    ExpressionAttributeValues?: Record<string, unknown>;
  };
  const pk = Item?.pk ?? Key?.pk ?? ExpressionAttributeValues?.[':pk'];
  const read = Object.values(RequestItems ?? {}).flatMap((of) => ('Keys' in of ? of.Keys.map((key) => key.pk) : []));
  return windows.some(
    ({ fault, on, at, until }) =>
      fault === 'partition is hot' && since >= at && since < until && [pk, ...read].includes(partitionOf(on!)),
  );
}
