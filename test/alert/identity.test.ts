/**
 * Two notices have one key only when they are about one signal. A wrong merge silences an alert, so it is tested on generated
 * bodies, on our samples and, where it is there, on the corpus.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseBody } from '../../shared/intake/intake.ts';

const receivedAt = '2026-11-25T03:12:04.000Z';
const alertsOf = (body: unknown) =>
  normaliseBody(typeof body === 'string' ? body : JSON.stringify(body), undefined, { receivedAt }).alerts;
const keyOf = (body: unknown) => alertsOf(body)[0]?.key;

const asEvent = (detail: object) => ({
  version: '0',
  id: 'e-1',
  'detail-type': 'Something New',
  source: 'aws.new',
  account: '111122223333',
  time: '2026-11-25T03:00:00Z',
  region: 'eu-west-2',
  resources: [],
  detail,
});
const bySns = (message: object) => ({
  Type: 'Notification',
  MessageId: 'm-1',
  TopicArn: 'arn:aws:sns:eu-west-2:111122223333:alerts',
  Message: JSON.stringify(message),
  Timestamp: '2026-11-25T03:00:00.000Z',
});
const ROADS: [string, (body: object) => unknown][] = [
  ['posted', (body) => body],
  ['by SNS without a subject', bySns],
  ['as an EventBridge event without resources', asEvent],
  ['nested', (body) => ({ event: { data: body } })],
  [
    'as lines of text',
    (body) =>
      Object.entries(body)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n'),
  ],
];

const word = fc.constantFrom('orders', 'ledger', 'print', 'portal', 'files', 'search');
const spelt = (name: string) =>
  fc.constantFrom(
    name,
    name.toUpperCase(),
    name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
    name.replaceAll('_', '-'),
  );
/** Names whose values a person takes for the thing or for what is wrong with it. */
const TELLING = [
  'host_name',
  'queue',
  'error_message',
  'job_name',
  'message',
  'failure_reason',
  'database',
  'url_path',
  'region',
  'customer_ref',
];
const body = fc
  .uniqueArray(fc.constantFrom(...TELLING), { minLength: 2, maxLength: 6 })
  .chain((names) =>
    fc.tuple(...names.map((name) => fc.tuple(spelt(name), fc.tuple(word, fc.integer({ min: 1, max: 99 }))))),
  )
  .map((pairs) => pairs.map(([name, [value, number]]): [string, string] => [name, `${value}-${number} stuck`]));

describe.each(ROADS)('a body that no table knows, %s', (_, sent) => {
  test('differs in its key from one that differs in any telling field', () => {
    fc.assert(
      fc.property(body, fc.nat(), (pairs, which) => {
        const changed = pairs.map(([name, value], index): [string, string] => [
          name,
          index === which % pairs.length ? `other ${value}` : value,
        ]);
        expect(keyOf(sent(Object.fromEntries(pairs)))).not.toBe(keyOf(sent(Object.fromEntries(changed))));
      }),
      { numRuns: 300 },
    );
  });

  test('has the same key again, also with other times, notice ids, counters and in another order', () => {
    const volatile = fc.record({
      timestamp: fc
        .date({ min: new Date('2026-01-01'), max: new Date('2026-12-01'), noInvalidDate: true })
        .map((at) => at.toISOString()),
      notification_id: fc.uuid(),
      attempt: fc.nat(50),
      durationSeconds: fc.nat(5000),
    });
    fc.assert(
      fc.property(body, volatile, volatile, (pairs, one, other) => {
        const first = { ...Object.fromEntries(pairs), ...one };
        const again = { ...other, ...Object.fromEntries([...pairs].reverse()) };
        expect(keyOf(sent(first))).toBe(keyOf(sent(again)));
      }),
      { numRuns: 300 },
    );
  });

  test('and its end has the key of its beginning, where nothing but the state differs', () => {
    const states = fc.constantFrom(
      ['down', 'up'],
      ['ALARM', 'OK'],
      ['open', 'closed'],
      ['triggered', 'recovered'],
      ['FIRING', 'RESOLVED'],
      ['unhealthy', 'healthy'],
      ['failed', 'completed'],
      ['critical', 'cleared'],
    );
    fc.assert(
      fc.property(body, states, spelt('alert_status'), (pairs, [wrong, well], name) => {
        const [firing] = alertsOf(sent({ ...Object.fromEntries(pairs), [name]: wrong }));
        const [resolved] = alertsOf(sent({ ...Object.fromEntries(pairs), [name]: well }));
        expect([firing?.status, resolved?.status]).toEqual(['firing', 'resolved']);
        expect(firing?.key).toBe(resolved?.key);
      }),
      { numRuns: 300 },
    );
  });
});

