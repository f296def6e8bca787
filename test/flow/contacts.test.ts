/** What is known of people's ways, on a modelled table: answers prove them, STOP is noticed, strangers learn nothing. */
import { beforeEach, describe, expect, it } from 'vitest';
import { readMaintenance } from '../../cli/commands/maintenance.ts';
import type { Channel } from '../../shared/catalogue/catalogue.ts';
import type { Sent } from '../../shared/channel/channel.ts';
import { contactCard } from '../../shared/console/card.ts';
import { change } from '../../shared/flow/change.ts';
import { chatOf } from '../../shared/flow/contacts.ts';
import { deliver } from '../../shared/flow/deliver.ts';
import { answerReply, HELP, STARTED, STRANGER } from '../../shared/flow/reply.ts';
import { handleReply } from '../../shared/flow/respond.ts';
import { groupDigest } from '../../shared/incident/incident.ts';
import { testGroup } from '../../shared/incident/test-page.ts';
import type { Loaded } from '../../shared/routing/loaded.ts';
import { contactFacts } from '../../shared/store/contacts.ts';
import type { World } from '../../shared/world/world.ts';
import { catalogue as small, T0 } from '../incident/world.ts';
import { openStillWorld, type StillWorld, type Told } from '../world.ts';

const catalogue = {
  ...structuredClone(small),
  rotas: { primary: { layers: [{ people: ['amira'] }] } } as unknown as typeof small.rotas,
};
Object.assign(catalogue.people['amira']!.contact, { phone2: '+447700900011' });
let still: StillWorld;
let world: World;
let sent: Told[];
let logged: string[];
let answers: Partial<Record<Channel, Sent>>;

beforeEach(() => {
  answers = {};
  const loaded = { catalogue, onCall: () => 'amira', onCallUntil: () => undefined } as unknown as Loaded;
  still = openStillWorld({ loaded, at: T0, answers });
  world = { ...still.world, channels: only(still.world.channels, ['sms', 'slack', 'email']) };
  sent = still.told;
  logged = still.logged;
});

function only(channels: World['channels'], ways: Channel[]): World['channels'] {
  return Object.fromEntries(ways.map((way) => [way, channels[way]]));
}

const AMIRA = '+447700900001';
const SETTINGS = { whisper: async () => {} };
const testPage = async (channel: 'sms' | 'email') => {
  const event = { type: 'test-page', person: 'amira', channel, by: 'ben', via: 'api' } as const;
  const done = await change(world, await world.catalogue(), { group: groupDigest(testGroup('amira', channel)) }, event);
  await deliver(world, { incident: done!.incident.id, kind: 'page', id: 'p0', due: still.clock.now } as never);
  return done!.incident;
};

describe('a way is proved', () => {
  it('by the answer to a test page that came by it', async () => {
    const incident = await testPage('email');
    expect(sent.map(({ channel }) => channel)).toEqual(['email']);
    expect(await contactFacts(world.table, 'amira')).toEqual({});
    await answerReply(world, { from: AMIRA, text: `ack ${incident.code}` });
    expect(Object.keys(await contactFacts(world.table, 'amira')).sort()).toEqual(['email', 'sms']);
  });

  it('can be repeated: each test page is a separate incident', async () => {
    const [first, second] = [await testPage('sms'), await testPage('sms')];
    expect([first.sequence, second.sequence]).toEqual([1, 2]);
    await answerReply(world, { from: AMIRA, text: `ack ${second.code}` });
    expect((await contactFacts(world.table, 'amira')).sms).toEqual({ provedAt: T0 });
  });

  it('by any reply from it, from the second phone too', async () => {
    expect(await answerReply(world, { from: '+447700900011', text: 'what?' })).toEqual({
      person: 'amira',
      answer: HELP,
    });
    expect((await contactFacts(world.table, 'amira')).sms).toEqual({ provedAt: T0 });
  });

  it.each([
    [{ eventType: 'TEXT_DELIVERED', isFinal: true }, true],
    [{ eventType: 'TEXT_DELIVERED' }, true],
    [{ eventType: 'TEXT_SUCCESSFUL', isFinal: true }, true],
    [{ eventType: 'TEXT_SUCCESSFUL', isFinal: false }, false],
    [{ eventType: 'TEXT_SUCCESSFUL' }, false],
    [{ eventType: 'TEXT_PENDING', isFinal: false }, false],
    [{ eventType: 'TEXT_UNKNOWN', isFinal: true }, false],
  ])("by the carrier's word that a page was delivered: %j: %j", async (event, proves) => {
    const { id } = await testPage('sms');
    await handleReply(world, JSON.stringify({ ...event, context: { page: `${id}.p0` } }), SETTINGS);
    expect((await contactFacts(world.table, 'amira')).sms).toEqual(proves ? { provedAt: T0 } : undefined);
  });
});

