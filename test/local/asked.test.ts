/** What a page's link can ask for, end to end: hand over, snooze, silence, note, wrong runbook; and what it may not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Incident } from '../../shared/incident/incident.ts';
import { expectMessage, type Running, run, withoutDigests } from './running.ts';

let stack: Running;
beforeAll(async () => {
  stack = await run(4890, { catalogue: withoutDigests });
});
afterAll(async () => {
  await stack?.end();
});

const trigger = async (name: string): Promise<number> => {
  const payload = { summary: name, source: 'host', severity: 'critical', component: 'payments-api' };
  const body = JSON.stringify({ routing_key: 'local', event_action: 'trigger', dedup_key: name, payload });
  return (await fetch(`${stack.baseUrl}/v2/enqueue`, { method: 'POST', body })).status;
};
/** The link of the first text about `name`. */
const linkOf = async (name: string): Promise<string> => {
  expect(await trigger(name)).toBe(202);
  const { text } = await expectMessage(stack, (one) => one.channel === 'sms' && one.text.includes(name), 8000);
  return /http:\S+\/p\/\S+/.exec(text)![0];
};
const ask = async (link: string, fields: Record<string, string>) =>
  fetch(link, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
const incidentOf = async (title: string): Promise<Incident> => {
  const answer = await fetch(`${stack.baseUrl}/api/incidents`, { headers: { authorization: 'Bearer local' } });
  const { incidents } = (await answer.json()) as { incidents: Incident[] };
  return incidents.find((incident) => incident.title === title)!;
};
const byPeople = (incident: Incident) => incident.timeline.filter(({ by }) => by !== undefined);
const owedTo = (incident: Incident) => [
  ...new Set(incident.pages.filter((page) => page.state === 'owed' && page.kind === 'alert').map(({ to }) => to)),
];

describe("a page's link", () => {
  it('hands the incident over to a person, whose phone has it at once', async () => {
    const link = await linkOf('Disk alpha is full');
    const before = await incidentOf('Disk alpha is full');
    expect((await ask(link, { action: 'hand-over', to: 'dee' })).status).toBe(303);
    const dee = (await incidentOf('Disk alpha is full')).pages.find(
      ({ to, state }) => to === 'dee' && state !== 'failed',
    );
    expect(dee).toBeDefined();
    await expectMessage(stack, ({ channel, text }) => channel === 'sms' && text.includes(before.code), 8000);
    expect(owedTo(await incidentOf('Disk alpha is full')).filter((to) => to !== 'dee')).toEqual([]);
  });

  it('snoozes it: somebody has it, and it pages again then', async () => {
    const link = await linkOf('Disk beta is full');
    expect((await ask(link, { action: 'snooze', for: '30m' })).status).toBe(303);
    const incident = await incidentOf('Disk beta is full');
    expect(incident.state).toBe('acknowledged');
    expect(owedTo(incident)).toEqual([]);
    const [timer] = incident.timers;
    expect(timer!.kind).toBe('ack-expires');
    expect(Date.parse(timer!.due) - Date.now()).toBeGreaterThan(29 * 60_000);
  });

  it('silences its signal: what comes of it again is on record and pages nobody', async () => {
    const link = await linkOf('Disk gamma is full');
    expect((await ask(link, { action: 'silence', for: '1h' })).status).toBe(303);
    expect((await incidentOf('Disk gamma is full')).state).toBe('acknowledged');
    expect(await (await fetch(link)).text()).toMatch(/Silenced until .*Disk gamma is full/);
  });

  it.each([
    ['hands over to nobody it knows', { action: 'hand-over', to: '__proto__' }, /Nobody in the catalogue/],
    ['snoozes for ever', { action: 'snooze', for: '9999d' }, /from 1m to 1d/],
    ['snoozes for no time', { action: 'snooze', for: '' }, /from 1m to 1d/],
    ['notes nothing', { action: 'note', text: '  ' }, /note is empty/],
    ['names a runbook there is not', { action: 'wrong-runbook', right: '../etc/passwd' }, /no runbook of this name/],
    ['asks for what there is not', { action: 'delete' }, /No such action/],
  ] as [string, Record<string, string>, RegExp][])(
    'that %s is refused with a sentence',
    async (_, fields, sentence) => {
      const incident = await incidentOf('Disk beta is full');
      const { text } = await expectMessage(
        stack,
        (one) => one.channel === 'sms' && one.text.includes('Disk beta'),
        8000,
      );
      const answer = await ask(/http:\S+\/p\/\S+/.exec(text)![0], fields);
      expect(answer.status).toBe(400);
      expect(await answer.text()).toMatch(sentence);
      // Pages under way write too: what nobody asked for is what counts.
      const after = await incidentOf('Disk beta is full');
      expect([after.state, byPeople(after)]).toEqual([incident.state, byPeople(incident)]);
    },
  );

  it('marks the runbook as wrong, and shows the right one from then on', async () => {
    const link = await linkOf('Disk delta is full');
    expect((await ask(link, { action: 'wrong-runbook', right: 'payments/5xx' })).status).toBe(303);
    const page = await (await fetch(link)).text();
    expect(page).toContain('Runbook: payments/5xx');
    expect(page).toMatch(/Wrong runbook: \S+; right: payments\/5xx/);
  });
});
