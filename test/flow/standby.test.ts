/** What a region asks of the other and answers it, and what a standby lets out while it hears the first. */
import { beforeEach, describe, expect, it } from 'vitest';
import { api } from '../../shared/console/api/api.ts';
import { change, contextAt } from '../../shared/flow/change.ts';
import { deliver } from '../../shared/flow/deliver.ts';
import { groupsIn, hearPeer, report } from '../../shared/flow/standby.ts';
import { sweep } from '../../shared/flow/sweep.ts';
import { triage } from '../../shared/flow/triage.ts';
import { groupDigest, type Incident } from '../../shared/incident/incident.ts';
import { testGroup } from '../../shared/incident/test-page.ts';
import type { Look } from '../../shared/queue/queue.ts';
import { load } from '../../shared/routing/loaded.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import type { Report } from '../../shared/standby/standby.ts';
import { exceptionsOf, keepException } from '../../shared/store/exceptions.ts';
import { currentIncident } from '../../shared/store/incidents.ts';
import { keepHeard, lastHeard } from '../../shared/store/peer.ts';
import type { World } from '../../shared/world/world.ts';
import { at, catalogue, T0 } from '../incident/world.ts';
import { type Command, emptyTable } from '../simulation/table.ts';

let world: World;
let now = T0;
let sent: string[];
let looks: Look[];
let calls: string[];
let asked: string[][];
let logged: string[];
/** What the other region answers; an error where it does not. */
let answer: Report | Error;
const loaded = load(catalogue, prepareRunbooks([], []));

