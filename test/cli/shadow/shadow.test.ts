/** A service in shadow: everything is done but to tell people; and what was kept, beside another tool. */
import { describe, expect, it } from 'vitest';
import { besideOf, type Ours, oursOf, readTheirs } from '../../../cli/shadow/shadow.ts';
import { deliver } from '../../../shared/flow/deliver.ts';
import { decide } from '../../../shared/incident/decide.ts';
import type { Loaded } from '../../../shared/routing/loaded.ts';
import { commitIncident, incidentById } from '../../../shared/store/incidents.ts';
import { shadowsBetween } from '../../../shared/store/shadows.ts';
import { measureLine } from '../../../shared/world/measure.ts';
import type { World } from '../../../shared/world/world.ts';
import { at, catalogue, context, ID, notice, T0 } from '../../incident/world.ts';
import { type Command, emptyTable } from '../../simulation/table.ts';

async function deliverOne(defaults: object, services: object) {
  const table = emptyTable(
    { due: { hash: 'owes', range: 'due' }, listed: { hash: 'shown', range: 'shownAt' } },
    () => Date.parse(T0),
    () => 0,
  );
  const sent: string[] = [];
  const measured: string[] = [];
  const inForce = {
    ...catalogue,
    defaults: { ...catalogue.defaults, ...defaults },
    services: services as typeof catalogue.services,
  };
  const world: World = {
    now: () => T0,
    pause: async () => {},
    random: () => 0.5,
    table: { name: 't', client: { send: async (command: Command) => table.call(command) } as never },
    queues: { alerts: 'alerts', pages: 'pages', client: { send: async () => ({}) } as never },
    catalogue: async () =>
      ({ catalogue: inForce, onCall: () => 'amira', onCallUntil: () => undefined }) as unknown as Loaded,
    channels: {
      sms: async (_address, { text }) => {
        sent.push(text);
        return { ok: true };
      },
    },
    address: async (contact) => contact,
    linkSecret: async () => 'a secret of this test',
    baseUrl: 'https://pages.example.gov.uk',
    log: () => {},
    measure: (name, value) => measured.push(`${name} ${value}`),
  };
  await commitIncident(
    world.table,
    decide(undefined, { type: 'notices', notices: [notice('a', 'firing', 0)] }, context(T0))!,
  );
  const incident = (await incidentById(world.table, ID))!;
  const page = incident.pages.find(({ channel }) => channel === 'sms')!;
  await deliver(world, { incident: ID, kind: 'page', id: page.id, due: T0 });
  const after = (await incidentById(world.table, ID))!;
  return {
    sent,
    measured,
    kept: await shadowsBetween(world.table, at(-60), at(60)),
    page: after.pages.find(({ id }) => id === page.id)!,
    timeline: after.timeline,
  };
}

describe('a page of a service', () => {
  it.each<[string, object, object, boolean]>([
    ['in shadow', {}, { 'payments-api': { shadow: true } }, true],
    ['that says nothing, where all are in shadow', { shadow: true }, { 'payments-api': {} }, true],
    ['that is not, where all others are in shadow', { shadow: true }, { 'payments-api': { shadow: false } }, false],
    ['that says nothing', {}, { 'payments-api': {} }, false],
  ])('%s', async (_, defaults, services, inShadow) => {
    const { sent, measured, kept, page, timeline } = await deliverOne(defaults, services);
    expect(page.state).toBe('sent');
    expect([sent.length, kept.length]).toEqual(inShadow ? [0, 1] : [1, 0]);
    if (inShadow) {
      expect(kept[0]).toMatchObject({
        incident: ID,
        to: 'amira',
        channel: 'sms',
        kind: 'alert',
        service: 'payments-api',
      });
      expect(kept[0]!.text).toMatch(/^CRIT payments-api prod: alarm a\n/);
      expect(timeline.at(-1)!.what).toBe('sms to amira: in shadow, nobody was told');
      expect(measured).toEqual([]);
    } else expect(measured).toEqual(['PagesSent 1', 'TimeToPage 0']);
  });
});

describe('beside another tool', () => {
  const ours = (incident: string, seconds: number, title: string, service?: string): Ours => ({
    incident,
    at: at(seconds),
    title,
    ...(service === undefined ? {} : { service }),
    told: [{ at: at(seconds + 2), to: 'amira', channel: 'sms', text: title }],
  });
  const theirs = (id: string, seconds: number, title: string, service?: string) => ({
    id,
    at: at(seconds),
    title,
    ...(service === undefined ? {} : { service }),
  });

  it('what is near in time and alike is one thing; everything is in exactly one list', () => {
    const mine = [
      ours('a', 0, 'payments-api-5xx', 'payments-api'),
      ours('b', 0, 'disk of db1'),
      ours('c', 5000, 'payments-api-5xx', 'payments-api'),
    ];
    const other = [
      theirs('1', 30, 'High 5xx', 'payments-api'),
      theirs('2', 40, 'Disk of db1 is full'),
      theirs('3', 9000, 'payments-api-5xx'),
    ];
    const { both, onlyOurs, onlyTheirs } = besideOf(mine, other);
    expect(both.map((pair) => [pair.ours.incident, pair.theirs.id, pair.secondsLater])).toEqual([
      ['a', '1', -28],
      ['b', '2', -38],
    ]);
    expect([onlyOurs.map(({ incident }) => incident), onlyTheirs.map(({ id }) => id)]).toEqual([['c'], ['3']]);
  });

  it('many pages of one incident are one of ours; relief tells nobody', () => {
    const shadow = { incident: 'a', title: 't', openedAt: T0, to: 'amira', channel: 'sms' as const, text: 'x' };
    const kept = [
      { ...shadow, at: at(1), page: 'p0', kind: 'alert' as const },
      { ...shadow, at: at(121), page: 'p1', kind: 'alert' as const },
      { ...shadow, at: at(300), page: 'p2', kind: 'relief' as const },
    ];
    expect(oursOf(kept).map(({ incident, told }) => [incident, told.length])).toEqual([['a', 2]]);
  });

  it.each([
    ['PagerDuty', { incidents: [{ incident_number: 7, created_at: T0, title: 'x', service: { summary: 'ledger' } }] }],
    ['Opsgenie', { data: [{ tinyId: '7', createdAt: T0, message: 'x', service: 'ledger' }] }],
    ['a list', [{ id: '7', at: T0, title: 'x', service: 'ledger' }]],
  ])('reads incidents of %s', (_, written) => {
    expect(readTheirs(written)).toEqual([{ id: '7', at: T0, title: 'x', service: 'ledger' }]);
  });

  it.each([
    ['what is no list', {}, /Neither a list/],
    ['an entry without a time', [{ title: 'x' }], /Entry 1 has no time/],
  ])('refuses %s', (_, written, sentence) => {
    expect(() => readTheirs(written)).toThrow(sentence);
  });
});

it('a measure is a line that CloudWatch makes a metric of', () => {
  expect(JSON.parse(measureLine('TimeToPage', 36.8, 'prod', 1795404724000))).toEqual({
    _aws: {
      Timestamp: 1795404724000,
      CloudWatchMetrics: [
        { Namespace: 'Pageturner', Dimensions: [['stage']], Metrics: [{ Name: 'TimeToPage', Unit: 'Milliseconds' }] },
      ],
    },
    stage: 'prod',
    TimeToPage: 36.8,
  });
});
