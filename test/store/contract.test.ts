/** What every store function promises, over each engine: the product knows no other. */
import { createHash } from 'node:crypto';
import { ScanCommand, type ScanCommandOutput, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../shared/alert/alert.ts';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { Deployment } from '../../shared/deployment/deployment.ts';
import { decide } from '../../shared/incident/decide.ts';
import { groupDigest, type Incident, incidentId, MAX_ALERTS, MAX_TIMELINE } from '../../shared/incident/incident.ts';
import { prepareRunbooks } from '../../shared/runbook/choose.ts';
import {
  catalogueInForce,
  loadCatalogue,
  publishCatalogue,
  publishedVersions,
  rollbackTo,
  runbookBody,
} from '../../shared/store/catalogues.ts';
import { deploymentsOf, keepDeployment } from '../../shared/store/deployments.ts';
import { copyExceptions, endException, exceptionsOf, keepException } from '../../shared/store/exceptions.ts';
import {
  commitIncident,
  currentIncident,
  dueIncidents,
  earlierIncidents,
  incidentById,
  listIncidents,
  timelineOf,
  withSpilled,
} from '../../shared/store/incidents.ts';
import { findLink, keepLink, LINK_DAYS, pagedIncidents } from '../../shared/store/links.ts';
import { shadowsBetween } from '../../shared/store/shadows.ts';
import {
  alertsBetween,
  alertsOf,
  hearFiring,
  hearResolve,
  keepAlerts,
  recallSignal,
} from '../../shared/store/signals.ts';
import type { Table } from '../../shared/store/store.ts';
import { at, context, notice, catalogue as smallCatalogue } from '../incident/world.ts';
import { engines, type Opened } from './engines.ts';

async function allItems(table: Table): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const scanned: ScanCommandOutput = await table.client.send(
      new ScanCommand({ TableName: table.name, ...(from ? { ExclusiveStartKey: from } : {}) }),
    );
    items.push(...(scanned.Items ?? []));
    from = scanned.LastEvaluatedKey;
  } while (from);
  return items;
}

