/**
 * Two regions in one process, over the models of the simulation: each has its own table, queues and carriers; either may be
 * lost and come back, and so may the link between them. What runs is the product's own flows.
 */
import { act } from '../../shared/flow/act.ts';
import { deliver } from '../../shared/flow/deliver.ts';
import { groupsIn, report } from '../../shared/flow/standby.ts';
import { sweep } from '../../shared/flow/sweep.ts';
import { triage } from '../../shared/flow/triage.ts';
import { type GroupDigest, groupDigest, parseIncidentId } from '../../shared/incident/incident.ts';
import { acceptBody, type Look } from '../../shared/queue/queue.ts';
import { load } from '../../shared/routing/loaded.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import { MISSING_SECONDS, type Role } from '../../shared/standby/standby.ts';
import { currentIncident } from '../../shared/store/incidents.ts';
import type { World } from '../../shared/world/world.ts';
import { catalogue as small, T0 } from '../incident/world.ts';
import { type Clock, startClock } from '../simulation/clock.ts';
import { emptyQueue, type Message } from '../simulation/queue.ts';
import { type Random, seeded } from '../simulation/random.ts';
import { type Command, emptyTable } from '../simulation/table.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** As `infra/resources/queues.yml` has it, for messages that a lost region did not do. */
const VISIBILITY_SECONDS = 60;
/** A sender that is refused tries again so often. */
const RETRY = 20 * SECOND;

/** Every page by itself, and one person who is asked again every five minutes. */
const catalogue = { ...small, defaults: { ...small.defaults, digest: { firstSeconds: 0, thenSeconds: 0 } } };
const loaded = load(catalogue, prepareRunbooks([], []));

/** A page that went out. `key`: the signal that it is about; times are in milliseconds since the start. */
export type Page = { at: number; role: Role; key: string; kind: string };

export type Pair = {
  clock: Clock;
  /** Milliseconds since the start. */
  now: () => number;
  pages: Page[];
  /** A sender tells the regions; one that is lost is told when it is back, one that is left out never. */
  tell: (key: string, action: 'trigger' | 'resolve', to: Role[]) => void;
  /** Head acknowledges at the region, if it lives and has it; `answered` hears when they did. */
  acknowledge: (role: Role, key: string, answered: (at: number) => void) => void;
  lose: (role: Role) => void;
  bringBack: (role: Role) => void;
  link: (isUp: boolean) => void;
  incident: (role: Role, key: string) => ReturnType<typeof currentIncident>;
};

/** `sight`: the table as the test reads it, at once and whether the region lives or not. */
type Region = { role: Role; lives: boolean; world: World; sight: World['table'] };

/** `fails`: how likely any one call of a table, a queue or a carrier fails at this moment, from 0 to 1. */
export function startPair(seed: number, fails: (now: number) => number = () => 0): Pair {
  const clock = startClock(Date.parse(T0));
  const random = seeded(seed);
  const pages: Page[] = [];
  let linkIsUp = true;
  const now = () => clock.now() - Date.parse(T0);
  const regions = {} as Record<Role, Region>;
  const ask = (from: Role) => (groups: string[]) =>
    new Promise<unknown>((resolve, reject) => {
      const other = regions[from === 'first' ? 'standby' : 'first'];
      if (!linkIsUp || !other.lives) clock.after(3 * SECOND, () => reject(new Error('it does not answer')));
      else
        report(other.world, groupsIn(groups.join(','))!).then(
          (told) => resolve(JSON.parse(JSON.stringify(told))),
          reject,
        );
    });
  for (const role of ['first', 'standby'] as const) {
    regions[role] = startRegion(
      role,
      clock,
      random,
      ask(role),
      () => fails(now()),
      (page) => pages.push({ ...page, at: now() }),
    );
  }
  const tell: Pair['tell'] = (key, action, to) => {
    const body = bodyOf(key, action, clock.iso());
    for (const role of to) {
      const again = () => {
        const { lives, world } = regions[role];
        if (lives)
          acceptBody(world.queues, { ...body, receivedAt: clock.iso() }).catch(() => clock.after(RETRY, again));
        else clock.after(RETRY, again);
      };
      clock.after(random.whole(0, 2 * SECOND), again);
    }
  };
  return {
    clock,
    now,
    pages,
    tell,
    acknowledge: (role, key, answered) => {
      const { lives, world } = regions[role];
      if (!lives) return;
      const at = now();
      currentIncident(world.table, groupOf(key))
        .then((incident) => incident && act(world, incident.id, { type: 'acknowledge', by: 'head', via: 'link' }))
        .then(
          (done) => done?.changed && answered(at),
          () => {},
        );
    },
    lose: (role) => {
      regions[role].lives = false;
    },
    bringBack: (role) => {
      regions[role].lives = true;
    },
    link: (isUp) => {
      linkIsUp = isUp;
    },
    incident: (role, key) => currentIncident(regions[role].sight, groupOf(key)),
  };
}

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}