describe('an end is told from a beginning', () => {
  test.each([
    ['[RESOLVED] CPU high on web-1', 'resolved'],
    ['RECOVERED: orders', 'resolved'],
    ['OK: "ecs-disk" in EU (London)', 'resolved'],
    ['[orders] [✅ Up] 200 - OK', 'resolved'],
    ['Resolved in 5m 3s: CPU high', 'resolved'],
    ['Monitor is UP: orders', 'resolved'],
    ['orders is back up', 'resolved'],
    ['The alert has been resolved', 'resolved'],
    ['** RECOVERY Service Alert: web-1/HTTP is OK **', 'resolved'],
    ['Re: [Closed] case 12', 'resolved'],
    ['[FIRING:1] CPU high', 'firing'],
    ['host db-9 could not be resolved', 'firing'],
    ['Backups have not recovered', 'firing'],
    ['OK to restart web-1?', 'firing'],
    ['Sign-up is slow', 'firing'],
    ['Unresolved: orders', 'firing'],
  ])('by its title: %s is %s', (title, status) => expect(alertsOf({ title })[0]?.status).toBe(status));

  test.each([
    [{ incident: { id: 'i-1', state: 'resolved' } }, 'resolved'],
    [{ data: { alert: { Status: 'RECOVERED' } } }, 'resolved'],
    [{ alertState: 'Not Responding' }, 'firing'],
    [{ isResolved: true, name: 'x' }, 'resolved'],
    [{ isResolved: false, name: 'x' }, 'firing'],
    [{ oldState: 'ok', newState: 'critical' }, 'firing'],
    [{ previous_state: 'down', current_state: 'up' }, 'resolved'],
    [{ transition: 'ALARM -> OK' }, 'resolved'],
    [{ event: 'incident.resolved' }, 'resolved'],
    [{ event: 'incident.acknowledged' }, 'firing'],
    [{ event: 'order.stuck', status: 'completed_with_errors' }, 'firing'],
    [{ name: 'x', resolved_at: '2026-11-25T03:00:00Z', status: 'x' }, 'resolved'],
    [{ name: 'x', resolved_at: null }, 'firing'],
    [{ complianceType: 'NOT_APPLICABLE', status: 'NOT_APPLICABLE' }, 'resolved'],
    [{ name: 'x', status: 1 }, 'firing'],
    [{ status: 'UPDATE_ROLLBACK_COMPLETE' }, 'firing'],
    [
      {
        status: 'success',
        checks: [
          { name: 'db', status: 'failed' },
          { name: 'web', status: 'ok' },
        ],
      },
      'firing',
    ],
    [
      {
        status: 'success',
        checks: [
          { name: 'db', status: 'ok' },
          { name: 'web', status: 'ok' },
        ],
      },
      'resolved',
    ],
    [{ device: 'sw-1', trap: 'linkUp', severity: 'cleared' }, 'resolved'],
    [{ issue: { fields: { status: { name: 'Done' } } } }, 'resolved'],
  ])('by its fields: %j is %s', (sent, status) => expect(alertsOf(sent)[0]?.status).toBe(status));

  test('and a firing whose end nobody would recognise says so', () => {
    expect(alertsOf({ host: 'web-1', error: 'disk full' })[0]?.labels['ends']).toBe(
      'This sender does not tell us when it is over',
    );
    expect(alertsOf({ host: 'web-1', status: 'down' })[0]?.labels['ends']).toBeUndefined();
  });
});