describe('STOP', () => {
  // All that AWS and Twilio act on, and that a text may begin with.
  it.each([
    ...[
      'STOP',
      ' stop ',
      'Unsubscribe',
      'ARRET',
      'cancel',
      'End',
      'OPT-OUT',
      'optout',
      'QUIT',
      'remove',
      'td',
      'STOPALL',
    ],
    ...['Stop texting me', 'STOP.', 'cancel my shift'],
  ])('%s is kept, is not answered, and the team hears of it once', async (text) => {
    expect(await answerReply(world, { from: AMIRA, text })).toEqual({ person: 'amira' });
    expect(await answerReply(world, { from: AMIRA, text })).toEqual({ person: 'amira' });
    expect((await contactFacts(world.table, 'amira')).sms?.stoppedAt).toBe(T0);
    // The page function tells them: it has chat.
    for (const look of still.queued.pages) await deliver(world, JSON.parse(look));
    expect(sent.map(({ channel, address, message }) => [channel, address, message.kind])).toEqual([
      ['slack', '#payments', 'notice'],
    ]);
    expect(sent[0]!.message.subject).toMatch(/amira has sent STOP/);
  });

  it('that only the carrier knows of is noticed when a page is refused', async () => {
    answers['sms'] = { ok: false, reason: 'x', again: false, optedOut: true };
    await testPage('sms');
    expect((await contactFacts(world.table, 'amira')).sms?.stoppedAt).toBe(T0);
  });

  it.each(['Stopgap is in place', 'ends today', 'constop'])('%s is no such word', async (text) => {
    expect((await answerReply(world, { from: AMIRA, text })).answer).toBe(HELP);
  });

  it('is not noted where nobody could be asked to tell the team: the carrier’s next refusal notes it', async () => {
    world.queues.client.send = async () => Promise.reject(new Error('The queue does not answer.'));
    await answerReply(world, { from: AMIRA, text: 'STOP' });
    expect((await contactFacts(world.table, 'amira')).sms?.stoppedAt).toBeUndefined();
  });

  const start = () =>
    handleReply(
      world,
      JSON.stringify({ originationNumber: AMIRA, messageBody: 'START', inboundMessageId: 'a' }),
      SETTINGS,
    );

  it('is over with START, once the carrier lets a text through again', async () => {
    const optedIn: string[] = [];
    world.optIn = async (address) => void optedIn.push(address);
    await answerReply(world, { from: AMIRA, text: 'STOP' });
    await start();
    expect(optedIn).toEqual([AMIRA]);
    expect(sent.at(-1)!.message.text).toBe(STARTED);
    expect((await contactFacts(world.table, 'amira')).sms?.stoppedAt).toBeUndefined();
  });

  it.each<[string, Sent]>([
    ['refuses', { ok: false, reason: 'x', again: false, optedOut: true }],
    ['leaves to a second one', { ok: true, optedOut: true }],
  ])('goes on where the carrier %s the answer to START', async (_how, answer) => {
    await answerReply(world, { from: AMIRA, text: 'STOP' });
    answers['sms'] = answer;
    await start();
    expect((await contactFacts(world.table, 'amira')).sms?.stoppedAt).toBe(T0);
  });

  it('is told to nobody by HELP, which the carrier answers', async () => {
    expect(await answerReply(world, { from: AMIRA, text: 'HELP' })).toEqual({ person: 'amira' });
  });

  it('is told to the chat of policies that page the person by name or by a rota that has them', () => {
    const named = (person: string) => chatOf(catalogue, person).map(({ kind, name }) => `${kind}:${name}`);
    expect(named('amira')).toEqual(['slack:#payments']);
    expect(named('head')).toEqual(['slack:#payments']);
    expect(named('ben')).toEqual([]);
  });
});

