/** What people say of an incident with one press, and the report that follows from it; over the real store and API. */
import { describe, expect, it } from 'vitest';
import { api } from '../../shared/console/api/api.ts';
import { actByForm } from '../../shared/flow/act.ts';
import { incidentsBetween } from '../../shared/store/history.ts';
import type { Toil } from '../../shared/toil/toil.ts';
import { openTestWorld, sampleCatalogue } from '../world.ts';

const loaded = await sampleCatalogue();
const notice = (host: string, action = 'trigger') => ({
  routing_key: 'local',
  event_action: action,
  dedup_key: `disk-${host}`,
  payload: { summary: 'Disk is full', source: host, severity: 'critical' },
});

async function afterNight() {
  const world = await openTestWorld({ loaded });
  await world.send(notice('a'), 'events');
  await world.send(notice('b'), 'events');
  const [first, second] = await world.open();
  await world.advance('2m');
  await world.send(notice('b', 'resolve'), 'events');
  await world.advance('1m');
  const app = api(world.world, async () => 'amira');
  const ended = (await world.incident(second!.id)).state === 'resolved' ? second! : first!;
  return { world, app, ended, open: ended === second ? first! : second! };
}

describe('a verdict', () => {
  it('by the form of the page is on the incident and its timeline, with who said it', async () => {
    const { world, ended } = await afterNight();
    const form = new URLSearchParams('action=judge&verdict=noise');
    expect(await actByForm(world.world, ended.id, form, { by: 'amira', via: 'link' })).toEqual({ ok: true });
    const judged = await world.incident(ended.id);
    expect(judged.verdict).toEqual({ is: 'noise', by: 'amira', at: world.now() });
    expect(judged.timeline.at(-1)).toMatchObject({ what: 'Judged: noise', by: 'amira (link)' });
    expect(judged.state).toBe('resolved');
  });

  it('over the API, and one that there is not is refused with those that there are', async () => {
    const { app, world, ended } = await afterNight();
    const say = (verdict: string) =>
      app.request(`/incidents/${ended.id}/verdict`, {
        method: 'POST',
        body: JSON.stringify({ verdict }),
        headers: { 'content-type': 'application/json' },
      });
    expect((await say('acted')).status).toBe(200);
    expect((await world.incident(ended.id)).verdict?.is).toBe('acted');
    const refused = await say('great');
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { error: '`verdict` must be acted, noise, ended-by-itself, poor-details.' },
    ]);
  });

  it('that a form invents changes nothing', async () => {
    const { world, ended } = await afterNight();
    const before = await world.incident(ended.id);
    const done = await actByForm(world.world, ended.id, new URLSearchParams('action=judge&verdict=constructor'), {
      by: 'amira',
      via: 'link',
    });
    expect(done).toMatchObject({ ok: false, why: 'No such verdict. Nothing was changed.' });
    expect(await world.incident(ended.id)).toEqual(before);
  });
});

describe('the report over the API', () => {
  it('tells of open incidents and of those that are over, each once', async () => {
    const { app } = await afterNight();
    const answer = await app.request('/toil?from=2026-11-23&to=2026-11-24&by=cause');
    const toil = (await answer.json()) as Toil;
    expect(answer.status).toBe(200);
    expect(toil.all.incidents).toBe(2);
    expect(toil.all.endedByItself).toBe(1);
    expect(toil.rows).toHaveLength(2);
    expect(toil.all.interruptions.sleep).toBeGreaterThan(0);
  });

  it.each([
    ['from=2026-11-24&to=2026-11-23', '`from` must be before `to`.'],
    ['from=2025-11-24&to=2026-11-23', 'A report covers at most 190 days: incidents are kept for 396.'],
    ['by=person', '`by` must be service, runbook, cause, rota.'],
    ['from=soon', '`from` must be an instant like 2026-11-23T03:12:04Z.'],
  ])('refuses %s', async (query, error) => {
    const { app } = await afterNight();
    const answer = await app.request(`/toil?${query}`);
    expect([answer.status, await answer.json()]).toEqual([400, { error }]);
  });
});

describe('the incidents of a time', () => {
  it('belong to it by when they were opened: its beginning does, its end does not', async () => {
    const { world, ended } = await afterNight();
    const { openedAt } = await world.incident(ended.id);
    const later = new Date(Date.parse(openedAt!) + 1).toISOString();
    const ids = async (from: string, to: string) => {
      const { incidents } = await incidentsBetween(world.world.table, from, to);
      return incidents.map(({ id }) => id);
    };
    expect(await ids(openedAt!, later)).toContain(ended.id);
    expect(await ids('2026-11-01T00:00:00.000Z', openedAt!)).toEqual([]);
    expect(await ids(openedAt!, openedAt!)).toEqual([]);
  });

  it('are read up to a limit, the newest, and it says that there are more', async () => {
    const { world } = await afterNight();
    const range = ['2026-11-23T00:00:00.000Z', '2026-11-24T00:00:00.000Z'] as const;
    const { incidents, more } = await incidentsBetween(world.world.table, ...range, 1);
    expect([incidents.length, more]).toEqual([1, true]);
    expect((await incidentsBetween(world.world.table, ...range, 2)).more).toBe(false);
  });
});
