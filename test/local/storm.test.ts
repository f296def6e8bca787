/** Promise 7 on the whole stack: a storm wakes a person once, then by digest; and one answer takes all of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Incident, Page } from '../../shared/incident/incident.ts';
import { expectMessage, type Running, run } from './running.ts';

const INCIDENTS = 60;
let stack: Running;
beforeAll(async () => {
  // A minute and five, in seconds.
  stack = await run(4820, {
    catalogue: (sample) => ({
      ...sample,
      defaults: { ...sample.defaults, digest: { firstSeconds: 3, thenSeconds: 10 } },
    }),
  });
});
afterAll(async () => {
  await stack?.end();
});

const trigger = async (n: number) => {
  const payload = { summary: `Host ${n} is down`, source: `host-${n}`, severity: n === 37 ? 'critical' : 'error' };
  const body = JSON.stringify({ routing_key: 'local', event_action: 'trigger', dedup_key: `storm ${n}`, payload });
  expect((await fetch(`${stack.baseUrl}/v2/enqueue`, { method: 'POST', body })).status).toBe(202);
};
const open = async (): Promise<Incident[]> => {
  const answer = await fetch(`${stack.baseUrl}/api/incidents?limit=500`, {
    headers: { authorization: 'Bearer local' },
  });
  return ((await answer.json()) as { incidents: Incident[] }).incidents;
};

const isTold = (page: Page) => page.person && page.kind === 'alert' && page.state === 'sent';

describe(`${INCIDENTS} incidents at once, for one person`, () => {
  it('page once at once, then by digest; nothing is lost, and ACK ALL answers for all of it', async () => {
    await trigger(0);
    const first = await expectMessage(stack, (one) => one.channel === 'sms', 5000);
    await Promise.all(Array.from({ length: INCIDENTS - 1 }, (_, n) => trigger(n + 1)));
    const texts = () => stack.phone.messages().filter((one) => one.channel === 'sms' && one.to === first.to);

    const digest = await expectMessage(stack, (one) => one.to === first.to && /^\d+ wait/.test(one.text), 20_000);
    expect(digest.text).toMatch(/or reply ACK ALL$/);

    // The first, the one that was worse, and digests: never one an incident.
    await expect
      .poll(async () => (await open()).filter(({ pages }) => !pages.some(isTold)).length, {
        timeout: 60_000,
        interval: 1000,
      })
      .toBe(0);
    expect(texts().length).toBeLessThanOrEqual(5);
    const worst = texts().findIndex(({ text }) => text.includes('CRIT'));
    expect(worst).toBeGreaterThan(0);

    const answer = expectMessage(stack, (one) => one.text.startsWith('Acknowledged'), 15_000);
    await fetch(`${stack.phoneUrl}/reply`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from: first.to, text: 'ack all' }),
    });
    expect((await answer).text).toBe(`Acknowledged ${INCIDENTS} of ${INCIDENTS}. They are yours.`);
    expect((await open()).filter(({ state }) => state !== 'acknowledged')).toEqual([]);
  }, 120_000);
});
