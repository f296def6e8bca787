/**
 * One test world: the flows of every function over a modelled table and queues, with a clock that the test moves and a
 * phone for each person.
 *
 *   const world = await openTestWorld();
 *   await world.send(alarm);
 *   await world.phone('dee').expectSms(/payments-api/);
 *   await world.advance('5m');
 *   await world.phone('chidi').expectCall(/target 5xx/);
 *
 * Promises: no time passes but by `advance`; what is on a queue when its time has come is handled, in order of time; the
 * sweep runs once a minute, as in Lambda. What runs is the product's own flows.
 */
import { join } from 'node:path';
import { expect } from 'vitest';
import { compileCatalogue } from '../cli/catalogue/compile.ts';
import { readCatalogueFolder } from '../cli/catalogue/read.ts';
import type { Channel } from '../shared/catalogue/catalogue.ts';
import type { Sent } from '../shared/channel/channel.ts';
import { deliver } from '../shared/flow/deliver.ts';
import { receive } from '../shared/flow/receive.ts';
import { handleReply, type ReplySettings } from '../shared/flow/respond.ts';
import { sweep } from '../shared/flow/sweep.ts';
import { makeTicket } from '../shared/flow/tickets.ts';
import { triage } from '../shared/flow/triage.ts';
import type { Incident } from '../shared/incident/incident.ts';
import type { Message } from '../shared/message/message.ts';
import type { AnswerLook, HandOverLook, Look, TicketLook } from '../shared/queue/queue.ts';
import { type Loaded, load } from '../shared/routing/loaded.ts';
import { prepareRunbooks } from '../shared/runbook/choose.ts';
import { incidentById, listIncidents } from '../shared/store/incidents.ts';
import type { OpenProject } from '../shared/tracker/tracker.ts';
import type { World } from '../shared/world/world.ts';
import { readDuration } from '../shared/written/shapes.ts';
import { type Command, emptyTable } from './simulation/table.ts';

/** A Monday morning in November, in the middle of the night. */
export const NIGHT = '2026-11-23T03:12:04.000Z';
const INDEXES = { due: { hash: 'owes', range: 'due' }, listed: { hash: 'shown', range: 'shownAt' } };
const CHANNELS: Channel[] = ['sms', 'voice', 'email', 'slack', 'teams', 'webhook'];

/** One message as a channel was handed it. */
export type Told = { at: string; channel: Channel; address: string; message: Message };

/** A world in which nothing happens by itself: the test moves the clock, and calls each flow with what is queued. */
export type StillWorld = {
  world: World;
  /** UTC ISO; the test sets it. */
  clock: { now: string };
  queued: { alerts: string[]; pages: string[]; replies: string[]; tickets: string[] };
  told: Told[];
  logged: string[];
  /** `name value` of each measure. */
  measured: string[];
  /** Is told of every item that is written to the table from now on. */
  watch: (seen: (item: Record<string, unknown>) => void) => void;
};

