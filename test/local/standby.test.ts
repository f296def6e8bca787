/** Two whole Pageturners on this machine, the one standing by the other; minutes are turned into seconds. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { Incident } from '../../shared/incident/incident.ts';
import { expectMessage, type Running, run, withoutDigests } from './running.ts';

const FIRST = 4960;
const STANDBY = 4970;
const MISSING_SECONDS = 8;

const quick = (catalogue: Catalogue): Catalogue => ({
  ...withoutDigests(catalogue),
  policies: Object.fromEntries(
    Object.entries(catalogue.policies).map(([name, policy]) => [
      name,
      { ...policy, steps: policy.steps.map((step) => ({ ...step, afterSeconds: step.afterSeconds === 0 ? 0 : 6 })) },
    ]),
  ),
});
const options = (standby: 'yes' | 'no', peer: number) => ({
  catalogue: quick,
  environment: {
    STANDBY: standby,
    PEER_URL: `http://127.0.0.1:${peer}`,
    PEER_TOKEN: 'local',
    PEER_MISSING_SECONDS: String(MISSING_SECONDS),
  },
});

let first: Running;
let standby: Running;
let sweeping: NodeJS.Timeout;
/** The sweep of each second stands for that of each minute. */
const sweepAll = () => {
  for (const stack of [first, standby]) stack.lambdas['sweep']!.invoke({}).catch(() => {});
};
const startFirst = (folder?: string) =>
  run(FIRST, { ...options('no', STANDBY), ...(folder === undefined ? {} : { folder }) });

beforeAll(async () => {
  [first, standby] = await Promise.all([startFirst(), run(STANDBY, options('yes', FIRST))]);
  sweeping = setInterval(sweepAll, 1000);
}, 60_000);
afterAll(async () => {
  clearInterval(sweeping);
  await Promise.all([first?.end(), standby?.end()]);
});

const api = async (stack: Running, path: string, method = 'GET') => {
  const answer = await fetch(`${stack.baseUrl}/api${path}`, { method, headers: { authorization: 'Bearer local' } });
  return (await answer.json()) as Record<string, unknown>;
};
const trigger = async (stack: Running, summary: string) => {
  const payload = { summary, source: 'host', severity: 'critical', timestamp: '2026-11-23T03:12:04.000Z' };
  const body = JSON.stringify({ routing_key: 'local', event_action: 'trigger', dedup_key: summary, payload });
  expect((await fetch(`${stack.baseUrl}/v2/enqueue`, { method: 'POST', body })).status).toBe(202);
};
const incidentOf = async (stack: Running, title: string) =>
  ((await api(stack, '/incidents')) as { incidents: Incident[] }).incidents.find((one) => one.title === title);
const about = (summary: string) => (one: { text: string }) => one.text.includes(summary);
/** Chat is brought up to date without anybody being paged. */
const told = (stack: Running, summary: string) =>
  stack.phone.messages().filter((one) => one.channel !== 'slack' && about(summary)(one));
const hears = (stack: Running) => async () => {
  const { heard } = (await api(stack, '/peer')) as { heard?: { heardAt?: string; why?: string } };
  return heard?.heardAt !== undefined && heard.why === undefined;
};

describe('two regions', () => {
  it('hear each other', async () => {
    await expect.poll(hears(standby), { timeout: 20_000 }).toBe(true);
    await expect.poll(hears(first), { timeout: 20_000 }).toBe(true);
  }, 50_000);

  it('the same alert to both pages by the first alone, under the same id and code', async () => {
    await Promise.all([trigger(first, 'Disk of vault-07 is full'), trigger(standby, 'Disk of vault-07 is full')]);
    await expectMessage(first, about('Disk of vault-07'), 10_000);
    // Its third step: longer than it would take to be missing.
    await expect.poll(() => told(first, 'Disk of vault-07').length, { timeout: 30_000 }).toBeGreaterThan(2);
    const [here, there] = await Promise.all([first, standby].map((one) => incidentOf(one, 'Disk of vault-07 is full')));
    expect([there?.id, there?.code]).toEqual([here?.id, here?.code]);
    expect(there).toMatchObject({ state: 'triggered', stand: 'by' });
    expect(told(standby, 'Disk of vault-07')).toEqual([]);
  }, 60_000);

  it('the first is killed: the standby pages within the promised time', async () => {
    await first.stop();
    const lostAt = Date.now();
    const { at } = await expectMessage(standby, about('Disk of vault-07'), (MISSING_SECONDS + 10) * 1000);
    expect(Date.parse(at) - lostAt).toBeLessThan((MISSING_SECONDS + 5) * 1000);
  }, 40_000);

  it('what somebody takes at the standby, the first does not page for when it is back', async () => {
    const incident = (await incidentOf(standby, 'Disk of vault-07 is full'))!;
    await api(standby, `/incidents/${incident.id}/acknowledge`, 'POST');
    // What the first owed is overdue when it is back.
    await expect
      .poll(() => Date.now() - Date.parse(incident.timeline.at(-1)!.at), { timeout: 20_000 })
      .toBeGreaterThan(MISSING_SECONDS * 1000);
    const before = told(first, 'Disk of vault-07').length;
    first = await startFirst(first.folder);
    await expect
      .poll(async () => (await incidentOf(first, 'Disk of vault-07 is full'))?.state, { timeout: 20_000 })
      .toBe('acknowledged');
    const { timeline } = (await incidentOf(first, 'Disk of vault-07 is full'))!;
    expect(timeline.at(-1)).toMatchObject({ what: 'Acknowledged', by: 'local (the other region)' });
    const now = told(first, 'Disk of vault-07');
    expect(now.length, JSON.stringify(now)).toBe(before);
  }, 60_000);

  it('what is silenced at the first is silenced at the standby, until it is ended there', async () => {
    const silence = { match: { title: ['Noise'] }, minutes: 10, why: 'a rehearsal' };
    const headers = { authorization: 'Bearer local', 'content-type': 'application/json' };
    const made = await fetch(`${first.baseUrl}/api/silences`, {
      method: 'POST',
      headers,
      body: JSON.stringify(silence),
    });
    const { id } = ((await made.json()) as { silence: { id: string } }).silence;
    const there = async () =>
      ((await api(standby, '/silences')) as { silences: { id: string }[] }).silences.map((one) => one.id);
    await expect.poll(there, { timeout: 20_000 }).toContain(id);
    await api(first, `/silences/${id}`, 'DELETE');
    await expect.poll(there, { timeout: 20_000 }).not.toContain(id);
  }, 50_000);

  it('what only the standby received pages although the first lives', async () => {
    await expect.poll(hears(standby), { timeout: 20_000 }).toBe(true);
    await trigger(standby, 'Only one region heard of this');
    await expectMessage(standby, about('Only one region'), (MISSING_SECONDS + 10) * 1000);
    const { timeline } = (await incidentOf(standby, 'Only one region heard of this'))!;
    expect(timeline.map(({ what }) => what)).toContain('The other region lives and has not got this: paging here');
    expect(told(first, 'Only one region')).toEqual([]);
  }, 60_000);
});
