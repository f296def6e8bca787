/** What the functions do only seldom, on real engines: what spills out of an incident, a quiet sender, a hand-over. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalogue } from '../../shared/catalogue/catalogue.ts';
import { type Incident, MAX_ALERTS, MAX_TIMELINE } from '../../shared/incident/incident.ts';
import { wrapBody } from '../../shared/queue/queue.ts';
import { commitIncident, incidentById } from '../../shared/store/incidents.ts';
import { openTable, type Table } from '../../shared/store/store.ts';
import { expectMessage, type Running, run, withoutDigests } from './running.ts';

let stack: Running;
let table: Table;

/** A sender is quiet as soon as it has been heard; hand-overs of the second on call are told; Amira's phone rings after 3 s. */
function impatient(sample: Catalogue): Catalogue {
  const rota = sample.rotas['payments-secondary']!;
  const rules = { high: [0, 4].map((afterSeconds) => ({ channel: 'sms' as const, afterSeconds })), low: [] };
  const people = Object.entries(sample.people).map(([id, person]) => [
    id,
    id === 'femi' ? person : { ...person, rules },
  ]);
  return {
    ...withoutDigests(sample),
    people: Object.fromEntries(people),
    rotas: { ...sample.rotas, [rota.name]: { ...rota, hand_over_notice: true } },
    defaults: {
      ...withoutDigests(sample).defaults,
      heartbeats: [{ name: 'watchdog', match: { title: ['Watchdog'] }, everySeconds: 0 }],
    },
  };
}

beforeAll(async () => {
  stack = await run(5270, { catalogue: impatient });
  table = openTable(stack.table.name, stack.table.client);
});
afterAll(() => stack?.end());