/** `refuses`: whether the table fails a call. `answers`: what a carrier says instead of taking a message. */
export function openStillWorld(given: {
  loaded: Loaded;
  at: string;
  refuses?: (command: Command) => boolean;
  answers?: Partial<Record<Channel, Sent>>;
}): StillWorld {
  const { loaded, refuses, answers = {} } = given;
  const clock = { now: given.at };
  const queued = { alerts: [] as string[], pages: [] as string[], replies: [] as string[], tickets: [] as string[] };
  const told: Told[] = [];
  const logged: string[] = [];
  const measured: string[] = [];
  const table = emptyTable(
    INDEXES,
    () => Date.parse(clock.now),
    () => 0,
  );
  const call = async (command: Command) => {
    if (refuses?.(command)) throw new Error('The table does not answer.');
    return table.call(command);
  };
  const world: World = {
    now: () => clock.now,
    pause: async () => {},
    random: () => 0.5,
    table: { name: 't', client: { send: call } as never },
    queues: {
      alerts: 'alerts',
      pages: 'pages',
      replies: 'replies',
      tickets: 'tickets',
      client: { send: async ({ input }: never) => accept(input, (queue, body) => queued[queue].push(body)) } as never,
    },
    catalogue: async () => loaded,
    channels: channelsOf(() => clock.now, told, answers),
    address: async (contact) => contact,
    linkSecret: async () => 'a secret of this test',
    baseUrl: 'https://pages.example.gov.uk',
    log: (level, message, fields) => logged.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`),
    measure: (name, value) => measured.push(`${name} ${value}`),
  };
  return { world, clock, queued, told, logged, measured, watch: table.watch };
}

/** Every channel, each writing down what it is handed. */
function channelsOf(now: () => string, told: Told[], answers: Partial<Record<Channel, Sent>>): World['channels'] {
  return Object.fromEntries(
    CHANNELS.map((channel) => [
      channel,
      async (address: string, message: Message): Promise<Sent> => {
        told.push({ at: now(), channel, address, message });
        return answers[channel] ?? { ok: true };
      },
    ]),
  );
}

type Queued = { at: number; queue: 'alerts' | 'pages' | 'replies' | 'tickets'; body: string };

export type TestWorld = {
  world: World;
  loaded: Loaded;
  now: () => string;
  /** Everything that channels were handed, oldest first. */
  told: Told[];
  /** Lines of the log, with their fields as JSON. */
  logged: string[];
  /** What people who pressed a button in Slack were told alone. */
  whispers: string[];
  /** Posts a body by a hook, as receive does, and handles what is due. A value that is no text is sent as JSON. */
  send: (body: unknown, hook?: string) => Promise<void>;
  /** Lets so much time pass: `45s`, `5m`, `2h`. */
  advance: (duration: string) => Promise<void>;
  /** Sends a text message from a person's phone to Pageturner. */
  reply: (person: string, text: string) => Promise<void>;
  phone: (person: string) => Phone;
  /** What a chat channel was told, oldest first: `chat('#payments')`. */
  chat: (name: string) => string[];
  /** Is told of every item that is written to the table from now on. */
  watch: (seen: (item: Record<string, unknown>) => void) => void;
  open: () => Promise<Incident[]>;
  incident: (id: string) => Promise<Incident>;
};

export type Phone = {
  texts: () => string[];
  calls: () => string[];
  expectSms: (what: RegExp) => void;
  expectCall: (what: RegExp) => void;
  /** Neither a text nor a call since the world began, or since the last `forget`. */
  expectSilence: () => void;
  forget: () => void;
};

/** The sample catalogue, compiled as it is at the night of the tests. */
export async function sampleCatalogue(at = NIGHT): Promise<Loaded> {
  const { files } = await readCatalogueFolder(join(import.meta.dirname, '../catalogue'));
  const { catalogue, findings } = compileCatalogue(files, Date.parse(at));
  if (!catalogue) throw new Error(`The sample catalogue does not compile: ${JSON.stringify(findings)}`);
  return load(catalogue, prepareRunbooks(Object.values(catalogue.runbooks), catalogue.defaults.runbookHosts));
}

/**
 * `loaded`: the sample catalogue unless another is handed in. `answers`: what a carrier says instead of taking a message.
 * `tracker`: where problem tickets are made; without it they stay owed.
 */
export async function openTestWorld(
  given: { loaded?: Loaded; at?: string; answers?: Partial<Record<Channel, Sent>>; tracker?: OpenProject } = {},
): Promise<TestWorld> {
  const loaded = given.loaded ?? (await sampleCatalogue(given.at));
  let now = Date.parse(given.at ?? NIGHT);
  let nextSweep = now + 60_000;
  let order = 0;
  const nowText = () => new Date(now).toISOString();
  const queued: (Queued & { order: number })[] = [];
  const put = (queue: Queued['queue'], body: string, delaySeconds = 0) =>
    queued.push({ at: now + delaySeconds * 1000, queue, body, order: order++ });
  const still = openStillWorld({
    loaded,
    at: nowText(),
    ...(given.answers === undefined ? {} : { answers: given.answers }),
  });
  const { told, logged } = still;
  const whispers: string[] = [];
  const world: World = {
    ...still.world,
    now: nowText,
    queues: {
      alerts: 'alerts',
      pages: 'pages',
      replies: 'replies',
      ...(given.tracker === undefined ? {} : { tickets: 'tickets' }),
      client: { send: async ({ input }: never) => accept(input, put) } as never,
    },
    channels: channelsOf(nowText, told, given.answers ?? {}),
  };

  const settings: ReplySettings = {
    whisper: async (_url, text) => void whispers.push(text),
    twilio: async (address, message) => {
      told.push({ at: nowText(), channel: 'sms', address, message });
      return { ok: true };
    },
  };
  const handle = async ({ queue, body }: Queued) => {
    if (queue === 'pages') return deliver(world, JSON.parse(body) as Look | HandOverLook | AnswerLook);
    if (queue === 'replies') return handleReply(world, body, settings);
    if (queue === 'tickets') return makeTicket(world, given.tracker!, JSON.parse(body) as TicketLook, `try-${order}`);
    const { failed } = await triage(world, [{ id: 'm', body, sentAt: nowText() }]);
    if (failed.length > 0) throw new Error(`Triage failed: ${logged.at(-1)}`);
  };
  const handleDue = async (until: number) => {
    for (;;) {
      queued.sort((a, b) => a.at - b.at || a.order - b.order);
      const first = queued[0];
      const at = Math.min(first?.at ?? Number.POSITIVE_INFINITY, nextSweep);
      if (at > until) break;
      now = Math.max(now, at);
      if (first && first.at <= nextSweep) await handle(queued.shift()!);
      else {
        nextSweep += 60_000;
        await sweep(world);
      }
    }
    now = until;
  };

  const personOf = (id: string) => {
    const person = loaded.catalogue.people[id];
    if (!person) throw new Error(`The catalogue has no ${id}.`);
    return person;
  };
  const phones = new Map<string, number>();
  const phone = (id: string): Phone => {
    const { contact } = personOf(id);
    const by = (channel: Channel) =>
      told
        .slice(phones.get(id) ?? 0)
        .filter((one) => one.channel === channel && [contact.phone, contact.phone2].includes(one.address));
    const texts = () => by('sms').map(({ message }) => message.text);
    const calls = () => by('voice').map(({ message }) => message.speech);
    return {
      texts,
      calls,
      expectSms: (what) => expect(texts(), `texts to ${id}`).toContainEqual(expect.stringMatching(what)),
      expectCall: (what) => expect(calls(), `calls to ${id}`).toContainEqual(expect.stringMatching(what)),
      expectSilence: () => expect([...texts(), ...calls()], `what rang at ${id}`).toEqual([]),
      forget: () => phones.set(id, told.length),
    };
  };

  return {
    world,
    loaded,
    now: nowText,
    told,
    logged,
    whispers,
    send: async (body, hook = 'alert') => {
      const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
      const accepted = { hook, receivedAt: nowText(), contentType: 'application/json', body: bytes };
      const { status } = await receive(world.queues, accepted, (error) => {
        throw error;
      });
      expect(status).toBe(202);
      await handleDue(now);
    },
    advance: (duration) => handleDue(now + readDuration(duration) * 1000),
    reply: async (id, text) => {
      const message = { originationNumber: personOf(id).contact.phone, messageBody: text, inboundMessageId: 'in-1' };
      await handleReply(world, JSON.stringify(message), settings);
      await handleDue(now);
    },
    phone,
    chat: (name) => told.filter(({ address }) => address === name).map(({ message }) => message.text),
    watch: still.watch,
    open: () => listIncidents(world.table, 'open', 100),
    incident: async (id) => (await incidentById(world.table, id))!,
  };
}

type Input = {
  QueueUrl: Queued['queue'];
  MessageBody?: string;
  Entries?: { MessageBody: string; DelaySeconds?: number }[];
};

function accept(input: never, put: (queue: Queued['queue'], body: string, delaySeconds?: number) => unknown): object {
  const { QueueUrl, MessageBody, Entries } = input as Input;
  if (MessageBody !== undefined) put(QueueUrl, MessageBody);
  for (const entry of Entries ?? []) put(QueueUrl, entry.MessageBody, entry.DelaySeconds);
  return {};
}
