/** What changed, end to end: recorded from a script, listed, suspected, and told to an incident that is open already. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Incident } from '../../shared/incident/incident.ts';
import { expectMessage, type Running, run, withoutDigests } from './running.ts';

const PORT = 4910;
const ROOT = join(import.meta.dirname, '../..');
let stack: Running;
beforeAll(async () => {
  stack = await run(PORT, { catalogue: withoutDigests });
});
afterAll(async () => {
  await stack?.end();
});

/** The command line, as a person types it. */
const pageturner = async (...words: string[]): Promise<string> => {
  const environment = { ...process.env, PAGETURNER_URL: stack.baseUrl };
  const command = promisify(execFile);
  const { stdout } = await command(process.execPath, ['cli/pageturner.ts', ...words], { cwd: ROOT, env: environment });
  return stdout;
};
const trigger = async (name: string) => {
  const labels = { alertname: name, service: 'payments-api', severity: 'critical', env: 'prod' };
  const startsAt = new Date().toISOString();
  const alert = { status: 'firing', labels, annotations: {}, startsAt, fingerprint: name.replaceAll(' ', '-') };
  const body = JSON.stringify({
    version: '4',
    status: 'firing',
    alerts: [alert],
    groupLabels: {},
    commonLabels: labels,
  });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${stack.baseUrl}/hooks/alertmanager/local`, { method: 'POST', headers, body });
  expect(answer.status).toBe(202);
};
const incidentOf = async (title: string): Promise<Incident> => {
  const answer = await fetch(`${stack.baseUrl}/api/incidents`, { headers: { authorization: 'Bearer local' } });
  return ((await answer.json()) as { incidents: Incident[] }).incidents.find((incident) => incident.title === title)!;
};

describe('deployments', () => {
  it('are listed: nothing at first, then what a script told', async () => {
    expect(await pageturner('deployments', '--service', 'payments-api')).toMatch(/^Nothing was deployed since/);
    const told = await pageturner('deployed', '--service', 'payments-api', '--version', 'v1.42.0', '--by', 'chidi');
    expect(told).toBe('Recorded: payments-api v1.42.0 succeeded\n');
    expect(await pageturner('deployments')).toMatch(/payments-api production v1\.42\.0 succeeded by chidi/);
  });

  it('of the future are on record, and marked', async () => {
    const body = JSON.stringify({ deployment: { ref: 'far/ahead', version: 'v9', at: '2099-01-01T00:00:00Z' } });
    expect((await fetch(`${stack.baseUrl}/hooks/deployment/local`, { method: 'POST', body })).status).toBe(202);
    expect(await pageturner('deployments', '--service', '-')).toMatch(
      /far\/ahead.* \(in the future: its sender's clock/,
    );
  });

  it('one minutes before is the suspect, on the phone', async () => {
    await trigger('Zebra stripes');
    const { text } = await expectMessage(
      stack,
      (one) => one.channel === 'sms' && one.text.includes('Zebra stripes'),
      8000,
    );
    expect(text).toMatch(/Deployed .* ago: v1\.42\.0/);
    const { suspects } = await incidentOf('Zebra stripes');
    expect(suspects[0]).toMatchObject({ version: 'v1.42.0', by: 'chidi', likely: true });
  });

  it('one whose notice comes late is added to the open incident, and the page shows it', async () => {
    await trigger('Nothing known yet');
    await expectMessage(stack, (one) => one.channel === 'sms' && one.text.includes('Nothing known yet'), 8000);
    const at = new Date(Date.now() - 60_000).toISOString();
    const deployment = { service: 'ledger', version: 'v7.0.1', status: 'failed', title: 'Migration', at };
    const body = JSON.stringify({ deployment: { ref: 'payments/ledger', ...deployment } });
    expect((await fetch(`${stack.baseUrl}/hooks/deployment/local`, { method: 'POST', body })).status).toBe(202);
    const incident = await incidentOf('Nothing known yet');
    expect(incident.suspects.map(({ version }) => version)).toContain('v7.0.1');
  });

  it('of a service that nobody knows is refused with the names', async () => {
    await expect(pageturner('deployments', '--service', 'nope')).rejects.toMatchObject({
      stderr: expect.stringContaining("There is no service 'nope'"),
    });
  });
});
