/** The policy's clock on real queues: the sample catalogue with minutes turned into seconds. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import type { Incident } from '../../shared/incident/incident.ts';
import { expectMessage, type Running, run, withoutDigests } from './running.ts';

let stack: Running;
/** Whom the rota names does not matter here: everybody has the same rules. */
const quick = (catalogue: Catalogue): Catalogue => ({
  ...withoutDigests(catalogue),
  people: Object.fromEntries(
    Object.entries(catalogue.people).map(([id, person]) => [
      id,
      {
        ...person,
        // Femi is the person whom lint warns about: on call, and no number to ring.
        contact: id === 'femi' ? { email: 'femi@example.gov.uk' } : person.contact,
        rules: {
          ...person.rules,
          high: [
            { channel: 'sms', afterSeconds: 0 },
            { channel: 'voice', afterSeconds: 3 },
            { channel: 'email', afterSeconds: 60 },
          ],
        },
      },
    ]),
  ),
  policies: Object.fromEntries(
    Object.entries(catalogue.policies).map(([name, policy]) => [
      name,
      { ...policy, steps: policy.steps.map((step) => ({ ...step, afterSeconds: step.afterSeconds === 0 ? 0 : 6 })) },
    ]),
  ),
});

beforeAll(async () => {
  stack = await run(4740, { catalogue: quick });
});
afterAll(async () => {
  await stack?.end();
});

const trigger = async (summary: string) => {
  const payload = { summary, source: 'host', severity: 'critical' };
  const body = JSON.stringify({ routing_key: 'local', event_action: 'trigger', dedup_key: summary, payload });
  expect((await fetch(`${stack.baseUrl}/v2/enqueue`, { method: 'POST', body })).status).toBe(202);
};
const incidentOf = async (title: string): Promise<Incident | undefined> => {
  const answer = await fetch(`${stack.baseUrl}/api/incidents`, { headers: { authorization: 'Bearer local' } });
  return ((await answer.json()) as { incidents: Incident[] }).incidents.find((incident) => incident.title === title);
};
const secondsBetween = (a: string, b: string) => (Date.parse(b) - Date.parse(a)) / 1000;

describe('nobody answers', () => {
  it('SMS, then voice, then the next step, each at its time, until somebody acknowledges on the page', async () => {
    await trigger('Nobody answers');
    const about = (text: string) => text.includes('Nobody answers');
    const sms = await expectMessage(stack, (one) => one.channel === 'sms' && about(one.text), 5000);
    const voice = await expectMessage(stack, (one) => one.channel === 'voice' && one.to === sms.to, 10_000);
    const second = await expectMessage(
      stack,
      (one) => one.channel === 'sms' && one.to !== sms.to && about(one.text),
      15_000,
    );
    // Promise 6: five seconds either way.
    expect(Math.abs(secondsBetween(sms.at, voice.at) - 3)).toBeLessThan(5);
    expect(Math.abs(secondsBetween(sms.at, second.at) - 6)).toBeLessThan(5);

    const link = /http:\S+\/p\/\S+/.exec(second.text)![0];
    const page = await (await fetch(link)).text();
    const form = { action: 'acknowledge' };
    const acknowledged = await fetch(link, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { origin: stack.baseUrl, 'sec-fetch-site': 'same-origin' },
      redirect: 'manual',
    });
    expect(page).toContain('Acknowledge');
    expect(acknowledged.status).toBeLessThan(400);
    const incident = (await incidentOf('Nobody answers'))!;
    expect(incident.state).toBe('acknowledged');
    expect(incident.pages.filter((one) => one.state === 'owed' && one.kind === 'alert')).toEqual([]);
    expect(incident.timers.filter(({ kind }) => kind === 'step')).toEqual([]);
  }, 40_000);

  it('a person without a phone is told by their next way, at once', async () => {
    await trigger('Femi has no phone');
    // Femi is the last step of the default policy.
    const email = await expectMessage(
      stack,
      (one) => one.channel === 'email' && one.to === 'femi@example.gov.uk' && one.text.includes('Femi has no phone'),
      30_000,
    );
    const incident = (await incidentOf('Femi has no phone'))!;
    const said = incident.timeline.map(({ what }) => what);
    expect(said).toContain('femi has no contact for sms: skipped');
    expect(email.text).toContain('/p/');
  }, 40_000);
});

describe('bodies that are large', () => {
  const post = (body: string | Buffer<ArrayBuffer>) =>
    fetch(`${stack.baseUrl}/hooks/alertmanager/local`, { method: 'POST', body } as RequestInit);

  it('one that is too large for the queue as it is goes compressed, and is understood whole', async () => {
    const annotations = { summary: 'Large but real', description: 'x'.repeat(2_000_000) };
    const alert = {
      status: 'firing',
      labels: { alertname: 'LargeButReal', severity: 'critical' },
      annotations,
      startsAt: new Date().toISOString(),
      fingerprint: '0123456789abcdef',
    };
    const body = JSON.stringify({
      version: '4',
      groupKey: '{}',
      status: 'firing',
      receiver: 'pageturner',
      groupLabels: {},
      commonLabels: {},
      commonAnnotations: {},
      externalURL: 'http://alertmanager.example',
      alerts: [alert],
    });
    expect((await post(body)).status).toBe(202);
    await expect.poll(() => incidentOf('LargeButReal'), { timeout: 8000, interval: 200 }).toBeDefined();
  });

  it('one that is too large even so keeps its head, says that it was cut, and pages', async () => {
    const before = stack.phone.messages().length;
    const body = Buffer.concat([Buffer.from('Disk of vault-07 is failing. '), Buffer.from(randomBytes(2_000_000))]);
    expect((await post(body)).status).toBe(202);
    await expectMessage(stack, (one) => stack.phone.messages().indexOf(one) >= before && one.channel === 'sms', 8000);
    const sources = async () => {
      const answer = await fetch(`${stack.baseUrl}/api/incidents`, { headers: { authorization: 'Bearer local' } });
      return ((await answer.json()) as { incidents: Incident[] }).incidents.map(({ lead }) => lead.source);
    };
    // The text that came may have been of another incident; the list is an index, a moment behind.
    await expect.poll(sources, { timeout: 8000 }).toContain('unknown');
  });

  it('one that no sender sends is refused before it is read', async () => {
    expect((await post(Buffer.alloc(7 * 1024 * 1024, 'x'))).status).toBe(413);
  });
});