function groupOf(key: string): GroupDigest {
  return groupDigest(`key:${key}`);
}

function bodyOf(key: string, action: 'trigger' | 'resolve', at: string) {
  const payload = { summary: key, source: 'host', severity: 'critical', timestamp: at };
  const event = { routing_key: 'k', event_action: action, dedup_key: key, payload };
  return {
    hook: 'events',
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify(event)),
  };
}

function startRegion(
  role: Role,
  clock: Clock,
  random: Random,
  ask: (groups: string[]) => Promise<unknown>,
  fails: () => number,
  paged: (page: Omit<Page, 'at'>) => void,
): Region {
  const table = emptyTable(
    { due: { hash: 'owes', range: 'due' }, listed: { hash: 'shown', range: 'shownAt' } },
    clock.now,
    () => random.whole(5, 50),
  );
  /** Whatever a function does takes a moment, in which its region may be lost. */
  const effect = <Result>(done: () => Result) =>
    new Promise<Result>((resolve, reject) => {
      clock.after(random.whole(1, 9), () => {
        // What failed may have been done all the same: nobody hears.
        const isLost = random.chance(fails());
        if (!region.lives || (isLost && random.chance(0.5))) return reject(named('ServiceUnavailable'));
        try {
          const result = done();
          if (isLost) reject(named('TimeoutError'));
          else resolve(result);
        } catch (error) {
          reject(error);
        }
      });
    });
  const queue = (batchSize: number, hand: (batch: Message[]) => Promise<string[]>) =>
    emptyQueue('q', clock, {
      visibilitySeconds: VISIBILITY_SECONDS,
      maxReceives: 1000,
      batchSize,
      transit: () => random.whole(2, 40),
      doubles: () => false,
      hand: (batch, done) => {
        if (!region.lives) return;
        hand(batch).then(
          (failed) => {
            for (const message of batch) if (!failed.includes(message.id)) done(message);
          },
          () => {},
        );
      },
    });
  const queues = {
    alerts: queue(10, async (batch) => {
      const read = batch.map(({ id, body, sentAt }) => ({ id, body, sentAt: new Date(sentAt).toISOString() }));
      return (await triage(region.world, read)).failed;
    }),
    pages: queue(1, async ([message]) => {
      await deliver(region.world, JSON.parse(message!.body) as Look);
      return [];
    }),
  };
  type Sending = {
    QueueUrl: 'alerts' | 'pages';
    MessageBody?: string;
    Entries?: { MessageBody: string; DelaySeconds: number }[];
  };
  const enqueue = ({ QueueUrl, MessageBody, Entries }: Sending) => {
    for (const entry of Entries ?? [{ MessageBody: MessageBody!, DelaySeconds: 0 }])
      queues[QueueUrl].send(entry.MessageBody, entry.DelaySeconds);
    return {};
  };
  const carrier = (_to: string, message: { kind: string; text: string }, id: string) =>
    effect(() => {
      const of = parseIncidentId(id.split('.')[0]!)!.group;
      paged({ role, key: keys.get(of) ?? of, kind: message.kind });
      return { ok: true as const };
    });
  /** Which signal a group is of, for who reads what went out. */
  const keys = new Map<string, string>();
  table.watch((item) => {
    const found = typeof item['body'] === 'string' ? /"group":"key:([^"]+)"/.exec(item['body']) : null;
    if (found) keys.set(groupOf(found[1]!), found[1]!);
  });
  const region: Region = {
    role,
    lives: true,
    sight: { name: 't', client: { send: async (command: Command) => table.call(command) } as never },
    world: {
      now: clock.iso,
      pause: (milliseconds) => new Promise((resolve) => clock.after(milliseconds, () => resolve())),
      random: random.next,
      table: { name: 't', client: { send: (command: Command) => effect(() => table.call(command)) } as never },
      queues: {
        alerts: 'alerts',
        pages: 'pages',
        client: { send: ({ input }: { input: Sending }) => effect(() => enqueue(input)) } as never,
      },
      catalogue: async () => loaded,
      channels: { sms: carrier, voice: carrier },
      address: async (contact) => contact,
      linkSecret: async () => 'a secret of this test',
      baseUrl: 'https://pages.example.gov.uk',
      peer: { role, missingSeconds: MISSING_SECONDS, ask },
      log: () => {},
    },
  };
  const everyMinute = () => {
    if (region.lives) sweep(region.world).catch(() => {});
    clock.after(MINUTE, everyMinute);
  };
  clock.after(random.whole(0, MINUTE), everyMinute);
  return region;
}