const tell = async (status: 'firing' | 'resolved', name: string) => {
  const labels = { alertname: name, service: 'payments-api', severity: 'critical', env: 'prod' };
  const alert = { status, labels, annotations: {}, startsAt: new Date().toISOString(), fingerprint: name };
  const group = { version: '4', status, alerts: [alert], groupLabels: {}, commonLabels: labels };
  const body = JSON.stringify(group);
  const headers = { 'content-type': 'application/json' };
  expect((await fetch(`${stack.baseUrl}/hooks/alertmanager/local`, { method: 'POST', headers, body })).status).toBe(
    202,
  );
};
const api = (path: string, body?: object) =>
  fetch(`${stack.baseUrl}/api${path}`, {
    headers: { authorization: 'Bearer local', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
/** Titles that no runbook's words are like: nothing is held. */
const opened = async (title: string): Promise<Incident> => {
  await tell('firing', title);
  await expectMessage(stack, ({ channel, text }) => channel === 'slack' && text.includes(title), 10_000);
  const { incidents } = (await (await api('/incidents')).json()) as { incidents: Incident[] };
  return incidents.find((incident) => incident.title === title)!;
};

/** Whatever is due of an incident's pages has gone out, and that is written down. */
const isCalm = (id: string) =>
  expect
    .poll(
      async () => {
        const { pages } = (await incidentById(table, id))!;
        return pages.filter(({ state, due }) => state !== 'sent' && due <= new Date().toISOString());
      },
      { timeout: 8000, interval: 50 },
    )
    .toEqual([]);

/** Fills an incident to the brim, so that whoever writes next moves something out of it. Out: what stood there. */
async function fill(id: string, more: (incident: Incident) => Partial<Incident> = () => ({})): Promise<Incident> {
  for (;;) {
    const incident = (await incidentById(table, id))!;
    const missing = MAX_TIMELINE - incident.timeline.length;
    const entries = Array.from({ length: missing }, (_, n) => {
      return { n: incident.nextEntry + n, at: incident.updatedAt, what: 'Something happened' };
    });
    const timeline = [...incident.timeline, ...entries];
    const full = { ...incident, timeline, nextEntry: incident.nextEntry + missing, ...more(incident) };
    const written = await commitIncident(table, full);
    if (written !== 'conflict') return written;
  }
}
const hasMovedOut = (id: string) =>
  expect
    .poll(async () => (await incidentById(table, id))!.timelineFrom, { timeout: 8000, interval: 50 })
    .toBeGreaterThan(1);

describe('the older part of a long timeline moves beside its incident', () => {
  it('by a note in the console', async () => {
    const { id } = await opened('Zebra');
    await isCalm(id);
    await fill(id);
    expect((await api(`/incidents/${id}/notes`, { text: 'Looking' })).ok).toBe(true);
    await hasMovedOut(id);
  });

  it('by a page that was sent', async () => {
    const { id } = await opened('Okapi');
    await fill(id);
    await hasMovedOut(id);
  });

  it('by an acknowledgement from the page', async () => {
    const { id } = await opened('Quagga');
    const { text } = await expectMessage(stack, (one) => one.channel === 'sms' && one.text.includes('Quagga'), 8000);
    await isCalm(id);
    await fill(id);
    const form = new URLSearchParams({ action: 'acknowledge' });
    const headers = { origin: stack.baseUrl, 'sec-fetch-site': 'same-origin' };
    const link = /http:\S+\/p\/\S+/.exec(text)![0];
    expect((await fetch(link, { method: 'POST', body: form, headers, redirect: 'manual' })).status).toBe(303);
    await hasMovedOut(id);
  });

  it('by a deployment whose notice comes late, and what stands in Slack changes', async () => {
    const { id } = await opened('Tapir');
    await isCalm(id);
    await fill(id);
    const deployment = { service: 'payments-api', ref: 'payments/api', version: 'v9', at: new Date().toISOString() };
    const body = JSON.stringify({ deployment });
    expect((await fetch(`${stack.baseUrl}/hooks/deployment/local`, { method: 'POST', body })).status).toBe(202);
    await hasMovedOut(id);
    await expectMessage(stack, ({ channel, text }) => channel === 'slack' && /now says[\s\S]*v9/.test(text), 8000);
  });

  it('by a notice, which brings back the signal that lives beside it', async () => {
    const { id } = await opened('Bongo');
    await isCalm(id);
    await fill(id, ({ alerts }) => {
      const others = Object.values(alerts).map((known) => ({ ...known, status: 'resolved' as const }));
      const many = Array.from({ length: MAX_ALERTS }, (_, n) => [`other-${n}`, others[0]!] as const);
      return { alerts: { ...Object.fromEntries(many), ...alerts } };
    });
    expect((await incidentById(table, id))!.alerts['Bongo']).toBeUndefined();
    await tell('resolved', 'Bongo');
    await expect
      .poll(async () => (await incidentById(table, id))!.state, { timeout: 8000, interval: 50 })
      .toBe('resolved');
    await hasMovedOut(id);
  });
});

it('an acknowledgement by the API changes what stands in Slack, at once', async () => {
  const { id } = await opened('Gerbil');
  expect((await api(`/incidents/${id}/acknowledge`, {})).status).toBe(200);
  await expectMessage(stack, ({ text }) => /now says[\s\S]*Gerbil[\s\S]*Acknowledged by local/.test(text), 8000);
});

describe('a sender with a heartbeat', () => {
  const beat = () => {
    const payload = { summary: 'Watchdog', source: 'prometheus', severity: 'info' };
    const event = { event_action: 'trigger', dedup_key: 'watchdog', payload };
    const accepted = { hook: 'events', receivedAt: new Date().toISOString(), contentType: 'application/json' };
    const body = wrapBody({ ...accepted, body: Buffer.from(JSON.stringify(event)) });
    return stack.lambdas['triage']!.invoke({
      Records: [{ messageId: 'beat', body, attributes: { SentTimestamp: String(Date.now()) } }],
    });
  };

  it('is missed by the sweep, which pages, and is over when it is heard again', async () => {
    expect(await beat()).toEqual({ batchItemFailures: [] });
    await stack.lambdas['sweep']!.invoke({});
    await expectMessage(stack, ({ channel, text }) => channel === 'sms' && text.includes('watchdog'), 8000);
    expect(await beat()).toEqual({ batchItemFailures: [] });
    await expectMessage(stack, ({ text }) => /Resolved[\s\S]*watchdog|watchdog[\s\S]*Resolved/i.test(text), 8000);
  });
});

it('who takes over a rota is told once, with how many incidents are open', async () => {
  const override = { rota: 'payments-secondary', person: 'femi', minutes: 30 };
  expect((await api('/overrides', override)).status).toBe(201);
  await stack.lambdas['sweep']!.invoke({});
  await stack.lambdas['sweep']!.invoke({});
  await expectMessage(stack, ({ channel, text }) => channel === 'email' && text.includes('payments-secondary'), 8000);
});
