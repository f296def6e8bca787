import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unprovenAt } from '../../shared/intake/allowed.ts';
import { normalise } from '../../shared/intake/intake.ts';
import { keysOf, verifyHookKey } from '../../shared/sender/secret.ts';

const receivedAt = '2026-11-23T03:12:06.000Z';
const fixture = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../alert/fixtures', `${name}.json`), 'utf8')) as unknown;
const by = (hook: string, name: string, unproven?: string[]) =>
  normalise(fixture(name), { receivedAt, origin: { hook, ...(unproven === undefined ? {} : { unproven }) } });

const OK = 'cloudwatch/sns-metric-ok';

describe('a hook takes only its own kinds', () => {
  test.each([
    ['cloudwatch', OK, 'cloudwatch'],
    ['cloudwatch', 'aws/health-issue', 'aws'],
    ['azure-monitor', 'azure-common/metric-fired', 'azure-monitor'],
    ['alertmanager', 'alertmanager/version-3-without-fingerprint', 'alertmanager'],
    ['grafana', 'grafana/unified', 'grafana'],
    ['events', 'events/trigger', 'events'],
    ['alert', OK, 'cloudwatch'],
    ['alert', 'events/trigger', 'events'],
  ])('%s takes %s', (hook, name, kind) => expect(by(hook, name).alerts[0]?.source.kind).toBe(kind));

  test.each([
    ['grafana', OK],
    ['alertmanager', 'azure-common/metric-resolved'],
    ['events', OK],
    ['azure-monitor', 'events/resolve'],
    ['cloudwatch', 'grafana/legacy-ok'],
  ])('by %s, %s is kept and pages, and ends nothing', (hook, name) => {
    const own = normalise(fixture(name), { receivedAt }).alerts[0];
    const { alerts, degraded } = by(hook, name);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({ status: 'firing', source: { kind: 'unknown', variant: 'refused' } });
    expect(alerts[0]?.key).not.toBe(own?.key);
    expect(alerts[0]?.raw).toBeDefined();
    expect(degraded?.[0]).toContain(`The ${hook} hook takes no notices of ${own?.source.kind}.`);
  });

  test('an end that nobody knows, by the hook of another sender, has another key', () => {
    expect(by('grafana', 'monitors/pingdom-resolved').alerts[0]?.key).not.toBe(
      by('alert', 'monitors/pingdom-firing').alerts[0]?.key,
    );
    expect(by('grafana', 'monitors/pingdom-resolved').alerts[0]?.key).toBe(
      by('grafana', 'monitors/pingdom-firing').alerts[0]?.key,
    );
  });

  test('a deployment by the hook of a monitoring tool is kept as a notice, and is no deployment', () => {
    const deployment = {
      deployment: { service: 'payments-api', environment: 'production', version: 'v1', status: 'succeeded' },
    };
    const { alerts, deployments } = normalise(deployment, { receivedAt, origin: { hook: 'grafana' } });
    expect(deployments).toBeUndefined();
    expect(alerts[0]).toMatchObject({ severity: 'info', title: 'Not taken as sent: A deployment' });
    expect(normalise(deployment, { receivedAt, origin: { hook: 'alert' } }).deployments).toHaveLength(1);
  });
});

describe('once proofs are configured for a kind, nothing of it comes in without one', () => {
  const senders = {
    cloudwatch: { topics: ['arn:aws:sns:eu-west-2:111122223333:alarms'] },
    grafana: { bearer: ['12345678'] },
    github: {},
  };

  test('a request at another hook has not proven to be of those kinds', () => {
    expect(unprovenAt('alert', senders)).toEqual(['cloudwatch', 'aws', 'grafana']);
    expect(unprovenAt('grafana', senders)).toEqual(['cloudwatch', 'aws']);
    expect(unprovenAt('cloudwatch', senders)).toEqual(['grafana']);
  });

  test('by the hook for everything, a forged end is kept and ends nothing', () => {
    const { alerts, degraded } = by('alert', OK, unprovenAt('alert', senders));
    expect(alerts[0]).toMatchObject({ status: 'firing', source: { kind: 'unknown', variant: 'refused' } });
    expect(degraded?.[0]).toContain('need the proof that is configured for them');
  });

  test("by the hook of its kin, too: Grafana's notices need Grafana's proof at Alertmanager's hook", () => {
    expect(by('alertmanager', 'grafana/unified', ['grafana']).alerts[0]?.source.variant).toBe('refused');
  });
});

describe('a key can be bound to a hook', () => {
  const written = 'any, cloudwatch=only-aws,events=only-events,base64==,=odd';
  test.each([
    ['cloudwatch', 'only-aws', true],
    ['grafana', 'only-aws', false],
    ['events', 'only-events', true],
    ['cloudwatch', 'only-events', false],
    ['grafana', 'any', true],
    ['grafana', 'base64==', true],
    ['grafana', 'cloudwatch=only-aws', false],
  ])('%s opens with %s: %s', (hook, key, isOpen) => {
    expect(verifyHookKey(key, keysOf(written, hook)).ok).toBe(isOpen);
  });

  test('where every key is bound to another hook, this one has none', () => {
    expect(verifyHookKey('x', keysOf('cloudwatch=y', 'grafana'))).toMatchObject({ ok: false });
    expect(verifyHookKey('', keysOf('cloudwatch=', 'cloudwatch'))).toMatchObject({ ok: false });
  });
});

describe('a notice from the future cannot silence its signal', () => {
  const resolve = (timestamp: string) => ({
    event_action: 'resolve',
    dedup_key: 'k',
    payload: { summary: 's', source: 'x', severity: 'error', timestamp },
  });

  test('its times are those at which it came, and the log says why', () => {
    const { alerts, warnings } = normalise(resolve('2027-11-23T03:12:04Z'), { receivedAt });
    expect(alerts[0]).toMatchObject({ at: receivedAt, endsAt: receivedAt });
    expect(warnings).toEqual([expect.stringContaining('dated in the future')]);
  });

  test('a clock that is a little ahead is believed', () => {
    const { alerts, warnings } = normalise(resolve('2026-11-23T03:16:06Z'), { receivedAt });
    expect(alerts[0]?.at).toBe('2026-11-23T03:16:06.000Z');
    expect(warnings).toBeUndefined();
  });
});