describe('a number that nobody has', () => {
  it('is answered once a day, told nothing, and reaches no log', async () => {
    const from = '+447700900999';
    const answered = [];
    for (const instant of [T0, T0, '2026-11-24T03:12:04.000Z']) {
      still.clock.now = instant;
      answered.push((await answerReply(world, { from, text: 'ACK' })).answer);
    }
    expect(answered).toEqual([STRANGER, undefined, STRANGER]);
    expect(logged.join()).not.toContain(from);
  });
});

describe('planned maintenance', () => {
  const file = (yaml: string) => () => readMaintenance(yaml, 'm.yaml');
  it('is a list of silences that begin later', () => {
    const yaml = '- match: { service: [ledger] }\n  from: 2026-12-01T22:00:00Z\n  for: 4h\n  why: new disks\n';
    expect(file(yaml)()).toEqual([
      { match: { service: ['ledger'] }, from: '2026-12-01T22:00:00.000Z', minutes: 240, why: 'new disks', line: 1 },
    ]);
  });
  const good = '- { match: { service: [a] }, from: 2026-12-01T22:00:00Z, for: 1h, why: x }\n';
  it('may begin at a wall time, which the server reads on the clock of its catalogue', () => {
    expect(file(good.replace('22:00:00Z', '22:00'))()[0]).toMatchObject({ from: '2026-12-01T22:00' });
  });
  it('with several mistakes is refused with all of them', () => {
    const bad = '- { match: { service: a }, from: soon, for: 90d, when: x }\n';
    expect(file(good + bad + good.replace('why: x', 'why: ""'))).toThrow(
      /^m\.yaml:2: when: .*\nm\.yaml:2: match .*\nm\.yaml:2: from: .*\nm\.yaml:2: for: .*\nm\.yaml:2: why: .*\nm\.yaml:3: why: .*$/,
    );
  });
  it.each([
    ['what is not YAML', '- {', /m\.yaml:\d+: not YAML/],
    ['what is no list', 'match: {}', /m\.yaml:1: no list/],
    [
      'a pattern that cannot be',
      `${good}- { match: { service: a }, from: 2026-12-01T22:00:00Z, for: 1h, why: x }`,
      /m\.yaml:2: match/,
    ],
    ['no instant', `${good}- { match: { service: [a] }, from: soon, for: 1h, why: x }`, /m\.yaml:2: from/],
    [
      'for ever',
      `${good}- { match: { service: [a] }, from: 2026-12-01T22:00:00Z, for: 90d, why: x }`,
      /m\.yaml:2: for/,
    ],
    ['no reason', `${good}- { match: { service: [a] }, from: 2026-12-01T22:00:00Z, for: 1h }`, /m\.yaml:2: why/],
    ['too many', good.repeat(201), /at most 200/],
  ])('with %s is refused with its line', (_, yaml, sentence) => {
    expect(file(yaml)).toThrow(sentence);
  });
});

it('the contact card has the numbers that are set up, and there is none without', () => {
  const card = contactCard(['+447700900000', '', 'not a number', '+447700900111'])!;
  expect(card.match(/^TEL.*$/gm)).toHaveLength(2);
  expect(card.split('\r\n').slice(0, 2)).toEqual(['BEGIN:VCARD', 'VERSION:3.0']);
  expect(contactCard([''])).toBeUndefined();
});
