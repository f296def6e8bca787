import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { alertSchema } from '../../shared/alert/alert.ts';
import { type Normalised, normalise } from '../../shared/intake/intake.ts';
import { differences } from './expectation.ts';

// Beside each payload lies what is expected of it; a new sample is two files and no code.
const FIXTURES = join(import.meta.dirname, 'fixtures');
const names = (readdirSync(FIXTURES, { recursive: true }) as string[])
  .filter((file) => file.endsWith('.json') && !file.endsWith('.expected.json'))
  .map((file) => file.replace(/\.json$/, ''))
  .sort();

function read(name: string): Normalised {
  const text = readFileSync(join(FIXTURES, `${name}.json`), 'utf8');
  const result = normalise(JSON.parse(text), { receivedAt: '2026-11-23T03:12:06.000Z', text });
  // Some samples are dated later than the others: they are received later too, or their time would be cut.
  if (result.warnings === undefined) return result;
  return normalise(JSON.parse(text), { receivedAt: '2027-06-30T06:00:00.000Z', text });
}

describe('a notice as its sender documents it becomes the alert beside it', () => {
  test.each(names)('%s', (name) => {
    const expected = JSON.parse(readFileSync(join(FIXTURES, `${name}.expected.json`), 'utf8')) as Normalised;
    const result = read(name);
    expect(result.degraded).toBeUndefined();
    expect(result.alerts).toHaveLength(expected.alerts.length);
    const found = expected.alerts.flatMap((alert, index) => differences(alert, { ...result.alerts[index] }));
    expect(found).toEqual([]);
    expect(result.deployments ?? []).toEqual(expected.deployments ?? []);
    for (const alert of result.alerts) expect(v.safeParse(alertSchema, alert).issues).toBeUndefined();
  });
});

const first = (name: string) => read(name).alerts[0];

describe('one signal is one signal, whichever way it comes', () => {
  test.each([
    ['SNS and EventBridge', 'cloudwatch/sns-raw-delivery', 'cloudwatch/eventbridge-metric'],
    ['EventBridge and a Lambda action', 'cloudwatch/eventbridge-metric', 'cloudwatch/lambda-action-metric'],
    [
      'EventBridge straight and through SNS and SQS',
      'cloudwatch/eventbridge-metric',
      'cloudwatch/eventbridge-in-sns-in-sqs',
    ],
    ['SNS enveloped in SQS and raw', 'cloudwatch/sqs-around-sns', 'cloudwatch/sns-raw-delivery'],
    ['with its ARN and without', 'cloudwatch/sns-raw-delivery', 'cloudwatch/sns-without-arn'],
  ])('by %s it has the same key and, being the same notice, the same id', (_, one, other) => {
    expect(first(one)?.key).toBe(first(other)?.key);
    expect(first(one)?.id).toBe(first(other)?.id);
  });

  test.each([
    ['CloudWatch', 'cloudwatch/sns-metric-with-tags', 'cloudwatch/sns-metric-ok'],
    ['CloudWatch by EventBridge', 'cloudwatch/eventbridge-metric', 'cloudwatch/eventbridge-metric-ok'],
    ['a Health event', 'aws/health-issue', 'aws/health-issue-closed'],
    ['a canary', 'aws/synthetics-canary-failed', 'aws/synthetics-canary-passed'],
    ['an insight', 'aws/devops-guru-open', 'aws/devops-guru-closed'],
    ['a backup', 'aws/backup-job-failed-by-sns', 'aws/backup-job-completed'],
    ['an Azure metric', 'azure-common/metric-fired', 'azure-common/metric-resolved'],
    ['an Azure service issue', 'azure-common/service-health-active', 'azure-common/service-health-resolved'],
    ['an Azure resource', 'azure-common/resource-health-unavailable', 'azure-common/resource-health-available'],
    ['an old Azure metric', 'azure-legacy/metric-activated', 'azure-legacy/metric-deactivated'],
    ['a legacy Grafana rule', 'grafana/legacy-alerting', 'grafana/legacy-ok'],
    ['Events v2', 'events/trigger', 'events/resolve'],
  ])('the firing and the resolve of %s meet: one key, two notices', (_, firing, resolved) => {
    expect(first(firing)?.status).toBe('firing');
    expect(first(resolved)?.status).toBe('resolved');
    expect(first(firing)?.key).toBe(first(resolved)?.key);
    expect(first(firing)?.id).not.toBe(first(resolved)?.id);
  });

  test.each(names.filter((name) => name.endsWith('-firing') && names.includes(name.replace(/-firing$/, '-resolved'))))(
    'the firing and the resolve of %s meet: one key, two notices',
    (firing) => {
      const resolved = firing.replace(/-firing$/, '-resolved');
      expect([first(firing)?.status, first(resolved)?.status]).toEqual(['firing', 'resolved']);
      expect(first(firing)?.key).toBe(first(resolved)?.key);
      expect(first(firing)?.id).not.toBe(first(resolved)?.id);
    },
  );

  test('no two signals of different monitors have one key', () => {
    const firing = names.filter((name) => /^(monitors|azure-services)\/.*-firing$/.test(name));
    expect(new Set(firing.map((name) => first(name)?.key)).size).toBe(firing.length);
  });

  test.each([
    ['ACTIVE', 'firing'],
    ['FAILED', 'firing'],
    ['something new', 'firing'],
    [undefined, 'firing'],
    ['SUCCEEDED', 'resolved'],
    ['COMPLETED', 'resolved'],
  ])('an AWS event that no table knows, in state %s, is %s: what is not said to be well is told', (state, status) => {
    const event = {
      'detail-type': 'Something New',
      source: 'aws.new',
      detail: { state },
      resources: ['arn:aws:new:::thing'],
    };
    expect(normalise(event, { receivedAt: '2026-11-23T03:12:06.000Z' }).alerts[0]?.status).toBe(status);
  });

  test('contributors of one alarm are told apart', () => {
    const contributor = first('cloudwatch/eventbridge-metrics-insights-contributor');
    expect(contributor?.key).toMatch(/:alarm:ledger-throttles#6d442278dba546f6$/);
  });

  test('the alerts of one body are kept with themselves alone, so that a large group is not kept many times', () => {
    const { alerts } = read('alertmanager/firing-and-resolved-in-one-body');
    expect(alerts.map((alert) => (alert.raw as { alerts: unknown[] }).alerts.length)).toEqual([1, 1]);
  });

  test('a routing key, which lets its bearer page people, is not kept with the alert', () => {
    expect(JSON.stringify(read('events/trigger'))).not.toContain('e93facc04764012d7bfb002500d5d1a6');
    expect(JSON.stringify(read('events/version-1'))).not.toContain('e93facc04764012d7bfb002500d5d1a6');
  });
});