describe.each(engines())('the store over $name', ({ open }) => {
  let opened: Opened;
  let table: Table;

  beforeAll(async () => {
    opened = await open();
    table = opened.table;
  });
  afterAll(async () => {
    await opened?.stop();
  });

  /** A new group for each test: no test sees another's incidents. */
  let groups = 0;
  const newGroup = () => `group ${groups++}`;
  const fires = (group: string, seconds = 0, keys = ['a']): Incident =>
    decide(
      undefined,
      { type: 'notices', notices: keys.map((key) => notice(key, 'firing', seconds, { group })) },
      context(at(seconds)),
    )!;
  const committed = async (incident: Incident): Promise<Incident> => {
    const written = await commitIncident(table, incident);
    if (written === 'conflict') throw new Error('conflict');
    return written;
  };

  describe('an incident', () => {
    it('is read as it was written, by its id and as the latest of its group', async () => {
      const group = newGroup();
      const written = await committed(fires(group));
      expect(written.version).toBe(1);
      expect(await incidentById(table, written.id)).toEqual(written);
      expect(await currentIncident(table, groupDigest(group))).toEqual(written);
    });

    it('that nobody opened is none, whatever is asked for', async () => {
      expect(await currentIncident(table, groupDigest('nothing'))).toBeUndefined();
      for (const id of [incidentId('nothing', 1), '', 'G#', '../..', 'k3v9qd7m2xab-0']) {
        expect(await incidentById(table, id)).toBeUndefined();
      }
    });

    it('is opened once, however many open it at the same moment', async () => {
      const group = newGroup();
      const all = await Promise.all(Array.from({ length: 8 }, () => commitIncident(table, fires(group))));
      expect(all.filter((one) => one !== 'conflict')).toHaveLength(1);
    });

    it('changes once of many who decided on the same version, and the others are told', async () => {
      const first = await committed(fires(newGroup()));
      const acknowledged = (by: string) =>
        decide(first, { type: 'acknowledge', by, via: 'test' }, context(at(60))) as Incident;
      const all = await Promise.all(['amira', 'ben', 'chidi'].map((by) => commitIncident(table, acknowledged(by))));
      const winners = all.filter((one) => one !== 'conflict');
      expect(winners).toHaveLength(1);
      expect(await incidentById(table, first.id)).toEqual(winners[0]);
    });

    it('that comes tenth follows the ninth', async () => {
      const group = newGroup();
      const first = fires(group);
      for (let sequence = 1; sequence <= 10; sequence++) {
        await committed({ ...first, sequence, id: incidentId(group, sequence) });
      }
      expect((await currentIncident(table, groupDigest(group)))?.sequence).toBe(10);
      const tenth = (await incidentById(table, incidentId(group, 10)))!;
      expect((await earlierIncidents(table, tenth, 3)).map(({ sequence }) => sequence)).toEqual([9, 8, 7]);
    });

    it('is found by what it owes, the earliest first, until it owes nothing', async () => {
      const later = await committed(fires(newGroup(), 200));
      const sooner = await committed(fires(newGroup(), 100));
      const both = (ids: string[]) => ids.filter((id) => id === later.id || id === sooner.id);
      expect(both(await dueIncidents(table, at(150), 1000))).toEqual([sooner.id]);
      expect(both(await dueIncidents(table, at(250), 1000))).toEqual([sooner.id, later.id]);
      await committed({ ...sooner, pages: [], timers: [] });
      expect(both(await dueIncidents(table, at(9_999_999), 1000))).toEqual([later.id]);
    });

    it('stands among the open ones, newest first, and then among those that are over', async () => {
      const one = await committed(fires(newGroup(), 5000));
      const two = await committed(fires(newGroup(), 6000));
      const ids = async (shown: 'open' | 'over') =>
        (await listIncidents(table, shown, 100)).map(({ id }) => id).filter((id) => [one.id, two.id].includes(id));
      expect(await ids('open')).toEqual([two.id, one.id]);
      await committed(decide(two, { type: 'resolve', by: 'amira', via: 'test' }, context(at(6100)))!);
      expect(await ids('open')).toEqual([one.id]);
      expect(await ids('over')).toEqual([two.id]);
    });

    it('is among the newest of all, and the earliest due of all, wherever the index keeps it', async () => {
      const seconds = Array.from({ length: 24 }, (_, n) => 1_000_000 + ((n * 7) % 24));
      const all = await Promise.all(seconds.map((second) => committed(fires(newGroup(), second))));
      const byTime = [...all].sort((a, b) => (a.openedAt! < b.openedAt! ? -1 : 1)).map(({ id }) => id);
      expect((await listIncidents(table, 'open', 7)).map(({ id }) => id)).toEqual(byTime.slice(-7).reverse());
      const due = (await dueIncidents(table, at(1_000_023), 10_000)).filter((id) => byTime.includes(id));
      expect(due).toEqual(byTime);
      const partitions = new Set((await allItems(table)).map(({ shown, owes }) => `${shown} ${owes}`));
      expect(partitions.size).toBeGreaterThan(4);
      const ended = (one: Incident) =>
        decide(one, { type: 'resolve', by: 'amira', via: 'test' }, context(at(1_000_100)))!;
      for (const one of all) await committed({ ...ended(one), pages: [], timers: [] });
      expect((await listIncidents(table, 'over', 24)).map(({ id }) => id)).toEqual(byTime.reverse());
    });

    it('that an earlier version wrote, in one partition, is found like any other', async () => {
      const written = await committed(fires(newGroup(), 2_000_000));
      const [group, sequence] = written.id.split('-') as [string, string];
      const Key = { pk: `G#${group}`, sk: `I#${sequence.padStart(8, '0')}` };
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key,
          UpdateExpression: 'SET shown = :open, owes = :yes',
          ExpressionAttributeValues: { ':open': 'open', ':yes': 'yes' },
        }),
      );
      expect((await listIncidents(table, 'open', 1))[0]?.id).toBe(written.id);
      expect(await dueIncidents(table, at(2_000_000), 10_000)).toContain(written.id);
    });
  });

  describe('an incident of a storm', () => {
    const keys = Array.from({ length: MAX_ALERTS + 150 }, (_, n) => `arn:aws:cloudwatch:eu-west-2:1:alarm:host-${n}`);
    const last = keys.at(-1)!;

    it('stays one small item, with the signals that do not fit beside it', async () => {
      const written = await committed(fires(newGroup(), 0, keys));
      expect(Object.keys(written.alerts)).toHaveLength(MAX_ALERTS);
      expect(written.spilledAlerts).toBe(true);
      expect(JSON.stringify(await incidentById(table, written.id)).length).toBeLessThan(100_000);
    });

    it('brings back the signals that are asked for', async () => {
      const written = await committed(fires(newGroup(), 0, keys));
      const { incident } = await withSpilled(table, written, [last, 'never heard of']);
      expect(incident.alerts[last]).toMatchObject({ status: 'firing', at: at(0) });
    });

    it('counts the others beside it only where none of its own goes on: a storm must not be read again by each batch', async () => {
      const written = await committed(fires(newGroup(), 0, keys));
      const own = Object.keys(written.alerts);
      const beside = keys.find((key) => !own.includes(key))!;
      expect((await withSpilled(table, written, [...own, beside])).spilledFiring).toBe(149);
      expect((await withSpilled(table, written, [...own.slice(1), beside])).spilledFiring).toBe(0);
    });

    it('ends with the last of its signals, wherever that one is kept', async () => {
      let incident = await committed(fires(newGroup(), 0, keys));
      for (const batch of [keys.slice(0, 300), keys.slice(300)]) {
        const spilled = await withSpilled(table, incident, batch);
        const notices = batch.map((key) => notice(key, 'resolved', 60, { group: incident.group }));
        expect(incident.state).toBe('triggered');
        const event = { type: 'notices' as const, notices, spilledFiring: spilled.spilledFiring };
        incident = await committed(decide(spilled.incident, event, context(at(60)))!);
      }
      expect(incident.state).toBe('resolved');
    });

    it('ends the same where a signal beside it was written and the incident itself was not', async () => {
      const incident = await committed(fires(newGroup(), 0, keys));
      const over = async (version: number) => {
        const spilled = await withSpilled(table, incident, keys);
        const notices = keys.map((key) => notice(key, 'resolved', 60, { group: incident.group }));
        const event = { type: 'notices' as const, notices, spilledFiring: spilled.spilledFiring };
        return commitIncident(table, { ...decide(spilled.incident, event, context(at(60)))!, version });
      };
      expect(await over(incident.version + 7)).toBe('conflict');
      expect(await over(incident.version)).toMatchObject({ state: 'resolved' });
    });

    it('never has a newer signal beside it undone by one who decided on an older', async () => {
      const incident = await committed(fires(newGroup(), 0, keys));
      const says = async (status: 'firing' | 'resolved', seconds: number, version: number) => {
        const { incident: whole, spilledFiring } = await withSpilled(table, incident, [last]);
        const notices = [notice(last, status, seconds, { group: incident.group })];
        return { ...decide(whole, { type: 'notices', notices, spilledFiring }, context(at(seconds)))!, version };
      };
      const slow = await says('firing', 30, incident.version);
      const quick = await says('resolved', 60, incident.version);
      await committed(quick);
      expect(await commitIncident(table, slow)).toBe('conflict');
      const now = (await incidentById(table, incident.id))!;
      expect((await withSpilled(table, now, [last])).incident.alerts[last]).toMatchObject({
        status: 'resolved',
        at: at(60),
      });
    });

    it('has its whole timeline, in order, though only the tail is in the item', async () => {
      let incident = await committed(fires(newGroup()));
      for (let n = 0; n < MAX_TIMELINE * 2; n++) {
        const event = { type: 'note' as const, by: 'amira', via: 'test', text: `note ${n}` };
        incident = await committed(decide(incident, event, context(at(n)))!);
      }
      expect(incident.timeline.length).toBeLessThanOrEqual(MAX_TIMELINE);
      const whole = await timelineOf(table, incident);
      expect(whole.map(({ n }) => n)).toEqual(whole.map((_, n) => n));
      expect(whole.filter(({ what }) => what.startsWith('note ')).map(({ what }) => what)).toEqual(
        Array.from({ length: MAX_TIMELINE * 2 }, (_, n) => `note ${n}`),
      );
    });
  });

  describe('a signal', () => {
    let signals = 0;
    const newKey = () => `arn:aws:cloudwatch:eu-west-2:111122223333:alarm:naïve/ name:${signals++}`;

    it('is known from its first firing, with the group it went to', async () => {
      const key = newKey();
      expect(await recallSignal(table, key)).toEqual({});
      await hearFiring(table, key, { at: at(0), now: at(0) }, 'a group');
      expect(await recallSignal(table, key)).toEqual({ group: 'a group', firingAt: at(0) });
    });

    it('that is over before it was heard to fire is remembered', async () => {
      const key = newKey();
      expect(await hearResolve(table, key, { at: at(60), now: at(60) })).toEqual({ resolvedAt: at(60) });
      expect(await hearFiring(table, key, { at: at(0), now: at(0) }, 'a group')).toEqual({
        group: 'a group',
        memory: { group: 'a group', firingAt: at(0), resolvedAt: at(60) },
      });
    });

    it('keeps the newest of each state, whatever comes late', async () => {
      const key = newKey();
      await hearFiring(table, key, { at: at(120), now: at(120) }, 'new group');
      expect(await hearFiring(table, key, { at: at(0), now: at(0) }, 'old group')).toEqual({
        group: 'new group',
        memory: { group: 'new group', firingAt: at(120) },
      });
      await hearResolve(table, key, { at: at(180), now: at(180) });
      expect(await hearResolve(table, key, { at: at(60), now: at(60) })).toMatchObject({ resolvedAt: at(180) });
    });

    it('that still fires stays with its group; one that was over goes where it is routed now', async () => {
      const key = newKey();
      await hearFiring(table, key, { at: at(0), now: at(0) }, 'a group');
      expect((await hearFiring(table, key, { at: at(60), now: at(60) }, 'another')).group).toBe('a group');
      await hearResolve(table, key, { at: at(120), now: at(120) });
      expect((await hearFiring(table, key, { at: at(180), now: at(180) }, 'another')).group).toBe('another');
      expect(await recallSignal(table, key)).toEqual({ group: 'another', firingAt: at(180), resolvedAt: at(120) });
    });

    it('never has its firing and its end miss each other, at the same moment', async () => {
      for (let n = 0; n < 20; n++) {
        const key = newKey();
        const [fired, over] = await Promise.all([
          hearFiring(table, key, { at: at(0), now: at(0) }, 'a group'),
          hearResolve(table, key, { at: at(60), now: at(60) }),
        ]);
        expect(fired.memory.resolvedAt !== undefined || over.group !== undefined).toBe(true);
      }
    });

    it('has its alerts kept, each once, newest first, until they expire', async () => {
      const key = newKey();
      const alert = (seconds: number): Alert => ({ ...notice(key, 'firing', seconds).alert, raw: { n: seconds } });
      for (const seconds of [0, 60, 0, 60]) expect(await keepAlerts(table, [alert(seconds)], at(seconds))).toEqual([]);
      expect(await alertsOf(table, key, 10, at(60))).toEqual([alert(60), alert(0)]);
      expect(await alertsOf(table, key, 10, at(91 * 86_400))).toEqual([]);
    });

    it('has its alerts found by time among all others', async () => {
      const [here, there] = [newKey(), newKey()];
      const alert = (key: string, seconds: number): Alert => ({ ...notice(key, 'firing', seconds).alert, raw: {} });
      const year = 365 * 86_400;
      const kept = [alert(here, year), alert(there, year + 60), alert(here, year + 120)];
      expect(await keepAlerts(table, [...kept, alert(there, 0)], at(year))).toEqual([]);
      const found: Alert[] = [];
      for await (const some of alertsBetween(table, at(year), at(year + 60))) found.push(...some);
      expect(found.sort((a, b) => (a.at < b.at ? -1 : 1))).toEqual(kept.slice(0, 2));
    });

    it('has an alert that is too large for an item kept without its body', async () => {
      const key = newKey();
      const alert: Alert = { ...notice(key, 'firing', 0).alert, raw: { text: 'é'.repeat(250_000) } };
      expect(await keepAlerts(table, [alert, alert], at(0))).toEqual([]);
      const { raw: _raw, ...rest } = alert;
      expect(await alertsOf(table, key, 1, at(0))).toEqual([rest]);
    });
  });

  it('nothing is between two instants in the wrong order: what is asked about the future is answered', async () => {
    expect(await shadowsBetween(table, at(60), at(0))).toEqual([]);
    expect(await deploymentsOf(table, 'payments-api', at(60), at(0))).toEqual([]);
  });

  describe('a link', () => {
    const link = { incident: 'k3v9qd7m2xab-1', person: 'amira' };

    it('opens for whom it was made, until it expires', async () => {
      await keepLink(table, 'a-token', link, '7Y', at(0));
      expect(await findLink(table, 'a-token', at(60))).toEqual(link);
      expect(await findLink(table, 'a-token', at(LINK_DAYS * 86_400 + 1))).toBeUndefined();
      expect(await findLink(table, 'A-token', at(60))).toBeUndefined();
    });

    it('leaves no token in the table', async () => {
      await keepLink(table, 'a-very-secret-token', link, '7Y', at(0));
      const items = await allItems(table);
      expect(items.length).toBeGreaterThan(0);
      expect(JSON.stringify(items)).not.toContain('a-very-secret-token');
    });

    it('tells what a person was paged for', async () => {
      await keepLink(table, 'one', { incident: 'k3v9qd7m2xab-8', person: 'gwen' }, '8Z', at(0));
      await keepLink(table, 'one', { incident: 'k3v9qd7m2xab-8', person: 'gwen' }, '8Z', at(1));
      expect(await pagedIncidents(table, 'gwen', at(60))).toEqual([{ incident: 'k3v9qd7m2xab-8', code: '8Z' }]);
      expect(await pagedIncidents(table, 'gwe', at(60))).toEqual([]);
    });
  });

  it('keeps the deployments of a service in time order, each once, and no other service’s', async () => {
    const deployment = (id: string, seconds: number, status: Deployment['status'], service: string): Deployment => ({
      id,
      sender: 'gitlab',
      ref: 'payments/api',
      service,
      status,
      at: at(seconds),
      links: {},
    });
    const notices = [
      deployment('one', 0, 'started', 'payments-api'),
      deployment('two', 120, 'started', 'payments-api'),
      deployment('one', 60, 'succeeded', 'payments-api'),
      deployment('three', 30, 'succeeded', 'payments-api-v2'),
    ];
    for (const one of [...notices, ...notices]) await keepDeployment(table, one, at(200));
    const found = await deploymentsOf(table, 'payments-api', at(-60), at(300));
    expect(found.map(({ id, status }) => [id, status])).toEqual([
      ['two', 'started'],
      ['one', 'succeeded'],
    ]);
  });

  describe('the catalogue in force', () => {
    const prepared = prepareRunbooks([], []);
    const version = (digest: string, more: Partial<Catalogue> = {}): Catalogue => ({
      ...smallCatalogue,
      digest,
      ...more,
    });

    it('is none before the first is published, then the last that was, and an earlier one again on demand', async () => {
      const published: unknown[] = [];
      for (const [n, digest] of ['one', 'two'].entries()) {
        await publishCatalogue(table, version(digest), prepared, at(n), 'amira');
        published.unshift(await catalogueInForce(table));
      }
      expect((await catalogueInForce(table))?.digest).toBe('two');
      expect(await publishedVersions(table, 10)).toEqual(published);
      const first = (await publishedVersions(table, 10))[1]!;
      await rollbackTo(table, first, at(60), 'ben');
      expect(await catalogueInForce(table)).toMatchObject({ digest: 'one', by: 'ben' });
      expect((await loadCatalogue(table, (await catalogueInForce(table))!)).catalogue.people).toEqual(
        smallCatalogue.people,
      );
    });

    it('may be larger than an item, with each runbook’s body beside it', async () => {
      const noise = Array.from({ length: 40_000 }, (_, n) => groupDigest(`runbook ${n}`)).join(' ');
      const large = version('large', {
        services: {
          noisy: { ...smallCatalogue.defaults, name: noise, aliases: [], dependsOn: [] } as never,
        },
        runbooks: { 'a/b': { id: 'a/b', title: 'A', body: '# A\n\nDo this.' } as never },
      });
      const inForce = await publishCatalogue(table, large, prepared, at(100), 'amira');
      expect(inForce.parts).toBeGreaterThan(1);
      const { catalogue } = await loadCatalogue(table, inForce);
      expect(catalogue.services).toEqual(large.services);
      expect(await runbookBody(table, 'large', 'a/b')).toBe('# A\n\nDo this.');
      expect(await runbookBody(table, 'large', 'a/c')).toBeUndefined();
    });

    it('is refused where a part is missing, or where a newer Pageturner wrote it', async () => {
      await expect(
        loadCatalogue(table, { digest: 'gone', parts: 1, at: at(0), by: 'amira', format: 1 }),
      ).rejects.toThrow('publish it again');
      const newer = await publishCatalogue(table, version('newer', { format: 2 as never }), prepared, at(0), 'amira');
      await expect(loadCatalogue(table, newer)).rejects.toThrow('deploy the newer Pageturner first');
      await rollbackTo(table, (await publishedVersions(table, 10)).find(({ format }) => format === 1)!, at(1), 'amira');
    });

    it('of a newer Pageturner is not overwritten by an older one, whichever looks first', async () => {
      const newer = await publishCatalogue(table, version('newer', { format: 2 as never }), prepared, at(2), 'amira');
      const older = () => publishCatalogue(table, version('older'), prepared, at(3), 'ben');
      await expect(older()).rejects.toThrow(/of format 2, by a newer Pageturner, and this one writes 1: publish with/);
      expect(await catalogueInForce(table)).toEqual(newer);
      expect((await publishedVersions(table, 10)).map(({ digest }) => digest)).not.toContain('older');
      await rollbackTo(table, (await publishedVersions(table, 10)).find(({ format }) => format === 1)!, at(4), 'amira');
      await older();
      expect((await catalogueInForce(table))?.digest).toBe('older');
    });

    it('is refused where it is larger than functions should load', async () => {
      const noise = createHash('shake256', { outputLength: 6_500_000 }).update('noise').digest('base64');
      const services = { noisy: { ...smallCatalogue.defaults, name: noise, aliases: [], dependsOn: [] } as never };
      await expect(publishCatalogue(table, version('huge', { services }), prepared, at(200), 'amira')).rejects.toThrow(
        /compressed and the limit is 6000000: split it/,
      );
      expect(await runbookBody(table, 'huge', 'a/b')).toBeUndefined();
    });
  });

  it('copies what is in force in another region, and forgets what is not any more', async () => {
    const one = (id: string, person: string) => ({ id, rota: 'r', person, from: at(0), until: at(60), by: 'eve' });
    await keepException(table, 'OVERRIDES', one('own', 'amira'));
    await copyExceptions(table, 'OVERRIDES', [one('a', 'ben'), one('b', 'ben'), one('b', 'chidi')]);
    await copyExceptions(table, 'OVERRIDES', [one('b', 'chidi')]);
    const kept = await exceptionsOf(table, 'OVERRIDES', at(30));
    expect(kept.map(({ id, person }) => `${id} ${person}`)).toEqual(['b chidi', 'own amira']);
    await copyExceptions(table, 'OVERRIDES', []);
    await endException(table, 'OVERRIDES', 'own');
    expect(await exceptionsOf(table, 'OVERRIDES', at(30))).toEqual([]);
  });

  it('keeps silences and overrides until they end, or until somebody ends them', async () => {
    const silence = (id: string, until: number) => ({
      id,
      match: { service: ['ledger'] },
      from: at(0),
      until: at(until),
      by: 'amira',
      why: 'planned work',
    });
    await keepException(table, 'SILENCES', silence('short', 60));
    await keepException(table, 'SILENCES', silence('long', 600));
    await keepException(table, 'SILENCES', silence('ended', 600));
    await endException(table, 'SILENCES', 'ended');
    expect((await exceptionsOf(table, 'SILENCES', at(30))).map(({ id }) => id).sort()).toEqual(['long', 'short']);
    expect((await exceptionsOf(table, 'SILENCES', at(60))).map(({ id }) => id)).toEqual(['long']);
    expect(await exceptionsOf(table, 'OVERRIDES', at(30))).toEqual([]);
  });

  it('reads every silence that is in force, however many have ended before: more than one page of 1 MB', async () => {
    const match = { title: ['x'.repeat(60_000)] };
    const made = Array.from({ length: 40 }, (_, n) => ({
      id: `page-${String(n).padStart(2, '0')}`,
      match,
      from: at(0),
      until: at(n < 38 ? 60 : 600),
      by: 'ci',
      why: 'each deployment',
    }));
    for (const silence of made) await keepException(table, 'SILENCES', silence);
    expect(
      (await exceptionsOf(table, 'SILENCES', at(100))).filter(({ id }) => id.startsWith('page-')).map(({ id }) => id),
    ).toEqual(['page-38', 'page-39']);
    for (const { id } of made) await endException(table, 'SILENCES', id);
  });
});