beforeEach(() => {
  now = T0;
  [sent, looks, calls, asked, logged] = [[], [], [], [], []];
  answer = { at: T0, role: 'first', sweptAt: T0, catalogue: 'd1', incidents: [] };
  const table = emptyTable(
    { due: { hash: 'owes', range: 'due' }, listed: { hash: 'shown', range: 'shownAt' } },
    () => Date.parse(now),
    () => 0,
  );
  const channel =
    (name: string) =>
    async (_to: string, { kind }: { kind: string }) => {
      sent.push(`${kind} by ${name}`);
      return { ok: true as const };
    };
  world = {
    now: () => now,
    pause: async () => {},
    random: () => 0.5,
    table: {
      name: 't',
      client: {
        send: async (command: Command) => {
          calls.push(JSON.stringify(command.input));
          return table.call(command);
        },
      } as never,
    },
    queues: {
      alerts: 'alerts',
      pages: 'pages',
      client: {
        send: async ({ input }: { input: { Entries: { MessageBody: string }[] } }) => {
          looks.push(...input.Entries.map(({ MessageBody }) => JSON.parse(MessageBody) as Look));
          return {};
        },
      } as never,
    },
    catalogue: async () => loaded,
    channels: { sms: channel('sms'), voice: channel('voice') },
    address: async (contact) => contact,
    linkSecret: async () => 'a secret of this test',
    baseUrl: 'https://pages.example.gov.uk',
    peer: {
      role: 'standby',
      missingSeconds: 150,
      ask: async (groups) => {
        asked.push(groups);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    log: (level, message, fields) => logged.push(`${level} ${message} ${JSON.stringify(fields)}`),
  };
});

const tell = async (key: string, details: Record<string, string> = {}) => {
  const payload = { summary: key, source: 'host', severity: 'critical', timestamp: now, custom_details: details };
  const body = JSON.stringify({ routing_key: 'k', event_action: 'trigger', dedup_key: key, payload });
  expect(await triage(world, [{ id: key, body, sentAt: now }])).toEqual({ failed: [] });
};
const incident = async (key: string) => (await currentIncident(world.table, groupDigest(`key:${key}`)))!;
const heardAt = (seconds: number) =>
  keepHeard(world.table, { askedAt: at(seconds), askedSince: at(seconds), heardAt: at(seconds) });
const missing = (seconds: number) =>
  keepHeard(world.table, { askedAt: at(seconds), askedSince: at(seconds), why: 'x' });
const deliverDue = async () => {
  for (const look of looks.splice(0).filter(({ due }) => due <= now)) await deliver(world, look);
};

describe('a standby that hears the first', () => {
  it('lets out no page that was owed before it heard it, and pages when it does not any more', async () => {
    await missing(0);
    await tell('db');
    await heardAt(0);
    await deliverDue();
    expect(sent).toEqual([]);
    expect(await incident('db')).toMatchObject({ stand: 'by', quietUntil: at(150) });
    now = at(150);
    await keepHeard(world.table, { askedAt: at(120), askedSince: at(0), heardAt: at(0), why: 'no answer' });
    await deliver(world, {
      incident: (await incident('db')).id,
      kind: 'timer',
      id: holdOf(await incident('db')),
      due: at(150),
    });
    await deliverDue();
    expect(sent).toEqual(['alert by sms']);
  });

  it('still tells those whom it reached that it is over', async () => {
    await missing(0);
    await tell('db');
    await deliverDue();
    await heardAt(0);
    await change(world, loaded, { id: (await incident('db')).id }, { type: 'resolve', by: 'amira', via: 'api' });
    await deliverDue();
    expect(sent).toEqual(['alert by sms', 'relief by sms']);
  });

  it('holds no test page, and no canary, which it marks as come through', async () => {
    await heardAt(0);
    const test = { type: 'test-page', person: 'amira', channel: 'sms', by: 'eve', via: 'api' } as const;
    await change(world, loaded, { group: groupDigest(testGroup('amira', 'sms')) }, test);
    await deliverDue();
    expect(sent).toEqual(['alert by sms']);
    await tell('canary', { 'pageturner-canary': T0 });
    await deliverDue();
    expect(await report(world, [])).toMatchObject({ canaryAt: T0 });
  });

  it('that was gone itself asks before it pages anybody', async () => {
    await missing(-1000);
    await tell('db');
    expect(asked).toEqual([]);
    answer = { ...(answer as Report), at: at(1), sweptAt: at(1) };
    now = at(1);
    await deliverDue();
    expect(asked).toEqual([[groupDigest('key:db')]]);
    expect(sent).toEqual([]);
    expect(await lastHeard(world.table)).toMatchObject({ heardAt: at(1), askedSince: at(1) });
  });
});

const holdOf = ({ timers }: Incident) => timers.find(({ kind }) => kind === 'hold')!.id;

describe('once a minute', () => {
  it('the other is asked about what is open here, so many groups at a time, and what it said is kept', async () => {
    await heardAt(0);
    for (let n = 0; n < 250; n++) await tell(`s${n}`);
    await sweep(world);
    expect(asked.map(({ length }) => length)).toEqual([200, 50]);
    expect(new Set(asked.flat()).size).toBe(250);
    expect(await lastHeard(world.table)).toEqual({ askedAt: T0, askedSince: T0, heardAt: T0, catalogue: 'd1' });
    expect((await report(world, [])).sweptAt).toBe(T0);
  });

  it('one that does not answer is said in the log, and fails no sweep', async () => {
    answer = new Error('it answered 401');
    await sweep(world);
    expect(logged).toContain('warn The other region is not heard {"why":"it answered 401"}');
    expect(await lastHeard(world.table)).toEqual({ askedAt: T0, askedSince: T0, why: 'it answered 401' });
  });

  it('why it did not answer quotes no address', async () => {
    answer = Object.assign(new Error('connect https://secret.example'), { name: 'TypeError' });
    expect((await hearPeer(world))?.why).toBe('it did not answer: TypeError');
  });

  it('what it says is not taken for well where it ails, but its answers count', async () => {
    await missing(0);
    await tell('db');
    const { id } = await incident('db');
    const taken = {
      id,
      state: 'acknowledged',
      severity: 'critical',
      acknowledgedAt: at(5),
      acknowledgedBy: 'ben',
    } as const;
    answer = { at: at(900), role: 'first', sweptAt: T0, incidents: [taken] };
    now = at(10);
    expect((await hearPeer(world))?.why).toContain('last sweep');
    expect(await incident('db')).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'ben', acknowledgedAt: at(5) });
  });
});

