/** What a person says about a runbook counts from the next alert on, without a publish. */
import { beforeEach, describe, expect, it } from 'vitest';
import { api } from '../../shared/console/api/api.ts';
import { actByForm } from '../../shared/flow/act.ts';
import { allLessons } from '../../shared/store/learned.ts';
import { openTestWorld, sampleCatalogue, type TestWorld } from '../world.ts';

const loaded = await sampleCatalogue();
let world: TestWorld;
const RIGHT = 'ledger/connections';
/** An alert that no link and no pattern leads anywhere; another host is another signal of the same rule. */
const notice = (host: string, action = 'trigger') => ({
  routing_key: 'local',
  event_action: action,
  dedup_key: `quux-${host}`,
  payload: { summary: 'Quux wibbles', source: host, severity: 'critical' },
});
const actor = { by: 'amira', via: 'link' };
const say = async (fields: string) => {
  const [incident] = await world.open();
  return actByForm(world.world, incident!.id, new URLSearchParams(fields), actor);
};
const openOf = async (host: string) => {
  await world.send(notice(host), 'events');
  return (await world.open()).find(({ lead }) => lead.key.includes(`quux-${host}`))!;
};

beforeEach(async () => {
  world = await openTestWorld({ loaded });
  await openOf('a');
});

describe('"wrong runbook, this is right"', () => {
  it('is on the incident, and chosen for the next alert of the rule by a person’s word', async () => {
    expect(await say(`action=wrong-runbook&right=${RIGHT}`)).toEqual({ ok: true });
    expect((await world.open())[0]!.runbook).toMatchObject({ runbook: RIGHT, by: 'person' });
    const next = await openOf('b');
    expect(next.runbook).toMatchObject({ runbook: RIGHT, by: 'person' });
    expect(next.runbook.candidates[0]!.why).toMatch(/^amira said on 2026-11-23/);
  });

  it('groups like a link: the next two alerts of the rule are one incident', async () => {
    await say(`action=wrong-runbook&right=${RIGHT}`);
    await openOf('b');
    await world.send(notice('c'), 'events');
    const open = await world.open();
    expect(open).toHaveLength(2);
    expect(Object.keys(open.find(({ lead }) => lead.key.includes('quux-b'))!.alerts)).toHaveLength(2);
  });
});

describe('"this runbook helped"', () => {
  it('keeps the runbook for the signal, and is on the timeline', async () => {
    await say(`action=wrong-runbook&right=${RIGHT}`);
    expect(await say('action=runbook-helped')).toEqual({ ok: true });
    expect(await allLessons(world.world.table)).toMatchObject([{ title: 'Quux wibbles', right: RIGHT, by: 'amira' }]);
    const [incident] = await world.open();
    expect(incident!.timeline.some(({ what }) => what === `The runbook helped: ${RIGHT}`)).toBe(true);
  });

  it('without a runbook is refused', async () => {
    expect(await say('action=runbook-helped')).toMatchObject({ ok: false, status: 400 });
    expect(await allLessons(world.world.table)).toEqual([]);
  });
});

describe('over the API', () => {
  const send = async (body: object) => {
    const [incident] = await world.open();
    return api(world.world, async () => 'ben').request(`/incidents/${incident!.id}/runbook`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  };

  it('the right runbook is kept and listed', async () => {
    expect((await send({ wrong: true, right: RIGHT })).status).toBe(200);
    const listed = await api(world.world, async () => 'ben').request('/learned');
    expect(await listed.json()).toMatchObject({ lessons: [{ right: RIGHT, by: 'ben' }] });
  });

  it.each([{}, { helped: true, wrong: true }, { right: 'no/such' }, { helped: 'yes' }])(
    '%j is refused with a sentence',
    async (body) => {
      const answer = await send(body);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: expect.stringMatching(/\.$/) });
    },
  );
});

it('where the memory cannot be read, the alert pages without it', async () => {
  const { client } = world.world.table;
  const broken = Object.create(client, {
    send: {
      value: (command: { input: { ExpressionAttributeValues?: Record<string, unknown> } }) =>
        command.input.ExpressionAttributeValues?.[':pk'] === 'LEARNED'
          ? Promise.reject(new Error('no answer'))
          : client.send(command as never),
    },
  });
  world.world.table = { ...world.world.table, client: broken };
  expect(await openOf('b')).toBeDefined();
  expect(world.logged.some((one) => one.includes('What people said about runbooks could not be read'))).toBe(true);
});