describe('pairs among our samples meet', () => {
  const first = (name: string) =>
    alertsOf(readFileSync(join(import.meta.dirname, 'fixtures', `${name}.json`), 'utf8'))[0];

  test.each([
    ['aws/devops-guru-new-by-sns', 'aws/devops-guru-closed-by-sns'],
    ['aws/config-non-compliant-by-sns', 'aws/config-compliant-by-sns'],
    ['aws/config-non-compliant', 'aws/config-not-applicable'],
    ['aws/transfer-send-failed', 'aws/transfer-send-completed'],
    ['aws/application-insights-detected', 'aws/application-insights-resolved'],
    ['aws/xray-insight-active', 'aws/xray-insight-closed'],
    ['aws/patch-non-compliant', 'aws/patch-compliant'],
    ['aws/medialive-alert-set', 'aws/medialive-alert-cleared'],
    ['aws/direct-connect-down', 'aws/direct-connect-available'],
    ['unknown/incident-resource-started', 'unknown/incident-resource-resolved'],
    ['unknown/named-alert-alarm', 'unknown/named-alert-ok'],
    ['unknown/flag-unresolved', 'unknown/flag-resolved'],
    ['unknown/title-triggered', 'unknown/title-recovered'],
    ['unknown/check-failure', 'unknown/check-recovery'],
    ['unknown/service-of-host-problem', 'unknown/service-of-host-recovery'],
    ['aws/datasync-firing', 'aws/datasync-resolved'],
    ['aws/emr-step-firing', 'aws/emr-step-resolved'],
    ['monitors/meraki-firing', 'monitors/meraki-resolved'],
    ['monitors/unifi-firing', 'monitors/unifi-resolved'],
    ['monitors/librenms-firing', 'monitors/librenms-resolved'],
    ['monitors/ohdear-firing', 'monitors/ohdear-resolved'],
    ['monitors/snitch-firing', 'monitors/snitch-resolved'],
    ['monitors/sonar-firing', 'monitors/sonar-resolved'],
    ['monitors/circleci-firing', 'monitors/circleci-resolved'],
    ['monitors/bitbucket-firing', 'monitors/bitbucket-resolved'],
    ['monitors/gh-workflow-firing', 'monitors/gh-workflow-resolved'],
    ['monitors/gh-dependabot-firing', 'monitors/gh-dependabot-resolved'],
    ['monitors/gl-pipeline-firing', 'monitors/gl-pipeline-resolved'],
    ['unknown/veeam-firing', 'unknown/veeam-resolved'],
    ['unknown/pure-firing', 'unknown/pure-resolved'],
    ['unknown/aria-firing', 'unknown/aria-resolved'],
    ['unknown/sumo-firing', 'unknown/sumo-resolved'],
    ['unknown/appd-firing', 'unknown/appd-resolved'],
    ['unknown/rollbar-firing', 'unknown/rollbar-resolved'],
    ['unknown/nodeping-firing', 'unknown/nodeping-resolved'],
    ['unknown/cloudflare-firing', 'unknown/cloudflare-resolved'],
    ['unknown/atlas-firing', 'unknown/atlas-resolved'],
    ['unknown/databricks-firing', 'unknown/databricks-resolved'],
    ['unknown/dbt-firing', 'unknown/dbt-resolved'],
    ['unknown/fivetran-firing', 'unknown/fivetran-resolved'],
    ['unknown/gcp-scc-firing', 'unknown/gcp-scc-resolved'],
    ['unknown/oem-firing', 'unknown/oem-resolved'],
  ])('%s and %s', (firing, resolved) => {
    expect([first(firing)?.status, first(resolved)?.status]).toEqual(['firing', 'resolved']);
    expect(first(firing)?.key).toBe(first(resolved)?.key);
  });

  test.each([
    ['monitors/meraki-firing', 'monitors/meraki-port-firing'],
    ['monitors/ohdear-firing', 'monitors/ohdear-cert-firing'],
    ['monitors/gh-dependabot-firing', 'monitors/gh-dependabot-2-firing'],
    ['unknown/aria-firing', 'unknown/aria-2-firing'],
  ])('but %s and %s are two', (one, other) => expect(first(one)?.key).not.toBe(first(other)?.key));
});

describe('of all published and own samples, changed in one name, none takes the key of the one it was', () => {
  const folders = [
    join(import.meta.dirname, 'fixtures/unknown'),
    join(import.meta.dirname, '../../../shared/corpus/payloads'),
  ];
  const files = folders
    .filter(existsSync)
    .flatMap((folder) =>
      (readdirSync(folder, { recursive: true }) as string[])
        .filter((file) => file.endsWith('.json') && !file.endsWith('.expected.json'))
        .map((file) => join(folder, file)),
    );
  if (folders.some((folder) => !existsSync(folder)))
    console.warn('SKIPPED: the corpus is absent; only our own samples are judged.');
  const readings = files
    .map((file) => alertsOf(readFileSync(file, 'utf8')))
    .filter(([alert]) => alert?.source.kind === 'unknown' && alert.source.variant === undefined);

  test.each(readings.map((alerts) => [alerts[0]!.title, alerts[0]!.raw] as const))('%s', (_, raw) => {
    if (typeof raw !== 'object' || raw === null) return;
    const changed = { ...(raw as object), hostname: 'another-host-than-before' };
    const isOfAnIncident = JSON.stringify(raw).includes('"incident');
    if (!isOfAnIncident) expect(keyOf(changed)).not.toBe(keyOf(raw));
    expect(keyOf(JSON.parse(JSON.stringify(raw)))).toBe(keyOf(raw));
  });
});