describe('silences and overrides', () => {
  const override = (id: string, person: string, more: object = {}) => ({
    id,
    rota: 'primary',
    person,
    from: at(-60),
    until: at(3600),
    by: 'eve',
    ...more,
  });
  const silence = { id: 's1', match: { title: ['noise'] }, from: at(-60), until: at(3600), by: 'eve', why: 'x' };
  const onCall = async () => (await contextAt(world, loaded)).onCall('primary');
  const told = async (more: Partial<Report>) => {
    answer = { ...(answer as Report), ...more };
    await hearPeer(world);
  };

  it('made in the first region hold in the standby, and end with it', async () => {
    await told({ silences: [silence], overrides: [override('o1', 'ben')] });
    expect(await onCall()).toBe('ben');
    expect(await exceptionsOf(world.table, 'SILENCES', now)).toEqual([silence]);
    await told({ silences: [], overrides: [override('o1', 'head')] });
    expect(await onCall()).toBe('head');
    expect(await exceptionsOf(world.table, 'SILENCES', now)).toEqual([]);
    await told({ overrides: [] });
    expect(await onCall()).toBeUndefined();
  });

  it('stay as they were while the first is not heard', async () => {
    await told({ overrides: [override('o1', 'ben')] });
    answer = new Error('it does not answer');
    await hearPeer(world);
    expect(await onCall()).toBe('ben');
  });

  it('of one swap are one, in whichever order', async () => {
    const swap = [
      override('o1', 'ben', { insteadOf: 'amira', swap: true }),
      override('o1', 'head', { until: at(60), swap: true }),
    ];
    await told({ overrides: swap });
    expect(await exceptionsOf(world.table, 'OVERRIDES', now)).toEqual(swap);
    const writes = () => calls.filter((call) => call.includes('"sk":"#peer:')).length;
    const before = writes();
    await told({ overrides: swap });
    expect(writes()).toBe(before);
  });

  it('made in the standby stay its own, and count before those of the first', async () => {
    await keepException(world.table, 'OVERRIDES', override(`${T0}-mine`, 'head'));
    await told({ overrides: [override(`${T0}-theirs`, 'ben')] });
    expect(await onCall()).toBe('head');
    await told({ overrides: [] });
    expect(await onCall()).toBe('head');
  });

  it('are told by the first region and taken by the standby alone', async () => {
    await keepException(world.table, 'OVERRIDES', override('o1', 'ben'));
    expect(await report(world, [])).not.toHaveProperty('overrides');
    world = { ...world, peer: { ...world.peer!, role: 'first' } };
    expect((await report(world, [])).overrides).toMatchObject([{ id: 'o1' }]);
    await told({ role: 'standby', overrides: [override('o2', 'head')] });
    expect(await onCall()).toBe('ben');
  });
});

describe('GET /api/peer', () => {
  const get = async (path: string, who: string | undefined = 'eve') => {
    const response = await api(world, async () => who).request(path);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('tells how this region is, and of the groups that are asked about no more than the other decides by', async () => {
    await missing(0);
    await tell('db');
    const { id } = await incident('db');
    const { body } = await get(`/peer?groups=${groupDigest('key:db')},${groupDigest('key:none')}`);
    expect(body).toEqual({
      at: T0,
      role: 'standby',
      heard: { askedAt: T0, askedSince: T0, why: 'x' },
      incidents: [{ id, state: 'triggered', severity: 'critical', firingSince: T0 }],
    });
  });

  it('wants to know who asks', async () => {
    const response = await api(world, async () => undefined).request('/peer');
    expect(response.status).toBe(401);
  });

  it('refuses what is no list of groups, and too many', async () => {
    const group = groupDigest('key:db');
    expect((await get('/peer?groups=x')).status).toBe(400);
    expect(groupsIn(Array(200).fill(group).join(','))).toHaveLength(200);
    expect(groupsIn(Array(201).fill(group).join(','))).toBeUndefined();
    expect(groupsIn(undefined)).toEqual([]);
  });
});

it('without a peer nothing is asked, read or written of one', async () => {
  const { peer: _, ...alone } = world;
  world = alone;
  await tell('db');
  await deliverDue();
  await sweep(world);
  expect(sent).toEqual(['alert by sms']);
  expect(calls.filter((call) => call.includes('PEER'))).toEqual([]);
});
